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

Test = dict[str, Any]
"""One test in the engine's notation: `{"a": 1}`, `{"$gte": {"a": 1}}`."""

MATCHED: Final = 0
UNMATCHED: Final = 1
SID: Final = "0"
WAKE: Final = '{"id":1,"k":1}'
"""Matches the catch-all of every network. Facts never carry `k`, so it is matched by nothing else."""

NAME_DIGITS: Final = 4
"""Rules are named by number, all of one width: the name is cut from the answer without parsing it."""

_assert_event = c_engine.assert_event
_assert_fact = c_engine.assert_fact
_start = c_engine.start_action_for_state
_next = c_engine.complete_and_start_action


class ReteError(Exception):
    """The C engine answered something that the measured way of using it never brings."""


class Network:
    """One set of rules inside the C engine, for one thread.

    Rule i holds where all tests of `alternatives[i]` do; earlier rules come first. A message is the text
    of a flat JSON object of integers, with `"id":1` and without `k`.
    """

    __slots__ = ("_definition", "_handle", "_state")

    def __init__(self, alternatives: Sequence[Sequence[Test]]) -> None:
        self._definition = definition(alternatives)
        self._open()

    def _open(self) -> None:
        self._handle: int | None = None
        handle = c_engine.create_ruleset("policy", self._definition)
        # delete_state crashes on a sid of which no message ever matched; waking the network makes sure
        # that one has, so that an unmatched message needs no catch-all of its own afterwards.
        code, self._state = _assert_event(handle, WAKE)
        _expect(code == MATCHED)
        _start(handle, self._state)
        _expect(_next(handle, self._state) is None)
        self._handle = handle

    def first(self, message: str) -> int:
        """The number of the first rule that holds, -1 where none does.

        The message is an event: its first match consumes it, and priority is the rule's number.
        """
        try:
            code, state = _assert_event(self._handle, message)
            if code == UNMATCHED:
                return -1
            _expect(code == MATCHED)
            found: str = _start(self._handle, state)[1]
            _expect(_next(self._handle, state) is None)
            return int(found[2 : 2 + NAME_DIGITS])
        except BaseException:
            self._abandon()
            raise

    def every(self, message: str) -> list[int]:
        """The numbers of all rules that hold, in order.

        The message is a fact: it stays until it is retracted, which is safe only once no action is left.
        """
        try:
            code, state = _assert_fact(self._handle, message)
            if code == UNMATCHED:
                return []
            _expect(code == MATCHED)
            numbers = []
            found: str | None = _start(self._handle, state)[1]
            while found is not None:
                numbers.append(int(found[2 : 2 + NAME_DIGITS]))
                found = _next(self._handle, state)
            code, _ = c_engine.retract_fact(self._handle, message)
            _expect(code == MATCHED)
            return numbers
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Starts afresh after an interruption, so that no later message meets what this one left behind.

        The old network is left to leak: taking one apart in the midst of an action crashes.
        """
        self._open()

    def close(self) -> None:
        """Gives the memory back; both calls, in this order, or it leaks."""
        handle, self._handle = self._handle, None
        if handle is not None:
            c_engine.delete_state(handle, SID)
            c_engine.delete_ruleset(handle)

    def __del__(self) -> None:
        self.close()


def definition(alternatives: Sequence[Sequence[Test]]) -> str:
    """The rules in the engine's JSON, with the catch-all that only the waking message matches."""
    rules = {f"{i:0{NAME_DIGITS}}": _rule(list(tests), i) for i, tests in enumerate(alternatives)}
    rules["rest"] = _rule([{"k": 1}], len(alternatives))
    return json.dumps(rules)


def _rule(tests: list[Test], priority: int) -> dict[str, Any]:
    return {"all": [{"m": tests[0] if len(tests) == 1 else {"$and": tests}}], "pri": priority}


def _expect(holds: bool) -> None:
    if not holds:
        raise ReteError("the rules engine is not in the state it must be in")
