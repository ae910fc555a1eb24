"""What a setting is: a field with a meaning, from which its variable, its option and its documentation are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from environs import Env, validate


@dataclass(frozen=True, slots=True)
class Means:
    """What a setting means, as an annotation of its field. The bounds are for numbers, both included."""

    meaning: str
    lowest: float | None = None
    highest: float | None = None
    internal: bool = False
    """Handed from process to process of one service: not an option, and not documented."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, described."""

    name: str
    kind: type
    """`Path`, `str`, `int`, `float`, `bool`, or `tuple` for texts with commas between them."""
    standard: Any
    meaning: str
    choices: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    internal: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.name.upper()

    @property
    def option(self) -> str:
        """The option of `run.py serve`."""
        return "--" + self.name.replace("_", "-")

    @property
    def expected(self) -> str:
        """What may be written, in words."""
        if self.choices:
            return "one of " + ", ".join(f"`{choice}`" for choice in self.choices)
        return _WORDS[self.kind] + self._within()

    def read(self, env: Env, variables: Mapping[str, str]) -> Any:
        """The value in the environment; the standard if the variable is not there, or blank."""
        if not variables.get(self.variable, "").strip():
            return self.standard
        if self.kind is tuple:
            return tuple(env.list(self.variable))
        if self.choices:
            return env.str(self.variable, validate=validate.OneOf(self.choices))
        readers: dict[type, Any] = {Path: env.path, str: env.str, int: env.int, float: env.float, bool: env.bool}
        reader = readers[self.kind]
        if self.kind in (int, float):
            return reader(self.variable, validate=validate.Range(self.lowest, self.highest))
        return reader(self.variable)

    def text(self, value: Any) -> str:
        """The value as the environment holds it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return ",".join(value) if isinstance(value, tuple) else str(value)

    def _within(self) -> str:
        if self.lowest is not None and self.highest is not None:
            return f" from {self.lowest} to {self.highest}"
        return f" of at least {self.lowest}" if self.lowest is not None else ""


_WORDS: Mapping[type, str] = {
    Path: "a path", str: "a text", int: "a whole number", float: "a number", bool: "`true` or `false`",
    tuple: "texts with commas between them",
}  # fmt: skip


def described(settings: type) -> Iterator[Setting]:
    """The settings that are the fields of a dataclass, each annotated with what it means."""
    hints = get_type_hints(settings, include_extras=True)
    for one in fields(settings):
        hint, means = get_args(hints[one.name])
        if get_origin(hint) in (Union, UnionType):
            (hint,) = (part for part in get_args(hint) if part is not NoneType)
        choices = get_args(hint) if get_origin(hint) is Literal else ()
        kind = str if choices else get_origin(hint) or hint
        bounds = means.lowest, means.highest
        yield Setting(one.name, kind, one.default, means.meaning, choices, *bounds, means.internal)
