"""Tree to text: the canonical notation. `parse(show(tree)) == tree` for every tree the parser makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from rules.feel.names import LABEL
from rules.feel.powers import (
    ADDITION,
    AND,
    ATOM,
    COMPARISON,
    MULTIPLICATION,
    NEGATION,
    OPEN,
    OR,
    POSTFIX,
    POWER,
)
from rules.feel.temporal_text import format_temporal
from rules.model.calendar import Calendar
from rules.model.expr import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    ContextOf,
    Expr,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    Iterator,
    ListOf,
    Literal,
    Name,
    Negate,
    Or,
    Path,
    Quantified,
    Ref,
    UnaryTests,
)  # fmt: skip
from rules.model.values import DECIMAL128, Value

_ARITHMETIC: Final = {"+": ADDITION, "-": ADDITION, "*": MULTIPLICATION, "/": MULTIPLICATION, "**": POWER}
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def show(node: Expr) -> str:
    """The canonical text of an expression, or of the tests of a cell."""
    return _SHOW[type(node)](node)


def show_string(text: str) -> str:
    """A text as a string literal."""
    return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'


def show_number(number: Decimal) -> str:
    """A number without exponent and without closing noughts."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _number(number: Decimal) -> str:
    """The literal of a number; one far from 1 keeps its exponent, for a row of noughts nobody can count."""
    if not number or abs(number.adjusted()) < DECIMAL128.prec:
        return show_number(number)
    return f"{number.normalize(DECIMAL128):e}".replace("e+", "e")


def _binding(node: Expr) -> int:
    if isinstance(node, Arithmetic):
        return _ARITHMETIC[node.op]
    if isinstance(node, Literal):
        negative = isinstance(node.value, Decimal) and node.value.is_signed()
        return NEGATION if negative else ATOM
    return _BINDING.get(type(node), ATOM)


def _at(node: Expr, binding: int) -> str:
    """The operand, in parentheses where it binds more loosely than its place asks."""
    return show(node) if _binding(node) >= binding else f"({show(node)})"


def _literal(node: Literal) -> str:
    value: Value = node.value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Calendar):
        return repr(value)
    return show_string(value) if isinstance(value, str) else f'@"{format_temporal(value)}"'


def _name(node: Name | Ref) -> str:
    return node.name


def _path(node: Path) -> str:
    return f"{_at(node.base, POSTFIX)}.{node.name}"


def _negate(node: Negate) -> str:
    return f"-{_at(node.operand, NEGATION)}"


def _arithmetic(node: Arithmetic) -> str:
    binding = _ARITHMETIC[node.op]
    return f"{_at(node.left, binding)} {node.op} {_at(node.right, binding + 1)}"


def _comparison(node: Comparison) -> str:
    return f"{_at(node.left, COMPARISON)} {node.op} {_at(node.right, ADDITION)}"


def _and(node: And) -> str:
    return f"{_at(node.left, AND)} and {_at(node.right, COMPARISON)}"


def _or(node: Or) -> str:
    return f"{_at(node.left, OR)} or {_at(node.right, AND)}"


def _between(node: Between) -> str:
    value, low, high = _at(node.value, COMPARISON), _at(node.low, ADDITION), _at(node.high, ADDITION)
    return f"{value} between {low} and {high}"


def _in(node: In) -> str:
    value = _at(node.value, COMPARISON)
    if len(node.tests) == 1 and isinstance(node.tests[0], Interval):
        return f"{value} in {show(node.tests[0])}"
    return f"{value} in ({', '.join(map(_test, node.tests))})"


def _test(node: Expr) -> str:
    if isinstance(node, CompareTest):
        return f"{node.op} {_at(node.operand, OPEN)}"
    return show(node)


def _interval(node: Interval) -> str:
    low, high = ("[" if node.low_closed else "("), ("]" if node.high_closed else ")")
    return f"{low}{show(node.low)}..{show(node.high)}{high}"


def _compare_test(node: CompareTest) -> str:
    return f"({_test(node)})"


def _unary_tests(node: UnaryTests) -> str:
    if node.any_value:
        return "-"
    tests = ", ".join(map(_test, node.tests))
    return f"not({tests})" if node.negated else tests


def _if(node: If) -> str:
    return f"if {show(node.condition)} then {show(node.then)} else {show(node.otherwise)}"


def _iterators(iterators: tuple[Iterator, ...]) -> str:
    return ", ".join(
        f"{i.name} in {show(i.source)}" + (f"..{show(i.to)}" if i.to is not None else "") for i in iterators
    )


def _for(node: For) -> str:
    return f"for {_iterators(node.iterators)} return {show(node.body)}"


def _quantified(node: Quantified) -> str:
    return f"{node.kind} {_iterators(node.iterators)} satisfies {show(node.condition)}"


def _filter(node: Filter) -> str:
    return f"{_at(node.base, POSTFIX)}[{show(node.condition)}]"


def _call(node: Call) -> str:
    if node.names is None:
        given = [show(argument) for argument in node.arguments]
    else:
        given = [f"{name}: {show(a)}" for name, a in zip(node.names, node.arguments, strict=True)]
    return f"{_at(node.function, POSTFIX)}({', '.join(given)})"


def _list_of(node: ListOf) -> str:
    return f"[{', '.join(map(show, node.items))}]"


def _context_of(node: ContextOf) -> str:
    return "{" + ", ".join(f"{_key(key)}: {show(value)}" for key, value in node.entries) + "}"


def _key(key: str) -> str:
    found = LABEL.fullmatch(key + ":")
    return key if found and found[1] == key and " ".join(key.split()) == key else show_string(key)


def _function_of(node: FunctionOf) -> str:
    parameters = ", ".join(name + (f": {of}" if of else "") for name, of in node.parameters)
    return f"function({parameters}) {'external ' if node.external else ''}{show(node.body)}"


def _instance_of(node: InstanceOf) -> str:
    return f"{_at(node.value, COMPARISON)} instance of {node.type}"


_BINDING: Final[Mapping[type[Any], int]] = MappingProxyType(
    {
        Negate: NEGATION,
        Comparison: COMPARISON,
        Between: COMPARISON,
        In: COMPARISON,
        InstanceOf: COMPARISON,
        And: AND,
        Or: OR,
        If: OPEN,
        For: OPEN,
        Quantified: OPEN,
        FunctionOf: OPEN,
        UnaryTests: OPEN,
        Path: POSTFIX,
        Filter: POSTFIX,
        Call: POSTFIX,
    }
)

_SHOW: Final[Mapping[type[Any], Callable[[Any], str]]] = MappingProxyType(
    {
        Literal: _literal,
        Name: _name,
        Ref: _name,
        Path: _path,
        Negate: _negate,
        Arithmetic: _arithmetic,
        Comparison: _comparison,
        And: _and,
        Or: _or,
        Between: _between,
        In: _in,
        Interval: _interval,
        CompareTest: _compare_test,
        UnaryTests: _unary_tests,
        If: _if,
        For: _for,
        Quantified: _quantified,
        Filter: _filter,
        Call: _call,
        ListOf: _list_of,
        ContextOf: _context_of,
        FunctionOf: _function_of,
        InstanceOf: _instance_of,
    }
)
