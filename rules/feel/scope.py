"""Names and their values, nested as the expression nests them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.model.values import Value


class Scope(Mapping[str, Value]):
    """The names of one form in front of those around it; the outermost may be any mapping, lazy ones too."""

    __slots__ = ("_names", "_outer")

    def __init__(self, names: Mapping[str, Value], outer: Mapping[str, Value]) -> None:
        self._names = names
        self._outer = outer

    def __getitem__(self, name: str) -> Value:
        scope: Mapping[str, Value] = self
        while isinstance(scope, Scope):
            if name in scope._names:
                return scope._names[name]
            scope = scope._outer
        return scope[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._names, **dict.fromkeys(self._outer)})

    def __len__(self) -> int:
        return sum(1 for _ in self)
