"""`/v1/decisions`: decide, find one again, search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import orjson
from flask import Response, abort, request

from service import finding
from service.api import decisions_document, door, problem, search_document
from service.api.query import Query, link
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_DECIDE, TO_READ, TO_READ_LOG
from service.decide import DecisionService
from service.finding import Finder
from service.record import document
from service.register import LedgerEntries, Register, Wanted

PARAMETERS: Final = (*finding.FILTERS, *finding.PAGING)
FACETS: Final = "/v1/decisions/facets"


def blueprint(service: DecisionService, register: Register, reader: Reader) -> Routes:
    """The routes under `/v1/decisions`."""
    routes = Routes("decisions", "decide, and find decisions again")
    finder = Finder(LedgerEntries(service.ledger), register)

    @routes.at(door.PATH, decisions_document.POST_DECISION, "POST", needs=TO_DECIDE)
    def decide() -> Response:
        """Decide a request; the answer is on record before it is sent"""
        reply = door.decide(service, request.environ)
        return Response(reply.document, reply.status, reply.headers)

    @routes.at("/v1/decisions/<uuid:decision_id>", decisions_document.GET_DECISION, needs=TO_READ)
    def one(decision_id: UUID) -> Response:
        """One recorded decision, the same bytes as when it was made"""
        seen = reader.decision(str(decision_id), "decision")
        if seen is None:
            abort(404)
        found = document(seen.entry) if seen.masked else service.find(seen.entry.entry_id)
        return _json(found) if found is not None else abort(404)

    @routes.at(door.PATH, search_document.SEARCH_DECISIONS, needs=TO_READ)
    def search() -> Response:
        """Recorded decisions, the newest first"""
        wanted, own = _wanted(PARAMETERS), reader.own_only()
        if own is not None and wanted.caller not in (None, own):
            return _json(_written({"items": [], "next": None}))
        page = finder.page(wanted if own is None else replace(wanted, caller=own))
        reader.searched("decisions", [item["decision_id"] for item in page["items"]])
        return _json(_written(page), link(door.PATH, page["next"]))

    @routes.at(FACETS, search_document.COUNT_DECISIONS, needs=TO_READ_LOG)
    def facets() -> Response:
        """How many recorded decisions there are, by ruleset, outcome, rule, clause, action, release, day and so on"""
        found = finder.facets(_wanted(finding.FILTERS))
        reader.searched("facets", found["decisions"])
        return _json(_written(found))

    return routes


def _wanted(known: tuple[str, ...]) -> Wanted:
    """The search in the query string. Raises `Refusal` (422) with every fault."""
    query = Query(*known)
    wanted, wrong = finding.read(request.args)
    query.settle(wrong)
    return wanted

def _written(found: Any) -> bytes:
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)


def _json(found: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(found, headers={"Content-Type": "application/json", **problem.NEVER_KEPT, **(headers or {})})
