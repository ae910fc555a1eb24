"""`/healthz` and `/readyz`: whether the process lives, and whether it can decide and record."""

from __future__ import annotations

import orjson
from flask import Response
from flask_smorest import Blueprint

from service import messages
from service.api import document
from service.decide import DecisionService
from service.problems import Fault, Refusal


def blueprint(service: DecisionService) -> Blueprint:
    """The two routes for those who watch over the service."""
    made = Blueprint("health", __name__, description="for those who watch over the service")
    checked = service.decider.policy.checked
    policy = {"release": checked.release, "label": checked.policy.label}

    @made.route("/healthz")
    @made.doc(**document.HEALTHZ)
    def alive() -> Response:
        """The process answers"""
        return _status({"status": "alive"})

    @made.route("/readyz")
    @made.doc(**document.READYZ)
    def ready() -> Response:
        """Decisions can be made and recorded"""
        if not service.ledger.healthy:
            raise Refusal(messages.NOT_READY, (Fault(messages.LEDGER_STOPPED, ""),))
        return _status({"status": "ready", "policy": policy, "ledger": {"size": service.ledger.size}})

    return made


def _status(members: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(orjson.dumps(members), headers=headers)
