"""A progress bar on the standard error, for what may take long."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

import click


class Bar:
    """A bar for each thing that is counted, one after the other; none where nobody sees it."""

    def __init__(self) -> None:
        self._label = ""
        self._bar: Any = None

    def show(self, label: str, done: int, of: int) -> None:
        """How far it is."""
        if label != self._label:
            self._end()
            self._label = label
            self._bar = click.progressbar(
                length=max(of, 1), label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
            )
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
