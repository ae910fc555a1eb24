"""What right files become."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from rules.errors import PolicyError
from rules.model.expr import Literal, UnaryTests
from rules.model.policy import REQUIRED, Bilingual
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, RATIO, TEXT, Enum, ListType, Record
from rules.syntax import load, load_cases
from tests.syntax.helpers import ACTIONS, FILES, VOCABULARY, loaded


def test_the_policy() -> None:
    policies = loaded()
    assert (policies.name, policies.label) == ("small_policy", "2026-11-01")
    assert policies.title == Bilingual("小制度", "Small policy")
    assert policies.texts == FILES
    assert (policies.author, policies.effective_from) == ("", None)


def test_who_answers_for_a_release_and_from_when() -> None:
    written = FILES["policy.yaml"] + "author: Credit control\neffective_from: 2026-11-01\n"
    policies = load(FILES | {"policy.yaml": written})
    assert (policies.author, policies.effective_from) == ("Credit control", dt.date(2026, 11, 1))


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "[2026-11-01]", '""'])
def test_an_effective_date_that_is_none(day: str) -> None:
    with pytest.raises(PolicyError) as told:
        load(FILES | {"policy.yaml": FILES["policy.yaml"] + f"effective_from: {day}\n"})
    assert [found.path for found in told.value.diagnostics] == ["effective_from"]


def test_facts() -> None:
    facts = loaded().facts
    assert list(facts) == ["customer.size", "credit.limit", "visits"]
    size, limit, visits = facts.values()
    assert size.type == Enum(("large", "small"))
    assert size.value_labels["small"] == Bilingual("小型", "Small")
    assert size.when_absent is REQUIRED
    assert (limit.type, limit.minimum, limit.maximum) == (MONEY, Decimal(0), Decimal("1000000.00"))
    assert limit.when_absent is None
    assert visits.type == ListType(Record((("on", DATE), ("effective", BOOLEAN))))
    assert visits.item_labels["on"] == Bilingual("访问日期", "Day of the visit")
    assert visits.sensitivity == "personal"
    assert (size.span.file, size.span.line, size.span.column, size.span.length) == (
        "vocabulary.yaml",
        2,
        3,
        13,
    )


def test_further_types_of_facts() -> None:
    added = """\
  seen_on: {label: {zh: 日, en: Day}, type: date, sensitivity: public, when_absent: 2026-02-28}
  names: {label: {zh: 名, en: Names}, type: list, item: text, sensitivity: public, when_absent: []}
  done: {label: {zh: 毕, en: Done}, type: boolean, sensitivity: public, when_absent: false}
  kinds:
    label: {zh: 类, en: Kinds}
    type: list
    item: {kind: {type: enum, label: {zh: 类, en: Kind}, values: {a: {zh: 一, en: One}}}}
    sensitivity: public
