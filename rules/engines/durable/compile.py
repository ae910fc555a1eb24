"""From a checked ruleset to the function that decides it.

    conditions ─▶ alternatives ─▶ shards ─▶ networks ─▶ the matching code
    outputs, actions ────────────────────▶ the outcomes of each rule

The function takes the facts, the date, the values of the rulesets decided before and the thread's networks.
It answers an outcome, or None where something it needs is missing; it may raise, see `runtime`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from rules.check.checked import CheckedRuleset
from rules.engines.durable.conditions import Conditions
from rules.engines.durable.encode import Encoder, engine_tests
from rules.engines.durable.exclusive import exclusive
from rules.engines.durable.extents import Extents
from rules.engines.durable.linear import Linear
from rules.engines.durable.lower import Alternative, Lowering
from rules.engines.durable.matching import (
    NONE, CutMatcher, Definition, LeafMatcher, Matcher, Networks, RunMatcher,
)  # fmt: skip
from rules.engines.durable.outcomes import SINGLE_HIT, Draft, Make, OutcomeWriter, Several, sealed
from rules.engines.durable.program import Pool, Reader
from rules.engines.durable.properties import FormProperty, Property, letters
from rules.engines.durable.shard import Cut, Leaf, Shard, leaves, shard
from rules.engines.durable.view import View
from rules.model.decision import Outcome
from rules.model.values import Value

Values = Mapping[str, Value]
Decide = Callable[[Callable[[str], Value], dt.date, Mapping[str, Values], Networks], Outcome | None]
PARAMETERS = ["get", "as_of", "decided", "networks"]


def compile_ruleset(view: View, extents: Extents, definitions: list[Definition]) -> Decide:
    """The function for one ruleset; its networks are added to `definitions`."""
    return _Compilation(view, extents, definitions).function()


class _Compilation:
    def __init__(self, view: View, extents: Extents, definitions: list[Definition]) -> None:
        self.ruleset: CheckedRuleset = view.ruleset
        self.definitions = definitions
        self.pool = Pool()
        self.reader = Reader(view, self.pool)
        self.lowering = Lowering(Conditions(view, Linear(extents)))
        self.first = self.ruleset.hit_policy == "FIRST"
        self.root = self._shards()
        self.encoder = Encoder(self.reader, frozenset(_cut_properties(self.root)))
        self.outcomes = OutcomeWriter(self.reader)

    def function(self) -> Decide:
        """The compiled function."""
        matching = self._matching()
        deciding = self._deciding()
        lines = [*self.reader.prelude(), *self.reader.lines, *matching, *deciding]
        return self.pool.function("decide", PARAMETERS, lines)

    # --- which rules hold ----------------------------------------------------------------------

    def _shards(self) -> Shard:
        alternatives = self.lowering.lower(self.ruleset.rules)
        if self.first:
            alternatives = _reachable(alternatives)
        found = shard(alternatives)
        return _map_leaves(found, _reachable) if self.first else found

    @property
    def alone(self) -> bool:
        """Whether at most one rule can hold, or the first is all that counts."""
        if self.first:
            return True
        return not _has_run(self.root) and all(self._exclusive(leaf) for leaf in leaves(self.root))

    def _exclusive(self, leaf: Leaf) -> bool:
        return exclusive(leaf.alternatives)

    def _matching(self) -> list[str]:
        """Statements that leave the number of the rule in `row`, or of all rules in `hits`."""
        alone = self.alone
        if isinstance(self.root, Leaf) and alone:
            return self._in_place(self.root)
        properties = list(dict.fromkeys(p for leaf in leaves(self.root) for p in self._used(leaf)))
        properties += [p for p in _cut_properties(self.root) if p not in properties]
        matcher = self.pool.constant(self._matcher(self.root, properties))
        case = "".join(f"{self.encoder.local(p)}, " for p in properties)
        if alone:
            return [f"row = {matcher}.first(networks, ({case}))"]
        return [f"hits = sorted({matcher}.every(networks, ({case})))"]

    def _in_place(self, leaf: Leaf) -> list[str]:
        tested = [a for a in leaf.alternatives if a.tests]
        rows = self._rows(leaf)
        if not tested:
            return [f"row = {rows[NONE]}"]
        number, used = self._network(tested)
        message = _message(used, [self.encoder.local(p) for p in used])
        return [f"row = {self.pool.constant(rows)}[networks[{number}].first({message})]"]

    def _matcher(self, found: Shard, case: Sequence[Property]) -> Matcher:
        if isinstance(found, Leaf):
            return self._leaf_matcher(found, case)
        parts = tuple(self._matcher(part, case) for part in found.parts)
        if isinstance(found, Cut):
            number = Decimal if isinstance(found.property, FormProperty) else int
            return CutMatcher(case.index(found.property), tuple(map(number, found.cuts)), parts)
        return RunMatcher(parts)

    def _leaf_matcher(self, leaf: Leaf, case: Sequence[Property]) -> LeafMatcher:
        tested = [a for a in leaf.alternatives if a.tests]
        number, used = self._network(tested) if tested else (None, [])
        parameters = [f"p{i}" for i in range(len(case))]
        message = _message(used, [parameters[case.index(p)] for p in used])
        key = f"message_{'_'.join(str(case.index(p)) for p in used)}"
        if key not in self.pool.globals:
            self.pool.function(key, parameters, [f"return {message}"])
        always = frozenset(a.row for a in leaf.alternatives if not a.tests)
        return LeafMatcher(
            number, self.pool.globals[key], self._rows(leaf), always, self.first or self._exclusive(leaf)
        )

    def _rows(self, leaf: Leaf) -> tuple[int, ...]:
        """The rule of each tested alternative, then the one that holds without any test."""
        always = [a.row for a in leaf.alternatives if not a.tests]
        return (*(a.row for a in leaf.alternatives if a.tests), always[0] if always else NONE)

    def _used(self, leaf: Leaf) -> list[Property]:
        """The properties of a leaf as the matcher sees them, the commonest first."""
        counts: dict[Property, int] = {}
        for alternative in leaf.alternatives:
            for property_ in self.lowering.matchable(alternative.tests):
                counts[property_] = counts.get(property_, 0) + 1
        return sorted(counts, key=lambda p: -counts[p])

    def _network(self, alternatives: Sequence[Alternative]) -> tuple[int, list[Property]]:
        used = self._used(Leaf(tuple(alternatives)))
        names = dict(zip(used, letters(len(used)), strict=True))
        tests = [engine_tests(self.lowering.matchable(a.tests), names, used) for a in alternatives]
        self.definitions.append(tests)
        return len(self.definitions) - 1, used

    # --- what follows --------------------------------------------------------------------------

    def _deciding(self) -> list[str]:
        """Statements that make the outcome of `row` or `hits`."""
        drafts: list[Draft | None] = []
        lines: list[str] = []
        if self.ruleset.hit_policy in SINGLE_HIT:
            drafts = [self.outcomes.single(rule) for rule in (*self.ruleset.rules, None)]
            lines = [
                f"made = {self._table('fixed')}[row]",
                "if made is not None: return made",
                f"return {self._table('make')}[row](%s)",
            ]
        if not self.alone:
            several = self._several()
            # One rule, or none under a policy of single hits, needs no hit policy.
            single = ["if len(hits) < 2:", "    row = hits[0] if hits else -1", *(f"    {x}" for x in lines)]
            lines = [*(single if lines else []), f"return {several}.outcome(hits, (%s))"]
        elif not lines:
            lines = ["hits = [row] if row >= 0 else []", f"return {self._several()}.outcome(hits, (%s))"]
        self._fill_tables(drafts)
        arguments = "".join(f"{local}, " for local in self.outcomes.arguments.values())
        return [line % arguments if "%s" in line else line for line in lines]

    def _table(self, name: str) -> str:
        return f"{name}_outcomes"

    def _fill_tables(self, drafts: Sequence[Draft | None]) -> None:
        fixed: list[Outcome | None] = []
        make: list[Make] = []
        for i, draft in enumerate(drafts):
            if draft is None:
                fixed.append(None)
                make.append(_no_answer)
                continue
            function = self.outcomes.compiled(f"make_{i}", draft)
            constant = draft.fixed and not draft.lines
            fixed.append(sealed(function(*[None] * len(self.outcomes.arguments))) if constant else None)
            make.append(function)
        self.pool.globals[self._table("fixed")] = tuple(fixed)
        self.pool.globals[self._table("make")] = tuple(make)

    def _several(self) -> str:
        out = self.outcomes
        set_ = [n for n, output in self.ruleset.source.outputs.items() if output.computed is None]
        every = list(self.ruleset.source.outputs)
        drafts = [(out.row(rule), out.actions(rule)) for rule in self.ruleset.rules]
        defaults, tail = out.row(None), out.tail()
        made = Several(
            self.ruleset,
            [out.compiled(f"row_{i}", row) for i, (row, _) in enumerate(drafts)],
            out.compiled("defaults", defaults),
            out.compiled("tail", tail, set_),
            [out.compiled(f"actions_{i}", actions, every) for i, (_, actions) in enumerate(drafts)],
        )
        return self.pool.constant(made)


def _no_answer(*arguments: Value) -> None:
    """No rule holds and there is no default: the interpreter says so."""


def _message(used: Sequence[Property], names: Sequence[str]) -> str:
    """The message as an f-string; its first property is what the engine wants for an id."""
    parts = [
        f'"{letter}":{{{name}{"!s" if isinstance(p, FormProperty) else ""}}}'
        for p, letter, name in zip(used, letters(len(used)), names, strict=True)
    ]
    return "f'{{" + ",".join(['"id":1', *parts]) + "}}'"


def _reachable(alternatives: Sequence[Alternative]) -> list[Alternative]:
    """The alternatives up to the first without tests: under FIRST nothing after it matters."""
    for i, alternative in enumerate(alternatives):
        if not alternative.tests:
            return list(alternatives[: i + 1])
    return list(alternatives)


def _cut_properties(found: Shard) -> list[Property]:
    if isinstance(found, Leaf):
        return []
    own = [found.property] if isinstance(found, Cut) else []
    return list(dict.fromkeys([*own, *(p for part in found.parts for p in _cut_properties(part))]))


def _has_run(found: Shard) -> bool:
    if isinstance(found, Leaf):
        return False
    return not isinstance(found, Cut) or any(_has_run(part) for part in found.parts)


def _map_leaves(found: Shard, change: Callable[[Sequence[Alternative]], Sequence[Alternative]]) -> Shard:
    if isinstance(found, Leaf):
        return Leaf(tuple(change(found.alternatives)))
    parts = tuple(_map_leaves(part, change) for part in found.parts)
    return Cut(found.property, found.cuts, parts) if isinstance(found, Cut) else type(found)(parts)
