"""Binding and typing of expressions, in one walk: names become references, every node gets a type.

One walk because they need each other: what `on` means inside `visits[on <= as_of]` depends on the type
of `visits`. A fault is reported once and typed `any`, so that it does not raise others behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from rules.check import algebra, messages
from rules.check.checked import Typed
from rules.check.messages import Finding
from rules.check.scope import Scope
from rules.check.signatures import COUNTED, PROPERTIES, SIGNATURES
from rules.check.structures import bind_structure
from rules.check.unary import bind_test
from rules.feel.evaluate import evaluate
from rules.feel.printer import show
from rules.model.expr import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    Expr,
    FunctionOf,
    If,
    In,
    Interval,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Ref,
    RefKind,
    UnaryTests,
)  # fmt: skip
from rules.model.types import (
    ANY,
    BOOLEAN,
    DAYS,
    NULL,
    NUMERIC,
    YEARS,
    Enum,
    ListType,
    Record,
    Type,
)  # fmt: skip
from rules.model.values import YearMonthDuration

Bound = tuple[Expr, Typed]
Report = Callable[[Node, Finding], None]
UNKNOWN = Typed(ANY, True)


def type_of(tree: Expr, types: Mapping[str, Typed]) -> Typed:
    """The type of an expression whose names are resolved; `types` as in `CheckedRuleset.types`."""
    kind: RefKind = "fact"
    binder = Binder(Scope({name: (typed, kind) for name, typed in types.items()}), lambda node, finding: None)
    return binder.bind(tree)[1]


class Binder:
    """Binds and types expressions in one scope, reporting what is wrong."""

    def __init__(self, scope: Scope, report: Report) -> None:
        self.scope = scope
        self.report = report

    def bind(self, node: Expr) -> Bound:
        """The tree with its names resolved, and its type."""
        match node:
            case Literal():
                return node, Typed(algebra.literal_type(node.value), node.value is None)
            case Ref():
                return node, self.scope.known.get(node.name, (UNKNOWN, node.kind))[0]
            case Name() | Path():
                return self._path(node)
            case Negate():
                return self._negate(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case And() | Or():
                return self._logic(node)
            case If():
                return self._if(node)
            case In() | Between() | UnaryTests() | CompareTest() | Interval():
                return self._test(node)
            case Call():
                return self._call(node)
            case _:
                return self._structure(node)

    # --- names ---------------------------------------------------------------------------------

    def _path(self, node: Name | Path) -> Bound:
        parts = dotted(node)
        if parts is None or parts[0] in self.scope.locals:
            return self._local(node)
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in self.scope.known:
                return self._known(node, name, len(parts) - length)
        text = ".".join(parts)
        members = self.scope.members(text)
        found = (
            messages.group_is_no_value(text, members)
            if members
            else messages.unknown_name(
                text, [*self.scope.known, *self.scope.locals], is_value=text in self.scope.enum_values()
            )
        )
        self.report(node, found)
        return node, UNKNOWN

    def _known(self, node: Name | Path, name: str, rest: int) -> Bound:
        """A reference to `name`, under the last `rest` steps of the path."""
        if rest == 0:
            typed, kind = self.scope.known[name]
            return Ref(name, kind, start=node.start, end=node.end), typed
        path = cast(Path, node)
        base, typed = self._known(cast("Name | Path", path.base), name, rest - 1)
        return replace(path, base=base), self._field(path, typed)

    def _local(self, node: Name | Path) -> Bound:
        if isinstance(node, Name):
            return node, self.scope.locals.get(node.name, UNKNOWN)
        base, typed = self.bind(node.base)
        return replace(node, base=base), self._field(node, typed)

    def _field(self, node: Path, base: Typed) -> Typed:
        type_ = base.type
        if isinstance(type_, ListType) and isinstance(type_.item, Record):
            inner = self._field(node, Typed(type_.item))
            return Typed(ListType(inner.type), base.nullable)
        if isinstance(type_, Record):
            found = type_.field(node.name)
            known = [n for n, _ in type_.fields]
        else:
            known = list(PROPERTIES.get(type_, {}))
            found = PROPERTIES.get(type_, {}).get(node.name)
        if found is None:
            if type_ != ANY:
                self.report(node, messages.unknown_field(node.name, messages.kind(type_), known))
            return UNKNOWN
        return Typed(found, base.nullable)

    # --- operators -----------------------------------------------------------------------------

    def _negate(self, node: Negate) -> Bound:
        operand, typed = self.bind(node.operand)
        if typed.type not in NUMERIC | {DAYS, YEARS, ANY}:
            self.report(node, messages.expected_type("a number", messages.kind(typed.type), "what `-` negates"))
        return replace(node, operand=operand), typed

    def _arithmetic(self, node: Arithmetic) -> Bound:
        (left, lt), (right, rt) = self.bind(node.left), self.bind(node.right)
        result = algebra.arithmetic(node.op, lt.type, rt.type)
        if result is None:
            self.report(node, messages.wrong_operands(node.op, messages.kind(lt.type), messages.kind(rt.type)))
            result = ANY
        return replace(node, left=left, right=right), Typed(result, lt.nullable or rt.nullable)

    def _comparison(self, node: Comparison) -> Bound:
        (left, lt), (right, rt) = self.bind(node.left), self.bind(node.right)
        self.compare(node, node.op, (left, lt), (right, rt))
        nullable = node.op not in ("=", "!=") and (lt.nullable or rt.nullable)
        return replace(node, left=left, right=right), Typed(BOOLEAN, nullable)

    def compare(self, node: Node, op: str, left: Bound, right: Bound) -> None:
        """Reports what can never hold about `left op right`."""
        (lx, lt), (rx, rt) = left, right
        for mine, other, tree in ((lt, rt, lx), (rt, lt, rx)):
            if mine.type == NULL:
                there = rx if tree is lx else lx
                if op not in ("=", "!="):
                    self.report(node, messages.not_comparable(op, NULL, other.type))
                elif not other.nullable and other.type != ANY:
                    self.report(node, messages.never_null(show(there)))
                return
            value = tree.value if isinstance(tree, Literal) else None
            if isinstance(other.type, Enum) and isinstance(value, str) and value not in other.type.values:
                self.report(tree, messages.not_an_allowed_value(value, other.type.values))
                return
        if not algebra.comparable(lt.type, rt.type):
            self.report(node, messages.not_comparable(op, lt.type, rt.type))
        elif op not in ("=", "!=") and not algebra.ordered(lt.type):
            self.report(node, messages.not_ordered(lt.type))

    def _logic(self, node: And | Or) -> Bound:
        (left, lt), (right, rt) = self.boolean(node.left), self.boolean(node.right)
        return replace(node, left=left, right=right), Typed(BOOLEAN, lt.nullable or rt.nullable)

    def boolean(self, node: Expr, where: str = "this operand") -> Bound:
        """Binds what must be true or false."""
        tree, typed = self.bind(node)
        if typed.type not in (BOOLEAN, ANY):
            self.report(node, messages.expected_type("true or false", messages.kind(typed.type), where))
        return tree, typed

    def _if(self, node: If) -> Bound:
        condition, _ = self.boolean(node.condition, "the condition")
        (then, tt), (otherwise, ot) = self.bind(node.then), self.bind(node.otherwise)
        joined = algebra.join(tt.type, ot.type)
        if joined is None:
            self.report(node, messages.branches_differ(messages.kind(tt.type), messages.kind(ot.type)))
            joined = ANY
        tree = replace(node, condition=condition, then=then, otherwise=otherwise)
        return tree, Typed(joined, tt.nullable or ot.nullable)

    # --- unary tests ---------------------------------------------------------------------------

    def _test(self, node: In | Between | UnaryTests | CompareTest | Interval) -> Bound:
        return bind_test(self, node)

    # --- functions and structures --------------------------------------------------------------

    def _call(self, node: Call) -> Bound:
        name = node.function.name if isinstance(node.function, Name) else ""
        if name not in SIGNATURES or node.names is not None:
            self.report(node.function, messages.unknown_function(name or "this", SIGNATURES))
            return node, UNKNOWN
        bound = [self.bind(a) for a in node.arguments[:1]]
        item = bound[0][1].type if bound else ANY
        bound += [self._argument(a, item) for a in node.arguments[1:]]
        rule, expected = SIGNATURES[name]
        result = rule([typed for _, typed in bound])
        if result is None:
            self.report(node, messages.wrong_arguments(name, expected))
            result = UNKNOWN
        if name == "duration" and isinstance(node.arguments[0], Literal):
            result = self._duration(node)
        if name in COUNTED and len(bound) == 2:
            bound.append((Literal(self.scope.calendar), Typed(ANY)))
        return replace(node, arguments=tuple(tree for tree, _ in bound)), result

    def _argument(self, node: Expr, first: Type) -> Bound:
        """An argument; a function over a list's items knows their type."""
        if isinstance(node, FunctionOf):
            item = Typed(first.item if isinstance(first, ListType) else ANY)
            inner = Binder(self.scope.within({n: item for n, _ in node.parameters}), self.report)
            return replace(node, body=inner.bind(node.body)[0]), Typed(ANY)
        return self.bind(node)

    def _duration(self, node: Call) -> Typed:
        value = evaluate(node, {})
        if value is None:
            self.report(node, messages.wrong_arguments("duration", "a text such as `\"P1Y\"` or `\"P30D\"`"))
        return Typed(YEARS if isinstance(value, YearMonthDuration) else DAYS)

    def _structure(self, node: Expr) -> Bound:
        return bind_structure(self, node)

    def within(self, locals_: Mapping[str, Typed]) -> Binder:
        """The binder for what stands inside a filter, loop or test."""
        return Binder(self.scope.within(locals_), self.report)


def dotted(node: Expr) -> list[str] | None:
    """`customer.size` as its parts; None where the path does not begin with a name."""
    parts: list[str] = []
    while isinstance(node, Path):
        parts.append(node.name)
        node = node.base
    return [node.name, *reversed(parts)] if isinstance(node, Name) else None
