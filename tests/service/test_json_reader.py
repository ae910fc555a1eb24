"""Strict JSON: what is taken, what is refused, and that nothing makes it slow."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import json

from service import json_reader
from service.problems import Refusal

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "json-parsing-nst" / "test_parsing"
AMBIGUOUS = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
}
"""Valid by the grammar, refused because readers differ on them."""


def faults(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        json_reader.read(body)
    return [(fault.at, fault.complaint.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"1", 1),
        (b"-0", 0),
        (b"1.10", Decimal("1.10")),
        (b"1e2", Decimal("1e2")),
        (b"12345678901234567890", Decimal("12345678901234567890")),
        (b'"\\ud834\\udd1e"', "\U0001d11e"),
        (b' {"a": [true, null]}\r\n', {"a": [True, None]}),
        ('{"甲": "乙"}'.encode(), {"甲": "乙"}),
    ],
)
def test_reads(text: bytes, value: Any) -> None:
    read = json_reader.read(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", [("", "empty-body")]),
        (b" \n", [("", "empty-body")]),
        (b"\xef\xbb\xbf{}", [("", "byte-order-mark")]),
        ('{"a": 1}'.encode("utf-16"), [("", "not-utf8")]),
        ('{"a": 1}'.encode("utf-16-le"), [("", "not-utf8")]),
        ('{"a": 1}'.encode("utf-32-be"), [("", "not-utf8")]),
        (b'{"a": "\xff"}', [("", "not-utf8")]),
        (b'{"a": "\xed\xa0\x80"}', [("", "not-utf8")]),
        (b"{", [("", "syntax")]),
        (b"{} x", [("", "syntax")]),
        (b"{}{}", [("", "syntax")]),
        (b"[1,]", [("", "syntax")]),
        (b"{'a': 1}", [("", "syntax")]),
        (b'"a\nb"', [("", "syntax")]),
        (b"[01]", [("", "syntax")]),
        (b"[+1]", [("", "syntax")]),
        (b"[.5]", [("", "syntax")]),
        (b"NaN", [("", "not-a-number")]),
        (b"[Infinity, -Infinity]", [("/0", "not-a-number"), ("/1", "not-a-number")]),
        (b'{"a": 1, "a": 2}', [("/a", "duplicate-key")]),
        (b'{"a/b~": {"c": 1, "c": 1}}', [("/a~1b~0/c", "duplicate-key")]),
        (b'{"a": "\\ud800"}', [("/a", "bad-character")]),
        (b'{"a": ["\\u0000"]}', [("/a/0", "bad-character")]),
        (b'{"\\udc00": 1}', [("/\\udc00", "bad-character")]),
        (b"1" * 401, [("", "number-out-of-range")]),
        (b"[1e401]", [("/0", "number-out-of-range")]),
        (b"[1e-401]", [("/0", "number-out-of-range")]),
        (b"[1e999999999999999999]", [("/0", "number-out-of-range")]),
        (b"[" * 33 + b"]" * 33, [("/0" * 32, "too-deep")]),
        (b"[" * 100_000, [("", "too-deep")]),
        (b'{"a":' * 100_000, [("", "too-deep")]),
    ],
)
def test_refuses(body: bytes, expected: list[tuple[str, str]]) -> None:
    assert faults(body) == expected


def test_takes_32_levels() -> None:
    assert json_reader.read(b"[" * 32 + b"]" * 32)


def test_tells_every_fault_at_once() -> None:
    body = b'{"a": NaN, "b": {"c": 1, "c": 2, "d": 1e500}, "e": "\\ud800", "b2": [[Infinity]]}'
    assert faults(body) == [
        ("/a", "not-a-number"),
        ("/b/c", "duplicate-key"),
        ("/b/d", "number-out-of-range"),
        ("/e", "bad-character"),
        ("/b2/0/0", "not-a-number"),
    ]


def test_a_syntax_error_names_line_and_column() -> None:
    with pytest.raises(Refusal) as caught:
        json_reader.read(b'{\n  "a": ?\n}')
    assert caught.value.faults[0].complaint.detail == "line 2, column 8: expecting value"


def test_a_body_beyond_a_mebibyte_is_too_large() -> None:
    with pytest.raises(Refusal) as caught:
        json_reader.read(b" " * json_reader.MAX_BYTES + b"1")
    assert caught.value.kind.status == 413


def test_an_answer_tells_a_hundred_faults_and_counts_the_rest() -> None:
    with pytest.raises(Refusal) as caught:
        json_reader.read(b"[" + b",".join([b"NaN"] * 150) + b"]")
    document = caught.value.as_json()
    assert len(document["errors"]) == 100
    assert document["more_errors"] == 50


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * 300_000 + b"[]]",
        b'{"a":1,' + b",".join(b'"%d":1' % i for i in range(90_000)) + b',"a":1}',
        b"[" + b"1e400," * 140_000 + b"1]",
        b'["' + b"\\ud800" * 150_000 + b'"]',
        b"[" + b"1" * 1_000_000 + b"]",
    ],
)
@pytest.mark.timeout(60)
def test_nothing_hangs(body: bytes) -> None:
    try:
        told = json_reader.read(body)
    except Refusal as refusal:
        told = refusal.as_json()["errors"]
    assert told


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the parser vectors are not beside the repository")
def test_agrees_with_the_parser_vectors() -> None:
    wrong = []
    for path in VECTORS.iterdir():
        try:
            json_reader.read(path.read_bytes())
            taken = True
        except Refusal:
            taken = False
        if path.name[0] in "yn" and taken != (path.name[0] == "y" and path.name not in AMBIGUOUS):
            wrong.append(path.name)
    assert wrong == []


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_reads_what_the_standard_library_writes(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" in text:
        return
    assert json_reader.read(text.encode()) == value


numbers_ = st.sampled_from(
    [
        "0",
        "-0",
        "1.0",
        "1e2",
        "1E2",
        "-1.5e-3",
        "0.10",
        "9" * 18,
        "9" * 19,
        "-" + "9" * 19,
        "9" * 30,
        "1" * 401,
        "1e999",
    ]
)
texts = st.text(st.sampled_from('a.e,:[{"\\9\x00\u4e2d\U0001f600 '), max_size=5).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
compact = st.recursive(
    numbers_ | texts | st.sampled_from(["null", "true", "false", "NaN"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: f"[{','.join(some)}]")
        | st.lists(st.tuples(texts, inner), max_size=3).map(
            lambda some: "{" + ",".join(f"{name}:{one}" for name, one in some) + "}"
        )
    ),
    max_leaves=12,
)


def outcome_of(body: bytes) -> object:
    """What is read, with the types of it, or everything that is wrong."""
    try:
        return repr(json_reader.read(body))
    except Refusal as refused:
        return refused.as_json()


@given(compact)
def test_the_quick_way_reads_what_the_other_reads(text: str) -> None:
    body = f'{{"a":{text}}}'.encode()
    assert outcome_of(body) == outcome_of(body + b" ")  # a blank is not written back, so this goes the other way


def test_the_quick_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "_decode", None)
    assert json_reader.read('{"a":["0.5",17,null,{"b":"e1.5,2.5"}],"客":-3}'.encode()) == {
        "a": ["0.5", 17, None, {"b": "e1.5,2.5"}], "客": -3,
    }  # fmt: skip


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        json_reader.read(body)
        refusal = None
    except Refusal as refused:
        refusal = refused
    assert refusal is None or (refusal.kind.status == 400 and refusal.as_json()["errors"])


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5))
def test_a_number_keeps_its_text(number: Decimal) -> None:
    assert json_reader.number(format(number, "f")) == number


@pytest.mark.parametrize("text", ["", " 1", "1 ", "+1", "01", "1.", ".1", "1e", "0x1", "١", "1_0", "NaN", "1e401"])
def test_a_text_that_is_no_number(text: str) -> None:
    assert json_reader.number(text) is None
