"""A value that is made of a fact about a person is known as that; a decision about the person is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.analysis.carried import carried, sensitive
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.syntax import load
from service.repository import read_texts
from tests.conftest import policy_texts

FOLDER = Path(__file__).parents[1] / "personal" / "policy"


def policy(words: str, lets: str = "") -> CheckedPolicySet:
    """The policy about persons whose greeting has these words."""
    texts = read_texts(FOLDER)
    greeting = texts["care/greeting.yaml"]
    assert greeting.count("""words: '"Dear " + person.name'""") == 1
    greeting = greeting.replace("""words: '"Dear " + person.name'""", f"words: {words!r}")
    greeting = greeting.replace("let:\n", f"let:\n{lets}")
    return check(load({**texts, "care/greeting.yaml": greeting}))


@pytest.mark.parametrize(
    "words",
    [
        "person.name",
        "string(person.birthday)",
        "string(person.birthday.year)",
        "if person.employed then person.name else null",
        "upper case(substring(person.name, 1, 2))",
        "contacts[1].name",
        "string join(contacts.name)",
        "string join(for c in contacts return c.name)",
        "string join(for c in contacts, d in [c.name] return d)",
        "sort(contacts, function(a, b) a.since < b.since)[1].name",
        "{a: person.name, b: a}.b",
        "get value({a: person.name}, \"a\")",
        "string(count(contacts))",
    ],
)
def test_what_is_made_of_a_fact_carries_it(words: str) -> None:
    assert "words" in carried(policy(words)).outputs["greeting"]


@pytest.mark.parametrize(
    "words",
    [
        '"none"',
        "string(as_of)",
        "string(person.employed)",
        'if person.name = null then "none" else "one"',
        'if some c in contacts satisfies c.name = "x" then "x" else "y"',
        '["a", "b"][person.birthday < as_of][1]',
        '{a: person.name, b: "plain"}.b',
        'string join([{field: "name", empty: person.name = null}, {field: "day", empty: person.birthday = null}]'
        "[empty].field)",
        "string(matches(person.name, \"^x\"))",
    ],
)
def test_a_condition_on_a_fact_carries_nothing(words: str) -> None:
    assert "words" not in carried(policy(words)).outputs["greeting"]


def test_it_goes_through_computed_facts_and_other_outputs() -> None:
    made = policy("b", lets="  a: person.name\n  b: a + a\n")
    assert carried(made).outputs["greeting"] == {"words", "age"}


def test_it_goes_through_other_rulesets() -> None:
    texts = read_texts(FOLDER)
    text = texts["care/first_contact.yaml"].replace('"contacts[1].name"', "greeting.words")
    found = carried(check(load({**texts, "care/first_contact.yaml": text})))
    assert found.arguments["first_contact", "call"] == {"whom"}


def test_an_enum_or_a_boolean_is_a_decision() -> None:
    found = carried(policy("person.name"))
    assert "greeted" not in found.outputs["greeting"]
    assert found.outputs["first_contact"] == set()


def test_the_policies_carry_one_deadline_and_nothing_else() -> None:
    found = carried(check(load(policy_texts())))
    assert found.deadlines == {("customer_care", "send_birthday_greeting")}
    assert not found.arguments
    assert not any(found.outputs.values())


def test_facts_about_a_person() -> None:
    names = sensitive(policy("person.name"))
    assert names == {"person.name", "person.birthday", "person.religion", "person.weight", "contacts"}
