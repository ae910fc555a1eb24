"""A small policy that is right in every part, and ways to spoil it."""

from __future__ import annotations

from rules.errors import Diagnostic, PolicyError
from rules.model.policy import PolicySet
from rules.syntax import load, load_cases

POLICY = """\
name: small_policy
title: {zh: 小制度, en: Small policy}
label: "2026-11-01"
"""

VOCABULARY = """\
facts:
  customer.size:
    label: {zh: 企业规模, en: Size of the firm}
    type: enum
    values:
      large: {zh: 大型, en: Large}
      small: {zh: 小型, en: Small}
    sensitivity: internal
  credit.limit:
    label: {zh: 信用限度, en: Credit limit}
    type: money
    minimum: 0
    maximum: 1000000.00
    when_absent: null
    sensitivity: internal
  visits:
    label: {zh: 访问记录, en: Visits}
    type: list
    item:
      on: {type: date, label: {zh: 访问日期, en: Day of the visit}}
      effective: {type: boolean, label: {zh: 是否有实效, en: Whether it had an effect}}
    sensitivity: personal
"""

PARAMETERS = """\
parameters:
  limit_cap:
    label: {zh: 信用限度上限, en: Upper bound of any credit limit}
    type: money
    value: 500000.00
    unit: USD
    clause: 第九条3(a)
  tier_limit_ratio:
    label: {zh: 各类客户限度比例, en: Share of the cap for each tier}
    type: ratio
    values: {甲: 1.00, 乙: 0.60}
    unit: of limit_cap
    clause: 第九条1
"""

ACTIONS = """\
roles:
  credit_controller: {zh: 信用管理员, en: Credit controller}
actions:
  set_base_limit:
    label: {zh: 设定基本信用限度, en: Set the base credit limit}
    by: credit_controller
    due: 0
    parameters: {amount: money}
  log_access:
    label: {zh: 登记查阅, en: Log the access}
    by: credit_controller
    to: credit_controller
"""

SOURCE = """\
document: {zh: 客户关系维护管理制度, en: Customer relationship policy}
paragraphs:
  第九条3(b): {zh: 余额接近限度须事先汇报, en: Near the limit the representative reports beforehand}
"""

RULES = """\
ruleset: tier
title: {zh: 信用分类, en: Credit tier}
clause: 第九条1
hit_policy: FIRST
note: as agreed
let:
  limit: credit.limit * 2
outputs:
  tier:
    label: {zh: 信用类别, en: Credit tier}
    values:
      甲: {zh: 甲类, en: Tier 甲}
      乙: {zh: 乙类, en: Tier 乙}
    default: 乙
  base:
    label: {zh: 基本限度, en: Base limit}
    type: money
  share:
    label: {zh: 比例, en: Share}
    type: ratio
    computed: base / limit_cap
actions: [log_access]
rules:
  - id: T-1
    clause: 第九条1(a)
    when: customer.size = "large" and limit > 0
    then: {tier: 甲, base: "min(limit, limit_cap)"}
    actions:
      - log_access
      - set_base_limit: {amount: limit}
    because: {zh: 规模大, en: It is large}
    note: the size alone
  - id: T-2
    clause: 第九条1(b)
    then: {base: 0}
    because: {zh: 其他, en: All others}
"""

TABLE = """\
ruleset: access
title: {zh: 查阅, en: Access}
clause: [第二条4, 银行 第五条]
hit_policy: UNIQUE
outputs:
  access:
    label: {zh: 权限, en: Access}
    values:
      allow: {zh: 允许, en: Allowed}
      deny: {zh: 拒绝, en: Denied}
  days:
    label: {zh: 天数, en: Days}
    type: integer
table: |
  | id    | clause    | customer.size      | credit.limit | => access | => days | actions                                      |
  |-------|-----------|--------------------|--------------|-----------|---------|----------------------------------------------|
  | ACC-1 | 第二条4   | "large", "a\\|b"    | > 10         | deny      | 1 + 2   | log_access, set_base_limit(amount: 3 * 2)    |
  | ACC-2 | 银行 第五条 | -                  | -            | "allow"   | 0       | -                                            |
because:
  ACC-1: {zh: 大, en: Large}
  ACC-2: {zh: 其他, en: All others}
notes:
  ACC-2: whoever remains
"""  # noqa: E501

CASES = """\
ruleset: tier
given:
  as_of: 2026-11-23
  facts: {credit: {limit: 500000.00, bank: null}, customer: {size: large}}
cases:
  - case: as given
    facts: {credit: {limit: 449999.99}, "visits": [{on: 2026-10-05, effective: true}]}
    expect:
      values: {tier: 甲, share: 0.89999998}
      rules: [T-1]
      actions: [log_access, {set_base_limit: {amount: 100.00}}]
  - case: nothing known
    as_of: 2026-11-24
    facts: {customer: {size: null}, credit: null}
    expect:
      status: undecided
      missing_facts: [customer.size]
"""

FILES = {
    "policy.yaml": POLICY,
    "vocabulary.yaml": VOCABULARY,
    "parameters.yaml": PARAMETERS,
    "actions.yaml": ACTIONS,
    "source/credit.yaml": SOURCE,
    "credit/tier.yaml": RULES,
    "credit/access.yaml": TABLE,
    "credit/tier.test.yaml": CASES,
}
RULES_FILE, TABLE_FILE, CASES_FILE = "credit/tier.yaml", "credit/access.yaml", "credit/tier.test.yaml"


def spoilt(file: str, old: str, new: str) -> dict[str, str]:
    """The small policy with one passage replaced, which must stand there exactly once."""
    assert FILES[file].count(old) == 1, f"{old!r} stands {FILES[file].count(old)} times in {file}"
    return FILES | {file: FILES[file].replace(old, new)}


def diagnostics(texts: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Whatever `load` and `load_cases` say about the files."""
    found: list[Diagnostic] = []
    for stage in (load, load_cases):
        try:
            stage(texts)
        except PolicyError as error:
            found += error.diagnostics
    return tuple(found)


def underlined(diagnostic: Diagnostic, texts: dict[str, str]) -> str:
    """The characters that a diagnostic points at."""
    span = diagnostic.span
    line = texts[span.file].split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def loaded(texts: dict[str, str] | None = None) -> PolicySet:
    """The policy set of files that are right."""
    return load(FILES if texts is None else texts)
