"""Facts for the vocabulary, biased to where decisions change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.check.checked import CheckedPolicySet
from rules.feel.temporal_text import parse_date_time
from rules.model.bounds import bounds
from rules.model.expr import Literal
from rules.model.policy import Fact
from rules.model.types import BOOLEAN, DATE, DATE_TIME, INTEGER, MONEY, RATIO, TEXT, Enum, ListType, Record, Type
from rules.model.walk import descendants, references

AS_OF = dt.date(2026, 11, 23)
DAYS = st.sampled_from([AS_OF, dt.date(2025, 2, 28), dt.date(2024, 2, 29), dt.date(2023, 3, 1)])
CENT = Decimal("0.01")


def near(as_of: dt.date) -> list[dt.date]:
    """Days around the decision date and its anniversaries, and the leap days near them."""
    days = [as_of + dt.timedelta(days=n) for n in (-366, -365, -364, -31, -1, 0, 1, 400)]
    return [*days, dt.date(2024, 2, 29), dt.date(2024, 2, 28), dt.date(2020, 2, 29), dt.date(1990, 1, 1)]


def amounts(checked: CheckedPolicySet, asked: tuple[str, ...] | None = None) -> list[Decimal]:
    """Every number that these rulesets (or all) read or write, and every amount of money times every ratio."""
    closure = checked.closure(asked or tuple(checked.rulesets))
    trees = [tree for name in closure for tree in checked.rulesets[name].trees()]
    read = frozenset[str]().union(*(references(tree) for tree in trees))
    numbers: dict[Type, set[Decimal]] = {}
    for parameter in (p for p in checked.policy.parameters.values() if p.name in read):
        value = parameter.value
        type_ = parameter.type.fields[0][1] if isinstance(parameter.type, Record) else parameter.type
        found = value.values() if isinstance(value, dict) else [value]
        numbers.setdefault(type_, set()).update(v for v in found if isinstance(v, Decimal))
    products = {money * ratio for money in numbers.get(MONEY, ()) for ratio in numbers.get(RATIO, ())}
    values = (node.value for tree in trees for node in descendants(tree) if isinstance(node, Literal))
    written = {value for value in values if isinstance(value, Decimal)}
    return sorted(products.union(written, *numbers.values(), {Decimal(0), Decimal(1), Decimal(2)}))


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
    if type_ == DATE_TIME:
        days = st.sampled_from([as_of + dt.timedelta(days=n) for n in range(-12, 3)])
        times = st.sampled_from(["00:00:00", "08:59:59", "09:00:00", "12:30:00", "17:59:59", "18:00:00", "23:59:59"])
        zones = st.sampled_from(["+08:00", "Z", "-05:00"])
        texts = st.tuples(days.map(dt.date.isoformat), times, zones)
        return texts.map(lambda parts: parse_date_time(f"{parts[0]}T{parts[1]}{parts[2]}"))
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


def facts_of(
    checked: CheckedPolicySet, as_of: dt.date, absent: bool = False, asked: tuple[str, ...] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """Typed facts for what these rulesets (all, where none are given) read.

    Optional facts may be absent, required ones only with `absent`.
    """
    closure = checked.closure(asked or tuple(checked.rulesets))
    read = frozenset[str]().union(*(checked.rulesets[name].facts for name in closure))
    facts = [fact for fact in checked.policy.facts.values() if fact.name in read]
    values = {fact.name: of_type(fact.type, checked, as_of, fact) for fact in facts}

    # Without arguments: Hypothesis would write them out, and a policy is a megabyte.
    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        gone = draw(st.sets(st.sampled_from(sorted(values)), max_size=5)) if absent and values else set()
        return {
            fact.name: draw(values[fact.name])
            for fact in facts
            if fact.name not in gone and (fact.required or draw(st.booleans()))
        }

    return drawn()
