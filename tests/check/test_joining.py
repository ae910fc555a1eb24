"""The one type of two branches, or of the items of a list."""

from __future__ import annotations

import pytest

from rules.check.algebra import join
from rules.check.types import type_of
from rules.feel.parser import parse
from rules.model.types import ANY, BOOLEAN, INTEGER, MONEY, TEXT, Enum, ListType, Record, Type

A, B = Enum(("a",)), Enum(("b",))


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        (ListType(ANY), ListType(A), ListType(A)),
        (ListType(A), ListType(ANY), ListType(A)),
        (ListType(A), ListType(B), ListType(Enum(("a", "b")))),
        (ListType(A), ListType(BOOLEAN), None),
        (Record((("x", A), ("y", MONEY))), Record((("x", B), ("y", INTEGER))),
         Record((("x", Enum(("a", "b"))), ("y", MONEY)))),
        (Record((("x", A), ("y", TEXT))), Record((("y", TEXT), ("x", A))), Record((("x", A), ("y", TEXT)))),
        (Record((("x", A),)), Record((("y", A),)), None),
        (Record((("x", A),)), Record((("x", A), ("y", A))), None),
        (Record((("x", A), ("y", A))), Record((("x", A),)), None),
        (Record((("x", A),)), Record((("x", BOOLEAN),)), None),
    ],
)  # fmt: skip
def test_join(left: Type, right: Type, joined: Type | None) -> None:
    assert join(left, right) == joined


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ('if true then ["a"] else []', ListType(A)),
        ('concatenate(["a"], if true then ["b"] else [])', ListType(Enum(("a", "b")))),
        ('[{name: "a", wanted: true}, {name: "b", wanted: false}][wanted].name', ListType(Enum(("a", "b")))),
    ],
)
def test_lists_built_from_parts_are_typed_by_their_items(text: str, type_: Type) -> None:
    assert type_of(parse(text), {}).type == type_
