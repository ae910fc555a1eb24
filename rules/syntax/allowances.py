"""`allowed_for` of a protected fact: which ruleset may depend on it, for which purpose, by which clause."""

from __future__ import annotations

from rules.model.policy import Allowance
from rules.syntax import messages
from rules.syntax.shape import Fields
from rules.syntax.yaml_nodes import Node


def allowances(fact: Fields) -> tuple[Allowance, ...]:
    """The exemptions of a fact; only a protected one can have any."""
    if "allowed_for" in fact and fact.text("sensitivity") != "protected":
        fact.found.append(messages.misplaced_key(fact.key("allowed_for"), "allowed_for", "beside `protected`"))
    return tuple(_allowance(node, fact) for node in fact.items("allowed_for"))


def _allowance(node: Node, fact: Fields) -> Allowance:
    fields = Fields(node, fact.found, required="ruleset purpose clause because")
    ruleset, clause = fields.get("ruleset"), fields.get("clause")
    return Allowance(
        ruleset=fields.identifier("ruleset"),
        purpose=fields.text("purpose"),
        clause=fields.text("clause"),
        because=fields.bilingual("because"),
        span=(ruleset or node).span,
        clause_span=(clause or node).span,
    )
