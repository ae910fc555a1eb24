"""Facts for the vocabulary, biased to where decisions change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.check.checked import CheckedPolicySet
from rules.model.bounds import bounds
from rules.model.expr import Literal
from rules.model.policy import Fact
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Enum, ListType, Record, Type
from rules.model.walk import descendants

AS_OF = dt.date(2026, 11, 23)
DAYS = st.sampled_from([AS_OF, dt.date(2025, 2, 28), dt.date(2024, 2, 29), dt.date(2023, 3, 1)])
CENT = Decimal("0.01")


def near(as_of: dt.date) -> list[dt.date]:
    """Days around the decision date and its anniversaries, and the leap days near them."""
    days = [as_of + dt.timedelta(days=n) for n in (-366, -365, -364, -31, -1, 0, 1, 400)]
    return [*days, dt.date(2024, 2, 29), dt.date(2024, 2, 28), dt.date(2020, 2, 29), dt.date(1990, 1, 1)]


def amounts(checked: CheckedPolicySet) -> list[Decimal]:
    """Every parameter of the policy, their products, and every number written in a rule."""
    numbers = []
    for parameter in checked.policy.parameters.values():
        value = parameter.value
        numbers += [v for v in (value.values() if isinstance(value, dict) else [value]) if isinstance(v, Decimal)]
    products = {a * b for a in numbers for b in numbers} | set(numbers) | {Decimal(0), Decimal(1), Decimal(2)}
    trees = (tree for ruleset in checked.rulesets.values() for tree in ruleset.trees())
    values = (node.value for tree in trees for node in descendants(tree) if isinstance(node, Literal))
    return sorted(products | {value for value in values if isinstance(value, Decimal)})


def of_type(type_: Type, checked: CheckedPolicySet, as_of: dt.date, fact: Fact | None = None) -> st.SearchStrategy[Any]:
    """Values of one type, most of them at a threshold, just under or just over it."""
    if type_ == BOOLEAN:
        return st.booleans()
    if isinstance(type_, Enum):
        return st.sampled_from(type_.values)
    if type_ == TEXT:
        return st.text(max_size=20)
    if type_ == DATE:
        return st.sampled_from(near(as_of)) | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
    if isinstance(type_, ListType):
        return st.lists(of_type(type_.item, checked, as_of), max_size=6)
    if isinstance(type_, Record):
        return st.fixed_dictionaries({name: of_type(t, checked, as_of) for name, t in type_.fields})
    limit = bounds(type_, fact.minimum if fact else None, fact.maximum if fact else None)
    assert limit is not None
    step = CENT if type_ == MONEY else Decimal(1) if type_ == INTEGER else Decimal("0.001")
    at = [a for a in amounts(checked) if type_ != INTEGER or a == a.to_integral_value()]
    edges = sorted({e for a in at for e in (a - step, a, a + step) if limit.low <= e <= limit.high})
    edges = [e.quantize(CENT) if type_ == MONEY else e for e in edges]
    places = 2 if type_ == MONEY else 0 if type_ == INTEGER else 3
    return st.sampled_from(edges) | st.decimals(max(limit.low, Decimal(-1)), 1_000_000, places=places)


@st.composite
def facts_of(draw: st.DrawFn, checked: CheckedPolicySet, as_of: dt.date, absent: bool = False) -> dict[str, Any]:
    """Typed facts for the whole vocabulary; optional ones may be absent, required ones only with `absent`."""
    facts: dict[str, Any] = {}
    gone = draw(st.sets(st.sampled_from(sorted(checked.policy.facts)), max_size=5)) if absent else set()
    for fact in checked.policy.facts.values():
        if fact.name in gone or (not fact.required and draw(st.booleans())):
            continue
        facts[fact.name] = draw(of_type(fact.type, checked, as_of, fact))
    return facts
