"""Chains of conditions in the languages that have `?:`, made from the rows of the policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.peers.policy import Condition, Row

Names = Mapping[str, str]
"""How a language writes the names that the rules compute themselves."""


def chain(rows: Sequence[Row], condition: Callable[[Condition], str], both: str = " and ") -> str:
    """The rule that holds first; the last row is the one that is left."""
    tests = (f"{both.join(map(condition, row.when))} ? {text(row.rule)} : " for row in rows[:-1])
    return "".join(tests) + text(rows[-1].rule)


def what_it_sets(rows: Sequence[Row], rule: str, member: Callable[[str, Sequence[str]], str]) -> str:
    """The value of the rule that fired; the value with the most rules comes last, without a test."""
    rules: dict[str, list[str]] = {}
    for row in rows:
        rules.setdefault(row.then, []).append(row.rule)
    *first, last = sorted(rules.items(), key=lambda item: len(item[1]))
    tests = ((f"{rule} == {text(ids[0])}" if len(ids) == 1 else member(rule, ids), value) for value, ids in first)
    return "".join(f"{test} ? {text(value)} : " for test, value in tests) + text(last[0])


def choose(subject: str, values: Mapping[str, Any]) -> str:
    """One value by the text of another."""
    *first, last = values.items()
    return "".join(f"{subject} == {text(key)} ? {value} : " for key, value in first) + str(last[1])


def literal(value: Any) -> str:
    """A value as all of these languages write it."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def text(value: str) -> str:
    """A text in single quotes, which all of them take."""
    return f"'{value}'"
