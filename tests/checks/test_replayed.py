"""Decisions decided again: what differs is found, all or those that the root chooses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from service.access import Access, Reading
from service.callers import Caller, Role
from service.checks import Verdict
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.problems import Refusal
from service.repository import LoadedPolicy
from tests.audit.every_kind import NOTED, ORDER, Writer
from tests.audit.helpers import Case, Json, kinds, rewrite
from tests.checks.helpers import checked


def decisions(case: Case) -> list[int]:
    """Those that nothing is sealed in and no other entry refers to: it would tell of their change too."""
    found = kinds(case.ledger)
    left_out = (1, found.index("release", 1) + 1, *sealed(case))
    return [index for index, kind in enumerate(found) if kind == "decision" and index not in left_out]


def sealed(case: Case) -> tuple[int, int]:
    """The decisions on personal facts, before their erasure and after it."""
    found = kinds(case.ledger)
    return found.index("review") - 1, found.index("erasure") + 1


def lighter(one: Json) -> None:
    one["content"]["outcomes"]["size"]["values"]["fee"] = "0.01"


def test_every_decision_is_the_same(case: Case) -> None:
    found = checked(case.ledger)
    decided = kinds(case.ledger).count("decision")
    assert found.replayed.tally == {Verdict.SAME: decided - 2, Verdict.ERASED: 1, Verdict.UNAVAILABLE: 1}


def test_with_the_keys_of_what_is_sealed(writer: Writer) -> None:
    writer.decide(NOTED)
    path = writer.places.ledger
    assert checked(path, vault=writer.vault).replayed.tally == {Verdict.SAME: 1}
    assert checked(path).replayed.tally == {Verdict.UNAVAILABLE: 1}
    writer.erase("C-7")
    assert checked(path, vault=writer.vault).replayed.tally == {Verdict.ERASED: 1}


@pytest.mark.parametrize("most", [None, 1000])
def test_a_decision_forged_with_all_that_follows(case: Case, most: int | None) -> None:
    """Without any checkpoint: leaf hash and tree are right, and still it is not what the policy says."""
    for index in decisions(case):
        rewrite(case.ledger, index, lighter)
    found = checked(case.ledger, most)
    assert [finding.index for finding in found.report.findings] == decisions(case)
    assert found.replayed.tally[Verdict.DIFFERS] == len(decisions(case))
    assert "differs at `/content/outcomes/size/values/fee`: `0.01` recorded" in found.texts[0]


def test_the_root_chooses_the_sample(case: Case) -> None:
    every = [index for index, kind in enumerate(kinds(case.ledger)) if kind == "decision"]
    for index in every:
        rewrite(case.ledger, index, lambda one: one["content"].update(status="error"))
    found = checked(case.ledger, most=2)
    root = found.report.root
    ranked = sorted(every, key=lambda index: hashlib.sha256(root + index.to_bytes(8, "big")).digest())
    differ = [finding.index for finding in found.report.findings if "decided again" in str(finding)]
    assert differ == sorted(set(ranked[:2]) - {*sealed(case)})
    assert found.replayed.tally.total() == 2


def test_none_at_all(case: Case) -> None:
    rewrite(case.ledger, decisions(case)[0], lighter)
    found = checked(case.ledger, most=0)
    assert (found.texts, found.replayed.tally.total()) == ([], 0)


def test_facts_that_nothing_can_be_made_of(case: Case) -> None:
    for content in ({"facts": 7}, {"asked": [[]]}, {"asked": 5}):
        rewrite(case.ledger, decisions(case)[0], lambda one, content=content: one["content"].update(content))
        for most in (None, 1000):
            assert checked(case.ledger, most).report.first_bad == decisions(case)[0]


def test_a_release_that_cannot_decide_is_one_finding_not_one_a_decision(case: Case) -> None:
    last = len(kinds(case.ledger)) - 1
    rewrite(case.ledger, last - 1, lambda one: one["content"]["files"].pop("actions.yaml"))
    unavailable = checked(case.ledger).replayed.tally[Verdict.UNAVAILABLE]
    rewrite(case.ledger, last, lambda one: one["content"]["policy"].update(release="sha256:00"))
    found = checked(case.ledger)
    assert found.replayed.tally[Verdict.UNAVAILABLE] == unavailable + 1
    assert [text.split(":")[0] for text in found.texts] == [f"entry {last - 1}", f"entry {last}"]


def test_many_more_than_the_sample(writer: Writer) -> None:
    for _ in range(20):
        writer.decide(ORDER)
    assert checked(writer.places.ledger, most=5).replayed.tally == {Verdict.SAME: 5}


@pytest.fixture
def read(tmp_path: Path, loaded: LoadedPolicy) -> Path:
    """A ledger in which two readings are recorded: one that the policy allows, one that it denies."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        access = Access(DecisionService(Decider(loaded, "off"), ledger))
        auditor = Caller("key-1", frozenset(), Role.AUDITOR)
        access.to(Reading({"part": "decisions"}, "C-1", sensitive=False), auditor, None)
        with pytest.raises(Refusal):
            access.to(Reading({"part": "export"}, None, sensitive=True, operation="export"), auditor, None)
    return path


def test_every_reading_is_the_same(read: Path) -> None:
    assert kinds(read)[-2:] == ["access"] * 2
    assert checked(read).replayed.tally == {Verdict.SAME: 2}


def test_a_reading_that_was_denied_is_not_allowed_afterwards(read: Path) -> None:
    rewrite(read, 2, lambda one: one["content"].update(outcome="allow"))
    (told,) = checked(read).texts
    assert told.endswith("decided again it differs at `/content/outcome`: `allow` recorded, `deny` found")


def test_a_reading_of_something_else(read: Path) -> None:
    rewrite(read, 1, lambda one: one["content"].update(read={"part": "releases"}))
    (told,) = checked(read).texts
    assert "decided again it differs at `/request_hash`" in told


def test_a_reader_that_the_vocabulary_does_not_have(read: Path) -> None:
    rewrite(read, 1, lambda one: one["content"].update(role="king"))
    (told,) = checked(read).texts
    assert "decided again it differs at `/content`" in told
