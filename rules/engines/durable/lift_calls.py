"""Function calls and filters as Python source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from rules.check.checked import Typed
from rules.engines.durable.liftable import UnliftableError, ordered, simple
from rules.feel import kinds
from rules.feel.builtins import BUILTINS, Builtin, Parameter
from rules.feel.builtins.base import ANY
from rules.feel.errors import FeelFault
from rules.feel.patterns import compiled
from rules.model.expr import Call, Comparison, Expr, Filter, FunctionOf, Name, Path
from rules.model.types import BOOLEAN, DATE, DAYS, NUMERIC, TEXT, YEARS, Enum, ListType, Record, Type
from rules.model.walk import references

if TYPE_CHECKING:
    from rules.engines.durable.lift import Lift

Arguments = Sequence[Expr]


def call(lift: Lift, tree: Call) -> str:
    """A call of a builtin."""
    name = tree.function.name if isinstance(tree.function, Name) else ""
    if tree.names is not None or name not in BUILTINS:
        raise UnliftableError
    special = _SPECIAL.get(name)
    code = special(lift, tree.arguments) if special is not None else None
    return code or _builtin(lift, BUILTINS[name], tree.arguments)


def filtered(lift: Lift, tree: Filter) -> str:
    """`list[condition]` with a condition that is never a position."""
    base = lift.typed(tree.base).type
    if lift.locals or not isinstance(base, ListType):
        raise UnliftableError
    inner = lift.within(_item_names(lift, base.item))
    if inner.typed(tree.condition).type != BOOLEAN:
        raise UnliftableError
    return lift.short(f"[x for x in {lift.items(tree.base)} if {inner.truth(tree.condition)}]")


def _item_names(lift: Lift, item: Type) -> Mapping[str, tuple[str, Typed]]:
    """What a filter's condition may name: the item, and the fields of a record."""
    names = {"item": ("x", Typed(item))}
    if isinstance(item, Record):
        fields = ((name, Typed(type_)) for name, type_ in item.fields)
        names.update({name: (f"x[{lift.names.constant(name)}]", typed) for name, typed in fields})
    return names


def _builtin(lift: Lift, function: Builtin, arguments: Arguments) -> str:
    """A builtin as it is; called past its checks of arguments where their types make them needless."""
    if any(isinstance(a, FunctionOf) for a in arguments) or any(o.runtime for o in function.overloads):
        raise UnliftableError
    overload = function.overloads[0]
    bound = overload.positional([lift.typed(a) for a in arguments]) if len(function.overloads) == 1 else None
    if bound and all(_fits(parameter, typed) for parameter, typed in bound):
        return lift.called(lift.names.constant(overload.function), arguments)
    return f"{lift.names.constant(function)}.call(None, [{', '.join(lift.value(a) for a in arguments)}])"


def _fits(parameter: Parameter, typed: Typed) -> bool:
    """Whether values of the type are taken as they are, and null, if it can come, as in all functions."""
    if ANY in parameter.kinds:
        return not typed.nullable
    return _kind(typed.type) in parameter.kinds and not (typed.nullable and parameter.nullable)


def _kind(type_: Type) -> str:
    """The one kind of the values of a type, "" where it may be several."""
    if isinstance(type_, Enum):
        return kinds.STRING
    if isinstance(type_, ListType):
        return kinds.LIST
    if isinstance(type_, Record):
        return kinds.CONTEXT
    return kinds.NUMBER if type_ in NUMERIC else _KINDS.get(type_, "")


_KINDS: Final[Mapping[Type, str]] = {
    BOOLEAN: kinds.BOOLEAN, TEXT: kinds.STRING, DATE: kinds.DATE, DAYS: kinds.DAYS, YEARS: kinds.MONTHS,
}  # fmt: skip


def _not(lift: Lift, arguments: Arguments) -> str | None:
    (operand,) = arguments
    code = lift.value(operand)
    return f"opposite({code})" if lift.typed(operand).nullable else f"(not {code})"


def _extreme(function: str) -> Callable[[Lift, Arguments], str | None]:
    """`min` and `max`: Python's keep the first of equals, as FEEL's do, and raise for null."""

    def code(lift: Lift, arguments: Arguments) -> str | None:
        types = [lift.typed(a).type for a in arguments]
        if len(arguments) == 1:
            (type_,) = types
            fits = isinstance(type_, ListType) and ordered(type_.item)
        else:
            fits = all(ordered(t) and simple(types[0], t) for t in types)
        if not fits:
            return None
        if any(lift.typed(a).nullable for a in arguments):
            return lift.called(function, arguments)
        codes = [lift.value(a) for a in arguments]
        if len(codes) == 2 and all(code.isidentifier() for code in codes):
            # Of two names, written out: a third of the time of the call, and the first of equals stays.
            one, other = codes
            return f"({other} if {other} {'<' if function == 'min' else '>'} {one} else {one})"
        return f"{function}({', '.join(codes)})"

    return code


