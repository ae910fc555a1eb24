"""What carries an evaluation: its faults, and the bounds that keep it from running away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rules.feel.calls import invoke
from rules.feel.errors import Fault, FeelFault
from rules.model.expr import Expr
from rules.model.values import DateTime, Value

CLOCK: Final = "now()"
"""The name under which an environment holds the moment that now() gives; no expression can spell it."""

MAX_DEPTH: Final = 280
MAX_STEPS: Final = 2_000_000

Meaning = Callable[["Machine", Expr, Mapping[str, Value]], Value]


class Exhausted(Exception):
    """The evaluation is too deep or too long; nothing inside it may catch this."""


class Machine:
    """One evaluation. `faults` grows as it goes; `meaning` says what one node is worth."""

    __slots__ = ("_depth", "_env", "_meaning", "_steps", "faults")

    def __init__(self, meaning: Meaning, faults: list[Fault] | None) -> None:
        self._meaning = meaning
        self.faults = faults if faults is not None else []
        self._depth = 0
        self._steps = 0
        self._env: Mapping[str, Value] = {}

    def guarded(self, node: Expr, env: Mapping[str, Value], compute: Callable[[], Value]) -> Value:
        """The outermost step: whatever exhausts the evaluation makes it null."""
        self._env = env
        try:
            return compute()
        except FeelFault as fault:
            return self.fault(node, str(fault))
        except (Exhausted, RecursionError, MemoryError):
            return self.fault(node, "the evaluation takes too many steps")

    def value(self, node: Expr, scope: Mapping[str, Value]) -> Value:
        """The value of a node; null and a fault where it has none."""
        self.step()
        if self._depth >= MAX_DEPTH:
            raise Exhausted
        self._depth += 1
        try:
            return self._meaning(self, node, scope)
        except FeelFault as fault:
            return self.fault(node, str(fault))
        finally:
            self._depth -= 1

    def step(self) -> None:
        """Count one step of work."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Exhausted

    def fault(self, node: Expr, message: str) -> None:
        """Record a fault at a node; its value is null."""
        self.faults.append(Fault(message, node.start, node.end))

    def mark(self) -> int:
        """Remember which faults there are."""
        return len(self.faults)

    def forget(self, mark: int) -> None:
        """Drop the faults since a mark: what they spoiled did not matter."""
        del self.faults[mark:]

    def attempt(self, node: Expr, compute: Callable[[], Value]) -> Value:
        """A value whose fault is recorded at the node, for parts that are no nodes of their own."""
        try:
            return compute()
        except FeelFault as fault:
            return self.fault(node, str(fault))

    def invoke(self, function: Value, arguments: Sequence[Value]) -> Value:
        """The value of a function for these arguments."""
        return invoke(self, function, arguments)

    def now(self) -> DateTime:
        """The injected clock."""
        try:
            moment = self._env[CLOCK]
        except KeyError:
            moment = None
        if not isinstance(moment, DateTime):
            raise FeelFault("there is no clock here: `now` and `today` have no value")
        return moment
