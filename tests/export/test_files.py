"""Exports of every format: verified, the same bytes each time, and whatever is changed in them is found."""

from __future__ import annotations

import csv
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from service.export import Filters, verify_file
from service.export.csv_file import beside
from service.ledger import Ledger, Log, Places
from service.proofs.export import MalformedExport, ProofError
from service.proofs.notes import NoteError, Signer
from tests.audit.every_kind import DECISIONS
from tests.audit.helpers import Case
from tests.export.helpers import KINDS, SIZE, exported
from tests.ledger.helpers import draft

REFUSED = (MalformedExport, ProofError, NoteError)


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_log(whole: Case, places: Places, tmp_path: Path, kind: str) -> None:
    done = exported(places, tmp_path, kind)
    assert (done.entries, done.path) == (SIZE, tmp_path / f"entries.{kind}")
    found = verify_file(done.path, whole.key)
    assert (found.count, found.checkpoint.size, found.filters) == (SIZE, SIZE, {})
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("kind", KINDS)
def test_chosen_entries(whole: Case, places: Places, tmp_path: Path, kind: str) -> None:
    filters = Filters(ruleset="size", kind="decision", outcome="large")
    found = verify_file(exported(places, tmp_path, kind, filters).path, whole.key)
    assert 0 < found.count < SIZE
    assert found.filters == {"ruleset": "size", "kind": "decision", "outcome": "large"}
    nothing = exported(places, tmp_path, kind, Filters(subject="nobody"))
    assert verify_file(nothing.path, whole.key).count == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_each_time(places: Places, tmp_path: Path, kind: str) -> None:
    read = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        exported(places, folder, kind)
        read.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert read[0] == read[1]


@pytest.mark.parametrize("kind", KINDS)
def test_another_key(places: Places, tmp_path: Path, kind: str) -> None:
    with pytest.raises(NoteError):
        verify_file(exported(places, tmp_path, kind).path, Signer("log.example", bytes(32)).key)


