"""What can be told of conditions without any facts: that they always or never hold, or stand there twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.check import messages
from rules.check.checked import CheckedRuleset
from rules.check.findings import Findings
from rules.check.messages import Finding
from rules.check.ranges import Numbers, Ranges, holds, is_empty, reasons, test_holds
from rules.check.repeated import implied, parts
from rules.feel.printer import show, show_string
from rules.model.expr import And, Between, Comparison, Expr, In, Interval, Literal, Or, Ref, UnaryTests
from rules.model.policy import PolicySet
from rules.model.types import Enum
from rules.model.walk import children
from rules.source import Cell

_MOST_PAIRED = 400
"""Rules that are compared each with each; of a longer table only equal rows are found."""


def comparisons(policy: PolicySet, rulesets: Mapping[str, CheckedRuleset], findings: Findings) -> None:
    """Comparisons, cells and ranges that always or never hold, whatever the facts: warnings."""
    for ruleset in rulesets.values():
        ranges = Ranges(policy, ruleset)
        for tree, cell in _places(ruleset):
            for node in _walk(tree):
                if isinstance(node, Interval) and is_empty(node, ranges):
                    findings.add(cell.at(node.start, node.end), messages.empty_range(show(node)))
                elif isinstance(node, And):
                    for part, contradiction in _contradictions(node):
                        findings.add(cell.at(part.start, part.end), contradiction, "warning")
                elif (finding := _verdict(node, ranges)) is not None:
                    findings.add(cell.at(node.start, node.end), finding, "warning")
        for column, cell in _cells(ruleset):
            _cell(column, cell, ranges, findings)


def repeated_tests(policy: PolicySet, rulesets: Mapping[str, CheckedRuleset], findings: Findings) -> None:
    """The same test twice in one cell, list or chain, and cells that list every value: warnings."""
    for ruleset in rulesets.values():
        for tree, cell in (*_places(ruleset), *((c.tests[0], cell) for c, cell in _cells(ruleset))):
            for node in _walk(tree):
                seen: set[str] = set()
                for test in _alternatives(node):
                    if (text := show(test)) in seen:
                        findings.add(cell.at(test.start, test.end), messages.repeated_test(text), "warning")
                    seen.add(text)
        for column, cell in _cells(ruleset):
            type_ = ruleset.types[column.value.name].type if isinstance(column.value, Ref) else None
            tests = column.tests[0]
            if isinstance(type_, Enum) and isinstance(tests, UnaryTests) and not tests.negated:
                listed = {show(test) for test in tests.tests}
                if listed >= {show_string(value) for value in type_.values}:
                    finding = messages.always_holds(cell.text, "it lists every value there is")
                    findings.add(cell.span, finding, "warning")


def repeated_rules(policy: PolicySet, rulesets: Mapping[str, CheckedRuleset], findings: Findings) -> None:
    """Rules whose conditions are met only where those of an earlier rule are: dead, or in conflict."""
    for ruleset in rulesets.values():
        if ruleset.hit_policy not in ("FIRST", "UNIQUE"):
            continue
        read = [_parts(ruleset, at) for at in range(len(ruleset.rules))]
        for later, earlier in _pairs(read):
            first, second = ruleset.source.rules[earlier], ruleset.source.rules[later]
            if ruleset.hit_policy == "UNIQUE":
                findings.add(second.span, messages.both_hold(second.id, first.id))
            elif read[earlier]:
                findings.add(second.span, messages.unreachable_rule(second.id, first.id))


def _pairs(read: list[Mapping[str, frozenset[str]] | None]) -> Iterator[tuple[int, int]]:
    """A rule and the first before it that always holds when it does; None stands for an unread rule."""
    seen: dict[object, int] = {}
    for later, conditions in enumerate(read):
        if conditions is None:
            continue
        key = frozenset(conditions.items())
        if key in seen:
            yield later, seen[key]
        elif len(read) <= _MOST_PAIRED:
            for earlier, others in enumerate(read[:later]):
                if others is not None and implied(others, conditions):
                    yield later, earlier
                    break
        seen.setdefault(key, later)


def _parts(ruleset: CheckedRuleset, at: int) -> Mapping[str, frozenset[str]] | None:
    if not all(condition.test.cell.file for condition in ruleset.source.rules[at].conditions):
        return None
    return parts(ruleset.rules[at].conditions)


# --- what always or never holds ------------------------------------------------------------------


def _verdict(node: Expr, ranges: Ranges) -> Finding | None:
    """What there is to say of one comparison, `between` or `in`."""
    match node:
        case Comparison(op=op, left=left, right=right):
            a, b = ranges.of(left), ranges.of(right)
            return None if a is None or b is None else _said(node, holds(op, a, b), a, b)
        case Between(value=value, low=low, high=high):
            subject, whole = ranges.of(value), Interval(low, high, True, True)
            if is_empty(whole, ranges):
                return messages.empty_range(f"{show(low)} and {show(high)}")
            ends = (ranges.of(low), ranges.of(high))
            return None if subject is None else _said(node, test_holds(whole, subject, ranges), subject, *ends)
        case In(value=value, tests=(test,)):
            subject = ranges.of(value)
            empty = isinstance(test, Interval) and is_empty(test, ranges)
            return None if subject is None or empty else _said(node, test_holds(test, subject, ranges), subject)
    return None


def _said(node: Expr, verdict: bool | None, *ranges: Numbers | None) -> Finding | None:
    why = " and ".join(reasons(*ranges))
    if verdict is None or not why:
        return None
    return (messages.always_holds if verdict else messages.never_holds)(show(node), why)


def _contradictions(node: And) -> Iterator[tuple[Expr, Finding]]:
    """The parts of a chain of `and` that want a name to equal another text than an earlier part does."""
    wanted: dict[str, str] = {}
    for part in _chain(node, And):
        match part:
            case Comparison(op="=", left=Ref(name=name), right=Literal(value=str() as text)):
                if wanted.setdefault(name, text) != text:
                    why = f"`{name}` cannot be `{wanted[name]}` and `{text}` at once"
                    yield part, messages.never_holds(show(part), why)


def _cell(column: In, cell: Cell, ranges: Ranges, findings: Findings) -> None:
    """A table cell: a test of it that never holds, or the only one if it always does."""
    subject, tests = ranges.of(column.value), column.tests[0]
    if subject is None or not isinstance(tests, UnaryTests):
        return
    for test in tests.tests:
        if isinstance(test, Interval) and is_empty(test, ranges):
            continue
        verdict = test_holds(test, subject, ranges)
        why = " and ".join(reasons(subject)) or "the column is always the same"
        if verdict is False:
            finding = messages.never_holds(cell.text[test.start : test.end], why)
            findings.add(cell.at(test.start, test.end), finding, "warning")
        elif verdict and len(tests.tests) == 1 and not tests.negated:
            findings.add(cell.at(test.start, test.end), messages.always_holds(cell.text, why), "warning")


# --- where conditions stand ----------------------------------------------------------------------


def _places(ruleset: CheckedRuleset) -> Iterator[tuple[Expr, Cell]]:
    """Every expression but those of table columns, with the cell that its offsets count in."""
    source = ruleset.source
    for name, tree in ruleset.lets.items():
        yield tree, source.lets[name].cell
    for name, tree in ruleset.computed.items():
        if (computed := source.outputs[name].computed) is not None:
            yield tree, computed.cell
    for rule, written in zip(ruleset.rules, source.rules, strict=True):
        for tree, condition in zip(rule.conditions, written.conditions, strict=True):
            if condition.column is None:
                yield tree, condition.test.cell
            elif isinstance(tree, In):
                yield tree.tests[0], condition.test.cell
        for name, tree in rule.then.items():
            yield tree, written.then[name].cell


def _cells(ruleset: CheckedRuleset) -> Iterator[tuple[In, Cell]]:
    """The cells of table columns: what is tested and by which tests."""
    for rule, written in zip(ruleset.rules, ruleset.source.rules, strict=True):
        for tree, condition in zip(rule.conditions, written.conditions, strict=True):
            if condition.column is not None and isinstance(tree, In):
                yield tree, condition.test.cell


def _walk(tree: Expr) -> Iterator[Expr]:
    """The node and all below it; of a chain of `and` or `or` only the whole."""
    yield tree
    kind = type(tree) if isinstance(tree, And | Or) else None
    for child in _chain(tree, kind) if kind is not None else children(tree):
        yield from _walk(child)


def _chain(node: Expr, kind: type[And] | type[Or]) -> Iterator[Expr]:
    if isinstance(node, kind):
        yield from _chain(node.left, kind)
        yield from _chain(node.right, kind)
    else:
        yield node


def _alternatives(node: Expr) -> tuple[Expr, ...]:
    """What stands side by side in a cell, in `in (…)`, or in a chain."""
    if isinstance(node, UnaryTests | In):
        return node.tests
    return tuple(_chain(node, type(node))) if isinstance(node, And | Or) else ()
