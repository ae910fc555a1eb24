"""A blueprint whose routes carry their part of the API document: the one place that meets flask-smorest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, Response
from flask_smorest import Blueprint  # type: ignore[import-untyped]

from service.api.caller_document import guarded
from service.callers.scopes import OPEN, Needs

View = TypeVar("View", bound=Callable[..., Response])

NEEDS: Final = "needs"
"""Where an application keeps what its routes need, by endpoint (in `Flask.extensions`)."""
NOT_OURS: Final[dict[str, Needs]] = {"api-docs.openapi_json": OPEN}
"""Routes that flask-smorest makes."""


class Routes:
    """The routes of one concern."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(name, __name__, description=description)
        self._needs: dict[str, Needs] = {}

    def at(
        self, path: str, document: dict[str, Any], method: str = "GET", *, needs: Needs
    ) -> Callable[[View], View]:
        """Serve a path with the decorated function, documented as given and by its docstring.

        `needs` says which scopes a caller must have one of (see `service.callers.scopes`).
        """

        def add(view: View) -> View:
            documented = self.blueprint.doc(**guarded(document, needs))(view)
            self.blueprint.add_url_rule(path, view.__name__, documented, methods=[method])
            self._needs[f"{self.blueprint.name}.{view.__name__}"] = needs
            return view

        return add

    def declare(self, app: Flask) -> None:
        """Tell the application what these routes need."""
        app.extensions.setdefault(NEEDS, dict(NOT_OURS)).update(self._needs)
