"""A paragraph has a rule, or says why it has none."""

from __future__ import annotations

import pytest

from rules.check import stages
from rules.check.findings import Findings
from tests.syntax.helpers import diagnostics
from tests.engines.test_deadlines import FILES
from rules.syntax import load

MORE = "  第九条1: {zh: 分类, en: Tiers%s}\n"


def found(reason: str, clause: str = "第九条1") -> list[tuple[str, str]]:
    """What the check says about one more paragraph with this reason."""
    source = FILES["source/credit.yaml"] + MORE.replace("第九条1", clause) % reason
    findings = Findings()
    stages.paragraphs(load({**FILES, "source/credit.yaml": source}), findings)
    return [(one.code, one.severity) for one in findings.diagnostics]


def test_a_paragraph_with_neither_is_an_error() -> None:
    assert found("") == [("unexplained-paragraph", "error")]


@pytest.mark.parametrize(
    "reason", ["explanatory", "organisational", "aim", "analysis", "heading", "duplicate of 第九条3(b)"]
)
def test_a_reason_is_enough(reason: str) -> None:
    assert found(f", without_rule: {reason}") == []


def test_a_duplicate_is_of_another_paragraph() -> None:
    assert found(", without_rule: duplicate of 第九条9") == [("unknown-clause", "error")]
    assert found(", without_rule: duplicate of 第九条1") == [("unknown-clause", "error")]


def test_a_reason_beside_a_rule_is_a_warning() -> None:
    source = FILES["source/credit.yaml"].replace("beforehand}", "beforehand, without_rule: aim}")
    findings = Findings()
    stages.paragraphs(load({**FILES, "source/credit.yaml": source}), findings)
    assert [(one.code, one.severity) for one in findings.diagnostics] == [("needless-reason", "warning")]


def test_other_words_are_refused() -> None:
    texts = {**FILES, "source/credit.yaml": FILES["source/credit.yaml"] + MORE % ", without_rule: obvious"}
    assert [one.code for one in diagnostics(texts)] == ["bad-choice"]
