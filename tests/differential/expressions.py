"""FEEL expressions that are well typed by construction, over the names of one ruleset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from rules.model.types import (
    BOOLEAN, DATE, DAYS, INTEGER, MONEY, NUMBER, NUMERIC, TEXT, YEARS, Enum, ListType, Record, Type,
)  # fmt: skip
from tests.differential import words

T = TypeVar("T")
Form = Callable[[], str]
COMPARISONS = ["=", "<", "<=", ">", ">=", "!="]


@dataclass(frozen=True)
class Names:
    """What an expression may read: names with their types, those that may be null, tables of parameters."""

    types: Mapping[str, Type]
    nullable: frozenset[str] = frozenset()
    keyed: Mapping[str, Enum] = None  # type: ignore[assignment]

    def of(self, *types: Type) -> list[str]:
        return [name for name, type_ in self.types.items() if type_ in types]

    def with_(self, more: Mapping[str, Type]) -> Names:
        return replace(self, types={**self.types, **more})


class Expressions:
    """Writes expressions of a wanted type, at most `depth` operators deep."""

    def __init__(self, draw: st.DrawFn, names: Names) -> None:
        self.draw = draw
        self.names = names

    def pick(self, options: Sequence[T]) -> T:
        return options[self.draw(st.integers(0, len(options) - 1))]

    def within(self, more: Mapping[str, Type]) -> Expressions:
        return Expressions(self.draw, self.names.with_(more))

    def of(self, type_: Type, depth: int) -> str:
        """An expression that may stand where a value of the type is wanted."""
        if isinstance(type_, Enum):
            return self._enum(type_)
        if isinstance(type_, ListType):
            return self.pick(self.lists_of(type_) or ["[]"])
        makers: dict[Type, Callable[[int], str]] = {
            BOOLEAN: self.boolean, INTEGER: self.integer, TEXT: self.text, DATE: self.date,
            DAYS: self.days, YEARS: self.years,
        }  # fmt: skip
        return makers.get(type_, self.number)(depth)

    def _any(self, simple: list[str], compound: list[Form], depth: int) -> str:
        """One of the atoms, or (while depth lasts) of the compounds."""
        if depth <= 0 or not compound:
            return self.pick(simple)
        at = self.draw(st.integers(0, 2 + len(compound) - 1))
        return self.pick(simple) if at < 2 else compound[at - 2]()

    def _if(self, part: Callable[[int], str], depth: int) -> str:
        return f"(if {self.boolean(depth - 1)} then {part(depth - 1)} else {part(depth - 1)})"

    # --- values --------------------------------------------------------------------------------

    def _enum(self, type_: Enum) -> str:
        fitting = [n for n, t in self.names.types.items() if isinstance(t, Enum) and set(t.values) <= set(type_.values)]
        return self.pick([*map(words.quoted, type_.values), *fitting])

    def lists_of(self, wanted: ListType | None = None) -> list[str]:
        return [n for n, t in self.names.types.items() if isinstance(t, ListType) and wanted in (None, t)]

    def integer(self, depth: int) -> str:
        sub, less = self.integer, depth - 1
        compound: list[Form] = [
            lambda: f"({sub(less)} {self.pick('+-*')} {sub(less)})",
            lambda: f"{self.pick(['floor', 'ceiling'])}({self.number(less)})",
            lambda: f"modulo({sub(less)}, {sub(less)})",
            lambda: f"{self.pick(['min', 'max'])}({sub(less)}, {sub(less)})",
            lambda: f"abs({sub(less)})",
            lambda: f"(-{sub(less)})",
            lambda: f"string length({self.text(less)})",
            lambda: f"{self.date(0)}.{self.pick(['year', 'month', 'day', 'weekday'])}",
            lambda: f"({self.date(less)} - {self.date(less)}).days",
            lambda: f"years and months duration({self.date(less)}, {self.date(0)}).{self.pick(['years', 'months'])}",
            lambda: self._if(sub, depth),
        ]
        if self.lists_of():
            compound += [lambda: f"count({self._list(less)})"] * 2
        return self._any([*words.WHOLE, *self.names.of(INTEGER)], compound, depth)

    def number(self, depth: int) -> str:
        sub, less = self.number, depth - 1
        compound: list[Form] = [
            lambda: f"({sub(less)} {self.pick('+-*/')} {sub(less)})",
            lambda: f"({sub(less)} / {sub(less)})",
            lambda: f"{self.pick(['min', 'max'])}({sub(less)}, {sub(less)})",
            lambda: f"{self.pick(['min', 'max', 'sum', 'mean'])}([{sub(less)}, {sub(0)}, {sub(0)}])",
            lambda: f"{self.pick(['decimal', 'round half up', 'round up', 'round down'])}({sub(less)}, {self.pick('012')})",  # noqa: E501
            lambda: f"abs({sub(less)})",
            lambda: f"(-{sub(less)})",
            lambda: f"({sub(less)} ** {self.pick('230')})",
            lambda: f"sqrt({sub(less)})",
            lambda: f"({self.days(less)} / {self.days(0)})",
            lambda: self.integer(depth),
            lambda: self._if(sub, depth),
        ]
        for name, keys in (self.names.keyed or {}).items():
            compound.append(lambda name=name, keys=keys: f"get value({name}, {self._enum(keys)})")  # type: ignore[misc]
        for name, item in self._fields(INTEGER, MONEY, NUMBER):
            compound.append(lambda n=name, i=item: f"{self.pick(['min', 'max', 'sum'])}({n}{i})")  # type: ignore[misc]
        return self._any([*self.names.of(*NUMERIC), *words.NUMBERS], compound, depth)

    def text(self, depth: int) -> str:
        sub, less = self.text, depth - 1
        enums = [n for n, t in self.names.types.items() if isinstance(t, Enum)]
        compound: list[Form] = [
            lambda: f"({sub(less)} + {sub(less)})",
            lambda: f"{self.pick(['upper case', 'lower case'])}({sub(less)})",
            lambda: f"substring({sub(less)}, {self.pick(['1', '2', '-1', self.integer(0)])})",
            lambda: f"substring {self.pick(['before', 'after'])}({sub(less)}, {sub(0)})",
            lambda: f"string({self.integer(less)})",
            lambda: self._if(sub, depth),
        ]
        return self._any([*map(words.quoted, words.TEXTS), *self.names.of(TEXT), *enums], compound, depth)

    def date(self, depth: int) -> str:
        less = depth - 1
        compound: list[Form] = [
            lambda: f"({self.date(less)} {self.pick('+-')} {self.pick([self.days, self.years])(less)})",
            lambda: f"{self.pick(['min', 'max'])}({self.date(less)}, {self.date(less)})",
            lambda: f"date({self.integer(0)}, {self.pick('127')}, {self.integer(0)})",
            lambda: self._if(self.date, depth),
        ]
        literals = [f'@"{d}"' for d in words.DAYS[:3]] + [f'date("{d}")' for d in words.DAYS[3:]]
        return self._any([*self.names.of(DATE), "as_of", *literals], compound, depth)

    def days(self, depth: int) -> str:
        less = depth - 1
        compound: list[Form] = [
            lambda: f"({self.date(less)} - {self.date(less)})",
            lambda: f"({self.days(less)} * {self.integer(less)})",
            lambda: f"({self.days(less)} + {self.days(0)})",
        ]
        return self._any([f'duration("{d}")' for d in words.SPANS] + self.names.of(DAYS), compound, depth)

    def years(self, depth: int) -> str:
        less = depth - 1
        compound: list[Form] = [
            lambda: f"years and months duration({self.date(less)}, {self.date(less)})",
            lambda: f"({self.years(less)} + {self.years(0)})",
        ]
        return self._any([f'@"{d}"' for d in words.MONTHS] + self.names.of(YEARS), compound, depth)

    # --- lists ---------------------------------------------------------------------------------

    def _records(self) -> list[tuple[str, Record]]:
        types = self.names.types.items()
        return [(n, t.item) for n, t in types if isinstance(t, ListType) and isinstance(t.item, Record)]

    def _fields(self, *wanted: Type) -> list[tuple[str, str]]:
        """Lists of values of these types, and fields of records: `(list, "")` or `(list, ".field")`."""
        types = self.names.types.items()
        plain = [(n, "") for n, t in types if isinstance(t, ListType) and t.item in wanted]
        return plain + [(n, f".{f}") for n, r in self._records() for f, t in r.fields if t in wanted]

    def _list(self, depth: int) -> str:
        name = self.pick(self.lists_of())
        type_ = self.names.types[name]
        if depth <= 0 or not isinstance(type_, ListType):
            return name
        return f"{name}[{self.filter(type_.item, depth - 1)}]"

    def filter(self, item: Type, depth: int) -> str:
        """A condition on the items of a list."""
        local: dict[str, Type] = dict(item.fields) if isinstance(item, Record) else {"item": item}
        return self.within(local).about(local, depth)

    def about(self, local: Mapping[str, Type], depth: int) -> str:
        """A condition that reads one of these names."""
        name = self.pick(sorted(local))
        return self.test(name, local[name], depth)

    # --- conditions ----------------------------------------------------------------------------

    def test(self, left: str, type_: Type, depth: int) -> str:
        """A comparison of one expression of the type."""
        if type_ == BOOLEAN:
            return self.pick([left, f"not({left})", f"({left} = {self.boolean(0)})"])
        if isinstance(type_, ListType):
            return f"count({left}) {self.pick(COMPARISONS)} {self.integer(0)}"
        if isinstance(type_, Enum):
            values = ", ".join(words.quoted(v) for v in type_.values[:2])
            return self.pick([f"{left} {self.pick(['=', '!='])} {self._enum(type_)}", f"{left} in ({values})"])
        low, high = self.of(type_, depth), self.of(type_, depth)
        if type_ == TEXT:
            text = self.pick(["contains", "starts with", "ends with"])
            return self.pick([f"{left} = {low}", f"{left} < {low}", f"{text}({left}, {low})", f"{left} in ({low}, {high})"])  # noqa: E501
        return self.pick([
            f"{left} {self.pick(COMPARISONS)} {low}",
            f"{left} in {self.pick('[(')}{low} .. {high}{self.pick('])')}",
            f"{left} between {low} and {high}",
            f"{left} in ({low}, > {high})",
        ])  # fmt: skip

    def comparison(self, depth: int) -> str:
        type_ = self.pick([NUMBER, INTEGER, MONEY, DATE, TEXT, DAYS, YEARS, BOOLEAN, "enum"])
        if isinstance(type_, str):
            enums = [(n, t) for n, t in self.names.types.items() if isinstance(t, Enum)]
            if not enums:
                return "true = false"
            return "(" + self.test(*self.pick(enums), depth) + ")"
        if type_ == TEXT and depth > 0:
            # The left side must be a text in general, not one of the constants, to have an order.
            return "(" + self.test(f"upper case({self.text(depth - 1)})", TEXT, depth - 1) + ")"
        if type_ == TEXT:
            return self.comparison(1) if self.names.of(BOOLEAN) == [] else self.pick(self.names.of(BOOLEAN))
        left = self.of(type_, depth)
        return f"({self.test(left, type_, depth)})"

    def boolean(self, depth: int) -> str:
        sub, less = self.boolean, depth - 1
        compound: list[Form] = [lambda: self.comparison(less)] * 4 + [
            lambda: f"({sub(less)} and {sub(less)})",
            lambda: f"({sub(less)} or {sub(less)})",
            lambda: f"not({sub(less)})",
            lambda: self._if(sub, depth),
        ]
        if self.names.nullable:
            name = self.pick(sorted(self.names.nullable))
            compound.append(lambda: f"({name} {self.pick(['=', '!='])} null)")
        if self._records():
            compound.append(lambda: self._quantified(less))
        simple = [*self.names.of(BOOLEAN), "(as_of < @\"2026-12-01\")"]
        return self._any(simple, compound, depth)

    def _quantified(self, depth: int) -> str:
        name, item = self.pick(self._records())
        inner = self.within({f"r.{f}": t for f, t in item.fields})
        test = inner.about({f"r.{f}": t for f, t in item.fields}, depth)
        return f"({self.pick(['some', 'every'])} r in {name} satisfies {test})"

    # --- cells ---------------------------------------------------------------------------------

    def cell(self, column: str, type_: Type, depth: int) -> str:
        """The unary tests of a table cell."""
        tests: list[Form] = [lambda: "-"]
        if column in self.names.nullable:
            tests += [lambda: "null", lambda: "not(null)"]
        if type_ == BOOLEAN:
            tests += [lambda: self.pick(["true", "false"])] * 3
        elif isinstance(type_, Enum):
            some = ", ".join(self._enum(type_) for _ in range(self.pick([1, 2])))
            tests += [lambda: some, lambda: f"not({some})"]
        elif isinstance(type_, ListType):
            tests += [lambda: f"count(?) {self.pick(COMPARISONS)} {self.integer(0)}"]
        else:
            one, two = (self.of(type_, depth) for _ in "12")
            tests += [lambda: one, lambda: f"{one}, {two}", lambda: f"not({one}, {two})"]
            if type_ == TEXT:
                tests += [lambda: f"contains(?, {one})", lambda: f"starts with(?, {one}), {two}"]
            else:
                tests += [
                    lambda: f"{self.pick(COMPARISONS[1:5])} {one}",
                    lambda: f"{self.pick('[(')}{one}..{two}{self.pick('])')}",
                    lambda: f"? {self.pick(COMPARISONS)} {one} and ? < {two}",
                    lambda: f"[{one}, {two}]",
                ]
        return self.pick(tests)()
