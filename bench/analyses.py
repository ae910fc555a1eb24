"""What a large book costs: `python -m bench.analyses [customers]`.

Writes a book of 1,000,000 customers as CSV, then times each step of `abc_class` (reading with every check,
computing, writing the result) beside the same in plain Python: the `csv` module, `Decimal`, sorting, and the
classes compared by cross-multiplication. Both must give every customer the same class. Ratios compare between
machines, seconds do not.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from service.analyses import store
from service.analyses.base import Outcome
from service.analyses.catalogue import ANALYSES
from service.analyses.files import read_file
from service.analyses.labels import CATEGORIES
from service.analyses.write_csv import write_csv

Found = TypeVar("Found")
A, B = Decimal("0.70"), Decimal("0.90")


def write_book(path: Path, customers: int) -> None:
    """A book with the skew of real ones, the same every time."""
    chance, categories = random.Random(1), list(CATEGORIES)
    with path.open("w", encoding="utf-8") as file:
        file.write("customer,category,sales\n")
        for number in range(customers):
            cents = min(int(chance.paretovariate(1.16) * 100_000), 99_999_999_999_999)
            file.write(f"C-{number:08},{chance.choice(categories)},{cents // 100}.{cents % 100:02}\n")


def plain(path: Path) -> dict[str, str]:
    """Class by customer, without DuckDB."""
    groups: dict[str, list[tuple[Decimal, str]]] = {name: [] for name in CATEGORIES}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["category"]].append((-Decimal(row["sales"]), row["customer"]))
    classes = {}
    for group in groups.values():
        group.sort()
        total, before = -sum(sales for sales, _ in group), Decimal(0)
        for sales, customer in group:
            classes[customer] = "A" if before < A * total else "B" if before < B * total else "C"
            before -= sales
    return classes


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    """Seconds, and what came of it."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def main() -> None:
    """Print one line a step."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    analysis = ANALYSES["abc_class"]
    with tempfile.TemporaryDirectory() as name, store.connect(files=True) as connection:
        book = Path(name) / "book.csv"
        write_book(book, customers)
        reading, _ = timed(lambda: read_file(connection, analysis, book, 100))
        shares = {"abc_class_a_share": 700_000, "abc_class_b_share": 900_000}
        computing, _ = timed(lambda: analysis.compute(connection, shares))
        writing, _ = timed(lambda: write_csv(Outcome(analysis, connection, {}), Path(name) / "result.csv"))
        peer, expected = timed(lambda: plain(book))
        found = dict(connection.execute("SELECT customer, class FROM result").fetchall())
    print(f"{customers:,} customers, the same classes: {found == expected}")
    print(f"read and check {reading:.2f} s, compute {computing:.2f} s; together {reading + computing:.2f} s")
    print(f"plain Python, the same without checks: {peer:.2f} s, {peer / (reading + computing):.1f} times as long")
    print(f"write all rows as CSV {writing:.2f} s")


if __name__ == "__main__":
    main()
