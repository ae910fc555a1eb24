"""Requests made from the service's own API document, in every phase of schemathesis: what it says is what happens."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import events, from_schema

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Log, Places

EXAMPLES: Final = 4
"""For each operation and phase; the long run has as many as `ABUSE_EXAMPLES` says."""

BEYOND_SCHEMA: Final = {
    "in-the-future": "what time it is",
    "before-any-release": "when the first release was recorded",
    "nothing-decidable": "which rulesets the facts suffice for",
    "facts-missing": "the same",
    "below-minimum": "the size of a number in a string",
    "above-maximum": "the same",
    "unknown-release": "which releases were recorded",
    "unknown-parameter": "which parameters the release has that decides",
    "no-such-file": "which files it has",
    "unknown-ruleset": "which rulesets the decision has that is reviewed",
    "unknown-output": "which outputs they have",
    "as-decided": "what was decided",
    "before-the-decision": "when",
    "not-in-the-log": "how many entries the log has",
    "empty-range": "that one parameter is more than another",
    "bad-cursor": "which cursors were given out",
    "too-many-decimals": "the decimal places of a number that is not in a string",
    "control-character": "nothing that is worth a pattern for every text",
    "bad-character": "the same, of NUL",
}
"""Codes of refusals that no schema can foresee, and what it would have to know."""

ANY_BODY: Final = "POST /v1/analyses/{name}"
"""Which columns a row has depends on the analysis that the path names."""


BATCH: Final = "POST /v1/decisions/batch"
_REFUSED_WITHIN: Final = {"negative_data_rejection": {"expected-statuses": [200, 400, 415, 422]}}


@schemathesis.check
def refused_only_for_what_no_schema_can_say(ctx: Any, response: Any, case: Any) -> None:
    """In place of the check that everything which fits the schema is accepted."""
    if case.meta is None or not case.meta.generation.mode.is_positive or case.operation.label == ANY_BODY:
        return
    if response.status_code not in (400, 413, 415, 422):
        return
    if response.json()["type"] == "/problems/invalid-policy":
        return  # no schema holds the policy language
    codes = {fault["code"] for fault in response.json().get("errors", ())}
    told = (codes or {"nothing"}) - BEYOND_SCHEMA.keys()
    assert not told, f"fits the schema, and is refused for: {sorted(told)}"


@schemathesis.check
def a_batch_refuses_the_items_that_are_wrong(ctx: Any, response: Any, case: Any) -> None:
    """In place of a refusal of the whole."""
    if case.operation.label != BATCH or response.status_code != 200 or not case.meta.generation.mode.is_negative:
        return
    data = case.meta.phase.data
    in_body = data.parameter_location is not None and data.parameter_location.name == "BODY"
    assert not in_body or response.json()["refused"], "wrong items are taken"


@pytest.fixture
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    policy = request.getfixturevalue(request.param)
    log = Log.open(Places(tmp_path / "ledger.sqlite", tmp_path / "signing.key", "log.example"), {})
    yield create_app(DecisionService(Decider(policy, "always"), log.ledger), log)
    log.close()


def found(app: Flask, examples: int) -> tuple[set[str], Counter[str]]:
    """Every failure with the request that shows it, and the scenarios run in each phase."""
    config = schemathesis.Config.from_dict({"operations": [{"include-name": BATCH, "checks": _REFUSED_WITHIN}]})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)
    _without_callers(schema.raw_schema)
    schema.config.generation.update(max_examples=examples, deterministic=True)
    schema.config.headers = {"Accept-Encoding": "identity"}  # what it asks for otherwise, it cannot read here
    schema.config.checks.negative_data_rejection.expected_statuses.append("413")
    schema.config.checks.positive_data_acceptance.enabled = False
    failures: set[str] = set()
    phases: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures.add(repr(event))
        if isinstance(event, events.ScenarioFinished):
            phases[event.phase.value] += 1
            failures |= {
                f"{event.label} {check.name}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            }
    return failures, phases


def _without_callers(document: Any) -> None:
    """This application asks nobody who they are; what callers need is tested where it does."""
    document.get("components", {}).pop("securitySchemes", None)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.pop("security", None)


@pytest.mark.parametrize("app", ["policy"], ids=["shop"], indirect=True)
def test_nothing_is_found(app: Flask) -> None:
    failures, phases = found(app, EXAMPLES)
    assert not failures, "\n\n".join(sorted(failures))
    assert phases.keys() >= {"coverage", "fuzzing", "stateful"}


@pytest.mark.nightly
@pytest.mark.parametrize("app", ["policy", "loaded"], ids=["shop", "policies"], indirect=True)
def test_nothing_is_found_at_length(app: Flask) -> None:
    failures, _ = found(app, int(os.environ.get("ABUSE_EXAMPLES", "200")))
    assert not failures, "\n\n".join(sorted(failures))
