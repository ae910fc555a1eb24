"""Every wording of the checks, on one page: code, message and hint of each finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.model.types import BOOLEAN, DATE, DATE_TIME, NULL, NUMERIC, Enum, ListType, RangeType, Record, Scalar, Type
from rules.syntax.messages import closest


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say, before it is tied to a place."""

    code: str
    message: str
    hint: str = ""


def short(text: str, limit: int = 60) -> str:
    """The user's text on one line and not too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …` where a known name is close, else a short list of what there is."""
    names = tuple(dict.fromkeys(known))
    close = closest(name, names, 0.65) or next((n for n in names if n.endswith(f".{name}")), "")
    if close:
        return f"did you mean `{close}`?"
    if not names:
        return "there is none to choose from"
    shown = ", ".join(f"`{n}`" for n in names[:8])
    if len(names) == 1:
        return f"expected {shown}"
    return f"expected one of {shown}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")


_KINDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "money": "an amount of money",
    "ratio": "a ratio",
    "text": "a text",
    "date": "a date",
    "time": "a time of day",
    "date and time": "a date and time",
    "days duration": "a duration in days",
    "years duration": "a duration in years and months",
    "null": "null",
    "any": "a value of unknown kind",
}


def kind(type_: Type) -> str:
    """A type as a sentence names it: `a date`, `the text …`, `a list of records`."""
    match type_:
        case Scalar(name):
            return _KINDS[name]
        case Enum((value,)):
            return f"the text `{short(value)}`"
        case Enum(values):
            more = f" and {len(values) - 8} more" if len(values) > 8 else ""
            return "one of " + ", ".join(f"`{v}`" for v in values[:8]) + more
        case ListType(item):
            return f"a list, each item {kind(item)}"
        case RangeType(item):
            return f"a range, each end {kind(item)}"
        case Record(fields):
            return "a record with " + ", ".join(f"`{name}`" for name, _ in fields[:6])


def unknown_name(name: str, known: Iterable[str], *, is_value: bool = False) -> Finding:
    """A name that nothing has; `is_value` where it is a value of some enum, written without quotes."""
    hint = f'a text stands in double quotes: `"{name}"`' if is_value else nearest(name, known)
    return Finding("unknown-name", f"nothing here is called `{short(name)}`", hint)


def group_is_no_value(name: str, members: Iterable[str]) -> Finding:
    listed = ", ".join(f"`{m}`" for m in sorted(members)[:6])
    return Finding("group-is-no-value", f"`{name}` is a group, not a value", f"name one of {listed}")


