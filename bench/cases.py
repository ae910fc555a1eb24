"""Complete cases of the credit pack, most values at a threshold, just under or just over it."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.model.bounds import bounds
from rules.model.policy import Fact
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, Enum, ListType, Record, Type
from rules.syntax.load import load

POLICIES = Path(__file__).parent.parent / "policies"
AS_OF = dt.date(2026, 11, 23)
CREDIT = (
    "credit_tier", "credit_exposure", "exceptional_limit", "limit_escalation",
    "customer_database_access", "visit_plan",
)  # fmt: skip
_DAYS = (-366, -365, -364, -31, -1, 0, 1)

Facts = dict[str, Any]


def policies() -> CheckedPolicySet:
    """The policies of the product."""
    files = sorted(POLICIES.rglob("*.yaml"))
    return check(load({p.relative_to(POLICIES).as_posix(): p.read_text(encoding="utf-8") for p in files}))


def complete(checked: CheckedPolicySet, count: int, seed: int = 1) -> list[Facts]:
    """So many cases in which every fact that the credit rulesets need is present."""
    rnd = random.Random(seed)
    needed = {name for ruleset in checked.closure(CREDIT) for name in checked.rulesets[ruleset].facts}
    amounts = _amounts(checked)
    facts = [checked.fact(name) for name in sorted(needed)]
    return [
        {f.name: _value(rnd, f.type, f, amounts) for f in facts if f.required or rnd.random() < 0.6}
        for _ in range(count)
    ]


def _amounts(checked: CheckedPolicySet) -> list[Decimal]:
    numbers: set[Decimal] = {Decimal(0), Decimal(1), Decimal(2)}
    for parameter in checked.policy.parameters.values():
        values = parameter.value.values() if isinstance(parameter.value, dict) else [parameter.value]
        numbers.update(v for v in values if isinstance(v, Decimal))
    return sorted(numbers | {a * b for a in numbers for b in numbers})


def _value(rnd: random.Random, type_: Type, fact: Fact | None, amounts: list[Decimal]) -> Any:
    if type_ == BOOLEAN:
        return rnd.random() < 0.3
    if isinstance(type_, Enum):
        return rnd.choice(type_.values)
    if type_ == DATE:
        return AS_OF + dt.timedelta(days=rnd.choice(_DAYS))
    if isinstance(type_, ListType) and isinstance(type_.item, Record):
        fields = type_.item.fields
        return [{n: _value(rnd, t, None, amounts) for n, t in fields} for _ in range(rnd.randrange(5))]
    step = Decimal("0.01") if type_ == MONEY else Decimal(1) if type_ == INTEGER else Decimal("0.001")
    found = rnd.choice(amounts) + step * rnd.choice((-1, 0, 0, 1))
    if fact is not None and (limits := bounds(type_, fact.minimum, fact.maximum)) is not None:
        found = min(max(found, limits.low), limits.high)
    return found.quantize(step)
