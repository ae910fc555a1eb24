"""The interpreter asked again: agreement changes nothing, a dispute fails closed and is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from rules.model.decision import Outcome
from service.config import CrossCheck
from service.crosscheck import CrossChecker
from service.decide import Decider, DecisionService
from service.ledger import Ledger, canonical_bytes
from service.repository import LoadedPolicy
from tests.service.conftest import CountedIds, StoppedClock


class Wrong:
    """An engine that takes every order for a small one."""

    name = "wrong/1"

    def __init__(self, policy: LoadedPolicy) -> None:
        self.reference = policy.reference

    def decide(self, *asked: Any) -> dict[str, Outcome]:
        outcomes = self.reference.decide(*asked)
        size = outcomes["size"]
        return {**outcomes, "size": size._replace(values={**size.values, "size": "small"}, actions=())}

    def near_misses(self, *asked: Any) -> dict[str, None]:
        return {}


def decide(policy: LoadedPolicy, mode: CrossCheck, clock: StoppedClock, order: Any) -> Any:
    decision = Decider(replace(policy, engine=Wrong(policy)), mode, clock, CountedIds()).decide(order)
    return orjson.loads(canonical_bytes(decision.content))


def test_a_dispute_fails_closed(policy: LoadedPolicy, clock: StoppedClock, order: Any, caplog: Any) -> None:
    content = decide(policy, "always", clock, {**order, "decide": ["size", "tags"]})
    assert (content["status"], content["outcomes"]["size"]["status"]) == ("error", "error")
    assert content["outcomes"]["size"]["values"] == {}
    assert content["outcomes"]["tags"]["status"] == "decided"
    assert [duty["action"] for duty in content["required_actions"]] == ["watch"]
    (dispute,) = content["disagreements"]
    assert dispute["ruleset"] == "size"
    assert dispute["answer"]["values"]["size"] == "small"
    assert dispute["reference"]["values"]["size"] == "large"
    assert "the engines disagree on `size`" in caplog.text


def test_a_dispute_on_what_was_only_needed_does_not_spoil_the_status(
    policy: LoadedPolicy, clock: StoppedClock, order: Any
) -> None:
    content = decide(policy, "always", clock, {**order, "decide": ["route"]})
    assert (content["status"], content["outcomes"]["size"]["status"]) == ("decided", "error")


def test_off_asks_nobody(policy: LoadedPolicy, clock: StoppedClock, order: Any) -> None:
    content = decide(policy, "off", clock, order)
    assert content["outcomes"]["size"]["values"]["size"] == "small"
    assert "disagreements" not in content


def test_agreement_leaves_no_trace(decider: Decider, order: Any) -> None:
    assert "disagreements" not in decider.decide(order).content


def test_a_dispute_is_on_record(policy: LoadedPolicy, clock: StoppedClock, order: Any, ledger: Ledger) -> None:
    decider = Decider(replace(policy, engine=Wrong(policy)), "always", clock, CountedIds())
    answer = DecisionService(decider, ledger).submit(order)
    entry = ledger.get(answer.decision_id)
    assert entry is not None
    assert entry.content["disagreements"][0]["ruleset"] == "size"


def test_the_sample_is_one_in_a_hundred_by_id(policy: LoadedPolicy) -> None:
    checker = CrossChecker("sampled", policy.reference)
    ids = [f"0197a000-0000-7000-8000-{number:012x}" for number in range(1000)]
    assert [name for name in ids if checker.wanted(name)] == ids[::100]


@pytest.mark.parametrize(("mode", "wanted"), [("always", True), ("off", False)])
def test_all_or_none(policy: LoadedPolicy, mode: CrossCheck, wanted: bool) -> None:
    assert CrossChecker(mode, policy.reference).wanted("0197a000-0000-7000-8000-000000000001") is wanted
