"""`<pack>/<ruleset>.yaml`: one ruleset, its outputs and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from rules.model.policy import Aggregator, Condition, Expression, HitPolicy, Output, Rule, Ruleset
from rules.source import Span
from rules.syntax import actions, cells, messages, shape, tables
from rules.syntax.outputs import outputs, then_value
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node

_HIT_POLICIES: tuple[HitPolicy, ...] = get_args(HitPolicy)
_AGGREGATORS: tuple[Aggregator, ...] = get_args(Aggregator)
_REQUIRED = "ruleset title clause hit_policy outputs"
_OPTIONAL = "aggregator note let actions rules table because notes"


def ruleset(node: Node, pack: str, found: Found) -> Ruleset:
    """The ruleset that one file holds."""
    fields = Fields(node, found, required=_REQUIRED, optional=_OPTIONAL)
    declared = outputs(fields)
    return Ruleset(
        name=fields.identifier("ruleset"),
        title=fields.bilingual("title"),
        clauses=_clauses(fields),
        hit_policy=fields.choice("hit_policy", _HIT_POLICIES, "UNIQUE"),
        aggregator=_aggregator(fields),
        lets=_lets(fields),
        outputs=declared,
        actions=actions.calls(fields.items("actions"), found),
        rules=_rules(fields, declared),
        span=_own_span(fields),
        pack=pack,
        note=fields.text("note"),
    )


def _own_span(fields: Fields) -> Span:
    node = fields.get("ruleset")
    return (node if node is not None else fields.node).span


def _clauses(fields: Fields) -> tuple[tuple[str, Span], ...]:
    node = fields.get("clause")
    if node is None:
        return ()
    nodes = shape.one_or_more(node, fields.found)
    if not nodes:
        fields.found.append(messages.blank(node))
    return tuple((shape.text(one, fields.found), one.span) for one in nodes)


def _aggregator(fields: Fields) -> Aggregator | None:
    node = fields.get("aggregator")
    return shape.choice(node, _AGGREGATORS, "SUM", fields.found) if node is not None else None


def _lets(fields: Fields) -> dict[str, Expression]:
    lets: dict[str, Expression] = {}
    for key, node in fields.entries("let"):
        shape.identifier(key, fields.found)
        lets[key.text] = cells.expression(node, fields.found)
    return lets


def _rules(fields: Fields, declared: Mapping[str, Output]) -> tuple[Rule, ...]:
    fields.exclusive("rules", "table")
    if "table" in fields:
        return tables.table(fields, declared)
    for key in ("because", "notes"):
        if key in fields:
            fields.found.append(messages.misplaced_key(fields.key(key), key, "beside `table`"))
    if "rules" not in fields:
        fields.found.append(messages.one_of_keys(fields.node, ("rules", "table")))
    return tuple(_rule(node, declared, fields.found) for node in fields.items("rules"))


def _rule(node: Node, declared: Mapping[str, Output], found: Found) -> Rule:
    fields = Fields(node, found, required="id clause because", optional="when then actions note")
    id_, clause, when = fields.get("id"), fields.get("clause"), fields.get("when")
    then = {
        key.text: then_value(declared.get(key.text), value, found) for key, value in fields.entries("then")
    }
    return Rule(
        id=fields.text("id"),
        clause=fields.text("clause"),
        clause_span=(clause if clause is not None else node).span,
        conditions=(Condition(cells.expression(when, found)),) if when is not None else (),
        then=then,
        actions=actions.calls(fields.items("actions"), found),
        because=fields.bilingual("because"),
        span=(id_ if id_ is not None else node).span,
        note=fields.text("note"),
    )
