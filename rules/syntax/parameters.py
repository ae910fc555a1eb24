"""`parameters.yaml`: the numbers that the policy leaves blank, filled."""

from __future__ import annotations

from rules.model.policy import Parameter
from rules.model.types import TEXT, Record, Type
from rules.model.values import Value
from rules.syntax import messages, shape, values
from rules.syntax.shape import Fields, Found
from rules.syntax.types import SIMPLE
from rules.syntax.yaml_nodes import Node, Scalar


def parameters(node: Node, found: Found) -> dict[str, Parameter]:
    """The parameters by name, in the order of the file."""
    fields = Fields(node, found, required="parameters")
    by_name: dict[str, Parameter] = {}
    for key, body in fields.entries("parameters"):
        shape.identifier(key, found)
        by_name[key.text] = _parameter(key, body, found)
    return by_name


def _parameter(key: Scalar, node: Node, found: Found) -> Parameter:
    fields = Fields(node, found, required="label type clause", optional="value values unit")
    type_, value = _value(fields, SIMPLE.get(fields.choice("type", SIMPLE, ""), TEXT))
    label, clause, unit = fields.bilingual("label"), fields.text("clause"), fields.text("unit")
    return Parameter(key.text, type_, value, label, clause, unit, key.span)


def _value(fields: Fields, type_: Type) -> tuple[Type, Value]:
    """One value, or one for each key: then the type is a record of these keys."""
    found = fields.found
    fields.exclusive("value", "values")
    single = fields.get("value")
    if single is not None:
        return type_, values.typed(single, type_, found)
    if "values" not in fields:
        found.append(messages.one_of_keys(fields.node, ("value", "values")))
    by_key: dict[str, Value] = {}
    for key, node in fields.entries("values"):
        shape.identifier(key, found, capitals=True)
        by_key[key.text] = values.typed(node, type_, found)
    if "values" in fields and not by_key:
        found.append(messages.blank(fields.key("values")))
    return Record(tuple((name, type_) for name in by_key)), by_key
