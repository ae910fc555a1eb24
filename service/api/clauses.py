"""`/v1/clauses` and `/v1/fairness`: from the source to the rules, the cases and the record; and a proof."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import orjson
from flask import Response, abort

from service import fairness, messages_search
from service.api import clauses_document, problem
from service.api.fixed import Fixed
from service.api.query import Query
from service.api.routes import Routes
from service.callers.scopes import ANY
from service.clauses import MOST_DAYS, Clauses, Wanted
from service.decider import Decider
from service.register import Register

PARAMETERS: Final = ("document", "text", "without_rule", "missing", "unfired_days")


def blueprint(decider: Decider, register: Register) -> Routes:
    """The routes of traceability; what the policy fixes is made once."""
    routes = Routes("clauses", "from the source to the record, and back")
    clauses = Clauses(decider.policy.checked)

    @cache
    def proof() -> Fixed:  # made when it is first asked for: a start need not wait
        return Fixed(orjson.dumps(fairness.shown(decider.policy.checked)))

    @routes.at("/v1/clauses", clauses_document.LIST_CLAUSES, needs=ANY)
    def every() -> Response:
        """Every paragraph of the source: its rules, their cases, the decisions they made"""
        wanted = _wanted()
        return _json(clauses.every(wanted, register.tallies(), decider.clock.now()))

    @routes.at("/v1/clauses/<clause_id>", clauses_document.GET_CLAUSE, needs=ANY)
    def one(clause_id: str) -> Response:
        """One paragraph of the source"""
        found = clauses.one(clause_id, register.tallies())
        return _json(found) if found is not None else abort(404)

    @routes.at("/v1/fairness", clauses_document.FAIRNESS, needs=ANY)
    def fair() -> Response:
        """On which facts each outcome depends, and on which protected ones"""
        return proof().response()

    return routes


def _wanted() -> Wanted:
    """The filters in the query string. Raises `Refusal` (422) with every fault."""
    query = Query(*PARAMETERS)
    wanted = Wanted(
        query.text("document"),
        query.text("text"),
        query.flag("without_rule"),
        query.flag("missing"),
        query.number("unfired_days", MOST_DAYS, messages_search.bad_days),
    )
    query.settle()
    return wanted


def _json(found: Any) -> Response:
    return Response(orjson.dumps(found), headers={"Content-Type": "application/json", **problem.NEVER_KEPT})