def unknown_field(name: str, type_: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-field", f"{type_} has no `{name}`", nearest(name, known))


_ELSEWHERE = {
    "average": "did you mean `mean`?",
    "avg": "did you mean `mean`?",
    "len": "did you mean `count`, or for a text `string length`?",
    "length": "did you mean `count`, or for a text `string length`?",
    "now": "the decision date is `as_of`",
    "round": "did you mean `round half up`?",
    "size": "did you mean `count`?",
    "today": "the decision date is `as_of`",
}
"""What functions are called in other languages."""


def unknown_function(name: str, known: Iterable[str]) -> Finding:
    """A call of something that is no function."""
    close = closest(name, tuple(known), 0.65)
    hint = _ELSEWHERE.get(name, f"did you mean `{close}`?" if close else "")
    return Finding("unknown-function", f"there is no function `{short(name)}`", hint)


def wrong_arguments(name: str, expected: str) -> Finding:
    return Finding("wrong-arguments", f"`{name}` cannot take these arguments", f"expected {expected}")


def not_comparable(op: str, left: Type, right: Type) -> Finding:
    """A comparison between two kinds, which is never true."""
    return Finding("not-comparable", f"`{op}` cannot compare {kind(left)} with {kind(right)}", _mend(left, right))


def _mend(left: Type, right: Type) -> str:
    pair = {left, right}
    if NULL in pair:
        return "whether a value is there is asked with `= null` or `!= null`"
    texts = any(isinstance(one, Enum) or one == Scalar("text") for one in pair)
    if pair & {DATE, DATE_TIME} and (texts or pair & NUMERIC):
        return 'a date is written `@"2026-11-23"`'
    if texts and pair & NUMERIC:
        return "a number stands without quotes"
    if texts and BOOLEAN in pair:
        return "`true` and `false` stand without quotes"
    return "both sides must be of one kind, or the comparison never holds"


def not_ordered(type_: Type) -> Finding:
    """`<` or the like between values that have no order."""
    what = f"values such as `{type_.values[0]}` have" if isinstance(type_, Enum) else f"{kind(type_)} has"
    return Finding("not-ordered", f"{what} no order", "use `=`, `!=` or `in (…, …)`")


def not_an_allowed_value(value: str, allowed: Iterable[str]) -> Finding:
    return Finding("not-an-allowed-value", f"`{value}` is not an allowed value here", nearest(value, allowed))


def never_null(text: str) -> Finding:
    """A comparison with null of what always has a value."""
    return Finding(
        "never-null",
        f"`{short(text)}` is never null, so this comparison always comes out the same",
        "a fact whose absence is a statement says `when_absent: null` in the vocabulary",
    )


def wrong_operands(op: str, left: str, right: str) -> Finding:
    return Finding("wrong-operands", f"`{op}` is not defined between {left} and {right}")


def expected_type(expected: str, got: str, where: str) -> Finding:
    return Finding("wrong-type", f"{where} must be {expected}, but this is {got}")


def branches_differ(first: str, second: str) -> Finding:
    return Finding("branches-differ", f"the branches give {first} and {second}", "both must be of one kind")


def may_have_decimals(name: str) -> Finding:
    return Finding(
        "may-have-decimals",
        f"`{name}` takes whole numbers, but this may have decimals",
        "use `floor(…)` or `ceiling(…)`",
    )


def name_taken(name: str, by: str) -> Finding:
    return Finding("name-taken", f"`{name}` is the name of {by} already", "choose another name")


def cycle(what: str, names: Iterable[str]) -> Finding:
    """Computed facts or rulesets of which each waits for the next; the first name stands at the end again."""
    around = list(names)
    if len(around) == 2:
        return Finding("cycle", f"`{around[0]}` needs itself", "it cannot be worked out before it is known")
    circle = " → ".join(f"`{n}`" for n in around)
    return Finding(
        "cycle", f"these {what} need each other in a circle: {circle}", "one of them must do without the next"
    )


def unknown_clause(clause: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-clause", f"no paragraph `{clause}` is listed in `source/`", nearest(clause, known))


def unexplained_paragraph(clause: str) -> Finding:
    """A paragraph of the source that nothing carries and that does not say why."""
    return Finding(
        "unexplained-paragraph",
        f"no rule, ruleset or parameter carries `{short(clause)}`",
        "write a rule with this clause, or the reason beside the gist: `without_rule: explanatory`",
    )


def needless_reason(clause: str, reason: str) -> Finding:
    """A paragraph that says why it has no rule, and has one."""
    return Finding("needless-reason", f"`{short(clause)}` has a rule, but says `without_rule: {reason}`", "remove it")


def unknown_action(name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-action", f"no action is called `{name}`", nearest(name, known))


def unknown_argument(action: str, name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-argument", f"`{action}` has no parameter `{name}`", nearest(name, known))


def missing_argument(action: str, name: str) -> Finding:
    return Finding("missing-argument", f"`{action}` needs its parameter `{name}`")


def duplicate_rule(id_: str, other: str) -> Finding:
    message = f"the rule id `{id_}` is used already at {other}"
    return Finding("duplicate-rule", message, "records cite a rule by its id alone")


def unknown_output(name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-output", f"the ruleset has no output `{name}`", nearest(name, known))


def computed_output_set(name: str) -> Finding:
    return Finding("computed-output-set", f"`{name}` is computed and cannot be set by a rule")


def output_not_set(rule: str, name: str) -> Finding:
    return Finding(
        "output-not-set",
        f"the rule `{rule}` leaves the output `{name}` open",
        f"set `{name}` under `then`, or give the output a `default`",
    )


def no_catch_all(rule: str) -> Finding:
    return Finding(
        "no-catch-all",
        f"under FIRST the last rule must catch all that is left, but `{rule}` has conditions",
        "add a last rule without conditions, or give every output a `default`",
    )


def unreachable_rule(rule: str, by: str) -> Finding:
    return Finding(
        "unreachable-rule",
        f"`{rule}` is never reached: whenever it holds, `{by}` before it does too",
        "put it before `" + by + "`, narrow `" + by + "`, or remove it",
    )


def no_rules(name: str) -> Finding:
    return Finding("no-rules", f"`{name}` has no rules", "give it at least one rule")


_UNUSED = {
    "fact": "no rule reads the fact `{}`",
    "parameter": "no rule reads the parameter `{}`",
    "let": "no rule reads the computed fact `{}`",
    "action": "no rule requires the action `{}`",
}


def unused(what: str, name: str) -> Finding:
    """Something declared for nothing: a fact, parameter, let or action."""
    return Finding(f"unused-{what}", _UNUSED[what].format(name), "use it, or remove it")


def never_holds(text: str, why: str) -> Finding:
    """A condition that no facts can meet."""
    return Finding("never-holds", f"`{short(text)}` never holds: {why}", "correct the comparison or the bounds")


def always_holds(text: str, why: str) -> Finding:
    """A condition that all facts meet."""
    return Finding("always-holds", f"`{short(text)}` always holds: {why}", "leave it out; in a table write `-`")


def empty_range(text: str) -> Finding:
    """A range whose lower end is above its upper one."""
    return Finding("empty-range", f"nothing lies in the range `{short(text)}`", "the lower end stands first")


def repeated_test(text: str) -> Finding:
    """The same test twice side by side."""
    return Finding("repeated-test", f"`{short(text)}` is tested here already", "remove one of the two")


def both_hold(rule: str, by: str) -> Finding:
    """A rule of a UNIQUE ruleset that never holds alone."""
    return Finding(
        "both-hold",
        f"whenever `{rule}` holds, `{by}` holds too, and UNIQUE allows only one rule",
        "narrow the conditions of one of them, or change `hit_policy`",
    )


def aggregator_needs_collect(policy: str) -> Finding:
    """SUM, MIN, MAX or COUNT where there is one answer only."""
    message = f"an aggregator goes with COLLECT, not with {policy}"
    return Finding("aggregator-needs-collect", message, "remove it, or write `hit_policy: COLLECT`")


def priority_needs_enum(policy: str) -> Finding:
    """PRIORITY or OUTPUT ORDER without anything that stands in order."""
    return Finding(
        "priority-needs-enum",
        f"{policy} goes by the order of an enum output's values, and no rule sets one",
        "declare an output with `values` in order of priority",
    )
