"""The interpreter asked again: a ruleset on which the engine and the definition differ fails closed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.engines.base import Engine
from rules.model.decision import Outcome
from service import messages
from service.config import CrossCheck
from service.present import failed

ONE_IN: Final = 100
"""A sampled check repeats one decision in so many, by its id, so that an audit can tell which."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two answers for one ruleset."""

    ruleset: str
    answer: Outcome | None
    reference: Outcome | None


class CrossChecker:
    """Compares decisions with a reference engine, as often as the setting says."""

    def __init__(self, mode: CrossCheck, reference: Engine) -> None:
        self._mode = mode
        self._reference = reference

    def wanted(self, decision_id: str) -> bool:
        """Whether the decision of this id is repeated."""
        return self._mode == "always" or (self._mode == "sampled" and int(decision_id[-8:], 16) % ONE_IN == 0)

    def check(
        self,
        decision_id: str,
        outcomes: Mapping[str, Outcome],
        asked: tuple[str, ...],
        facts: Mapping[str, Any],
        as_of: dt.date,
    ) -> tuple[Mapping[str, Outcome], tuple[Disagreement, ...]]:
        """The outcomes, those in dispute failed closed, and the disputes."""
        if not self.wanted(decision_id):
            return outcomes, ()
        closed, disputes = compared(outcomes, self._reference.decide(asked, facts, as_of))
        for dispute in disputes:
            _log.error("decision %s: the engines disagree on `%s`", decision_id, dispute.ruleset)
        return closed, disputes


def compared(
    outcomes: Mapping[str, Outcome], reference: Mapping[str, Outcome]
) -> tuple[Mapping[str, Outcome], tuple[Disagreement, ...]]:
    """The outcomes of two engines as one: those in dispute failed closed, and the disputes."""
    disputes = tuple(
        Disagreement(name, outcomes.get(name), reference.get(name))
        for name in {**outcomes, **reference}
        if outcomes.get(name) != reference.get(name)
    )
    if not disputes:
        return outcomes, ()
    closed = dict(outcomes)
    for dispute in disputes:
        doubted = dispute.answer or dispute.reference
        if doubted is not None:
            closed[dispute.ruleset] = failed(doubted, messages.DISAGREEMENT)
    return closed, disputes
