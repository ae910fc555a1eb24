"""`fair_treatment`: the policies are fair, and a planted violation is found wherever it hides."""

from __future__ import annotations

import pytest

from rules.analysis import fairness
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError
from rules.syntax import load
from service.repository import check_texts

PROTECTED = {"person.sex", "person.ethnicity", "person.religion", "person.age"}
BIRTHDAY = "customer.birthday"
"""Read for a greeting on the day, and for nothing else."""
TIER = "credit/credit_tier.yaml"
ALLOWED = """sensitivity: protected
    allowed_for:
      - {ruleset: credit_tier, purpose: a test, clause: 第九条1, because: {zh: 试, en: A test}}
"""


def planted(texts: dict[str, str], old: str, new: str, allowed: bool = False) -> CheckedPolicySet:
    changed = dict(texts)
    assert texts[TIER].count(old) >= 1
    changed[TIER] = texts[TIER].replace(old, new, 1)
    if allowed:
        before, _, after = texts["vocabulary.yaml"].partition("  person.age:")
        rest = after.replace("sensitivity: protected\n", ALLOWED, 1)
        changed["vocabulary.yaml"] = f"{before}  person.age:{rest}"
    return check(load(changed))


def test_the_policies_are_fair(checked: CheckedPolicySet) -> None:
    proof = fairness.proof(checked)
    assert set(proof.protected) == {*PROTECTED, BIRTHDAY}
    assert all(proof.protected[name] == () for name in PROTECTED)
    exempt = {(one.ruleset, one.allowance.clause) for one in proof.protected[BIRTHDAY] if one.allowance is not None}
    assert exempt == {("customer_care", "物业 第八条2")}
    assert proof.fair
    assert not PROTECTED & {name for reads in proof.reads.values() for name in reads}
    assert "customer.founded_on" in proof.reads["limit_escalation"]


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        (
            "customer.is_intermediary", "customer.is_intermediary or person.age > 60",
            "person.age → rule TIER-2 → credit_tier.tier",
        ),
        (
            "limit_cap\n", "limit_cap + 0 * person.age\n",
            "person.age → credit_tier.base_limit",
        ),
    ],
)  # fmt: skip
def test_a_planted_violation_is_refused_at_its_cell(texts: dict[str, str], old: str, new: str, way: str) -> None:
    policy = planted(texts, old, new)
    first = next(one for one in fairness.diagnostics(policy) if one.span.file == TIER)
    assert (first.code, first.span.length) == ("unfair-dependency", len("person.age"))
    assert first.hint.split("\n")[0] == way
    assert "limit_escalation" in first.hint
    with pytest.raises(PolicyError):
        fairness.proved(policy)
    with pytest.raises(PolicyError):
        check_texts(policy.policy.texts)


def test_an_exemption_frees_one_ruleset_and_not_those_that_read_it(texts: dict[str, str]) -> None:
    policy = planted(texts, "customer.is_intermediary", "person.age > 60", allowed=True)
    found = [one for one in fairness.diagnostics(policy) if one.severity == "error"]
    assert found
    assert TIER not in {one.span.file for one in found}
    dependents = fairness.proof(policy).protected["person.age"]
    exempt = {one.ruleset for one in dependents if one.allowance is not None}
    assert exempt == {"credit_tier"}
    assert {one.ruleset for one in dependents} > exempt
    assert not fairness.proof(policy).fair


def test_an_exemption_of_all_that_depend_makes_the_policy_fair(texts: dict[str, str]) -> None:
    policy = planted(texts, "customer.is_intermediary", "person.age > 60", allowed=True)
    others = [one.ruleset for one in fairness.proof(policy).protected["person.age"] if one.allowance is None]
    line = next(line for line in ALLOWED.split("\n") if "credit_tier" in line)
    more = "\n".join(line.replace("credit_tier", name) for name in ["credit_tier", *others])
    changed = dict(policy.policy.texts)
    changed["vocabulary.yaml"] = changed["vocabulary.yaml"].replace(line, more)
    assert fairness.proved(check(load(changed)))
