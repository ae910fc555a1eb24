"""What expressions are worth, and which nulls are faults."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.feel.evaluate import CLOCK, Fault, evaluate, holds
from rules.feel.operators import conjunction, disjunction, negation
from rules.feel.parser import parse, parse_unary_tests
from rules.feel.printer import show
from rules.feel.temporal_text import parse_temporal
from rules.model.expr import And, Expr, Literal, Or, UnaryTests
from rules.model.values import Value
from tests.feel.helpers import value
from tests.feel.strategies import cells, constants, environments, trees

KLEENE = st.sampled_from([True, False, None])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-3 ** 2", "9"),
        ("3 ** 4 ** 5", "3486784401"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ('"a" + "b"', '"ab"'),
        ("if null then 1 else 2", "2"),
        ("[1, 2, 3][-1]", "3"),
        ("[1, 2, 3][item >= 2]", "[2, 3]"),
        ("[{a: 1}, {a: 2}][a = 2]", "[{a: 2}]"),
        ("[{item: 1}, {item: 2}][item = 2]", "[{item: 2}]"),
        ("[{a: 1}, {b: 2}].a", "[1, null]"),
        ('"foo"[1]', '"foo"'),
        ("5[item > 9]", "[]"),
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in (1..4) return i", "[2, 3]"),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', "[28, 29, 1]"),
        ("for x in [1, 2], y in [x, 10] return x + y", "[2, 11, 4, 12]"),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("every x in [] satisfies x > 1", "true"),
        ("(function(a, b) a - b)(b: 1, a: 3)", "2"),
        ("{a: 1, b: a + 1}.b", "2"),
        ("{f: function(n) if n < 2 then 1 else n * 2, v: f(3)}.v", "6"),
        ("5 in (< 3, >= 5)", "true"),
        ("5 in [1..5)", "false"),
        ("1 in [[2..4], [1..3]]", "true"),
        ("[1, 2] in [[1, 2], [3]]", "true"),
        ("[1..10].end included", "true"),
        ("(>= 5) = (>= 5)", "true"),
        ("1 = 1.0", "true"),
        ("null = null", "true"),
        ("1 = null", "false"),
        ("[1, [2]] = [1, [2]]", "true"),
        ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        ("[1] instance of list<number>", "true"),
        ("{a: 1} instance of context<a: string>", "false"),
        ("null instance of Any", "false"),
    ],
)
def test_value(text: str, expected: str) -> None:
    assert value(text) == value(expected)


@pytest.mark.parametrize(
    "text",
    ["1 + null", "null < 1", "-null", "null.a", "null[1]", "null and true", "abs(null)", "1 in (null..3]",
     "{a: null}.a", "null between 1 and 2", "[1..null]", 'get value({a: 1}, "b")', "true and null",
     "sum([1, null])", "some x in [null] satisfies x"],
)  # fmt: skip
def test_null_of_a_null_is_no_fault(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("1 + 1 / 0", "division by zero", "1 / 0"),
        ('1 < "a"', "a number has no order with a string", '1 < "a"'),
        ('1 = "a"', "a number cannot be compared with a string", '1 = "a"'),
        ("[1, 2][3]", "there is nothing at position 3 of 2", "[1, 2][3]"),
        ("[1, 2][0]", "there is nothing at position 0 of 2", "[1, 2][0]"),
        ("10 ** 9000", "`**` has no result within the range of numbers", "10 ** 9000"),
        ("unheard", "there is nothing named `unheard`", "unheard"),
        ("unheard(1)", "there is no function `unheard`", "unheard(1)"),
        ("abs(1, 2)", "`abs(n)` does not take 2 arguments", "abs(1, 2)"),
        ("floor(x: 1)", "`floor(n, scale?)` does not take arguments of these names", "floor(x: 1)"),
        ('date("2026-02-30")', "`2026-02-30` is not a date", 'date("2026-02-30")'),
        ("{a: 1}.b", "the context has no entry `b`", "{a: 1}.b"),
        ("true and 1", "`and` takes booleans, not a number", "true and 1"),
        ("[1..\"a\"]", "a number and a string make no range", '[1.."a"]'),
        ('"a" - 1', "`-` does not work on a string and a number", '"a" - 1'),
        ("1 instance of wonder", "there is no type `wonder`", "1 instance of wonder"),
        ("now()", "there is no clock here: `now` and `today` have no value", "now()"),
        ('(function(a: number) a)("x")', "expected number, found a string", '(function(a: number) a)("x")'),
        ("(function(a) a)()", "the function takes the arguments `a`", "(function(a) a)()"),
        ("function(a) external {java: 1}", None, None),
    ],
)  # fmt: skip
def test_fault(text: str, message: str | None, at: str | None) -> None:
    faults: list[Fault] = []
    found = evaluate(parse(text), {}, faults)
    if message is None:
        assert faults == []
        return
    assert found is None
    assert [fault.message for fault in faults] == [message]
    assert text[faults[0].start : faults[0].end] == at


@pytest.mark.parametrize(
    "text",
    [
        "false and 1/0",
        "1/0 and false",
        "true or 1/0",
        "1/0 or true",
        '"x" and false',
        "1 in (1/0, 1)",
        "some x in [0, 1] satisfies 1/x = 1",
        "not(every x in [0, 2] satisfies 1/x > 1)",
    ],
)
def test_an_operand_that_decides_absorbs_the_fault_of_the_other(text: str) -> None:
    assert isinstance(value(text), bool)


def test_if_with_a_fault_takes_the_second_branch_and_tells() -> None:
    faults: list[Fault] = []
    assert evaluate(parse('if 1/0 > 1 then "a" else "b"'), {}, faults) == "b"
    assert [fault.message for fault in faults] == ["division by zero"]


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ("-", "null", True),
        ('"a", "b"', '"b"', True),
        ('"a"', "null", False),
        ("null", "null", True),
        ("< 5", "null", None),
        ("not(< 5)", "null", None),
        ("not(1, 2)", "3", True),
        ("not(1, 2)", "2", False),
        ("[1..5]", "5", True),
        ("? > 2 and ? < 4", "3", True),
        ('starts with(?, "a")', '"abc"', True),
        ("limits", "2", True),
        ("range", "7", True),
        ("false", "false", True),
        ('< "a"', "1", None),
    ],
)
def test_holds(cell: str, given: str, expected: bool | None) -> None:
    env = {"limits": value("[1, 2]"), "range": value("[5..8]")}
    assert holds(parse_unary_tests(cell), value(given), env) is expected


def test_the_clock_is_given() -> None:
    env = {CLOCK: parse_temporal("2026-11-23T08:30:00Z")}
    assert evaluate(parse("string(now())"), env) == "2026-11-23T08:30:00Z"
    assert evaluate(parse("string(today())"), env) == "2026-11-23"


def test_names_are_looked_up_once_and_lazily() -> None:
    class Lazy(dict[str, Value]):
        def __missing__(self, name: str) -> Value:
            assert name == "wanted"
            return "found"

    assert evaluate(parse("if true then wanted else other"), Lazy()) == "found"


@given(KLEENE, KLEENE, KLEENE)
def test_kleene_laws(a: bool | None, b: bool | None, c: bool | None) -> None:
    assert conjunction((a, b)) is conjunction((b, a))
    assert conjunction((a, a)) is a
    assert conjunction((conjunction((a, b)), c)) is conjunction((a, conjunction((b, c))))
    assert negation(conjunction((a, b))) is disjunction((negation(a), negation(b)))
    assert disjunction((a, conjunction((b, c)))) is conjunction((disjunction((a, b)), disjunction((a, c))))
    assert disjunction((a, conjunction((a, b)))) is a
    assert negation(negation(a)) is a


@given(KLEENE, KLEENE)
def test_expressions_follow_the_laws(a: bool | None, b: bool | None) -> None:
    assert evaluate(And(Literal(a), Literal(b)), {}) is conjunction((a, b))
    assert evaluate(Or(Literal(a), Literal(b)), {}) is disjunction((a, b))


@settings(max_examples=400, deadline=None)
@given(trees, environments)
@example(parse("[1, 2][1e6000]"), {})
@example(parse('substring("a", 1e6000)'), {})
@example(parse("date(1e6000, 1, 1)"), {})
@example(parse("for i in 1..1e6000 return i"), {})
@example(parse("for i in 1e6000..2e6000 return i"), {})
@example(parse('@"P1Y" * 1e6000'), {})
@example(parse('for i in 1..100 return if i = 1 then "aaaa" else partial[-1] + partial[-1]'), {})
@example(parse("for i in 1..100 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])"), {})
@example(parse("(for i in 1..3000 return [partial[-1]])[-1] = 1"), {})
@example(parse("{f: function(n) f(n + 1), v: f(1)}.v"), {})
@example(parse("{f: function(f, n) f(f, n + 1), v: f(f, 1)}.v"), {})
def test_evaluation_never_raises(tree: Expr, env: dict[str, Value]) -> None:
    faults: list[Fault] = []
    evaluate(tree, env, faults)
    show(tree)
    assert all(fault.message for fault in faults)


@settings(max_examples=150, deadline=None)
@given(cells, constants, environments)
def test_a_cell_never_raises(tests: UnaryTests, given: Value, env: dict[str, Value]) -> None:
    assert holds(tests, given, env) in (True, False, None)


def test_recursion_without_end_is_a_fault() -> None:
    faults: list[Fault] = []
    text = "{f: function(g, n) g(g, n + 1), v: f(f, 1)}.v"
    assert evaluate(parse(text), {}, faults) is None
    assert faults[-1].message == "the evaluation takes too many steps"


def test_an_endless_loop_is_a_fault() -> None:
    faults: list[Fault] = []
    assert evaluate(parse("for x in 1..1000, y in 1..1000 return 1"), {}, faults) is None
    assert faults[-1].message == "the evaluation takes too many steps"
    assert evaluate(parse("every x in 1..1e12 satisfies true"), {}, faults) is None
    assert faults[-1].message == "the range to iterate over is too long"


def test_recursion_with_an_end_is_fine() -> None:
    text = "{f: function(g, n) if n = 0 then 1 else n * g(g, n - 1), v: f(f, 20)}.v"
    assert evaluate(parse(text), {}) == value("2432902008176640000")
