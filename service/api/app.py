"""The Flask application, made for one service; nothing here is kept in module variables."""

from __future__ import annotations

import time
from functools import partial

from flask import Flask, request

from service.api import (
    actions,
    analyses,
    batches,
    clauses,
    decisions,
    documentation,
    door,
    erasures,
    explanations,
    exports,
    health,
    log,
    metrics,
    problem,
    problems,
    receipts,
    releases,
    replays,
    reviews,
    rulesets,
    simulations,
    vocabulary,
)
from service.api.document import make_api
from service.api.door import Door, WsgiApp
from service.api.finish import finish
from service.api.gate import Gate, Signposts
from service.api.in_force import InForce
from service.api.reading import Reader
from service.api.refusals import Refusals
from service.api.routes import Routes
from service.api.watched import Watched
from service.callers.guard import Guard
from service.decide import DecisionService
from service.erasures import Erasures
from service.ledger import Proofs
from service.obligations import Obligations
from service.register import LedgerEntries, Register
from service.reviews import Reviews
from service.simulation import Simulator
from service.watch import Watch


def create_app(
    service: DecisionService,
    signed: Proofs | None = None,
    register: Register | None = None,
    guard: Guard | None = None,
    watch: Watch | None = None,
) -> Flask:
    """The application that serves policies and a ledger; its proofs too, where there is a key to sign them.

    What it answers besides decisions is made for one release, and made anew when another is in force. `register`
    is one over the same ledger; without it one is kept in memory. `guard` lets nobody pass whom it does not know;
    without one, everybody may do everything. `watch` counts and logs requests.
    """
    known = register or Register(LedgerEntries(service.ledger), vault=service.vault)
    watching = watch or Watch(time.perf_counter, time.time)
    watching.countable = partial(metrics.countable, service)
    simulator = Simulator(service)
    app = _for_the_release_in_force(service, simulator, signed, known, watching)

    def anew() -> WsgiApp:
        return _for_the_release_in_force(service, simulator, signed, known, watching).wsgi_app

    signposts = Signposts(app)
    ways = {door.PATH: partial(door.decide, service), door.SIMULATIONS: partial(door.simulate, simulator)}
    inside: WsgiApp = Door(ways, InForce(service, app.wsgi_app, anew))
    if guard is not None:
        inside = Gate(guard, signposts, inside)
    inside = Refusals(signposts, inside)
    app.wsgi_app = Watched(watching, signposts, inside)  # type: ignore[method-assign]
    return app


def _for_the_release_in_force(
    service: DecisionService, simulator: Simulator, signed: Proofs | None, register: Register, watch: Watch
) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    api = make_api(app, service.decider)
    reader = Reader(service)
    for made in (
        decisions.blueprint(service, register, reader),
        batches.blueprint(service),
        simulations.blueprint(simulator),
        explanations.blueprint(service, reader),
        replays.blueprint(service, reader),
        releases.blueprint(service),
        rulesets.blueprint(service.decider.policy.checked),
        vocabulary.blueprint(service.decider.policy.checked),
        analyses.blueprint(service),
        clauses.blueprint(service.decider, register),
        reviews.blueprint(Reviews(service.ledger, lambda: service.decider, service.decider_of), reader),
        actions.blueprint(Obligations(service.ledger, register, lambda: service.decider, service.vault), reader),
        erasures.blueprint(Erasures(service.ledger, service.vault.keys, service.decider.clock, register.catch_up)),
        health.blueprint(service),
        metrics.blueprint(watch, service, register),
        problems.blueprint(),
        documentation.blueprint(api),
        *(_proving(signed, reader) if signed is not None else ()),
    ):
        api.register_blueprint(made.blueprint)
        made.declare(app)
    problem.register(app)
    app.after_request(lambda response: finish(request, response))
    return app


def _proving(signed: Proofs, reader: Reader) -> tuple[Routes, ...]:
    """What is there only with somebody who signs."""
    return log.blueprint(signed, reader), receipts.blueprint(signed, reader), exports.blueprint(signed, reader)
