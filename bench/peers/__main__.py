"""`python -m bench.peers`: one decision in the process of the caller, the product beside its peers.

Every peer's answers are compared on every case before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import cases
from bench.measure import machine
from bench.peers import plain, policy
from bench.peers.contexts import context, differences
from bench.peers.worker import MODULES
from bench.places import PEERS, ROOT
from bench.report import publish, table
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome

COUNT = 300
NODE = "json-rules-engine (Node)"
NODE_MODULES = ROOT / "build" / "peers"
UNSEEN = "product, cases it has not seen"
WARM = {"Drools": 60, NODE: 10, UNSEEN: 10}
"""Rounds before any is counted: what compiles while it runs is given the time for it."""
BASE = "zen tables"


class Contender:
    """A process that decides the cases when it is told to."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answers(self) -> list[dict[str, Any]]:
        """Its decisions on all cases."""
        found: list[dict[str, Any]] = json.loads(self._ask("answers"))
        return found

    def round(self) -> float:
        """Microseconds of processor time for one decision."""
        return float(self._ask("round"))

    def stop(self) -> None:
        """End it and wait for it."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(20)

    def _ask(self, line: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("a process without pipes")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"ended before it answered: {self._process.args!r}")
        return answer


def main() -> None:
    """Compares, measures and prints."""
    asked = _arguments()
    given, expected = _cases()
    with tempfile.TemporaryDirectory() as name, _contenders(Path(name) / "cases.json", given, asked.only) as contenders:
        for peer, one in contenders.items():
            if not peer.startswith("product"):
                _compare(peer, one.answers(), expected)
        for peer, one in contenders.items():
            for _ in range(WARM.get(peer, 3)):
                one.round()
        times = _medians(contenders, asked.rounds)
    publish("peers", _text(times, asked.rounds), asked.write)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="+", default=_present(), help="some of the contenders, by name")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


def _present() -> list[str]:
    """The contenders that this machine can run; what the others lack is told."""
    lacking = {}
    if shutil.which("java") is None:
        lacking["Drools"] = "Java 17 (on Debian or Ubuntu: apt-get install default-jdk-headless)"
    if shutil.which("node") is None or not (NODE_MODULES / "node_modules").exists():
        lacking[NODE] = "Node and npm (on Debian or Ubuntu: apt-get install nodejs npm), then `make bench-peers`"
    for name, what in lacking.items():
        print(f"left out: {name}, for it needs {what}", file=sys.stderr)
    return [name for name in (*MODULES, NODE) if name not in lacking]


def _cases() -> tuple[list[dict[str, Any]], list[Mapping[str, Outcome]]]:
    """The cases as JSON, and the outcomes on which the product's two engines agree."""
    checked = cases.policies()
    interpreter = Interpreter(checked)
    durable = DurableEngine(checked, interpreter)
    given = cases.complete(checked, COUNT)
    expected = [durable.decide(cases.CREDIT, one, cases.AS_OF) for one in given]
    if expected != [interpreter.decide(cases.CREDIT, one, cases.AS_OF) for one in given]:
        raise SystemExit("the product's engines disagree")
    return [context(one, cases.AS_OF) for one in given], list(expected)


@contextmanager
def _contenders(path: Path, given: list[dict[str, Any]], only: list[str]) -> Iterator[dict[str, Contender]]:
    path.write_text(json.dumps({"cases": given}), encoding="utf-8")
    for_node = {"tables": policy.TABLES, "baseLimit": policy.BASE_LIMIT, "cap": policy.CAP, "doubt": policy.DOUBT,
                "year": policy.YEAR, "cases": [plain.flat(one) for one in given]}  # fmt: skip
    for_node_path = path.with_name("node.json")
    for_node_path.write_text(json.dumps(for_node), encoding="utf-8")
    with ExitStack() as stack:
        made = {}
        for name in only:
            python = sys.executable if name.startswith("product") else str(PEERS)
            command = [python, "-m", "bench.peers.worker", name, str(path)]
            if name == NODE:
                command = ["node", "bench/peers/json_rules.js", str(NODE_MODULES), str(for_node_path)]
            made[name] = Contender(command)
            stack.callback(made[name].stop)
        yield made


def _compare(peer: str, answers: list[dict[str, Any]], expected: list[Mapping[str, Outcome]]) -> None:
    for number, (answer, outcomes) in enumerate(zip(answers, expected, strict=True)):
        if found := differences(outcomes, answer):
            raise SystemExit(f"{peer} decides case {number} otherwise: {found}")


def _medians(contenders: Mapping[str, Contender], rounds: int) -> dict[str, float]:
    """Every contender in every round, in turn."""
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, one in contenders.items():
            samples[name].append(one.round())
    return {name: statistics.median(found) for name, found in samples.items()}


def _text(times: Mapping[str, float], rounds: int) -> str:
    base, ours = times.get(BASE), times.get("product")
    rows = [
        (
            f"**{name}**" if name.startswith("product") else name,
            f"{time:.1f}",
            f"{base / time:.2f}" if base else "",
            f"{time / ours:.2f}" if ours else "",
        )
        for name, time in sorted(times.items(), key=lambda item: item[1])
    ]
    rules = sum(len(one) for one in policy.TABLES.values())
    return (
        f"{machine()}.\nSix rulesets, {rules} rules in five tables, {COUNT} complete cases, all answers equal; "
        f"processor time of one decision, medians of {rounds} interleaved rounds.\n\n"
        + table(("engine", "µs a case", f"speed, {BASE} = 1", "time, product = 1"), rows)
    )


if __name__ == "__main__":
    main()
