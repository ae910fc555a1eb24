"""Large tables cut into networks of a few rules: by the code of one property, by the place of another.

Alternatives are divided until few enough are left, by whichever property divides them best; one that does
not test that property goes to every part. Where nothing divides them they are taken in runs, so that every
table can be held.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.engines.durable.integers import HIGHEST, LOWEST, Integers, between
from rules.engines.durable.limits import LEAF_ALTERNATIVES, LEAF_PROPERTIES
from rules.engines.durable.lower import Alternative
from rules.engines.durable.properties import Property

MAX_COPIES = 8
"""How often an alternative may be copied in the mean before runs are the better way."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Alternatives that are matched together, in rule order."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Part i has what holds where the property is at least `cuts[i - 1]` and below `cuts[i]`."""

    property: Property
    cuts: tuple[int, ...]
    parts: tuple[Shard, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Parts to be tried one after another, in rule order."""

    parts: tuple[Shard, ...]


Shard = Leaf | Cut | Run


def shard(alternatives: Sequence[Alternative]) -> Shard:
    """The alternatives in parts that the matcher holds."""
    return _divide(tuple(alternatives), MAX_COPIES * len(alternatives) + LEAF_ALTERNATIVES)


def leaves(found: Shard) -> Iterator[Leaf]:
    """All leaves, from left to right."""
    if isinstance(found, Leaf):
        yield found
    else:
        for part in found.parts:
            yield from leaves(part)


def _divide(alternatives: tuple[Alternative, ...], copies: int) -> Shard:
    if _fits(alternatives):
        return Leaf(alternatives)
    best: tuple[tuple[int, int], Cut] | None = None
    for property_ in _properties(alternatives):
        cuts = _cuts(property_, alternatives)
        parts = _parts(property_, cuts, alternatives)
        largest, total = max(map(len, parts)), sum(map(len, parts))
        cost = (largest, total)
        if largest <= 0.75 * len(alternatives) and total <= copies and (best is None or cost < best[0]):
            best = (cost, Cut(property_, cuts, tuple(Leaf(part) for part in parts)))
    if best is None:
        return _in_runs(alternatives)
    cut = best[1]
    total = sum(len(leaf.alternatives) for leaf in leaves(cut))
    divided = (_divide(leaf.alternatives, copies * len(leaf.alternatives) // total) for leaf in leaves(cut))
    return Cut(cut.property, cut.cuts, tuple(divided))


def _fits(alternatives: Sequence[Alternative]) -> bool:
    if len(alternatives) <= 1:
        return True
    # A set that is no run may become a property of its own, so each such set counts.
    seen = {(p, a if len(a.runs) > 1 else None) for x in alternatives for p, a in x.tests.items()}
    return len(alternatives) <= LEAF_ALTERNATIVES and len(seen) <= LEAF_PROPERTIES


def _properties(alternatives: Sequence[Alternative]) -> list[Property]:
    return list(dict.fromkeys(p for a in alternatives for p in a.tests))


def _cuts(property_: Property, alternatives: Sequence[Alternative]) -> tuple[int, ...]:
    """Where the parts begin: at places where an alternative begins or ends, as few as will do.

    Neighbouring stretches are put together while what can hold in them fits into one network, or is no
    more than twice what holds at the busiest place anyway.
    """
    runs = [run for x in alternatives if property_ in x.tests for run in x.tests[property_].runs]
    opening, closing = Counter(first for first, _ in runs), Counter(last + 1 for _, last in runs)
    untested = sum(property_ not in x.tests for x in alternatives)
    places = sorted((opening.keys() | closing.keys()) - {LOWEST, HIGHEST + 1})
    alive = [opening[LOWEST] + untested]
    for place in places:
        alive.append(alive[-1] - closing[place] + opening[place])
    most = max(LEAF_ALTERNATIVES, 2 * max(alive))
    cuts: list[int] = []
    held = alive[0]
    for place, now in zip(places, alive[1:], strict=True):
        held += opening[place]
        if held > most:
            cuts.append(place)
            held = now
    return tuple(cuts)


def _parts(
    property_: Property, cuts: Sequence[int], alternatives: Sequence[Alternative]
) -> list[tuple[Alternative, ...]]:
    starts = (LOWEST, *cuts)
    parts: list[list[Alternative]] = [[] for _ in starts]
    for alternative in alternatives:
        allowed = alternative.tests.get(property_)
        if allowed is None:
            touched = set(range(len(parts)))
        else:
            touched = {
                i for a, b in allowed.runs for i in range(bisect_right(cuts, a), bisect_right(cuts, b) + 1)
            }  # fmt: skip
        for i in touched:
            end = cuts[i] - 1 if i < len(cuts) else HIGHEST
            parts[i].append(_narrowed(alternative, property_, between(starts[i], end)))
    return [tuple(part) for part in parts]


def _narrowed(alternative: Alternative, property_: Property, part: Integers) -> Alternative:
    """The alternative inside one part, without the test where all of the part passes it."""
    allowed = alternative.tests.get(property_)
    if allowed is None:
        return alternative
    inside = (allowed & part).within(part.runs[0])
    tests = {p: a for p, a in alternative.tests.items() if p is not property_}
    everything = inside.runs == ((LOWEST, HIGHEST),)
    return Alternative(alternative.row, tests if everything else {**tests, property_: inside})


def _in_runs(alternatives: Sequence[Alternative]) -> Run:
    """The alternatives in runs that fit, in rule order."""
    runs: list[list[Alternative]] = [[]]
    for alternative in alternatives:
        if not _fits([*runs[-1], alternative]):
            runs.append([])
        runs[-1].append(alternative)
    return Run(tuple(Leaf(tuple(run)) for run in runs))
