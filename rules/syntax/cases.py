"""`<pack>/<ruleset>.test.yaml`: cases, each with facts and what the ruleset must make of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from rules.model.case import Case, ExpectedAction
from rules.model.decision import Status
from rules.model.values import Date, Value
from rules.syntax import messages, shape, values
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Mapping, Node, Scalar

_STATUSES: tuple[Status, ...] = get_args(Status)


def cases(node: Node, found: Found) -> tuple[str, tuple[Case, ...]]:
    """The ruleset that a file speaks of, and its cases in the order of the file."""
    fields = Fields(node, found, required="ruleset cases", optional="given")
    ruleset = fields.identifier("ruleset")
    as_of, facts = _given(fields)
    read: dict[str, Case] = {}
    for body in fields.items("cases"):
        case = _case(body, ruleset, as_of, facts, found)
        if case.name in read and case.name:
            found.append(messages.duplicate_name(body, "case", case.name, read[case.name].span))
        read[case.name] = case
    return ruleset, tuple(read.values())


def _given(fields: Fields) -> tuple[Date | None, dict[str, Value]]:
    node = fields.get("given")
    if node is None:
        return None, {}
    given = Fields(node, fields.found, optional="as_of facts")
    return _as_of(given, None), _merged({}, _facts(given))


def _case(node: Node, ruleset: str, as_of: Date | None, given: dict[str, Value], found: Found) -> Case:
    fields = Fields(node, found, required="case expect", optional="as_of facts")
    expect = fields.get("expect")
    expected = Fields(expect, found, optional="status values rules actions missing_facts") if expect else None
    case = Case(
        ruleset=ruleset,
        name=fields.text("case"),
        as_of=_as_of(fields, as_of),
        facts=_merged(given, _facts(fields)),
        span=(fields.get("case") or node).span,
    )
    return _expecting(case, expected) if expected is not None else case


def _expecting(case: Case, fields: Fields) -> Case:
    status = fields.choice("status", _STATUSES, "decided")
    if "missing_facts" in fields and status != "undecided":
        key = fields.key("missing_facts")
        fields.found.append(messages.misplaced_key(key, key.text, "with `status: undecided`"))
    return replace(
        case,
        status=status,
        values=_values(fields),
        rules=_names(fields, "rules"),
        actions=_actions(fields),
        missing_facts=_names(fields, "missing_facts"),
    )


def _as_of(fields: Fields, default: Date | None) -> Date | None:
    node = fields.get("as_of")
    written = shape.scalar(node, fields.found) if node is not None else None
    return values.date(written, fields.found) if written is not None else default


def _facts(fields: Fields) -> dict[str, Value]:
    return {key.text: values.untyped(node, fields.found) for key, node in fields.entries("facts")}


def _merged(given: dict[str, Value], own: dict[str, Value]) -> dict[str, Value]:
    """The given facts under those of the case; null takes a fact away."""
    merged = dict(given)
    for name, value in own.items():
        below = merged.get(name)
        merged[name] = (
            _merged(below if isinstance(below, dict) else {}, value) if isinstance(value, dict) else value
        )
    return {name: value for name, value in merged.items() if value is not None}


def _values(fields: Fields) -> dict[str, Value] | None:
    if "values" not in fields:
        return None
    return {key.text: values.untyped(node, fields.found) for key, node in fields.entries("values")}


def _names(fields: Fields, key: str) -> tuple[str, ...] | None:
    if key not in fields:
        return None
    return tuple(shape.text(node, fields.found) for node in fields.items(key))


def _actions(fields: Fields) -> tuple[ExpectedAction, ...] | None:
    if "actions" not in fields:
        return None
    return tuple(_action(node, fields.found) for node in fields.items("actions"))


def _action(node: Node, found: Found) -> ExpectedAction:
    if not isinstance(node, Mapping):
        return ExpectedAction(shape.text(node, found), {})
    if "action" in node.entries:
        fields = Fields(node, found, required="action", optional="due arguments")
        due = fields.text("due") if "due" in fields else None
        return ExpectedAction(fields.text("action"), _arguments(fields.entries("arguments"), found), due)
    if len(node.entries) != 1:
        found.append(messages.bad_action(node))
        return ExpectedAction("", {})
    ((key, body),) = node.entries.values()
    return ExpectedAction(key.text, _arguments(shape.entries(body, found), found))


def _arguments(entries: Iterable[tuple[Scalar, Node]], found: Found) -> dict[str, Value]:
    return {name.text: values.untyped(value, found) for name, value in entries}
