"""Releases are what they say, and decisions name the one that was in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.check import release_id
from tests.audit.every_kind import ORDER, Writer
from tests.audit.helpers import Case, Json, kinds, rewrite
from tests.checks.helpers import checked
from tests.service.releases import texts


def test_a_ledger_as_the_service_writes_it(case: Case) -> None:
    found = checked(case.ledger)
    assert found.texts == []
    assert kinds(case.ledger).count("release") == 4


def set_release(content: Json, files: dict[str, str]) -> None:
    content.update(files=files, release=release_id(files))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: one["content"]["files"].update({"policy.yaml": "name: other\n"}), "its files are those of"),
        (lambda one: one["content"].update(release="sha256:" + "0" * 64), "its files are those of the release"),
        (lambda one: one["content"].update(label="9"), "its label is `9`, by its files it is `1`"),
        (lambda one: one["content"].update(author="王"), "its author is `王`, by its files it is `None`"),
        (lambda one: one["content"].update(effective_from="2026-11-23"), "its effective date is `2026-11-23`"),
        (lambda one: one.update(as_of="2026-11-22"), "its day is `2026-11-22`, by its files it is `2026-11-23`"),
        (lambda one: one.update(request_hash="00" * 32), "its columns are not those of a release"),
        (lambda one: one.update(subject="C-1"), "its columns are not those of a release"),
        (lambda one: one["content"].pop("files"), "it says what no entry says: KeyError"),
        (lambda one: one.update(content=None), "it says what no entry says: TypeError"),
    ],
)
def test_a_release_that_is_not_what_it_says(case: Case, change: Callable[[Json], object], says: str) -> None:
    rewrite(case.ledger, 0, change)
    found = checked(case.ledger, most=0)
    assert found.report.first_bad == 0
    assert found.texts[0].startswith(f"entry 0: {says}")


def test_a_release_that_no_program_carries_out(case: Case) -> None:
    def change(one: Json) -> None:
        files = texts()
        files["shop/size.yaml"] = "ruleset: size\n"
        set_release(one["content"], files)
        one["request_hash"] = one["content"]["release"].removeprefix("sha256:")

    rewrite(case.ledger, 0, change)
    assert "this program cannot carry out the release" in checked(case.ledger).texts[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content["policy"].update(release="sha256:00"), "it names the release sha256:00, which is not"),
        (lambda content: content["policy"].update(label="2"), "it names its release `2`, which is recorded as `1`"),
        (lambda content: content.pop("policy"), "it names no release"),
        (lambda content: content.update(policy=7), "it says what no entry says: TypeError"),
    ],
)
def test_a_decision_that_names_another(case: Case, change: Callable[[Json], object], says: str) -> None:
    rewrite(case.ledger, 2, lambda one: change(one["content"]))
    found = checked(case.ledger, most=0)
    assert [text.startswith(f"entry 2: {says}") for text in found.texts] == [True]


def test_a_release_must_be_recorded_before_it_decides(case: Case) -> None:
    later = kinds(case.ledger).index("release", 1)
    named: dict[str, Any] = {}
    rewrite(case.ledger, later, lambda one: named.update(release=one["content"]["release"], label="2"))
    rewrite(case.ledger, 1, lambda one: one["content"].update(policy=named))
    assert f"it names the release {named['release']}, which is not recorded before it" in checked(case.ledger).texts[0]


def superseded(writer: Writer, after: dt.timedelta) -> list[str]:
    """A decision by the first release, received so long after the second was recorded."""
    template, old = writer.service.decider, writer.service.decider.policy
    writer.adopt(2000)
    writer.clock.moment += after
    decision = template.under(old).decide(ORDER)
    writer.log.ledger.append(decision.draft(None, bytes(32)))
    return checked(writer.places.ledger).texts


def test_a_superseded_release_does_not_decide(writer: Writer) -> None:
    (text,) = superseded(writer, dt.timedelta(minutes=2))
    assert text.startswith("entry 2: it was decided by the release sha256:")
    assert text.endswith("which was not in force")


def test_a_request_on_the_way_is_decided_by_the_release_before(writer: Writer) -> None:
    assert superseded(writer, dt.timedelta(seconds=5)) == []


def test_without_any_release(tmp_path: Path, case: Case) -> None:
    """Every decision is unfounded, and nothing breaks."""
    rewrite(case.ledger, 0, lambda one: one.update(kind="note"))
    found = checked(case.ledger)
    assert found.report.first_bad == 1
    assert found.report.total >= 2
