"""`/v1/releases`: every release of the policies, with the rules as they were."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, abort

from service.api import release_document
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import ANY
from service.decide import DecisionService
from service.ledger.entry import utc_text
from service.releases import Release


def blueprint(service: DecisionService) -> Routes:
    """The routes under `/v1/releases`."""
    routes = Routes("releases", "what the policies were, and from when")

    @routes.at("/v1/releases", release_document.RELEASES, needs=ANY)
    def every_release() -> Response:
        """Every release as it was recorded, the newest first"""
        today = service.decider.policy.checked.release
        items = [_head(release, today) for release in reversed(service.releases.releases)]
        return Fixed(orjson.dumps({"items": items})).response()

    @routes.at("/v1/releases/<release>", release_document.RELEASE, needs=ANY)
    def one_release(release: str) -> Response:
        """One release, by its hash, with the text of every file"""
        found = service.releases.find(release)
        if found is None:
            abort(404)
        content = service.releases.entry(found).content
        today = service.decider.policy.checked.release
        shown = {**_head(found, today), "engines": content["engines"], "files": content["files"]}
        return Fixed(orjson.dumps(shown)).response()

    return routes


def _head(release: Release, today: str) -> dict[str, Any]:
    day = release.effective_from
    return {
        "release": release.hash,
        "label": release.label,
        "author": release.author,
        "effective_from": None if day is None else day.isoformat(),
        "recorded_at": utc_text(release.recorded_at),
        "in_force": release.hash == today,
        "receipt": {"index": release.index, "leaf_hash": release.leaf_hash},
    }
