"""The functions of the language, theme by theme: what they give, and what they refuse."""

from __future__ import annotations

import pytest

from rules.feel.builtins import BUILTINS
from rules.feel.names import SPACED_BUILTINS
from tests.feel.helpers import alike, is_fault, value


def test_numbers() -> None:
    assert not alike(
        [
            ("decimal(2.5, 0)", "2"),
            ("decimal(1/3, 2.5)", "0.33"),
            ("decimal(1234, -2)", "1200"),
            ("floor(-1.5)", "-2"),
            ("floor(1.56, 1)", "1.5"),
            ("ceiling(-1.56, 1)", "-1.5"),
            ("round up(-5.01, 0)", "-6"),
            ("round down(-5.99, 0)", "-5"),
            ("round half up(-2.5, 0)", "-3"),
            ("round half down(2.5, 0)", "2"),
            ("round up(5.5, 6176)", "5.5"),
            ("modulo(-10.1, 4.5)", "3.4"),
            ("modulo(10, -4)", "-2"),
            ("abs(-1)", "1"),
            ('abs(@"-P1D")', '@"P1D"'),
            ("sqrt(16)", "4"),
            ("even(-2) and odd(3) and not(odd(2.5))", "true"),
            ("decimal(exp(1), 20)", "2.71828182845904523536"),
            ("decimal(log(10), 20)", "2.30258509299404568402"),
        ]
    )


def test_text() -> None:
    assert not alike(
        [
            ('substring("foobar", 3)', '"obar"'),
            ('substring("foobar", -2, 1)', '"a"'),
            ('substring("a🐎b", 2, 1)', '"🐎"'),
            ('string length("横綱🐎")', "3"),
            ('upper case("aé")', '"AÉ"'),
            ('substring before("foobar", "bar")', '"foo"'),
            ('substring before("foobar", "x")', '""'),
            ('substring after("foobar", "o")', '"obar"'),
            ('substring after("foobar", "")', '"foobar"'),
            ('contains("foobar", "of")', "false"),
            ('starts with("foobar", "foo") and ends with("foobar", "bar")', "true"),
            ('string join(["a", null, "b"], "-")', '"a-b"'),
            ('string join(["a", "b"])', '"ab"'),
        ]
    )


def test_patterns() -> None:
    assert not alike(
        [
            (r'matches("2026-11", "^\d{4}-\d{2}$")', "true"),
            (r'matches("abc", "B", "i")', "true"),
            (r'matches("Q", "[^q]", "i")', "false"),
            (r'matches("a" + "\n" + "b", "^b$", "m")', "true"),
            (r'matches("a" + "\n" + "b", "a.b")', "false"),
            (r'matches("a" + "\n" + "b", "a.b", "s")', "true"),
            (r'matches("ab", "a b", "x")', "true"),
            (r'matches("a.c", "a.c", "q") and not(matches("abc", "a.c", "q"))', "true"),
            (r'matches("横", "\p{L}") and not(matches("1", "\p{L}"))', "true"),
            (r'matches("b", "[a-z-[aeiou]]") and not(matches("a", "[a-z-[aeiou]]"))', "true"),
            (r'matches("abab", "(ab)\1")', "true"),
            (r'matches("+", "\w") and not(matches("_", "\w"))', "true"),
            (r'replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
            (r'replace("a.b", ".", "$", "q")', '"a$b"'),
            (r'replace("abc", "b", "\\$")', '"a$c"'),
            (r'split("a;b;;", ";")', '["a", "b", "", ""]'),
        ]
    )


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "a**", "a{2,1}", "a{1,99999}", r"\\q", r"(.)\\2", r"[\\1]", "(?=a)", "*", "a++",
    "[b-a]", "[]",
     r"\\p{Xx}", "x{,2}", "}", "a\\\\"],
)  # fmt: skip
def test_what_is_no_pattern(pattern: str) -> None:
    assert is_fault(f'matches("a", "{pattern}")')


def test_lists() -> None:
    assert not alike(
        [
            ("min([3, 1, 2])", "1"),
            ('max("a", "c", "b")', '"c"'),
            ("sum(1, 2, 3)", "6"),
            ("count([])", "0"),
            ("mean([1, 2])", "1.5"),
            ("product([2, 3])", "6"),
            ("median([8, 2, 5, 7])", "6"),
            ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
            ("decimal(stddev([2, 4, 7, 5]), 8)", "2.08166600"),
            ("all([true, null, false])", "false"),
            ("all([true, null])", "null"),
            ("any([])", "false"),
            ("list contains([1, null], null)", "true"),
        ]
    )


def test_lists_of_lists() -> None:
    assert not alike(
        [
            ("sublist([1, 2, 3], -2, 1)", "[2]"),
            ("append([1], 2, [3])", "[1, 2, [3]]"),
            ("concatenate([1], [2, 3])", "[1, 2, 3]"),
            ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
            ("remove([1, 2, 3], -1)", "[1, 2]"),
            ("reverse([1, 2])", "[2, 1]"),
            ("index of([1, 2, 1], 1)", "[1, 3]"),
            ("union([1, 2], [2, 3])", "[1, 2, 3]"),
            ("distinct values([1, 1, null, null])", "[1, null]"),
            ("duplicate values([1, 2, 1])", "[1]"),
            ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
            ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"),
            ("sort([3, 1, 2])", "[1, 2, 3]"),
            ("list replace([1, 2, 3], -1.5, 4)", "[1, 2, 4]"),
            ("list replace([2, 7], function(item, newItem) item < newItem, 5)", "[5, 7]"),
        ]
    )


