"""`/v1/simulations`: what would be decided by another policy. Not decisions, and not recorded."""

from __future__ import annotations

import orjson
from flask import Response, request

from service.api import body, problem, simulations_document
from service.api.routes import Routes
from service.callers.scopes import TO_SIMULATE
from service.decide import DecisionService
from service.simulation import Simulator


def blueprint(service: DecisionService) -> Routes:
    """The route of simulations."""
    simulator = Simulator(service)
    routes = Routes("simulations", "what a change of the policy would do")

    @routes.at("/v1/simulations", simulations_document.POST_SIMULATION, "POST", needs=TO_SIMULATE)
    def simulate() -> Response:
        """Decide by a draft, other parameters or another release, and compare; nothing is recorded"""
        found = simulator.simulate(body.read_json(request.environ))
        headers = {"Content-Type": "application/json", **problem.NEVER_KEPT}
        return Response(orjson.dumps(found), headers=headers)

    return routes
