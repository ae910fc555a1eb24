"""Evaluating expressions in which some facts are absent, on one path of the search.

What does not depend on an absent fact is evaluated by `rules.feel.evaluate` as ever; here is only what a
comparison, a connective or arithmetic does with an unknown side. Every question about an absent fact
goes to the path, so conditions come out true, false or null, never unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rules.check.checked import CheckedRuleset
from rules.engines.answer import Answer, Row
from rules.engines.completions.comparing import compare, linear
from rules.engines.completions.dependence import INPUT, Dependence, mentions_input
from rules.engines.completions.failing import BINDING
from rules.engines.completions.linear import Linear
from rules.engines.completions.path import Path
from rules.engines.completions.settling import answer_of, in_cents, settled
from rules.engines.completions.symbols import SYMBOLS, Choice, Opaque, Shifted, facts_in
from rules.engines.evaluation import Scope
from rules.feel.evaluate import Fault, evaluate
from rules.feel.printer import show
from rules.feel.scope import Scope as Names
from rules.model.expr import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    Expr,
    If,
    In,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Or,
    Ref,
    UnaryTests,
)  # fmt: skip
from rules.model.types import MONEY, Type
from rules.model.values import Value, YearMonthDuration
from rules.model.walk import children, map_children, references


class Symbolic:
    """An evaluator for `Evaluation` that asks `path` about absent facts."""

    def __init__(self, path: Path, dependence: Dependence) -> None:
        self.path = path
        self.dependence = dependence
        self.input: Value = None  # what `?` stands for

    def value(self, node: Expr, env: Scope, faults: list[Fault]) -> Value:
        """See `Evaluator`; the value may be a symbol."""
        if not self._depends(node, env):
            return evaluate(node, env, faults)
        return self._settled(self._value(node, env, faults))

    def _depends(self, node: Expr, env: Scope) -> bool:
        return self.dependence.depends(env.ruleset.name, node)

    def _settled(self, value: Value) -> Value:
        """A boolean fact is asked for; other unknown values are handed on."""
        if isinstance(value, Choice) and self.path.space.finite[value.fact] == {True, False}:
            return self.path.value_of(value.fact)
        return value

    def truth(self, node: Expr, env: Scope, faults: list[Fault]) -> Value:
        """See `Evaluator`; never a symbol."""
        value = self.value(node, env, faults)
        return self._told(value) if isinstance(value, Opaque) else value

    def fitted(self, value: Value, type_: Type) -> Value:
        """See `Evaluator`."""
        return value if isinstance(value, SYMBOLS) and type_ != MONEY else in_cents(self.path, value, type_)

    def answer(self, ruleset: CheckedRuleset, rows: Sequence[Row], defaults: Row) -> Answer:
        """See `Evaluator`."""
        return answer_of(self.path, ruleset, rows, defaults)

    def _value(self, node: Expr, env: Scope, faults: list[Fault]) -> Value:
        match node:
            case Ref():
                return env[node.name]
            case Name() if node.name == INPUT:
                return self.input
            case And() | Or():
                return self._logic(node, env, faults)
            case If():
                taken = self.truth(node.condition, env, faults) is True
                return self.value(node.then if taken else node.otherwise, env, faults)
            case Comparison():
                left, right = self.value(node.left, env, faults), self.value(node.right, env, faults)
                return compare(self.path, node.op, left, right)
            case Between():
                value, low, high = (self.value(n, env, faults) for n in (node.value, node.low, node.high))
                return self._within(value, low, high, (">=", "<="))
            case In():
                return self._member(node, env, faults)
            case Negate():
                return self._negated(node, self.value(node.operand, env, faults), env, faults)
            case Arithmetic():
                left, right = self.value(node.left, env, faults), self.value(node.right, env, faults)
                return self._arithmetic(node.op, left, right, node, env, faults)
            case Call():
                return self._call(node, env, faults)
        return self._other(node, env, faults)

    def _logic(self, node: And | Or, env: Scope, faults: list[Fault]) -> Value:
        """Kleene; the operand that needs no absent fact first, since it may settle the matter."""
        operands = sorted((node.left, node.right), key=lambda n: self._depends(n, env))
        decisive = isinstance(node, Or)
        before = len(faults)
        first = self.truth(operands[0], env, faults)
        if first is decisive:
            return decisive
        second = self.truth(operands[1], env, faults)
        if second is decisive:
            del faults[before:]
            return decisive
        return (not decisive) if first is second is (not decisive) else None

    # --- tests ---------------------------------------------------------------------------------

    def _member(self, node: In, env: Scope, faults: list[Fault]) -> Value:
        value = self.value(node.value, env, faults)
        return self._any(value, node.tests, env, faults)

    def _any(self, value: Value, tests: tuple[Expr, ...], env: Scope, faults: list[Fault]) -> Value:
        unknown = False
        before = len(faults)
        for test in tests:
            held = self._holds(value, test, env, faults)
            if held is True:
                del faults[before:]
                return True
            unknown = unknown or held is None
        return None if unknown else False

    def _holds(self, value: Value, test: Expr, env: Scope, faults: list[Fault]) -> Value:
        match test:
            case UnaryTests(any_value=True):
                return True
            case UnaryTests():
                held = self._any(value, test.tests, env, faults)
                return held if not test.negated else None if held is None else not held
            case CompareTest():
                return compare(self.path, test.op, value, self.value(test.operand, env, faults))
            case Interval():
                low, high = self.value(test.low, env, faults), self.value(test.high, env, faults)
                ends = (">=" if test.low_closed else ">", "<=" if test.high_closed else "<")
                return self._within(value, low, high, ends)
        if mentions_input(test):
            outer, self.input = self.input, value
            held = self.truth(test, env, faults)
            self.input = outer
            return held
        element = self.value(test, env, faults)
        if isinstance(element, list) and not isinstance(value, list):
            return any(compare(self.path, "=", value, item) is True for item in element)
        if not isinstance(element, SYMBOLS) and not isinstance(value, SYMBOLS):
            return evaluate(In(Literal(value), (Literal(element),)), {}, faults)
        if not _plain(element):
            return self._told(self._opaque(test, env, (value, element), faults))
        return compare(self.path, "=", value, element)

    def _within(self, value: Value, low: Value, high: Value, ends: tuple[str, str]) -> Value:
        """A range without one of its ends is none."""
        if low is None or high is None:
            return None
        return both(compare(self.path, ends[0], value, low), compare(self.path, ends[1], value, high))

    def _told(self, value: Opaque | None) -> Value:
        """Whether an opaque condition holds."""
        return None if value is None else self.path.assume(value.key, value.facts)

    # --- numbers and dates ---------------------------------------------------------------------

    def _negated(self, node: Negate, value: Value, env: Scope, faults: list[Fault]) -> Value:
        if isinstance(value, Linear):
            return value.times(Fraction(-1))
        if isinstance(value, SYMBOLS):
            return self._opaque(node, env, (value,), faults)
        return evaluate(Negate(Literal(value)), {}, faults)

    def _arithmetic(
        self, op: str, left: Value, right: Value, node: Expr, env: Scope, faults: list[Fault]
    ) -> Value:
        if left is None or right is None:
            return None
        if not isinstance(left, SYMBOLS) and not isinstance(right, SYMBOLS):
            return evaluate(Arithmetic(op, Literal(left), Literal(right)), {}, faults)  # type: ignore[arg-type]
        result = linear_arithmetic(op, left, right)
        return self._opaque(node, env, (left, right), faults) if result is None else settled(result)

    def _call(self, node: Call, env: Scope, faults: list[Fault]) -> Value:
        name = node.function.name if isinstance(node.function, Name) else ""
        if name == "not":
            value = self.truth(node.arguments[0], env, faults)
            return (not value) if isinstance(value, bool) else None
        if name in ("min", "max"):
            only = node.arguments[0]
            parts = only.items if len(node.arguments) == 1 and isinstance(only, ListOf) else node.arguments
            values = [self.value(part, env, faults) for part in parts]
            if len(values) > 1 and not any(isinstance(v, Opaque) or v is None for v in values):
                return self._extreme("<=" if name == "min" else ">=", values)
        return self._other(node, env, faults)

    def _extreme(self, op: str, values: list[Value]) -> Value:
        best = values[0]
        for value in values[1:]:
            best = best if compare(self.path, op, best, value) is True else value
        return best

    # --- everything else -----------------------------------------------------------------------

    def _other(self, node: Expr, env: Scope, faults: list[Fault]) -> Value:
        """Evaluated as ever where the unknown parts turn out known on this path; else opaque."""
        if isinstance(node, BINDING) or any(isinstance(n, BINDING) for n in children(node)):
            values = [env[name] for name in sorted(references(node))]
            values += [self.input] if mentions_input(node) else []
            if not any(isinstance(v, SYMBOLS) for v in values):
                return evaluate(node, Names({INPUT: self.input}, env), faults)
            return self._opaque(node, env, tuple(values), faults)
        parts = [n for n in children(node) if not isinstance(n, Name) or n.name == INPUT]
        values = [self.value(part, env, faults) for part in parts]
        if any(isinstance(v, SYMBOLS) for v in values):
            return self._opaque(node, env, tuple(values), faults)
        known = {id(part): Literal(value) for part, value in zip(parts, values, strict=True)}
        return evaluate(map_children(node, lambda n: known.get(id(n), n)), env, faults)

    def _opaque(
        self, node: Expr, env: Scope, values: tuple[Value, ...], faults: list[Fault]
    ) -> Opaque | None:
        """What cannot be followed, named by its text and by everything that goes into it.

        Where it may have no value, the path is asked for that first.
        """
        names = tuple((name, repr(env[name])) for name in sorted(references(node)))
        inputs = (*values, *(env[name] for name in references(node)))
        facts = frozenset[str]().union(*(facts_in(v) for v in inputs))
        found = Opaque((show(node), names, tuple(repr(v) for v in values)), facts)
        if self.dependence.may_be_null(env.ruleset, node) and self.path.assume(("null", found.key), facts):
            return None
        if self.dependence.may_fail(env.ruleset, node) and self.path.assume(("fails", found.key), facts):
            faults.append(Fault(f"`{show(node)}` may have no value", node.start, node.end))
            return None
        return found


def both(first: Value, second: Value) -> Value:
    """Kleene and."""
    if first is False or second is False:
        return False
    return True if first is second is True else None


def _plain(value: Value) -> bool:
    return value is None or isinstance(value, str | Decimal | dt.date | Linear | Choice | Shifted)


def linear_arithmetic(op: str, left: Value, right: Value) -> Linear | Shifted | None:
    """Sums, differences and multiples of linear forms; None where the result is not linear."""
    if isinstance(left, Linear) and left.kind == "date" and isinstance(right, YearMonthDuration):
        months = right.months if op == "+" else -right.months
        return Shifted(left, months) if op in "+-" else None
    a, b = linear(left), linear(right)
    if a is None or b is None:
        return None
    kinds = (a.kind, b.kind)
    if "date" in kinds and "days" in kinds and not (_whole_days(a) and _whole_days(b)):
        return None
    if op == "+" and (kinds[0] == kinds[1] != "date" or kinds in (("date", "days"), ("days", "date"))):
        return a.plus(b, "date" if "date" in kinds else a.kind)
    if op == "-" and (kinds[0] == kinds[1] or kinds == ("date", "days")):
        return a.minus(b, "date" if kinds == ("date", "days") else "days" if "date" in kinds else a.kind)
    if op == "*" and b.kind == "number" and not b.terms and a.kind != "date":
        return a.times(b.constant)
    if op == "*" and a.kind == "number" and not a.terms and b.kind != "date":
        return b.times(a.constant)
    if op == "/" and b.kind == "number" and not b.terms and b.constant and a.kind != "date":
        return a.times(1 / b.constant)
    return None


def _whole_days(form: Linear) -> bool:
    """Whether a day or a duration is a whole number of days: a date takes no part of a day."""
    return form.constant.denominator == 1 and all(factor.denominator == 1 for _, factor in form.terms)
