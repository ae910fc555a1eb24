"""What a builtin is: its names of parameters, their kinds, and how arguments are bound to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rules.feel import kinds
from rules.feel.errors import FeelFault
from rules.feel.functions import Native
from rules.feel.kinds import described, kind_of
from rules.feel.operators import ORDERED
from rules.feel.types import midnight
from rules.model.values import DateTime, Value

ANY: Final = "any"


class Runtime(Protocol):
    """What the evaluator lends to the few builtins that need more than their arguments."""

    def invoke(self, function: Value, arguments: Sequence[Value]) -> Value:
        """The value of a function for these arguments."""

    def step(self, count: int = 1) -> None:
        """Count so many steps of work; ends the evaluation where they are too many."""

    def now(self) -> DateTime:
        """The injected clock; raises `FeelFault` where there is none."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `kinds` are those it takes, `any` for all; a `nullable` one is given null as it is."""

    name: str
    kinds: tuple[str, ...]
    optional: bool = False
    nullable: bool = False
    repeated: bool = False

    def accept(self, value: Value) -> Value:
        """The value, converted as for any argument; raises `FeelFault` where it does not fit."""
        if value is None or ANY in self.kinds or kind_of(value) in self.kinds:
            return value
        if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in self.kinds:
            return value[0]
        if kinds.LIST in self.kinds:
            return [value]
        if kinds.DATE_TIME in self.kinds and kind_of(value) == kinds.DATE:
            return midnight(value)
        raise FeelFault(f"`{self.name}` takes {_either(self.kinds)}, not {described(value)}")


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a builtin; `result` is the kind of its value, `runtime` says it takes a `Runtime`."""

    parameters: tuple[Parameter, ...]
    function: Callable[..., Value]
    result: str
    runtime: bool = False

    @property
    def arity(self) -> tuple[int, int | None]:
        """The least and the greatest number of arguments; None where there is no bound."""
        least = sum(not parameter.optional for parameter in self.parameters)
        endless = any(parameter.repeated for parameter in self.parameters)
        return least, None if endless else len(self.parameters)

    def positional(self, arguments: Sequence[Value]) -> list[tuple[Parameter, Value]] | None:
        """Each argument with its parameter, or None where their number does not fit."""
        least, most = self.arity
        if len(arguments) < least or (most is not None and len(arguments) > most):
            return None
        last = self.parameters[-1] if self.parameters else None
        spread = list(self.parameters) + [last] * max(0, len(arguments) - len(self.parameters))
        return [(p, value) for p, value in zip(spread, arguments, strict=False) if p is not None]

    def named(self, arguments: Sequence[Value], names: Sequence[str]) -> list[tuple[Parameter, Value]] | None:
        """Each argument with its parameter, in the parameters' order, or None where a name does not fit."""
        given = dict(zip(names, arguments, strict=True))
        known = {parameter.name for parameter in self.parameters}
        if len(given) < len(names) or not given.keys() <= known:
            return None
        if any(p.name not in given and not p.optional for p in self.parameters):
            return None
        # A gap before a later optional argument is null, which an optional parameter takes as absent.
        filled = [(p, given.get(p.name)) for p in self.parameters]
        while filled and filled[-1][0].name not in given:
            filled.pop()
        return filled


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(Native):
    """A function of the language; equal only to itself."""

    name: str
    overloads: tuple[Overload, ...]

    def call(self, runtime: Runtime, arguments: Sequence[Value], names: Sequence[str] | None = None) -> Value:
        """The value for these arguments; null for a null argument; raises `FeelFault` where none fits."""
        failure: FeelFault | None = None
        for overload in self.overloads:
            bound = overload.positional(arguments) if names is None else overload.named(arguments, names)
            if bound is None:
                continue
            try:
                values = [parameter.accept(value) for parameter, value in bound]
            except FeelFault as fault:
                failure = fault
                continue
            if any(v is None and not p.nullable for (p, _), v in zip(bound, values, strict=True)):
                return None
            return overload.function(*([runtime] if overload.runtime else []), *values)
        raise failure or FeelFault(self._misfit(len(arguments), names))

    def _misfit(self, count: int, names: Sequence[str] | None) -> str:
        ways = " or ".join(f"`{self.name}({_listed(overload)})`" for overload in self.overloads)
        given = "arguments of these names" if names else "1 argument" if count == 1 else f"{count} arguments"
        return f"{ways} does not take {given}"


def _listed(overload: Overload) -> str:
    return ", ".join(
        f"{p.name}{'...' if p.repeated else ''}{'?' if p.optional else ''}" for p in overload.parameters
    )


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"a {name}" for name in names)


_PARAMETER = re.compile(
    r"(?P<name>[^:?.]+)(?P<repeated>\.\.\.)?(?P<optional>\?)?: (?P<kinds>[^?]+)(?P<nullable>\?)?"
)
_SHORT: Final = {
    "duration": (kinds.DAYS, kinds.MONTHS),
    "days": (kinds.DAYS,),
    "moment": (kinds.DATE, kinds.DATE_TIME),
    "point": tuple(sorted(ORDERED)),
}


def overload(signature: str, function: Callable[..., Value], runtime: bool = False) -> Overload:
    """An overload from its signature: `list: list, position: number, scale?: number -> number`.

    `name?` may be left out, `name...` may come again and again, `kind?` takes null, `a|b` takes either.
    """
    text, _, result = signature.partition("-> ")
    parameters = tuple(_parameter(part.strip()) for part in text.split(",") if part.strip())
    return Overload(parameters, function, result.strip() or ANY, runtime)


def _parameter(text: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    assert found is not None, text
    takes = tuple(kind for name in found["kinds"].split("|") for kind in _SHORT.get(name, (name,)))
    nullable = bool(found["nullable"]) or ANY in takes
    return Parameter(found["name"], takes, bool(found["optional"]), nullable, bool(found["repeated"]))


def builtin(name: str, *overloads: Overload) -> Builtin:
    """A builtin with its ways of being called, tried in order."""
    return Builtin(name, overloads)


def numbers_of(items: list[Any], what: str) -> list[Any] | None:
    """The list if it holds numbers alone; None where it holds a null; raises `FeelFault` for other kinds."""
    wrong = next((item for item in items if item is not None and kind_of(item) != kinds.NUMBER), None)
    if wrong is not None:
        raise FeelFault(f"`{what}` takes numbers, not {described(wrong)}")
    return None if None in items else items
