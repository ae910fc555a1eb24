"""Runs cases of the DMN Technology Compatibility Kit, written as typed JSON, one case a line.

    python -m tests.conformance.tck FILE...

A case is passed when every result it names has the expected value. What another element of the case does
wrong is null, as the kit's own rules say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.engines.hit_policy import Row, resolve
from rules.feel.builtins import Builtin, Overload, Parameter
from rules.feel.errors import FeelFault, FeelSyntaxError
from rules.feel.evaluate import CLOCK, evaluate, holds
from rules.feel.kinds import kind_of
from rules.feel.parser import parse, parse_unary_tests
from rules.feel.temporal_text import parse_temporal
from rules.feel.types import ANY, Type, conform, parse_type
from rules.model.values import Value

Json = Any
NOW = parse_temporal("2026-11-23T08:30:00Z")
CLOSE = Decimal("1e-8")


@dataclass(frozen=True)
class Outcome:
    """One case: where it belongs, whether a value is expected at all, whether it came out."""

    id: str
    group: str
    nonnull: bool
    passed: bool


class Case:
    """The elements of one case, evaluated in order, each seeing those before it."""

    def __init__(self, case: Json) -> None:
        self.env: dict[str, Value] = {CLOCK: NOW}
        self.names: set[str] = set()
        for given in case["inputs"]:
            self.names.add(given["name"])
            self.names.update(_keys(given["value"]))
        for element in case["elements"]:
            self.names.add(element["name"])
            self.names.update(_type_keys(element.get("type")))
        self.env.update({given["name"]: value_of(given["value"]) for given in case["inputs"]})
        for element in case["elements"]:
            value = self.boxed(element.get("expr"), self.env)
            self.env[element["name"]] = _typed(value, element.get("type"))

    def boxed(self, expr: Json, env: dict[str, Value]) -> Value:
        """The value of a boxed expression; of a kind unknown here, null."""
        kind = expr["k"] if expr else None
        if kind == "lit":
            return self.literal(expr["text"], env)
        if kind == "ctx":
            return self.context(expr, env)
        if kind == "fn":
            return self.function(expr, env)
        return self.table(expr, env) if kind == "dt" else None

    def literal(self, text: str | None, env: dict[str, Value]) -> Value:
        """The value of an expression, null where it is not one."""
        try:
            return evaluate(parse(text or "null", self.names), env)
        except FeelSyntaxError:
            return None

    def context(self, expr: Json, env: dict[str, Value]) -> Value:
        """A boxed context: later entries see earlier ones; one without a name is the result."""
        entries: dict[str, Value] = {}
        for name, inner in expr["entries"]:
            self.names.add(name or "")
            value = self.boxed(inner, {**env, **entries})
            if not name:
                return value
            entries[name] = value
        return entries

    def function(self, expr: Json, env: dict[str, Value]) -> Value:
        """A business knowledge model; its body sees what the case has defined by the time it is called."""
        names = [p if isinstance(p, str) else p["name"] for p in expr["params"]]
        self.names.update(names)

        def invoke(*arguments: Value) -> Value:
            return self.boxed(expr["body"], {**env, **dict(zip(names, arguments, strict=True))})

        parameters = tuple(Parameter(name, ("any",), nullable=True) for name in names)
        return Builtin("", (Overload(parameters, invoke, "any"),))

    def table(self, expr: Json, env: dict[str, Value]) -> Value:
        """A decision table."""
        inputs = [self.literal(column["expr"], env) for column in expr["inputs"]]
        outputs = [column["name"] or "" for column in expr["outputs"]]
        rows: list[Row] = []
        for rule in expr["rules"]:
            if all(
                self.cell(text or "-", value, env) for text, value in zip(rule["in"], inputs, strict=True)
            ):
                values = [self.literal(text, env) for text in rule["out"]]
                rows.append(dict(zip(outputs, values, strict=True)))
        priorities = {
            column["name"] or "": self.listed(column["values"], env)
            for column in expr["outputs"]
            if column["values"]
        }
        found = resolve(expr["hit"] or "UNIQUE", expr["agg"], rows, priorities)
        if not found.rows and not found.conflict and any(column["default"] for column in expr["outputs"]):
            return _unwrap({c["name"] or "": self.literal(c["default"], env) for c in expr["outputs"]})
        if found.many and found.rows:
            return [_unwrap(row) for row in found.rows]
        return _unwrap(found.rows[0]) if found.rows else None

    def cell(self, text: str, value: Value, env: dict[str, Value]) -> bool:
        """Whether an input passes the cell."""
        try:
            return holds(parse_unary_tests(text, self.names), value, env) is True
        except FeelSyntaxError:
            return False

    def listed(self, text: str, env: dict[str, Value]) -> list[Value]:
        """The declared values of an output, in order."""
        return [evaluate(test, env) for test in parse_unary_tests(text, self.names).tests]


def run(case: Json) -> Outcome:
    """Evaluates one case and compares what it expects."""
    env = Case(case).env
    results = case["results"]
    passed = all(agrees(value_of(r.get("expected")), env.get(r["decision"])) for r in results)
    nonnull = any(value_of(r.get("expected")) is not None for r in results)
    return Outcome(case["id"], case["group"], nonnull, passed)


def value_of(typed: Json) -> Value:
    """The value that typed JSON denotes."""
    if typed is None:
        return None
    kind, value = typed["t"], typed.get("v")
    if kind == "list":
        return [value_of(item) for item in value]
    if kind == "context":
        return {key: value_of(item) for key, item in value.items()}
    if kind == "number":
        return Decimal(value)
    return value if kind in ("string", "boolean", "null") else parse_temporal(value)


def agrees(expected: Value, found: Value) -> bool:
    """Whether the values are the same; numbers within 1e-8, contexts whatever their order."""
    if kind_of(expected) != kind_of(found):
        return False
    if isinstance(expected, Decimal):
        return bool(abs(expected - found) <= CLOSE)
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(agrees(expected[key], found[key]) for key in expected)
    return bool(expected == found)


def _unwrap(row: Row) -> Value:
    """A row of one output is its value."""
    return next(iter(row.values())) if len(row) == 1 else dict(row)


def _keys(typed: Json) -> Iterator[str]:
    value = typed.get("v") if typed else None
    if isinstance(value, dict):
        yield from value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(part)


def _type_keys(declared: Json) -> Iterator[str]:
    if declared and declared[0] == "list":
        yield from _type_keys(declared[1])
    if declared and declared[0] == "context":
        yield from declared[1]


def _type(declared: Json) -> Type:
    """The declared type; one that the case file does not spell out is Any."""
    form = declared[0] if declared else "any"
    if form == "list":
        return Type("list", (("", _type(declared[1])),))
    if form == "context":
        return Type("context", tuple((name, _type(inner)) for name, inner in declared[1].items()))
    return parse_type(declared[1]) if form == "base" else Type(ANY)


def _typed(value: Value, declared: Json) -> Value:
    try:
        return conform(value, _type(declared))
    except FeelFault:
        return None


def read(paths: Iterable[Path]) -> Iterator[Json]:
    """The cases of all files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def score(outcomes: list[Outcome], group: str = "") -> tuple[int, int, int, int]:
    """Passed and all, passed and all of those that expect a value; of one group or of all."""
    chosen = [o for o in outcomes if group in ("", o.group)]
    nonnull = [o for o in chosen if o.nonnull]
    return sum(o.passed for o in chosen), len(chosen), sum(o.passed for o in nonnull), len(nonnull)


def main(arguments: list[str]) -> int:
    """Prints the score of each group and in total, then the cases that fail."""
    outcomes = [run(case) for case in read(map(Path, arguments))]
    for group in (*sorted({o.group for o in outcomes}), ""):
        passed, every, passed_nonnull, nonnull = score(outcomes, group)
        print(f"{group or 'total'} {passed}/{every} nonnull {passed_nonnull}/{nonnull}")
    for outcome in outcomes:
        if not outcome.passed:
            print(outcome.id)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
