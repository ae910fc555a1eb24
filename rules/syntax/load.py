"""All files of a policy folder -> a `PolicySet`, or every diagnostic at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Map
from typing import NamedTuple

from rules.errors import PolicyError
from rules.model.calendar import Calendar
from rules.model.case import Case
from rules.model.policy import Bilingual, Clause, PolicySet, Ruleset
from rules.source import Span
from rules.syntax import messages, shape, values, yaml_nodes
from rules.syntax.actions import actions
from rules.syntax.calendar import calendar, zone_of
from rules.syntax.cases import cases
from rules.syntax.messages import Spot
from rules.syntax.paragraphs import paragraphs
from rules.syntax.parameters import parameters
from rules.syntax.rulesets import ruleset
from rules.syntax.shape import Fields, Found
from rules.syntax.vocabulary import vocabulary
from rules.syntax.yaml_nodes import Mapping, Node

_POLICY, _VOCABULARY, _PARAMETERS, _ACTIONS, _CALENDAR = (
    "policy.yaml",
    "vocabulary.yaml",
    "parameters.yaml",
    "actions.yaml",
    "calendar.yaml",
)
_SINGLE = (_POLICY, _VOCABULARY, _PARAMETERS, _ACTIONS, _CALENDAR)
_SOURCE = "source"
_YAML = ".yaml"
_CASES = ".test.yaml"


def load(texts: Map[str, str]) -> PolicySet:
    """The policies that these files hold; `texts` maps file names (relative, `/`) to their text.

    Files that are not YAML are left alone; cases are for `load_cases`. Raises `PolicyError` with every
    diagnostic of every file.
    """
    policy, found = read(texts)
    if found:
        raise PolicyError(found)
    return policy


def read(texts: Map[str, str], trees: dict[str, Node | None] | None = None) -> tuple[PolicySet, Found]:
    """As much of a policy as the files hold, and every diagnostic; see `load`. `trees` takes what YAML made of each."""
    found: Found = []
    _check_names(texts, found)
    room = yaml_nodes.Room()
    nodes = {file: _read(file, texts[file], found, room) for file in sorted(texts) if _has_policy(file)}
    if trees is not None:
        trees.update(nodes)
    vocabulary_node, parameters_node = nodes.get(_VOCABULARY), nodes.get(_PARAMETERS)
    actions_node = nodes.get(_ACTIONS)
    roles, required = actions(actions_node, found) if actions_node is not None else ({}, {})
    filled = parameters(parameters_node, found) if parameters_node is not None else {}
    calendar_node, zone = nodes.get(_CALENDAR), zone_of(filled)
    head = _head(nodes.get(_POLICY), found)
    policy = PolicySet(
        label=head.label,
        title=head.title,
        facts=vocabulary(vocabulary_node, found) if vocabulary_node is not None else {},
        parameters=filled,
        actions=required,
        clauses=_clauses(nodes, found),
        rulesets=_rulesets(nodes, found),
        texts=dict(texts),
        name=head.name,
        author=head.author,
        effective_from=head.effective_from,
        roles=roles,
        calendar=calendar(calendar_node, zone, found) if calendar_node is not None else Calendar(zone),
    )
    return policy, found


def load_cases(texts: Map[str, str]) -> Map[str, tuple[Case, ...]]:
    """The cases of each ruleset, from the `*.test.yaml` among the files.

    Raises `PolicyError` with every diagnostic of every file.
    """
    found: Found = []
    room = yaml_nodes.Room()
    by_ruleset: dict[str, tuple[Case, ...]] = {}
    for file in sorted(texts):
        node = _read(file, texts[file], found, room) if file.endswith(_CASES) else None
        if node is not None:
            name, read = cases(node, found)
            _check_stem(node, name, file, _CASES, found)
            by_ruleset[name] = read
    if found:
        raise PolicyError(found)
    return by_ruleset


def _read(file: str, text: str, found: Found, room: yaml_nodes.Room) -> Node | None:
    node, wrong = yaml_nodes.read(file, text, room)
    found += wrong
    return node


def _has_policy(file: str) -> bool:
    """Whether the file is a part of the policy, rather than cases or something beside it."""
    if file.endswith(_CASES) or not file.endswith(_YAML):
        return False
    return file in _SINGLE or file.count("/") == 1


def _check_names(texts: Map[str, str], found: Found) -> None:
    """Files that are missing, or that stand where no part of a policy does."""
    found += [messages.missing_file(_whole(file)) for file in (_POLICY, _VOCABULARY) if file not in texts]
    for file in texts:
        if file.endswith(_CASES):
            ruleset_file = file.removesuffix(_CASES) + _YAML
            if ruleset_file not in texts:
                found.append(messages.orphan_cases(_whole(file), ruleset_file))
        elif file.endswith((".yml", _YAML)) and not _has_policy(file):
            found.append(messages.unknown_file(_whole(file), _SINGLE))


def _whole(file: str) -> Spot:
    return Spot(Span(file, 1, 1))


class _Head(NamedTuple):
    """What `policy.yaml` says."""

    name: str = ""
    title: Bilingual = Bilingual("", "")
    label: str = ""
    author: str = ""
    effective_from: dt.date | None = None


def _head(node: Node | None, found: Found) -> _Head:
    if node is None:
        return _Head()
    fields = Fields(node, found, required="name title label", optional="author effective_from")
    written = fields.get("effective_from")
    day = shape.scalar(written, found) if written is not None else None
    return _Head(
        fields.identifier("name"),
        fields.bilingual("title"),
        fields.text("label"),
        fields.text("author"),
        values.date(day, found) if day is not None else None,
    )


def _clauses(nodes: Map[str, Node | None], found: Found) -> dict[str, Clause]:
    known: dict[str, Clause] = {}
    for file, node in nodes.items():
        if file.startswith(f"{_SOURCE}/") and node is not None:
            paragraphs(node, known, found)
    return known


def _rulesets(nodes: Map[str, Node | None], found: Found) -> dict[str, Ruleset]:
    """The rulesets by name; the pack of each is its folder."""
    known: dict[str, Ruleset] = {}
    for file, node in nodes.items():
        pack, _, _ = file.rpartition("/")
        if not pack or pack == _SOURCE or node is None:
            continue
        read = ruleset(node, pack, found)
        _check_stem(node, read.name, file, _YAML, found)
        if read.name in known:
            at = Spot(read.span, "ruleset")
            found.append(messages.duplicate_name(at, "ruleset", read.name, known[read.name].span))
        known[read.name] = read
    return known


def _check_stem(node: Node, name: str, file: str, ending: str, found: Found) -> None:
    """A ruleset stands in the file of its name."""
    stem = file.rpartition("/")[2].removesuffix(ending)
    if name and name != stem and isinstance(node, Mapping):
        found.append(messages.wrong_file_name(node.entries["ruleset"][1], name, stem + ending))
