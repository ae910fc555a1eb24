"""Books in files: what is taken, what is refused and where; both ways through a CSV file agree."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analyses import read_csv, store
from service.analyses.base import Outcome
from service.analyses.catalogue import ANALYSES
from service.analyses.faults import BadBook
from service.analyses.files import read_file
from service.analyses.write_csv import neutral, write_csv
from tests.analyses.helpers import SHEETS, outcome

ABC = ANALYSES["abc_class"]
HEAD = "customer,category,sales\n"


@pytest.fixture
def connection() -> Any:
    with store.connect(files=True) as opened:
        yield opened


def stored(connection: Any, path: Path, name: str = "abc_class") -> list[tuple[Any, ...]]:
    read_file(connection, ANALYSES[name], path, 100)
    found: list[tuple[Any, ...]] = connection.execute("SELECT * FROM book ORDER BY ALL").fetchall()
    connection.execute("DROP TABLE book")
    return found


def told(connection: Any, path: Path, name: str = "abc_class") -> list[tuple[Any, ...]]:
    with pytest.raises(BadBook) as refused:
        read_file(connection, ANALYSES[name], path, 100)
    return [(fault.row, fault.column, fault.complaint.code) for fault in refused.value.faults]


def write(folder: Path, text: str | bytes, name: str = "book.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_csv_money_is_exact(connection: Any, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "a,other,999999999999.99\nb,other,-0.01\nc,other,0.1000\nd,other,7\n")
    assert stored(connection, path) == [
        ("a", "other", 99999999999999), ("b", "other", -1), ("c", "other", 10), ("d", "other", 700),
    ]  # fmt: skip


def test_csv_of_excel(connection: Any, tmp_path: Path) -> None:
    path = write(tmp_path, b'\xef\xbb\xbfcustomer,category,sales\r\n"\xe5\xae\xa2, 1",other,"1.50"\r\n\r\n')
    assert stored(connection, path) == [("客, 1", "other", 150)]


def test_csv_what_only_the_slow_way_takes(connection: Any, tmp_path: Path) -> None:
    assert stored(connection, write(tmp_path, HEAD + "a,other,1e3\n")) == [("a", "other", 100000)]


def test_a_pattern_in_the_name_of_a_file(connection: Any, tmp_path: Path) -> None:
    write(tmp_path, HEAD + "wrong,other,1\n", "book1.csv")
    path = write(tmp_path, HEAD + "right,other,1\n", "book[1]*?.csv")
    assert stored(connection, path) == [("right", "other", 100)]


def test_csv_every_fault(connection: Any, tmp_path: Path) -> None:
    lines = [
        "a,other,1.234", "b,othr,NaN", "c,other,5,6", "d ,other,1", "e,other,", "f,other,1", "f,other,2",
        "g,other,1000000000000", ",other,1", "h,other,1.0.0", "i,other,١",
    ]  # fmt: skip
    assert told(connection, write(tmp_path, HEAD + "\n".join(lines))) == [
        (2, "sales", "too-many-decimals"), (3, "category", "not-allowed-value"), (3, "sales", "not-a-number"),
        (4, None, "wrong-width"), (5, "customer", "blanks-around"), (6, "sales", "required"),
        (8, "customer", "duplicate-row"), (9, "sales", "above-maximum"), (10, "customer", "required"),
        (11, "sales", "not-a-number"), (12, "sales", "not-a-number"),
    ]  # fmt: skip


def test_of_very_many_faults_the_first_are_kept(connection: Any, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "x,other,?\n" * 500)
    with pytest.raises(BadBook) as refused:
        read_file(connection, ABC, path, 100)
    assert (len(refused.value.faults), refused.value.count) == (100, 500)


def test_header(connection: Any, tmp_path: Path) -> None:
    with pytest.raises(BadBook) as refused:
        read_file(connection, ABC, write(tmp_path, "customer,category,sale,customer\na,other,1,b\n"), 100)
    faults = [(f.row, f.column, f.complaint.code, f.complaint.told_hint()) for f in refused.value.faults]
    assert faults == [
        (1, "sales", "missing-column", "did you mean `sale`?"),
        (1, "sale", "unknown-column", "did you mean `sales`?"),
        (1, "customer", "duplicate-column", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "customer", "missing-column")),
        (HEAD, (None, None, "empty")),
        (HEAD.encode() + b"a\xff,other,1\n", (2, None, "not-utf8")),
        (HEAD + 'a"b,other,"1\n', (2, None, "unreadable")),
    ],
)
def test_no_book(connection: Any, tmp_path: Path, text: str | bytes, expected: tuple[Any, ...]) -> None:
    assert told(connection, write(tmp_path, text))[0] == expected


def test_no_such_file_and_no_such_format(connection: Any, tmp_path: Path) -> None:
    assert told(connection, tmp_path / "none.csv") == [(None, None, "unreadable")]
    assert told(connection, tmp_path / "none.ods") == [(None, None, "unknown-format")]
    assert told(connection, write(tmp_path, "no workbook", "x.xlsx")) == [(None, None, "unreadable")]
    assert told(connection, write(tmp_path, "no parquet", "x.parquet")) == [(None, None, "unreadable")]


likely = st.sampled_from(["other", "1.50", "-2", "C1", "1e2", "0.0"])
cells = likely | st.text("aB1.,-+e0 \"'\n\r=é客\u00a0\t", max_size=6)
lines = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4)


SHORT, LONG = store.connect(files=True), store.connect()


@settings(max_examples=80)
@given(lines)
def test_the_short_way_is_never_more_lenient(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    made = io.StringIO()
    header = HEAD.strip().split(",")
    csv.writer(made).writerows([header, *rows])
    path = write(tmp_path_factory.getbasetemp(), made.getvalue(), "generated.csv")
    if read_csv._short(SHORT, ABC, path, header):
        read_csv._row_by_row(LONG, ABC, path, header, 100)
        everything = "SELECT * FROM book ORDER BY ALL"
        assert SHORT.execute(everything).fetchall() == LONG.execute(everything).fetchall()
    for connection in (SHORT, LONG):
        connection.execute("DROP TABLE IF EXISTS book")


def test_the_short_way_takes_every_sheet(connection: Any) -> None:
    for name in ("abc_class", "share_of_wallet", "seasonal_target"):
        path = SHEETS / f"{name}.csv"
        assert read_csv._short(connection, ANALYSES[name], path, path.read_text().splitlines()[0].split(","))
        connection.execute("DROP TABLE book")


def workbook(folder: Path, *rows: tuple[Any, ...]) -> Path:
    made = openpyxl.Workbook()
    made.active.append(("customer", "category", "sales"))
    for row in rows:
        made.active.append(row)
    path = folder / "book.xlsx"
    made.save(path)
    return path


def test_xlsx(connection: Any, tmp_path: Path) -> None:
    path = workbook(
        tmp_path, ("a", "other", 0.1), ("b", "other", "999999999999.99"), (None, None, None), ("c", "other", 7)
    )
    assert stored(connection, path) == [("a", "other", 10), ("b", "other", 99999999999999), ("c", "other", 700)]


def test_xlsx_refuses_what_is_not_exact(connection: Any, tmp_path: Path) -> None:
    path = workbook(
        tmp_path, ("a", "other", 1 / 3), ("b", "other", 1.005), (17, "other", 1), ("c", "other", True),
        ("d", "other", dt.date(2026, 11, 23)), ("e", "other", None), ("f", "other", 1, "more"),
    )  # fmt: skip
    assert told(connection, path) == [
        (2, "sales", "binary-float"), (3, "sales", "too-many-decimals"), (4, "customer", "wrong-type"),
        (5, "sales", "wrong-type"), (6, "sales", "wrong-type"), (7, "sales", "required"), (8, None, "wrong-width"),
    ]  # fmt: skip


def parquet(folder: Path, select: str) -> Path:
    path = folder / "book.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize("type_", ["DECIMAL(14, 2)", "DECIMAL(38, 10)", "VARCHAR", "BIGINT", "HUGEINT"])
def test_parquet_takes_exact_types(connection: Any, tmp_path: Path, type_: str) -> None:
    path = parquet(tmp_path, f"SELECT 7 AS customer, 'other' AS category, CAST('12' AS {type_}) AS sales")
    if type_ == "HUGEINT":  # parquet has none: DuckDB writes it as a float
        assert told(connection, path) == [(None, "sales", "binary-float")]
    else:
        assert stored(connection, path) == [("7", "other", 1200)]


@pytest.mark.parametrize(
    ("value", "code"), [("1.5::DOUBLE", "binary-float"), ("1.5::FLOAT", "binary-float"), ("[1]", "wrong-type"),
                        ("DATE '2026-11-23'", "wrong-type"), ("true", "wrong-type")],
)  # fmt: skip
def test_parquet_refuses_the_rest(connection: Any, tmp_path: Path, value: str, code: str) -> None:
    path = parquet(tmp_path, f"SELECT 'a' AS customer, 'other' AS category, {value} AS sales")
    assert told(connection, path) == [(None, "sales", code)]


def test_parquet_every_fault_with_its_row(connection: Any, tmp_path: Path) -> None:
    path = parquet(tmp_path, "SELECT * FROM (VALUES ('a', 'other', 1.234), ('b', 'othr', 1), ('a', 'other', NULL))"
                             " AS t(customer, category, sales)")  # fmt: skip
    assert told(connection, path) == [
        (1, "sales", "too-many-decimals"), (2, "category", "not-allowed-value"), (3, "sales", "required"),
    ]  # fmt: skip


def test_no_formula_leaves_the_house(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@x", "＝1", "plain", "a=b"]
    found: Outcome = outcome("abc_class", [{"customer": n, "category": "other", "sales": "-1"} for n in names])
    write_csv(found, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert {row["customer"] for row in read} == {"'=1+1", "'+1", "'-1", "'@x", "'＝1", "plain", "a=b"}
    assert {row["sales"] for row in read} == {"-1.00"}
    assert neutral("\t=1") == "'\t=1"
