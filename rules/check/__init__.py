"""From what the files say to what can be decided: every check, in a visible order.

`check(policy)` is the only maker of `CheckedPolicySet`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rules.check import lints, stages
from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.check.findings import Findings
from rules.errors import in_order
from rules.model.policy import PolicySet

__all__ = ["LINTS", "STAGES", "check", "examine", "release_id"]

STAGES = (stages.names, stages.clauses, stages.paragraphs, stages.rule_ids, stages.hit_policies)
"""What is checked of the policy as written; then the rulesets are bound and typed, then the unused found."""

LINTS = (lints.comparisons, lints.repeated_tests, lints.repeated_rules)
"""What can be told of rulesets once they are bound: conditions that always or never hold, or stand there twice."""


def check(policy: PolicySet) -> CheckedPolicySet:
    """The policy, ready for engines; raises PolicyError with every fault of every file at once."""
    findings = Findings()
    rulesets = examine(policy, findings)
    findings.raise_errors()
    stages.unused(policy, rulesets, findings)
    return CheckedPolicySet(policy, rulesets, release_id(policy.texts), in_order(findings.diagnostics))


def examine(policy: PolicySet, findings: Findings) -> dict[str, CheckedRuleset]:
    """Every check but that for what is unused; what the rulesets were bound to is sound without findings."""
    for stage in STAGES:
        stage(policy, findings)
    rulesets = stages.rulesets(policy, findings)
    for lint in LINTS:
        lint(policy, rulesets, findings)
    return rulesets


def release_id(texts: Mapping[str, str]) -> str:
    """`sha256:` over the name and text of every file that can change a decision; cases cannot."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        if not name.endswith(".test.yaml"):
            for part in (name, texts[name]):
                data = part.encode("utf-8")
                digest.update(len(data).to_bytes(8, "big") + data)
    return f"sha256:{digest.hexdigest()}"
