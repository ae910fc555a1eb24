"""The columns that people read, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.export.columns import NAMES, harmless, proof_of, proof_text, shown
from service.ledger import Places
from service.ledger.reader import Reader
from service.proofs.export import Record

DANGEROUS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("-5.00", "'-5.00"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("＝cmd|' /C calc'!A0", "'＝cmd|' /C calc'!A0"),
        ("  +1", "  '+1"),
        ("a;=1", "a;'=1"),
        ("a,=1", "a,'=1"),
        ('a"=1', "a\"'=1"),
        ("a\r\n=1", "a\r'\n'=1"),
        ("客户 C-1024", "客户 C-1024"),
        ("size.fee: -15.00; size.size: large", "size.fee: -15.00; size.size: large"),
        ("", ""),
    ],
)
def test_formulas_are_made_harmless(text: str, expected: str) -> None:
    assert harmless(text) == expected


@given(st.text(alphabet=DANGEROUS + ",;|\"' a1"))
def test_nothing_begins_a_formula_anywhere(text: str) -> None:
    safe = harmless(text)
    assert re.search(rf"""(^|[,;|\t\r\n"])[ ]*[{re.escape(DANGEROUS)}]""", safe) is None
    assert safe.replace("'", "") == text.replace("'", "")


def rows(places: Places) -> list[dict[str, str]]:
    with Reader.open(places.ledger) as reader:
        entries = [entry for kind in ("decision", "release", "action_done", "review") for entry in reader.entries(kind)]
    return [shown(entry.document, Record(entry.canonical, [])) for entry in sorted(entries, key=lambda e: e.index)]


def test_a_decision(places: Places) -> None:
    one = rows(places)[1]
    assert tuple(one) == NAMES[:-2]
    assert (one["index"], one["kind"], one["subject"], one["status"]) == ("1", "decision", "客户 C-1024", "decided")
    assert (one["policy_label"], one["asked"]) == ("1", "route, tags")
    assert "size.fee: 15.00; size.pieces: 8; size.size: large" in one["outcomes"]
    assert one["actions"] == "keep_record, charge, watch, hold"
    assert re.fullmatch("[0-9a-f]{64}", one["leaf_hash"])


def test_other_kinds(places: Places) -> None:
    found = rows(places)
    one = found[1]
    by_kind = {one["kind"]: one for one in found}
    assert (by_kind["release"]["policy_label"], by_kind["release"]["outcomes"]) == ("2", "")
    assert by_kind["action_done"]["actions"] in one["actions"]
    assert (by_kind["review"]["status"], by_kind["review"]["outcomes"]) == ("override", "")
    undecided = [one for one in found if one["status"] == "undecided"]
    assert undecided[0]["missing_facts"].startswith("order.amount")
    assert "size: undecided" in undecided[0]["outcomes"]


def test_what_is_sealed_shows_as_null(places: Places) -> None:
    with Reader.open(places.ledger) as reader:
        document = orjson.loads(next(iter(reader.entries("decision"))).canonical)
    document["content"]["outcomes"]["size"]["values"]["fee"] = None
    assert "size.fee: null; " in shown(document, Record(b"", []))["outcomes"]


def test_a_proof_in_a_cell() -> None:
    record = Record(b"", [bytes(32), bytes([1]) * 32])
    assert proof_of(proof_text(record)) == record.proof
    assert proof_of("") == []
    with pytest.raises(ValueError, match="base64"):
        proof_of("AA=")
