"""What a service costs besides time: memory of each of its processes, and how long it takes to be there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import NamedTuple

from bench.over_http.servers import Server


IDLE = 0.05
"""Seconds of the processor in a second that are nothing."""


class Memory(NamedTuple):
    """Of one process, in MB: what it holds, and its share of that once what is shared is divided up."""

    what: str
    resident: float
    share: float


def memory(server: Server) -> list[Memory]:
    """Of every process of a service, the largest first. Linux alone tells it."""
    return sorted((_of(pid) for pid in _family(server.process.pid)), key=lambda one: -one.share)


def cold_start(
    start: Callable[[], AbstractContextManager[Server]], ask: Callable[[Server], None]
) -> tuple[float, float]:
    """Seconds from starting the process to the first decision that it answers, and those of the processor."""
    began = time.perf_counter()
    with start() as server:
        ask(server)
        return time.perf_counter() - began, processor_time(server)


def rested(server: Server) -> None:
    """Wait until a service has done what a load left it to do, for a minute at most."""
    for _ in range(60):
        before = processor_time(server)
        time.sleep(1)
        if processor_time(server) - before < IDLE:
            return


def processor_time(server: Server) -> float:
    """Seconds of all its processes until now, in the kernel too. What else the machine does does not count."""
    return sum(processor_times(server).values())


def processor_times(server: Server) -> dict[str, float]:
    """The same by process: its number and what it runs."""
    tick = os.sysconf("SC_CLK_TCK")
    found = {}
    for pid in _family(server.process.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found[f"{pid} {_command(pid)}"] = sum(map(int, fields[11:13])) / tick
    return found


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile; its children move on
            for child in children.read_text().split():
                yield from _family(int(child))


def _of(pid: int) -> Memory:
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes = line.split()[:2]
        found[name.rstrip(":")] = int(kilobytes) / 1024
    return Memory(_command(pid), found["Rss"], found["Pss"])


def _command(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    return " ".join(words[1:3])
