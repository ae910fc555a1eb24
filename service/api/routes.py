"""A blueprint whose routes carry their part of the API document: the one place that meets flask-smorest."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import Flask, Response, request
from flask_smorest import Blueprint  # type: ignore[import-untyped]

from service import messages, messages_api
from service.api import negotiate
from service.api.caller_document import guarded
from service.api.shapes import problems
from service.callers.scopes import Needs

View = TypeVar("View", bound=Callable[..., Response])

NEEDS: Final = "needs"
"""Where an application keeps what its routes need, by endpoint (in `Flask.extensions`)."""
_REFUSALS: Final = problems(messages_api.NOT_ACCEPTABLE, messages.BAD_QUERY)
"""What any route may answer; its own document says more."""


class Routes:
    """The routes of one concern."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(name, __name__, description=description)
        self._name = name
        self._needs: dict[str, Needs] = {}

    def at(
        self, path: str, document: dict[str, Any], method: str = "GET", *, needs: Needs
    ) -> Callable[[View], View]:
        """Serve a path with the decorated function, documented as given and by its docstring.

        `needs` says which scopes a caller must have one of (see `service.callers.scopes`).
        """

        def add(view: View) -> View:
            operation = f"{self._name}_{view.__name__}"
            told = guarded({**document, "responses": {**_REFUSALS, **document["responses"]}}, needs)
            documented = self.blueprint.doc(operationId=operation, **told)(_checked(view, document))
            self.blueprint.add_url_rule(path, view.__name__, documented, methods=[method])
            self._needs[f"{self.blueprint.name}.{view.__name__}"] = needs
            return view

        return add

    def declare(self, app: Flask) -> None:
        """Tell the application what these routes need."""
        app.extensions.setdefault(NEEDS, {}).update(self._needs)


def _checked(view: View, document: dict[str, Any]) -> View:
    """The view, called only with a query and for a media type that the route has by its document."""
    with_query = any(one["in"] == "query" for one in document.get("parameters", ()))
    answers = [told for status, told in document["responses"].items() if status < "3"]
    offered = tuple(media_type for told in answers for media_type in told["content"])

    @wraps(view)
    def checked(**arguments: str) -> Response:
        if with_query:  # the view reads it, and tells of all that is wrong with it at once
            negotiate.check_accept(request.environ.get("HTTP_ACCEPT"), offered)
        else:
            negotiate.check(request.environ, offered)
        return view(**arguments)

    return cast(View, checked)
