"""Ids by RFC 9562, section 5.7."""

from __future__ import annotations

import datetime as dt
import uuid

from service.clock import Ids, SystemClock

MOMENT = dt.datetime(2022, 2, 22, 19, 22, 22, tzinfo=dt.UTC)


def test_the_example_of_the_rfc() -> None:
    made = uuid.UUID(Ids(lambda _: bytes.fromhex("18c4dc0c0c07398f")).at(MOMENT))
    assert made.int >> 80 == 0x017F22E279B0
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int & (1 << 62) - 1 == 0x18C4DC0C0C07398F


def test_ids_follow_time_by_the_microsecond() -> None:
    ids = Ids(lambda length: bytes(length))
    made = [ids.at(MOMENT + dt.timedelta(microseconds=step)) for step in range(0, 3000, 7)]
    assert made == sorted(set(made))


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == dt.timedelta(0)
