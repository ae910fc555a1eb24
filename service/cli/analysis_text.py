"""The result of an analysis as a person reads it, in Chinese or English."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rules.model.policy import Bilingual, PolicySet
from service.analyses import store
from service.analyses.analyse import action_counts, rows
from service.analyses.base import Outcome
from service.analyses.columns import Result

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "parameters": "by", "rows": "{} of {} rows; `--out FILE.csv` writes all", "actions": "required actions",
        "none": "none", "by": "by", "standing": "from now on", "true": "yes", "false": "no", "times": "times",
    },
    "zh": {
        "parameters": "依据", "rows": "显示{}行，共{}行；用 --out FILE.csv 写出全部", "actions": "须采取的行动",
        "none": "无", "by": "截止", "standing": "持续", "true": "是", "false": "否", "times": "次",
    },
}  # fmt: skip
_RIGHT: Final = frozenset({"money", "half_cents", "ratio", "integer"})


def report(outcome: Outcome, policy: PolicySet, as_of: dt.date, lang: str, most: int) -> str:
    """Title and parameters, the summary, the first rows, and how often each action is required."""
    analysis, words = outcome.analysis, _WORDS[lang]
    lines = [f"{_said(analysis.title, lang)} ({analysis.name}) {' '.join(analysis.clauses)}"]
    if outcome.parameters:
        listed = ", ".join(f"{name} {value}" for name, value in outcome.parameters.items())
        lines.append(f"{words['parameters']}: {listed}")
    lines += ["", *_table(analysis.summary, rows(outcome, "summary"), lang)]
    if most:
        lines += ["", *_table(analysis.results, rows(outcome, most=most), lang)]
    total = store.count(outcome.connection, "result")
    if total > most:
        lines.append(words["rows"].format(f"{most:,}", f"{total:,}"))
    lines += ["", f"{words['actions']}:", *(_actions(outcome, policy, as_of, lang) or [f"  {words['none']}"])]
    return "\n".join(lines)


def _actions(outcome: Outcome, policy: PolicySet, as_of: dt.date, lang: str) -> list[str]:
    words, lines = _WORDS[lang], []
    for name, count in action_counts(outcome).items():
        if not count:
            continue
        action, duty = policy.actions[name], outcome.analysis.duties[name]
        who = _role(action.by, policy, lang)
        if action.to:
            who += f" → {_role(action.to, policy, lang)}"
        due = None if action.due_days is None else as_of + dt.timedelta(days=action.due_days)
        when = words["standing"] if due is None else f"{words['by']} {due.isoformat()}"
        lines.append(f"  {_said(action.label, lang)} ({name}): {count:,} {words['times']}")
        lines.append(f"    {who}; {when}; {duty.clause}")
    return lines


def _table(columns: Sequence[Result], told: Iterable[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """Columns padded to the width that a terminal gives their characters."""
    head = [_said(column.label, lang) for column in columns]
    body = [[_cell(column, row[column.name], lang) for column in columns] for row in told]
    widths = [max(map(_width, cells)) for cells in zip(head, *body, strict=True)]
    for cells in (head, ["-" * width for width in widths], *body):
        padded = (_pad(c, cell, width) for c, cell, width in zip(columns, cells, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _cell(column: Result, value: Any, lang: str) -> str:
    if value is None or value == []:
        return ""
    if column.kind == "flag":
        return _WORDS[lang]["true" if value else "false"]
    if column.kind == "names":
        return ", ".join(value)
    if column.values:
        return _said(column.values[value], lang)
    return str(value)


def _pad(column: Result, text: str, width: int) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if column.kind in _RIGHT else text + blanks


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _role(name: str, policy: PolicySet, lang: str) -> str:
    return _said(policy.roles[name], lang) if name in policy.roles else name


def _said(label: Bilingual, lang: str) -> str:
    return str(getattr(label, lang))
