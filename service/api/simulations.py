"""`/v1/simulations`: what would be decided by another policy. Not decisions, and not recorded."""

from __future__ import annotations

from flask import Response, request

from service.api import door, simulations_document
from service.api.routes import Routes
from service.callers.scopes import TO_SIMULATE
from service.simulation import Simulator


def blueprint(simulator: Simulator) -> Routes:
    """The route of simulations."""
    routes = Routes("simulations", "what a change of the policy would do")

    @routes.at(door.SIMULATIONS, simulations_document.POST_SIMULATION, "POST", needs=TO_SIMULATE)
    def simulate() -> Response:
        """Decide by a draft, other parameters or another release, and compare; nothing is recorded"""
        reply = door.simulate(simulator, request.environ)
        return Response(reply.document, reply.status, reply.headers)

    return routes
