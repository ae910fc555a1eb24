"""What an expression may name, and what kind of thing each name is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.check.checked import Typed
from rules.model.calendar import Calendar
from rules.model.expr import RefKind
from rules.model.types import Enum


@dataclass(frozen=True, slots=True)
class Scope:
    """Names known to the policy (`known`), and local ones: `item`, loop variables, `?`; and its calendar."""

    known: Mapping[str, tuple[Typed, RefKind]]
    locals: Mapping[str, Typed] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def within(self, locals_: Mapping[str, Typed]) -> Scope:
        """The scope inside a filter, loop or test, where the inner names win."""
        return replace(self, locals={**self.locals, **locals_})

    def members(self, group: str) -> list[str]:
        """The dotted names that begin with a group's name."""
        return [name for name in self.known if name.startswith(group + ".")]

    def enum_values(self) -> frozenset[str]:
        """Every value of every enum known here."""
        types = (typed.type for typed, _ in self.known.values())
        return frozenset(value for type_ in types if isinstance(type_, Enum) for value in type_.values)
