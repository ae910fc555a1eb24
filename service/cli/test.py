"""`run.py test`: the cases beside the rules, on both engines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError
from rules.syntax import load_cases
from service.cases import Result, Runner
from service.cli.policies import POLICIES, broken, checked_of, texts_of
from service.repository import load_policy


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
def test(folder: Path) -> None:
    """Run the cases (*.test.yaml) in FOLDER (default: policies) on both engines.

    Prints each difference with the place of its case, and the rules that no case fires. Ends with 1 if
    a case fails.
    """
    texts = texts_of(folder)
    checked = checked_of(texts)
    try:
        policy = load_policy(checked)
        cases = [case for listed in load_cases(texts).values() for case in listed]
    except PolicyError as error:
        broken(error, texts)
    runner = Runner(checked)
    engines = (policy.reference, policy.engine)
    results = [runner.run(case, engine) for case in cases for engine in engines]
    failed = [result for result in results if result.differences]
    for result in failed:
        _show(result)
    _coverage(checked, results)
    names = " and ".join(engine.name for engine in engines)
    click.echo(
        f"{len(cases)} cases on {names}: {len(failed)} failed" if failed else f"ok: {len(cases)} cases on {names}"
    )
    sys.exit(1 if failed else 0)


def _show(result: Result) -> None:
    span = result.case.span
    click.echo(f"{span.file}:{span.line}: {result.case.name} [{result.engine}]")
    for difference in result.differences:
        click.echo(f"  {difference.part}: expected {difference.expected}")
        click.echo(f"  {' ' * len(difference.part)}       got {difference.got}")


def _coverage(checked: CheckedPolicySet, results: Sequence[Result]) -> None:
    fired = frozenset().union(*(result.fired for result in results))
    every = [(name, rule.id) for name, ruleset in checked.rulesets.items() for rule in ruleset.rules]
    never = [f"{rule} ({name})" for name, rule in every if (name, rule) not in fired]
    click.echo(f"rules fired by a case: {len(every) - len(never)} of {len(every)}")
    if never:
        click.echo(f"never fired: {', '.join(never)}")
