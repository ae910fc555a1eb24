"""What carries an evaluation: its faults, and the bounds that keep it from running away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from rules.feel.calls import invoke
from rules.feel.errors import Fault, FeelFault
from rules.model.expr import Expr
from rules.model.values import DateTime, Value

CLOCK: Final = "now()"
"""The name under which an environment holds the moment that now() gives; no expression can spell it."""

MAX_DEPTH: Final = 280
MAX_STEPS: Final = 500_000
_CHARACTERS: Final = 200
_ITEMS: Final = 4
"""So many of a text or of a list are worth one step."""

Meaning = Callable[..., Value]
"""What one kind of node is worth: takes the machine, the node and the names around it."""


class ExhaustedError(Exception):
    """The evaluation is too deep or too long; nothing inside it may catch this."""


class Machine:
    """One evaluation. `faults` grows as it goes; `meanings` has one for every kind of node."""

    __slots__ = ("_depth", "_env", "_meanings", "_steps", "faults")

    def __init__(self, meanings: Mapping[type[Any], Meaning], faults: list[Fault] | None) -> None:
        self._meanings = meanings
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
            self.fault(node, str(fault))
        except (ExhaustedError, RecursionError, MemoryError):
            self.fault(node, "the evaluation takes too many steps")
        return None

    def value(self, node: Expr, scope: Mapping[str, Value]) -> Value:
        """The value of a node; null and a fault where it has none."""
        self.step()
        if self._depth >= MAX_DEPTH:
            raise ExhaustedError
        self._depth += 1
        try:
            return self._meanings[type(node)](self, node, scope)
        except FeelFault as fault:
            self.fault(node, str(fault))
            return None
        finally:
            self._depth -= 1

    def step(self, count: int = 1) -> None:
        """Count so many steps of work."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise ExhaustedError

    def weigh(self, values: Iterable[Value]) -> None:
        """Count steps for long texts and lists that are read or made: one operator may copy a megabyte."""
        for value in values:
            if isinstance(value, str | list):
                self.step(len(value) // (_CHARACTERS if isinstance(value, str) else _ITEMS))

    def fault(self, node: Expr, message: str) -> None:
        """Record a fault at a node; its value is null."""
        self.faults.append(Fault(message, node.start, node.end))

    def mark(self) -> int:
        """Remember which faults there are."""
        return len(self.faults)

    def forget(self, mark: int) -> None:
        """Drop the faults since a mark: what they spoiled did not matter."""
        del self.faults[mark:]

    def attempt(self, node: Expr, compute: Callable[..., bool | None], *others: Any) -> bool | None:
        """What `compute(machine, node, *others)` gives; null and a fault at the node where it raises one."""
        try:
            return compute(self, node, *others)
        except FeelFault as fault:
            self.fault(node, str(fault))
            return None

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
