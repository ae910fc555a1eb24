"""What the parser makes of a text, and what it says where it can make nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.feel.parser import FeelSyntaxError, parse, parse_unary_tests
from rules.model.expr import (
    Arithmetic,
    Call,
    CompareTest,
    Comparison,
    Expr,
    Filter,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Path,
    UnaryTests,
)
from tests.feel.strategies import NAMES, scraps

ONE, TWO, THREE = (Literal(Decimal(n)) for n in (1, 2, 3))


def refusal(read: Callable[..., object], text: str, names: list[str]) -> FeelSyntaxError | None:
    """The syntax error of a text, None where it has none."""
    try:
        read(text, names)
    except FeelSyntaxError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", Arithmetic("+", ONE, Arithmetic("*", TWO, THREE))),
        ("1 - 2 - 3", Arithmetic("-", Arithmetic("-", ONE, TWO), THREE)),
        ("1 ** 2 ** 3", Arithmetic("**", Arithmetic("**", ONE, TWO), THREE)),
        ("-1 ** 2", Arithmetic("**", Negate(ONE), TWO)),
        ("customer.size", Path(Name("customer"), "size")),
        ("客户.规模", Path(Name("客户"), "规模")),
        ("a[1]", Filter(Name("a"), ONE)),
        ("[1..2]", Interval(ONE, TWO, True, True)),
        ("]1..2[", Interval(ONE, TWO, False, False)),
        ("[1..a[2]]", Interval(ONE, Filter(Name("a"), TWO), True, True)),
        ("[[1..2[, 3]", ListOf((Interval(ONE, TWO, True, False), THREE))),
        ("(< 1)", CompareTest("<", ONE)),
        ("date and time(1)", Call(Name("date and time"), (ONE,))),
        ("date and\n time(1)", Call(Name("date and time"), (ONE,))),
        ("string length(string: 1)", Call(Name("string length"), (ONE,), ("string",))),
    ],
)
def test_tree(text: str, tree: Expr) -> None:
    assert parse(text) == tree


def test_declared_names_hold_spaces_and_operators() -> None:
    names = ["a", "b", "a-b", "Full Name", "Full Name of", "Approved/Declined"]
    assert parse("a-b", names) == Name("a-b")
    assert parse("a - b", names) == Name("a-b")
    assert parse("a-b") == Arithmetic("-", Name("a"), Name("b"))
    assert parse("Full  Name = 1", names) == Comparison("=", Name("Full Name"), ONE)
    assert parse("Full Name of", names) == Name("Full Name of")
    assert parse("x.Approved/Declined", names) == Path(Name("x"), "Approved/Declined")


def test_a_longer_word_is_not_cut_to_a_declared_name() -> None:
    assert parse("a-bc", ["a-b"]) == Arithmetic("-", Name("a"), Name("bc"))


def test_names_a_text_introduces_may_hold_spaces() -> None:
    assert parse("{my key: 1, b: my key}.my key") == Path(parse("{my key: 1, b: my key}"), "my key")
    assert parse("for a b in [1] return a b").body == Name("a b")  # type: ignore[union-attr]


def test_offsets_are_those_of_the_text() -> None:
    tree = parse(" a + (b * 2)")
    assert isinstance(tree, Arithmetic)
    assert (tree.start, tree.end) == (1, 12)
    assert (tree.left.start, tree.left.end) == (1, 2)
    assert (tree.right.start, tree.right.end) == (6, 11)


@pytest.mark.parametrize(
    ("cell", "tests"),
    [
        ("-", UnaryTests((), any_value=True)),
        (" - ", UnaryTests((), any_value=True)),
        ("-1", UnaryTests((Negate(ONE),))),
        ("1, 2", UnaryTests((ONE, TWO))),
        ("not(1, > 2)", UnaryTests((ONE, CompareTest(">", TWO)), negated=True)),
        ("not(a) = b", UnaryTests((Comparison("=", Call(Name("not"), (Name("a"),)), Name("b")),))),
        (">= 1", UnaryTests((CompareTest(">=", ONE),))),
    ],
)
def test_cell(cell: str, tests: UnaryTests) -> None:
    assert parse_unary_tests(cell) == tests


@pytest.mark.parametrize(
    ("text", "start", "end", "message", "hint"),
    [
        ("", 0, 0, "expected an expression, found the end", ""),
        ("1 +", 3, 3, "expected an expression, found the end", ""),
        ("1 2", 2, 3, "expected the end of the expression, found `2`", ""),
        ("a == 1", 3, 4, "expected an expression, found `=`", "equality is one `=`"),
        ("a && b", 2, 3, "`&` is not part of the language", "write `and`"),
        ("f（1", 1, 2, "`（` is not part of the language", "this is a full-width character: write `(`"),
        ("客户，1", 2, 3, "`，` is not part of the language", "this is a full-width character: write `,`"),
        ('"abc', 0, 4, "the text is not closed", 'end it with `"`'),
        ("/* a", 0, 2, "the comment is not closed", "end it with `*/`"),
        ("if a then b", 11, 11, "expected `else` after the first branch, found the end", ""),
        ("(1", 2, 2, "expected `)` to close the parenthesis, found the end", ""),
        ("{a: 1, a: 2}", 7, 9, "the key `a` is there twice", ""),
        ("1e9999", 0, 6, "the number `1e9999` is out of range", ""),
        ("x instance of list<", 19, 20, "expected a type, found the end", None),
        ('@"2026-13-01"', 0, 13, "`2026-13-01` is not a date, time, date and time or duration", None),
        ('"\\ud83d"', 0, 8, "the text holds half of a surrogate pair", None),
        ("f(a: 1, 2)", 8, 9, "expected all arguments by name or none", ""),
    ],
)
def test_error(text: str, start: int, end: int, message: str, hint: str | None) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.message, error.start, error.end) == (message, start, end)
    assert hint is None or error.hint == hint


@settings(max_examples=400, deadline=None)
@given(scraps, st.lists(st.sampled_from(NAMES) | st.text(max_size=6), max_size=4))
def test_any_text_parses_or_is_a_syntax_error(text: str, names: list[str]) -> None:
    for read in (parse, parse_unary_tests):
        error = refusal(read, text, names)
        assert error is None or (error.message and 0 <= error.start <= len(text) + 1)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 5_000 + "1" + ")" * 5_000,
        "[" * 10_000,
        "-" * 10_000 + "1",
        "1" + "+1" * 10_000,
        "1" + "+1" * 1_000,
        "a" + "[1]" * 1_000,
        "[1.." * 500,
        "[1..[1..[1..[1..[1..[1..[1..[1.." + "1[" * 8,
        "x instance of " + "list<" * 5_000,
        "if a then " * 3_000,
        "{a: " * 3_000,
        "f(" * 3_000,
        "1 in (" * 3_000,
        "not(" * 3_000,
        "]" * 3_000,
    ],
)
def test_deep_nesting_is_a_syntax_error(text: str) -> None:
    for read in (parse, parse_unary_tests):
        with pytest.raises(FeelSyntaxError):
            read(text)
