"""From the rules that hold to the outcome: outputs and actions, made beforehand where they are constant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.check.checked import CheckedCall, CheckedRule, CheckedRuleset
from rules.engines.answer import CENT, answer, fitted
from rules.engines.durable.program import Pool, Reader, Writer, shared
from rules.engines.durable.view import Constant
from rules.model.decision import Outcome, Required
from rules.model.expr import Expr, Literal, Ref
from rules.model.types import DATE, MONEY, Type
from rules.model.values import Value
from rules.model.walk import map_children

SINGLE_HIT = ("UNIQUE", "ANY", "PRIORITY", "FIRST")
Make = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """An outcome still to be compiled: the statements, and the expression for what they make."""

    lines: list[str]
    code: str
    fixed: bool


class OutcomeWriter:
    """Writes the outcomes of one ruleset. `arguments` grows with what they need of the facts' reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.pool: Pool = reader.pool
        self.ruleset: CheckedRuleset = reader.view.ruleset
        self.arguments: dict[str, str] = {}

    def single(self, rule: CheckedRule | None) -> Draft | None:
        """The outcome when this rule decides alone, or none does; None where that has no answer."""
        then = rule.then if rule is not None else {}
        if any(name not in then and name not in self.ruleset.defaults for name in self._set_names()):
            return None
        body = _Body(self)
        body.row(then)
        body.tail()
        calls: list[tuple[CheckedCall, str | None]] = [(call, None) for call in self.ruleset.actions]
        if rule is not None:
            calls += [(call, rule.id) for call in rule.actions]
        rules = self.reader.constant((rule.id,) if rule is not None else ())
        values, actions = body.values(self.ruleset.source.outputs), body.actions(calls)
        return body.draft(f"outcome({values}, {rules}, {actions})")

    def row(self, rule: CheckedRule | None) -> Draft:
        """What a rule sets, and the defaults, as a dict."""
        body = _Body(self)
        then = rule.then if rule is not None else {}
        body.row(then)
        return body.draft(body.values([n for n in self._set_names() if n in body.parts]))

    def tail(self) -> Draft:
        """All outputs and the actions of the ruleset, once the outputs that rules set are known."""
        body = _Body(self)
        body.given(self._set_names())
        body.tail()
        actions = body.actions([(call, None) for call in self.ruleset.actions])
        return body.draft(f"({body.values(self.ruleset.source.outputs)}, {actions})")

    def actions(self, rule: CheckedRule) -> Draft:
        """The actions of a rule, once all outputs are known."""
        body = _Body(self)
        body.given(list(self.ruleset.source.outputs))
        return body.draft(body.actions([(call, rule.id) for call in rule.actions]))

    def compiled(self, name: str, draft: Draft, given: Sequence[str] = ()) -> Make:
        """The function for a draft, of the arguments and of the outputs that are `given`."""
        parameters = [*self.arguments.values(), *(output_name(i) for i, _ in enumerate(given))]
        return self.pool.function(name, parameters, [*draft.lines, f"return {draft.code}"])

    def _set_names(self) -> list[str]:
        return [n for n, output in self.ruleset.source.outputs.items() if output.computed is None]


