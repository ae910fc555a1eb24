"""`run.py test`: what it says of failing cases and of what no case has tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.diagnostics.helpers import BASE, files_of, write

DISCOUNTS = """\
ruleset: discount
given: {facts: {order: {amount: 10}}}
cases:
  - case: large
    facts: {customer: {size: large}}
    expect: {values: {class: 甲, discount: 0.1}, rules: [DIS-1]}
  - case: small
    facts: {customer: {size: small}}
    expect: {values: {class: 乙, discount: 0.05}, rules: [DIS-2]}
  - case: small with a large order
    facts: {customer: {size: small}, order: {amount: 1000}}
    expect: {rules: [DIS-3]}
"""
URGENT = """\
  - case: urgent with a note
    facts: {order: {amount: 999.99, urgent: true, note: now, pieces: 1}}
    expect: {rules: [FEE-2]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, files_of(BASE))


def add(folder: Path) -> None:
    """The cases that the base has not got."""
    (folder / "shop" / "discount.test.yaml").write_text(DISCOUNTS, encoding="utf-8")
    with (folder / "shop" / "fee.test.yaml").open("a", encoding="utf-8") as file:
        file.write(URGENT)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["test", *args], catch_exceptions=False)


def test_what_was_not_tried_is_listed_by_name(folder: Path) -> None:
    result = run(str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:5] == [
        "rules fired by a case: 2 of 6",
        "never fired: DIS-1 (discount), DIS-2 (discount), DIS-3 (discount), FEE-2 (fee)",
        "rules left out by a case: 6 of 6",
        "outcome values seen in a case: 2 of 4",
        "never seen: class = 甲 (discount), class = 乙 (discount)",
    ]


def test_a_rule_that_fires_every_time(folder: Path) -> None:
    file = folder / "shop" / "fee.test.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("  - case: a cent below")], encoding="utf-8")
    assert "fired every time: FEE-1 (fee)" in run(str(folder)).stdout


def test_too_little_tried_is_a_failure(folder: Path) -> None:
    result = run(str(folder), "--require", "100")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2] == "62.5 % tried, 100 % required"
    assert run(str(folder), "--require", "60").exit_code == 0


def test_all_tried(folder: Path) -> None:
    add(folder)
    result = run(str(folder), "--require", "100")
    assert (result.exit_code, "never" in result.stdout) == (0, False), result.stdout


def test_a_failing_case_names_the_rules_that_fired(folder: Path) -> None:
    file = folder / "shop" / "fee.test.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("[FEE-1]", "[FEE-2]"), encoding="utf-8")
    result = run(str(folder), "--engine", "interpreter")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "shop/fee.test.yaml:8: at the line [interpreter]",
        "  rules: expected [FEE-2]",
        "              got [FEE-1]",
        "  fired: FEE-1 at shop/fee.yaml:22",
    ]


@pytest.mark.parametrize(
    ("which", "names"),
    [("interpreter", ["interpreter"]), ("durable", ["durable_rules"]), ("both", ["interpreter", "durable_rules"])],
)
def test_the_engine_can_be_chosen(which: str, names: list[str]) -> None:
    last = run(str(BASE), "--engine", which).stdout.splitlines()[-1]
    assert [name for name in ("interpreter", "durable_rules") if name in last] == names
