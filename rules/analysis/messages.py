"""Every wording of the analyses, on one page."""

from __future__ import annotations

from collections.abc import Iterable

from rules.check.messages import Finding, short

_ARROW = " → "
_MOST_WAYS = 5


def chain(nodes: Iterable[object]) -> str:
    """`customer.sex → let discount → rule X-2 → credit_tier.tier`."""
    return _ARROW.join(str(node) for node in nodes)


def unfair_dependency(ruleset: str, fact: str, way: str, farther: Iterable[str]) -> Finding:
    """An outcome that a protected fact can change, and what it changes farther on."""
    also = list(farther)
    lines = [way, *(f"and on: {one}" for one in also[:_MOST_WAYS])]
    if len(also) > _MOST_WAYS:
        lines.append(f"and on to {len(also) - _MOST_WAYS} more rulesets")
    lines.append("decide without it, or name the clause that allows it under `allowed_for` of the fact")
    message = f"the outcome of `{ruleset}` depends on `{fact}`, which is protected"
    return Finding("unfair-dependency", message, "\n".join(lines))


def needless_allowance(ruleset: str, fact: str, purpose: str) -> Finding:
    """An exemption that nothing needs."""
    return Finding(
        "needless-allowance",
        f"the outcome of `{ruleset}` does not depend on `{fact}`, so nothing is allowed for `{short(purpose)}`",
        "remove it",
    )
