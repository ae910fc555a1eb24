"""What the service tells people who report on decisions: that something was done, or a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.messages import shown
from service.problems import Complaint, Kind

ALREADY_REVIEWED: Final = Kind(
    "already-reviewed",
    409,
    "The last review is another one",
    "name in `supersedes` the number of the last review, which is the member `review` (null if there is none yet),"
    " once you have read it; nothing was recorded",
)
KINDS: Final = (ALREADY_REVIEWED,)

NOT_RECORDED: Final = "every problem is listed in `errors`; nothing was recorded"
BLANK: Final = Complaint("blank", "nothing is written here")
NO_OVERRIDE: Final = Complaint(
    "not-overridden", "a decision that is confirmed keeps its outcomes", "leave it out, or say `override` in `verdict`"
)
AS_DECIDED: Final = Complaint(
    "as-decided", "that is what was decided", "leave the ruleset out, or `confirm` the decision"
)
NOTHING_OVERRIDDEN: Final = Complaint("empty", "no value is given", "name the values that shall hold instead")


def not_in_the_decision(name: str, known: Sequence[str]) -> Complaint:
    """A ruleset that the decision has no outcome of."""
    return Complaint("unknown-ruleset", f"the decision has no outcome of {shown(name)}", "", (name, tuple(known)))


def unknown_output(name: str, ruleset: str, known: Sequence[str]) -> Complaint:
    """An output that the ruleset did not declare when it decided."""
    detail = f"the ruleset `{ruleset}` has no output {shown(name)} in the decision's release"
    return Complaint("unknown-output", detail, "", (name, tuple(known)))


def before_the_decision(text: str, decided_at: str) -> Complaint:
    """A review made before there was anything to review."""
    return Complaint("before-the-decision", f"{shown(text)} is before the decision, made at {decided_at}")