class _Body:
    """The statements of one function."""

    def __init__(self, owner: OutcomeWriter) -> None:
        self.ruleset = owner.ruleset
        self.writer = Writer(owner.reader, owner.arguments)
        self.parts: dict[str, str] = {}
        self.known: dict[str, Value] = {}
        self.fixed = True

    def draft(self, code: str) -> Draft:
        return Draft(self.writer.lines, code, self.fixed)

    def given(self, names: Sequence[str]) -> None:
        """Outputs that come as arguments."""
        self.fixed = False
        for i, name in enumerate(names):
            self.parts[name] = self.writer.locals[name] = output_name(i)

    def row(self, then: Mapping[str, Expr]) -> None:
        """The outputs that a rule sets. Defaults are evaluated for every row, as a fault in one counts."""
        for name, tree in self.ruleset.defaults.items():
            if name not in then or self.writer.lift.view.constant(tree) is None:
                self._output(name, tree)
        for name, tree in then.items():
            self._output(name, tree)

    def tail(self) -> None:
        """The computed outputs."""
        for name, tree in self.ruleset.computed.items():
            self._output(name, tree)

    def values(self, names: Sequence[str] | Mapping[str, object]) -> str:
        """The dict of these outputs."""
        return "{" + "".join(f"{self.writer.constant(n)}: {self.parts[n]}, " for n in names) + "}"

    def actions(self, calls: Sequence[tuple[CheckedCall, str | None]]) -> str:
        """The tuple of required actions."""
        return "(" + "".join(self._entry(call, rule) for call, rule in calls) + ")"

    def _entry(self, call: CheckedCall, rule: str | None) -> str:
        """The part of the tuple for one action, which may have a condition of its own."""
        lift = self.writer.lift
        when = self._filled(call.when) if call.when is not None else None
        constant = lift.view.constant(when) if when is not None else Constant(True)
        if constant is not None:
            return f"{self._required(call, rule)}, " if constant.value is True else ""
        assert when is not None
        self.fixed = False
        return f"*(({self._required(call, rule)}, ) if {lift.truth(when)} else ()), "

    def _required(self, call: CheckedCall, rule: str | None) -> str:
        pairs = [
            (name, self._fitted(tree, call.action.parameters[name])) for name, tree in sorted(call.arguments.items())
        ]
        if not pairs and call.due is None:
            return self.writer.constant(Required(call.action.name, (), rule))
        constant = self.writer.constant
        arguments = "".join(f"({constant(name)}, {code}), " for name, code in pairs)
        due = "None" if call.due is None else self._fitted(call.due, DATE)
        return f"Required({constant(call.action.name)}, ({arguments}), {constant(rule)}, {due})"

    def _output(self, name: str, tree: Expr) -> None:
        type_ = self.ruleset.source.outputs[name].type
        code = self._fitted(tree, type_)
        constant = self.writer.lift.view.constant(self._filled(tree))
        if constant is None:
            code = self.writer.store(name, code)
        elif shared(constant.value):
            self.known[name] = fitted(constant.value, type_)
        self.parts[name] = self.writer.locals[name] = code

    def _filled(self, tree: Expr) -> Expr:
        """The tree with the outputs that are constant under this rule in place of their names."""
        if isinstance(tree, Ref):
            known = tree.kind == "output" and tree.name in self.known
            return Literal(self.known[tree.name]) if known else tree
        return map_children(tree, self._filled)

    def _fitted(self, tree: Expr, type_: Type) -> str:
        tree = self._filled(tree)
        constant = self.writer.lift.view.constant(tree)
        if constant is not None:
            value = fitted(constant.value, type_)
            self.fixed = self.fixed and shared(value)
            return self.writer.lift.constant(value)
        self.fixed = False
        code = self.writer.lift.value(tree)
        if type_ != MONEY:
            return code
        if self.writer.lift.typed(tree).nullable:
            return f"cents_or_null({code})"
        return f"quantize({code}, {self.writer.constant(CENT)})"


def output_name(position: int) -> str:
    """The parameter for an output that another function has made."""
    return f"o{position}"


def sealed(outcome: Outcome) -> Outcome:
    """An outcome that many decisions share: its values cannot be changed."""
    return Outcome(outcome.status, MappingProxyType(dict(outcome.values)), outcome.rules, outcome.actions)


@dataclass(frozen=True, slots=True)
class Several:
    """The outcome of any number of rules, by the hit policy."""

    ruleset: CheckedRuleset
    rows: Sequence[Make]
    defaults: Make
    tail: Make
    actions: Sequence[Make]

    def outcome(self, hits: Sequence[int], arguments: tuple[Any, ...]) -> Outcome:
        """The outcome where exactly these rules hold; raises Unanswerable like the interpreter."""
        rules = self.ruleset.rules
        found = answer(self.ruleset, [self.rows[i](*arguments) for i in hits], self.defaults(*arguments))
        fired = [hits[i] for i in found.selected]
        names = tuple(rules[i].id for i in fired)
        if found.conflict:
            return Outcome("conflict", {}, names, ())
        values, actions = self.tail(*arguments, *found.values.values())
        required = [action for i in fired for action in self.actions[i](*arguments, *values.values())]
        return Outcome("decided", values, names, (*actions, *required))
