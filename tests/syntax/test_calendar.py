"""`calendar.yaml`: what it declares, what is wrong with it, and what holds without it."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.check import check
from rules.syntax import load
from tests.syntax.helpers import FILES, diagnostics, loaded

CALENDAR = """\
working_days: [monday, saturday]
working_hours: {from: "09:00", to: "18:30"}
holidays:
  2026-10-01: {zh: 国庆节, en: National Day}
make_up_days:
  2026-10-10: {zh: 国庆节调休, en: Make-up day for National Day}
"""


def with_calendar(text: str) -> dict[str, str]:
    return {**FILES, "calendar.yaml": text}


def test_what_it_declares() -> None:
    calendar = loaded(with_calendar(CALENDAR)).calendar
    assert (calendar.weekdays, calendar.opens, calendar.closes) == ({1, 6}, 540, 1110)
    assert calendar.holidays == {dt.date(2026, 10, 1): ("国庆节", "National Day")}
    assert list(calendar.make_up_days) == [dt.date(2026, 10, 10)]


def test_without_the_file_it_is_monday_to_friday_round_the_clock() -> None:
    calendar = loaded().calendar
    assert (calendar.weekdays, calendar.opens, calendar.closes) == ({1, 2, 3, 4, 5}, 0, 1440)
    assert calendar.zone == "UTC"


def test_the_zone_is_that_of_the_policy() -> None:
    zone = "  time_zone: {label: {zh: 时区, en: Zone}, type: text, value: Asia/Shanghai, clause: ''}\n"
    files = with_calendar(CALENDAR) | {"parameters.yaml": FILES["parameters.yaml"] + zone.replace("''", "第九条1")}
    assert loaded(files).calendar.zone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[monday, saturday]", "[monday, sunnday]", "bad-choice"),
        ("[monday, saturday]", "[]", "blank"),
        ('"18:30"', '"18:60"', "bad-value"),
        ('"18:30"', '"24:30"', "bad-value"),
        ('"18:30"', '"09:00"', "bad-bounds"),
        (', to: "18:30"', "", "missing-key"),
        ("2026-10-01", "2026-02-30", "bad-value"),
        ("zh: 国庆节, en: National Day", "zh: 国庆节", "missing-translation"),
        ("2026-10-10", "2026-10-01", "duplicate-day"),
        ("holidays", "holydays", "unknown-key"),
    ],
)
def test_a_mistake(old: str, new: str, code: str) -> None:
    assert [one.code for one in diagnostics(with_calendar(CALENDAR.replace(old, new, 1)))] == [code]


def test_it_is_part_of_the_release() -> None:
    from tests.engines.test_deadlines import FILES as RIGHT

    later = {**RIGHT, "calendar.yaml": CALENDAR.replace("18:30", "19:00")}
    assert check(load({**RIGHT, "calendar.yaml": CALENDAR})).release != check(load(later)).release
