"""What can be sent, and what is refused before it is."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from policy_decisions_client import Client, InvalidFacts, Request
from policy_decisions_client.facts import body

from tests.client.conftest import URL, answers


def sent(facts: dict[str, Any]) -> Any:
    return json.loads(body(Request(facts).as_json()))["facts"]


def test_numbers_leave_exactly() -> None:
    facts = {"order": {"amount": Decimal("20000.10"), "count": 8, "discount": Decimal("1E+3"), "urgent": True}}
    assert sent(facts) == {"order": {"amount": "20000.10", "count": 8, "discount": "1E+3", "urgent": True}}


def test_days_moments_lists_and_text_leave_as_they_are_documented() -> None:
    at = dt.datetime(2026, 11, 24, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    facts = {"visits": [{"on": dt.date(2026, 11, 24)}], "at": at, "name": "王\"\\\x01", "none": None}
    assert sent(facts) == {
        "visits": [{"on": "2026-11-24"}], "at": "2026-11-24T09:00:00+08:00", "name": "王\"\\\x01", "none": None,
    }  # fmt: skip


def test_every_fault_is_told_with_its_place() -> None:
    facts = {
        "order": {"amount": 0.1, "items": [Decimal("NaN"), float("inf")]},
        "a/b": {1},
        "at": dt.datetime(2026, 11, 24),  # noqa: DTZ001
        "half": "\ud800",
        7: "x",
    }
    with pytest.raises(InvalidFacts) as told:
        Request(facts).as_json()  # type: ignore[arg-type]
    assert told.value.faults == (
        ("/facts/order/amount", "a float is not exact: write Decimal('0.1'), or a string"),
        ("/facts/order/items/0", "NaN is not a number"),
        ("/facts/order/items/1", "inf is not a number"),
        ("/facts/a~1b", "a value of type set cannot be sent"),
        ("/facts/at", "a date and time needs its offset from UTC"),
        ("/facts/half", "the text has half a surrogate pair, which UTF-8 cannot hold"),
        ("/facts", "7 is not the name of a member"),
    )


def test_a_nest_without_end_is_refused() -> None:
    facts: dict[str, Any] = {}
    facts["again"] = facts
    listed: list[Any] = []
    listed.append(listed)
    for endless in (facts, {"x": listed}):
        with pytest.raises(InvalidFacts, match="nested deeper than 32 levels"):
            Request(endless).as_json()


def test_a_float_never_leaves() -> None:
    transport, asked = answers()
    with Client(URL, transport=transport) as client, pytest.raises(InvalidFacts, match="a float is not exact"):
        client.decide({"order": {"amount": 19.99}})
    assert asked == []


@pytest.mark.parametrize("address", ["", "decisions.example", "ftp://x", "http://", "http://x:y", "file:///etc"])
def test_an_address_that_cannot_be_one(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(address)


def test_keys_that_no_header_may_hold() -> None:
    with pytest.raises(ValueError, match="an API key is visible ASCII"):
        Client(URL, key="a\r\nb")
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    for key in ("", "two words", "é", "k" * 256):
        with Client(URL, transport=transport) as client, pytest.raises(ValueError, match="an idempotency key is"):
            client.decide({}, idempotency_key=key)
