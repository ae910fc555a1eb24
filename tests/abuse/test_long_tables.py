"""Tables of thousands of rows: a policy while a file holds them, in bounded time and memory, and refused beyond."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.abuse.test_policy_bombs import MEGABYTES, SECONDS, told
from tests.conftest import ROOT
from tests.diagnostics.helpers import BASE, check, files_of, write

ROW: Final = "  | B-{n} | 第一条 | {n} | {n} |\n"
HEAD: Final = """\
ruleset: big
title: {zh: 大, en: Big}
clause: 第一条
hit_policy: UNIQUE
outputs:
  big: {label: {zh: 大, en: Big}, type: integer, default: 0}
table: |
  | id | clause | order.pieces | => big |
"""


def big(rows: int) -> bytes:
    """A table that is a policy."""
    table = "".join(ROW.format(n=n) for n in range(1, rows + 1))
    reasons = "".join(f"  B-{n}: {{zh: 第{n}行, en: Row {n}}}\n" for n in range(1, rows + 1))
    return f"{HEAD}{table}because:\n{reasons}".encode()


def test_a_long_table_is_checked_in_bounded_memory(tmp_path: Path) -> None:
    write(tmp_path, {**files_of(BASE), "shop/big.yaml": big(2_000)})
    measured = (
        "from service.cli import main\n"
        "try: main()\n"
        "finally: print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    run = [sys.executable, "-c", measured, "check", str(tmp_path)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    summary, memory = done.stdout.splitlines()
    assert summary.startswith("ok: 3 rulesets, 2006 rules")
    assert int(memory) < MEGABYTES * 1024


@pytest.mark.nightly
def test_ten_thousand_rows_are_a_policy(tmp_path: Path) -> None:
    data = big(10_000)
    assert len(data.decode()) < 1_000_000
    result = check(write(tmp_path, {**files_of(BASE), "shop/big.yaml": data}))
    assert (result.exit_code, result.stdout.split(", release")[0]) == (0, "ok: 3 rulesets, 10006 rules")


def test_more_rows_than_a_file_holds_are_refused(tmp_path: Path) -> None:
    data = big(25_000)
    assert told(tmp_path, {"shop/big.yaml": data}) == [
        f"shop/big.yaml:1:1: error[too-large] {len(data.decode())} characters are too many for a rule file",
        "    1 | ruleset: big",
        "      | ^",
        "      = at most 1000000",
    ]


def test_the_same_fault_in_every_row_costs_no_more_than_the_rows(tmp_path: Path) -> None:
    data = big(1_000).decode().replace("| 第一条 |", "| 第一百条 |").encode()
    begun = time.monotonic()
    result = check(write(tmp_path, {**files_of(BASE), "shop/big.yaml": data}))
    assert result.stderr.count("error[unknown-clause]") == 1_000
    assert time.monotonic() - begun < 2 * SECONDS
