"""The page on callers says what is so."""

from __future__ import annotations

import pytest

from service import messages_callers as messages
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.config import Settings
from service.problems import Complaint
from tests.conftest import ROOT

PAGE = (ROOT / "docs/callers.md").read_text(encoding="utf-8")
CODES = {
    *(one.code for one in vars(messages).values() if isinstance(one, Complaint)),
    *(one.code for one in (messages.algorithm_refused(()), messages.claim_missing("x"), messages.bad_claim("x"))),
    messages.scope_missing(()).code,
    messages.too_often("x").code,
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code: str) -> None:
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_there_with_its_scopes(role: Role) -> None:
    scopes = ", ".join(f"`{scope}`" for scope in sorted(SCOPES_OF[role]))
    assert f"| `{role}` | {scopes} |" in PAGE


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_is_explained(scope: Scope) -> None:
    assert f"\n| `{scope}` | " in PAGE


def test_the_standard_rates() -> None:
    assert (Settings().rate_limit, Settings().failure_limit) == ("120000/minute", "60/minute")
    assert "(120,000 a minute)" in PAGE
    assert "60 a minute" in PAGE
