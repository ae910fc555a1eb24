"""`/v1/export`: recorded entries with their proofs, streamed so that they verify offline."""

from __future__ import annotations

from typing import Final

from flask import Response

from service import messages_api
from service.api import export_document
from service.api.decisions_document import NDJSON
from service.api.problem import NEVER_KEPT
from service.api.query import Query
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ_LOG
from service.export import Filters, records
from service.export.jsonl import lines
from service.ledger import Proofs
from service.proofs.export import FILTERS, Head

FORMATS: Final = ("jsonl",)
"""Tables are for `run.py export`: what they consist of is not known before their end."""


def blueprint(log: Proofs, reader: Reader) -> Routes:
    """The route of exports."""
    routes = Routes("export", "entries to take away and verify elsewhere")

    @routes.at("/v1/export", export_document.EXPORT, needs=TO_READ_LOG)
    def export() -> Response:
        """The entries that pass every filter, each with its proof, under one signed checkpoint (JSON lines)

        As they are recorded: what is sealed stays sealed. An export that breaks off has no last line.
        """
        filters = _filters()
        reader.exported(filters.as_texts)
        size, checkpoint = log.signed()
        chosen = records(log.ledger, filters, size)
        headers = {
            "Content-Type": NDJSON,
            "Content-Disposition": 'attachment; filename="entries.jsonl"',
            **NEVER_KEPT,
        }
        return Response(lines(Head(checkpoint, filters.as_texts), chosen), headers=headers)

    return routes


def _filters() -> Filters:
    """Raises `Refusal` (422) with every fault of the query."""
    query = Query("format", *FILTERS)
    query.choice("format", FORMATS, "jsonl")
    filters = Filters(
        kind=query.text("kind"),
        outcome=query.text("outcome"),
        ruleset=query.text("ruleset"),
        since=query.day("since"),
        subject=query.text("subject"),
        until=query.day("until"),
    )
    if filters.since is not None and filters.until is not None and filters.since > filters.until:
        query.refuse("since", messages_api.SINCE_AFTER_UNTIL)
    query.settle()
    return filters
