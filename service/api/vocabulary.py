"""`/v1/vocabulary`: the facts that a request may hold."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from rules.check.checked import CheckedPolicySet
from rules.model.policy import Fact
from rules.model.types import Enum, ListType, Record, Scalar, Type
from service import numbers
from service.api import policy_document
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import ANY
from service.facts import writer
from service.present import bilingual


def blueprint(checked: CheckedPolicySet) -> Routes:
    """The route `/v1/vocabulary`; its answer is made once."""
    routes = Routes("vocabulary", "the facts that can be given")
    whole = Fixed(orjson.dumps({"facts": {name: entry(fact) for name, fact in checked.policy.facts.items()}}))

    @routes.at("/v1/vocabulary", policy_document.VOCABULARY, needs=ANY)
    def every() -> Response:
        """Every fact with its type, range, labels and sensitivity"""
        return whole.response()

    return routes


def entry(fact: Fact) -> dict[str, Any]:
    """One fact; `when_absent` only where absence is a statement of its own."""
    shown: dict[str, Any] = {
        "label": bilingual(fact.label),
        "type": _type(fact.type),
        "sensitivity": fact.sensitivity,
        "required": fact.required,
    }
    if isinstance(fact.type, Enum):
        shown["values"] = _values(fact, fact.type)
    if isinstance(fact.type, ListType) and isinstance(fact.type.item, Record):
        shown["item"] = {
            name: {
                "type": _type(item),
                "label": bilingual(fact.item_labels[name]) if name in fact.item_labels else None,
                **({"values": _values(fact, item, f"{name}.")} if isinstance(item, Enum) else {}),
            }
            for name, item in fact.type.item.fields
        }
    for bound, value in (("minimum", fact.minimum), ("maximum", fact.maximum)):
        if value is not None:
            shown[bound] = numbers.text(value)
    if not fact.required:
        absent = fact.when_absent
        shown["when_absent"] = None if absent is None else writer(fact.type)(absent)
    return shown


def _values(fact: Fact, enum: Enum, prefix: str = "") -> dict[str, Any]:
    """Each value with its label; those of a record's field stand under `field.value`."""
    labels = fact.value_labels
    return {v: bilingual(labels[prefix + v]) if prefix + v in labels else None for v in enum.values}


def _type(type_: Type) -> str:
    match type_:
        case Scalar(kind):
            return kind
        case Enum():
            return "enum"
        case ListType():
            return "list"
    return "record"
