"""On which facts the outcome of a ruleset can depend, and by which way.

The outcome is taken as a whole, values and required actions: a fault, or a fact that is absent, in any part
decides its status. So it depends on whatever any condition, output or action of the ruleset reads, directly,
through computed facts, or through the outcomes of the rulesets it requires. What reads nothing that counts,
such as a computed fact that no rule uses, adds nothing.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from typing import Literal as OneOf

from rules.check.checked import CheckedCall, CheckedPolicySet, CheckedRuleset
from rules.model.expr import Expr, In, Ref
from rules.model.policy import ActionCall
from rules.model.walk import descendants
from rules.source import Cell, Span

Kind = OneOf["fact", "let", "rule", "output", "action", "outcome"]


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that depends or is depended upon; `ruleset` is empty for a fact."""

    kind: Kind
    ruleset: str
    name: str

    def __str__(self) -> str:
        """As a chain shows it: `customer.sex`, `let discount`, `rule X-2`, `credit_tier.tier`."""
        match self.kind:
            case "fact" | "outcome":
                return self.name
            case "output":
                return f"{self.ruleset}.{self.name}"
        return f"{self.kind} {self.name}"


class Edge(NamedTuple):
    """`source` can change `target`; `span` is the place that reads it, None where no cell is between."""

    source: Node
    target: Node
    span: Span | None


Chain = tuple[Node, ...]
"""From a fact to the output or action that it can change."""


def fact(name: str) -> Node:
    """The node of a fact."""
    return Node("fact", "", name)


def outcome(ruleset: str) -> Node:
    """The node of a ruleset's outcome as a whole."""
    return Node("outcome", ruleset, ruleset)


class Dependencies:
    """The dependencies of one policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._into: dict[Node, list[Edge]] = defaultdict(list)
        for ruleset in checked.rulesets.values():
            for edge in dict.fromkeys(_edges(ruleset)):
                self._into[edge.target].append(edge)
        self._ways = {name: self._ways_to(outcome(name)) for name in checked.rulesets}

    def facts(self, ruleset: str) -> tuple[str, ...]:
        """Every fact that the outcome of the ruleset can depend on, in alphabetical order."""
        return tuple(sorted(node.name for node in self._ways[ruleset] if node.kind == "fact"))

    def chain(self, ruleset: str, start: Node) -> Chain:
        """The shortest way from a node to the outcome of the ruleset; empty if there is none."""
        ways = self._ways[ruleset]
        if start not in ways:
            return ()
        nodes = [start]
        while (step := ways[nodes[-1]]) is not None:
            nodes.append(step.target)
        return tuple(nodes[:-1]) if len(nodes) > 1 and nodes[-2].kind in ("output", "action") else tuple(nodes)

    def steps(self, ruleset: str, start: Node) -> Iterator[Edge]:
        """The steps of that way."""
        step = self._ways[ruleset].get(start)
        while step is not None:
            yield step
            step = self._ways[ruleset][step.target]

    def readings(self, ruleset: str, name: str) -> tuple[Edge, ...]:
        """Where the ruleset itself reads the fact so that its outcome can change."""
        reached = self._ways[ruleset]
        return tuple(
            edge
            for target, edges in self._into.items()
            if target.ruleset == ruleset and target in reached
            for edge in edges
            if edge.source == fact(name)
        )

    def _ways_to(self, end: Node) -> Mapping[Node, Edge | None]:
        """For each node that can change `end`, the first step of the shortest way."""
        ways: dict[Node, Edge | None] = {end: None}
        waiting = deque([end])
        while waiting:
            for edge in self._into.get(waiting.popleft(), ()):
                if edge.source not in ways:
                    ways[edge.source] = edge
                    waiting.append(edge.source)
        return ways


class _Part(NamedTuple):
    """An expression of a ruleset, the cell it stands in, and what it can change."""

    node: Node
    tree: Expr
    cell: Cell


def _edges(ruleset: CheckedRuleset) -> Iterator[Edge]:
    for part in _parts(ruleset):
        for node in descendants(part.tree):
            if isinstance(node, Ref):
                span = part.cell.at(node.start, node.end)
                yield from (Edge(source, part.node, span) for source in _sources(ruleset.name, node))
    yield from _structure(ruleset)


def _sources(ruleset: str, reference: Ref) -> tuple[Node, ...]:
    """What a reference reads: an output of another ruleset is there only if its whole outcome is."""
    match reference.kind:
        case "fact":
            return (fact(reference.name),)
        case "let" | "output":
            return (Node(reference.kind, ruleset, reference.name),)
        case "required":
            other, _, output = reference.name.partition(".")
            return Node("output", other, output), outcome(other)
    return ()


def _structure(ruleset: CheckedRuleset) -> Iterator[Edge]:
    """Which rule holds can change every output that rules set, and the actions it requires."""
    name = ruleset.name
    set_by_rules = [Node("output", name, output) for output in ruleset.source.outputs if output not in ruleset.computed]
    for rule in ruleset.rules:
        actions = [Node("action", name, call.action.name) for call in rule.actions]
        for changed in (*(set_by_rules or [outcome(name)]), *actions):
            yield Edge(Node("rule", name, rule.id), changed, None)
            yield Edge(changed, outcome(name), None)
    for node in (
        *(Node("output", name, output) for output in ruleset.source.outputs),
        *(Node("action", name, call.action.name) for call in ruleset.actions),
    ):
        yield Edge(node, outcome(name), None)


def _parts(ruleset: CheckedRuleset) -> Iterator[_Part]:
    name, source = ruleset.name, ruleset.source
    for let, tree in ruleset.lets.items():
        yield _Part(Node("let", name, let), tree, source.lets[let].cell)
    for output, tree in ruleset.computed.items():
        if (computed := source.outputs[output].computed) is not None:
            yield _Part(Node("output", name, output), tree, computed.cell)
    for output, tree in ruleset.defaults.items():
        if (default := source.outputs[output].default) is not None:
            yield _Part(Node("output", name, output), tree, default.cell)
    yield from _calls(name, ruleset.actions, source.actions)
    yield from _rules(ruleset)


def _rules(ruleset: CheckedRuleset) -> Iterator[_Part]:
    for rule, written in zip(ruleset.rules, ruleset.source.rules, strict=True):
        node = Node("rule", ruleset.name, rule.id)
        for tree, condition in zip(rule.conditions, written.conditions, strict=True):
            if condition.column is not None and isinstance(tree, In):
                yield _Part(node, tree.value, condition.column.input.cell)
                yield from (_Part(node, test, condition.test.cell) for test in tree.tests)
            else:
                yield _Part(node, tree, condition.test.cell)
        for output, tree in rule.then.items():
            yield _Part(node, tree, written.then[output].cell)
        yield from _calls(ruleset.name, rule.actions, written.actions)


def _calls(ruleset: str, calls: tuple[CheckedCall, ...], written: tuple[ActionCall, ...]) -> Iterator[_Part]:
    for call, source in zip(calls, written, strict=True):
        node = Node("action", ruleset, call.action.name)
        for argument, tree in call.arguments.items():
            yield _Part(node, tree, source.arguments[argument].cell)
        for condition, expression in ((call.when, source.when), (call.due, source.due)):
            if condition is not None and expression is not None:
                yield _Part(node, condition, expression.cell)
