"""Every fault of every file at once, though some files cannot be read in full.

`load` stops at what it cannot read and `check` at what does not fit. Who mends a policy wants both: the
rulesets that could be read are checked beside those that could not, as far as nothing has to be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rules.check import check, examine, requirements
from rules.check.checked import CheckedPolicySet
from rules.check.findings import Findings
from rules.check.paths import with_paths
from rules.errors import Diagnostic, PolicyError, in_order
from rules.model.policy import PolicySet, Ruleset
from rules.syntax import load_cases, read
from rules.syntax.yaml_nodes import Node

_LOCAL = frozenset({
    "ambiguous-value", "bad-action", "feel-syntax", "missing-reason", "missing-translation", "unknown-role",
    "unknown-rule",
})  # fmt: skip
"""Faults beside which the rest of their file still means what it says."""

_SHARED = frozenset({"policy.yaml", "vocabulary.yaml", "parameters.yaml", "actions.yaml", "calendar.yaml"})
_SOURCE = "source/"


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is wrong, in reading order; and the policy, where nothing of it is an error."""

    diagnostics: tuple[Diagnostic, ...]
    checked: CheckedPolicySet | None


def everything(texts: Mapping[str, str]) -> Everything:
    """Reads and checks the files of a policy, cases included."""
    trees: dict[str, Node | None] = {}
    policy, found = read(texts, trees)
    faults = [*found, *_of_cases(texts)]
    checked = None
    try:
        if found:
            faults += _of_the_rest(policy, found)
        else:
            checked = check(policy)
            faults += checked.warnings
    except PolicyError as error:
        faults += error.diagnostics
    wrong = any(one.severity == "error" for one in faults)
    return Everything(in_order(with_paths(faults, texts, trees)), None if wrong else checked)


def _of_cases(texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    try:
        load_cases(texts)
    except PolicyError as error:
        return error.diagnostics
    return ()


def _of_the_rest(policy: PolicySet, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What the checks say of the rulesets that could be read, with all that they need."""
    broken = {one.span.file for one in found if one.code not in _LOCAL and not one.span.file.endswith(".test.yaml")}
    if broken & _SHARED:
        return []
    findings = Findings()
    examine(replace(policy, rulesets=_whole(policy.rulesets, broken)), findings)
    unsure = {"unexplained-paragraph"}  # a rule that carries it may stand in what could not be read
    unsure |= {"unknown-clause"} if any(file.startswith(_SOURCE) for file in broken) else set()
    return [one for one in findings.diagnostics if one.span.file and one.code not in unsure]


def _whole(rulesets: Mapping[str, Ruleset], broken: set[str]) -> dict[str, Ruleset]:
    """The rulesets of files that are not broken, without those that read one that is."""
    lost = {file.rpartition("/")[2].removesuffix(".yaml") for file in broken}
    lost |= {name for name, ruleset in rulesets.items() if ruleset.span.file in broken}
    kept = {name: ruleset for name, ruleset in rulesets.items() if name not in lost}
    while True:
        torn = {name for name, ruleset in kept.items() if _mentions(ruleset) & lost}
        if not torn:
            return kept
        lost |= torn
        kept = {name: ruleset for name, ruleset in kept.items() if name not in torn}


def _mentions(ruleset: Ruleset) -> set[str]:
    return {root for one in requirements.expressions(ruleset) for root in requirements.roots(one.tree)}
