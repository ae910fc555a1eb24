"""Filters and pages over what the log requires, the soonest deadline first."""

from __future__ import annotations

import heapq
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple
from typing import Literal as OneOf

from service.register.schema import LEAF
from service.register.take import STANDING

Status = OneOf["open", "done", "all"]
STATUSES: Final = ("open", "done", "all")

_CURSOR: Final = re.compile(r"([0-9T:-]{4,19})_([0-9]{1,15})_([0-9]{1,6})")
_DUTIES: Final = {
    "by": "by_role = :by", "to": "to_role = :to", "action": "action = :action",
    "ruleset": "instr(rulesets, ' ' || :ruleset || ' ') > 0",
}  # fmt: skip
_DECISIONS: Final = {"subject": "subject = :subject", "decision": "leaf_index = :leaf"}
_OF_DECISIONS: Final = (
    f"texts CROSS JOIN obligations NOT INDEXED ON id >= leaf_index << {LEAF} AND id < (leaf_index + 1) << {LEAF}"
)
_STATUS: Final = {"open": "done IS NULL", "done": "done IS NOT NULL"}
_GIVEN: Final = (*_DUTIES, "subject", "caller", "after")
_SELECT: Final = "SELECT due_key, id, done FROM"
_ORDER: Final = "ORDER BY due_key, id LIMIT :rows"

Row = tuple[str, int, int | None]


class Obligation(NamedTuple):
    """One required action: the entry that requires it, its place there, and the entry that says it is done."""

    entry: int
    position: int
    due_key: str
    done: int | None

    @property
    def cursor(self) -> str:
        """Where a page that ends with it goes on."""
        return f"{self.due_key}_{self.entry}_{self.position}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; every filter that is not None must hold.

    `before` and `after` are texts as in `take.due_key`: due before the one and after the other; duties
    without a deadline pass neither. `cursor` is that of the last obligation of the page before.
    """

    by: str | None = None
    to: str | None = None
    action: str | None = None
    subject: str | None = None
    decision: str | None = None
    ruleset: str | None = None
    before: str | None = None
    after: str | None = None
    status: Status = "open"
    cursor: str | None = None
    caller: str | None = None
    """Whose decisions they must come from."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Obligations, the soonest due first, and the cursor of the next page, None on the last."""

    items: tuple[Obligation, ...]
    next: str | None


class Listing:
    """One list at one moment of the register; `leaf` is the entry of the decision that the filters name."""

    def __init__(self, connection: sqlite3.Connection, filters: Filters, leaf: int | None = None) -> None:
        self._connection = connection
        self._filters = filters
        place = None if filters.cursor is None else parse_cursor(filters.cursor)
        self._parameters: dict[str, Any] = {
            **{name: getattr(filters, name) for name in _GIVEN},
            "leaf": leaf,
            "before": min(filters.before or STANDING, STANDING),
            "due": place and place[0],
            "place": place and place[1] << LEAF | place[2],
            "rows": filters.limit + 1,
        }
        self._conditions = [
            *(["due_key < :before"] if filters.before is not None else []),
            *([f"due_key > :after AND due_key < '{STANDING}'"] if filters.after is not None else []),
            *(["(due_key, id) > (:due, :place)"] if place is not None else []),
        ]

    def page(self) -> Page:
        """One page; a row more than it holds tells whether there is a next one."""
        limit = self._filters.limit
        rows = [_obligation(row) for row in islice(heapq.merge(*self._walks()), limit + 1)]
        return Page(tuple(rows[:limit]), rows[limit - 1].cursor if len(rows) > limit else None)

    def queries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Queries that together find everything, each in the order of the list.

        Decisions that are named have few obligations, which are sorted; those of a caller stand in order,
        and so do those of each duty, of which a policy has some dozens.
        """
        duties = [text for name, text in _DUTIES.items() if self._parameters[name] is not None]
        of_duties = [f"duty IN (SELECT duties.id FROM duties WHERE {' AND '.join(duties)})"] if duties else []
        named = [text for name, text in _DECISIONS.items() if getattr(self._filters, name) is not None]
        of_caller = ["caller = :caller"] if self._filters.caller is not None else []
        if named or of_caller:
            source = _OF_DECISIONS if named else "obligations INDEXED BY by_caller"
            of_status = [] if self._filters.status == "all" else [_STATUS[self._filters.status]]
            yield self._query(source, [*named, *of_caller, *of_duties, *of_status]), self._parameters
            return
        found = self._connection.execute(f"SELECT id FROM duties{_where(duties)}", self._parameters).fetchall()
        for status in ("open", "done") if self._filters.status == "all" else (self._filters.status,):
            sql = self._query(f"obligations INDEXED BY {status}_by_duty", ["duty = :duty", _STATUS[status]])
            yield from ((sql, {**self._parameters, "duty": duty}) for (duty,) in found)

    def _walks(self) -> Iterator[Iterator[Row]]:
        return (self._connection.execute(sql, parameters) for sql, parameters in self.queries())

    def _query(self, source: str, conditions: list[str]) -> str:
        return f"{_SELECT} {source}{_where([*conditions, *self._conditions])} {_ORDER}"


def parse_cursor(text: str) -> tuple[str, int, int] | None:
    """Deadline, entry and place in it; None for a text that is no cursor."""
    found = _CURSOR.fullmatch(text)
    return (found[1], int(found[2]), int(found[3])) if found else None


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _obligation(row: Row) -> Obligation:
    due, number, done = row
    return Obligation(number >> LEAF, number & ((1 << LEAF) - 1), due, done)
