"""FEEL trees as Python source.

The source is made from trees alone: every constant and every name of the policy is an entry of the pool
(`k7`), so that no text of a rule file is ever part of it. Common nodes become Python operators; whatever is
rare is handed to the evaluator as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rules.check.checked import Typed
from rules.engines.durable.desugar import desugar
from rules.engines.durable.faults import may_fault
from rules.engines.durable.lift_calls import call, filtered
from rules.engines.durable.liftable import Names, UnliftableError, simple
from rules.engines.durable.view import View
from rules.model.expr import (
    And, Arithmetic, Call, Comparison, ContextOf, Expr, Filter, If, ListOf, Name, Negate, Or,
    Path, Quantified, Ref,
)  # fmt: skip
from rules.model.types import DATE, NUMERIC, YEARS, ListType, Record
from rules.model.values import Range, Value
from rules.model.walk import children, descendants

MAX_HEIGHT: Final = 40
"""Deeper expressions are evaluated, because Python's own parser has a limit."""

_NUMERIC_CALLS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


class Lift:
    """Writes expressions of one ruleset as Python; `locals_` are the names of a list's items."""

    def __init__(self, view: View, names: Names, locals_: Mapping[str, tuple[str, Typed]] | None = None) -> None:
        self.view = view
        self.names = names
        self.locals = locals_ or {}

    # --- what is asked for ---------------------------------------------------------------------

    def value(self, tree: Expr) -> str:
        """An expression with the FEEL value of the tree; it raises where FEEL has a fault."""
        constant = self.view.constant(tree)
        if constant is not None:
            return self.constant(constant.value)
        try:
            return self._value(tree) if height(tree) <= MAX_HEIGHT else self._opaque(tree)
        except UnliftableError:
            return self._opaque(tree)

    def constant(self, value: Value) -> str:
        """A constant; lists and records are made anew each time, as whoever gets one may change it."""
        if isinstance(value, list):
            return "[" + "".join(f"{self.constant(item)}, " for item in value) + "]"
        name = self.names.constant(value)
        return f"fresh({name})" if isinstance(value, dict | Range) else name

    def read(self, tree: Expr) -> str:
        """A value that is only looked into: a constant list or record of scalars need not be made anew."""
        constant = self.view.constant(tree)
        if constant is None or not flat(constant.value):
            return self.value(tree)
        return self.names.constant(constant.value)

    def truth(self, tree: Expr) -> str:
        """An expression that is True where the tree is true and False where it is false or null."""
        constant = self.view.constant(tree)
        if constant is not None:
            return str(constant.value is True)
        try:
            return self._truth(tree)
        except UnliftableError:
            return f"({self._opaque(tree)} is True)"

    def _truth(self, tree: Expr) -> str:
        tree = desugar(tree, self.typed)
        match tree:
            case And(left=left, right=right):
                # Python's `and` would pass over a fault in what follows a null; `&` evaluates both.
                operator = "&" if may_fault(right, self.view, lets=False) else "and"
                return f"({self.truth(left)} {operator} {self.truth(right)})"
            case Or(left=left, right=right):
                return f"({self.truth(left)} or {self.truth(right)})"
            case Comparison() if (code := self._true_order(tree)) is not None:
                return code
            case Quantified() if (code := self._quantified(tree)) is not None:
                return code
        return f"({self.value(tree)} is True)" if self.typed(tree).nullable else self.value(tree)

    def typed(self, tree: Expr) -> Typed:
        """The type of a tree under the local names."""
        return self.view.typed(tree, {name: typed for name, (_, typed) in self.locals.items()})

    def within(self, locals_: Mapping[str, tuple[str, Typed]]) -> Lift:
        """The lift for what stands inside a loop."""
        return Lift(self.view, self.names, {**self.locals, **locals_})

    def items(self, tree: Expr) -> str:
        """A list to loop over: either its length has been checked, or that of the list it was made from."""
        code = self.read(tree)
        return code if code in self.names.short else self.short(f"checked_list({code})")

    def short(self, code: str) -> str:
        """The same code, known to make a list no longer than one that was checked."""
        self.names.short.add(code)
        return code

    # --- nodes ---------------------------------------------------------------------------------

    def _value(self, tree: Expr) -> str:
        tree = desugar(tree, self.typed)
        match tree:
            case Ref():
                return self.names.ref(tree)
            case Name(name=name) if name in self.locals:
                return self.locals[name][0]
            case Path():
                return self._path(tree)
            case Negate(operand=operand) if self.typed(operand).type in NUMERIC:
                return self.called("minus", (operand,))
            case Arithmetic():
                return self._arithmetic(tree)
            case Comparison():
                return self._comparison(tree)
            case And(left=left, right=right):
                return self._connective("both", "and", left, right)
            case Or(left=left, right=right):
                return self._connective("either", "or", left, right)
            case If(condition=condition, then=then, otherwise=otherwise):
                return f"({self.value(then)} if {self.truth(condition)} else {self.value(otherwise)})"
            case ListOf(items=items):
                return self.short("[" + "".join(f"{self.value(item)}, " for item in items) + "]")
            case ContextOf():
                return self._context(tree)
        return self._long(tree)

    def _long(self, tree: Expr) -> str:
        if isinstance(tree, Filter):
            return filtered(self, tree)
        if isinstance(tree, Call):
            return call(self, tree)
        if isinstance(tree, Quantified) and not self.typed(tree.condition).nullable:
            code = self._quantified(tree)
            if code is not None:
                return code
        raise UnliftableError

    def _path(self, tree: Path) -> str:
        base = self.typed(tree.base).type
        key = self.names.constant(tree.name)
        if isinstance(base, Record):
            return f"{self.read(tree.base)}[{key}]"
        if isinstance(base, ListType) and isinstance(base.item, Record):
            return self.short(f"[x.get({key}) for x in {self.items(tree.base)}]")
        return f"property_of({self.value(tree.base)}, {key})"

    def _context(self, tree: ContextOf) -> str:
        """A record whose entries do not read each other."""
        named = {name for name, _ in tree.entries}
        parts = (node for _, value in tree.entries for node in descendants(value))
        if any(isinstance(node, Name) and node.name in named for node in parts):
            raise UnliftableError
        return "{" + "".join(f"{self.names.constant(n)}: {self.value(v)}, " for n, v in tree.entries) + "}"

    def _arithmetic(self, tree: Arithmetic) -> str:
        operands = (tree.left, tree.right)
        kinds = tuple(self.typed(operand).type for operand in operands)
        if all(kind in NUMERIC for kind in kinds):
            return self.called(_NUMERIC_CALLS[tree.op], operands)
        if tree.op == "+" and kinds == (DATE, YEARS):
            return self.called("date_plus", operands)
        return f"arithmetic({self.names.constant(tree.op)}, {self.value(tree.left)}, {self.value(tree.right)})"

    def called(self, function: str, arguments: Sequence[Expr]) -> str:
        """A call of a function that takes no null, and whose result is null where an argument is."""
        codes = [self.value(argument) for argument in arguments]
        pairs = zip(codes, arguments, strict=True)
        nullable = [code for code, argument in pairs if self.typed(argument).nullable]
        if not all(code.isidentifier() for code in nullable):
            return f"or_null({', '.join([function, *codes])})"
        tests = " or ".join(f"{code} is None" for code in nullable)
        call_ = f"{function}({', '.join(codes)})"
        return f"(None if {tests} else {call_})" if tests else call_

    def _comparison(self, tree: Comparison) -> str:
        if tree.op in ("=", "!="):
            for side, other in ((tree.left, tree.right), (tree.right, tree.left)):
                constant = self.view.constant(side)
                if constant is not None and constant.value is None:
                    return f"({self.value(other)} is {'not ' if tree.op == '!=' else ''}None)"
        first, second = self.typed(tree.left), self.typed(tree.right)
        left, right = self.value(tree.left), self.value(tree.right)
        if not simple(first.type, second.type):
            return f"compare({self.names.constant(tree.op)}, {left}, {right})"
        if tree.op in ("=", "!="):
            return f"({left} {'==' if tree.op == '=' else '!='} {right})"
        if not first.nullable and not second.nullable:
            return f"({left} {tree.op} {right})"
        if tree.op in (">", ">="):
            left, right = right, left
        return f"{'less' if tree.op in ('<', '>') else 'at_most'}({left}, {right})"

    def _true_order(self, tree: Comparison) -> str | None:
        """An order of names that may be null, tested in place."""
        sides = (tree.left, tree.right)
        typed = [self.typed(side) for side in sides]
        nullable = [side for side, t in zip(sides, typed, strict=True) if t.nullable]
        named = all(isinstance(side, Ref) or self.view.constant(side) is not None for side in sides)
        if not nullable or tree.op in ("=", "!=") or not named or not simple(typed[0].type, typed[1].type):
            return None
        there = " and ".join(f"{self.value(side)} is not None" for side in nullable)
        return f"({there} and {self.value(tree.left)} {tree.op} {self.value(tree.right)})"

    def _connective(self, function: str, operator: str, left: Expr, right: Expr) -> str:
        if not self.typed(left).nullable and not self.typed(right).nullable:
            return f"({self.value(left)} {operator} {self.value(right)})"
        return f"{function}({self.value(left)}, {self.value(right)})"

    def _quantified(self, tree: Quantified) -> str | None:
        """`some` and `every` over one list, where only true matters."""
        iterator = tree.iterators[0]
        source = self.typed(iterator.source).type
        if len(tree.iterators) > 1 or iterator.to is not None or not isinstance(source, ListType):
            return None
        if self.locals:
            raise UnliftableError  # loops inside loops are bounded by the interpreter alone
        name = f"i{len(self.locals)}"
        inner = self.within({iterator.name: (name, Typed(source.item))})
        condition = inner.truth(tree.condition)
        function = "any" if tree.kind == "some" else "all"
        # A list, not a generator: a fault after the deciding item counts as well.
        return f"{function}([{condition} for {name} in {self.items(iterator.source)}])"

    def _opaque(self, tree: Expr) -> str:
        if self.locals:
            raise UnliftableError
        refs = {node.name: node for node in descendants(tree) if isinstance(node, Ref)}
        entries = "".join(f"{self.names.constant(n)}: {self.names.ref(refs[n])}, " for n in sorted(refs))
        return f"opaque({self.names.constant(tree)}, {{{entries}}})"


def flat(value: Value) -> bool:
    """Whether nothing can be reached through a value that somebody might change."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(part, list | dict) for part in parts)


def height(tree: Expr) -> int:
    """How many nodes lie on the longest way down, as far as that matters."""
    level, rows = [tree], 0
    while level and rows <= MAX_HEIGHT:
        level = [child for node in level for child in children(node)]
        rows += 1
    return rows
