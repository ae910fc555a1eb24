"""The first start: a key for whoever started the service, and a request to try it with."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import orjson

from rules.syntax import load_cases
from service import numbers
from service.callers.issue import issue
from service.callers.key_file import KeyFile
from service.callers.scopes import Role
from service.cli.policies import Failure
from service.clock import SystemClock
from service.config import Settings
from service.decide import Decider
from service.problems import Refusal
from service.repository import LoadedPolicy

NAME: Final = "first key"
README: Final[Mapping[str, Any]] = {
    "decide": ["limit_escalation"],
    "subject": "C-1024",
    "as_of": "2026-11-23",
    "facts": {
        "credit": {
            "bank_refusal": "none",
            "note_deferred": False,
            "deteriorated": False,
            "receivables": "410000.00",
            "unsettled_notes": "50000.00",
            "limit": "500000.00",
        },
        "order": {"amount": "20000.00"},
    },
}
"""The request that the README begins with."""


def first_key(settings: Settings, policy: LoadedPolicy) -> str | None:
    """What to tell of the new key, None where one is not needed: keys or tokens are there, or nobody is asked.

    Ends with one line where the keys, or what is set about callers, cannot be used.
    """
    try:
        callers = settings.callers()
        if callers is None or callers.tokens is not None:
            return None
        file = KeyFile(callers.folder)
        if file.every():
            return None
        _, text = issue(file, NAME, Role.ADMINISTRATOR, SystemClock().now())
    except (sqlite3.Error, ValueError, OSError) as error:
        raise Failure(f"the keys in `{settings.data_dir}` cannot be used: {error}") from None
    return "\n".join(_told(settings, policy, text))


def _told(settings: Settings, policy: LoadedPolicy, text: str) -> Iterator[str]:
    yield "The first key, for an administrator. It is shown this once; python run.py keys makes others and revokes it."
    yield ""
    yield f"  {text}"
    yield ""
    request = example(policy)
    if request is not None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        yield "A first decision, as soon as the service answers:"
        yield ""
        yield f"curl -s http://{host}:{settings.port}/v1/decisions \\"
        yield f"  -H 'Authorization: Bearer {text}' -H 'Content-Type: application/json' \\"
        yield f"  -d {shlex.quote(_json(request))}"
        yield ""


def example(policy: LoadedPolicy) -> Mapping[str, Any] | None:
    """A request that the policy decides: the one of the README, else the shortest of the policy's own cases."""
    try:
        Decider(policy, "off").read(README)
        return README
    except Refusal:
        return min(_cases(policy), key=lambda request: len(_json(request)), default=None)


def _cases(policy: LoadedPolicy) -> Iterator[Mapping[str, Any]]:
    """The cases that are decided by a rule and require something."""
    for cases in load_cases(policy.checked.policy.texts).values():
        for case in cases:
            if case.status == "decided" and case.actions and case.rules:
                day = {} if case.as_of is None else {"as_of": case.as_of.isoformat()}
                yield {"decide": [case.ruleset], "subject": "C-1024", **day, "facts": case.facts}


def _json(request: Mapping[str, Any]) -> str:
    return orjson.dumps(request, default=_number).decode()


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(numbers.text(value))
    raise TypeError(type(value).__name__)
