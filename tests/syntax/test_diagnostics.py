# ruff: noqa: E501  a mistake a line
"""Each mistake gets its code, at its very characters; one mistake hides no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.errors import PolicyError
from rules.syntax import load, messages, messages_yaml
from tests.syntax.helpers import CASES_FILE, FILES, RULES_FILE, TABLE_FILE, diagnostics, spoilt, underlined

POLICY, VOCABULARY, PARAMETERS, ACTIONS = "policy.yaml", "vocabulary.yaml", "parameters.yaml", "actions.yaml"
SOURCE = "source/credit.yaml"

MISTAKES = [
    # keys
    (POLICY, "label: ", "lable: ", {("unknown-key", "lable"), ("missing-key", "name: small_policy")}),
    (POLICY, "name: small_policy\n", "", {("missing-key", "title: {zh: 小制度, en: Small policy}")}),
    (RULES_FILE, "hit_policy: FIRST", "hitpolicy: FIRST", {("unknown-key", "hitpolicy"), ("missing-key", "ruleset: tier")}),
    (RULES_FILE, "then: {base: 0}", "them: {base: 0}", {("unknown-key", "them")}),
    (RULES_FILE, "title: {zh: 信用分类, en", "title: {cn: 信用分类, en", {("unknown-key", "cn"), ("missing-translation", "{cn: 信用分类, en: Credit tier}")}),
    # kinds
    (VOCABULARY, "facts:\n", "facts: none\nwas:\n", {("wrong-kind", "none"), ("unknown-key", "was")}),
    (RULES_FILE, "clause: 第九条1\n", "clause: {a: 1}\n", {("wrong-kind", "{a: 1}")}),
    (RULES_FILE, 'when: customer.size = "large" and limit > 0', "when: [1..5]", {("wrong-kind", "[1..5]")}),
    (RULES_FILE, "actions: [log_access]", "actions: log_access", {("wrong-kind", "log_access")}),
    (RULES_FILE, "note: as agreed", "note:", {("blank", "note")}),
    (RULES_FILE, "note: as agreed", "note: null", {("blank", "null")}),
    # both languages
    (ACTIONS, "{zh: 登记查阅, en: Log the access}", "{zh: 登记查阅}", {("missing-translation", "{zh: 登记查阅}")}),
    (ACTIONS, "{zh: 登记查阅, en: Log the access}", "{zh: '', en: Log}", {("missing-translation", "zh")}),
    (ACTIONS, "{zh: 登记查阅, en: Log the access}", "Log the access", {("wrong-kind", "Log the access")}),
    (ACTIONS, "{zh: 登记查阅, en: Log the access}", "{zh: 登记, en: Log, then file}", {("torn-value", "then file")}),
    # names
    (VOCABULARY, "customer.size:", "customer size:", {("bad-identifier", "customer size")}),
    (VOCABULARY, "customer.size:", "customer.1st:", {("bad-identifier", "customer.1st")}),
    (VOCABULARY, "customer.size:", "Customer.Size:", {("bad-identifier", "Customer.Size")}),
    (VOCABULARY, "customer.size:", "customer．size:", {("bad-identifier", "customer．size")}),
    (PARAMETERS, "limit_cap:\n", "limit-cap:\n", {("bad-identifier", "limit-cap")}),
    (ACTIONS, "amount: money", "Amount: money", {("bad-identifier", "Amount")}),
    (ACTIONS, "to: credit_controller", "to: credit_controler", {("unknown-role", "credit_controler")}),
    # choices
    (RULES_FILE, "hit_policy: FIRST", "hit_policy: first", {("bad-choice", "first")}),
    (RULES_FILE, "note: as agreed", "aggregator: AVG", {("bad-choice", "AVG")}),
    (VOCABULARY, "type: enum", "type: enumeration", {("bad-choice", "enumeration")}),
    (VOCABULARY, "sensitivity: personal", "sensitivity: secret", {("bad-choice", "secret")}),
    (ACTIONS, "amount: money", "amount: dollars", {("bad-choice", "dollars")}),
    # types
    (VOCABULARY, "type: money", "type: enum", {("missing-key", "label: {zh: 信用限度, en: Credit limit}"), ("misplaced-key", "minimum"), ("misplaced-key", "maximum")}),
    (VOCABULARY, "type: list\n", "type: text\n", {("misplaced-key", "item")}),
    (VOCABULARY, "{type: date, label", "{type: list, label", {("bad-choice", "list"), ("missing-key", "{type: list, label: {zh: 访问日期, en: Day of the visit}}")}),
    (VOCABULARY, "when_absent: null", "when_absent: nothing", {("bad-value", "nothing")}),
    (VOCABULARY, "when_absent: null", "when_absent: -1", {("bad-bounds", "-1")}),
    (VOCABULARY, "when_absent: null", "when_absent: '1'", {("bad-value", "'1'")}),
    (VOCABULARY, "minimum: 0", "minimum: 2e6", {("bad-value", "2e6")}),
    (VOCABULARY, "minimum: 0", "minimum: 2000000", {("bad-bounds", "minimum")}),
    (PARAMETERS, "value: 500000.00", "value: 500000.005", {("bad-value", "500000.005")}),
    (PARAMETERS, "value: 500000.00", "value: 500,000", {("bad-value", "500,000")}),
    (PARAMETERS, "value: 500000.00", f"value: {'9' * 35}", {("bad-value", "9" * 35)}),
    (PARAMETERS, "value: 500000.00", "value: .inf", {("bad-value", ".inf")}),
    (PARAMETERS, "value: 500000.00\n", "value: 5\n    values: {a: 1}\n", {("exclusive", "values")}),
    (PARAMETERS, "    value: 500000.00\n", "", {("missing-key", "label: {zh: 信用限度上限, en: Upper bound of any credit limit}")}),
    (PARAMETERS, "{甲: 1.00, 乙: 0.60}", "{}", {("blank", "values")}),
    (ACTIONS, "due: 0", "due: -1", {("bad-value", "-1")}),
    (ACTIONS, "due: 0", "due: 0.5", {("bad-value", "0.5")}),
    (ACTIONS, "due: 0", "due: soon", {("bad-value", "soon")}),
    # rulesets
    (RULES_FILE, "outputs:\n", "outputs: {}\nwere:\n", {("blank", "outputs"), ("unknown-key", "were")}),
    (RULES_FILE, "    type: money\n", "", {("missing-key", "label: {zh: 基本限度, en: Base limit}")}),
    (RULES_FILE, "    type: money\n", "    type: list\n", {("missing-key", "label: {zh: 基本限度, en: Base limit}")}),
    (RULES_FILE, "    type: money\n", "    type: list\n    values: {}\n", {("blank", "values")}),
    (RULES_FILE, "    type: money\n", "    type: list\n    item: text\n    values: {a: {zh: 一, en: One}}\n", {("misplaced-key", "values")}),
    (RULES_FILE, "computed: base / limit_cap", "computed: base /", {("feel-syntax", "")}),
    (RULES_FILE, "computed: base / limit_cap", "computed: 1\n    default: 2", {("exclusive", "default")}),
    (RULES_FILE, "limit: credit.limit * 2", "limit: credit.limit * * 2", {("feel-syntax", "*")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "{a: 1, b: 2}", {("bad-action", "{a: 1, b: 2}")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "{log_access: {}, when: limit > 0}", {("bad-action", "{log_access: {}, when: limit > 0}")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "{action: log_access}", {("missing-key", "{action: log_access}")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "{action: log_access, if: limit > 0}", {("unknown-key", "if"), ("missing-key", "{action: log_access, if: limit > 0}")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "{action: log_access, when: limit >}", {("feel-syntax", "")}),
    (RULES_FILE, "set_base_limit: {amount: limit}", "set_base_limit: {amount: limit +}", {("feel-syntax", "")}),
    (RULES_FILE, "  - id: T-2\n", "  - name: T-2\n", {("unknown-key", "name"), ("missing-key", "name: T-2")}),
    (RULES_FILE, "rules:\n", "because: {T-1: {zh: 一, en: One}}\nrules:\n", {("misplaced-key", "because")}),
    (TABLE_FILE, "table: |\n", "rules: []\ntable: |\n", {("exclusive", "table")}),
    (TABLE_FILE, "ruleset: access", "ruleset: acces", {("wrong-file-name", "acces")}),
    (SOURCE, "  第九条3(b): ", "  第九条3(b): {zh: 甲, en: A}\n  第九条3(b): ", {("duplicate-key", "第九条3(b)")}),
    # tables
    (TABLE_FILE, "table: |", "table: >", {("bad-table", ">")}),
    (TABLE_FILE, '| "large", "a\\|b"', '| "large", "a|b" ', {("wrong-cell-count", 'ACC-1 | 第二条4   | "large", "a|b"     | > 10')}),
    (TABLE_FILE, "| ACC-2 | 银行 第五条", "ACC-2 | 银行 第五条", {("bad-row", "ACC-2")}),
    (TABLE_FILE, "| clause    |", "| clauses   |", {("missing-column", "| id"), ("feel-syntax", "")}),
    (TABLE_FILE, "=> days", "=> dais", {("unknown-column", "=> dais")}),
    (TABLE_FILE, "| => days |", "| => access |", {("duplicate-column", "=> access"), ("missing-column", "| id")}),
    (TABLE_FILE, "| customer.size      |", "|                    |", {("blank", " ")}),
    (TABLE_FILE, "| customer.size      |", "| customer..size     |", {("feel-syntax", ".")}),
    (TABLE_FILE, "| > 10         |", "| > > 10       |", {("feel-syntax", ">")}),
    (TABLE_FILE, "| > 10         |", "|              |", {("blank-cell", " ")}),
    (TABLE_FILE, "| deny      |", "|           |", {("blank-cell", " ")}),
    (TABLE_FILE, "| deny      |", "| -         |", {("bad-cell", "-")}),
    (TABLE_FILE, "| 1 + 2   |", "| 1 +     |", {("feel-syntax", "")}),
    (TABLE_FILE, "log_access, set_base_limit(amount: 3 * 2) ", "log_access, set_base_limit(amount: 3 * ) ", {("feel-syntax", ")")}),
    (TABLE_FILE, "log_access, set_base_limit(amount: 3 * 2) ", "log_access, set_base_limit(3 * 2)         ", {("bad-action", "set_base_limit(3 * 2)")}),
    (TABLE_FILE, "log_access, set_base_limit(amount: 3 * 2) ", "log_access, 5                             ", {("bad-action", "5")}),
    (TABLE_FILE, "  ACC-1: {zh: 大, en: Large}\n", "", {("missing-reason", "ACC-1")}),
    (TABLE_FILE, "  ACC-1: {zh: 大, en: Large}\n", "  ACC-1: {zh: 大}\n", {("missing-translation", "{zh: 大}")}),
    (TABLE_FILE, "  ACC-2: whoever", "  ACC-3: whoever", {("unknown-rule", "ACC-3")}),
    (TABLE_FILE, "notes:\n", "  ACC-9: {zh: 九, en: Nine}\nnotes:\n", {("unknown-rule", "ACC-9")}),
    # cases
    (CASES_FILE, "ruleset: tier", "ruleset: tear", {("wrong-file-name", "tear")}),
    (CASES_FILE, "status: undecided", "status: undefined", {("bad-choice", "undefined"), ("misplaced-key", "missing_facts")}),
    (CASES_FILE, "as_of: 2026-11-24", "as_of: 2026-02-30", {("bad-value", "2026-02-30")}),
    (CASES_FILE, "as_of: 2026-11-24", "as_of: tomorrow", {("bad-value", "tomorrow")}),
    (CASES_FILE, "limit: 449999.99", "limit: 0449999.99", {("ambiguous-value", "0449999.99")}),
    (CASES_FILE, "limit: 449999.99", "limit: 4.5e5", {("ambiguous-value", "4.5e5")}),
    (CASES_FILE, "effective: true", "effective: True", {("ambiguous-value", "True")}),
    (CASES_FILE, "effective: true}", "effective: }", {("blank", "effective")}),
    (CASES_FILE, "case: nothing known", "case: as given", {("duplicate-case", "case: as given")}),
    (CASES_FILE, "rules: [T-1]", "rules: T-1", {("wrong-kind", "T-1")}),
    (CASES_FILE, "{set_base_limit: {amount: 100.00}}", "{a: 1, b: 2}", {("bad-action", "{a: 1, b: 2}")}),
    (CASES_FILE, "missing_facts: [customer.size]", "missing: []", {("unknown-key", "missing")}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), MISTAKES)
def test_a_mistake(file: str, old: str, new: str, expected: set[tuple[str, str]]) -> None:
    texts = spoilt(file, old, new)
    found = diagnostics(texts)
    said = {(one.code, underlined(one, texts)) for one in found}
    places = {(code, text.strip() or text) for code, text in said}
    assert {code for code, _ in places} == {code for code, _ in expected}
    for code, text in expected:
        assert any(code == other and text.strip() in there for other, there in places), (code, text, places)
    assert {one.span.file for one in found} == {file}


def test_all_mistakes_of_all_files_at_once() -> None:
    texts = dict(FILES)
    for file, old, new, _ in (MISTAKES[0], MISTAKES[4], MISTAKES[-1]):
        texts[file] = texts[file].replace(old, new)
    texts["source/bad.yaml"] = "a: ["
    found = {(one.span.file, one.code) for one in diagnostics(texts)}
    assert found >= {
        (POLICY, "unknown-key"),
        (RULES_FILE, "missing-translation"),
        ("source/bad.yaml", "yaml-syntax"),
        (CASES_FILE, "unknown-key"),
    }


def test_diagnostics_come_in_reading_order() -> None:
    texts = spoilt(RULES_FILE, "then: {base: 0}", "them: {base: 0}") | {"actions.yaml": ""}
    with pytest.raises(PolicyError) as caught:
        load(texts)
    assert [one.span.file for one in caught.value.diagnostics] == ["actions.yaml", RULES_FILE]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"vocabulary.yml": "facts: {}"}, "unknown-file"),
        ({"vocab.yaml": "facts: {}"}, "unknown-file"),
        ({"a/b/c.yaml": "ruleset: c"}, "unknown-file"),
        ({"credit/gone.test.yaml": "ruleset: gone\ncases: []"}, "orphan-cases"),
        ({"service/tier.yaml": FILES[RULES_FILE]}, "duplicate-ruleset"),
        ({"source/more.yaml": FILES[SOURCE]}, "duplicate-paragraph"),
    ],
)
def test_files_that_do_not_fit(files: dict[str, str], code: str) -> None:
    (diagnostic,) = diagnostics(FILES | files)
    assert diagnostic.code == code


def test_files_that_are_missing() -> None:
    assert {(one.code, one.span.file) for one in diagnostics({})} == {
        ("missing-file", "policy.yaml"),
        ("missing-file", "vocabulary.yaml"),
    }


def test_the_nearest_name_is_offered() -> None:
    assert [one.hint for one in diagnostics(spoilt(RULES_FILE, "then: {base: 0}", "them: {base: 0}"))] == [
        "did you mean `then`?"
    ]
    assert [one.hint for one in diagnostics(spoilt(VOCABULARY, "customer.size:", "customer．size:"))] == [
        "full-width or composed characters; write `customer.size`"
    ]


def test_a_diagnostic_names_its_path() -> None:
    (diagnostic,) = diagnostics(spoilt(RULES_FILE, "limit > 0", "limit > > 0"))
    assert diagnostic.path == "rules[0].when"
    (diagnostic,) = diagnostics(spoilt(TABLE_FILE, "| > 10         |", "| > > 10       |"))
    assert diagnostic.path == "table.ACC-1.credit.limit"


def test_a_mistake_on_a_folded_line_is_found_on_that_line() -> None:
    texts = spoilt(
        RULES_FILE,
        'when: customer.size = "large" and limit > 0',
        "when: >-\n      limit > 0\n      and and limit",
    )
    (diagnostic,) = diagnostics(texts)
    assert (diagnostic.code, underlined(diagnostic, texts)) == ("feel-syntax", "and")
    assert diagnostic.span.column == 11


def test_every_message_is_tried_and_reads_as_all_do() -> None:
    files = (messages.__file__, messages_yaml.__file__)
    source = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    codes = set(re.findall(r'say\(\s*"([a-z-]+)"', source))
    tried = {code for *_, expected in MISTAKES for code, _ in expected}
    elsewhere = {
        "tab", "line-break", "bad-character", "too-large", "too-deep", "too-long-line", "too-many-values", "empty-file",
        "several-documents", "bad-key", "yaml-syntax", "unknown-file", "missing-file", "orphan-cases", "duplicate-day",
    }  # fmt: skip
    assert codes - tried - elsewhere == set()
    for file, old, new, _ in MISTAKES:
        for one in diagnostics(spoilt(file, old, new)):
            assert not one.message.endswith("."), one.message
            assert one.message[0] in "`-" or one.message[0].islower() or one.message[0].isdigit(), one.message
