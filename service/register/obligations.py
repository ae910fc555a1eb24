"""Filters and pages over what the log requires, the soonest deadline first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from typing import Literal as OneOf

from service.register.take import STANDING

Status = OneOf["open", "done", "all"]
STATUSES: Final = ("open", "done", "all")

_CURSOR: Final = re.compile(r"([0-9T:-]{4,19})_([0-9]{1,15})_([0-9]{1,6})")
_COLUMNS: Final = {
    "by": "by_role", "to": "to_role", "action": "action", "subject": "subject", "decision": "decision_id",
    "caller": "caller",
}  # fmt: skip
_STATUS: Final = {"open": "done IS NULL", "done": "done IS NOT NULL", "all": ""}


class Obligation(NamedTuple):
    """One required action: the entry that requires it, its place there, and the entry that says it is done."""

    entry: int
    position: int
    decision_id: str
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

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The query and its parameters; one row more than a page, to tell whether there is a next one."""
        given = {name: getattr(self, name) for name in _COLUMNS if getattr(self, name) is not None}
        conditions = [f"{_COLUMNS[name]} = :{name}" for name in given]
        conditions += [_STATUS[self.status]] if self.status != "all" else []
        if self.ruleset is not None:
            conditions.append("instr(rulesets, :ruleset) > 0")
        if self.before is not None:
            conditions.append("due_key < :before")
        if self.after is not None:
            conditions.append(f"due_key > :after AND due_key < '{STANDING}'")
        place = parse_cursor(self.cursor) if self.cursor is not None else None
        if place is not None:
            conditions.append("(due_key, leaf_index, position) > (:due, :leaf, :position)")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        parameters = {
            **given,
            "ruleset": f" {self.ruleset} ",
            "before": min(self.before or STANDING, STANDING),
            "after": self.after,
            "rows": self.limit + 1,
            **dict(zip(("due", "leaf", "position"), place or (None, None, None), strict=True)),
        }
        columns = "leaf_index, position, decision_id, due_key, done"
        order = "ORDER BY due_key, leaf_index, position LIMIT :rows"
        return f"SELECT {columns} FROM obligations{where} {order}", parameters


@dataclass(frozen=True, slots=True)
class Page:
    """Obligations, the soonest due first, and the cursor of the next page, None on the last."""

    items: tuple[Obligation, ...]
    next: str | None


def parse_cursor(text: str) -> tuple[str, int, int] | None:
    """Deadline, entry and place in it; None for a text that is no cursor."""
    found = _CURSOR.fullmatch(text)
    return (found[1], int(found[2]), int(found[3])) if found else None
