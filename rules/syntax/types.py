"""`type:` with what belongs to it (`values:` of an enum, `item:` of a list) -> a type and its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model.policy import Bilingual
from rules.model.types import ANY, FACT_SCALARS, TEXT, Enum, ListType, Record, Scalar, Type
from rules.syntax import messages, shape, yaml_nodes
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node

SIMPLE: Mapping[str, Scalar] = {str(kind): type_ for kind, type_ in FACT_SCALARS.items()}
"""The types without parts, by name."""

_KINDS = (*SIMPLE, "enum", "list")


@dataclass(frozen=True, slots=True)
class Declared:
    """A type, with the labels of its enum values and of the fields of its items."""

    type: Type
    values: Mapping[str, Bilingual]
    fields: Mapping[str, Bilingual]


def declared(fields: Fields, *, implied: str = "") -> Declared:
    """The type that `type`, `values` and `item` declare; `implied` where `type` may be left out."""
    found = fields.found
    kind = fields.choice("type", _KINDS, "") if "type" in fields else implied
    for key, of_kind in (("values", "enum"), ("item", "list")):
        if kind == of_kind and key not in fields:
            found.append(messages.missing_key(fields.node, key))
        elif kind not in ("", of_kind) and key in fields:
            found.append(messages.misplaced_key(fields.key(key), key, f"with `type: {of_kind}`"))
    if kind == "list":
        item = fields.get("item")
        return _list(item, found) if item is not None else Declared(ListType(ANY), {}, {})
    if kind == "enum":
        labels = enum_labels(fields)
        return Declared(Enum(tuple(labels)), labels, {})
    return Declared(SIMPLE.get(kind, ANY), {}, {})


def enum_labels(fields: Fields) -> dict[str, Bilingual]:
    """`values:`, in declared order."""
    labels: dict[str, Bilingual] = {}
    for key, label in fields.entries("values"):
        shape.identifier(key, fields.found, capitals=True)
        labels[key.text] = shape.bilingual(label, fields.found)
    if "values" in fields and not labels:
        fields.found.append(messages.blank(fields.key("values")))
    return labels


def simple(node: Node, found: Found) -> Type:
    """A type without parts, by its name."""
    return SIMPLE.get(shape.choice(node, SIMPLE, "", found), TEXT)


def _list(item: Node, found: Found) -> Declared:
    """A list of one simple type (`item: text`) or of records (`item:` with their fields)."""
    if isinstance(item, yaml_nodes.Scalar):
        return Declared(ListType(simple(item, found)), {}, {})
    types: list[tuple[str, Type]] = []
    values: dict[str, Bilingual] = {}
    labels: dict[str, Bilingual] = {}
    for key, node in shape.entries(item, found):
        shape.identifier(key, found)
        field = Fields(node, found, required="type label", optional="values item")
        part = declared(field)
        if isinstance(part.type, ListType):
            known = [kind for kind in _KINDS if kind != "list"]
            found.append(messages.bad_choice(field.get("type") or node, "list", known))
        types.append((key.text, part.type))
        labels[key.text] = field.bilingual("label")
        values |= {f"{key.text}.{value}": label for value, label in part.values.items()}
    return Declared(ListType(Record(tuple(types))), values, labels)
