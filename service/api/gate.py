"""The gate before everything else: who asks, whether it may, whether not too often. One for every way in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException

from service.api import problem
from service.api.body import Environ
from service.api.door import WsgiApp
from service.api.routes import NEEDS
from service.api.who import SLOT
from service.callers.guard import Guard
from service.callers.scopes import ANY, Needs

NOWHERE: Final = "-"
"""Stands for the route of a request that leads to none."""


class Place(NamedTuple):
    """Where a request leads: the route as it is written in the API document, and what it needs."""

    route: str
    needs: Needs


class Signposts:
    """Where requests lead, by the same map that Flask dispatches with; each release has the same routes."""

    def __init__(self, app: Flask) -> None:
        self._map = app.url_map
        self._needs: dict[str, Needs] = app.extensions[NEEDS]
        self._plain = {
            (method, rule.rule): self._place(rule.rule, rule.endpoint)
            for rule in app.url_map.iter_rules()
            if not rule.arguments
            for method in rule.methods or ()
        }

    def place(self, environ: Environ) -> Place:
        """Where a request leads. What leads nowhere needs a caller, too, so that nobody learns what is there."""
        known = self._plain.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if known is not None:
            return known
        try:
            rule, _ = self._map.bind_to_environ(environ).match(return_rule=True)
        except (HTTPException, ValueError):
            return Place(NOWHERE, ANY)
        return self._place(rule.rule, rule.endpoint)

    def _place(self, route: str, endpoint: str) -> Place:
        return Place(route, self._needs[endpoint])


class Gate:
    """A WSGI application before another: nobody passes whom the guard does not know."""

    def __init__(self, guard: Guard, signposts: Signposts, behind: WsgiApp) -> None:
        self._guard = guard
        self._signposts = signposts
        self._behind = behind

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            needs = self._signposts.place(environ).needs
            if needs:
                caller = self._guard.admit(
                    environ.get("HTTP_AUTHORIZATION"), environ.get("QUERY_STRING", ""), environ.get("REMOTE_ADDR", "")
                )
                environ[SLOT] = caller
                self._guard.permit(caller, needs)
        except Exception as error:
            return problem.answer(error)(environ, start_response)
        return self._behind(environ, start_response)
