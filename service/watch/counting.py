"""From notes to numbers: equal notes are counted together, for there are thousands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from service.ledger import Facet
from service.watch import catalogue
from service.watch.notes import Answered, Committed, Made
from service.watch.tallies import Tallies

Outputs = frozenset[tuple[str, str]]
"""Outputs by ruleset and name."""
Countable = Callable[[], Outputs]
"""Those whose values are few: enums and booleans."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def count(notes: Iterable[Answered | Committed], tallies: Tallies, countable: Outputs) -> None:
    """Count notes."""
    commits: list[Committed] = []
    answers: list[Answered] = []
    for note in notes:
        if isinstance(note, Committed):
            commits.append(note)
        else:
            answers.append(note)
    if commits:
        tallies.observe(catalogue.COMMITS, [one.seconds for one in commits])
        tallies.observe(catalogue.BATCHES, [one.entries for one in commits])
    if answers:
        _requests(answers, tallies)
        _decisions([made for one in answers for made in one.made], tallies, countable)


def _requests(notes: list[Answered], tallies: Tallies) -> None:
    seconds: dict[str, list[float]] = defaultdict(list)
    for note in notes:
        seconds[note.route].append(note.seconds)
    for route, values in seconds.items():
        tallies.observe(catalogue.REQUEST_SECONDS, values, route)
    for (route, method, status), number in Counter((one.route, one.method, one.status) for one in notes).items():
        tallies.add(catalogue.REQUESTS, route, method if method in _METHODS else "other", status, count=number)
    for (kind, status), number in Counter((one.problem, one.status) for one in notes if one.problem).items():
        tallies.add(catalogue.REFUSALS, kind, status, count=number)
    for metric, number in (
        (catalogue.REPEATED, sum(one.repeated for one in notes)),
        (catalogue.UNANSWERED, sum(one.unanswered for one in notes)),
        (catalogue.NOT_RECORDED, sum(one.not_recorded for one in notes)),
    ):
        tallies.add(metric, count=number)


def _decisions(every: list[Made], tallies: Tallies, countable: Outputs) -> None:
    tallies.observe(catalogue.DECIDE_SECONDS, [made.deciding for made in every])
    tallies.observe(catalogue.RECORD_SECONDS, [made.recording for made in every])
    for (asked, facets), number in Counter((made.asked, made.facets) for made in every).items():
        _outcomes(asked, facets, number, tallies, countable)
    for ruleset, number in Counter(name for made in every for name in made.disputed).items():
        tallies.add(catalogue.DISAGREEMENTS, ruleset, count=number)


def _outcomes(
    asked: tuple[str, ...], facets: tuple[Facet, ...], number: int, tallies: Tallies, countable: Outputs
) -> None:
    statuses: dict[str, str] = {}
    for ruleset, status, output, value in facets:
        if ruleset in asked:
            statuses[ruleset] = status
            if value is not None and output is not None and (ruleset, output) in countable:
                tallies.add(catalogue.OUTCOMES, ruleset, output, value, count=number)
    for ruleset, status in statuses.items():
        tallies.add(catalogue.DECISIONS, ruleset, status, count=number)
