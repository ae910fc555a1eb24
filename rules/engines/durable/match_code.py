"""Code that finds the rules that hold: the shards of a ruleset, their networks, the messages to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from rules.check.checked import CheckedRuleset
from rules.engines.durable.cells import in_cells
from rules.engines.durable.encode import Encoder, engine_tests
from rules.engines.durable.exclusive import exclusive
from rules.engines.durable.faults import may_fault
from rules.engines.durable.lower import Alternative, Lowering, Tests
from rules.engines.durable.matching import (
    NONE, CutMatcher, Definition, LeafMatcher, Matcher, RunMatcher,
)  # fmt: skip
from rules.engines.durable.program import Reader
from rules.engines.durable.properties import FormProperty, MemberProperty, Property, letters
from rules.engines.durable.shard import Cut, Leaf, Run, Shard, leaves, shard


@dataclass(frozen=True, slots=True)
class Found:
    """Code for what holds. Where one rule decides, its number is the entry of `rows` that `code` selects;
    where several may, `code` is the sorted list of their numbers and `rows` is None."""

    code: str
    rows: tuple[int, ...] | None


class MatchCode:
    """Writes the matching of one ruleset; its networks are added to `definitions`."""

    def __init__(self, reader: Reader, lowering: Lowering, definitions: list[Definition]) -> None:
        self.reader = reader
        self.lowering = lowering
        self.definitions = definitions
        self.ruleset: CheckedRuleset = reader.view.ruleset
        self.first = self.ruleset.hit_policy == "FIRST"
        self.root = self._shards()
        self.encoder = Encoder(reader, frozenset(_cut_properties(self.root)))

    def found(self) -> Found:
        """The code; what it stands on is among the reader's lines."""
        found = self._found()
        self._evaluate_the_rest()
        return found

    def _evaluate_the_rest(self) -> None:
        """Computes what no test needs in the end but may fault, see `faults`."""
        view, conditions = self.reader.view, self.lowering.conditions
        for property_ in conditions.properties.values():
            needed = property_ in self.encoder.locals or isinstance(property_, MemberProperty)
            if not needed and any(may_fault(tree, view) for tree in property_.trees):
                self.encoder.local(property_)
        for tree in conditions.dropped:
            if may_fault(tree, view):
                self.reader.lines.append(self.reader.lift.value(tree))

    def _found(self) -> Found:
        if isinstance(self.root, Leaf) and self.alone:
            return self._in_place(self.root)
        case = list(dict.fromkeys(p for leaf in leaves(self.root) for p in self._used(leaf.alternatives)))
        case += [p for p in _cut_properties(self.root) if p not in case]
        matcher = self.reader.constant(self._matcher(self.root, case))
        values = "".join(f"{self.encoder.local(p)}, " for p in case)
        if self.alone:
            rows = (*range(len(self.ruleset.rules)), NONE)
            return Found(f"{matcher}.first(networks, ({values}))", rows)
        return Found(f"sorted({matcher}.every(networks, ({values})))", None)

    @cached_property
    def alone(self) -> bool:
        """Whether at most one rule can hold, or the first is all that counts."""
        return self.first or (not _has_run(self.root) and all(map(self._exclusive, leaves(self.root))))

    def _shards(self) -> Shard:
        alternatives = self.lowering.lower(self.ruleset.rules)
        if not self.first:
            return shard(alternatives)
        return _map_leaves(shard(_reachable(alternatives)), _reachable)

    def _exclusive(self, leaf: Leaf) -> bool:
        return self.first or exclusive(leaf.alternatives)

    # --- a single network ----------------------------------------------------------------------

    def _in_place(self, leaf: Leaf) -> Found:
        tested, rows = _tested(leaf), _rows(leaf)
        if not tested:
            return Found("0", rows)
        number, used = self._network(in_cells([self.lowering.matchable(a.tests) for a in tested]))
        values = [self.encoder.local(p) for p in used]
        asked = f"networks[{number}].first({_message(used, values)})"
        if any(isinstance(p, FormProperty) for p in used):
            return Found(asked, rows)
        known = self.reader.constant({})
        self.reader.lines += [
            f"cell = ({''.join(f'{value}, ' for value in values)})",
            f"found = {known}.get(cell)",
            f"if found is None: found = remember({known}, cell, {asked})",
        ]
        return Found("found", rows)

    def _network(self, alternatives: Sequence[Tests]) -> tuple[int, list[Property]]:
        """Defines a network; its number, and the properties that its messages have."""
        used = _commonest_first(alternatives)
        names = dict(zip(used, letters(len(used)), strict=True))
        self.definitions.append([engine_tests(tests, names, used) for tests in alternatives])
        return len(self.definitions) - 1, used

    def _used(self, alternatives: Sequence[Alternative]) -> list[Property]:
        """The properties that the matcher sees, the commonest first."""
        return _commonest_first([self.lowering.matchable(a.tests) for a in alternatives])

    # --- many networks -------------------------------------------------------------------------

    def _matcher(self, found: Shard, case: Sequence[Property]) -> Matcher:
        if isinstance(found, Leaf):
            return self._leaf(found, case)
        parts = tuple(self._matcher(part, case) for part in found.parts)
        if isinstance(found, Run):
            return RunMatcher(parts)
        # Comparing a decimal with decimals is quicker than with integers.
        number = Decimal if isinstance(found.property, FormProperty) else int
        return CutMatcher(case.index(found.property), tuple(map(number, found.cuts)), parts)

    def _leaf(self, leaf: Leaf, case: Sequence[Property]) -> LeafMatcher:
        tested = _tested(leaf)
        always = frozenset(a.row for a in leaf.alternatives if not a.tests)
        if not tested:
            return LeafMatcher(None, str, _rows(leaf), always, self._exclusive(leaf))
        number, used = self._network([self.lowering.matchable(a.tests) for a in tested])
        parameters = [f"p{i}" for i in range(len(case))]
        name = "_".join(["message", *(str(case.index(p)) for p in used)])
        if name not in self.reader.pool.globals:
            message = _message(used, [parameters[case.index(p)] for p in used])
            self.reader.pool.function(name, parameters, [f"return {message}"])
        message_of: Callable[..., str] = self.reader.pool.globals[name]
        return LeafMatcher(number, message_of, _rows(leaf), always, self._exclusive(leaf))


