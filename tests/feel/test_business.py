"""Deadlines in business days and hours, against a calendar with a holiday and a make-up day."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.feel.evaluate import Fault, evaluate
from rules.feel.parser import parse
from rules.feel.printer import show
from rules.feel.temporal_text import format_temporal
from rules.model.calendar import Calendar
from rules.model.expr import Call, Literal
from rules.model.values import Value

WEEK = frozenset({1, 2, 3, 4, 5})
SHANGHAI = Calendar(
    "Asia/Shanghai", WEEK, 9 * 60, 18 * 60,
    {dt.date(2026, 10, 1): ("国庆节", "National Day"), dt.date(2026, 10, 2): ("国庆节", "National Day")},
    {dt.date(2026, 10, 10): ("国庆节调休", "Make-up day")},
)  # fmt: skip
ALWAYS = Calendar()
NEW_YORK = Calendar("America/New_York", frozenset(range(1, 8)))


def counted(text: str, calendar: Calendar = SHANGHAI) -> tuple[Value, list[Fault]]:
    """A call with the calendar put behind its arguments, as the checker does."""
    tree = parse(text)
    assert isinstance(tree, Call)
    faults: list[Fault] = []
    call = Call(tree.function, (*tree.arguments, Literal(calendar)))
    return evaluate(call, {}, faults), faults


def written(text: str, calendar: Calendar = SHANGHAI) -> str:
    value, faults = counted(text, calendar)
    assert not faults
    return format_temporal(value)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-09-30", 1, "2026-10-05"),
        ("2026-10-09", 1, "2026-10-10"),
        ("2026-10-10", 1, "2026-10-12"),
        ("2026-10-01", 0, "2026-10-05"),
        ("2026-11-23", 10000, "2065-03-23"),
    ],
)
def test_days_off_do_not_count(start: str, days: int, end: str) -> None:
    assert written(f'add business days(@"{start}", {days})') == end


def test_the_day_of_a_moment_is_that_of_the_calendar() -> None:
    assert written('add business days(@"2026-11-20T16:30:00Z", 0)') == "2026-11-23"  # half past midnight on Saturday
    assert written('add business days(@"2026-11-20T15:59:59Z", 0)') == "2026-11-20"


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T10:00:00+08:00", 2, "2026-11-23T12:00:00+08:00"),
        ("2026-11-23T16:00:00+08:00", 2, "2026-11-23T18:00:00+08:00"),
        ("2026-11-23T16:00:01+08:00", 2, "2026-11-24T09:00:01+08:00"),
        ("2026-11-23T07:00:00+08:00", 2, "2026-11-23T11:00:00+08:00"),
        ("2026-11-23T18:00:00+08:00", 0, "2026-11-23T18:00:00+08:00"),
        ("2026-11-23T18:00:01+08:00", 0, "2026-11-24T09:00:00+08:00"),
        ("2026-11-23T19:00:00+08:00", 1, "2026-11-24T10:00:00+08:00"),
        ("2026-11-20T17:00:00+08:00", 2, "2026-11-23T10:00:00+08:00"),
        ("2026-11-21T10:00:00+08:00", 0, "2026-11-23T09:00:00+08:00"),
        ("2026-09-30T17:30:00+08:00", 1, "2026-10-05T09:30:00+08:00"),
        ("2026-10-09T17:00:00+08:00", 2, "2026-10-10T10:00:00+08:00"),
        ("2026-11-23T02:00:00Z", 2, "2026-11-23T12:00:00+08:00"),
        ("2026-11-23T10:00:00", 2, "2026-11-23T12:00:00+08:00"),
        ("2026-11-23T09:00:00+08:00", 24, "2026-11-25T15:00:00+08:00"),
    ],
)
def test_hours_outside_the_working_day_do_not_count(start: str, hours: int, end: str) -> None:
    assert written(f'add business hours(@"{start}", {hours})') == end


def test_without_a_file_hours_run_through_the_night_but_not_the_weekend() -> None:
    assert written('add business hours(@"2026-11-20T23:00:00Z", 2)', ALWAYS) == "2026-11-23T01:00:00Z"
    assert written('add business hours(@"2026-11-19T23:00:00Z", 2)', ALWAYS) == "2026-11-20T01:00:00Z"


def test_a_change_of_clocks_neither_adds_nor_loses_an_hour() -> None:
    spring = written('add business hours(@"2026-03-08T00:30:00-05:00", 3)', NEW_YORK)
    autumn = written('add business hours(@"2026-11-01T00:30:00-04:00", 3)', NEW_YORK)
    assert (spring, autumn) == ("2026-03-08T04:30:00-04:00", "2026-11-01T02:30:00-05:00")
    assert written('add business hours(@"2026-11-01T00:30:00-04:00", 1)', NEW_YORK) == "2026-11-01T01:30:00-04:00"
    assert written('add business hours(@"2026-11-01T00:30:00-04:00", 2)', NEW_YORK) == "2026-11-01T01:30:00-05:00"


@pytest.mark.parametrize(
    "text",
    [
        'add business days(@"2026-11-23", -1)',
        'add business days(@"2026-11-23", 10001)',
        'add business days(@"2026-11-23", 1.5)',
        'add business days(@"9999-12-31", 1)',
        'add business days("soon", 1)',
        'add business hours(@"2026-11-23T10:00:00Z", -1)',
        'add business hours(@"2026-11-23T10:00:00Z", 10001)',
        'add business hours(@"2026-11-23T10:00:00Z", 0.5)',
        'add business hours(@"9999-12-31T18:00:00+08:00", 1)',
    ],
)
def test_what_cannot_be_counted_is_a_fault(text: str) -> None:
    value, faults = counted(text)
    assert value is None
    assert faults


def test_null_is_null_without_a_fault() -> None:
    assert counted("add business days(null, 1)") == (None, [])
    assert counted('add business hours(@"2026-11-23T10:00:00Z", null)') == (None, [])


def test_without_a_calendar_there_is_no_value() -> None:
    faults: list[Fault] = []
    assert evaluate(parse('add business days(@"2026-11-23", 1)'), {}, faults) is None
    assert faults


def test_the_calendar_has_a_name_in_messages() -> None:
    assert show(Literal(SHANGHAI)) == "calendar"
