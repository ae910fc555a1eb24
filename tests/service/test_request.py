"""Requests beyond what the API tests show: the hash that recognises a retry."""

from __future__ import annotations

import datetime as dt

import pytest

from service.decide import Decider
from service.json_reader import read
from service.problems import Refusal
from service.request import request_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1, "b": [true]}', b'{"b":[true],"a":1}'),
        (b"[100]", b"[100.0]"),
        (b"[100]", b"[1e2]"),
        (b"[0]", b"[-0.0]"),
        (b"[12345678901234567890]", b"[12345678901234567890.0]"),
        (b'["\\u4e00"]', '["一"]'.encode()),
    ],
)
def test_the_same_request(one: bytes, other: bytes) -> None:
    assert request_hash(read(one)) == request_hash(read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"[1]", b'["1"]'),
        (b"[1.1]", b"[1.10000000000000000000001]"),
        (b"[true]", b"[1]"),
        (b"[null]", b"[]"),
        (b'{"a": null}', b"{}"),
        (b"[1, 2]", b"[2, 1]"),
    ],
)
def test_another_request(one: bytes, other: bytes) -> None:
    assert request_hash(read(one)) != request_hash(read(other))


def test_the_nearest_rulesets_are_told_first(decider: Decider) -> None:
    with pytest.raises(Refusal) as caught:
        decider.read({"facts": {"order": {"discount": 0}}})
    details = [fault.complaint.detail for fault in caught.value.faults]
    assert details[1] == "`tags` cannot be decided without `order.kind`"


def test_null_is_the_same_as_left_out(decider: Decider) -> None:
    request = decider.read({"decide": None, "subject": None, "as_of": None, "facts": {"order": {"note": "x"}}})
    assert (request.asked, request.subject, request.as_of) == (("note",), None, dt.date(2026, 11, 23))
