"""Searching: every filter against a plain reading of the log, words in any place of a text, counts, blocks."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from service.decide import DecisionService
from service.ledger import Ledger
from service.record import KIND
from service.register import LedgerEntries, Register, Wanted
from service.register.question import terms_of
from tests.service.conftest import StoppedClock
from tests.service.releases import release

Json = dict[str, Any]
ORDERS: tuple[tuple[str | None, list[str], Json], ...] = (
    ("C-1", ["route"], {"amount": "1200.00", "count": 3}),
    ("客户甲", ["route"], {"amount": "10.00", "count": 3, "urgent": True}),
    ("C-1", ["route"], {"amount": "1200.00", "count": 3, "urgent": True}),
    (None, ["route"], {"count": 3}),
    ("C-2", ["tags", "size"], {"amount": "999.99", "count": 1, "kind": "special", "discount": "0.5"}),
    ("C-2", ["note"], {"note": "SECRET 机密"}),
    ("客户乙", ["tags"], {"kind": "normal", "discount": "0.1"}),
)


@pytest.fixture
def register(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Register:
    """With blocks of eight entries, so that a few decisions fill several."""
    for module in ("bits", "search"):
        monkeypatch.setattr(f"service.register.{module}.BLOCK", 8)
    return Register(LedgerEntries(ledger))


@pytest.fixture
def decided(service: DecisionService, clock: StoppedClock, ledger: Ledger) -> list[Json]:
    """Two rounds of the orders, a day apart, the second under a release in which large begins at 10."""
    for round_ in range(2):
        for subject, asked, order in ORDERS:
            order = {"urgent": False, **order} if "urgent" not in order else order
            service.submit({"decide": asked, "subject": subject, "facts": {"order": order}})
        clock.moment += dt.timedelta(days=1)
        if not round_:
            service.adopt(release(large_from=10, label="生效版", effective_from="2026-11-01"))
    return [e.document for e in reversed(ledger.search(kind=KIND, limit=100).entries)]


def found(register: Register, **wanted: Any) -> list[int]:
    return [hit.entry for hit in register.search(Wanted(**wanted)).items]


def saying(register: Register, question: str) -> list[int]:
    return found(register, terms=terms_of(question))


def rules_of(one: Json) -> list[Json]:
    outcomes = one["content"]["outcomes"].values()
    return [r for o in outcomes if o["status"] == "decided" for r in o["rules"] if "possible" not in r]


FACETS = {
    "status": lambda d: [d["content"]["status"]],
    "ruleset": lambda d: list(d["content"]["outcomes"]),
    "outcome": lambda d: [facet[3] for facet in d["facets"] if facet[3]],
    "rule": lambda d: [rule["id"] for rule in rules_of(d)],
    "clause": lambda d: [rule["clause"] for rule in rules_of(d)],
    "action": lambda d: [duty["action"] for duty in d["content"]["required_actions"]],
    "release": lambda d: list(d["content"]["policy"].values()),
    "subject": lambda d: [d["subject"]],
}


def test_each_filter_and_any_two_find_what_reading_the_log_finds(register: Register, decided: list[Json]) -> None:
    values = {name: {value for one in decided for value in of(one) if value} | {"?"} for name, of in FACETS.items()}
    for one, other in itertools.combinations_with_replacement(FACETS, 2):
        if {one, other} == {"ruleset", "outcome"}:
            continue  # of one facet, not of two: see below
        for first, second in itertools.product(values[one], values[other]):
            if one == other and first != second:
                continue
            expected = [d["index"] for d in decided if first in FACETS[one](d) and second in FACETS[other](d)]
            assert found(register, **{one: first, other: second}) == expected[::-1], (one, first, other, second)


def test_the_outcome_of_a_ruleset(register: Register, decided: list[Json]) -> None:
    for ruleset, value in {(f[0], f[3]) for d in decided for f in d["facets"]} | {("size", "slow"), ("tags", "small")}:
        expected = [d["index"] for d in decided if any((f[0], f[3]) == (ruleset, value) for f in d["facets"])]
        if value is not None:
            assert found(register, ruleset=ruleset, outcome=value) == expected[::-1]


def test_counts_are_those_of_reading_the_log(register: Register, decided: list[Json]) -> None:
    for wanted in (Wanted(), Wanted(subject="C-1"), Wanted(release="1", terms=terms_of("size")), Wanted(rule="?")):
        hits = {hit.entry for hit in register.search(wanted).items}
        some = [d for d in decided if d["index"] in hits]
        counts = register.counts(wanted)
        assert counts.decisions == len(some)
        for kind in ("status", "ruleset", "rule", "clause", "action"):
            expected = Counter(value for d in some for value in set(FACETS[kind](d)))
            assert {one.name: one.decisions for one in counts.by[kind]} == expected, kind
        expected = Counter(pair for d in some for pair in {(f[0], f[3]) for f in d["facets"] if f[3]})
        assert {(one.part, one.name): one.decisions for one in counts.by["outcome"]} == expected
        assert [(one.name, one.decisions) for one in counts.by["day"]] == sorted(
            Counter(d["decided_at"][:10] for d in some).items()
        )
        assert [(one.name, one.decisions) for one in counts.by["reviewed"]] == ([("none", len(some))] if some else [])


def test_counts_of_rules_are_the_tallies(register: Register, decided: list[Json]) -> None:
    tallies = register.tallies()
    counts = register.counts(Wanted()).by
    assert {one.name: one.decisions for one in counts["rule"]} == {n: t.decisions for n, t in tallies.rules.items()}
    assert {one.name: one.decisions for one in counts["clause"]} == {n: t.decisions for n, t in tallies.clauses.items()}


def test_pages_and_days(register: Register, decided: list[Json]) -> None:
    everything = [d["index"] for d in decided][::-1]
    after, seen = None, []
    while True:
        page = register.search(Wanted(after=after, limit=3))
        seen += [hit.entry for hit in page.items]
        if (after := page.next) is None:
            break
    assert seen == everything
    assert found(register, after=10**15 - 1) == everything
    assert found(register, after=0) == []
    second = dt.date(2026, 11, 24)
    assert found(register, since=second) == everything[:7]
    assert found(register, until=dt.date(2026, 11, 23)) == everything[7:]
    assert found(register, since=second, until=second, subject="C-1") == [i for i in everything[:7] if i in (9, 11)]


def test_a_page_goes_on_where_it_was_whatever_is_decided_meanwhile(
    register: Register, decided: list[Json], service: DecisionService, order: Json
) -> None:
    first = register.search(Wanted(limit=5))
    service.submit(order)
    second = register.search(Wanted(limit=100, after=first.next))
    assert [hit.entry for hit in (*first.items, *second.items)] == [d["index"] for d in decided][::-1]


def test_chinese_is_found_by_any_part_of_it(register: Register, decided: list[Json]) -> None:
    for text in ("特殊种类", "订单大小", "客户甲", "第二条", "金额大", "生效版"):
        for start, end in itertools.combinations(range(len(text) + 1), 2):
            assert saying(register, text[start:end]), text[start:end]
            assert set(saying(register, text)) <= set(saying(register, text[start:end]))
    assert saying(register, "甲客") == []
    assert saying(register, "甲 客") == saying(register, "客户甲")
    assert saying(register, '"特殊 种类"') == saying(register, "特殊种类")


def test_what_is_found_by_words(register: Register, decided: list[Json]) -> None:
    large = [d["index"] for d in decided if "R-1" in FACETS["rule"](d)][::-1]
    assert saying(register, "R-1 -加急") == large
    assert saying(register, '"it is large" -urgent') == large
    assert saying(register, "hold") == saying(register, "Hold the order") == saying(register, "暂停") == large
    assert saying(register, "C-1*") == found(register, subject="C-1")
    assert saying(register, "keeper") == [d["index"] for d in decided[7:]][::-1]
    unsized = [d["index"] for d in decided if "size" not in FACETS["ruleset"](d)][::-1]
    assert saying(register, '-"size of"') == unsized
    one = decided[3]
    assert saying(register, one["entry_id"]) == [one["index"]]
    assert one["index"] in saying(register, one["entry_id"][:34] + "*")
    assert saying(register, "normal") == saying(register, "普通") == [d["index"] for d in (decided[13], decided[6])]


def test_rules_that_did_not_fire_for_certain_have_words_but_do_not_count(
    register: Register, decided: list[Json]
) -> None:
    conflict = next(d for d in decided if d["content"]["status"] == "conflict")["index"]
    assert conflict in saying(register, "R-2")
    assert conflict not in found(register, rule="R-2")


def test_personal_facts_are_not_in_the_index(register: Register, decided: list[Json]) -> None:
    for text in ("SECRET", "机", "机密"):
        assert saying(register, text) == []
    file = "".join(register._connection.iterdump())
    assert "secret" not in file.lower()
    assert "机" not in file


def test_open_facts_are(register: Register, service: DecisionService, tmp_path: Path) -> None:
    service.adopt(release(**{"sensitivity: personal": "sensitivity: public"}))
    service.submit({"decide": ["note"], "facts": {"order": {"note": "in the PUBLIC 公园"}}})
    assert saying(register, "public 公园") == saying(register, '"the public"') == [2]


def test_a_release_whose_vocabulary_cannot_be_read_opens_no_facts() -> None:
    from service.register.releases import read_release

    files = {"vocabulary.yaml": "facts: {x: {type: colour, sensitivity: public}}", "shop/size.yaml": "title: ["}
    known = read_release({"author": None, "files": files})
    assert (known.texts, dict(known.choices), dict(known.titles)) == ((), {}, {})


def test_a_file_made_anew_finds_the_same(register: Register, decided: list[Json], ledger: Ledger) -> None:
    again = Register(LedgerEntries(ledger))
    for question in ("金额", "ur*", "-large", "urgent"):
        assert saying(again, question) == saying(register, question)


def test_what_a_broken_transaction_named_is_named_again(
    ledger: Ledger, service: DecisionService, order: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register(LedgerEntries(ledger))
    service.submit(order)
    with monkeypatch.context() as broken:
        broken.setattr("service.register.bits.Changes.write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            register.catch_up()
    assert found(register, rule="R-1") == [1]
    assert saying(register, "金额大") == [1]
