"""What the register costs: `python -m bench.search [entries]`.

Takes that many entries, made from decisions of the six credit rulesets on a few hundred different cases, and
prints microseconds of processor time for one entry, the size of the file, and milliseconds for searches.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.cases import AS_OF, CREDIT, complete
from service.decider import Decider
from service.ledger import Draft, Entry
from service.ledger.entry import prepare
from service.register import Register, Wanted
from service.register.question import terms_of
from service.releases import draft
from service.repository import LoadedPolicy, check_texts, load_policy, read_texts

CASES = 400
SUBJECTS = 50_000
STARTS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_ID = "01900000-0000-7000-8000-%012x"


class Made:
    """A log that is made while it is read: a release, then decisions 30 seconds apart."""

    def __init__(self, policy: LoadedPolicy, size: int) -> None:
        self.size = size
        self._release = prepare(draft(policy, None, "release", STARTS)).at(0)
        decider = Decider(policy, "off")
        self._stems = [self._stem(decider, facts) for facts in complete(policy.checked, CASES)]

    def between(self, first: int, end: int) -> Sequence[Entry]:
        """The entries of a part of the log."""
        return [self._at(index) for index in range(first, end)]

    def find(self, entry_id: str) -> int | None:
        """The index of the entry of that id."""
        return int(entry_id[-12:], 16)

    def _stem(self, decider: Decider, facts: dict[str, object]) -> bytes:
        request = {"decide": list(CREDIT), "facts": decider.requests.facts.write(facts)}
        decision = decider.decide({**request, "subject": "SUBJECT"}, AS_OF)
        made: Draft = replace(decision, personal=None).draft(None, bytes(32))  # sealing is another's cost
        return prepare(made).at(0).canonical.replace(decision.decision_id.encode(), b"DECISION").replace(
            prepare(made).decided_at.encode(), b"MOMENT"
        )

    def _at(self, index: int) -> Entry:
        if index == 0:
            return self._release
        moment = STARTS + dt.timedelta(seconds=30 * index)
        named = self._stems[index * 7919 % CASES].replace(b"DECISION", (_ID % index).encode())
        named = named.replace(b"MOMENT", moment.isoformat().encode())
        return Entry(index, index.to_bytes(32, "big"), named.replace(b"SUBJECT", b"C-%d" % (index % SUBJECTS)))


def searches(entries: int) -> dict[str, Wanted]:
    """What people look for, and what finds little among much."""
    return {
        "the newest": Wanted(),
        "a subject": Wanted(subject="C-77"),
        "a subject in words": Wanted(terms=terms_of("C-77")),
        "a decision by its id": Wanted(terms=terms_of(_ID % (entries // 2))),
        "two words": Wanted(terms=terms_of("限度 主管")),
        "a beginning that all have": Wanted(terms=terms_of("C*")),
        "a phrase, not a word": Wanted(terms=terms_of('"supervisor before trading" -大型')),
        "a rule": Wanted(rule="LIM-2"),
        "a rule in one month": Wanted(rule="LIM-2", since=dt.date(2026, 3, 1), until=dt.date(2026, 3, 31)),
        "what no decision has": Wanted(rule="LIM-2", outcome="within_limit", ruleset="limit_escalation"),
    }


def main() -> None:
    """Print the rate of taking entries, then a line for each search: its page, and its counts."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    root = Path(__file__).parent.parent / "policies"
    made = Made(load_policy(check_texts(read_texts(root))), entries)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "register.sqlite"
        register = Register(made, path)
        start = time.process_time()
        register.catch_up()
        each = (time.process_time() - start) / entries * 1e6
        start = time.process_time()
        for first in range(0, entries, 500):
            for entry in made.between(first, min(first + 500, entries)):
                assert entry.document
        reading = (time.process_time() - start) / entries * 1e6
        size = path.stat().st_size
        print(f"{entries:,} entries: {each:.0f} µs an entry, {reading:.0f} of them to read it; {size >> 20:,} MB")
        for what, wanted in searches(entries).items():
            start = time.process_time()
            page = register.search(wanted)
            paged = time.process_time() - start
            start = time.process_time()
            counts = register.counts(wanted)
            counted = time.process_time() - start
            assert bool(page.items) == bool(counts.decisions)
            print(f"{what:27} {counts.decisions:11,} found {paged * 1e3:7.1f} ms, counted {counted * 1e3:7.1f} ms")


if __name__ == "__main__":
    main()
