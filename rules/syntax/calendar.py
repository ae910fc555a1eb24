"""`calendar.yaml`: the working days and hours that deadlines are counted in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from rules.feel.calendar import known_zone
from rules.model.calendar import DAY_MINUTES, Calendar
from rules.model.policy import Parameter
from rules.syntax import messages, shape, values
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node, Scalar

TIME_ZONE = "time_zone"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
Days = dict[dt.date, tuple[str, str]]


def zone_of(parameters: Mapping[str, Parameter]) -> str:
    """The zone that the parameter `time_zone` names; UTC where there is none, or none of that name."""
    parameter = parameters.get(TIME_ZONE)
    zone = parameter.value if parameter is not None else None
    return zone if isinstance(zone, str) and known_zone(zone) else "UTC"


def calendar(node: Node, zone: str, found: Found) -> Calendar:
    """The calendar of the file, in the policy's time zone."""
    fields = Fields(node, found, required="working_days working_hours", optional="holidays make_up_days")
    opens, closes = _hours(fields)
    holidays, make_up_days = _days(fields, "holidays"), _days(fields, "make_up_days")
    for key, _ in fields.entries("make_up_days"):
        if (day := _date(key)) is not None and day in holidays:
            found.append(messages.both_kinds_of_day(key, key.text))
    return Calendar(zone, _weekdays(fields), opens, closes, holidays, make_up_days)


def _weekdays(fields: Fields) -> frozenset[int]:
    names = [shape.choice(item, _WEEKDAYS, _WEEKDAYS[0], fields.found) for item in fields.items("working_days")]
    if "working_days" in fields and not names:
        fields.found.append(messages.blank(fields.key("working_days")))
    return frozenset(_WEEKDAYS.index(name) + 1 for name in names) or Calendar().weekdays


def _hours(fields: Fields) -> tuple[int, int]:
    node = fields.get("working_hours")
    if node is None:
        return 0, DAY_MINUTES
    hours = Fields(node, fields.found, required="from to")
    opens, closes = _minutes(hours, "from", 0), _minutes(hours, "to", DAY_MINUTES)
    if opens >= closes and "to" in hours:
        hours.found.append(messages.bad_hours(hours.key("to"), hours.text("from"), hours.text("to")))
    return opens, closes


def _minutes(fields: Fields, key: str, default: int) -> int:
    node = fields.get(key)
    written = shape.scalar(node, fields.found) if node is not None else None
    if written is None:
        return default
    if not _CLOCK.fullmatch(written.text):
        hint = 'write hours and minutes in quotes, from `"00:00"` to `"24:00"`'
        fields.found.append(messages.bad_value(written, written.text, "a time of day", hint))
        return default
    hours, minutes = written.text.split(":")
    return int(hours) * 60 + int(minutes)


def _days(fields: Fields, key: str) -> Days:
    days: Days = {}
    for written, label in fields.entries(key):
        day = values.date(written, fields.found)
        named = shape.bilingual(label, fields.found)
        if day is not None:
            days[day] = (named.zh, named.en)
    return days


def _date(key: Scalar) -> dt.date | None:
    return values.date(key, [])
