"""From files on disk to the codes and the text that `run.py check` gives for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from service.cli import main

HERE = Path(__file__).parent
BASE = HERE / "base"
CASES = HERE / "cases"


def check(folder: Path, *options: str) -> Result:
    """`run.py check` on a folder."""
    return CliRunner().invoke(main, ["check", str(folder), *options], catch_exceptions=False)


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files, on disk."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of a folder by relative name."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in (".yaml", ".yml"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def codes(result: Result) -> set[str]:
    """The codes in an answer of `--format json`."""
    return {one["code"] for one in json.loads(result.stdout)}
