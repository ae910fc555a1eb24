"""`/metrics`: numbers for Prometheus."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from flask import Response

from rules.model.types import BOOLEAN, Enum
from service.api import metrics_document, problem
from service.api.routes import Routes
from service.callers.scopes import ANY
from service.decide import DecisionService
from service.register import Register
from service.watch import Tallies, Watch, catalogue, exposition

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(watch: Watch, service: DecisionService, register: Register) -> Routes:
    """The route for those who count."""
    routes = Routes("metrics", "numbers for Prometheus")

    @routes.at("/metrics", metrics_document.METRICS, needs=ANY)
    def metrics() -> Response:
        """What was decided, refused, written, and how long it took"""
        whole = watch.whole()
        as_it_is(whole, service, register)
        return Response(exposition(whole), headers={"Content-Type": MEDIA_TYPE, **problem.NEVER_KEPT})

    return routes


def as_it_is(tallies: Tallies, service: DecisionService, register: Register) -> None:
    """Set what is not counted but looked at."""
    checked = service.decider.policy.checked
    healthy = service.ledger.healthy
    tallies.set(catalogue.RELEASE, 1, checked.release, checked.policy.label)
    tallies.set(catalogue.FOLDER_BROKEN, service.folder.since is not None)
    tallies.set(catalogue.BUILD, 1, _version(), platform.python_version())
    tallies.set(catalogue.HEALTHY, healthy)
    if healthy:
        tallies.set(catalogue.SIZE, service.ledger.size)
        tallies.set(catalogue.REGISTER_LAG, register.behind())


def countable(service: DecisionService) -> frozenset[tuple[str, str]]:
    """The outputs of the policy in force, by ruleset and name, whose values are few."""
    return frozenset(
        (name, output.name)
        for name, ruleset in service.decider.policy.checked.policy.rulesets.items()
        for output in ruleset.outputs.values()
        if output.type == BOOLEAN or isinstance(output.type, Enum)
    )


def _version() -> str:
    try:
        return version("policy-decisions")
    except PackageNotFoundError:
        return "unknown"
