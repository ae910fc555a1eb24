"""The door to the C engine: nothing else in the product touches it.

It is used in the one way that was measured to be safe. A message is asserted on the default sid, its
actions are started and completed, and then the network is as empty as before. No `durable.engine.Host`
(it starts threads that run other threads' actions), no callbacks, no timers, no caller's text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import durable_rules_engine as c_engine  # type: ignore[import-not-found,unused-ignore]

from rules.engines.durable.limits import LEAF_ALTERNATIVES

Test = dict[str, Any]
"""One test in the engine's notation: `{"a": 1}`, `{"$gte": {"a": 1}}`."""

MATCHED: Final = 0
UNMATCHED: Final = 1
SID: Final = "0"
WAKE: Final = '{"id":1,"k":1}'
"""Matches the catch-all of every network. Facts never carry `k`, so it is matched by nothing else."""

MAX_OPENED: Final = 16
"""A network abandoned this often is not made again: something is wrong with it, and each one leaks."""

NAMES: Final = tuple(f"{i:03}" for i in range(LEAF_ALTERNATIVES))
"""Rules are named by number, all of one width: the name is cut from the answer without parsing it."""

_NUMBERS: Final = {name: i for i, name in enumerate(NAMES)}
_NAME: Final = slice(2, 2 + len(NAMES[0]))

_assert_event = c_engine.assert_event
_assert_fact = c_engine.assert_fact
_retract_fact = c_engine.retract_fact
_start = c_engine.start_action_for_state
_next = c_engine.complete_and_start_action


class ReteError(Exception):
    """The C engine is not in the state that the measured way of using it leaves it in."""


class Network:
    """One set of rules inside the C engine, for one decision at a time; made when it is first asked.

    Rule i holds where all tests of `alternatives[i]` do; earlier rules come first. A message is the text
    of a flat JSON object of integers, with `"id":1` and without `k`.
    """

    __slots__ = ("_alternatives", "_handle", "_opened")

    def __init__(self, alternatives: Sequence[Sequence[Test]]) -> None:
        self._alternatives = alternatives
        self._handle: int | None = None
        self._opened = 0

    def first(self, message: str) -> int:
        """The number of the first rule that holds, -1 where none does.

        The message is an event: its first match consumes it, and priority is the rule's number.
        """
        try:
            handle = self._handle or self._open()
            code, state = _assert_event(handle, message)
            if code == UNMATCHED:
                return -1
            if code != MATCHED:
                raise ReteError
            found: str = _start(handle, state)[1]
            if _next(handle, state) is not None:
                raise ReteError
            return _NUMBERS[found[_NAME]]
        except BaseException:
            self._abandon()
            raise

    def every(self, message: str) -> list[int]:
        """The numbers of all rules that hold, in order.

        The message is a fact: it stays until it is retracted, which is safe only once no action is left.
        """
        try:
            handle = self._handle or self._open()
            code, state = _assert_fact(handle, message)
            if code == UNMATCHED:
                return []
            if code != MATCHED:
                raise ReteError
            numbers = []
            found: str | None = _start(handle, state)[1]
            while found is not None:
                numbers.append(_NUMBERS[found[_NAME]])
                found = _next(handle, state)
            if _retract_fact(handle, message)[0] != MATCHED:
                raise ReteError
            return numbers
        except BaseException:
            self._abandon()
            raise

    def close(self) -> None:
        """Gives the memory back; both calls, in this order, or it leaks."""
        handle, self._handle = self._handle, None
        if handle is not None:
            c_engine.delete_state(handle, SID)
            c_engine.delete_ruleset(handle)

    def __del__(self) -> None:
        # At the end of the process the C module may be gone before its networks; then there is nothing to free.
        if c_engine is not None:
            self.close()

    def _open(self) -> int:
        self._opened += 1
        if self._opened > MAX_OPENED:
            raise ReteError
        handle: int = c_engine.create_ruleset("policy", definition(self._alternatives))
        # delete_state frees what only a started action initialises, and so may crash where no message ever
        # matched. Waking the network sees to that once, so that no message after it needs a catch-all.
        code, state = _assert_event(handle, WAKE)
        _start(handle, state)
        if code != MATCHED or _next(handle, state) is not None:
            raise ReteError
        self._handle = handle
        return handle

    def _abandon(self) -> None:
        """Forgets the network after an interruption: the next message must not meet what is left in it.

        It leaks, because taking one apart in the midst of an action crashes.
        """
        self._handle = None


def definition(alternatives: Sequence[Sequence[Test]]) -> str:
    """The rules in the engine's JSON, with one that only the waking message matches."""
    rules = {name: _rule(tests, i) for i, (name, tests) in enumerate(zip(NAMES, alternatives, strict=False))}
    rules["rest"] = _rule([{"k": 1}], len(alternatives))
    return json.dumps(rules)


def _rule(tests: Sequence[Test], priority: int) -> dict[str, Any]:
    return {"all": [{"m": tests[0] if len(tests) == 1 else {"$and": list(tests)}}], "pri": priority}
