"""From a paragraph of the source to what carries it, to the cases that hold it, to the decisions it made; and back."""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from rules.check.checked import CheckedPolicySet
from rules.engines.interpreter import Interpreter
from rules.errors import PolicyError
from rules.model.case import Case
from rules.model.policy import Clause, Rule
from rules.syntax import load_cases
from service import fairness
from service.analyses.catalogue import offered
from service.cases import Runner
from service.ledger.entry import utc_text
from service.present import bilingual
from service.register.tallies import Tallies, Tally

Json = dict[str, Any]

MOST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which paragraphs to show; every filter that is given must hold.

    `document` is a part of the document's title or the name of its file; `text` stands in the id, the gist
    or a reason of a rule. `without_rule`: no rule, ruleset or parameter carries it; `missing`: no analysis
    either, and no reason is written beside it.
    `unfired_days`: it has a rule that has not fired for so many days, and only such rules are shown.
    """

    document: str | None = None
    text: str | None = None
    without_rule: bool = False
    missing: bool = False
    unfired_days: int | None = None


class Clauses:
    """The paragraphs of one policy, with what carries each."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._checked = checked
        self._running = threading.Lock()
        self._fired: dict[str, Mapping[str, list[Json]]] = {}
        self._rules: dict[str, list[tuple[str, Rule]]] = defaultdict(list)
        self._rulesets: dict[str, list[Json]] = defaultdict(list)
        self._parameters: dict[str, list[Json]] = defaultdict(list)
        self._analyses: dict[str, list[Json]] = defaultdict(list)
        for name, ruleset in checked.rulesets.items():
            for clause, _ in ruleset.source.clauses:
                self._rulesets[clause].append({"name": name, "title": bilingual(ruleset.source.title)})
            for rule in ruleset.source.rules:
                self._rules[rule.clause].append((name, rule))
        for parameter in checked.policy.parameters.values():
            label = bilingual(parameter.label)
            self._parameters[parameter.clause].append({"name": parameter.name, "label": label})
        for name, offer in offered(checked).items():
            for clause in offer.analysis.clauses:
                self._analyses[clause].append({"name": name, "title": bilingual(offer.analysis.title)})
        self._analyses[fairness.CLAUSE].append({"name": fairness.NAME, "title": fairness.TITLE})

    def every(self, wanted: Wanted, tallies: Tallies, now: dt.datetime) -> Json:
        """The paragraphs that pass the filters, in the order of the source, and since when the log counts."""
        unfired_since = None
        if wanted.unfired_days is not None:
            unfired_since = utc_text(now - dt.timedelta(days=wanted.unfired_days))
        shown = (self._shown(clause, tallies) for clause in self._checked.policy.clauses.values())
        items = [item for item in shown if self._passes(item, wanted)]
        if unfired_since is not None:
            items = list(_unfired(items, unfired_since))
        return {
            "policy": {"release": self._checked.release, "label": self._checked.policy.label},
            "log": {"entries": tallies.size, "since": tallies.since},
            "items": [self._with_cases(item) for item in items],
        }

    def one(self, clause_id: str, tallies: Tallies) -> Json | None:
        """One paragraph, None for an id that the source does not have."""
        clause = self._checked.policy.clauses.get(clause_id)
        return None if clause is None else self._with_cases(self._shown(clause, tallies))

    def _with_cases(self, item: Json) -> Json:
        rules = [{**rule, "cases": self._cases(rule["ruleset"]).get(rule["id"], [])} for rule in item["rules"]]
        return {**item, "rules": rules}

    def _cases(self, ruleset: str) -> Mapping[str, list[Json]]:
        """For each rule the cases beside its ruleset that fire it, found by running them on the interpreter."""
        with self._running:  # all take seconds, so nobody runs them beside another
            if ruleset not in self._fired:
                self._fired[ruleset] = self._run(ruleset)
            return self._fired[ruleset]

    def _run(self, ruleset: str) -> Mapping[str, list[Json]]:
        found: dict[str, list[Json]] = defaultdict(list)
        runner, engine = Runner(self._checked), Interpreter(self._checked)
        for case in self._listed.get(ruleset, ()):
            for name, rule in sorted(runner.run(case, engine).fired):
                if name == ruleset:
                    found[rule].append({"case": case.name, "file": case.span.file, "line": case.span.line})
        return found

    @cached_property
    def _listed(self) -> Mapping[str, tuple[Case, ...]]:
        try:
            return load_cases(self._checked.policy.texts)
        except PolicyError:
            return {}

    def _shown(self, clause: Clause, tallies: Tallies) -> Json:
        file = clause.span.file
        return {
            "id": clause.id,
            "document": bilingual(clause.document),
            "file": file,
            "line": clause.span.line,
            "gist": bilingual(clause.gist),
            "without_rule": clause.without_rule or None,
            "carried": any(clause.id in by for by in (self._rules, self._rulesets, self._parameters)),
            "rulesets": self._rulesets.get(clause.id, []),
            "rules": [self._rule(name, rule, tallies) for name, rule in self._rules.get(clause.id, ())],
            "parameters": self._parameters.get(clause.id, []),
            "analyses": self._analyses.get(clause.id, []),
            **_applied(tallies.clause(clause.id)),
        }

    def _rule(self, ruleset: str, rule: Rule, tallies: Tallies) -> Json:
        return {
            "id": rule.id,
            "ruleset": ruleset,
            "because": bilingual(rule.because),
            "file": rule.span.file,
            "line": rule.span.line,
            "cases": [],
            **_applied(tallies.rule(rule.id)),
        }

    def _passes(self, item: Json, wanted: Wanted) -> bool:
        if wanted.document is not None:
            stem = item["file"].rpartition("/")[2].removesuffix(".yaml")
            titles = " ".join(item["document"].values()).casefold()
            if wanted.document != stem and wanted.document.casefold() not in titles:
                return False
        if wanted.text is not None:
            reasons = [text for rule in item["rules"] for text in rule["because"].values()]
            said = "\n".join([item["id"], *item["gist"].values(), *reasons]).casefold()
            if wanted.text.casefold() not in said:
                return False
        if (wanted.without_rule or wanted.missing) and item["carried"]:
            return False
        return not (wanted.missing and (item["without_rule"] or item["analyses"]))


def _applied(tally: Tally) -> Json:
    return {"decisions": tally.decisions, "last_fired_at": tally.last_at, "last_decision": tally.last_decision}


def _unfired(items: list[Json], since: str) -> Iterator[Json]:
    """The paragraphs with rules that fired last before that moment or never, with those rules alone."""
    for item in items:
        rules = [rule for rule in item["rules"] if (rule["last_fired_at"] or "") < since]
        if rules:
            yield {**item, "rules": rules}
