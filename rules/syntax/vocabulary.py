"""`vocabulary.yaml`: every fact that rules may read."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from rules.model.policy import REQUIRED, Fact, Sensitivity
from rules.model.types import NUMERIC, Type
from rules.model.values import Value
from rules.syntax import messages, shape, types, values
from rules.syntax.allowances import allowances
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node, Scalar

_SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)


def vocabulary(node: Node, found: Found) -> dict[str, Fact]:
    """The facts by name, in the order of the file."""
    fields = Fields(node, found, required="facts")
    facts: dict[str, Fact] = {}
    for key, body in fields.entries("facts"):
        shape.identifier(key, found, dotted=True)
        facts[key.text] = _fact(key, body, found)
    return facts


def _fact(key: Scalar, node: Node, found: Found) -> Fact:
    optional = "values item minimum maximum when_absent allowed_for"
    fields = Fields(node, found, required="label type sensitivity", optional=optional)
    declared = types.declared(fields)
    minimum, maximum = _bound(fields, "minimum", declared.type), _bound(fields, "maximum", declared.type)
    if minimum is not None and maximum is not None and minimum > maximum:
        found.append(messages.bad_bounds(fields.key("minimum"), str(minimum), str(maximum)))
    absent = _when_absent(fields, declared.type)
    if isinstance(absent, Decimal) and not _within(absent, minimum, maximum):
        found.append(messages.out_of_bounds(fields.get("when_absent") or key, str(absent)))
    return Fact(
        name=key.text,
        type=declared.type,
        label=fields.bilingual("label"),
        sensitivity=fields.choice("sensitivity", _SENSITIVITIES, "internal"),
        span=key.span,
        minimum=minimum,
        maximum=maximum,
        when_absent=absent,
        value_labels=declared.values,
        item_labels=declared.fields,
        allowed_for=allowances(fields),
    )


def _bound(fields: Fields, key: str, type_: Type) -> Decimal | None:
    node = fields.get(key)
    if node is None:
        return None
    if type_ not in NUMERIC:
        fields.found.append(messages.misplaced_key(fields.key(key), key, "with a numeric type"))
        return None
    value = values.typed(node, type_, fields.found)
    return value if isinstance(value, Decimal) else None


def _when_absent(fields: Fields, type_: Type) -> Value:
    node = fields.get("when_absent")
    if node is None:
        return REQUIRED
    return None if values.is_null(node) else values.typed(node, type_, fields.found)


def _within(value: Decimal, minimum: Decimal | None, maximum: Decimal | None) -> bool:
    return (minimum is None or minimum <= value) and (maximum is None or value <= maximum)
