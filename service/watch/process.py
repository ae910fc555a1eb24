"""How a process of the service begins to be watched: its log and its numbers, by the settings."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from typing import Final

from service.config import Settings
from service.ledger.combiner import Combiner
from service.watch import catalogue
from service.watch.lines import Lines
from service.watch.shared import Shared
from service.watch.tallies import Tallies
from service.watch.watch import Spans, Watch

TRACES: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""OpenTelemetry's own variable: where a collector listens."""

_log = logging.getLogger(__name__)


def begin(settings: Settings, part: str, folder: Path | None = None) -> Watch:
    """The watch over this process, which does `part` of the work; all that is logged takes the form of the settings.

    `folder` is where the processes of one service tell each other what they counted.
    """
    lines = Lines(sys.stderr, settings.log_format, settings.log_level, settings.log_decisions)
    watch = Watch(time.perf_counter, time.time, Shared(folder, part), lines)
    logging.basicConfig(
        level=settings.log_level, handlers=[lines.handler(lambda: watch.current.request_id)], force=True
    )
    if part == "worker" and os.environ.get(TRACES):
        watch.spans = _spans()
    return watch


def _spans() -> Spans | None:
    try:
        from service.watch.tracing import Spans as Sent
    except ImportError:
        _log.error("%s is set, but traces cannot be sent: pip install '.[tracing]'", TRACES)
        return None
    return Sent()


def tell_waiting(writer: Combiner, tallies: Tallies) -> None:
    """How many wait for a commit in this process, and for how long."""
    tallies.set(catalogue.WAITING, writer.waiting)
    tallies.set(catalogue.LAG, writer.lag)
