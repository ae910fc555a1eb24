"""Dates and times as requests and answers have them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.feel.temporal_text import parse_date_time
from rules.model.types import DAYS, YEARS
from rules.model.values import DateTime, DayTimeDuration, YearMonthDuration
from service.facts import writer
from service.fields import Complained
from service.moments import Moment, moment

SHANGHAI = Moment("Asia/Shanghai")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-23T09:00:00+08:00", "2026-11-23T09:00:00+08:00"),
        ("2026-11-23T01:00:00Z", "2026-11-23T09:00:00+08:00"),
        ("2026-11-22t20:00:00.999-05:00", "2026-11-23T09:00:00+08:00"),
        ("2026-11-22T16:00:00z", "2026-11-23T00:00:00+08:00"),
    ],
)
def test_it_is_kept_as_the_policys_clocks_show_it(given: str, kept: str) -> None:
    assert moment(SHANGHAI.convert(given)) == kept


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (20261123, "wrong-type"),
        ("2026-11-23", "not-a-date-and-time"),
        ("2026-11-23T09:00:00", "not-a-date-and-time"),
        ("2026-11-23 09:00:00+08:00", "not-a-date-and-time"),
        ("2026-11-23T24:00:00+08:00", "not-a-date-and-time"),
        ("2026-11-23T09:00:60Z", "not-a-date-and-time"),
        ("2026-02-30T09:00:00Z", "not-a-date-and-time"),
        ("2026-11-23T09:00:00@Asia/Shanghai", "not-a-date-and-time"),
        ("2026-11-23T09:00:00+8", "not-a-date-and-time"),
        ("1899-12-31T00:00:00Z", "date-out-of-range"),
        ("2999-12-31T23:59:59Z", "date-out-of-range"),
    ],
)
def test_anything_else_is_refused(given: object, code: str) -> None:
    with pytest.raises(Complained) as refused:
        SHANGHAI.convert(given)
    assert [one.code for one in refused.value.messages] == [code]


def test_an_answer_is_in_the_zone_of_the_policy_to_the_second() -> None:
    value = parse_date_time("2026-03-08T07:00:00.5Z")
    assert isinstance(value, DateTime)
    assert moment(value, "America/New_York") == "2026-03-08T03:00:00-04:00"
    assert moment(value, "UTC") == moment(value) == "2026-03-08T07:00:00Z"


def test_durations_are_written_as_iso_8601_has_them() -> None:
    assert writer(DAYS)(DayTimeDuration(Decimal(2_592_000))) == "P30D"
    assert writer(YEARS)(YearMonthDuration(18)) == "P1Y6M"