def test_contexts() -> None:
    assert not alike(
        [
            ('get value({a: {b: 1}}, ["a", "b"])', "1"),
            ("get entries({a: 1})", '[{key: "a", value: 1}]'),
            ('context([{key: "a", value: 1}])', "{a: 1}"),
            ('context put({a: 1}, "b", 2)', "{a: 1, b: 2}"),
            ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', "{x: 1, y: {a: 2}}"),
            ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ]
    )


def test_ranges() -> None:
    for truth in (
        "before(1, (1..10]) and not(before(1, [1..10]))",
        "before([1..10), [10..20]) and not(before([1..10], [10..20]))",
        "after([11..20], [1..11)) and after(12, [2..11])",
        "meets([1..5], [5..10]) and not(meets([1..5), [5..10]))",
        "met by([5..10], [1..5])",
        "overlaps([1..5], [5..8]) and not(overlaps([1..5], (5..8]))",
        "overlaps before([1..5], (1..5]) and not(overlaps before([1..5), [1..5]))",
        "overlaps after((1..5], [1..5]) and not(overlaps after((1..5], [1..6]))",
        "finishes(10, [1..10]) and finishes([5..10), [1..10)) and not(finishes([5..10), [1..10]))",
        "finished by([1..10], (5..10])",
        "includes([1..10], 5) and includes([1..10], (1..10)) and not(includes((1..10), [1..10)))",
        "during(5, [1..10]) and during((1..10), [1..10])",
        "starts(1, [1..10]) and starts((1..5], (1..10]) and not(starts([1..5], (1..10]))",
        "started by([1..10], 1) and started by([1..10], [1..5])",
        "coincides(5, 5) and coincides([1..5], [1..5]) and not(coincides([1..5], (1..5]))",
        "before((< 1), (> 2)) and includes((< 10), [1..2])",
        'range("[1..3]") = [1..3] and range(" ]1 .. 3[ ") = (1..3)',
        'range("(..3]") = (<= 3) and range("[1..)") = (>= 1)',
        """range("[@\\"P1D\\"..duration(\\"P2D\\")]") = [@"P1D"..@"P2D"]""",
    ):
        assert value(truth) is True, truth


def test_conversion() -> None:
    assert not alike(
        [
            ("string(1.50)", '"1.5"'),
            ("string(1e3)", '"1000"'),
            ('string([1, "a", {b: null}])', '"[1, \\"a\\", {b: null}]"'),
            ('string(@"2026-11-23T08:30:00@Asia/Shanghai")', '"2026-11-23T08:30:00@Asia/Shanghai"'),
            ("string([1..2))", '"[1..2)"'),
            ("string(null)", "null"),
            ('number("1 000,5", " ", ",")', "1000.5"),
            ('number("-1.5")', "-1.5"),
            ("is(1, 1.0)", "true"),
            ('is(@"10:00:00Z", @"12:00:00+02:00")', "false"),
            ('@"10:00:00Z" = @"12:00:00+02:00"', "true"),
            ('is([@"10:00:00"], [@"10:00:00Z"])', "false"),
        ]
    )


@pytest.mark.parametrize(
    "text",
    [
        'abs("1")', "sqrt(-1)", "log(0)", "exp(1e9)", "modulo(1, 0)", "decimal(1, 6177)", "abs()",
        "abs(number: 1)",
        'substring("a", 0)', 'substring("a", 2)', 'string join([1], "")', 'matches("a", "a", "X")',
        'replace("a", "b*", "c")', 'replace("a", "a", "$")', 'split("a", "")', "sum([])", 'sum([1, "a"])',
        'min([1, "a"])', "stddev([1])", "all([1])", "sublist([1], 2)", "sublist([1], 1, 2)", "remove([], 1)",
        "list replace([1], function(a) true, 2)", "list replace([1], function(a, b) 1, 2)",
        "get value({}, 1)", "context([{key: 1, value: 1}])", 'context put({a: 1}, ["a", "b"], 2)',
        "context merge([1])", 'range("[2..1]")', 'range("[..1]")', 'range(">= 1")', 'range("[x..2]")',
        'number("a", ",", ".")', 'number("1", ",", ",")', 'number("1,0", ";", ".")', "before(1, true)",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    assert is_fault(text)


@pytest.mark.parametrize("name", [name for name in BUILTINS if name not in ("now", "today")])
def test_null_arguments_never_raise(name: str) -> None:
    for overload in BUILTINS[name].overloads:
        least, most = overload.arity
        assert most is None or least <= most
        value(f"{name}({', '.join(['null'] * least)})")


def test_the_scanner_knows_every_name_with_a_space() -> None:
    assert set(SPACED_BUILTINS) == {name for name in BUILTINS if " " in name}
