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
from service.repository import check_texts, load_policy, read_texts
from tests.conftest import POLICIES
from tests.service.conftest import SAMPLE

EXAMPLES: Final = 4
"""For each operation and phase; the long run has as many as `ABUSE_EXAMPLES` says."""

BEYOND_SCHEMA: Final = {
    "in-the-future": "what time it is",
    "before-any-release": "when the first release was recorded",
    "nothing-decidable": "which rulesets the facts suffice for",
    "facts-missing": "the same",
    "below-minimum": "the size of a number in a string",
    "above-maximum": "the same",
    "no-such-place": "how many entries the log has",
    "from-after-to": "that one parameter is more than another",
    "bad-cursor": "which cursors were given out",
    "control-character": "nothing that is worth a pattern for every text",
}
"""Codes of refusals that no schema can foresee, and what it would have to know."""


@schemathesis.check
def refused_only_for_what_no_schema_can_say(ctx: Any, response: Any, case: Any) -> None:
    """In place of the check that everything which fits the schema is accepted."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 413, 415, 422):
        return
    codes = {fault["code"] for fault in response.json().get("errors", ())}
    told = codes - BEYOND_SCHEMA.keys()
    assert codes and not told, f"fits the schema, and is refused: {sorted(told)}"


@pytest.fixture
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    policy = load_policy(check_texts(read_texts(request.param)))
    log = Log.open(Places(tmp_path / "ledger.sqlite", tmp_path / "signing.key", "log.example"), {})
    yield create_app(DecisionService(Decider(policy, "always"), log.ledger), log)
    log.close()


def found(app: Flask, examples: int) -> tuple[set[str], Counter[str]]:
    """Every failure with the request that shows it, and the scenarios run in each phase."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    schema.config.generation.update(max_examples=examples, deterministic=True)
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


@pytest.mark.parametrize("app", [SAMPLE], ids=["shop"], indirect=True)
def test_nothing_is_found(app: Flask) -> None:
    failures, phases = found(app, EXAMPLES)
    assert not failures, "\n\n".join(sorted(failures))
    assert phases.keys() >= {"coverage", "fuzzing", "stateful"}


@pytest.mark.nightly
@pytest.mark.parametrize("app", [SAMPLE, POLICIES], ids=["shop", "policies"], indirect=True)
def test_nothing_is_found_at_length(app: Flask) -> None:
    failures, _ = found(app, int(os.environ.get("ABUSE_EXAMPLES", "200")))
    assert not failures, "\n\n".join(sorted(failures))
