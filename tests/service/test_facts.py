"""Facts: every type taken in every notation that means one value, and every fault told with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import orjson
from hypothesis import given
from hypothesis import strategies as st

from service import json_reader
from service.facts import Facts
from service.ledger import canonical_bytes
from service.repository import LoadedPolicy


@pytest.fixture(scope="module")
def facts(policy: LoadedPolicy) -> Facts:
    return Facts(policy.checked.policy.facts)


def told(facts: Facts, value: Any) -> list[tuple[str, str]]:
    _, faults, _ = facts.read(value)
    return [(fault.at, fault.complaint.code) for fault in faults]


def one(facts: Facts, name: str, text: str) -> Any:
    value = json_reader.read(f'{{"order": {{"{name}": {text}}}}}'.encode())
    read, faults, _ = facts.read(value)
    return read[f"order.{name}"] if not faults else faults[0].complaint.code


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("amount", '"100.10"', Decimal("100.10")),
        ("amount", "100.10", Decimal("100.10")),
        ("amount", "100.100", Decimal("100.10")),
        ("amount", '"100.100"', Decimal("100.10")),
        ("amount", "1e2", Decimal("100.00")),
        ("amount", "-0.0", Decimal("0.00")),
        ("amount", "999999999999.99", Decimal("999999999999.99")),
        ("amount", "100.001", "too-many-decimals"),
        ("amount", '"1e-3"', "too-many-decimals"),
        ("amount", "-0.01", "below-minimum"),
        ("amount", "1000000000000", "above-maximum"),
        ("amount", "1e400", "above-maximum"),
        ("amount", '"1,000.00"', "not-a-number"),
        ("amount", '" 1"', "not-a-number"),
        ("amount", '""', "not-a-number"),
        ("amount", '"١"', "not-a-number"),
        ("amount", "true", "wrong-type"),
        ("amount", "[]", "wrong-type"),
        ("count", "8", Decimal(8)),
        ("count", "8.0", Decimal(8)),
        ("count", "1e2", Decimal(100)),
        ("count", "8.5", "not-an-integer"),
        ("count", "1001", "above-maximum"),
        ("count", '"8"', "wrong-type"),
        ("count", "false", "wrong-type"),
        ("discount", "0.5", Decimal("0.5")),
        ("discount", '"0.123456789012345678"', Decimal("0.123456789012345678")),
        ("discount", '"0.1234567890123456789"', "too-many-decimals"),
        ("discount", "1.000000000000000001", "above-maximum"),
        ("discount", "1e-400", "too-many-decimals"),
        ("urgent", "true", True),
        ("urgent", "0", "wrong-type"),
        ("urgent", '"true"', "wrong-type"),
        ("day", '"2024-02-29"', dt.date(2024, 2, 29)),
        ("day", '"2023-02-29"', "not-a-date"),
        ("day", '"20240229"', "not-a-date"),
        ("day", '"2024-2-9"', "not-a-date"),
        ("day", '"2024-W09-4"', "not-a-date"),
        ("day", '"0000-01-01"', "not-a-date"),
        ("day", '"2024-02-29T00:00:00Z"', "not-a-date"),
        ("day", "20240229", "wrong-type"),
        ("kind", '"special"', "special"),
        ("kind", '"Special"', "not-allowed-value"),
        ("kind", '"special "', "not-allowed-value"),
        ("kind", "1", "wrong-type"),
        ("note", '"甲 ok 👍"', "甲 ok 👍"),
        ("note", '""', ""),
        ("note", '"a\\nb"', "control-character"),
        ("note", '"a\\u0085b"', "control-character"),
        ("note", f'"{"x" * 1001}"', "too-long"),
        ("note", "1", "wrong-type"),
    ],
)  # fmt: skip
def test_one_fact(facts: Facts, name: str, text: str, value: Any) -> None:
    read = one(facts, name, text)
    assert read == value
    assert str(read) == str(value)


def test_null_is_absent(facts: Facts) -> None:
    assert facts.read({"order": {"amount": None, "count": 1}, "visits": None}) == (
        {"order.count": Decimal(1)},
        (),
        None,
    )
    assert facts.read({"order": None}) == ({}, (), None)


def test_records(facts: Facts) -> None:
    read, faults, _ = facts.read({"visits": [{"on": "2026-01-02", "effective": False, "by": "clerk"}]})
    assert not faults
    assert read == {"visits": [{"on": dt.date(2026, 1, 2), "effective": False, "by": "clerk"}]}


def test_every_fault_of_records(facts: Facts) -> None:
    visits = [{"on": "2026-1-2", "by": "clrk"}, 3, {"on": None, "effective": True, "by": "clerk", "x": 1}]
    assert told(facts, {"visits": visits}) == [
        ("/facts/visits/0/on", "not-a-date"),
        ("/facts/visits/0/by", "not-allowed-value"),
        ("/facts/visits/0/effective", "required"),
        ("/facts/visits/1", "wrong-type"),
        ("/facts/visits/2/on", "wrong-type"),
        ("/facts/visits/2/x", "unknown-member"),
    ]
    assert told(facts, {"visits": {}}) == [("/facts/visits", "wrong-type")]
    assert told(facts, {"visits": [{}] * 10_001}) == [("/facts/visits", "too-many-items")]


def test_every_fault_of_several_facts(facts: Facts) -> None:
    assert told(facts, {"order": {"amount": "x", "count": 1.5, "kind": "specal", "amuont": 1}, "visit": []}) == [
        ("/facts/order/amount", "not-a-number"),
        ("/facts/order/count", "wrong-type"),
        ("/facts/order/kind", "not-allowed-value"),
        ("/facts/order/amuont", "unknown-fact"),
        ("/facts/visit", "unknown-fact"),
    ]


@pytest.mark.parametrize(
    ("value", "pointer", "hint"),
    [
        ({"order": {"kind": "specail"}}, "/facts/order/kind", "did you mean `special`?"),
        ({"order": {"amuont": 1}}, "/facts/order/amuont", "did you mean `order.amount`?"),
        ({"ordr": {"amount": 1}}, "/facts/ordr", "did you mean `order`?"),
        ({"amount": 1}, "/facts/amount", "did you mean `order.amount`?"),
        ({"order.amount": 1}, "/facts/order.amount", 'write it nested: `{"order": {"amount": …}}`'),
        ({"order": {"zzzzzzzz": 1}}, "/facts/order/zzzzzzzz", None),
    ],
)
def test_hints(facts: Facts, value: Any, pointer: str, hint: str | None) -> None:
    _, faults, _ = facts.read(value)
    assert [(fault.at, fault.as_json().get("hint")) for fault in faults] == [(pointer, hint)]


@pytest.mark.parametrize("value", [[], 3, "x", True])
def test_facts_are_an_object(facts: Facts, value: Any) -> None:
    assert told(facts, value) == [("/facts", "wrong-type")]


def test_a_group_is_an_object(facts: Facts) -> None:
    assert told(facts, {"order": 3}) == [("/facts/order", "wrong-type")]
    assert told(facts, {"order": {"_schema": 1}}) == [("/facts/order/_schema", "unknown-fact")]


def test_a_pointer_escapes_what_pointers_must(facts: Facts) -> None:
    assert told(facts, {"a/b~c": 1}) == [("/facts/a~1b~0c", "unknown-fact")]


given_facts = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.decimals(0, 10**9, places=2).map(str),
        "count": st.integers(0, 1000),
        "kind": st.sampled_from(["normal", "special"]),
        "urgent": st.booleans(),
        "day": st.dates().map(str),
        "discount": st.decimals(0, 1, places=6).map(str),
        "note": st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20),
    },
)


@given(given_facts)
def test_what_is_written_reads_as_the_same(policy: LoadedPolicy, order: dict[str, Any]) -> None:
    facts = Facts(policy.checked.policy.facts)
    read, faults, _ = facts.read({"order": order})
    assert not faults
    written = facts.write(read)
    again, faults, as_given = facts.read(written)
    assert (again, faults) == (read, ())
    assert as_given is None or canonical_bytes(as_given) == canonical_bytes(written)
    assert facts.write(again) == written


def test_facts_in_the_notation_of_the_record_are_recorded_as_given(facts: Facts) -> None:
    order = {"amount": "12.50", "count": 3, "kind": "special", "urgent": True, "day": "2026-01-02", "note": "限"}
    value = {"order": order, "visits": [{"on": "2026-01-02", "effective": False, "by": "clerk"}]}
    read, _, as_given = facts.read(value)
    assert as_given is not None
    assert canonical_bytes(as_given) == canonical_bytes(value)
    assert facts.write(read) == value


@pytest.mark.parametrize("order", [{}, {"amount": 12.5}, {"amount": "12.5"}, {"count": None}, {"discount": "0.50"}])
def test_facts_in_another_notation_are_not(facts: Facts, order: dict[str, Any]) -> None:
    value = json_reader.read(orjson.dumps({"order": order}))
    _, faults, as_given = facts.read(value)
    assert (faults, as_given) == ((), None)


scalars = st.none() | st.booleans() | st.integers() | st.text()
names = st.sampled_from(["order", "amount", "kind", "visits", "on", "day", "x", "_schema"])
anything = st.recursive(
    scalars | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner),
)


@given(anything)
def test_the_quick_way_and_marshmallow_agree(policy: LoadedPolicy, value: Any) -> None:
    facts = Facts(policy.checked.policy.facts)
    read, faults, _ = facts.read(value)
    facts._places = {}  # nothing is taken
    assert facts.read(value)[:2] == (read, faults)


@given(given_facts)
def test_they_agree_on_what_is_right(policy: LoadedPolicy, order: dict[str, Any]) -> None:
    facts = Facts(policy.checked.policy.facts)
    read, faults, as_given = facts.read({"order": order})
    assert as_given is None or canonical_bytes(as_given) == canonical_bytes(facts.write(read))
    facts._places = {}
    assert facts.read({"order": order})[:2] == (read, faults)


def test_a_lone_surrogate_is_left_to_the_look_at_entries(facts: Facts) -> None:
    read, faults, as_given = facts.read({"order": {"note": "\ud800"}})
    assert (read, faults, as_given) == ({"order.note": "\ud800"}, (), None)
