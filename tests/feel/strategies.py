"""Generators of expression trees and of texts that are almost expressions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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
    UnaryTests,
)
from rules.model.values import DateTime, DayTimeDuration, FarDate, Time, Value, YearMonthDuration

NAMES = ("x", "y", "item", "customer", "客户", "Full Name", "a-b", "date", "partial", "nobody")
KEYS = ("a", "b", "size", "Full Name", "a-b", "", "!?", "start included", "year")
TYPES = (
    "Any",
    "number",
    "list<string>",
    "context<a: number, b: Any>",
    "range<date>",
    "function<Any> -> Any",
    "days and time duration",
    "date and time",
    "unheard_of",
)
FUNCTIONS = (
    "abs", "count", "sum", "min", "string", "date", "substring", "matches", "replace", "split", "not", "x",
    "list replace", "context put", "sort", "flatten", "range", "before", "concatenate", "date and time",
    "get value",
)  # fmt: skip

zones = st.sampled_from([None, 0, 3600, -5400, "Europe/Paris", "Asia/Shanghai"])
times = st.builds(Time, st.integers(0, 86_400 * 10**9 - 1), zones)
dates = st.dates() | st.builds(
    FarDate, st.integers(10_000, 999_999_999), st.integers(1, 12), st.integers(1, 28)
)
numbers = st.decimals("0", "1e9", allow_nan=False, places=3) | st.sampled_from(
    [Decimal(0), Decimal(1), Decimal("9e6000"), Decimal("1e-6000")]
)
constants: SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    st.integers(0, 5).map(Decimal),
    st.text(st.characters(codec="utf-8"), max_size=8),
    dates,
    times,
    st.builds(DateTime, dates, times),
    st.integers(-(10**6), 10**6).map(YearMonthDuration),
    st.integers(-(10**6), 10**6).map(lambda n: DayTimeDuration(Decimal(n) / 8)),
)
"""Values that have a literal; negative numbers have none."""


def _names_of(count: int) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(NAMES), min_size=count, max_size=count, unique=True).map(tuple)


def _deeper(inner: SearchStrategy[Expr]) -> SearchStrategy[Expr]:
    compare = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    tests = st.lists(inner | st.builds(CompareTest, compare, inner), min_size=1, max_size=3).map(tuple)
    iterators = st.lists(
        st.builds(Iterator, st.sampled_from(NAMES), inner, st.none() | inner), min_size=1, max_size=2
    ).map(tuple)
    parameters = st.lists(
        st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(TYPES)),
        max_size=2,
        unique_by=lambda p: p[0],
    ).map(tuple)
    arguments = st.lists(inner, max_size=3).map(tuple)
    entries = st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=3, unique_by=lambda e: e[0]).map(
        tuple
    )
    return st.one_of(
        st.builds(Path, inner, st.sampled_from([key for key in KEYS if key not in ("", "!?")])),
        st.builds(Negate, inner),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(Comparison, compare, inner, inner),
        st.builds(And, inner, inner),
        st.builds(Or, inner, inner),
        st.builds(Between, inner, inner, inner),
        st.builds(In, inner, tests),
        st.builds(Interval, inner, inner, st.booleans(), st.booleans()),
        st.builds(CompareTest, compare, inner),
        st.builds(If, inner, inner, inner),
        st.builds(For, iterators, inner),
        st.builds(Quantified, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(Filter, inner, inner),
        st.builds(Call, st.sampled_from(FUNCTIONS).map(Name) | inner, arguments),
        st.builds(_named_call, inner, inner, _names_of(2)),
        st.builds(ListOf, arguments),
        st.builds(ContextOf, entries),
        st.builds(FunctionOf, parameters, inner),
        st.builds(InstanceOf, inner, st.sampled_from(TYPES)),
    )


def _named_call(first: Expr, second: Expr, names: tuple[str, ...]) -> Expr:
    return Call(Name("abs"), (first, second), names)


leaves: SearchStrategy[Expr] = st.builds(Literal, constants) | st.sampled_from([*NAMES, "?"]).map(Name)
trees: SearchStrategy[Expr] = st.recursive(leaves, _deeper, max_leaves=12)
"""Any tree that the parser can make, among the names in `NAMES`."""

cells: SearchStrategy[UnaryTests] = st.builds(
    UnaryTests, st.lists(trees, min_size=1, max_size=3).map(tuple), st.booleans()
) | st.just(UnaryTests((), any_value=True))

_WORDS = (
    *[
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "of",
        "not",
        "function",
        "null",
    ],
    *[
        "true",
        "x",
        "客户",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "**",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "?",
        "@",
        "1",
        ".5",
        "1e9",
        "date",
        "list<",
        ">",
        "->",
        "，",
        "（",
    ],
    *('"', '"a"', '@"P1D"', "//", "/*", "*/", "\\", "\n"),
)
scraps: SearchStrategy[str] = st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join) | st.text(
    max_size=40
)
"""Texts made of the language's words, and of anything."""

environments: SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {
        "x": constants,
        "y": st.lists(constants, max_size=3),
        "customer": st.dictionaries(st.sampled_from(KEYS), constants, max_size=3),
        "客户": st.integers(-3, 3).map(Decimal),
        "Full Name": st.just(dt.date(2026, 11, 23)),
    }
)
