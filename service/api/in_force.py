"""One application behind the door at a time: the one made for the release that is in force."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from service.api import problem
from service.api.body import Environ
from service.api.door import WsgiApp
from service.decide import DecisionService


class InForce:
    """A WSGI application that hands over to one made for the release in force, and has a new one made in time.

    A new release comes at any moment, and one that is meant for tomorrow is in force from midnight.
    """

    def __init__(self, service: DecisionService, made: WsgiApp, anew: Callable[[], WsgiApp]) -> None:
        """`made` serves the release that is in force now; `anew` makes the like for the one in force then."""
        self._service = service
        self._anew = anew
        self._mutex = threading.Lock()
        self._current = (service.decider, made)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        decider, made = self._current
        try:
            if self._service.decider is not decider:
                made = self._renewed()
        except Exception as error:
            return problem.answer(error)(environ, start_response)
        return made(environ, start_response)

    def _renewed(self) -> WsgiApp:
        with self._mutex:
            decider = self._service.decider
            if self._current[0] is not decider:
                self._current = (decider, self._anew())
            return self._current[1]