"""
    facts = load(FILES | {"vocabulary.yaml": VOCABULARY + added}).facts
    assert facts["seen_on"].when_absent == dt.date(2026, 2, 28)
    assert (facts["names"].type, facts["names"].when_absent) == (ListType(TEXT), [])
    assert facts["done"].when_absent is False
    assert facts["kinds"].type == ListType(Record((("kind", Enum(("a",))),)))
    assert facts["kinds"].value_labels == {"kind.a": Bilingual("一", "One")}


def test_parameters_keep_every_digit() -> None:
    cap, ratio = loaded().parameters.values()
    assert (cap.type, str(cap.value), cap.unit, cap.clause) == (MONEY, "500000.00", "USD", "第九条3(a)")
    assert ratio.type == Record((("甲", RATIO), ("乙", RATIO)))
    assert ratio.value == {"甲": Decimal("1.00"), "乙": Decimal("0.60")}


def test_actions_and_roles() -> None:
    policies = loaded()
    assert policies.roles == {"credit_controller": Bilingual("信用管理员", "Credit controller")}
    limit, log = policies.actions.values()
    assert (limit.by, limit.to, limit.due_days, limit.parameters) == (
        "credit_controller",
        None,
        0,
        {"amount": MONEY},
    )
    assert (log.to, log.due_days, log.parameters) == ("credit_controller", None, {})


def test_paragraphs() -> None:
    (clause,) = loaded().clauses.values()
    assert clause.id == "第九条3(b)"
    assert clause.document.en == "Customer relationship policy"
    assert clause.gist.zh == "余额接近限度须事先汇报"


def test_a_ruleset() -> None:
    tier = loaded().rulesets["tier"]
    assert (tier.pack, tier.hit_policy, tier.aggregator, tier.note) == ("credit", "FIRST", None, "as agreed")
    assert [clause for clause, _ in tier.clauses] == ["第九条1"]
    assert tier.lets["limit"].cell.text == "credit.limit * 2"
    assert tier.outputs["tier"].type == Enum(("甲", "乙"))
    default = tier.outputs["tier"].default
    assert default is not None
    assert default.tree == Literal("乙")
    assert tier.outputs["share"].computed is not None
    assert [call.action for call in tier.actions] == ["log_access"]


def test_rules() -> None:
    first, last = loaded().rulesets["tier"].rules
    assert (first.id, first.clause, first.note) == ("T-1", "第九条1(a)", "the size alone")
    (condition,) = first.conditions
    assert condition.column is None
    assert condition.test.cell.text == 'customer.size = "large" and limit > 0'
    assert first.then["tier"].tree == Literal("甲")
    assert first.then["base"].cell.text == "min(limit, limit_cap)"
    assert [call.action for call in first.actions] == ["log_access", "set_base_limit"]
    assert first.actions[1].arguments["amount"].cell.text == "limit"
    assert last.conditions == ()
    assert list(last.then) == ["base"]


def test_an_action_with_a_condition() -> None:
    long = "{action: set_base_limit, when: limit > 0, arguments: {amount: limit}}"
    text = FILES["credit/tier.yaml"].replace("set_base_limit: {amount: limit}", long)
    plain, conditional = load(FILES | {"credit/tier.yaml": text}).rulesets["tier"].rules[0].actions
    assert plain.when is None
    assert conditional.when is not None
    assert (conditional.action, conditional.when.cell.text) == ("set_base_limit", "limit > 0")
    assert conditional.arguments["amount"].cell.text == "limit"


def test_a_table() -> None:
    access = loaded().rulesets["access"]
    assert [clause for clause, _ in access.clauses] == ["第二条4", "银行 第五条"]
    first, last = access.rules
    assert (first.id, first.clause, first.because) == ("ACC-1", "第二条4", Bilingual("大", "Large"))
    size, limit = first.conditions
    assert size.column is not None
    assert size.column.input.cell.text == "customer.size"
    assert isinstance(size.test.tree, UnaryTests)
    assert size.test.cell.text == '"large", "a|b"'
    assert limit.test.cell.text == "> 10"
    assert first.then["access"].tree == Literal("deny")
    assert first.then["days"].cell.text == "1 + 2"
    log, base = first.actions
    assert (log.action, base.action, base.arguments["amount"].cell.text) == (
        "log_access",
        "set_base_limit",
        "3 * 2",
    )
    assert last.conditions == ()
    assert last.actions == ()
    assert last.then["access"].tree == Literal("allow")
    assert last.note == "whoever remains"


def test_table_cells_know_their_places() -> None:
    access = loaded().rulesets["access"]
    lines = FILES["credit/access.yaml"].split("\n")
    for rule in access.rules:
        expressions = [condition.test for condition in rule.conditions]
        expressions += [*rule.then.values(), *(a for call in rule.actions for a in call.arguments.values())]
        for expression in expressions:
            places = expression.cell.places[:-1]
            there = "".join(lines[line - 1][column - 1] for line, column in places)
            assert there == expression.cell.text


def test_an_output_may_be_a_list() -> None:
    text = (
        FILES["credit/tier.yaml"]
        .replace("type: money", "type: list\n    item: text")
        .replace("base: 0", "base: '[]'")
    )
    tier = load(FILES | {"credit/tier.yaml": text}).rulesets["tier"]
    assert tier.outputs["base"].type == ListType(TEXT)


def test_an_output_may_be_a_list_of_enum_values() -> None:
    listed = "type: list\n    values: {bank: {zh: 银行, en: Bank}, peers: {zh: 同行, en: Peers}}"
    text = FILES["credit/tier.yaml"].replace("type: money", listed).replace("base: 0", "base: '[\"peers\"]'")
    tier = load(FILES | {"credit/tier.yaml": text}).rulesets["tier"]
    assert tier.outputs["base"].type == ListType(Enum(("bank", "peers")))
    assert tier.outputs["base"].value_labels["peers"] == Bilingual("同行", "Peers")
    assert tier.rules[1].then["base"].cell.text == '["peers"]'


def test_an_enum_output_takes_null_for_no_value() -> None:
    text = FILES["credit/tier.yaml"].replace("{tier: 甲,", "{tier: null,")
    assert load(FILES | {"credit/tier.yaml": text}).rulesets["tier"].rules[0].then["tier"].tree == Literal(
        None
    )


def test_cases() -> None:
    first, second = load_cases(FILES)["tier"]
    assert (first.name, first.as_of, first.status) == ("as given", dt.date(2026, 11, 23), "decided")
    assert first.facts == {
        "credit": {"limit": Decimal("449999.99")},
        "customer": {"size": "large"},
        "visits": [{"on": "2026-10-05", "effective": True}],
    }
    assert first.values == {"tier": "甲", "share": Decimal("0.89999998")}
    assert first.rules == ("T-1",)
    assert first.actions is not None
    assert [(one.action, dict(one.arguments)) for one in first.actions] == [
        ("log_access", {}),
        ("set_base_limit", {"amount": Decimal("100.00")}),
    ]
    assert first.missing_facts is None
    assert (second.as_of, second.status) == (dt.date(2026, 11, 24), "undecided")
    assert second.facts == {"customer": {}}
    assert (second.values, second.rules, second.actions) == (None, None, None)
    assert second.missing_facts == ("customer.size",)


def test_only_the_policy_and_its_vocabulary_must_be_there() -> None:
    policies = load(
        {name: FILES[name] for name in ("policy.yaml", "vocabulary.yaml")} | {"README.md": "# read me"}
    )
    assert (policies.rulesets, policies.actions, policies.parameters) == ({}, {}, {})


def test_actions_may_be_none() -> None:
    actions = ACTIONS.partition("actions:")[0] + "actions: {}\n"
    assert load(FILES | {"actions.yaml": actions}).actions == {}


def test_parts_keep_the_order_of_their_file() -> None:
    policies = loaded()
    assert list(policies.rulesets) == ["access", "tier"]
    assert list(policies.rulesets["tier"].outputs) == ["tier", "base", "share"]
    assert policies.parameters["limit_cap"].type == MONEY
    assert policies.rulesets["access"].outputs["days"].type == INTEGER
