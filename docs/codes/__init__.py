"""The catalogue of diagnostic codes: what each means, with an example that raises it and one that does not.

One YAML file a theme. An example is a change to the policy in `tests/diagnostics/base`: `bad` takes the place
of `place` in `file`, and so does `good`; without `place`, `good` is what stands there already. Where `bad`
and `good` are mappings they add whole files (null takes one away). `times` repeats the text, or gives so many
numbered files; `encoding` is that of the file on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
BASE = HERE.parent.parent / "tests" / "diagnostics" / "base"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `theme` is the heading it stands under."""

    code: str
    theme: str
    title: str
    why: str
    file: str
    bad: str | Mapping[str, str | None]
    good: str | Mapping[str, str | None]
    place: str
    times: int = 1
    encoding: str = "utf-8"

    def example(self, *, mended: bool) -> dict[str, bytes]:
        """The files of the base policy with the bad, or the mended, example in them."""
        files = {path.relative_to(BASE).as_posix(): path.read_bytes() for path in sorted(BASE.rglob("*.yaml"))}
        change = self.good if mended else self.bad
        if isinstance(change, str):
            text = put(files[self.file].decode("utf-8"), self.place, change * (1 if mended else self.times))
            return {**files, self.file: text.encode("utf-8" if mended else self.encoding)}
        for name, text in change.items():
            if text is None:
                del files[name]
            else:
                copied = text.removeprefix("COPY ")
                data = files[copied] if copied != text else text.encode("utf-8")
                files |= {name.replace("1", str(number), 1): data for number in range(1, self.times + 1)}
        return files


def put(text: str, place: str, change: str) -> str:
    """`text` with `change` where `place` stands; lines after the first are indented as they stand there."""
    if not place:
        return text + change
    first = place.split("\n")[0]
    for line in (line for line in text.split("\n") if first in line):
        indent = "\n" + " " * (len(line) - len(line.lstrip()))
        wanted = place.replace("\n", indent)
        if text.count(wanted) == 1:
            return text.replace(wanted, change.replace("\n", indent))
    raise ValueError(f"`{first}` does not stand there exactly once")


def entries() -> list[Entry]:
    """Every code, in the order of the page."""
    found: list[Entry] = []
    for path in sorted(HERE.glob("*.yaml")):
        theme = path.stem[2:].replace("-", " ").capitalize().replace("yaml", "YAML")
        read: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for code, fields in read.items():
            given = {"file": "", "place": fields["good"] if isinstance(fields["good"], str) else "", **fields}
            found.append(Entry(code=code, theme=theme, **given))
    return found
