"""The Rete engine as a whole: threads, memory, what it hands on and what it does not."""

from __future__ import annotations

import datetime as dt
import gc
import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.durable.runtime import decided
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from rules.model.types import BOOLEAN, DATE, DATE_TIME, NUMERIC, TEXT, Enum
from rules.model.values import DateTime, Time
from tests.engines.durable_policies import AS_OF, Both, Counting, policy, rules

LADDER = rules(*(f"size >= {10 * n} and size < {10 * n + 10}" for n in range(20)))


def complete(checked: CheckedPolicySet) -> dict[str, Any]:
    """One ordinary value for every fact."""
    day = dt.date(2020, 5, 1)
    plain = {
        BOOLEAN: False, TEXT: "x", **dict.fromkeys(NUMERIC, Decimal(1)),
        DATE: day, DATE_TIME: DateTime(day, Time(0, "Asia/Shanghai")),
    }  # fmt: skip
    return {
        f.name: f.type.values[0] if isinstance(f.type, Enum) else plain.get(f.type, [])  # type: ignore[call-overload]
        for f in checked.policy.facts.values()
    }


def test_complete_facts_of_the_real_policies_are_decided_here(checked: CheckedPolicySet) -> None:
    counting = Counting(checked)
    engine = DurableEngine(checked, counting)
    asked, facts = tuple(checked.rulesets), complete(checked)
    assert engine.decide(asked, facts, AS_OF) == Interpreter(checked).decide(asked, facts, AS_OF)
    assert counting.asked == 0


def test_an_absent_fact_hands_on_what_needs_it_and_nothing_else(checked: CheckedPolicySet) -> None:
    counting = Counting(checked)
    engine = DurableEngine(checked, counting)
    facts = complete(checked)
    del facts["access.role"]
    engine.decide(("customer_database_access", "visit_plan"), facts, AS_OF)
    assert counting.asked == 1


def test_outcomes_are_made_whole() -> None:
    made = decided({"n": 1}, ("R-1",), ())
    assert made == Outcome("decided", {"n": 1}, ("R-1",), ())
    assert repr(made) == repr(Outcome("decided", {"n": 1}, ("R-1",), ()))


def test_outcomes_that_decisions_share_cannot_be_changed() -> None:
    found = Both(policy(rules("flag"), "FIRST")).decide(flag=True)
    with pytest.raises(TypeError):
        found.values["n"] = 5  # type: ignore[index]


def test_lists_are_not_shared_between_decisions() -> None:
    both = Both(policy(rules("flag", "true")))
    both.decide(flag=True).values["n"].append("changed")
    assert both.decide(flag=True).values["n"] == [0, 1]


def test_eight_threads_none_wrong() -> None:
    engine = DurableEngine(policy(LADDER, "UNIQUE"), Interpreter(policy(LADDER, "UNIQUE")))
    start = threading.Barrier(8)

    def work(seed: int) -> int:
        start.wait()
        wrong = 0
        for n in range(4_000):
            count = (n * 7 + seed) % 200
            outcome = engine.decide(("r",), {"size": Decimal(count)}, AS_OF)["r"]
            wrong += outcome.values["n"] != count // 10
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 0


def resident() -> int:
    """Kilobytes of memory in use now."""
    gc.collect()
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_memory_stays_flat_over_reloads_decisions_and_threads() -> None:
    checked = policy(LADDER, "UNIQUE")

    def reload(decisions: int) -> None:
        engine = DurableEngine(checked, Interpreter(checked))
        for n in range(decisions):
            engine.decide(("r",), {"size": Decimal(n % 200)}, AS_OF)
        thread = threading.Thread(target=engine.decide, args=(("r",), {"size": Decimal(1)}, AS_OF))
        thread.start()
        thread.join()

    for _ in range(20):
        reload(10)
    before = resident()
    for _ in range(200):
        reload(10)
    reload(200_000)
    assert resident() - before < 10_000


def test_closing_frees_the_networks_and_the_engine_still_decides() -> None:
    both = Both(policy(LADDER, "UNIQUE"))
    assert both.decide(size=Decimal(15)).values == {"n": 1}
    both.durable.close()
    assert both.decide(size=Decimal(25)).values == {"n": 2}
