"""Each hit policy with no hit, one, equal and different ones, null, absent and refused inputs: on every engine."""

from __future__ import annotations

import pytest

from tests.conformance.documents import LISTED, REFUSED, Document, documents, hold

TABLES, FOUND = documents("tables"), documents("found")


@pytest.mark.parametrize("document", [*TABLES, *FOUND], ids=lambda d: d.name)
def test_every_engine_gives_what_the_cases_expect(document: Document) -> None:
    hold(document)


def test_every_hit_policy_has_its_tables_in_both_forms() -> None:
    policies = {
        (ruleset.hit_policy, ruleset.source.aggregator, name.endswith(LISTED))
        for document in TABLES
        for name, ruleset in document.checked().rulesets.items()
    }
    single = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
    wanted = [(policy, None) for policy in single] + [("COLLECT", a) for a in ("SUM", "MIN", "MAX", "COUNT")]
    assert {(p, a, listed) for p, a in wanted for listed in (False, True)} <= policies


SITUATIONS = ["no hit", "one hit", "two equal hits", "two different hits", "a null input", "input absent"]


@pytest.mark.parametrize("document", [d for d in TABLES if any(LISTED in name for name in d.texts)], ids=lambda d: d.name)  # noqa: E501
def test_every_situation_has_a_case(document: Document) -> None:
    names = [case.name for case in document.cases()]
    assert not [s for s in (*SITUATIONS, REFUSED) if not any(name.startswith(s) for name in names)]
