"""`run.py test`: the cases beside the rules, on both engines, and what they have tried."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from rules.check.checked import CheckedPolicySet
from rules.engines.base import Engine, NearMisses
from rules.errors import PolicyError
from rules.model.case import Case
from rules.model.decision import Outcome
from rules.model.values import Value
from rules.syntax import load_cases
from service.cases import Result, Runner
from service.cli.coverage import coverage, percent
from service.cli.policies import POLICIES, broken, checked_of, texts_of
from service.repository import load_policy


class _Recorded:
    """An engine that remembers what it answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.answers: list[Mapping[str, Outcome]] = []

    def decide(
        self, asked: tuple[str, ...], facts: Mapping[str, Value], as_of: dt.date
    ) -> dict[str, Outcome]:
        """See `Engine.decide`."""
        answer = self._engine.decide(asked, facts, as_of)
        self.answers.append(answer)
        return answer

    def near_misses(
        self, facts: Mapping[str, Value], as_of: dt.date, outcomes: Mapping[str, Outcome]
    ) -> dict[str, NearMisses]:
        """See `Engine.near_misses`."""
        return self._engine.near_misses(facts, as_of, outcomes)

    def decide_one(self, name: str, facts: Mapping[str, Value], as_of: dt.date) -> Outcome:
        """See `Engine.decide_one`."""
        return self._engine.decide_one(name, facts, as_of)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
@click.option(
    "--engine", "which", type=click.Choice(["interpreter", "durable", "both"]), default="both", show_default=True,
    help="The engine to run the cases on.",
)  # fmt: skip
@click.option(
    "--require", type=click.FloatRange(0, 100), default=0.0, show_default=True,
    help="Percent of rules and outcome values that the cases must have tried.",
)  # fmt: skip
def test(folder: Path, which: str, require: float) -> None:
    """Run the cases (*.test.yaml) in FOLDER (default: policies).

    Prints each difference with the place of its case and of the rules that fired; then what no case has
    tried: rules that never fire, rules that fire every time, outcome values never seen. Ends with 1 if a
    case fails, or if less was tried than required.
    """
    checked, cases, engines = _loaded(folder, which)
    runner = Runner(checked)
    failed = 0
    for case in cases:
        for engine in engines:
            before = len(engine.answers)
            result = runner.run(case, engine)
            if result.differences:
                failed += 1
                _show(result, checked, engine.answers[before:])
    tried = coverage(checked, (answer for engine in engines for answer in engine.answers))
    for line in (line for one in tried for line in one.lines()):
        click.echo(line)
    short = percent(tried) < require
    if short:
        click.echo(f"{percent(tried):.1f} % tried, {require:g} % required")
    names = " and ".join(engine.name for engine in engines)
    told = f"{len(cases)} cases on {names}"
    click.echo(f"{told}: {failed} failed" if failed else f"{'' if short else 'ok: '}{told}")
    sys.exit(1 if failed or short else 0)


def _loaded(folder: Path, which: str) -> tuple[CheckedPolicySet, list[Case], list[_Recorded]]:
    texts = texts_of(folder)
    checked = checked_of(texts)
    try:
        policy = load_policy(checked)
        cases = [case for listed in load_cases(texts).values() for case in listed]
    except PolicyError as error:
        broken(error, texts)
    both = {"interpreter": policy.reference, "durable": policy.engine}
    return checked, cases, [_Recorded(one) for name, one in both.items() if which in (name, "both")]


def _show(result: Result, checked: CheckedPolicySet, answers: list[Mapping[str, Outcome]]) -> None:
    span = result.case.span
    click.echo(f"{span.file}:{span.line}: {result.case.name} [{result.engine}]")
    for difference in result.differences:
        click.echo(f"  {difference.part}: expected {difference.expected}")
        click.echo(f"  {' ' * len(difference.part)}       got {difference.got}")
    for line in _places(result.case.ruleset, checked, answers):
        click.echo(f"  {line}")


def _places(name: str, checked: CheckedPolicySet, answers: list[Mapping[str, Outcome]]) -> Iterator[str]:
    """The rules that fired in the ruleset of the case, with where they stand."""
    spans = {rule.id: rule.span for rule in checked.rulesets[name].source.rules} if name in checked.rulesets else {}
    for answer in answers:
        for rule in answer[name].rules:
            yield f"fired: {rule} at {spans[rule].file}:{spans[rule].line}"
