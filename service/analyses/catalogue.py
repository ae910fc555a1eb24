"""All analyses, and which of them a policy offers, with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rules.check.checked import CheckedPolicySet
from rules.errors import Diagnostic, PolicyError
from rules.model.policy import Parameter
from service import numbers
from service.analyses.abc_class import ABC_CLASS
from service.analyses.base import Analysis
from service.analyses.columns import SCALE
from service.analyses.product_sales import GROSS_MARGIN, PRODUCT_MIX
from service.analyses.product_stock import CONTRIBUTION_RATIO, CROSS_RATIO, TURNOVER
from service.analyses.seasonal_target import SEASONAL_TARGET
from service.analyses.share_of_wallet import SHARE_OF_WALLET

ANALYSES: Final[Mapping[str, Analysis]] = {
    analysis.name: analysis
    for analysis in (
        ABC_CLASS, SHARE_OF_WALLET, SEASONAL_TARGET, PRODUCT_MIX,
        GROSS_MARGIN, TURNOVER, CROSS_RATIO, CONTRIBUTION_RATIO,
    )
}  # fmt: skip

_MOST_YEARS: Final = 100


@dataclass(frozen=True, slots=True)
class Offered:
    """An analysis under one policy: its parameters as stored, and as they are shown."""

    analysis: Analysis
    stored: Mapping[str, int]
    shown: Mapping[str, Any]


def offered(checked: CheckedPolicySet) -> dict[str, Offered]:
    """The analyses whose parameters and actions the policy has.

    Raises PolicyError for a parameter that cannot be what the clause means by it.
    """
    policy = checked.policy
    known = {
        name: _stored(parameter)
        for name, parameter in policy.parameters.items()
        if any(name in analysis.parameters for analysis in ANALYSES.values())
    }
    _in_order(policy.parameters, known)
    return {
        name: Offered(
            analysis,
            {parameter: known[parameter] for parameter in analysis.parameters},
            {parameter: _shown(policy.parameters[parameter]) for parameter in analysis.parameters},
        )
        for name, analysis in ANALYSES.items()
        if all(parameter in known for parameter in analysis.parameters)
        and all(action in policy.actions for action in analysis.duties)
    }


def _stored(parameter: Parameter) -> int:
    value = parameter.value
    if parameter.name == "season_years":
        if not isinstance(value, Decimal) or not numbers.is_integral(value) or not 1 <= value <= _MOST_YEARS:
            raise _unfit(parameter, f"a whole number of years from 1 to {_MOST_YEARS}")
        return int(value)
    if not isinstance(value, Decimal) or not 0 <= value <= 1 or numbers.places(value) > SCALE["ratio"]:
        raise _unfit(parameter, "a share from 0 to 1 with at most six decimals")
    return int(value.scaleb(SCALE["ratio"], numbers.EXACT))


def _in_order(parameters: Mapping[str, Parameter], known: Mapping[str, int]) -> None:
    a, b = known.get("abc_class_a_share"), known.get("abc_class_b_share")
    if a is not None and b is not None and a > b:
        raise _unfit(parameters["abc_class_b_share"], "at least `abc_class_a_share`")


def _shown(parameter: Parameter) -> Any:
    value = parameter.value
    if parameter.name == "season_years":
        return int(value) if isinstance(value, Decimal) else None
    return numbers.text(value) if isinstance(value, Decimal) else None


def _unfit(parameter: Parameter, expected: str) -> PolicyError:
    message = f"`{parameter.name}` is {parameter.value}; the sales analyses need {expected}"
    return PolicyError([Diagnostic("bad-analysis-parameter", parameter.span, message, "")])