def _commonest_first(alternatives: Sequence[Tests]) -> list[Property]:
    counts: dict[Property, int] = {}
    for tests in alternatives:
        for property_ in tests:
            counts[property_] = counts.get(property_, 0) + 1
    return sorted(counts, key=lambda p: -counts[p])


def _tested(leaf: Leaf) -> list[Alternative]:
    return [a for a in leaf.alternatives if a.tests]


def _rows(leaf: Leaf) -> tuple[int, ...]:
    """The rule of each alternative with tests, then one that holds without any, or none."""
    always = [a.row for a in leaf.alternatives if not a.tests]
    return (*(a.row for a in _tested(leaf)), always[0] if always else NONE)


def _message(used: Sequence[Property], names: Sequence[str]) -> str:
    """The message as an f-string. The engine wants an id; it may be the same for all."""
    # `!s`, since formatting a decimal takes four times as long as its own text.
    parts = [
        f'"{letter}":{{{name}{"!s" if isinstance(p, FormProperty) else ""}}}'
        for p, letter, name in zip(used, letters(len(used)), names, strict=True)
    ]
    return "f'{{" + ",".join(['"id":1', *parts]) + "}}'"


def _reachable(alternatives: Sequence[Alternative]) -> Sequence[Alternative]:
    """The alternatives up to the first without tests: under FIRST nothing after it matters."""
    for i, alternative in enumerate(alternatives):
        if not alternative.tests:
            return alternatives[: i + 1]
    return alternatives


def _cut_properties(found: Shard) -> list[Property]:
    if isinstance(found, Leaf):
        return []
    own = [found.property] if isinstance(found, Cut) else []
    return list(dict.fromkeys([*own, *(p for part in found.parts for p in _cut_properties(part))]))


def _has_run(found: Shard) -> bool:
    return not isinstance(found, Leaf) and (isinstance(found, Run) or any(map(_has_run, found.parts)))


def _map_leaves(found: Shard, change: Callable[[Sequence[Alternative]], Sequence[Alternative]]) -> Shard:
    if isinstance(found, Leaf):
        return Leaf(tuple(change(found.alternatives)))
    parts = tuple(_map_leaves(part, change) for part in found.parts)
    return Run(parts) if isinstance(found, Run) else Cut(found.property, found.cuts, parts)
