"""Generated functions: their constants, their statements, and where each name of the policy is found.

A ruleset becomes one function that reads the facts, and one for each rule that makes its outcome. What the
first has computed is handed to the second as arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from rules.engines.durable.lift import Lift
from rules.engines.durable.runtime import NAMES
from rules.engines.durable.view import View
from rules.model.expr import Ref
from rules.model.values import Value

CLOCK: Final = "as_of"
_INLINE: Final = {None: "None", True: "True", False: "False"}
_SHARED: Final = (bool, Decimal, str, dt.date)


class Pool:
    """The constants of one ruleset's functions, which share their globals."""

    def __init__(self) -> None:
        self.globals: dict[str, Any] = dict(NAMES) | {"__builtins__": {}}
        self._known: dict[tuple[type, str], str] = {}

    def constant(self, value: object) -> str:
        """The name of a constant; `None`, `True` and `False` are themselves."""
        if value is None or isinstance(value, bool):
            return _INLINE[value]
        # Equal numbers may be written differently (1 and 1.0), and that is kept: so the key is the text.
        key = (type(value), str(value)) if isinstance(value, _SHARED) else (type(value), f"#{id(value)}")
        if key not in self._known:
            name = f"k{len(self._known)}"
            self._known[key] = name
            self.globals[name] = value
        return self._known[key]

    def function(self, name: str, parameters: list[str], lines: list[str]) -> Callable[..., Any]:
        """Compiles a function of these lines and keeps it among the globals."""
        body = "".join(f"    {line}\n" for line in lines)
        source = f"def {name}({', '.join(parameters)}):\n{body}"
        exec(compile(source, f"<durable {name}>", "exec"), self.globals)
        made: Callable[..., Any] = self.globals[name]
        return made


class Reader:
    """The function that reads facts: every name it needs becomes a local variable, once."""

    def __init__(self, view: View, pool: Pool) -> None:
        self.view = view
        self.pool = pool
        self.short: set[str] = set()
        self.lift = Lift(view, self)
        self.lines: list[str] = []
        self.locals: dict[str, str] = {CLOCK: CLOCK}
        self._inputs: list[str] = []
        self._checks: list[str] = []
        self._requires: dict[str, str] = {}
        for name in sorted(view.ruleset.facts):
            if view.checked.fact(name).required:
                self._fact(name)
        for name in view.ruleset.requires:
            self._require(name)

    def constant(self, value: object) -> str:
        """See `Names`."""
        return self.pool.constant(value)

    def ref(self, ref: Ref) -> str:
        """See `Names`."""
        if ref.kind == "parameter":
            return self.constant(self.view.parameters[ref.name])
        if ref.name not in self.locals:
            self._add(ref)
        return self.locals[ref.name]

    def prelude(self) -> list[str]:
        """Reads the facts and the outcomes it stands on; it raises or answers None where one is missing."""
        missing = " or ".join(f"{name} is None" for name in self._checks)
        return [*self._inputs, *([f"if {missing}: return None"] if missing else []), *self._outputs()]

    def _add(self, ref: Ref) -> None:
        if ref.kind == "fact":
            self._fact(ref.name)
        elif ref.kind == "let":
            code = self.lift.value(self.view.ruleset.lets[ref.name])
            self.locals[ref.name] = name = f"v{len(self.locals)}"
            self.lines.append(f"{name} = {code}")
            if code in self.short:
                self.short.add(name)
        elif ref.kind == "required":
            self.locals[ref.name] = f"r{len(self.locals)}"
        else:
            raise KeyError(ref.name)

    def _fact(self, name: str) -> None:
        fact = self.view.checked.fact(name)
        local = self.locals[name] = f"f{len(self.locals)}"
        if fact.required:
            self._inputs.append(f"{local} = facts[{self.constant(name)}]")
            self._checks.append(local)
            return
        self._inputs.append(f"{local} = facts.get({self.constant(name)})")
        if fact.when_absent is not None:
            self._inputs.append(f"if {local} is None: {local} = {self.constant(fact.when_absent)}")

    def _require(self, name: str) -> None:
        local = self._requires[name] = f"d{len(self._requires)}"
        self._inputs.append(f"{local} = decided[{self.constant(name)}]")

    def _outputs(self) -> list[str]:
        """The outputs of other rulesets that are read."""
        lines = []
        for name, local in self.locals.items():
            ruleset, _, output = name.rpartition(".")
            if local.startswith("r") and ruleset in self._requires:
                lines.append(f"{local} = {self._requires[ruleset]}[{self.constant(output)}]")
        return lines


class Writer:
    """The function that makes one outcome. Computed facts that the reader has not computed, it computes."""

    def __init__(self, reader: Reader, arguments: dict[str, str]) -> None:
        self.reader = reader
        self.arguments = arguments
        self.short = reader.short
        self.lift = Lift(reader.view, self)
        self.lines: list[str] = []
        self.locals: dict[str, str] = {}

    def constant(self, value: object) -> str:
        """See `Names`."""
        return self.reader.constant(value)

    def ref(self, ref: Ref) -> str:
        """See `Names`."""
        if ref.kind == "parameter":
            return self.reader.ref(ref)
        if ref.name in self.locals:
            return self.locals[ref.name]
        if ref.kind == "let" and ref.name not in self.reader.locals:
            return self.store(ref.name, self.lift.value(self.reader.view.ruleset.lets[ref.name]))
        self.arguments[ref.name] = self.reader.ref(ref)
        return self.arguments[ref.name]

    def store(self, name: str, code: str) -> str:
        """Computes a value and gives it a name."""
        local = f"w{len(self.lines)}"
        self.lines.append(f"{local} = {code}")
        self.locals[name] = local
        return local


def shared(value: Value) -> bool:
    """Whether outcomes may share the value, as nobody can change it."""
    return value is None or isinstance(value, _SHARED)
