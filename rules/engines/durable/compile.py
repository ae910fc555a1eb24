"""From a checked ruleset to the function that decides it.

    conditions ─▶ alternatives ─▶ shards ─▶ networks ─▶ the matching code
    outputs, actions ────────────────────▶ the outcome of each rule

The function takes the facts, the date, the values of the rulesets decided before and the thread's networks.
It answers an outcome; where something it needs is missing it answers None or raises, see `runtime`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from rules.check.checked import CheckedRuleset
from rules.engines.durable.conditions import Conditions
from rules.engines.durable.extents import Extents
from rules.engines.durable.linear import Linear
from rules.engines.durable.lower import Lowering
from rules.engines.durable.match_code import MatchCode
from rules.engines.durable.matching import NONE, Definition, Networks
from rules.engines.durable.outcomes import SINGLE_HIT, Draft, Make, OutcomeWriter, Several, sealed
from rules.engines.durable.program import Pool, Reader
from rules.engines.durable.shadows import shadows_function
from rules.engines.durable.view import View
from rules.model.decision import Outcome
from rules.model.values import Value

Values = Mapping[str, Value]
Decide = Callable[[Mapping[str, Value], dt.date, Mapping[str, Values], Networks], Outcome | None]
PARAMETERS = ["facts", "as_of", "decided", "networks"]


def compile_ruleset(view: View, extents: Extents, definitions: list[Definition]) -> Decide:
    """The function for one ruleset; its networks are added to `definitions`."""
    if shadows_function(view.checked, view.ruleset):
        return _hand_on
    try:
        return _compiled(view, extents, definitions)
    except RecursionError:
        # Hundreds of computed facts, each of the one before: the interpreter holds what Python's stack does not.
        return _hand_on


def _compiled(view: View, extents: Extents, definitions: list[Definition]) -> Decide:
    pool = Pool()
    reader = Reader(view, pool)
    lowering = Lowering(Conditions(view, Linear(extents)))
    found = MatchCode(reader, lowering, definitions).found()
    deciding = _Deciding(view.ruleset, OutcomeWriter(reader)).lines(found.code, found.rows)
    return pool.function("decide", PARAMETERS, [*reader.prelude(), *reader.lines, *deciding])


class _Deciding:
    """Writes what follows the matching."""

    def __init__(self, ruleset: CheckedRuleset, outcomes: OutcomeWriter) -> None:
        self.ruleset = ruleset
        self.outcomes = outcomes
        self.single = ruleset.hit_policy in SINGLE_HIT

    def lines(self, code: str, rows: tuple[int, ...] | None) -> list[str]:
        """Statements that answer the outcome of the rules that `code` finds."""
        if rows is not None:
            if self.single:
                return self._one(code, rows)
            hits = [[] if row == NONE else [row] for row in rows]
            return self._several(f"{self.outcomes.reader.constant(hits)}[{code}]")
        lines = self._several("hits")
        if self.single:
            # One rule, or none, needs no hit policy.
            one = self._one("hits[0] if hits else -1", (*range(len(self.ruleset.rules)), NONE))
            lines = ["if len(hits) < 2:", *(f"    {line}" for line in one), *lines]
        return [f"hits = {code}", *lines]

    def _one(self, code: str, rows: tuple[int, ...]) -> list[str]:
        drafts = {row: self._draft(row) for row in dict.fromkeys(rows)}
        if len(drafts) == 1:
            ((_, draft),) = drafts.items()
            return [*draft.lines, f"return {draft.code}"] if draft is not None else ["return None"]
        made = {row: self._compiled(row, draft) for row, draft in drafts.items()}
        arguments = self._arguments()
        constant = self.outcomes.reader.constant
        fixed, make = (constant(tuple(made[row][i] for row in rows)) for i in (0, 1))
        if all(found is not None for found, _ in made.values()):
            return [f"return {fixed}[{code}]"]
        return [
            f"row = {code}",
            f"made = {fixed}[row]",
            f"return {make}[row]({arguments}) if made is None else made",
        ]

    def _draft(self, row: int) -> Draft | None:
        return self.outcomes.single(None if row == NONE else self.ruleset.rules[row])

    def _compiled(self, row: int, draft: Draft | None) -> tuple[Outcome | None, Make]:
        if draft is None:
            return None, _no_answer
        make = self.outcomes.compiled(f"make_{row + 1}", draft)
        if not draft.fixed:
            return None, make
        return sealed(make(*[None] * len(self.outcomes.arguments))), make

    def _several(self, hits: str) -> list[str]:
        out, ruleset = self.outcomes, self.ruleset
        set_ = [n for n, output in ruleset.source.outputs.items() if output.computed is None]
        every = list(ruleset.source.outputs)
        # All are written before any is compiled: then it is known what arguments they take.
        drafts = [(out.row(rule), out.actions(rule)) for rule in ruleset.rules]
        defaults, tail = out.row(None), out.tail()
        if self.single:
            for row in range(NONE, len(ruleset.rules)):
                self._draft(row)
        several = Several(
            ruleset,
            [out.compiled(f"row_{i}", row) for i, (row, _) in enumerate(drafts)],
            out.compiled("defaults", defaults),
            out.compiled("tail", tail, set_),
            [out.compiled(f"actions_{i}", actions, every) for i, (_, actions) in enumerate(drafts)],
        )
        return [f"return {out.reader.constant(several)}.outcome({hits}, ({self._arguments()}))"]

    def _arguments(self) -> str:
        return "".join(f"{local}, " for local in self.outcomes.arguments.values())


def _hand_on(facts: Mapping[str, Value], as_of: dt.date, decided: Mapping[str, Values], networks: Networks) -> None:
    """Decides nothing, so that the engine behind decides."""


def _no_answer(*arguments: Value) -> None:
    """No rule holds and there is no default: the interpreter says so."""
