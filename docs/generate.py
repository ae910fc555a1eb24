"""Writes the generated pages: `python -m docs.generate`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from unicodedata import category

import click

from docs import api_examples, api_page
from docs.codes import Entry, entries
from service.cli import commands, main
from service.config import OPTIONS
from service.setting import Setting
from service.watch.catalogue import METRICS, Metric

HERE = Path(__file__).parent


def errors_page() -> str:
    """`errors.md`: one entry for every code."""
    lines = [
        "# What the checks say",
        "",
        "Every diagnostic of `run.py check` has a code; this page explains each, with an example that raises it"
        " and the same mended. Both are run by the tests. A warning does not keep a policy from being released,"
        " unless `run.py check --strict` asks for it.",
        "",
        "Written by `make docs` from `docs/codes/`.",
    ]
    for theme, group in groupby(entries(), key=lambda entry: entry.theme):
        lines += ["", f"## {theme}"]
        for entry in group:
            lines += _entry(entry)
    return "\n".join(lines) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield from ("", f"### {entry.code}", f"{entry.title[0].upper()}{entry.title[1:]}. {entry.why}", "")
    if isinstance(entry.bad, str) and isinstance(entry.good, str):
        where = f"In `{entry.file}`" + (f", saved as {entry.encoding.upper()}" if entry.encoding != "utf-8" else "")
        yield f"{where}:" if entry.times == 1 else f"{where}, {entry.times:,} times:"
        yield from _fenced(entry.bad)
        if entry.good != entry.bad and entry.times == 1:
            yield from ("", "Mended:", *_fenced(entry.good))
        return
    assert isinstance(entry.bad, Mapping)
    for name, text in entry.bad.items():
        if text is None:
            yield f"Without the file `{name}`."
        elif text.startswith("COPY "):
            yield f"The file `{name}` beside `{text.removeprefix('COPY ')}`, with the same text."
        else:
            such = f"A file `{name}`:" if entry.times == 1 else f"{entry.times:,} files such as `{name}`:"
            yield from (such, *_fenced(text))


def _fenced(text: str) -> Iterator[str]:
    shown = "".join(f"<U+{ord(c):04X}>" if category(c) in ("Cf", "Cc") and c != "\n" else c for c in text)
    return iter(("```yaml", *shown.rstrip("\n").split("\n"), "```"))


def cli_page() -> str:
    """`cli.md`: every command with its options, as `--help` has them."""
    lines = ["# The command line", "", "`python run.py COMMAND`. Written by `make docs` from the commands.", ""]
    lines += [_said(main), ""]
    for name, command, parent in _commands():
        context = click.Context(command, info_name=name, parent=parent)
        usage = " ".join(command.collect_usage_pieces(context))
        title = context.command_path.removeprefix("run.py ")
        lines += [f"## {title}", f"`{parent.command_path} {name} {usage}`", "", _said(command), ""]
        options = [one for one in command.params if isinstance(one, click.Option)]
        if options:
            lines += ["| option | meaning |", "|---|---|", *(_option(one, context) for one in options), ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command by name, those of a group after it, each with the context that it is called in."""
    root = click.Context(main, info_name="run.py")
    for name, command in commands().items():
        yield name, command, root
        if isinstance(command, click.Group):
            for inner, one in sorted(command.commands.items()):
                yield inner, one, click.Context(command, info_name=name, parent=root)


def _said(command: click.Command) -> str:
    paragraphs = re.split(r"\n\s*\n", (command.help or "").strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    names, text = record if record is not None else (", ".join(option.opts), "")
    if isinstance(option.envvar, str):
        text = f"{text} Environment: `{option.envvar}`.".strip()
    return _row((f"`{names}`", " ".join(text.split())))


def settings_page() -> str:
    """`settings.md`: every setting with its variable, its option, what may be written, its standard and meaning."""
    lines = [
        "# Settings",
        "",
        "Each is an environment variable and an option of `python run.py serve`; the option counts before the"
        " variable, and a variable that is blank counts as not there. What cannot be used is told all at once, and"
        " nothing starts. Written by `make docs` from `service/config.py`.",
        "",
        "| variable | option | what | standard | meaning |",
        "|---|---|---|---|---|",
        *(_row(_setting(one)) for one in OPTIONS),
        "",
        "## Secrets",
        "Not settings: they are never options, never printed, and leave the environment of the process that reads"
        " them.",
        "",
        "| variable | meaning |",
        "|---|---|",
        _row(("`SIGNING_KEY`", "The key that signs checkpoints, instead of `signing.key` in the data"
              " folder ([ledger.md](ledger.md)).")),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _setting(one: Setting) -> tuple[str, ...]:
    standard = f"`{one.text(one.standard)}`" if one.text(one.standard) else "none"
    return f"`{one.variable}`", f"`{one.option}`", one.expected, standard, one.meaning


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def metrics_page() -> str:
    """`metrics.md`: every metric, what it counts, and when to be alarmed."""
    lines = [
        "# Metrics",
        "",
        "`GET /metrics`, in the text format of Prometheus; any key opens it. The numbers are those of all processes"
        " of the service: of the one that was asked as of now, of the others at most a second old. Counters begin"
        " at 0 when the service starts; a worker that is killed takes at most its last second with it. Labels have"
        " few values: rulesets, statuses, values of enums and booleans, route patterns, kinds of problems. Nothing"
        " here tells of a person. Written by `make docs` from `service/watch/catalogue.py`; ready alerts are in"
        " `deploy/alerts.yaml`.",
        "",
        "| metric | kind | labels | what | watch |",
        "|---|---|---|---|---|",
        *(_row(_metric(one)) for one in METRICS),
    ]
    return "\n".join(lines) + "\n"


def _metric(one: Metric) -> tuple[str, ...]:
    return f"`{one.name}`", one.kind, ", ".join(f"`{label}`" for label in one.labels), one.meaning, one.watch


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "errors.md": errors_page,
        "cli.md": cli_page,
        "settings.md": settings_page,
        "metrics.md": metrics_page,
        "../service/api/examples.json": api_examples.page,
        "api.md": api_page.page,
    }
)
"""Every generated page, by its file in this folder; the examples before the page that shows them."""


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
