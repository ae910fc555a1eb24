"""The six credit rulesets once, in no peer's language; each peer's rules are made from this.

A row is a rule: its id, conditions that must all hold, and what it sets. The first row that holds counts.
A condition is a name, an operator and a value; `given` asks whether the name has a value at all. Money is
in whole cents, a date a number like 20261123.

Names without a dot are computed by the rules themselves, each engine in its own way:

| name | is |
|---|---|
| exposure, projected_exposure | receivables and unsettled notes; the same with the order |
| in_doubt | the bank refuses or may, a note is deferred, or the customer's standing has worsened |
| new_firm | founded less than a year before the decision |
| base_limit | of the tier |
| ordinary | the customer's own limit, or the base limit without one, and never above the cap |
| effective_limit | restricted: the smaller of ordinary and exposure; special: the approved one; else ordinary |
| near, over | 10 x projected exposure - 9 x effective limit; projected exposure - effective limit |
| utilisation | projected exposure / effective limit, nothing where that limit is 0 |
| made, streak | visits until the decision; those since the last effective one |
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Condition = tuple[str, str, Any]


class Row(NamedTuple):
    """A rule: what it sets is one value, its ruleset's main output."""

    rule: str
    when: tuple[Condition, ...]
    then: str


CAP: Final = 50_000_000
BASE_LIMIT: Final = {"甲": CAP, "乙": CAP * 6 // 10, "丙": CAP * 2 // 10}
DOUBT: Final = ("likely", "occurred")
YEAR: Final = 10_000
"""What a year is in a date that is written as a number."""

TIER: Final = (
    Row("TIER-1", (("customer.broken_promises", ">=", 1),), "丙"),
    Row("TIER-2", (("customer.is_intermediary", "==", True),), "丙"),
    Row(
        "TIER-3",
        (("customer.size", "==", "large"), ("customer.reputation", "==", "good"),
         ("customer.operations_stable", "==", True)),
        "甲",
    ),
    Row("TIER-4", (("credit.receivables", ">=", 10_000_000),), "丙"),
    Row("TIER-5", (("credit.receivables", "<", 10_000_000), ("customer.annual_trade", ">=", 50_000_000)), "丙"),
    Row("TIER-6", (("customer.size", "==", "small"), ("customer.staff", "<", 30)), "丙"),
    Row("TIER-7", (("new_firm", "==", True),), "丙"),
    Row("TIER-8", (("customer.reputation", "in", ("good", "average")),), "乙"),
    Row("TIER-9", (), "丙"),
)  # fmt: skip
LIMIT: Final = (
    Row("EXC-1a", (("in_doubt", "==", True), ("approval.given_by", "given", None)), "restrict"),
    Row("EXC-1b", (("in_doubt", "==", True),), "restrict"),
    Row(
        "EXC-2",
        (("approval.given_by", "==", "marketing_supervisor"), ("approval.purpose", "==", "expand_trade"),
         ("approval.special_limit", "given", None), ("approval.special_limit", "<=", CAP)),
        "special_limit",
    ),
    Row("EXC-3", (("approval.special_limit", "given", None),), "standard"),
    Row("EXC-4", (), "standard"),
)  # fmt: skip
ESCALATION: Final = (
    Row("LIM-1", (("near", "<", 0),), "within_limit"),
    Row("LIM-2", (("near", ">=", 0), ("over", "<=", 0)), "report_to_supervisor"),
    Row("LIM-3", (("over", ">", 0),), "escalate_to_general_manager"),
)
_ROLE, _OPERATION, _PURPOSE = "access.role", "access.operation", "access.purpose"
_ADMIN: Condition = (_ROLE, "==", "database_administrator")
_REPRESENTATIVE: Condition = (_ROLE, "==", "sales_representative")
_AUDITOR: Condition = (_ROLE, "==", "auditor")
_ASSIGNED: Condition = ("access.assigned", "==", True)
_BY_GENERAL_MANAGER: Condition = ("access.approved_by", "==", "general_manager")
_DELETE: Condition = (_OPERATION, "==", "delete")
_EXPORT: Condition = (_OPERATION, "==", "export")
_UPDATE: Condition = (_OPERATION, "==", "update")
_READ: Condition = (_OPERATION, "==", "read")
ACCESS: Final = (
    Row("ACC-1", ((_ROLE, "==", "external"),), "deny"),
    Row("ACC-2", ((_PURPOSE, "==", "marketing"), ("access.consent", "==", False)), "deny"),
    Row("ACC-3a", (_ADMIN, _DELETE, _BY_GENERAL_MANAGER), "allow"),
    Row("ACC-3b", (_DELETE,), "deny"),
    Row("ACC-4a", (_ADMIN, _EXPORT, _BY_GENERAL_MANAGER), "allow"),
    Row("ACC-4b", (_ADMIN, _EXPORT), "deny"),
    Row("ACC-4c", (_EXPORT,), "deny"),
    Row("ACC-5a", (_ADMIN, _UPDATE), "allow"),
    Row("ACC-5b", (_REPRESENTATIVE, _UPDATE, _ASSIGNED), "allow"),
    Row("ACC-5c", (_UPDATE,), "deny"),
    Row("ACC-6", ((_ROLE, "in", ("database_administrator", "general_manager", "sales_manager")), _READ), "allow"),
    Row("ACC-7a", (_REPRESENTATIVE, _READ, _ASSIGNED), "allow"),
    Row("ACC-7b", (_REPRESENTATIVE, _READ), "deny"),
    Row(
        "ACC-8a",
        (_AUDITOR, _READ, (_PURPOSE, "==", "audit"), ("access.sensitive", "==", True),
         ("access.approved_by", "==", "none")),
        "allow_masked",
    ),
    Row("ACC-8b", (_AUDITOR, _READ, (_PURPOSE, "==", "audit")), "allow"),
    Row("ACC-9", ((_ROLE, "==", "customer_service"), _READ, (_PURPOSE, "==", "service")), "allow_masked"),
    Row("ACC-10", (), "deny"),
)  # fmt: skip
VISITS: Final = (
    Row("VIS-1", (("made", "==", 0),), "schedule_first_visit"),
    Row("VIS-2", (("streak", ">=", 3),), "drop"),
    Row("VIS-3a", (("streak", ">=", 2),), "keep"),
    Row("VIS-3b", (), "keep"),
)

TABLES: Final = {"tier": TIER, "limit": LIMIT, "escalation": ESCALATION, "access": ACCESS, "visits": VISITS}
OUTPUTS: Final = {"tier": "tier", "limit": "handling", "escalation": "escalation", "access": "access", "visits": "plan"}
"""What the rows of a table set. The rule that fired is `<table>_rule` of a peer's answer."""
