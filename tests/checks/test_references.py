"""What refers to a decision refers to one that is recorded before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audit.every_kind import Writer
from tests.audit.helpers import Case, Json, kinds, rewrite
from tests.checks.helpers import checked

LATER = "01a20751-b2a3-774b-8000-000000000099"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content.update(decision_id=LATER), f"it refers to the decision `{LATER}`, which is not"),
        (lambda content: content.update(decision_index=2), "is entry 1, not as it says"),
        (lambda content: content.update(decision_hash="00" * 32), "entry 1, has another hash than it says"),
        (lambda content: content.update(position=1), "entry 1, requires no such action at its place 1"),
        (lambda content: content.update(position=99), "entry 1, requires no such action at its place 99"),
        (lambda content: content.update(position=-1), "entry 1, requires no such action at its place -1"),
        (lambda content: content.update(action="nothing"), "entry 1, requires no such action at its place 0"),
        (lambda content: content.pop("position"), "it says what no entry says: KeyError"),
        (lambda content: content.pop("decision_id"), "it says what no entry says: KeyError"),
    ],
)
def test_an_action_that_was_reported_done(case: Case, change: Callable[[Json], object], says: str) -> None:
    index = kinds(case.ledger).index("action_done")
    rewrite(case.ledger, index, lambda one: change(one["content"]))
    (text,) = checked(case.ledger, most=0).texts
    assert text.startswith(f"entry {index}: ")
    assert says in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: one.update(entry_id="x"), "its id is not that of the report on action 0 of entry 1"),
        (lambda one: one.update(subject="x"), "its subject is not that of the decision that it refers to, entry 1"),
    ],
)
def test_whose_report_it_is(case: Case, change: Callable[[Json], object], says: str) -> None:
    index = kinds(case.ledger).index("action_done")
    rewrite(case.ledger, index, change)
    assert checked(case.ledger, most=0).texts == [f"entry {index}: {says}"]


@pytest.mark.parametrize("kind", ["access", "review", "erasure"])
def test_other_kinds_that_name_a_decision(case: Case, kind: str) -> None:
    index = kinds(case.ledger).index(kind)

    def name(decision: str | None) -> list[str]:
        def change(one: Json) -> None:
            one["content"].get("read", one["content"]).update(decision_id=decision)

        rewrite(case.ledger, index, change)
        return checked(case.ledger, most=0).texts

    (text,) = name(LATER)
    assert text.startswith(f"entry {index}: it refers to the decision `{LATER}`")
    assert kind == "review" or name(None) == []


def test_a_decision_that_comes_later(writer: Writer) -> None:
    writer.other("review", {"decision_id": LATER})
    assert "which is not recorded before it" in checked(writer.places.ledger).texts[0]


def test_what_is_referred_to_is_a_decision(writer: Writer) -> None:
    release = writer.service.releases.releases[0]
    writer.other("review", {"decision_id": release.entry_id})
    assert "which is not recorded before it" in checked(writer.places.ledger).texts[0]
