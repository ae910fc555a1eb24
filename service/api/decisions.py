"""`/v1/decisions`: decide, find one again, search."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import orjson
from flask import Response, abort, request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from service import messages
from service.api import decisions_document, door, problem
from service.api.routes import Routes
from service.callers.scopes import TO_DECIDE, TO_READ
from service.decide import DecisionService
from service.facts import faults
from service.fields import Date
from service.problems import Complaint, Fault, Refusal
from service.record import KIND, summary

PARAMETERS: Final = ("subject", "ruleset", "outcome", "from", "to", "cursor", "limit")
STANDARD_LIMIT: Final = 50
MAX_LIMIT: Final = 200
_NUMERAL: Final = re.compile("[0-9]{1,15}")


def blueprint(service: DecisionService) -> Routes:
    """The routes under `/v1/decisions`."""
    routes = Routes("decisions", "decide, and find decisions again")

    @routes.at(door.PATH, decisions_document.POST_DECISION, "POST", needs=TO_DECIDE)
    def decide() -> Response:
        """Decide a request; the answer is on record before it is sent"""
        reply = door.decide(service, request.environ)
        return Response(reply.document, reply.status, reply.headers)

    @routes.at("/v1/decisions/<uuid:decision_id>", decisions_document.GET_DECISION, needs=TO_READ)
    def one(decision_id: UUID) -> Response:
        """One recorded decision, the same bytes as when it was made"""
        found = service.find(str(decision_id))
        return _json(found) if found is not None else abort(404)

    @routes.at(door.PATH, decisions_document.SEARCH_DECISIONS, needs=TO_READ)
    def search() -> Response:
        """Recorded decisions, the newest first"""
        query = read_query(request.args)
        page = service.ledger.search(**query.filters(), kind=KIND)
        items = [summary(entry) for entry in page.entries]
        found = {"items": items, "next": None if page.next is None else str(page.next)}
        return _json(orjson.dumps(found, option=orjson.OPT_SORT_KEYS), _link(page.next))

    return routes


@dataclass(frozen=True, slots=True)
class Query:
    """The filters of a search; `since` and `until` are days in UTC, both included."""

    subject: str | None
    ruleset: str | None
    outcome: str | None
    since: dt.date | None
    until: dt.date | None
    after: int | None
    limit: int

    def filters(self) -> dict[str, Any]:
        """As `Ledger.search` takes them."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_query(args: MultiDict[str, str]) -> Query:
    """The filters in a query string. Raises `Refusal` (422) with every fault."""
    wrong = [_fault(messages.unknown_parameter(name, PARAMETERS), name) for name in args if name not in PARAMETERS]
    wrong += [_fault(messages.repeated_parameter(name), name) for name in PARAMETERS if len(args.getlist(name)) > 1]
    since, until = _day(args, "from", wrong), _day(args, "to", wrong)
    if since is not None and until is not None and since > until:
        wrong.append(_fault(messages.FROM_AFTER_TO, "from"))
    query = Query(
        subject=args.get("subject"),
        ruleset=args.get("ruleset"),
        outcome=args.get("outcome"),
        since=since,
        until=until,
        after=_cursor(args, wrong),
        limit=_limit(args, wrong),
    )
    if wrong:
        raise Refusal(messages.BAD_QUERY, tuple(wrong))
    return query


def _fault(complaint: Complaint, name: str) -> Fault:
    return Fault(complaint, name, "parameter")


def _day(args: MultiDict[str, str], name: str, wrong: list[Fault]) -> dt.date | None:
    try:
        return Date().convert(args[name]) if name in args else None
    except ValidationError as error:
        wrong.extend(Fault(fault.complaint, name, "parameter") for fault in faults(error.messages, (), None))
        return None


def _cursor(args: MultiDict[str, str], wrong: list[Fault]) -> int | None:
    text = args.get("cursor")
    if text is None:
        return None
    if _NUMERAL.fullmatch(text) is None:
        wrong.append(_fault(messages.bad_cursor(text), "cursor"))
        return None
    return int(text)


def _limit(args: MultiDict[str, str], wrong: list[Fault]) -> int:
    text = args.get("limit", str(STANDARD_LIMIT))
    if _NUMERAL.fullmatch(text) is None or not 1 <= int(text) <= MAX_LIMIT:
        wrong.append(_fault(messages.bad_limit(text), "limit"))
        return STANDARD_LIMIT
    return int(text)


def _link(cursor: int | None) -> dict[str, str]:
    """The next page as RFC 8288 says it."""
    if cursor is None:
        return {}
    query = urlencode({**request.args.to_dict(), "cursor": cursor})
    return {"Link": f'</v1/decisions?{query}>; rel="next"'}


def _json(found: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(found, headers={"Content-Type": "application/json", **problem.NEVER_KEPT, **(headers or {})})
