"""A request for an analysis: from the JSON value of a body to a loaded book, or to every fault in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from service import messages
from service.analyses import store
from service.analyses.analyse import analyse, document
from service.analyses.base import Analysis
from service.analyses.book import Book, from_objects, read_options
from service.analyses.catalogue import Offered
from service.analyses.columns import names
from service.analyses.faults import BadBook, BookFault, Found
from service.fields import Complained, DecisionDate
from service.problems import Complaint, Fault, Refusal, pointer

if TYPE_CHECKING:
    from rules.check.checked import CheckedPolicySet

ROWS: Final = "rows"
AS_OF: Final = "as_of"
_ALL: Final = 1_000_000
"""More faults than a body has room for."""


def answer(offered: Offered, checked: CheckedPolicySet, value: Any, today: dt.date) -> dict[str, Any]:
    """The document of an analysis of the rows in a JSON value. Raises `Refusal` (422) with every fault."""
    analysis = offered.analysis
    if not isinstance(value, dict):
        raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
    found = Found(_ALL)
    _refuse_unknown(analysis, value, found)
    options = read_options(analysis.options, value, found)
    as_of = _as_of(value.get(AS_OF), today, found)
    book = _book(analysis, value, found)
    faults = [*found.kept, *(book.found.kept if book is not None else ())]
    if faults or book is None:
        raise _refused(analysis, faults)
    connection = store.connect()
    try:
        book.load(connection)
        return document(analyse(connection, offered, options), checked, as_of)
    except BadBook as bad:
        raise _refused(analysis, bad.faults) from None
    finally:
        connection.close()


def _refuse_unknown(analysis: Analysis, value: dict[str, Any], found: Found) -> None:
    known = (ROWS, AS_OF, *names(analysis.options))
    for name in value:
        if name not in known:
            found.add(None, name, messages.unknown_member(name, known))


def _book(analysis: Analysis, value: dict[str, Any], found: Found) -> Book | None:
    if ROWS not in value:
        found.add(None, ROWS, messages.NEEDED)
        return None
    rows = value[ROWS]
    if not isinstance(rows, list):
        found.add(None, ROWS, messages.wrong_type("an array of rows", rows))
        return None
    return from_objects(analysis, rows, _ALL)


def _as_of(value: Any, today: dt.date, found: Found) -> dt.date:
    if value is None:
        return today
    try:
        return DecisionDate().convert(value)
    except Complained as error:
        for complaint in error.messages:
            if isinstance(complaint, Complaint):
                found.add(None, AS_OF, complaint)
    return today


def _refused(analysis: Analysis, faults: Iterable[BookFault]) -> Refusal:
    """Faults at their JSON pointers; what is about the book as a whole stands at `/rows`."""
    columns = names(analysis.columns)
    told = []
    for fault in faults:
        place: tuple[str | int, ...] = (ROWS,)
        if fault.row is not None:
            place = (ROWS, fault.row) if fault.column is None else (ROWS, fault.row, fault.column)
        elif fault.column is not None and fault.column not in columns:
            place = (fault.column,)
        told.append(Fault(fault.complaint, pointer(place)))
    return Refusal(messages.INVALID, tuple(told))
