"""What is decided with facts absent, judged by filling them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.check.checked import CheckedPolicySet
from rules.engines.completions.leaf import leaf_of
from rules.engines.completions.region import Region
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, Enum, ListType
from tests.facts import CENT, DAYS, amounts, facts_of, near, of_type

Facts = Mapping[str, Any]


@pytest.fixture(scope="module")
def interpreter(checked: CheckedPolicySet) -> Interpreter:
    return Interpreter(checked)


def essence(outcome: Outcome) -> tuple[Any, ...]:
    """Status, values and required actions: what a completion may not change."""
    leaf = leaf_of(Region({}, {}, (), {}), outcome)
    return leaf.shape, leaf.parts


def with_needs(checked: CheckedPolicySet) -> list[str]:
    """The rulesets for which something can be missing."""
    return sorted(name for name, ruleset in checked.rulesets.items() if ruleset.needs)


def without(data: st.DataObject, facts: Facts, needs: frozenset[str], most: int) -> tuple[dict[str, Any], list[str]]:
    gone = sorted(data.draw(st.sets(st.sampled_from(sorted(needs)), min_size=1, max_size=most)))
    return {name: value for name, value in facts.items() if name not in gone}, gone


@settings(max_examples=200)
@given(data=st.data(), as_of=DAYS)
def test_filling_in_absent_facts_never_changes_what_was_decided(
    checked: CheckedPolicySet, interpreter: Interpreter, data: st.DataObject, as_of: dt.date
) -> None:
    name = data.draw(st.sampled_from(with_needs(checked)))
    facts = data.draw(facts_of(checked, as_of, asked=(name,)))
    part, gone = without(data, facts, checked.rulesets[name].needs, 9)
    # Drawn before anything is decided, so that what is drawn never depends on an answer.
    others = {f: data.draw(of_type(checked.fact(f).type, checked, as_of, checked.fact(f))) for f in gone}
    outcome = interpreter.decide((name,), part, as_of)[name]
    full = {**part, **{fact: facts[fact] for fact in gone}}
    other = {**full, **{fact: others[fact] for fact in gone if fact not in outcome.missing_facts}}
    completed = [interpreter.decide((name,), f, as_of)[name] for f in (full, other)]
    # What is not listed as missing does not matter, whatever the values of the rest.
    assert essence(completed[0]) == essence(completed[1])
    if outcome.status == "decided":
        assert essence(completed[0]) == essence(outcome)


def candidates(checked: CheckedPolicySet, name: str, fact: str, facts: Facts, as_of: dt.date) -> list[Any]:
    """Values of a fact at every place where an outcome can change, given the others."""
    type_ = checked.fact(fact).type
    if type_ == BOOLEAN:
        return [True, False]
    if isinstance(type_, Enum):
        return list(type_.values)
    if type_ == DATE:
        return near(as_of)
    if isinstance(type_, ListType):
        visit = {"on": as_of, "effective": False}
        return [[], [visit], [visit] * 2, [visit] * 3]
    at = set(amounts(checked, (name,)))
    if type_ == INTEGER:
        return sorted(e for a in at if a == int(a) and a <= 365 for e in (a - 1, a, a + 1) if e >= 0)
    if type_ != MONEY:
        return sorted({s * a + d for a in at for s in (1, -1) for d in (-CENT, Decimal(0), CENT)})
    held = [v for n, v in facts.items() if n.startswith(("credit.", "order.")) and isinstance(v, Decimal)]
    limits = [*at, *held, *(v * Decimal("0.9") for v in held)]
    edges = {limit - sum(some, Decimal(0)) for limit in limits for some in ((), *((h,) for h in held), tuple(held))}
    return sorted({e + d for e in edges for d in (-CENT, Decimal(0), CENT) if e + d >= 0})


def completions(
    checked: CheckedPolicySet, name: str, part: Facts, gone: list[str], as_of: dt.date
) -> Iterator[dict[str, Any]]:
    for values in product(*(candidates(checked, name, fact, part, as_of) for fact in gone)):
        yield {**part, **dict(zip(gone, values, strict=True))}


def exactly_known(checked: CheckedPolicySet, name: str) -> bool:
    """Whether the candidates above hold every place where an outcome can change: they do for the credit pack."""
    return checked.rulesets[name].source.pack == "credit"


@settings(max_examples=60)
@given(data=st.data(), as_of=DAYS)
def test_a_fact_is_missing_only_if_it_alone_can_change_the_outcome(
    checked: CheckedPolicySet, interpreter: Interpreter, data: st.DataObject, as_of: dt.date
) -> None:
    name = data.draw(st.sampled_from([n for n in with_needs(checked) if exactly_known(checked, n)]))
    part, gone = without(data, data.draw(facts_of(checked, as_of, asked=(name,))), checked.rulesets[name].needs, 2)
    outcome = interpreter.decide((name,), part, as_of)[name]
    assume(outcome.status == "undecided")
    assert outcome.exact
    for fact in outcome.missing_facts:
        seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for full in completions(checked, name, part, gone, as_of):
            others = tuple(repr(full[g]) for g in gone if g != fact)
            found = essence(interpreter.decide((name,), full, as_of)[name])
            if seen.setdefault(others, found) != found:
                break
        else:
            raise AssertionError(f"{fact} is said to be missing, but no two values of it differ")


CASES: list[tuple[str, str, dict[str, Any], tuple[str, ...] | str]] = [
    ("a broken promise alone decides", "credit_tier", {"customer.broken_promises": Decimal(1)}, "丙"),
    ("being an intermediary alone decides", "credit_tier", {"customer.is_intermediary": True}, "丙"),
    (
        "over the receivables or not, large trade is 丙 either way",
        "credit_tier",
        {"customer.broken_promises": Decimal(0), "customer.is_intermediary": False, "customer.size": "medium",
         "customer.annual_trade": Decimal("500000.00")},
        "丙",
    ),
    (
        "a cent less trade, and much can matter",
        "credit_tier",
        {"customer.broken_promises": Decimal(0), "customer.is_intermediary": False, "customer.size": "medium",
         "customer.annual_trade": Decimal("499999.99"), "customer.reputation": "good",
         "customer.founded_on": dt.date(2000, 1, 1)},
        ("credit.receivables",),
    ),
    ("nothing known", "visit_plan", {}, ("visits",)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "facts", "expected"), CASES, ids=[c[0] for c in CASES])
def test_by_hand(
    interpreter: Interpreter, why: str, name: str, facts: Facts, expected: tuple[str, ...] | str
) -> None:
    outcome = interpreter.decide((name,), facts, dt.date(2026, 11, 23))[name]
    if isinstance(expected, str):
        assert (outcome.status, outcome.values["tier"]) == ("decided", expected)
    else:
        assert (outcome.status, outcome.missing_facts) == ("undecided", expected)


def test_rules_that_may_have_fired_are_all_named(interpreter: Interpreter) -> None:
    facts = CASES[2][2]
    outcome = interpreter.decide(("credit_tier",), facts, dt.date(2026, 11, 23))["credit_tier"]
    assert outcome.rules == ("TIER-4", "TIER-5")
    assert not outcome.certain


def test_a_limit_given_needs_no_tier(interpreter: Interpreter) -> None:
    facts = {"credit.bank_refusal": "none", "credit.note_deferred": False, "credit.deteriorated": False,
             "credit.limit": Decimal("500000.00"), "credit.receivables": Decimal("449999.99"),
             "credit.unsettled_notes": Decimal(0)}  # fmt: skip
    outcomes = interpreter.decide(("limit_escalation",), facts, dt.date(2026, 11, 23))
    assert outcomes["credit_tier"].status == "undecided"
    assert outcomes["limit_escalation"].values["escalation"] == "within_limit"
