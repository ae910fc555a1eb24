"""Finding decisions in the record: by what they are about, what came out, and what they say. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from marshmallow import ValidationError

from service import messages, messages_search
from service.facts import faults
from service.fields import Date
from service.problems import Fault
from service.record import summary
from service.register import Entries, Hit, Register, Wanted
from service.register.marks import COUNTED
from service.register.question import Malformed, Term, terms_of
from service.register.search import REVIEWS, Count

TEXTS: Final = ("subject", "ruleset", "outcome", "rule", "clause", "action", "release", "caller")
FILTERS: Final = ("q", *TEXTS, "status", "reviewed", "from", "to")
"""What decisions are searched and counted by."""
PAGING: Final = ("cursor", "limit")
STATUSES: Final = ("decided", "undecided", "conflict", "error")
STANDARD_LIMIT: Final = 50
MAX_LIMIT: Final = 200

_NUMERAL: Final = re.compile("[0-9]{1,15}")
_PARTS: Final = {"outcome": "ruleset", "release": "label"}
"""What `Count.part` is, for the kinds that have one."""

Json = dict[str, Any]
Read = TypeVar("Read")


class Finder:
    """Finds decisions in one log."""

    def __init__(self, entries: Entries, register: Register) -> None:
        """`register` is one over these entries."""
        self._entries = entries
        self._register = register

    def page(self, wanted: Wanted) -> Json:
        """A page of decisions, the newest first, and the cursor of the next one."""
        found = self._register.search(wanted)
        return {
            "items": [self._item(hit) for hit in found.items],
            "next": None if found.next is None else str(found.next),
        }

    def facets(self, wanted: Wanted) -> Json:
        """How many decisions there are, and for each kind of thing how many of them have which."""
        found = self._register.counts(wanted)
        facets = {kind: [_count(kind, one) for one in found.by[kind]] for kind in COUNTED}
        return {"decisions": found.decisions, "facets": facets}

    def _item(self, hit: Hit) -> Json:
        (entry,) = self._entries.between(hit.entry, hit.entry + 1)
        return {**summary(entry), "reviewed": hit.reviewed}


def read(given: Mapping[str, str]) -> tuple[Wanted, list[Fault]]:
    """The search that parameters ask for, and everything that is wrong with them."""
    wrong: list[Fault] = []

    def of(name: str, convert: Callable[[str], Read], otherwise: Read) -> Read:
        if name not in given:
            return otherwise
        try:
            return convert(_plain(given[name]))
        except ValidationError as error:
            wrong.extend(Fault(fault.complaint, name, "parameter") for fault in faults(error.messages, (), None))
        except Malformed as error:
            wrong.extend(Fault(complaint, name, "parameter") for complaint in error.complaints)
        return otherwise

    no_day: dt.date | None = None
    since, until = of("from", Date().convert, no_day), of("to", Date().convert, no_day)
    if since is not None and until is not None and since > until:
        wrong.append(Fault(messages_search.FROM_AFTER_TO, "from", "parameter"))
    no_terms: tuple[Term, ...] = ()
    wanted = Wanted(
        **{name: of(name, str, None) for name in TEXTS},
        since=since,
        until=until,
        status=of("status", _one_of(STATUSES), None),
        reviewed=of("reviewed", _one_of(REVIEWS), None),
        terms=of("q", terms_of, no_terms),
        after=of("cursor", _cursor, None),
        limit=of("limit", _limit, STANDARD_LIMIT),
    )
    return wanted, wrong


def _plain(text: str) -> str:
    """A text without what is no character: nothing on record is like it, and SQLite takes none of it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text in allowed:
            return text
        raise Malformed((messages.not_allowed(text, allowed),))

    return convert


def _cursor(text: str) -> int:
    if _NUMERAL.fullmatch(text):
        return int(text)
    raise Malformed((messages_search.bad_cursor(text),))


def _limit(text: str) -> int:
    if _NUMERAL.fullmatch(text) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise Malformed((messages_search.bad_limit(text),))


def _count(kind: str, count: Count) -> Json:
    part = {_PARTS[kind]: count.part} if kind in _PARTS else {}
    return {**part, "name": count.name, "decisions": count.decisions}
