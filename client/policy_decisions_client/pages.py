"""What the service tells besides decisions: explanations, rulesets, the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policy_decisions_client.models import Bilingual, bilingual
from policy_decisions_client.reading import Reader


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule as written, whether it held (`true`, `false`, `unknown`, `error`), what it read."""

    text: str
    verdict: str
    reads: Mapping[str, Any]
    """By name; None too for a value that is not known."""


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule: whether it held and fired, and else the condition that stopped it."""

    id: str
    clause: str
    because: Bilingual
    verdict: str
    fired: bool
    stopped_by: str | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ExplainedRuleset:
    """Every rule of one ruleset."""

    ruleset: str
    title: Bilingual
    status: str
    rules: tuple[ExplainedRule, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision came out as it did, and why not otherwise."""

    decision_id: str
    rulesets: tuple[ExplainedRuleset, ...]
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Something that can be decided."""

    name: str
    title: Bilingual
    clauses: tuple[str, ...]
    pack: str
    requires: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be told: its type, who may see it, and the words that it may be."""

    name: str
    type: str
    label: Bilingual
    sensitivity: str
    values: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)


def explanation(read: Reader) -> Explanation:
    """Raises `UnexpectedAnswer`, as all of these do."""
    rulesets = tuple(
        ExplainedRuleset(
            one.text("ruleset"), bilingual(one.one("title")), one.text("status"), tuple(map(_rule, one.many("rules")))
        )
        for one in read.many("rulesets")
    )
    return Explanation(read.text("decision_id"), rulesets, read.document)


def rulesets(read: Reader) -> tuple[Ruleset, ...]:
    """All rulesets of the policy in force."""
    return tuple(
        Ruleset(
            name=one.text("name"),
            title=bilingual(one.one("title")),
            clauses=one.texts("clauses"),
            pack=one.text("pack"),
            requires=one.texts("requires"),
            document=one.document,
        )
        for one in read.many("items")
    )


def vocabulary(read: Reader) -> dict[str, Fact]:
    """Every fact by its name."""
    return {name: _fact(name, one) for name, one in read.each("facts")}


def _fact(name: str, read: Reader) -> Fact:
    return Fact(
        name=name,
        type=read.text("type"),
        label=bilingual(read.one("label")),
        sensitivity=read.text("sensitivity"),
        values=tuple(read.document.get("values") or ()),
        document=read.document,
    )


def _rule(read: Reader) -> ExplainedRule:
    return ExplainedRule(
        id=read.text("id"),
        clause=read.text("clause"),
        because=bilingual(read.one("because")),
        verdict=read.text("verdict"),
        fired=read.flag("fired", False),
        stopped_by=read.maybe_text("stopped_by"),
        conditions=tuple(
            Condition(one.text("text"), one.text("verdict"), {r.text("name"): r.document.get("value") for r in reads})
            for one in read.many("conditions")
            for reads in [list(one.many("reads"))]
        ),
    )
