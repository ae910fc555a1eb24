"""How often a caller may ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from service.callers.guard import Guard
from service.callers.key_file import Key
from service.callers.rates import Exceeded, Rates
from service.callers.settings import CallerSettings
from service.problems import Refusal
from tests.callers.conftest import refused
from tests.service.conftest import StoppedClock

Make = Callable[..., tuple[Key, str]]


def test_a_window_is_used_up_and_another_begins(clock: StoppedClock) -> None:
    rates = Rates("2/minute", clock)
    assert [rates.spend("a") for _ in range(2)] == [None, None]
    clock.moment += dt.timedelta(seconds=29.5)
    assert rates.spend("a") == Exceeded("2 per 1 minute", 2, 31)
    assert rates.spend("b") is None
    clock.moment += dt.timedelta(seconds=30.5)
    assert rates.spend("a") is None


def test_each_may_have_a_rate_of_its_own(clock: StoppedClock) -> None:
    rates = Rates("1/minute", clock)
    spent = [rates.spend("a", "3 per 2 seconds") for _ in range(4)]
    assert spent == [None, None, None, Exceeded("3 per 2 second", 3, 2)]


def test_a_clock_that_goes_back_locks_nobody_out(clock: StoppedClock) -> None:
    rates = Rates("1/minute", clock)
    rates.spend("a")
    clock.moment -= dt.timedelta(hours=1)
    assert rates.spend("a") is None


def test_windows_that_ended_are_thrown_away(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates("1/second", clock)
    rates._most = 10
    for count in range(100):
        rates.spend(str(count))
        clock.moment += dt.timedelta(seconds=0.5)
    assert len(rates._windows) < 11_000
    monkeypatch.setattr("service.callers.rates._MOST", 10)
    rates._most = 10
    rates.spend("x")
    assert len(rates._windows) <= 3


def test_a_caller_is_told_when_to_come_back(make: Make, settings: CallerSettings, clock: StoppedClock) -> None:
    _, text = make(rate="1/minute")
    guard = Guard.open(settings, clock)
    guard.admit(f"Bearer {text}", "", "")
    with pytest.raises(Refusal) as raised:
        guard.admit(f"Bearer {text}", "", "")
    assert raised.value.kind.status == 429
    assert dict(raised.value.headers) == {
        "Retry-After": "60",
        "RateLimit-Limit": "1",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "60",
    }


def test_failures_are_limited_by_address(tmp_path_factory: pytest.TempPathFactory, clock: StoppedClock) -> None:
    guard = Guard.open(CallerSettings(tmp_path_factory.mktemp("none"), "9/minute", "2/minute"), clock)
    told = [refused(guard, "Bearer pdk_x", address="192.0.2.1") for _ in range(3)]
    assert told == ["mistyped-key", "mistyped-key", "too-many-failures"]
    assert refused(guard, None, address="192.0.2.2") == "no-credentials"


def test_an_ipv6_customer_is_one_address(tmp_path_factory: pytest.TempPathFactory, clock: StoppedClock) -> None:
    guard = Guard.open(CallerSettings(tmp_path_factory.mktemp("none"), "9/minute", "2/minute"), clock)
    told = [refused(guard, None, address=f"2001:db8::{host}") for host in range(3)]
    assert told[-1] == "too-many-failures"
    assert refused(guard, None, address="2001:db8:0:1::") == "no-credentials"


def test_failures_of_others_do_not_lock_out_who_has_a_key(make: Make, tmp_path: object, clock: StoppedClock) -> None:
    made, text = make()
    guard = Guard.open(CallerSettings(tmp_path, "9/minute", "1/minute"), clock)  # type: ignore[arg-type]
    assert [refused(guard, None) for _ in range(2)] == ["no-credentials", "too-many-failures"]
    assert guard.admit(f"Bearer {text}", "", "127.0.0.1").id == made.id
