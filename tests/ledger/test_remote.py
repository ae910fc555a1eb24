"""The ledger by way of the process that writes: the same answers, and none once that process has gone."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ledger import (
    Appended,
    EntryExists,
    IdempotencyConflict,
    Ledger,
    LedgerFailed,
    Log,
    Places,
    RemoteLog,
    wire,
)
from service.ledger.batch import Outcome
from service.ledger.entry import Facet, Prepared, prepare
from service.ledger.server import WriterServer
from service.proofs.checkpoint import open_checkpoint
from tests.ledger.helpers import digest, draft

Connect = Callable[[], RemoteLog]


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    log = Log.open(Places(path, path.with_name("signing.key"), "log.example"), {})
    yield log
    log.close()


@pytest.fixture
def listening(tmp_path: Path) -> Path:
    return tmp_path / "writer"


@pytest.fixture
def server(log: Log, listening: Path) -> Iterator[WriterServer]:
    server = WriterServer(log, listening)
    server.start()
    yield server
    server.close()


@pytest.fixture
def connect(server: WriterServer, path: Path, listening: Path) -> Iterator[Connect]:
    made: list[RemoteLog] = []

    def one() -> RemoteLog:
        made.append(RemoteLog.connect(path, listening))
        return made[-1]

    yield one
    for remote in made:
        remote.close()


def test_an_entry_is_the_same_from_either_side(log: Log, connect: Connect) -> None:
    remote = connect()
    appended = remote.ledger.append(draft("D-1", key="k"))
    assert (appended.replayed, appended.entry.index) == (False, 0)
    assert log.ledger.get("D-1") == appended.entry == remote.ledger.get("D-1")
    assert (remote.ledger.size, remote.ledger.head) == (log.ledger.size, log.ledger.head)


def test_a_key_is_used_once_whoever_uses_it(connect: Connect) -> None:
    first, second = connect().ledger, connect().ledger
    stored = first.append(draft("D-1", key="k")).entry
    assert second.append(draft("D-2", key="k")) == Appended(stored, replayed=True)
    with pytest.raises(IdempotencyConflict, match="for another request, by entry `D-1`"):
        second.append(draft("D-3", key="k", request_hash=digest("another")))
    with pytest.raises(EntryExists, match="an entry `D-1` is stored already"):
        second.append(draft("D-1"))


def test_a_key_that_many_workers_use_at_once_is_stored_once(connect: Connect) -> None:
    ledgers = [connect().ledger for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        waiting = [
            pool.submit(ledgers[number % 4].append, draft(f"D-{number}", key=f"k{number // 16}"))
            for number in range(64)
        ]
        entries = [one.result() for one in waiting]
    assert sum(not one.replayed for one in entries) == 4
    assert {one.entry.index for one in entries} == {0, 1, 2, 3}


def test_a_group_is_placed_together(connect: Connect) -> None:
    ledger = connect().ledger
    bad = draft("D-bad", content={"ratio": 0.5})
    found = ledger.append_all([draft("D-0"), bad, draft("D-0"), draft("D-1")])
    assert [type(one).__name__ for one in found] == ["Appended", "CanonicalError", "EntryExists", "Appended"]
    assert [one.entry.index for one in found if isinstance(one, Appended)] == [0, 1]
    assert ledger.append_all([]) == []


def test_drafts_that_are_too_long_for_one_frame_go_in_several(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.ledger.remote._FRAME_BYTES", 1000)
    found = connect().ledger.append_all([draft(f"D-{number}") for number in range(9)])
    assert [one.entry.index for one in found if isinstance(one, Appended)] == list(range(9))


def test_the_writer_signs(log: Log, connect: Connect) -> None:
    remote = connect()
    entry = remote.ledger.append(draft()).entry
    assert remote.key == log.key
    assert open_checkpoint(remote.checkpoint().encode(), remote.key).size == 1
    assert remote.receipt(entry).verify(remote.key).size == 1


def test_a_failure_of_the_writer_stops_all(log: Log, connect: Connect) -> None:
    ledgers = [connect().ledger for _ in range(3)]
    log.ledger.stop(OSError("no space left"))
    deadline = time.monotonic() + 1
    while any(ledger.healthy for ledger in ledgers):
        assert time.monotonic() < deadline
    for ledger in ledgers:
        with pytest.raises(LedgerFailed):
            ledger.append(draft())
        with pytest.raises(LedgerFailed):
            _ = ledger.head


def test_a_failure_in_a_commit_is_told_to_who_waits(log: Log, connect: Connect, monkeypatch: Any) -> None:
    remote = connect()

    def fail(_: Any) -> list[Outcome]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(log.ledger.writer, "_commit", fail)
    with pytest.raises(LedgerFailed, match="the disk is gone"):
        remote.ledger.append(draft())
    assert not remote.ledger.healthy
    with pytest.raises(LedgerFailed):
        remote.checkpoint()


def test_nobody_listens(path: Path, listening: Path, log: Log) -> None:
    with pytest.raises(LedgerFailed, match="the writer does not answer"):
        Ledger.connect(path, listening)


def test_only_the_user_may_ask(server: WriterServer, listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stat.S_IMODE(listening.stat().st_mode) == 0o600
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.connect(str(listening))
        assert plug.recv(1) == b""


@pytest.mark.parametrize(
    "frame",
    [b"", b"?", b"A", b"Ax"]
    + [b"A" + len(head).to_bytes(4, "big") + head for head in (b"[]more", b"[[]]", b"{}{}", b"null", b"")]
    + [b"A\xff\xff\xff\xff", b"A\x00\x00\x00\x02[]more"],
)
def test_what_nobody_says_is_refused_and_harms_nobody(connect: Connect, listening: Path, frame: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as plug:
        plug.connect(str(listening))
        wire.send(plug, frame)
        assert wire.receive(plug)[:1] == wire.FAILED
        plug.sendall(b"\xff\xff\xff\xff")  # a frame that nobody sends
        assert plug.recv(1) == b""
    assert connect().ledger.append(draft()).entry.index == 0


texts = st.text(st.characters(exclude_categories=["Cs"]))
prepared = st.builds(
    lambda id_, subject, key, facets, content: prepare(
        draft(id_, subject=subject, key=key, facets=tuple(Facet(*one) for one in facets), content=content)
    ),
    texts,
    st.none() | texts,
    st.none() | texts,
    st.lists(st.tuples(texts, texts, st.none() | texts, st.none() | texts), max_size=3),
    st.dictionaries(texts, texts, max_size=3),
)


@given(st.lists(prepared, max_size=4))
def test_drafts_arrive_as_they_were_sent(drafts: list[Prepared]) -> None:
    assert wire.unpack_drafts(wire.pack_drafts(drafts)) == drafts


@given(st.lists(prepared, max_size=4), st.integers(0, 2**53 - 1))
def test_outcomes_arrive_as_they_were_sent(drafts: list[Prepared], index: int) -> None:
    sent: list[Outcome] = [Appended(one.at(index), replayed=False) for one in drafts]
    assert list(wire.unpack_outcomes(wire.pack_outcomes(sent), drafts)) == sent
