"""What is told of conditions without facts: only what is certain."""

from __future__ import annotations

import pytest

from rules.check.everything import everything
from tests.conftest import ROOT

BASE = ROOT / "tests" / "diagnostics" / "base"
WHEN = "when: order.amount >= large_from and recent < 3"


def found(condition: str) -> set[tuple[str, str]]:
    """The codes of the lints for a condition, with the text they point at."""
    texts = {path.relative_to(BASE).as_posix(): path.read_text(encoding="utf-8") for path in BASE.rglob("*.yaml")}
    old = texts["shop/fee.yaml"]
    assert WHEN in old
    texts["shop/fee.yaml"] = old.replace(WHEN, f"when: '{condition}'")
    lines = texts["shop/fee.yaml"].split("\n")
    return {
        (one.code, lines[one.span.line - 1][one.span.column - 1 :][: one.span.length])
        for one in everything(texts).diagnostics
        if not one.code.startswith("unused")
    }


@pytest.mark.parametrize(
    "condition",
    [
        "order.pieces < 1",
        "order.pieces <= 0",
        "order.amount > 100000",
        "order.amount = -1",
        "order.amount >= 100000.01",
        "order.amount + order.pieces < 1",
        "order.amount * 2 > 200000",
        "-order.amount > 0",
        "large_from > 1000",
        "order.amount in [200000..300000]",
        "order.amount in > 200000",
        "order.amount between 200000 and 300000",
        "count(visits) < 0",
    ],
)
def test_never_holds(condition: str) -> None:
    assert found(condition) == {("never-holds", condition)}


@pytest.mark.parametrize(
    "condition",
    [
        "order.pieces >= 1",
        "order.pieces > 0",
        "order.amount <= 100000",
        "order.amount != -1",
        "large_from = 1000",
        "order.amount in [0..100000]",
        "order.amount in >= 0",
        "order.amount between 0 and 100000",
        "recent >= 0",
    ],
)
def test_always_holds(condition: str) -> None:
    assert found(condition) == {("always-holds", condition)}


@pytest.mark.parametrize(
    "condition",
    [
        "order.pieces > 1",
        "order.pieces <= 1",
        "order.amount > 0",
        "order.amount < 100000",
        "order.amount = 100000",
        "order.amount in [0..100000)",
        "order.amount in (0..100000]",
        "order.amount / order.pieces < 0",
        "order.amount - large_from < 0",
        "piece_price < 0",
        "fee < 0 or order.urgent",
        "order.note = null",
        'customer.size = "large" or customer.size = "small"',
        'customer.size = "large" and order.note = "large"',
        "order.amount > 5 and order.amount > 10",
    ],
)
def test_what_cannot_be_told_is_not(condition: str) -> None:
    assert {code for code, _ in found(condition)} <= {"unknown-name"}


@pytest.mark.parametrize("text", ["[10..5]", "(5..5)", "[5..5)", "(large_from..1000]"])
def test_a_range_of_nothing(text: str) -> None:
    assert found(f"order.amount in {text}") == {("empty-range", text)}


@pytest.mark.parametrize(
    ("condition", "second"),
    [
        ('customer.size in ("large", "large")', '"large"'),
        ("order.urgent or order.urgent", "order.urgent"),
        ("order.urgent and recent < 3 and order.urgent", "order.urgent"),
        ("order.amount in (5, 10, 5)", "5"),
    ],
)
def test_the_same_test_twice(condition: str, second: str) -> None:
    assert found(condition) == {("repeated-test", second)}


def test_two_texts_at_once() -> None:
    assert found('customer.size = "large" and order.urgent and customer.size = "small"') == {
        ("never-holds", 'customer.size = "small"')
    }
