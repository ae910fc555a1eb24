"""Dates and times in requests and answers: RFC 3339 text with an offset, as the policy's time zone shows them."""

from __future__ import annotations

import re
from typing import Any, Final

from rules.feel.calendar import NANOSECOND, in_zone
from rules.feel.temporal_text import format_temporal, parse_date_time
from rules.model.values import DateTime, Time
from service import messages
from service.fields import Complained, Strict

_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Moment(Strict):
    """A moment as RFC 3339 has it, with its offset from UTC; kept to the second, as the zone's clocks show it."""

    def __init__(self, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": "^(19|2[0-9])"}

    def convert(self, value: Any) -> DateTime:
        if not isinstance(value, str):
            raise Complained(messages.wrong_type("a date and time in a string", value))
        found = _MOMENT.fullmatch(value)
        moment = parse_date_time("".join(found.groups()).upper()) if found else None
        if moment is None:
            raise Complained(messages.not_a_moment(value))
        shown = in_zone(moment, self.zone)
        if shown is None or not 1900 <= shown.date.year <= 2999:
            raise Complained(messages.date_out_of_range(value))
        return shown


def moment(value: DateTime, zone: str = "") -> str:
    """A date and time as RFC 3339 text with its offset, to the second."""
    shown = in_zone(value, zone) if zone else value
    if shown is None:
        raise ValueError(messages.beyond_json(format_temporal(value)))
    whole = shown.time.nanoseconds // NANOSECOND * NANOSECOND
    return format_temporal(DateTime(shown.date, Time(whole, shown.time.zone)))
