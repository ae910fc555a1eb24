"""What is sent where credentials belong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.callers.guard import Guard
from service.callers.key_file import Key
from service.callers.key_table import CADENCE
from service.callers.settings import CallerSettings
from service.callers.scopes import ANY, TO_DECIDE, TO_READ_LOG, Role
from service.problems import Refusal
from tests.callers.conftest import refused
from tests.service.conftest import StoppedClock

Make = Callable[..., tuple[Key, str]]
SOMEONES = "pdk_" + "0" * 8 + "_" + "A" * 39


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "no-credentials"),
        ("", "no-credentials"),
        ("Bearer", "wrong-scheme"),
        ("Bearer ", "malformed-credentials"),
        ("Basic dXNlcjpwYXNz", "wrong-scheme"),
        ("pdk_" + "x" * 48, "wrong-scheme"),
        ("Bearer two words", "malformed-credentials"),
        ("Bearer a,Bearer b", "malformed-credentials"),
        ("Bearer \u00e9\u00ff", "malformed-credentials"),
        ("Bearer \x00", "malformed-credentials"),
        ("Bearer pdk_", "mistyped-key"),
        ("Bearer pdk_\u00e9", "mistyped-key"),
        ("Bearer pdk_" + "\ud800" * 48, "mistyped-key"),
        ("Bearer pdk_" + "x" * 1_000_000, "mistyped-key"),
        (f"Bearer {SOMEONES}", "mistyped-key"),
        ("Bearer " + "x" * 1_000_000, "malformed-credentials"),
        ("Bearer " + "a.b." + "c" * 9_000, "malformed-credentials"),
        ("Bearer a.b.c", "tokens-not-taken"),
    ],
)
def test_hostile_credentials(guard: Guard, authorization: str | None, code: str) -> None:
    assert refused(guard, authorization) == code


@given(st.text(max_size=80))
def test_any_text_is_refused_and_no_more(text: str) -> None:
    nobody = Guard.open(CallerSettings(Path("/nonexistent"), "1/second", "1000000/second"), StoppedClock())
    for authorization in (text, f"Bearer {text}", f"Bearer pdk_{text}"):
        with pytest.raises(Refusal):
            nobody.admit(authorization, "", "")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_the_scheme_is_read_as_http_has_it(guard: Guard, make: Make, clock: StoppedClock, scheme: str) -> None:
    made, text = make()
    clock.moment += CADENCE
    assert guard.admit(scheme + text, "", "").id == made.id


@pytest.mark.parametrize(
    "query", ["access_token=x", "a=b&access_token=", "API_KEY=1", f"q={SOMEONES}", f"subject=C-1&x={SOMEONES}"]
)
def test_credentials_in_the_url_are_refused_even_beside_good_ones(
    guard: Guard, make: Make, clock: StoppedClock, query: str
) -> None:
    _, text = make()
    clock.moment += CADENCE
    assert refused(guard, f"Bearer {text}", query) == "credentials-in-query"


@pytest.mark.parametrize("query", ["subject=C-1", "q=my_access_token=1", "q=pdk_", "xapi_key=1"])
def test_other_queries_pass(guard: Guard, make: Make, clock: StoppedClock, query: str) -> None:
    _, text = make()
    clock.moment += CADENCE
    guard.admit(f"Bearer {text}", query, "")


def test_a_wrong_secret_under_a_known_id(guard: Guard, make: Make, clock: StoppedClock) -> None:
    one, other = make()[1], make()[1]
    clock.moment += CADENCE
    assert refused(guard, f"Bearer {one[:13]}{other[13:]}") == "mistyped-key"


def test_a_key_made_elsewhere(guard: Guard, make: Make, clock: StoppedClock, file: object) -> None:
    _, text = make()
    file.path.unlink()  # type: ignore[attr-defined]
    clock.moment += CADENCE
    assert refused(guard, f"Bearer {text}") == "unknown-key"


def test_a_missing_scope_is_named(make: Make, guard: Guard, clock: StoppedClock) -> None:
    _, text = make(Role.AUDITOR)
    clock.moment += CADENCE
    caller = guard.admit(f"Bearer {text}", "", "")
    guard.permit(caller, ANY)
    guard.permit(caller, TO_READ_LOG)
    with pytest.raises(Refusal) as raised:
        guard.permit(caller, TO_DECIDE)
    assert raised.value.kind.status == 403
    assert 'error="insufficient_scope", scope="decide"' in raised.value.headers["WWW-Authenticate"]
    assert raised.value.faults[0].complaint.detail == "this needs the scope `decide`"
