"""Dates, times and durations: text, arithmetic, order, properties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.feel.calendar import (
    any_date,
    day_number,
    from_day_number,
    from_instant,
    instant,
    months_between,
    plus_months,
)
from rules.feel.temporal_text import format_temporal, parse_temporal
from rules.model.values import DateTime, DayTimeDuration, FarDate, Time, YearMonthDuration
from tests.feel.helpers import alike, is_fault, value
from tests.feel.strategies import dates, times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", dt.date(2026, 11, 23)),
        ("-0044-03-15", FarDate(-44, 3, 15)),
        ("999999999-12-31", FarDate(999_999_999, 12, 31)),
        ("08:30:00", Time(30_600 * 10**9)),
        ("08:30:00.5Z", Time(30_600 * 10**9 + 5 * 10**8, 0)),
        ("08:30:00-01:30", Time(30_600 * 10**9, -5400)),
        ("24:00:00", Time(0)),
        ("2026-11-23T24:00:00", DateTime(dt.date(2026, 11, 24), Time(0))),
        ("P1Y27M", YearMonthDuration(39)),
        ("-P1DT1H", DayTimeDuration(Decimal(-90_000))),
        ("PT0.S", DayTimeDuration(Decimal(0))),
    ],
)
def test_text(text: str, expected: object) -> None:
    assert parse_temporal(text) == expected


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "26-01-01", "01211-12-31", "+2026-01-01", "24:00:01", "12:60:00", "7:00:00",
     "13:20:00+19:00", "13:20:00+5", "08:30:00@Nowhere/Land", "2026-01-01T", "2026-01-01T08:30", "P", "PT",
     "P1DT", "P1Y1D", "1D", "P1H", "P-1D", "2026-01-01T10:15:30+01:00@Europe/Paris"],
)  # fmt: skip
def test_what_is_no_text(text: str) -> None:
    assert parse_temporal(text) is None


@given(dates | times | st.builds(DateTime, dates, times) | st.integers(-(10**9), 10**9).map(YearMonthDuration)
       | st.integers(-(10**15), 10**15).map(lambda n: DayTimeDuration(Decimal(n) / 1000)))  # fmt: skip
def test_text_and_back(given: object) -> None:
    assert parse_temporal(format_temporal(given)) == given


@given(st.integers(-300_000_000_000, 300_000_000_000))
def test_days_and_back(number: int) -> None:
    date = from_day_number(number)
    assert date is not None
    assert day_number(date) == number


@given(st.dates(), st.integers(-500, 500))
def test_months_and_back(start: dt.date, months: int) -> None:
    end = plus_months(start, months)
    assert end is not None
    clamped = end.day != start.day
    assert months_between(start, end) in ((months, months - 1) if clamped else (months,))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 86_399))
def test_instants_and_back(date: dt.date, second: int) -> None:
    at = DateTime(date, Time(second * 10**9, "Europe/Paris"))
    again = from_instant(instant(at), "Europe/Paris")
    assert again is not None
    # An hour that daylight saving leaves out is read as the one after it.
    assert instant(again) == instant(at)


def test_arithmetic() -> None:
    assert not alike(
        [
            ('@"2026-01-31" + @"P1M"', '@"2026-02-28"'),
            ('@"2024-02-29" - @"P1Y"', '@"2023-02-28"'),
            ('@"2026-01-01" + @"PT36H"', '@"2026-01-02"'),
            ('@"2026-01-02" - @"PT1S"', '@"2026-01-01"'),
            ('@"2026-03-01" - @"2026-02-01"', '@"P28D"'),
            ('@"2026-01-01T10:00:00Z" - @"2026-01-01T10:00:00+01:00"', '@"PT1H"'),
            ('@"2026-01-02" - @"2026-01-01T10:10:10+11:00"', '@"P1DT49M50S"'),
            ('@"2026-03-28T12:00:00@Europe/Paris" + @"P1D"', '@"2026-03-29T13:00:00@Europe/Paris"'),
            ('@"23:30:00" + @"PT1H"', '@"00:30:00"'),
            ('@"10:00:00Z" - @"10:00:00+02:00"', '@"PT2H"'),
            ('@"P1Y" * 1.5', '@"P18M"'),
            ('@"P10Y11M" / -2.5', '@"-P4Y4M"'),
            ('@"PT1H" / @"PT30M"', "2"),
            ('-@"P1D" + @"PT24H"', '@"PT0S"'),
        ]
    )


def test_order_and_equality() -> None:
    for truth in (
        '@"2026-01-01" < @"2026-01-02"',
        '@"10:00:00Z" < @"10:00:00-01:00"',
        '@"2018-10-08T00:00:00+02:00" = @"2018-10-08T00:00:00@Europe/Paris"',
        '@"10:00:00.1" = @"10:00:00.2"',
        '@"10:00:00.1" < @"10:00:00.2"',
        '@"P1D" = @"PT24H" and @"P1Y" = @"P12M"',
        '@"-999999999-01-01" < @"-0001-01-01" and @"9999-12-31" < @"10000-01-01"',
    ):
        assert value(truth) is True, truth


def test_properties() -> None:
    assert not alike(
        [
            ('@"2026-11-23".weekday', "1"),
            ('@"2026-11-23T08:30:15Z".second', "15"),
            ('@"2026-07-01T00:00:00@Europe/Paris".time offset', '@"PT2H"'),
            ('@"2026-07-01T00:00:00@Europe/Paris".timezone', '"Europe/Paris"'),
            ('@"08:30:00".time offset', "null"),
            ('@"-P1Y2M".months', "-2"),
            ('@"P1DT25H".days', "2"),
            ('@"PT90M".minutes', "30"),
        ]
    )


def test_functions() -> None:
    assert not alike(
        [
            ("date(2026, 11, 23)", '@"2026-11-23"'),
            ('date(@"2026-11-23T08:30:00Z")', '@"2026-11-23"'),
            ('time(8, 30, 0, @"PT8H")', '@"08:30:00+08:00"'),
            ('time(@"2026-11-23")', '@"00:00:00Z"'),
            ('date and time(@"2026-11-23", @"08:30:00")', '@"2026-11-23T08:30:00"'),
            ('date and time("2026-11-23")', '@"2026-11-23T00:00:00"'),
            ('years and months duration(@"2011-12-22", @"2013-08-24")', '@"P1Y8M"'),
            ('years and months duration(@"2013-08-24", @"2011-12-22")', '@"-P1Y8M"'),
            ('day of week(@"2026-11-23")', '"Monday"'),
            ('day of year(@"2024-12-31")', "366"),
            ('week of year(@"2005-01-01")', "53"),
            ('month of year(@"2026-11-23")', '"November"'),
        ]
    )


@pytest.mark.parametrize(
    "text",
    ["date(2026, 2, 30)", 'date("2026")', "time(24, 0, 0)", 'time("24:00:01")', "date(1e9, 1, 1)",
     '@"999999999-12-31" + @"P1D"', '@"2026-01-01" + @"2026-01-01"', '@"2026-01-01T00:00:00" - @"2026-01-01"',
     '@"10:00:00" - @"10:00:00Z"', '@"P1Y" + @"P1D"', '@"P1Y" < @"P1D"', '@"P1D" / 0', '@"P1Y".days',
     '@"2026-01-01" < @"2026-01-01T00:00:00"'],
)  # fmt: skip
def test_refused(text: str) -> None:
    assert is_fault(text)


def test_dates_beyond_the_calendar() -> None:
    assert any_date(10_000, 1, 1) == FarDate(10_000, 1, 1)
    assert any_date(1_000_000_000, 1, 1) is None
    assert value('string(@"-0001-01-01" + @"P1D")') == "-0001-01-02"
