"""`outputs:` of a ruleset, and the values that rules give them."""

from __future__ import annotations

from dataclasses import replace

from rules.model.expr import Literal
from rules.model.policy import Expression, Output
from rules.model.types import Enum, ListType
from rules.source import Cell
from rules.syntax import cells, messages, shape, types
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node, Scalar


def outputs(fields: Fields) -> dict[str, Output]:
    """The outputs by name, in the order of the file."""
    declared: dict[str, Output] = {}
    for key, node in fields.entries("outputs"):
        shape.identifier(key, fields.found)
        declared[key.text] = _output(key, node, fields.found)
    if "outputs" in fields and not declared:
        fields.found.append(messages.blank(fields.key("outputs")))
    return declared


def _output(key: Scalar, node: Node, found: Found) -> Output:
    fields = Fields(node, found, required="label", optional="type values item computed default")
    if "type" not in fields and "values" not in fields:
        found.append(messages.one_of_keys(node, ("type", "values")))
    type_ = _type(fields)
    fields.exclusive("computed", "default")
    computed, default = fields.get("computed"), fields.get("default")
    bare = Output(key.text, type_.type, fields.bilingual("label"), key.span, type_.values)
    return replace(
        bare,
        computed=cells.expression(computed, found) if computed is not None else None,
        default=then_value(bare, default, found) if default is not None else None,
    )


def _type(fields: Fields) -> types.Declared:
    """As in the vocabulary; besides, `type: list` with `values` in place of `item` is a list of those."""
    kind = fields.get("type")
    of_values = isinstance(kind, Scalar) and kind.text == "list" and "item" not in fields
    if of_values and "values" in fields:
        labels = types.enum_labels(fields)
        return types.Declared(ListType(Enum(tuple(labels))), labels, {})
    return types.declared(fields, implied="enum" if "values" in fields else "")


def then_value(output: Output | None, node: Node, found: Found) -> Expression:
    """What a rule gives an output: the bare value for an enum, else FEEL.

    An output that is not declared is left for `check` to report, so its value is not read at all.
    """
    if output is not None and not isinstance(output.type, Enum):
        return cells.expression(node, found)
    cell = shape.cell(node, found)
    return bare_value(cell) if cell is not None else cells.NOTHING


def bare_value(cell: Cell) -> Expression:
    """An enum value as it stands, or in FEEL's double quotes; `null` is no value."""
    text = cell.text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    elif text == "null":
        return Expression(Literal(None), cell)
    return Expression(Literal(text), cell)
