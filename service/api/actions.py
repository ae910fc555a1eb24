"""`/v1/actions`: what recorded decisions require, of whom, by when; and that it was done."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, cast

import orjson
from flask import Response, abort, request

from service import messages_search
from service.api import actions_document, body, problem, who
from service.api.query import Query, link
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ, TO_REPORT
from service.obligations import Obligations
from service.register import Filters
from service.register.obligations import STATUSES, Status, parse_cursor
from service.register.take import END_OF_DAY

PATH: Final = "/v1/actions"
_TEXTS: Final = ("by", "to", "action", "subject", "ruleset", "decision")
PARAMETERS: Final = (*_TEXTS, "due_before", "due_after", "status", "cursor", "limit")


def blueprint(obligations: Obligations, reader: Reader) -> Routes:
    """The routes under `/v1/actions`."""
    routes = Routes("actions", "what is required, and what is done")

    @routes.at(PATH, actions_document.SEARCH_ACTIONS, needs=TO_READ)
    def every() -> Response:
        """Required actions, the soonest due first, standing duties last"""
        page = obligations.page(_filters(obligations, reader.own_only()))
        reader.searched("actions", [item["action_id"] for item in page["items"]])
        return _json(page, 200, link(PATH, page["next"]))

    @routes.at(f"{PATH}/<action_id>", actions_document.GET_ACTION, needs=TO_READ)
    def one(action_id: str) -> Response:
        """One required action, and who did it when"""
        seen = reader.decision(action_id.partition(".")[0], "action")
        found = None if seen is None else obligations.one(action_id, seen.masked)
        return _json(found) if found is not None else abort(404)

    @routes.at(f"{PATH}/<action_id>/done", actions_document.POST_DONE, "POST", needs=TO_REPORT)
    def done(action_id: str) -> Response:
        """Record that an action was carried out, as an entry of its own"""
        key = body.idempotency_key(request.environ)
        value = body.read_json(request.environ)
        may = _may_know(action_id, reader)
        found = obligations.done(action_id, value, key, who.caller_id(request.environ)) if may else None
        if found is None:
            abort(404)
        shown, known = found
        return _json(shown, 200 if known else 201, {"Location": f"{PATH}/{action_id}"})

    return routes


def _may_know(action_id: str, reader: Reader) -> bool:
    """Whether the caller may know of the decision that an action belongs to."""
    return reader.known(action_id.partition(".")[0]) is not None


def _filters(obligations: Obligations, own: str | None) -> Filters:
    """The filters in the query string. Raises `Refusal` (422) with every fault."""
    query = Query(*PARAMETERS)
    before, after = query.day_or_moment("due_before"), query.day_or_moment("due_after")
    cursor = query.text("cursor")
    if cursor is not None and parse_cursor(cursor) is None:
        query.refuse("cursor", messages_search.bad_cursor(cursor))
    filters = Filters(
        **{name: query.text(name) for name in _TEXTS},
        before=_key(before, obligations, ""),
        after=_key(after, obligations, END_OF_DAY),
        status=cast(Status, query.choice("status", STATUSES, "open")),
        cursor=cursor,
        caller=own,
        limit=query.limit(),
    )
    query.settle()
    return filters


def _key(given: dt.date | dt.datetime | None, obligations: Obligations, of_day: str) -> str | None:
    """A day or moment as deadlines are compared."""
    if given is None:
        return None
    return obligations.local(given) if isinstance(given, dt.datetime) else given.isoformat() + of_day


def _json(found: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    head = {"Content-Type": "application/json", **problem.NEVER_KEPT, **(headers or {})}
    return Response(orjson.dumps(found, option=orjson.OPT_SORT_KEYS), status, head)
