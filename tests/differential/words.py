"""The constants that generated policies speak of, and facts at, just under and just over them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.model.bounds import bounds
from rules.model.policy import Fact
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Enum, ListType, Record, Type

AS_OF = dt.date(2026, 11, 23)
WHOLE = ["0", "1", "2", "3", "7", "10", "12"]
NUMBERS = ["0.5", "0", "1", "2.25", "10", "99.99", "100", "0.3333", "1e2", ".01"]
AMOUNTS = [Decimal(x) for x in ("0", "0.01", "0.5", "1", "2", "2.25", "3", "7", "10", "12", "99.99", "100", "0.3333")]
TEXTS = ["", "a", "ab", "客户", "A"]
HOSTILE = ['"', "\\", 'a"b', "\\u0061", "客户\n", "🐎", "null", "true", "1", '{"k":1}', "a|b", " a", "\x7f", "İ"]
DAYS = [dt.date.fromisoformat(d) for d in ("2026-11-23", "2024-02-29", "2026-01-31", "2025-02-28", "2020-12-31")]
MONTHS = ["P1M", "P1Y", "P18M"]
SPANS = ["P1D", "P30D", "P365D", "PT36H"]
STEP = {MONEY: Decimal("0.01"), INTEGER: Decimal(1)}


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def number_facts(type_: Type, fact: Fact | None) -> st.SearchStrategy[Decimal]:
    """Numbers around the constants, and the ends of what the vocabulary allows."""
    limit = bounds(type_, fact.minimum if fact else None, fact.maximum if fact else None)
    assert limit is not None
    step = STEP.get(type_, Decimal("0.001"))
    near = {sign * a + d for a in AMOUNTS for sign in (1, -1) for d in (-step, Decimal(0), step)}
    places = {MONEY: 2, INTEGER: 0}.get(type_, 18)
    fitting = sorted({round(a, places) for a in near if limit.low <= a <= limit.high})
    ends = [limit.low, limit.high]
    written = [Decimal("1E+2"), Decimal("100.00"), Decimal("-0"), Decimal("1E+1")]
    odd = [a for a in written if limit.low <= a <= limit.high]
    return st.sampled_from(fitting) | st.sampled_from([*odd, *ends])


def fact_value(type_: Type, fact: Fact | None = None) -> st.SearchStrategy[Any]:
    """A value that the vocabulary allows."""
    if type_ == BOOLEAN:
        return st.booleans()
    if isinstance(type_, Enum):
        return st.sampled_from(type_.values)
    if type_ == TEXT:
        return st.sampled_from(TEXTS) | st.sampled_from(HOSTILE) | st.text(max_size=4)
    if type_ == DATE:
        near = sorted({d + dt.timedelta(n) for d in DAYS for n in (-1, 0, 1, 30)})
        return st.sampled_from(near) | st.sampled_from([dt.date.min, dt.date.max]) | st.dates()
    if isinstance(type_, ListType):
        return st.lists(fact_value(type_.item), max_size=4)
    if isinstance(type_, Record):
        return st.fixed_dictionaries({name: fact_value(t) for name, t in type_.fields})
    return number_facts(type_, fact)


@st.composite
def facts_for(draw: st.DrawFn, facts: dict[str, Fact], most_absent: int) -> dict[str, Any]:
    """Facts for a vocabulary; those that may be absent sometimes are, up to `most_absent` others too."""
    required = sorted(name for name, fact in facts.items() if fact.required)
    gone = draw(st.sets(st.sampled_from(required), min_size=1, max_size=most_absent)) if most_absent and required else ()  # noqa: E501
    found = {}
    for name, fact in facts.items():
        if name in gone or (not fact.required and draw(st.booleans())):
            continue
        found[name] = draw(fact_value(fact.type, fact))
    return found
