"""Canonical bytes are those of RFC 8785, and what has none is refused with its place."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from service.ledger import CanonicalError, canonical_bytes
from service.ledger.canonical import MAX_DEPTH, MAX_INTEGER, written
from service.ledger.entry import prepare
from service.proofs.merkle import leaf_hash
from tests.ledger.helpers import draft

text = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    'aé\uffff\ue000\U00010000"\\/\x00\x1f\x7f\u2028'
)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=10
)
objects = st.dictionaries(text, values, max_size=4)


@given(values)
@example({"\ue000": 1, "\U00010000": 2, "\uffff": {"\U0001f600": [{"\ufb33": 0, "\U0001f602": 1}]}})
def test_the_bytes_are_those_of_the_reference(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(values)
def test_parsing_gives_the_value_back(value: Any) -> None:
    assert json.loads(canonical_bytes(value)) == value


@given(objects)
def test_a_part_written_before_is_the_same(value: Any) -> None:
    parts = {key: written(item) for key, item in value.items()}
    assert canonical_bytes({"list": list(parts.values()), **parts}) == canonical_bytes(
        {"list": list(value.values()), **value}
    )


@given(objects, st.integers(0, MAX_INTEGER), st.none() | text)
def test_an_entry_is_canonical_at_every_index(content: Any, index: int, subject: str | None) -> None:
    entry = prepare(draft(content=content, subject=subject, key="k")).at(index)
    assert entry.canonical == rfc8785.dumps(entry.document)
    assert entry.leaf_hash == leaf_hash(entry.canonical)
    assert entry.content == content
    assert (entry.document["schema"], entry.document["index"]) == (1, index)
    assert entry.document["subject"] == subject


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "a value of type `float` has no canonical form; write decimals as text"),
        (Decimal("1.5"), "a value of type `Decimal` has no canonical form; write decimals as text"),
        (float("nan"), "a value of type `float`"),
        (MAX_INTEGER + 1, "an integer beyond"),
        (-MAX_INTEGER - 1, "an integer beyond"),
        ((1, 2), "a value of type `tuple`"),
        (Colour.RED, "a value of type `Colour`"),
        (Number.ONE, "a value of type `Number`"),
        (b"a", "a value of type `bytes`"),
        ("a\ud800", "a lone surrogate at character 1"),
        ({"\udfff": 1}, "a lone surrogate at character 0"),
        ({1: 1}, "a key of type `int` is not text"),
        ({Colour.RED: 1}, "a key of type `Colour` is not text"),
    ],
)
def test_what_has_no_canonical_form_is_refused_wherever_it_stands(value: Any, message: str) -> None:
    for place in (value, [0, value], {"é": {"a/b~c": [value]}}):
        with pytest.raises(CanonicalError, match=message):
            canonical_bytes(place)


def test_a_refusal_points_at_the_place() -> None:
    with pytest.raises(CanonicalError) as refused:
        canonical_bytes({"a/b~": [None, {"限": 1.5}]})
    assert refused.value.pointer == "/a~1b~0/1/限"
    assert str(refused.value).startswith("/a~1b~0/1/限: a value of type `float`")


def test_a_refused_key_can_be_printed() -> None:
    with pytest.raises(CanonicalError) as refused:
        canonical_bytes({"\ud800": 1})
    assert str(refused.value).encode() == b"/\\ud800: a lone surrogate at character 0"


def test_nesting_has_an_end() -> None:
    value: Any = 0
    for _ in range(MAX_DEPTH):
        value = [{"k": value}][0] if isinstance(value, list) else [value]
    assert canonical_bytes(value) == rfc8785.dumps(value)
    with pytest.raises(CanonicalError, match=f"deeper than {MAX_DEPTH} levels"):
        canonical_bytes([value])
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(CanonicalError, match="deeper"):
        canonical_bytes(endless)


def _vectors() -> Path:
    shared = Path(os.environ.get("SHARED", Path(__file__).parents[3] / "shared"))
    return shared / "vectors" / "jcs-rfc8785-cyberphone" / "testdata"


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_published_vectors(name: str) -> None:
    """Inputs and outputs of the JCS author; one with a fraction in it is not a value of ours."""
    if not (folder := _vectors()).is_dir():
        pytest.skip("the shared vectors of RFC 8785 are not there")
    fractions: list[str] = []

    def fraction(digits: str) -> float:
        fractions.append(digits)
        return float(digits)

    value = json.loads((folder / "input" / f"{name}.json").read_bytes(), parse_float=fraction)
    if fractions:
        with pytest.raises(CanonicalError, match="`float`"):
            canonical_bytes(value)
        return
    expected = bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())
    assert canonical_bytes(value) == expected == (folder / "output" / f"{name}.json").read_bytes()
