"""`/openapi.json` and `/docs`: the API document, and a page to read it and try it out. Nothing comes from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final

from flask import Response, abort
from flask_smorest import Api  # type: ignore[import-untyped]

from service.api import document, documentation_document
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import OPEN

_POLICY: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_ASSETS: Final = {
    "docs.js": (__package__, "pages", "text/javascript; charset=utf-8"),
    "swagger-ui-bundle.js": ("flask_swagger_ui", "dist", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("flask_swagger_ui", "dist", "text/css; charset=utf-8"),
    "favicon-32x32.png": ("flask_swagger_ui", "dist", "image/png"),
}


def blueprint(api: Api) -> Routes:
    """The routes of the document that `api` collects; it is written when it is first asked for."""
    routes = Routes("documentation", "the description of this API")
    whole = lru_cache(1)(lambda: Fixed(document.written(api)))
    page = Fixed(resources.files(__package__).joinpath("pages", "docs.html").read_bytes(), "text/html; charset=utf-8")

    @routes.at("/openapi.json", documentation_document.OPENAPI, needs=OPEN)
    def openapi() -> Response:
        """This document (OpenAPI 3.1)"""
        return whole().response()

    @routes.at("/docs", documentation_document.DOCS, needs=OPEN)
    def docs() -> Response:
        """The document as a page to browse, and to try requests from"""
        return _guarded(page)

    @routes.at("/docs/<name>", documentation_document.ASSET, needs=OPEN)
    def asset(name: str) -> Response:
        """What the page is made of"""
        return _guarded(_asset(name)) if name in _ASSETS else abort(404)

    return routes


def _asset(name: str) -> Fixed:
    package, folder, media_type = _ASSETS[name]
    return Fixed(resources.files(package).joinpath(folder, name).read_bytes(), media_type)


def _guarded(page: Fixed) -> Response:
    response = page.response()
    response.headers.update(_POLICY)
    return response
