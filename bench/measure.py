"""Fair timing: every contender in every round, in turn; the median of the rounds is reported.

Processor time, of all threads, so that what else the machine does counts for nobody.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import process_time


def medians(runs: Mapping[str, Callable[[], None]], rounds: int, per_run: int) -> dict[str, float]:
    """Microseconds of processor time for one decision, where a run makes `per_run` of them."""
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in runs.items():
                start = process_time()
                run()
                samples[name].append((process_time() - start) / per_run * 1e6)
    finally:
        gc.enable()
    return {name: statistics.median(found) for name, found in samples.items()}


def machine(workers: int = 0) -> str:
    """What it ran on; with so many worker processes, if any. Peers are named where they are there."""
    packages = ", ".join(filter(None, map(_named, ("durable_rules", "zen-engine"))))
    python = f"{platform.python_implementation()} {sys.version.split()[0]}"
    cores = f"{os.cpu_count()} processors{f', {workers} workers' if workers else ''}"
    return f"{_processor()}, {cores}, {platform.system()} {platform.machine()}; {python}; {packages}"


def _named(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
