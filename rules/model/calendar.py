"""The calendar of business days and hours that deadlines are counted in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Working days and hours in one time zone; a value that expressions can hold, equal only to itself.

    `weekdays` are 1 for Monday to 7 for Sunday; `opens` and `closes` are minutes since midnight. The names of
    `holidays` and `make_up_days` (zh, en) are for people. Without a file it is Monday to Friday, round the
    clock: then a deadline comes sooner than by any calendar that only closes more.
    """

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: int = 0
    closes: int = DAY_MINUTES
    holidays: Mapping[dt.date, tuple[str, str]] = field(default_factory=dict)
    make_up_days: Mapping[dt.date, tuple[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "calendar"

