"""What a policy release says that the decisions made under it do not repeat, and which of their facts are open.

Read from the release's own files in the log. Where a file cannot be read, nothing that it would have said
is known: a fact that is not declared open is not indexed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Final

import orjson

from rules.model.policy import Fact
from rules.model.types import TEXT, Enum, ListType, Record
from rules.syntax.shape import Fields, Found
from rules.syntax.vocabulary import vocabulary
from rules.syntax.yaml_nodes import read

OPEN: Final = ("public", "internal")
"""Sensitivities of facts that may stand in an index."""
_VOCABULARY: Final = "vocabulary.yaml"
_CASES: Final = ".test.yaml"

Json = dict[str, Any]
Given = tuple[str, str]
"""The name of a fact, or of a member of the records in a list, and its text."""
Places = dict[str, tuple[str | None, "Places"]]
"""Places in the JSON of facts, member by member: the name of the fact that stands there, and the members below."""


@dataclass(frozen=True)
class Release:
    """What is known of one release.

    `titles` has the titles of its rulesets; `choices` the labels of each value of each open fact that has a
    list of values, by its place in the JSON; `texts` the places of the open facts that are texts.
    """

    author: str | None = None
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    texts: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def open(self) -> Places:
        """The places of `choices` and of `texts`."""
        return _places((*(path.split(".") for path in self.choices), *self.texts))


UNKNOWN: Final = Release()
_NO_PLACE: Final[tuple[None, Places]] = (None, {})


class Glossary:
    """The releases that the register has taken from the log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, Release] = {}

    def of(self, release: str) -> Release:
        """What is known of a release, by its hash; nothing, if the log does not have it."""
        if release not in self._known:
            row = self._connection.execute("SELECT said FROM releases WHERE hash = ?", (release,)).fetchone()
            if row is None:
                return UNKNOWN
            said = orjson.loads(row[0])
            self._known[release] = Release(**{**said, "texts": tuple(map(tuple, said["texts"]))})
        return self._known[release]

    def forget(self) -> None:
        """Forget releases that were taken in a transaction that did not come to its end."""
        self._known.clear()

    def take(self, content: Json) -> None:
        """Keep what the entry of a release says."""
        said = orjson.dumps(asdict(read_release(content)))
        self._connection.execute("INSERT OR REPLACE INTO releases VALUES (?, ?)", (content["release"], said))
        self._known.pop(content["release"], None)


def texts_at(facts: Json, places: Places) -> list[Given]:
    """The texts at places of the facts, with the name of each; lists are gone through."""
    found: list[Given] = []
    for name, value in facts.items():
        path, below = places.get(name, _NO_PLACE)
        if type(value) is str:
            if path is not None:
                found.append((path, value))
        elif below:
            for item in value if type(value) is list else (value,):
                if type(item) is dict:
                    found += texts_at(item, below)
    return found


def _places(paths: Iterable[Sequence[str]]) -> Places:
    root: Places = {}
    for path in paths:
        here = root
        for step in path[:-1]:
            here = here.setdefault(step, (None, {}))[1]
        here[path[-1]] = ".".join(path), here.get(path[-1], (None, {}))[1]
    return root


def read_release(content: Json) -> Release:
    """A release from the content of its entry."""
    files: Mapping[str, str] = content["files"]
    facts = [fact for fact in _facts(files.get(_VOCABULARY, "")) if fact.sensitivity in OPEN]
    return Release(
        content["author"],
        {name: title for file, text in files.items() if "/" in file for name, title in _title(file, text)},
        {path: labels for fact in facts for path, labels in _choices(fact)},
        tuple(path for fact in facts for path in _texts(fact)),
    )


def _facts(text: str) -> tuple[Fact, ...]:
    found: Found = []
    node, wrong = read(_VOCABULARY, text)
    facts = vocabulary(node, found) if node is not None else {}
    return () if wrong or found else tuple(facts.values())


def _choices(fact: Fact) -> Iterator[tuple[str, Json]]:
    if isinstance(fact.type, Enum):
        yield fact.name, {value: (label.zh, label.en) for value, label in fact.value_labels.items()}
    elif isinstance(fact.type, ListType) and isinstance(fact.type.item, Record):
        for name, type_ in fact.type.item.fields:
            if isinstance(type_, Enum):
                labels = {value: fact.value_labels.get(f"{name}.{value}") for value in type_.values}
                yield f"{fact.name}.{name}", {v: (one.zh, one.en) if one else () for v, one in labels.items()}


def _texts(fact: Fact) -> Iterator[tuple[str, ...]]:
    path = tuple(fact.name.split("."))
    if fact.type == TEXT:
        yield path
    elif isinstance(fact.type, ListType) and isinstance(fact.type.item, Record):
        yield from ((*path, name) for name, type_ in fact.type.item.fields if type_ == TEXT)


def _title(file: str, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A ruleset's name and title, from these two members alone: reading whole files takes seconds."""
    if file.endswith(_CASES):
        return
    node, wrong = read(file, "".join(_members(text, ("ruleset", "title"))))
    if node is None or wrong:
        return
    found: Found = []
    fields = Fields(node, found, required="ruleset title")
    name, title = fields.text("ruleset"), fields.bilingual("title")
    if not found:
        yield name, (title.zh, title.en)


def _members(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """The lines of some members of a mapping that is written as a block."""
    within = False
    for line in text.splitlines(keepends=True):
        if line[:1] not in (" ", "\t", "#", "\n", "\r", ""):
            within = line.split(":")[0] in names
        if within:
            yield line
