"""What a recorded decision can be found and counted by, other than its own texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from service.register.releases import Given, Release
from service.register.words import indexed

Json = dict[str, Any]

COUNTED: Final = ("ruleset", "outcome", "status", "rule", "clause", "action", "release", "caller", "reviewed", "day")
"""Kinds of marks that searches filter by and facets count; the others are there for their words."""
APPLIED: Final = ("rule", "clause")
"""Kinds of marks that are tallied: what was applied in a decision."""

_MOST_KNOWN: Final = 20_000
_FIND: Final = "SELECT id FROM marks WHERE kind = ? AND name = ? AND part = ? AND words = ?"
_ADD: Final = "INSERT INTO marks (kind, name, part, words) VALUES (?, ?, ?, ?)"


class Mark(NamedTuple):
    """Something that many decisions share. The first three tell marks apart in filters and counts.

    `part` is the ruleset of an outcome's value and the label of a release. `texts` are what it says in words.
    """

    kind: str
    name: str
    part: str = ""
    texts: tuple[str | None, ...] = ()


class Marks:
    """The marks of decisions by their numbers, which are never given anew while the file lives."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._applied: dict[int, tuple[str, str]] = {}

    def forget(self) -> None:
        """Forget numbers that were given in a transaction that did not come to its end."""
        self._known.clear()
        self._applied.clear()

    def applied(self, borne: Mapping[int, int]) -> dict[tuple[str, str], int]:
        """Of the entries that bear each mark, those that bear a rule that fired or its clause, by kind and name.

        Entries are bits.
        """
        found: dict[tuple[str, str], int] = {}
        for number, entries in borne.items():
            if (what := self._applied.get(number)) is not None:
                found[what] = found.get(what, 0) | entries
        return found

    def of(self, stored: Json, given: Sequence[Given], known: Release) -> list[int]:
        """All marks of a decision. What a release says of a thing is read once; after that its name is enough.

        `given` are the open texts of its facts, `known` is its release.
        """
        content, facets = stored["content"], stored["facets"]
        release, outcomes, duties = content["policy"]["release"], content["outcomes"], content["required_actions"]
        found: list[int] = []
        add, once = found.extend, self._once
        day = stored["decided_at"][:10]
        add(once((release, "plain", content["status"], day, content["caller"]), _plain, stored, known))
        for name, outcome in outcomes.items():
            rules = [(rule["id"], "possible" in rule) for rule in outcome["rules"]]
            add(once((release, "ruleset", name, outcome["status"], *rules), _ruleset, name, outcome, known))
        add(once((release, "facets", *map(tuple, facets)), _outcomes, facets, outcomes))
        add(once((release, "actions", *[duty["action"] for duty in duties]), _actions, duties))
        for path, value in given:
            if value in known.choices.get(path, ()):
                add(once((release, "fact", path, value), _fact, path, value, known))
        return found

    def number(self, mark: Mark) -> int:
        """The number of a mark, which gets one if it has none."""
        row = (mark.kind, mark.name, mark.part, indexed(mark.texts))
        found = self._connection.execute(_FIND, row).fetchone()
        number = int(found[0]) if found else int(self._connection.execute(_ADD, row).lastrowid or 0)
        if mark.kind in APPLIED:
            self._applied[number] = mark.kind, mark.name
        return number

    def _once(self, key: tuple[object, ...], make: Callable[..., Iterable[Mark]], *given: Any) -> tuple[int, ...]:
        """The numbers of what is made, which is the same whenever the key is: a release, a kind, and what is said."""
        numbers = self._known.get(key)
        if numbers is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            numbers = self._known[key] = tuple(self.number(mark) for mark in make(*given))
        return numbers


def texts(stored: Json, given: Sequence[Given], release: Release) -> list[str | None]:
    """What a decision says that others hardly say: its id, its batch, its subject, the texts of its open facts."""
    said = [text for path, text in given if path not in release.choices]
    return [stored["entry_id"], stored["content"].get("batch"), stored["subject"], *said]


def _plain(stored: Json, release: Release) -> Iterator[Mark]:
    content = stored["content"]
    policy = content["policy"]
    yield Mark("decision", "")
    yield Mark("status", content["status"])
    yield Mark("day", stored["decided_at"][:10])
    if content["caller"] is not None:
        yield Mark("caller", content["caller"], "", (content["caller"],))
    yield Mark("release", policy["release"], policy["label"], (policy["release"], policy["label"], release.author))


def _ruleset(name: str, outcome: Json, release: Release) -> Iterator[Mark]:
    yield Mark("ruleset", name, "", (name, *release.titles.get(name, ())))
    for rule in outcome["rules"]:
        yield from _rule(rule, outcome["status"] == "decided" and "possible" not in rule)


def _rule(rule: Json, fired: bool) -> Iterator[Mark]:
    """A rule that fired for certain counts; of another there are only words."""
    because = rule["because"]
    if fired:
        yield Mark("rule", rule["id"], "", (rule["id"], because["zh"], because["en"]))
        yield Mark("clause", rule["clause"], "", (rule["clause"],))
    else:
        yield Mark("named", rule["id"], "", (rule["id"], rule["clause"], because["zh"], because["en"]))


def _outcomes(facets: Sequence[Sequence[str]], outcomes: Json) -> Iterator[Mark]:
    for ruleset, _, output, value in facets:
        if value is not None:
            yield from _outcome(ruleset, outcomes[ruleset], output, value)


def _outcome(ruleset: str, outcome: Json, output: str | None, value: str) -> Iterator[Mark]:
    """A value with its label, which may be one of a list."""
    label = outcome.get("labels", {}).get(output)
    if isinstance(label, list):
        values = outcome["values"][output]
        label = label[values.index(value)] if value in values else None
    yield Mark("outcome", value, ruleset, (value, *(label.values() if label else ())))


def _actions(duties: Sequence[Json]) -> Iterator[Mark]:
    for duty in duties:
        yield Mark("action", duty["action"], "", (duty["action"], *duty["label"].values()))


def _fact(path: str, value: str, release: Release) -> Iterator[Mark]:
    yield Mark("fact", value, path, (value, *release.choices[path][value]))
