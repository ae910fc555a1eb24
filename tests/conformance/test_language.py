"""The specification and its cases: every section has some, every case names one, every snippet loads."""

from __future__ import annotations

import re

import pytest

from rules.check import check
from rules.check.signatures import SIGNATURES
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.feel.builtins import BUILTINS
from rules.syntax import load, load_cases
from service.cases import Runner
from tests.conformance.documents import Document, documents, hold
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (L\d+) ", PAGE, re.MULTILINE)
SNIPPETS = dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", PAGE, re.DOTALL))
DOCUMENTS = documents("language")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_every_engine_gives_what_the_cases_expect(document: Document) -> None:
    hold(document)


def test_sections_are_numbered_in_order() -> None:
    numbered = [f"L{n}" for n in range(1, len(SECTIONS) + 1)]
    assert numbered == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_cases(section: str) -> None:
    assert any(section in document.sections for document in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_a_document_names_sections_that_exist(document: Document) -> None:
    assert document.sections
    assert set(document.sections) <= set(SECTIONS)


def test_the_snippets_are_a_policy_whose_cases_hold() -> None:
    assert PAGE.count("```yaml") == len(SNIPPETS)
    checked = check(load(SNIPPETS))
    reference = Interpreter(checked)
    cases = [case for found in load_cases(SNIPPETS).values() for case in found]
    assert cases
    for engine in (reference, DurableEngine(checked, reference)):
        for case in cases:
            assert not Runner(checked).run(case, engine).differences


def test_the_page_names_every_function() -> None:
    listed = re.search(r"^Functions:\n(.*)$", PAGE, re.MULTILINE)
    assert listed
    assert set(re.findall(r"`([^`]+)`", listed[1])) == set(SIGNATURES) & set(BUILTINS)
