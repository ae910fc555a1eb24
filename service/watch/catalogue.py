"""Every metric: its name, what it counts, and when to be alarmed. `docs/metrics.md` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from typing import Literal as OneOf

SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ENTRIES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)

Merge = OneOf["sum", "max"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `merge` says what several processes' values of a gauge are together."""

    name: str
    kind: OneOf["counter", "gauge", "histogram"]
    meaning: str
    watch: str = ""
    """When to be alarmed, or what to look at."""
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    merge: Merge = "sum"


REQUESTS: Final = Metric(
    "policy_requests_total", "counter", "Requests that were answered, by the route's pattern.",
    "The share of status 5xx: above 0.1 % for five minutes.", ("route", "method", "status"),
)  # fmt: skip
REQUEST_SECONDS: Final = Metric(
    "policy_request_seconds", "histogram", "From the arrival of a request to its answer.",
    "p99 of `/v1/decisions` above 0.1 s for ten minutes.", ("route",), SECONDS,
)  # fmt: skip
REFUSALS: Final = Metric(
    "policy_refusals_total", "counter", "Requests that were not carried out, by the kind of problem.",
    "A jump: a caller was changed, or somebody tries keys.", ("kind", "status"),
)  # fmt: skip
DECISIONS: Final = Metric(
    "policy_decisions_total", "counter",
    "Decisions recorded and answered, once for each ruleset asked for; `status` is `decided`, `undecided`,"
    " `conflict` or `error`.",
    "`conflict` or `error` at all; a growing share of `undecided`: facts are missing.", ("ruleset", "status"),
)  # fmt: skip
OUTCOMES: Final = Metric(
    "policy_outcomes_total", "counter",
    "Values that decisions had, of outputs that are enums or booleans alone.",
    "A share that shifts without a new release: the facts have changed.", ("ruleset", "output", "value"),
)  # fmt: skip
DECIDE_SECONDS: Final = Metric(
    "policy_decide_seconds", "histogram", "From the parsed request to the decision, cross-check included.",
    "p99 above 0.02 s.", (), SECONDS,
)  # fmt: skip
RECORD_SECONDS: Final = Metric(
    "policy_record_seconds", "histogram", "From the decision to its durable entry, waiting included.",
    "p99 above 0.1 s: the disk is slow or shared.", (), SECONDS,
)  # fmt: skip
REPEATED: Final = Metric(
    "policy_decisions_repeated_total", "counter", "Requests answered from their entry by their idempotency key.",
    "A jump: callers time out and ask again.",
)  # fmt: skip
UNANSWERED: Final = Metric(
    "policy_decisions_unanswered_total", "counter",
    "Decisions that were made and whose entry the ledger refused: the caller got 503 and no decision. A retry with"
    " the same idempotency key decides once.",
    "Any.",
)  # fmt: skip
NOT_RECORDED: Final = Metric(
    "policy_decisions_not_recorded_total", "counter",
    "Decisions that were answered without an entry in the ledger. There is no way for it to happen; it is counted"
    " where the answer is made, so that it would be seen.",
    "Any, at once: stop the service and keep its data folder.",
)  # fmt: skip
DISAGREEMENTS: Final = Metric(
    "policy_cross_check_disagreements_total", "counter",
    "Rulesets on which engine and interpreter differed in a live decision; it failed closed and is recorded.",
    "Any, at once: set `CROSS_CHECK=always` and report the decision.", ("ruleset",),
)  # fmt: skip
COMMITS: Final = Metric(
    "policy_ledger_commit_seconds", "histogram", "One transaction of the ledger with its sync to the disk.",
    "p99 above 0.1 s: the disk is slow or shared.", (), SECONDS,
)  # fmt: skip
BATCHES: Final = Metric(
    "policy_ledger_batch_entries", "histogram", "Entries in one transaction: how many decisions share a sync.",
    "Steadily at 256: the ledger is the limit.", (), ENTRIES,
)  # fmt: skip
WAITING: Final = Metric(
    "policy_ledger_waiting", "gauge", "Callers whose entries wait for their transaction to begin.",
    "Above 200 for a minute.",
)  # fmt: skip
LAG: Final = Metric(
    "policy_ledger_lag_seconds", "gauge", "Age of the oldest entry that is not on the disk yet; 0 if there is none.",
    "Above 1 s: the disk does not follow.", merge="max",
)  # fmt: skip
SIZE: Final = Metric(
    "policy_ledger_entries", "gauge", "Entries in the ledger.", "Less than before: a restore, or tampering.",
    merge="max",
)  # fmt: skip
HEALTHY: Final = Metric(
    "policy_ledger_healthy", "gauge", "1 while the ledger takes entries; after a failed write it never does again.",
    "0: restart, after a look at the disk.", merge="max",
)  # fmt: skip
REGISTER_LAG: Final = Metric(
    "policy_register_lag_entries", "gauge", "Entries that the tables to search do not have yet.",
    "Above 10,000 for five minutes.", merge="max",
)  # fmt: skip
RELEASE: Final = Metric(
    "policy_release_info", "gauge", "1, with the release that is in force.", "A change that nobody announced.",
    ("release", "label"), merge="max",
)  # fmt: skip
FOLDER_BROKEN: Final = Metric(
    "policy_folder_broken", "gauge", "1 while the policy folder does not check and an older release decides.",
    "1 for ten minutes.", merge="max",
)  # fmt: skip
BUILD: Final = Metric(
    "policy_build_info", "gauge", "1, with the versions of the service and of Python.", "",
    ("version", "python"), merge="max",
)  # fmt: skip
PROCESSES: Final = Metric(
    "policy_processes", "gauge", "Processes of the service that told their numbers in the last seconds.",
    "Less than the workers and the writer together.", ("part",),
)  # fmt: skip

METRICS: Final = (
    REQUESTS, REQUEST_SECONDS, REFUSALS, DECISIONS, OUTCOMES, DECIDE_SECONDS, RECORD_SECONDS, REPEATED, UNANSWERED,
    NOT_RECORDED, DISAGREEMENTS, COMMITS, BATCHES, WAITING, LAG, SIZE, HEALTHY, REGISTER_LAG, RELEASE, FOLDER_BROKEN,
    BUILD, PROCESSES,
)  # fmt: skip
BY_NAME: Final = {metric.name: metric for metric in METRICS}
ALWAYS_THERE: Final = (REPEATED, UNANSWERED, NOT_RECORDED)
"""Counters that are shown while they are 0."""
