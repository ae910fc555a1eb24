"""Which numbers an expression can become, as far as declarations say; and whether a comparison can hold.

Nothing is guessed: an expression that nothing is declared of has no range, and nothing follows from it. Every
answer is about values that are there; a comparison with null is null whatever its other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rules.check.checked import CheckedRuleset
from rules.feel.printer import show, show_number
from rules.model.bounds import bounds_of
from rules.model.expr import Arithmetic, Call, CompareTest, Expr, Interval, Literal, Name, Negate, Ref
from rules.model.policy import Fact, PolicySet
from rules.model.types import NUMERIC
from rules.model.values import DECIMAL128

MOST_COUNTED = Decimal(10**15)
"""More than any list has items or any text characters."""

_ENDLESS = Decimal("999999999999.99")
"""From here on an end is not one that anybody declared."""

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Numbers:
    """Inclusive ends; `said` are the words for where they come from, "" for a constant in plain sight."""

    low: Decimal
    high: Decimal
    said: str = ""


class Ranges:
    """The ranges of the expressions of one ruleset."""

    def __init__(self, policy: PolicySet, ruleset: CheckedRuleset) -> None:
        self.policy = policy
        self.ruleset = ruleset
        self._lets: dict[str, Numbers | None] = {}

    def of(self, tree: Expr, depth: int = 0) -> Numbers | None:
        """The range of an expression; None where nothing is known."""
        if depth > _MOST_STEPS:
            return None
        match tree:
            case Literal(value=Decimal() as value):
                return Numbers(value, value)
            case Ref():
                return self._ref(tree, depth)
            case Negate(operand=operand):
                inner = self.of(operand, depth + 1)
                return inner and Numbers(-inner.high, -inner.low, _named(tree, -inner.high, -inner.low, inner))
            case Arithmetic():
                return self._arithmetic(tree, depth)
            case Call(function=Name(name="count" | "string length")):
                return Numbers(Decimal(0), MOST_COUNTED, f"`{show(tree)}` is at least 0")
        return None

    def _ref(self, ref: Ref, depth: int) -> Numbers | None:
        if ref.kind == "fact":
            return _of_fact(self.policy.facts[ref.name])
        if ref.kind == "parameter":
            value = self.policy.parameters[ref.name].value
            found = f"the parameter `{ref.name}` is {show_number(value)}" if isinstance(value, Decimal) else ""
            return Numbers(value, value, found) if isinstance(value, Decimal) else None
        if ref.kind == "let" and ref.name in self.ruleset.lets:
            if ref.name not in self._lets:
                self._lets[ref.name] = None
                inner = self.of(self.ruleset.lets[ref.name], depth + 1)
                said = "" if inner is None else _named(ref, inner.low, inner.high, inner)
                self._lets[ref.name] = inner and Numbers(inner.low, inner.high, said)
            return self._lets[ref.name]
        return None

    def _arithmetic(self, tree: Arithmetic, depth: int) -> Numbers | None:
        left, right = self.of(tree.left, depth + 1), self.of(tree.right, depth + 1)
        if left is None or right is None:
            return None
        ends = _ends(tree.op, left, right)
        if not ends:
            return None
        low, high = min(ends), max(ends)
        return Numbers(low, high, _named(tree, low, high, left, right))


def _ends(op: str, left: Numbers, right: Numbers) -> list[Decimal]:
    if op == "+":
        return [DECIMAL128.add(left.low, right.low), DECIMAL128.add(left.high, right.high)]
    if op == "-":
        return [DECIMAL128.subtract(left.low, right.high), DECIMAL128.subtract(left.high, right.low)]
    if op == "*":
        return [DECIMAL128.multiply(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return []


def _of_fact(fact: Fact) -> Numbers | None:
    bounds = bounds_of(fact) if fact.type in NUMERIC else None
    if bounds is None:
        return None
    low, high = Decimal(bounds.low), Decimal(bounds.high)
    if isinstance(fact.when_absent, Decimal):
        low, high = min(low, fact.when_absent), max(high, fact.when_absent)
    return Numbers(low, high, _between(f"`{fact.name}`", low, high, fact.minimum is None, fact.maximum is None))


def _between(what: str, low: Decimal, high: Decimal, no_low: bool = False, no_high: bool = False) -> str:
    if low == high:
        return f"{what} is {show_number(low)}"
    no_low, no_high = no_low or low <= -_ENDLESS, no_high or high >= _ENDLESS
    if no_high and not no_low:
        return f"{what} is at least {show_number(low)}"
    if no_low and not no_high:
        return f"{what} is at most {show_number(high)}"
    return f"{what} lies between {show_number(low)} and {show_number(high)}"


def _named(tree: Expr, low: Decimal, high: Decimal, *parts: Numbers) -> str:
    """The words for a range that was worked out, "" where all parts are constants in plain sight."""
    return _between(f"`{show(tree)}`", low, high) if any(part.said for part in parts) else ""


def holds(op: str, left: Numbers, right: Numbers) -> bool | None:
    """Whether `left op right` is true of all, of none (False), or of some numbers of these ranges (None)."""
    if op in (">", ">="):
        return holds(_MIRRORED[op], right, left)
    if op == "<":
        return True if left.high < right.low else False if left.low >= right.high else None
    if op == "<=":
        return True if left.high <= right.low else False if left.low > right.high else None
    apart = left.high < right.low or right.high < left.low
    same = left.low == left.high == right.low == right.high
    if op == "=":
        return False if apart else True if same else None
    return True if apart else False if same else None


def test_holds(test: Expr, subject: Numbers, ranges: Ranges) -> bool | None:
    """The same for a test of a cell or of `in`: `< 10`, `[1..5]`, or a number to equal."""
    match test:
        case CompareTest(op=op, operand=operand):
            right = ranges.of(operand)
            return None if right is None else holds(op, subject, right)
        case Interval():
            low, high = ranges.of(test.low), ranges.of(test.high)
            verdicts = (
                None if low is None else holds(">=" if test.low_closed else ">", subject, low),
                None if high is None else holds("<=" if test.high_closed else "<", subject, high),
            )
            return False if False in verdicts else True if verdicts == (True, True) else None
    value = ranges.of(test)
    return None if value is None else holds("=", subject, value)


def is_empty(interval: Interval, ranges: Ranges) -> bool:
    """Whether no number at all can lie in a range literal."""
    low, high = ranges.of(interval.low), ranges.of(interval.high)
    if low is None or high is None:
        return False
    closed = interval.low_closed and interval.high_closed
    return low.low > high.high or (not closed and low.low >= high.high)


def reasons(*ranges: Numbers | None) -> Mapping[str, None]:
    """What the answer follows from, each once, in order."""
    return {one.said: None for one in ranges if one is not None and one.said}
