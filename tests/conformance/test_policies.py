"""The policies' own cases, on every engine."""

from __future__ import annotations

from click.testing import CliRunner

from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.interpreter import Interpreter
from rules.syntax import load_cases
from service.cases import Runner
from service.cli import main
from tests.conftest import POLICIES, policy_texts

CASES = [case for cases in load_cases(policy_texts()).values() for case in cases]


def test_every_case_on_both_engines_and_nothing_untried() -> None:
    result = CliRunner().invoke(main, ["test", str(POLICIES), "--require", "100"])
    assert result.exit_code == 0, result.output
    assert f"ok: {len(CASES)} cases on interpreter and durable_rules" in result.output


def test_every_rule_fires_in_some_case(checked: CheckedPolicySet) -> None:
    runner, engine = Runner(checked), Interpreter(checked)
    fired = frozenset().union(*(runner.run(case, engine).fired for case in CASES))
    rules = {(r.name, rule.id) for r in checked.rulesets.values() for rule in r.rules}
    assert rules <= fired


def test_every_outcome_value_is_seen_in_some_case(checked: CheckedPolicySet) -> None:
    seen = {
        (case.ruleset, name, item)
        for case in CASES
        for name, value in (case.values or {}).items()
        for item in (value if isinstance(value, list) else [value])
    }
    for ruleset in checked.rulesets.values():
        for output in ruleset.source.outputs.values():
            for value in output.value_labels:
                assert (ruleset.name, output.name, value) in seen


def test_the_policy_has_no_warnings(checked: CheckedPolicySet) -> None:
    assert checked.warnings == ()


def test_the_release_changes_with_the_rules_alone() -> None:
    from rules.syntax import load

    texts = policy_texts()
    before = check(load(texts)).release
    cases = {n: t + "\n# a word\n" if n.endswith(".test.yaml") else t for n, t in texts.items()}
    assert check(load(cases)).release == before
    name = "credit/visit_plan.yaml"
    assert check(load({**texts, name: texts[name] + "\n# a word\n"})).release != before
