"""Every wording of the checks, on one page: code, message and hint of each finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say, before it is tied to a place."""

    code: str
    message: str
    hint: str = ""


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …` where a known name is close, else a short list of what there is."""
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return "there is none to choose from"
    shown = ", ".join(f"`{n}`" for n in names[:8])
    return f"expected one of {shown}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def unknown_name(name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-name", f"nothing here is called `{name}`", nearest(name, known))


def group_is_no_value(name: str, members: Iterable[str]) -> Finding:
    listed = ", ".join(f"`{m}`" for m in sorted(members)[:6])
    return Finding("group-is-no-value", f"`{name}` is a group, not a value", f"name one of {listed}")


def unknown_field(name: str, type_: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-field", f"a {type_} has no `{name}`", nearest(name, known))


def unknown_function(name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-function", f"there is no function `{name}`", nearest(name, known))


def wrong_arguments(name: str, expected: str) -> Finding:
    return Finding("wrong-arguments", f"`{name}` cannot take these arguments", f"expected {expected}")


def not_comparable(op: str, left: str, right: str) -> Finding:
    return Finding(
        "not-comparable",
        f"`{op}` cannot compare {left} with {right}",
        "both sides must be of one kind: the comparison would never hold",
    )


def not_ordered(type_: str) -> Finding:
    return Finding("not-ordered", f"{type_} has no order", "use `=`, `!=` or `in`")


def not_an_allowed_value(value: str, allowed: Iterable[str]) -> Finding:
    return Finding(
        "not-an-allowed-value", f"`{value}` is not an allowed value here", nearest(value, allowed)
    )


def never_null(what: str) -> Finding:
    return Finding(
        "never-null",
        f"{what} is never null, so this comparison is always the same",
        "a fact that may be null says `when_absent: null` in the vocabulary",
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
        "use `floor(…)`, `ceiling(…)` or `round half even(…, 0)`",
    )


def may_be_null(where: str) -> Finding:
    return Finding("may-be-null", f"{where} must have a value, but this may be null")


def name_taken(name: str, by: str) -> Finding:
    return Finding("name-taken", f"`{name}` is the name of {by} already", "choose another name")


def cycle(what: str, names: Iterable[str]) -> Finding:
    return Finding("cycle", f"{what} need each other in a circle: " + " → ".join(f"`{n}`" for n in names))


def unknown_clause(clause: str, known: Iterable[str]) -> Finding:
    return Finding(
        "unknown-clause", f"no paragraph `{clause}` is listed in `source/`", nearest(clause, known)
    )


def unknown_action(name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-action", f"no action is called `{name}`", nearest(name, known))


def unknown_argument(action: str, name: str, known: Iterable[str]) -> Finding:
    return Finding("unknown-argument", f"`{action}` has no parameter `{name}`", nearest(name, known))


def missing_argument(action: str, name: str) -> Finding:
    return Finding("missing-argument", f"`{action}` needs its parameter `{name}`")


def duplicate_rule(id_: str, other: str) -> Finding:
    return Finding("duplicate-rule", f"the rule id `{id_}` is used already at {other}")


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
        f"the last row of a FIRST table must catch all, but `{rule}` has conditions",
        "add a last row without conditions, or give every output a `default`",
    )


def unreachable_rule(rule: str, by: str) -> Finding:
    return Finding("unreachable-rule", f"`{rule}` is never reached: `{by}` before it always holds")


def no_rules(name: str) -> Finding:
    return Finding("no-rules", f"`{name}` has no rules", "give it at least one rule")


def unused(what: str, name: str) -> Finding:
    return Finding(f"unused-{what}", f"no rule uses the {what} `{name}`")


def missing_rule(name: str) -> Finding:
    return Finding("missing-parameter", f"the service needs the parameter `{name}`")


def aggregator_needs_collect(policy: str) -> Finding:
    return Finding("aggregator-needs-collect", f"an aggregator goes with COLLECT, not with {policy}")


def priority_needs_enum() -> Finding:
    return Finding(
        "priority-needs-enum",
        "PRIORITY and OUTPUT ORDER need an enum output whose values stand in order of priority",
    )
