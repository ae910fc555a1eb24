"""A blueprint whose routes carry their part of the API document: the one place that meets flask-smorest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from flask_smorest import Blueprint  # type: ignore[import-untyped]

View = TypeVar("View", bound=Callable[..., Response])


class Routes:
    """The routes of one concern."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(name, __name__, description=description)

    def at(self, path: str, document: dict[str, Any], method: str = "GET") -> Callable[[View], View]:
        """Serve a path with the decorated function, documented as given and by its docstring."""

        def add(view: View) -> View:
            documented = self.blueprint.doc(**document)(view)
            self.blueprint.add_url_rule(path, view.__name__, documented, methods=[method])
            return view

        return add
