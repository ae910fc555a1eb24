"""A set of policies as it stands in the files: vocabulary, parameters, actions, rulesets, clauses.

Made by `rules.syntax`; every part knows its place. Names here are not yet resolved: that is `check`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from typing import Literal as OneOf

from rules.model.calendar import Calendar
from rules.model.expr import Expr, UnaryTests
from rules.model.types import Type
from rules.model.values import Value
from rules.source import Cell, Span

HitPolicy = OneOf[
    "UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
]  # fmt: skip
Aggregator = OneOf["SUM", "MIN", "MAX", "COUNT"]
Sensitivity = OneOf["public", "internal", "personal", "protected"]

REQUIRED: Final = object()
"""`Fact.when_absent` of a fact that has no meaning when absent: asking for it is the only way on."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression and the cell it stands in."""

    tree: Expr
    cell: Cell


@dataclass(frozen=True, slots=True)
class Allowance:
    """A ruleset whose outcome may depend on a protected fact: for one purpose, by a paragraph of the source."""

    ruleset: str
    purpose: str
    clause: str
    because: Bilingual
    span: Span
    clause_span: Span


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the vocabulary. `minimum` and `maximum` are inclusive.

    `value_labels` has the values of an enum; for a list of records also `field.value` for enum fields.
    `allowed_for` has the rulesets that may depend on it though it is protected.
    """

    name: str
    type: Type
    label: Bilingual
    sensitivity: Sensitivity
    span: Span
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    when_absent: Value = REQUIRED
    value_labels: Mapping[str, Bilingual] = field(default_factory=dict)
    item_labels: Mapping[str, Bilingual] = field(default_factory=dict)
    allowed_for: tuple[Allowance, ...] = ()

    @property
    def required(self) -> bool:
        """Whether its absence is ignorance, rather than a statement of its own."""
        return self.when_absent is REQUIRED


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the template's blanks, filled: a value or, for a `Record` type, one value a key."""

    name: str
    type: Type
    value: Value
    label: Bilingual
    clause: str
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person must do. `due_days` counts from the decision date; None is "continuously"."""

    name: str
    label: Bilingual
    by: str
    to: str | None
    due_days: int | None
    parameters: Mapping[str, Type]
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered paragraph of the source document, with its gist in our own words.

    `without_rule` says why no rule carries it, "" where one does.
    """

    id: str
    gist: Bilingual
    span: Span
    document: Bilingual = Bilingual("", "")
    without_rule: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a ruleset. A `computed` output has the same expression whichever rule fires."""

    name: str
    type: Type
    label: Bilingual
    span: Span
    value_labels: Mapping[str, Bilingual] = field(default_factory=dict)
    computed: Expression | None = None
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action that a rule or a ruleset requires, with its arguments; only where `when` is true, if given.

    `due` is a deadline computed for this call, in place of the days that the action itself declares.
    """

    action: str
    arguments: Mapping[str, Expression]
    span: Span
    when: Expression | None = None
    due: Expression | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """An input column of a decision table: the expression that its cells test."""

    input: Expression


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: a boolean expression (`when:`), or a table cell tested on a column."""

    test: Expression
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule (one row). It holds when all conditions are true; without conditions it always does."""

    id: str
    clause: str
    clause_span: Span
    conditions: tuple[Condition, ...]
    then: Mapping[str, Expression]
    actions: tuple[ActionCall, ...]
    because: Bilingual
    span: Span
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One DMN decision: computed facts, rules under a hit policy, outputs, actions."""

    name: str
    title: Bilingual
    clauses: tuple[tuple[str, Span], ...]
    hit_policy: HitPolicy
    aggregator: Aggregator | None
    lets: Mapping[str, Expression]
    outputs: Mapping[str, Output]
    actions: tuple[ActionCall, ...]
    rules: tuple[Rule, ...]
    span: Span
    pack: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Everything that the policy files say, read but not yet checked."""

    label: str
    title: Bilingual
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    actions: Mapping[str, Action]
    clauses: Mapping[str, Clause]
    rulesets: Mapping[str, Ruleset]
    texts: Mapping[str, str]
    """File name (relative to the policy folder, `/` between parts) to its text."""
    name: str = ""
    roles: Mapping[str, Bilingual] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    author: str = ""
    """Who answers for this release, "" where the policy does not say."""
    effective_from: dt.date | None = None
    """The first business day it is meant for; None where it holds for every day."""


TableCell = UnaryTests
