"""Calling functions: those of the language and those written in FEEL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rules.feel.arithmetic import MAX_LENGTH
from rules.feel.builtins import Builtin
from rules.feel.errors import FeelFault
from rules.feel.functions import Function
from rules.feel.kinds import described
from rules.feel.scope import Scope
from rules.feel.types import conform, parse_type
from rules.model.expr import Call, FunctionOf, Name
from rules.model.values import Value

if TYPE_CHECKING:
    from rules.feel.machine import Machine


def call(machine: Machine, node: Call, scope: Mapping[str, Value]) -> Value:
    """`function(arguments)`."""
    mark = machine.mark()
    function = machine.value(node.function, scope)
    if function is None and isinstance(node.function, Name):
        machine.forget(mark)
        raise FeelFault(f"there is no function `{node.function.name}`")
    arguments = [machine.value(argument, scope) for argument in node.arguments]
    return invoke(machine, function, arguments, node.names)


def invoke(
    machine: Machine, function: Value, arguments: Sequence[Value], names: Sequence[str] | None = None
) -> Value:
    """The value of a function for these arguments, given in order or by name."""
    if isinstance(function, Builtin):
        machine.weigh(arguments)
        found = _bounded(function.call(machine, arguments, names))
        machine.weigh((found,))
        return found
    if not isinstance(function, Function):
        raise FeelFault(f"{described(function)} is not a function")
    if function.external:
        raise FeelFault("functions outside the language are not called")
    return machine.value(function.body, Scope(_bound(function, arguments, names), function.scope))


def _bounded(value: Value) -> Value:
    """Builtins can double what they are given; what grows without bound is a fault before it is a danger."""
    if isinstance(value, str | list) and len(value) > MAX_LENGTH:
        raise FeelFault("the result is too long")
    return value


def _bound(function: Function, arguments: Sequence[Value], names: Sequence[str] | None) -> dict[str, Value]:
    wanted = [name for name, _ in function.parameters]
    given = dict(zip(names if names is not None else wanted, arguments, strict=False))
    if len(arguments) != len(wanted) or given.keys() != set(wanted):
        raise FeelFault(f"the function takes {_listed(wanted)}")
    return {
        name: given[name] if of is None else conform(given[name], parse_type(of))
        for name, of in function.parameters
    }


def _listed(names: list[str]) -> str:
    return "the arguments " + ", ".join(f"`{name}`" for name in names) if names else "no arguments"


def function_of(machine: Machine, node: FunctionOf, scope: Mapping[str, Value]) -> Value:
    """A function as a value: it keeps the names it was written among."""
    return Function(node.parameters, node.body, scope, node.external)
