"""`/v1/decisions/{id}/receipt`: one file that proves, without the service, that a decision is on record."""

from __future__ import annotations

from flask import Response, abort

from service.api import log_document
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ
from service.ledger import Proofs
from service.proofs.receipt import SUFFIX


def blueprint(log: Proofs, reader: Reader) -> Routes:
    """The route of receipts."""
    routes = Routes("receipts", "proofs to keep")

    @routes.at("/v1/decisions/<decision_id>/receipt", log_document.RECEIPT, needs=TO_READ)
    def receipt(decision_id: str) -> Response:
        """The decision's entry, its proof and a signed checkpoint in one file (C2SP tlog-proof)"""
        entry = reader.known(decision_id)
        if entry is None:
            abort(404)
        reader.bytes_of(entry)
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{entry.entry_id}{SUFFIX}"',
            "Cache-Control": "no-store",
        }
        return Response(log.receipt(entry).text, headers=headers)

    return routes
