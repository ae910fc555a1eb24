"""The API document (OpenAPI 3.1, served as `/openapi.json`), from the same schemas that read requests."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Flask
from flask_smorest import Api  # type: ignore[import-untyped]

from service import fields, obligations, reviews
from service.api import (
    caller_document,
    decisions_document,
    examples,
    health_document,
    policy_document,
    reviews_document,
    search_document,
    simulations_document,
)
from service.decide import Decider

Json = dict[str, Any]

VERSION: Final = "1"
SCHEMAS: Final[dict[str, Json]] = {
    **decisions_document.SCHEMAS,
    **simulations_document.SCHEMAS,
    **policy_document.SCHEMAS,
    **health_document.SCHEMAS,
    **search_document.SCHEMAS,
    **reviews_document.SCHEMAS,
}
"""What answers are made of, by the names that the document refers to."""


class _Api(Api):  # type: ignore[misc]
    """flask-smorest for the document alone: errors are answered by `problem.py`."""

    ERROR_SCHEMA = "Problem"
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"

    def _register_error_handlers(self) -> None:
        pass


def written(api: Api) -> bytes:
    """The document, with the examples of each operation, once every route is registered."""
    api.spec.components.schemas.pop("PaginationMetadata", None)  # flask-smorest's, of no route here
    return orjson.dumps(examples.added(api.spec.to_dict()))


def make_api(app: Flask, decider: Decider) -> Api:
    """The collector of routes and schemas, with the schemas of the policy in force."""
    checked = decider.policy.checked
    app.config.update(
        API_TITLE=checked.policy.title.en,
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": f"policy {checked.policy.label}, {checked.release}"}},
    )
    api = _Api(app)
    api.ma_plugin.converter.add_attribute_function(_strict_properties)
    for name, schema in SCHEMAS.items():
        api.spec.components.schema(name, schema)
    for name, scheme in caller_document.SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    api.spec.components.schema("DecisionRequest", schema=decider.requests.schema())
    api.spec.components.schema("ActionDone", schema=obligations.schema())
    api.spec.components.schema("ReviewRequest", schema=reviews.schema())
    schemas = api.spec.components.schemas
    for name, schema in schemas.items():
        if name in ("DecisionRequest", "ActionDone", "ReviewRequest") or name.startswith("Facts"):
            schema["additionalProperties"] = False
    schemas["ReviewRequest"].update(reviews_document.WHEN_OVERRIDING)
    asked = schemas["DecisionRequest"]
    tried = {**asked, "properties": {**asked["properties"], **simulations_document.TRIED}}
    api.spec.components.schema("SimulationRequest", tried)
    return api


def _strict_properties(_converter: object, field: Any, **_: Any) -> Json:
    """What one of our fields says of itself; null is taken wherever the member may be left out."""
    if not isinstance(field, fields.Strict):
        return {}
    schema = dict(field.json_schema)
    if not field.allow_none:
        return schema
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    schema["type"] = [schema["type"], "null"]
    return schema
