"""What bounds an evaluation: searches end, and what is handled counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.feel.errors import Fault
from rules.feel.evaluate import evaluate
from rules.feel.parser import MAX_TEXT, FeelSyntaxError, parse, parse_unary_tests
from tests.feel.helpers import alike, is_fault


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", "(a|a)*c", "(.*)*c", "(a*a*)+c", "^(([a-z])+.)+c$", "(x+x+)+y", "(a?){40}a{40}$"],
)
@pytest.mark.timeout(10)
def test_a_search_ends(pattern: str) -> None:
    text = "a" * 1_000 + "b"
    assert evaluate(parse("matches(text, pattern)"), {"text": text, "pattern": pattern}) is False
    assert evaluate(parse("split(text, pattern)"), {"text": text, "pattern": f"{pattern}c"}) in ([text], None)


def test_a_search_that_only_backtracking_can_do_ends_or_is_a_fault() -> None:
    assert not alike(
        [
            (r'matches("xaax", "x(a)\1x")', "true"),
            (r'matches("ABab", "(ab)\1", "i")', "true"),
            (r'replace("a,b", "^(\w),(\w)$", "$2,$1", "m")', '"b,a"'),
            (r'matches("a" + "\n", "\n^$", "m")', "false"),
            (r'string length(replace(string join(for x in 1..1500 return "a"), "a{1500}", "bb")) = 2', "true"),
        ]
    )
    for hopeless in (r"(a+)+\\1", r"(a|a)*(b)\\2", r"((a{0,2000})*)\\1"):
        assert is_fault(f'matches("aaa", "{hopeless}")')
    many = {"text": "a" * 5_000, "pattern": r"a*a*a*a*(b)\1"}
    faults: list[Fault] = []
    assert evaluate(parse("matches(text, pattern)"), many, faults) is None
    assert [fault.message for fault in faults] == ["the evaluation takes too many steps"]


def test_the_case_of_characters_and_of_categories() -> None:
    assert not alike(
        [
            (r'matches("ß", "ẞ", "i") and matches("ſ", "S", "i") and matches("K", "k", "i")', "true"),
            (r'matches("é", "[À-Ý]", "i") and matches("É", "[^a]", "i")', "true"),
            (r'matches("a", "\p{Lu}", "i") or matches("a", "[\p{Lu}]", "i")', "false"),
            (r'matches("B", "[a-z-[b]]", "i")', "false"),
        ]
    )


@pytest.mark.parametrize(
    "expression",
    [
        "for x in 1..400000 return sum(items)", "for x in 1..400000 return text + text",
        "for x in 1..400000 return count(partial)", "for x in 1..400000 return items = items",
        'for x in 1..400000 return matches(text, "(a+)+$")', "for x in items return distinct values(items)",
    ],
)  # fmt: skip
@pytest.mark.timeout(30)
def test_what_is_handled_counts(expression: str) -> None:
    names = {"items": [Decimal(n) for n in range(20_000)], "text": "a" * 10_000}
    faults: list[Fault] = []
    assert evaluate(parse(expression), names, faults) is None
    assert faults[-1].message == "the evaluation takes too many steps"


def test_values_that_come_again_are_found_without_comparing_each_with_each() -> None:
    items = [{"a": Decimal(n % 5_000), "b": [str(n % 5_000), None]} for n in range(10_000)]
    names = {"items": items}
    assert evaluate(parse("count(distinct values(items))"), names) == 5_000
    assert evaluate(parse("count(duplicate values(items))"), names) == 5_000
    assert not alike(
        [
            ('distinct values([1, true, "1", 1.0, null, null])', '[1, true, "1", null]'),
            ("duplicate values([{a: 1}, {a: 1.0}, 2])", "[{a: 1}]"),
            ('count(distinct values([@"10:00:00Z", @"11:00:00+01:00", time("10:00:00Z")]))', "1"),
        ]
    )
    assert is_fault('distinct values(for x in 1..1000 return @"10:00:00" + @"PT1S" * x)')


def test_an_expression_has_a_length() -> None:
    assert parse(" " * (MAX_TEXT - 1) + "1") == parse("1")
    for read in (parse, parse_unary_tests):
        with pytest.raises(FeelSyntaxError, match="an expression of 20001 characters is too long"):
            read(" " * MAX_TEXT + "1")


def test_a_message_does_not_repeat_a_book() -> None:
    for text in ("1e" + "9" * 10_000, '@"' + "P" * 10_000 + '"', "1 " + "x" * 10_000):
        with pytest.raises(FeelSyntaxError) as refused:
            parse(text)
        assert len(refused.value.message) < 200
