"""`/healthz` and `/readyz`: whether the process lives, and whether it can decide and record."""

from __future__ import annotations

import orjson
from flask import Response

from service import messages, messages_api
from service.api import health_document, problem
from service.api.routes import Routes
from service.callers.scopes import OPEN
from service.decide import DecisionService
from service.problems import Fault, Refusal


def blueprint(service: DecisionService) -> Routes:
    """The two routes for those who watch over the service."""
    routes = Routes("health", "for those who watch over the service")
    checked = service.decider.policy.checked
    policy = {"release": checked.release, "label": checked.policy.label}

    @routes.at("/healthz", health_document.HEALTHZ, needs=OPEN)
    def alive() -> Response:
        """The process answers"""
        return _status({"status": "alive"})

    @routes.at("/readyz", health_document.READYZ, needs=OPEN)
    def ready() -> Response:
        """Decisions can be made and recorded"""
        if not service.ledger.healthy:
            raise Refusal(messages.NOT_READY, (Fault(messages.LEDGER_STOPPED, ""),))
        if service.stopping():
            raise Refusal(messages.NOT_READY, (Fault(messages_api.STOPPING, ""),))
        ledger = {"size": service.ledger.size}
        return _status({"status": "ready", "policy": policy, "policies": service.folder.as_json(), "ledger": ledger})

    return routes


def _status(members: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", **problem.NEVER_KEPT}
    return Response(orjson.dumps(members), headers=headers)