@pytest.fixture(scope="module")
def lines(places: Places, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return exported(places, tmp_path_factory.mktemp("lines")).path.read_bytes().splitlines(keepends=True)


def refused(whole: Case, path: Path, changed: bytes) -> str:
    path.write_bytes(changed)
    with pytest.raises(REFUSED) as caught:
        verify_file(path, whole.key)
    return str(caught.value)


def test_every_line_of_jsonl_changed(whole: Case, lines: list[bytes], tmp_path: Path) -> None:
    """A bit in the middle, near the start and near the end of each, and the line twice or not at all."""
    path = tmp_path / "x.jsonl"
    for number, line in enumerate(lines):
        for place in (3, 12, len(line) // 2, len(line) - 3):
            if place >= len(line):
                continue
            broken = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
            refused(whole, path, b"".join([*lines[:number], broken, *lines[number + 1 :]]))
        refused(whole, path, b"".join([*lines[: number + 1], *lines[number:]]))
        refused(whole, path, b"".join([*lines[:number], *lines[number + 1 :]]))


def test_it_names_the_line(whole: Case, lines: list[bytes], tmp_path: Path) -> None:
    broken = lines[4].replace(b'"kind":"', b'"kind":"x', 1)
    assert broken != lines[4]
    says = refused(whole, tmp_path / "x.jsonl", b"".join([*lines[:4], broken, *lines[5:]]))
    assert says == "line 5: the proof leads to another root"


def test_lines_in_another_order_and_a_cut_file(whole: Case, lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    swapped = [lines[0], lines[2], lines[1], *lines[3:]]
    assert "line 3: entry 0 stands after one" in refused(whole, path, b"".join(swapped))
    assert "its last line is missing" in refused(whole, path, b"".join(lines[:-1]))
    assert "line 20: it is not an entry" in refused(whole, path, b"".join(lines)[:-1])


def test_a_line_cut_out_proves_itself(whole: Case, lines: list[bytes], tmp_path: Path) -> None:
    """With the head, and the end said anew: so people may pass on a part of an export that names a filter."""
    head = lines[0].replace(b'"filters":{}', b'"filters":{"kind":"release"}')
    path = tmp_path / "x.jsonl"
    path.write_bytes(head + lines[1] + b'{"entries":1}\n')
    assert verify_file(path, whole.key).count == 1


@pytest.mark.parametrize(
    "filters",
    [b'"kind":"decision"', b'"subject":"nobody"', b'"since":"2027-01-01"', b'"until":"2000-01-01"', b'"ruleset":"x"',
     b'"outcome":"x"'],
)  # fmt: skip
def test_entries_that_do_not_pass_the_filter_that_is_named(
    whole: Case, lines: list[bytes], tmp_path: Path, filters: bytes
) -> None:
    head = lines[0].replace(b'"filters":{}', b'"filters":{%b}' % filters)
    assert "does not pass the filter" in refused(whole, tmp_path / "x.jsonl", b"".join([head, *lines[1:]]))


@pytest.mark.parametrize(
    "head",
    [
        lambda line: line.replace(b'"filters":{}', b'"filters":{"colour":"red"}'),
        lambda line: line.replace(b'"filters":{}', b'"filters":[]'),
        lambda line: line.replace(b'"filters":{}', b'"filters":{"kind":1}'),
        lambda line: line.replace(b"@v1", b"@v2"),
        lambda line: line.replace(b'{"ch', b'{ "ch'),
        lambda line: b'{"checkpoint":1}\n',
        lambda line: b'{"checkpoint":' + b"[" * 100_000 + b"\n",
    ],
)
def test_heads_that_are_none(whole: Case, lines: list[bytes], tmp_path: Path, head: Callable[[bytes], bytes]) -> None:
    says = refused(whole, tmp_path / "x.jsonl", b"".join([head(lines[0]), *lines[1:]]))
    assert says


def test_every_cell_of_csv_changed(whole: Case, places: Places, tmp_path: Path) -> None:
    path = exported(places, tmp_path, "csv", Filters(kind="decision")).path
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for number in range(1, len(rows)):
        for column in range(len(rows[0])):
            changed = [list(row) for row in rows]
            changed[number][column] += "x"
            _write(path, changed)
            with pytest.raises(REFUSED):
                verify_file(path, whole.key)
    for wrong in (rows[1:], [rows[0], *rows[2:]], [*rows, ["too", "few"]], [rows[0][::-1], *rows[1:]]):
        _write(path, wrong)
        with pytest.raises(REFUSED):
            verify_file(path, whole.key)
    _write(path, rows)
    assert verify_file(path, whole.key).count == len(rows) - 1


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)


def test_csv_without_the_file_beside_it(whole: Case, places: Places, tmp_path: Path) -> None:
    path = exported(places, tmp_path, "csv").path
    for broken in (b"", b"{}\n", beside(path).read_bytes() * 2):
        beside(path).write_bytes(broken)
        with pytest.raises(MalformedExport):
            verify_file(path, whole.key)
    beside(path).unlink()
    with pytest.raises(MalformedExport, match=r"there is no `entries\.csv\.proof` beside it"):
        verify_file(path, whole.key)


def test_csv_of_dangerous_subjects(tmp_path: Path) -> None:
    """Whatever a caller calls a subject, no cell begins a formula, and the entry beside it is as recorded."""
    places = Places(tmp_path / "ledger.db", tmp_path / "key", "log.example")
    log = Log.open(places, {})
    subjects = ["=HYPERLINK(\"http://x\")", "@x", "a\";=1", "\t+1", "a\r\n-1", "＝1", "'"]
    for number, subject in enumerate(subjects):
        log.ledger.append(draft(str(number), subject=subject, kind="note", facets=()))
    log.close()
    path = exported(places, tmp_path, "csv").path
    assert verify_file(path, log.key).count == len(subjects)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if re.match(r"[ ]*[=+\-@\t\r\n＝＋－＠]", cell)]


def test_every_column_of_parquet_changed(whole: Case, places: Places, tmp_path: Path) -> None:
    path = exported(places, tmp_path, "parquet", Filters(kind="decision")).path
    plain, other = path.read_bytes(), tmp_path / "other.parquet"
    names = [name for (name, *_) in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()]
    told = duckdb.sql(f"SELECT value FROM parquet_kv_metadata('{path}')").fetchall()[0][0].decode().replace("'", "''")
    copy = f"TO '{other}' (FORMAT parquet, KV_METADATA {{export: '{told}'}})"
    duckdb.sql(f"COPY (FROM '{path}' ORDER BY index) {copy}")
    assert verify_file(other, whole.key).count == DECISIONS
    for name in names:
        new = "index + 100" if name == "index" else f"{name} || 'x'"
        duckdb.sql(f"COPY (SELECT * REPLACE ({new} AS {name}) FROM '{path}' ORDER BY 1) {copy}")
        with pytest.raises(REFUSED):
            verify_file(other, whole.key)
    duckdb.sql(f"COPY (FROM '{path}' WHERE index <> 1 ORDER BY index) {copy}")
    with pytest.raises(MalformedExport, match="it says that it has 9 entries, it has 8"):
        verify_file(other, whole.key)
    for broken in (plain[:-20], plain[:4] + b"nothing", plain.replace(b"export", b"exporx")):
        other.write_bytes(broken)
        with pytest.raises(MalformedExport):
            verify_file(other, whole.key)


def test_parquet_is_read_as_it_stands(places: Places, tmp_path: Path) -> None:
    path = exported(places, tmp_path, "parquet").path
    found = duckdb.sql(f"SELECT index, subject, json_extract_string(entry, '$.kind') FROM '{path}' LIMIT 2").fetchall()
    assert found == [(0, "policies", "release"), (1, "客户 C-1024", "decision")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_replaced_only_when_the_new_one_is_whole(
    places: Places, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(places, tmp_path, kind).path
    before = path.read_bytes()

    def failing(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.export.jsonl.end_line", failing)
    monkeypatch.setattr("service.export.csv_file.end_line", failing)
    monkeypatch.setattr("service.export.parquet_file.end_line", failing)
    with pytest.raises(OSError, match="No space"):
        exported(places, tmp_path, kind)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == (2 if kind == "csv" else 1)


def test_entries_after_the_checkpoint_are_left_out(places: Places, tmp_path: Path) -> None:
    ledger, key = (Path(shutil.copy(one, tmp_path)) for one in (places.ledger, places.key))
    mine = Places(ledger, key, "log.example", tmp_path / "kept")
    Log.open(mine, {}).close()
    with Ledger.open(ledger) as opened:
        opened.append(draft("later", kind="note"))
    assert exported(mine, tmp_path).entries == SIZE
