"""What was counted: plain numbers, which add up over processes. Nothing here is safe for several threads."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from service.watch.catalogue import ALWAYS_THERE, BY_NAME, METRICS, Metric

Key = tuple[str, tuple[str, ...]]
"""A metric's name and the values of its labels."""


class Tallies:
    """Counters, gauges and histograms; of each histogram the counts of its buckets, then the sum."""

    def __init__(self) -> None:
        self.counts: dict[Key, float] = {}
        self.gauges: dict[Key, float] = {}
        self.histograms: dict[Key, list[float]] = {}

    def add(self, metric: Metric, *labels: str, count: float = 1) -> None:
        """Count up."""
        key = (metric.name, labels)
        self.counts[key] = self.counts.get(key, 0) + count

    def set(self, metric: Metric, value: float, *labels: str) -> None:
        """How it is now."""
        self.gauges[(metric.name, labels)] = value

    def observe(self, metric: Metric, values: Iterable[float], *labels: str) -> None:
        """More values in a histogram."""
        key = (metric.name, labels)
        found = self.histograms.get(key)
        if found is None:
            found = self.histograms[key] = [0] * (len(metric.buckets) + 2)
        buckets = metric.buckets
        for value in values:
            found[bisect_left(buckets, value)] += 1
            found[-1] += value

    def merge(self, other: Tallies, gauges: bool = True) -> None:
        """Add what another process counted; its gauges too, unless it has gone."""
        for key, count in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + count
        for key, values in other.histograms.items():
            mine = self.histograms.get(key, [0] * len(values))
            self.histograms[key] = [a + b for a, b in zip(mine, values, strict=True)]
        for key, value in other.gauges.items() if gauges else ():
            known = self.gauges.get(key)
            both = max if BY_NAME[key[0]].merge == "max" else sum
            self.gauges[key] = value if known is None else both((known, value))

    def as_bytes(self) -> bytes:
        """For another process."""
        parts = (self.counts, self.gauges, self.histograms)
        return orjson.dumps([[[name, labels, value] for (name, labels), value in part.items()] for part in parts])

    @classmethod
    def from_bytes(cls, text: bytes) -> Tallies:
        """What `as_bytes` wrote."""
        made = cls()
        made.counts, made.gauges, made.histograms = (
            {(name, tuple(labels)): value for name, labels, value in part} for part in orjson.loads(text)
        )
        return made


def exposition(tallies: Tallies) -> bytes:
    """The numbers as Prometheus reads them, in its text format 0.0.4."""
    return generate_latest(_Families(tallies))


class _Families(Collector):
    """The tallies as prometheus_client takes them."""

    def __init__(self, tallies: Tallies) -> None:
        self._tallies = tallies

    def collect(self) -> Iterator[Any]:
        """One family a metric that has values."""
        for metric in METRICS:
            family = self._family(metric)
            if family.samples:
                yield family

    def _family(self, metric: Metric) -> Any:
        if metric.kind == "histogram":
            histogram = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
            for labels, values in _of(metric, self._tallies.histograms):
                histogram.add_metric(labels, list(_cumulative(metric.buckets, values)), values[-1])
            return histogram
        if metric.kind == "gauge":
            gauge = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
            for labels, value in _of(metric, self._tallies.gauges):
                gauge.add_metric(labels, value)
            return gauge
        counter = CounterMetricFamily(metric.name, metric.meaning, labels=metric.labels)
        found = _of(metric, self._tallies.counts)
        for labels, value in found or ([((), 0.0)] if metric in ALWAYS_THERE else []):
            counter.add_metric(labels, value)
        return counter


def _of(metric: Metric, kept: Mapping[Key, Any]) -> list[tuple[tuple[str, ...], Any]]:
    return sorted((labels, value) for (name, labels), value in kept.items() if name == metric.name)


def _cumulative(buckets: Iterable[float], values: list[float]) -> Iterator[tuple[str, float]]:
    total = 0.0
    for bound, count in zip((*map(repr, buckets), "+Inf"), values, strict=False):
        total += count
        yield bound, total
