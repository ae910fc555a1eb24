"""The proof of fair treatment as JSON: every protected fact and every outcome, with what could join them."""

from __future__ import annotations

from typing import Any, Final

from rules.analysis import fairness
from rules.analysis.fairness import Dependent
from rules.check.checked import CheckedPolicySet
from service.present import bilingual

Json = dict[str, Any]

CLAUSE: Final = "用户 原则5"
"""The paragraph that asks for it."""
NAME: Final = "fair_treatment"
TITLE: Final[Json] = {"zh": "公平待人", "en": "Fair treatment, proved for every policy"}


def shown(checked: CheckedPolicySet) -> Json:
    """The proof for one policy."""
    proof = fairness.proof(checked)
    facts = checked.policy.facts
    return {
        "policy": {"release": checked.release, "label": checked.policy.label},
        "clause": CLAUSE if CLAUSE in checked.policy.clauses else None,
        "fair": proof.fair,
        "protected_facts": [
            {"fact": name, "label": bilingual(facts[name].label), "outcomes": [_dependent(one) for one in dependents]}
            for name, dependents in proof.protected.items()
        ],
        "outcomes": [
            {"ruleset": name, "title": bilingual(checked.rulesets[name].source.title), "depends_on": list(reads)}
            for name, reads in proof.reads.items()
        ],
    }


def _dependent(one: Dependent) -> Json:
    allowance = one.allowance
    return {
        "ruleset": one.ruleset,
        "chain": [str(node) for node in one.chain],
        "allowed_by": None
        if allowance is None
        else {"purpose": allowance.purpose, "clause": allowance.clause, "because": bilingual(allowance.because)},
    }
