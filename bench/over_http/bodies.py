"""The requests that are posted, and whether two services give the same decisions on each of them."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any

import orjson

from bench import cases
from bench.peers import contexts
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from service.facts import Facts

COUNT = 300


class Bodies:
    """The cases of `bench.cases` as requests, and what is to be decided on each."""

    def __init__(self, count: int = COUNT) -> None:
        checked = cases.policies()
        engine = DurableEngine(checked, Interpreter(checked))
        facts = Facts(checked.policy.facts)
        given = cases.complete(checked, count)
        self.expected = [engine.decide(cases.CREDIT, one, cases.AS_OF) for one in given]
        self.requests = [request(number, facts.write(one)) for number, one in enumerate(given)]

    def write(self, path: Path) -> Path:
        """One request a line."""
        path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in self.requests))
        return path

    def write_batches(self, path: Path, size: int, form: str) -> Path:
        """So many requests a line, as a `list` or as an object with the member named by `form`."""
        items = [self.requests[n : n + size] for n in range(0, len(self.requests), size)]
        path.write_bytes(b"".join(orjson.dumps(one if form == "list" else {form: one}) + b"\n" for one in items))
        return path


def request(number: int, facts: dict[str, Any]) -> dict[str, Any]:
    """One request for the six decisions."""
    return {
        "decide": list(cases.CREDIT),
        "subject": f"C-{number:04}",
        "as_of": cases.AS_OF.isoformat(),
        "facts": facts,
    }


def differences(expected: dict[str, Outcome], answer: dict[str, Any]) -> list[str]:
    """Where an answer differs: the product's by its outcomes, the peer's as zen gives it."""
    if "outcomes" not in answer:
        return contexts.differences(expected, answer)
    found = {name: _outcome(one) for name, one in answer["outcomes"].items()}
    return [
        f"{name}: {_values(expected[name])} and {found.get(name)}"
        for name in cases.CREDIT
        if _values(expected[name]) != found.get(name)
    ]


def _outcome(shown: dict[str, Any]) -> tuple[Any, ...]:
    return shown["status"], tuple(rule["id"] for rule in shown["rules"]), _texts(shown["values"])


def _values(outcome: Outcome) -> tuple[Any, ...]:
    return outcome.status, outcome.rules, _texts(outcome.values)


def _texts(values: Any) -> dict[str, str]:
    """Numbers without the zeros that money is written with."""
    return {name: _plain(str(value)) for name, value in values.items()}


def _plain(text: str) -> str:
    whole, dot, fraction = text.partition(".")
    return whole + dot + fraction.rstrip("0") if dot and fraction.strip("0") else whole


def compare(address: tuple[str, int], path: str, credential: str, bodies: Bodies) -> None:
    """Post every request once. Ends the program where an answer is not what the rules give."""
    connection = http.client.HTTPConnection(*address)
    headers = {"Content-Type": "application/json"} | ({"Authorization": credential} if credential else {})
    for asked, expected in zip(bodies.requests, bodies.expected, strict=True):
        connection.request("POST", path, orjson.dumps(asked), headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201):
            raise SystemExit(f"{path} on port {address[1]} answers {response.status}: {answer.decode()}")
        if found := differences(dict(expected), orjson.loads(answer)):
            raise SystemExit(f"{path} on port {address[1]} decides otherwise: {found}")
    connection.close()