def _count(lift: Lift, arguments: Arguments) -> str | None:
    (items,) = arguments
    code = lift.value(items)
    if not isinstance(lift.typed(items).type, ListType):
        return None
    return f"numbers[len({code})]" if code in lift.names.short else f"number(len({code}))"


def _sum(lift: Lift, arguments: Arguments) -> str | None:
    type_ = lift.typed(arguments[0]).type
    if len(arguments) > 1 or not isinstance(type_, ListType) or type_.item not in NUMERIC:
        return None
    return f"total({lift.value(arguments[0])})"


def _append(lift: Lift, arguments: Arguments) -> str | None:
    items, *new = arguments
    if not isinstance(lift.typed(items).type, ListType):
        return None
    return f"[*{lift.value(items)}, {', '.join(lift.value(a) for a in new)}]"


def _index_of(lift: Lift, arguments: Arguments) -> str | None:
    items, match = arguments
    type_, wanted = lift.typed(items).type, lift.view.constant(match)
    if not isinstance(type_, ListType) or wanted is None or not simple(type_.item, lift.typed(match).type):
        return None
    found = f"enumerate({lift.items(items)}, 1)"
    same = "is" if isinstance(wanted.value, bool) else "=="
    test = f"x {same} {lift.names.constant(wanted.value)}"
    return lift.short(f"[numbers[n] for n, x in {found} if {test}]")


def _sort(lift: Lift, arguments: Arguments) -> str | None:
    """`sort(list, function(a, b) a.x < b.x)`: by one entry, equals staying as they stand."""
    if len(arguments) != 2:
        return None
    items, precedes = arguments
    type_ = lift.typed(items).type
    if not isinstance(type_, ListType) or not isinstance(type_.item, Record) or lift.locals:
        return None
    match precedes:
        case FunctionOf(
            parameters=((first, None), (second, None)),
            body=Comparison(op="<" | ">" as op, left=Path(Name(a), key), right=Path(Name(b), other)),
        ) if (a, b) == (first, second) and key == other and first != second:
            field = type_.item.field(key)
        case _:
            return None
    if field is None or not ordered(field) or references(precedes):
        return None
    by = f"key={lift.names.constant(itemgetter(key))}" + (", reverse=True" if op == ">" else "")
    return lift.short(f"sorted({lift.items(items)}, {by})")


def _get_value(lift: Lift, arguments: Arguments) -> str | None:
    record, key = arguments
    is_text = lift.typed(key).type == TEXT or isinstance(lift.typed(key).type, Enum)
    if not isinstance(lift.typed(record).type, Record) or not is_text:
        return None
    return f"{lift.read(record)}.get({lift.value(key)})"


def _list_contains(lift: Lift, arguments: Arguments) -> str | None:
    items, element = arguments
    type_ = lift.typed(items).type
    if not isinstance(type_, ListType) or not simple(type_.item, lift.typed(element).type):
        return None
    return f"({lift.value(element)} in {lift.items(items)})"


def _matches(lift: Lift, arguments: Arguments) -> str | None:
    """`matches(text, pattern)` with the pattern made ready once."""
    text, *rest = arguments
    constants = [lift.view.constant(a) for a in rest]
    code = lift.value(text)
    values = [c.value for c in constants if c is not None and isinstance(c.value, str)]
    if len(values) < len(arguments) - 1 or _kind(lift.typed(text).type) != kinds.STRING:
        return None
    try:
        pattern = compiled(values[0], "".join(values[1:]))
    except FeelFault:
        return None
    if not pattern.quick or (lift.typed(text).nullable and not code.isidentifier()):
        return None
    found = f"{lift.names.constant(pattern)}.found({code})"
    return f"(None if {code} is None else {found})" if lift.typed(text).nullable else found


_SPECIAL: Final[Mapping[str, Callable[[Lift, Arguments], str | None]]] = {
    "not": _not, "min": _extreme("min"), "max": _extreme("max"), "count": _count, "sum": _sum,
    "append": _append, "index of": _index_of, "sort": _sort, "get value": _get_value,
    "list contains": _list_contains, "matches": _matches,
}  # fmt: skip
