"""Printing and parsing are each other's inverse."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from rules.feel.parser import parse, parse_unary_tests
from rules.feel.printer import show
from rules.model.expr import Expr, UnaryTests
from tests.feel.strategies import NAMES, cells, trees


@settings(max_examples=300, deadline=None)
@given(trees)
def test_tree(tree: Expr) -> None:
    text = show(tree)
    again = parse(text, NAMES)
    assert again == tree
    assert show(again) == text


@settings(max_examples=150, deadline=None)
@given(cells)
def test_cell(tests: UnaryTests) -> None:
    assert parse_unary_tests(show(tests), NAMES) == tests


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1+2 *3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("- 3**2", "-3 ** 2"),
        ("a.b [ item>1 ]", "a.b[item > 1]"),
        ("[1..10[", "[1..10)"),
        ("]1..10]", "(1..10]"),
        ("x in ( <1 , > 5)", "x in (< 1, > 5)"),
        ("x in [1..2]", "x in [1..2]"),
        ('{"a":1,"b c":2, "!":3}', '{a: 1, b c: 2, "!": 3}'),
        ("if a then b else c", "if a then b else c"),
        ("1.50", "1.5"),
        ("1.5e3", "1500"),
        ("9999999999999999999999999999999999", "9999999999999999999999999999999999"),
        ("10000000000000000000000000000000000", "1e34"),
        ("12.50e6000", "1.25e6001"),
        ("0.5E-6000", "5e-6001"),
        ("-2e40", "-2e40"),
        ("0e6000", "0"),
        (r'"a\u0062\n"', r'"ab\n"'),
        ('@"PT60M"', '@"PT1H"'),
        ("a and (b or c)", "a and (b or c)"),
        ("x instance of list < number >", "x instance of list<number>"),
        ("function(a:number,b) a+b", "function(a: number, b) a + b"),
        ("1 // one\n + /* and */ 2", "1 + 2"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    assert show(parse(text)) == canonical


@pytest.mark.parametrize("cell", ["-", 'not("a", "b")', "< 1, [2..3], ? > 5", '"a"', "not(a) and b"])
def test_canonical_cell(cell: str) -> None:
    assert show(parse_unary_tests(cell)) == cell
