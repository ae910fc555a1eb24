"""Exports: entries of a log with their inclusion proofs and one signed checkpoint, a line each, read as they come.

The first line is the head, the last says how many entries stand between them; each of these is the entry's
own bytes in a frame with its proof, so it proves itself together with the head, whatever becomes of the rest:

    {"checkpoint":"…","filters":{…},"format":"decision-log-export@v1"}
    {"entry":{…},"proof":["…",…]}
    {"entries":1}
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from service.proofs import notes
from service.proofs.checkpoint import Checkpoint, open_checkpoint
from service.proofs.merkle import ProofError, leaf_hash, verify_inclusion
from service.proofs.notes import VerifierKey

FORMAT: Final = "decision-log-export@v1"
HEAD: Final = b'{"checkpoint":'
"""How an export begins."""
FILTERS: Final = ("kind", "outcome", "ruleset", "since", "subject", "until")
"""What the entries of an export may be chosen by."""

_HASH: Final = '"[A-Za-z0-9+/]{43}="'
_RECORD: Final = re.compile(
    rf'\{{"entry":(\{{.*\}}),"proof":\[({_HASH}(?:,{_HASH}){{0,63}})?\]\}}\n'.encode(), re.DOTALL
)
_END: Final = re.compile(rb'\{"entries":(0|[1-9][0-9]{0,18})\}\n')


class MalformedExport(Exception):
    """The bytes are no export, or not the whole of one."""


class Head(NamedTuple):
    """What an export is: the signed checkpoint that its proofs lead to, and what its entries were chosen by."""

    checkpoint: str
    filters: Mapping[str, str]

    @property
    def line(self) -> bytes:
        """The first line."""
        return _line({"checkpoint": self.checkpoint, "filters": dict(self.filters), "format": FORMAT})


class Record(NamedTuple):
    """An entry's canonical bytes, and its inclusion proof in the tree of the checkpoint."""

    entry: bytes
    proof: Sequence[bytes]

    @property
    def line(self) -> bytes:
        """Its line."""
        proof = ",".join(f'"{notes.encode(one)}"' for one in self.proof)
        return b'{"entry":%b,"proof":[%b]}\n' % (self.entry, proof.encode())


def end_line(count: int) -> bytes:
    """The last line of an export of so many entries."""
    return _line({"entries": count})


def parse_head(line: bytes) -> Head:
    """The head in the first line; nothing is verified yet. Raises `MalformedExport`."""
    try:
        value = json.loads(line)
        head = Head(value["checkpoint"], value["filters"])
        texts = [head.checkpoint, *head.filters, *head.filters.values()]
        if all(isinstance(text, str) for text in texts) and head.line == line and set(head.filters) <= set(FILTERS):
            return head
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise MalformedExport(f"the first line is not the head of a {FORMAT}")


def parse_record(line: bytes) -> Record:
    """The record in a line. Raises `MalformedExport`."""
    parts = _RECORD.fullmatch(line)
    if parts is None:
        raise MalformedExport("it is not an entry with its proof")
    proof = [notes.decode(text) for text in (parts[2] or b"").decode().replace('"', "").split(",") if text]
    return Record(parts[1], proof)


def parse_end(line: bytes) -> int | None:
    """How many entries the last line says there are; None if it is not the last line."""
    parts = _END.fullmatch(line)
    return None if parts is None else int(parts[1])


class Verifier:
    """Takes the records of one export in their order; `count` of them so far."""

    def __init__(self, head: Head, key: VerifierKey) -> None:
        """Raises `notes.NoteError` unless the key has signed the checkpoint."""
        self.filters = head.filters
        self.checkpoint: Checkpoint = open_checkpoint(head.checkpoint.encode(), key)
        self.count = 0
        self._next = 0

    def take(self, record: Record) -> dict[str, Any]:
        """The entry in a record, if the log holds it and the export may. Raises `ProofError`, `MalformedExport`."""
        try:
            document: dict[str, Any] = json.loads(record.entry)
            index = document["index"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise MalformedExport("it is no entry") from None
        if type(index) is not int or index < self._next:
            raise MalformedExport(f"entry {index} stands after one that is not before it")
        verify_inclusion(index, self.checkpoint.size, leaf_hash(record.entry), record.proof, self.checkpoint.root)
        if (wrong := not_chosen(document, self.filters)) is not None:
            raise MalformedExport(f"entry {index} does not pass the filter `{wrong}`")
        self._next = index + 1
        self.count += 1
        return document

    def end(self, count: int) -> None:
        """After the last record. Raises `MalformedExport` where some are missing, as far as that shows."""
        if count != self.count:
            raise MalformedExport(f"it says that it has {count} entries, it has {self.count}")
        if not self.filters and count != self.checkpoint.size:
            raise MalformedExport(f"it has no filter, but {count} of the {self.checkpoint.size} entries of the log")


def verify_lines(
    lines: Iterable[bytes], key: VerifierKey, progress: Callable[[int, int], None] = lambda done, of: None
) -> Verifier:
    """Verify the lines of an export, in order; `progress` is told how far in the log it is.

    Raises `MalformedExport` and `ProofError` with the line, `notes.NoteError`.
    """
    stream = iter(lines)
    verifier = Verifier(parse_head(next(stream, b"")), key)
    count = None
    for number, line in enumerate(stream, 2):
        with at(f"line {number}"):
            if count is not None:
                raise MalformedExport("it stands after the last")
            if (count := parse_end(line)) is None:
                progress(verifier.take(parse_record(line))["index"], verifier.checkpoint.size)
    if count is None:
        raise MalformedExport(f"its last line is missing: it is cut after {verifier.count} entries")
    verifier.end(count)
    return verifier


@contextmanager
def at(place: str) -> Iterator[None]:
    """Says where an error is."""
    try:
        yield
    except (ProofError, MalformedExport) as error:
        raise type(error)(f"{place}: {error}") from None


def not_chosen(document: Mapping[str, Any], filters: Mapping[str, str]) -> str | None:
    """The first filter that an entry does not pass, by its own bytes; None if it passes all."""
    day, facets, ruleset = document["decided_at"][:10], document["facets"], filters.get("ruleset")
    outcomes = [facet[3] for facet in facets if ruleset in (None, facet[0])]
    for name, wanted in filters.items():
        passes = {
            "since": day >= wanted,
            "until": day <= wanted,
            "ruleset": any(facet[0] == wanted for facet in facets),
            "outcome": wanted in outcomes,
        }.get(name, document.get(name) == wanted)
        if not passes:
            return name
    return None


def _line(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}\n".encode()


__all__ = [
    "FILTERS", "FORMAT", "HEAD", "Head", "MalformedExport", "ProofError", "Record", "Verifier", "at", "end_line",
    "not_chosen", "parse_end", "parse_head", "parse_record", "verify_lines",
]  # fmt: skip
