"""Policy folders: from files on disk to rulesets that engines can decide."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.analysis import fairness
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.base import Engine
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.errors import Diagnostic, PolicyError
from rules.syntax import load
from service.policy_files import FolderError, read_texts

__all__ = ["FolderError", "LoadedPolicy", "check_texts", "load_policy", "read_texts", "time_zone"]

TIME_ZONE: Final = "time_zone"
"""The parameter that says when the business day begins."""


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """One policy in force: what it says, its engine, the interpreter that judges it, its time zone."""

    checked: CheckedPolicySet
    engine: Engine
    reference: Engine
    time_zone: zoneinfo.ZoneInfo


def check_texts(texts: Mapping[str, str]) -> CheckedPolicySet:
    """The policy in the texts, checked and proved fair. Raises PolicyError with every diagnostic."""
    return fairness.proved(check(load(texts)))


def load_policy(checked: CheckedPolicySet) -> LoadedPolicy:
    """The engines of a checked policy. Raises PolicyError for what an engine cannot hold."""
    zone = time_zone(checked)
    reference = Interpreter(checked)
    return LoadedPolicy(checked, DurableEngine(checked, reference), reference, zone)


def time_zone(checked: CheckedPolicySet) -> zoneinfo.ZoneInfo:
    """The zone of the business day, UTC where the policy names none. Raises PolicyError."""
    parameter = checked.policy.parameters.get(TIME_ZONE)
    if parameter is None:
        return zoneinfo.ZoneInfo("UTC")
    try:
        return zoneinfo.ZoneInfo(str(parameter.value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"`{parameter.value}` is no time zone"
        hint = "take a name of the IANA database, for example `Asia/Shanghai`"
        raise PolicyError([Diagnostic("bad-time-zone", parameter.span, message, hint)]) from None
