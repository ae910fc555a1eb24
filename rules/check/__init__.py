"""From what the files say to what can be decided: every check, in a visible order.

`check(policy)` is the only maker of `CheckedPolicySet`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rules.check import stages
from rules.check.checked import CheckedPolicySet
from rules.check.findings import Findings
from rules.errors import in_order
from rules.model.policy import PolicySet

__all__ = ["STAGES", "check", "release_id"]

STAGES = (stages.names, stages.clauses, stages.rule_ids, stages.hit_policies)
"""What is checked of the policy as written; then the rulesets are bound and typed, then the unused found."""


def check(policy: PolicySet) -> CheckedPolicySet:
    """The policy, ready for engines; raises PolicyError with every fault of every file at once."""
    findings = Findings()
    for stage in STAGES:
        stage(policy, findings)
    rulesets = stages.rulesets(policy, findings)
    findings.raise_errors()
    stages.unused(policy, rulesets, findings)
    return CheckedPolicySet(policy, rulesets, release_id(policy.texts), in_order(findings.diagnostics))


def release_id(texts: Mapping[str, str]) -> str:
    """`sha256:` over the name and text of every file that can change a decision; cases cannot."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        if not name.endswith(".test.yaml"):
            for part in (name, texts[name]):
                data = part.encode("utf-8")
                digest.update(len(data).to_bytes(8, "big") + data)
    return f"sha256:{digest.hexdigest()}"
