"""A writing connection that fails where a test wants it to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

Hook = Callable[[str], None]


class Faulty:
    """The writing connection, with a hook before each statement (`before`) and after it (`after`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.before: Hook = lambda _: None
        self.after: Hook = lambda _: None

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        self.before(sql)
        cursor = self._connection.execute(sql, *parameters)
        self.after(sql)
        return cursor

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        self.before(sql)
        return self._connection.executemany(sql, rows)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction


def failing_at(start: str, error: BaseException) -> Hook:
    def hook(sql: str) -> None:
        if sql.startswith(start):
            raise error

    return hook
