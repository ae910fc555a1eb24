"""Policy folders: from files on disk to rulesets that engines can decide."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules.analysis import fairness
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.base import Engine
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.errors import Diagnostic, PolicyError
from rules.source import Span
from rules.syntax import load

TIME_ZONE: Final = "time_zone"
"""The parameter that says when the business day begins."""


class FolderError(Exception):
    """There is no policy folder at the place; the text says why."""


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """One policy in force: what it says, its engine, the interpreter that judges it, its time zone."""

    checked: CheckedPolicySet
    engine: Engine
    reference: Engine
    time_zone: zoneinfo.ZoneInfo


def read_texts(folder: Path) -> dict[str, str]:
    """Every YAML file of a folder by its relative name. Raises `FolderError`, PolicyError for no UTF-8."""
    if not folder.is_dir():
        raise FolderError(f"there is no policy folder `{folder}`")
    texts: dict[str, str] = {}
    broken: list[Diagnostic] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml")):
        name = path.relative_to(folder).as_posix()
        try:
            texts[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            broken.append(Diagnostic("not-utf8", Span(name, 1, 1), f"byte {error.start} is not UTF-8"))
        except OSError as error:
            raise FolderError(f"`{path}` cannot be read: {error.strerror}") from error
    if broken:
        raise PolicyError(broken)
    if not texts:
        raise FolderError(f"the policy folder `{folder}` holds no YAML file")
    return texts


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
