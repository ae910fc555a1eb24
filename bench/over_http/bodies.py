"""The requests that are posted, and whether a service gives the right decisions on each of them."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from bench import cases
from bench.over_http.servers import Server
from bench.peers import contexts
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from service.facts import Facts

COUNT = 300
BATCH = 100

Json = dict[str, Any]
Outcomes = Mapping[str, Outcome]


class Contender(NamedTuple):
    """One service, the path on it that decides, and how it takes many requests at once."""

    server: Server
    path: str
    member: str = ""
    """The member of an object that a batch is; empty for a list."""


class Bodies(NamedTuple):
    """The cases of `bench.cases` as requests, and what is to be decided on each."""

    requests: list[Json]
    expected: list[Outcomes]

    def single(self) -> list[bytes]:
        """One request a body."""
        return [orjson.dumps(one) for one in self.requests]

    def batches(self, member: str) -> list[bytes]:
        """A hundred requests a body."""
        items = (self.requests[n : n + BATCH] for n in range(0, len(self.requests), BATCH))
        return [orjson.dumps({member: one} if member else one) for one in items]


def made(count: int = COUNT) -> Bodies:
    """So many of them."""
    checked = cases.policies()
    engine = DurableEngine(checked, Interpreter(checked))
    facts = Facts(checked.policy.facts)
    given = cases.complete(checked, count)
    expected = [engine.decide(cases.CREDIT, one, cases.AS_OF) for one in given]
    return Bodies([_request(number, facts.write(one)) for number, one in enumerate(given)], list(expected))


def _request(number: int, facts: Json) -> Json:
    return {"decide": list(cases.CREDIT), "subject": f"C-{number:04}", "as_of": cases.AS_OF.isoformat(), "facts": facts}


def compare(name: str, contender: Contender, bodies: Bodies, batch: bool = False) -> None:
    """Post every request once. Ends the program where an answer is not what the rules give."""
    texts = bodies.batches(contender.member) if batch else bodies.single()
    answers = [one for text in texts for one in _decisions(post(contender, text))]
    for asked, expected, answer in zip(bodies.requests, bodies.expected, answers, strict=True):
        if found := differences(expected, answer):
            raise SystemExit(f"{name} decides {asked['subject']} otherwise: {found}")


def post(contender: Contender, body: bytes) -> Any:
    """The answer to one body. Ends the program where it is an error."""
    connection = http.client.HTTPConnection(*contender.server.address, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": contender.server.credential}
    connection.request("POST", contender.path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status not in (200, 201):
        raise SystemExit(f"{contender.server.url(contender.path)} answers {response.status}: {answer.decode()}")
    return orjson.loads(answer)


def _decisions(answer: Any) -> Sequence[Json]:
    """The decisions in an answer of either service, to one request or to many."""
    if isinstance(answer, list):
        return answer
    if "items" in answer:
        return [one["decision"] for one in answer["items"]]
    return [answer]


def differences(expected: Outcomes, answer: Json) -> list[str]:
    """Where an answer differs: the product's by its outcomes, the peer's as zen gives it."""
    if "outcomes" not in answer:
        return contexts.differences(expected, answer)
    found = {name: _shown(one) for name, one in answer["outcomes"].items()}
    return [
        f"{name}: {_made(expected[name])} and {found.get(name)}"
        for name in cases.CREDIT
        if _made(expected[name]) != found.get(name)
    ]


def _shown(outcome: Json) -> tuple[Any, ...]:
    return outcome["status"], tuple(rule["id"] for rule in outcome["rules"]), _texts(outcome["values"])


def _made(outcome: Outcome) -> tuple[Any, ...]:
    return outcome.status, outcome.rules, _texts(outcome.values)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Numbers without the zeros that money is written with."""
    return {name: _plain(str(value)) for name, value in values.items()}


def _plain(text: str) -> str:
    whole, dot, fraction = text.partition(".")
    return f"{whole}{dot}{fraction.rstrip('0')}".rstrip(".") if dot else text
