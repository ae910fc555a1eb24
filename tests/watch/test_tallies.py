"""Numbers add up, over processes too, and come out as Prometheus reads them."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from service.watch import Shared, Tallies, catalogue, exposition


def samples(tallies: Tallies) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(exposition(tallies).decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def some() -> Tallies:
    tallies = Tallies()
    tallies.add(catalogue.DECISIONS, "size", "decided", count=2)
    tallies.observe(catalogue.BATCHES, [1, 3, 1000])
    tallies.set(catalogue.WAITING, 4)
    tallies.set(catalogue.LAG, 0.5)
    return tallies


def test_what_prometheus_reads() -> None:
    found = samples(some())
    assert found[("policy_decisions_total", (("ruleset", "size"), ("status", "decided")))] == 2
    buckets = {labels[0][1]: v for (name, labels), v in found.items() if name == "policy_ledger_batch_entries_bucket"}
    assert (buckets["1.0"], buckets["2.0"], buckets["4.0"], buckets["512.0"], buckets["+Inf"]) == (1, 1, 2, 2, 3)
    assert found[("policy_ledger_batch_entries_sum", ())] == 1004
    assert found[("policy_decisions_not_recorded_total", ())] == 0


def test_labels_of_any_text_come_back() -> None:
    tallies = Tallies()
    tallies.add(catalogue.REFUSALS, 'a"\\\n', "甲")
    assert samples(tallies)[("policy_refusals_total", (("kind", 'a"\\\n'), ("status", "甲")))] == 1


def test_they_survive_bytes() -> None:
    again = Tallies.from_bytes(some().as_bytes())
    assert samples(again) == samples(some())


def test_processes_add_up(tmp_path: Path) -> None:
    other = some()
    other.set(catalogue.LAG, 2.0)
    (tmp_path / "writer-1.metrics").write_bytes(other.as_bytes())
    own = Shared(tmp_path, "worker")
    mine = some()
    own.tell(mine)
    found = samples(own.all(mine, os.stat(tmp_path / "writer-1.metrics").st_mtime))
    assert found[("policy_decisions_total", (("ruleset", "size"), ("status", "decided")))] == 4
    assert found[("policy_ledger_batch_entries_sum", ())] == 2008
    assert (found[("policy_ledger_waiting", ())], found[("policy_ledger_lag_seconds", ())]) == (8, 2.0)


def test_one_that_has_gone_leaves_what_it_counted(tmp_path: Path) -> None:
    (tmp_path / "worker-1.metrics").write_bytes(some().as_bytes())
    later = os.stat(tmp_path / "worker-1.metrics").st_mtime + 60
    found = samples(Shared(tmp_path, "worker").all(Tallies(), later))
    assert found[("policy_ledger_batch_entries_count", ())] == 3
    assert ("policy_ledger_waiting", ()) not in found


def test_a_folder_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    shared = Shared(tmp_path / "gone", "worker")
    shared.tell(Tallies())
    assert ("policy_processes", (("part", "worker"),)) in samples(shared.all(Tallies(), 0))
