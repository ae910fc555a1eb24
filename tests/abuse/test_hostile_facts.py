"""Every fact of the policies, filled with what its type is not meant to hold, straight into the durable path.

Each answer is a decision on record or a refusal with its place. A decision is judged by the interpreter (cross-check
`always`), and the same text written with other escapes, or the same number in another notation, decides the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from rules.check.checked import CheckedPolicySet
from rules.model.policy import Fact
from rules.model.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Enum, ListType, Record, Scalar, Type
from service import messages
from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy
from tests.service.conftest import StoppedClock

TEXTS: Final = [
    "", " ", '"', "'", "\\", '\\"', "\\u0022", "\x00", "a\x00b", "\x1b[31m", "\r\nX: y", "\u2028", "\u0085", "\ufeff",
    "\u202egnol", "\u200d", "e\u0301", "é", "İ", "ß", "🐎", "👩‍👩‍👧", "\U0010ffff", "\ufffe", "客户", "ｌａｒｇｅ",
    '" or true or "', "'); DROP TABLE entries; --", "${7*7}", "{{7*7}}", "%s%n", "../../etc/passwd", "null", "true",
    "[]", "{}", "NaN", "Infinity", "-0", "0x10", "1_000", "1,0", " 1", "1 ", "+1", ".5", "5.", "1e400", "1e-400",
    "1e999999999", "9" * 401, "１２", "١", "½", "Ⅷ", "2026-02-30", "0000-00-00", "2026-W01", "a" * 1001,
    "\u0300" * 5000,
]  # fmt: skip
LITERALS: Final = [
    r'"\ud800"', r'"\udc00\ud800"', r'"a\ud800b"', "1e400", "1e-400", "1e999999999", "-1e400", "0.1e-30", "-0", "-0.0",
    "9" * 400, "9" * 401, "0." + "0" * 390 + "1", "9007199254740993", "1.7976931348623157e309", "null", "true", "[]",
    "{}", "[[[[]]]]", '{"a": {"b": 1}}', "NaN", "-Infinity", "'a'",
]  # fmt: skip
"""As they stand in the body."""
LARGE: Final = ['"' + "x" * 900_000 + '"', '"' + "x" * 1_048_576 + '"', "[" + "0," * 100_000 + "0]", "[" * 100_000]


def usual(type_: Type, fact: Fact | None = None) -> Any:
    """A value that nobody would wonder at."""
    match type_:
        case Enum(values):
            return values[0]
        case ListType(item):
            return [usual(item)]
        case Record(fields):
            return {name: usual(field) for name, field in fields}
    simple = {BOOLEAN: False, INTEGER: 1, MONEY: "1000.00", TEXT: "text", DATE: "2026-01-15"}
    if type_ in simple:
        return simple[type_]
    return "2026-01-15T09:00:00+08:00" if "time" in str(type_) else "0.5"


def nested(facts: dict[str, Any]) -> dict[str, Any]:
    """Dotted facts as JSON has them."""
    made: dict[str, Any] = {}
    for name, value in facts.items():
        *path, last = name.split(".")
        here = made
        for step in path:
            here = here.setdefault(step, {})
        here[last] = value
    return made


class Desk:
    """Asks for the decisions that read a fact, with one value in its place."""

    def __init__(self, client: FlaskClient, policy: LoadedPolicy, service: DecisionService) -> None:
        self.client = client
        self.facts = policy.checked.policy.facts
        self.asked = dict(_readers(policy.checked, service))
        self.decided = self.refused = 0

    def ask(self, name: str, literal: str) -> dict[str, Any] | None:
        """What was found with this JSON text as the value; None if it was refused."""
        ruleset, read = self.asked[name]
        facts = {one: usual(self.facts[one].type, self.facts[one]) for one in read}
        body = json.dumps({"decide": [ruleset], "as_of": "2026-11-23", "facts": nested({**facts, name: "@here@"})})
        sent = body.replace('"@here@"', literal).encode("utf-8", "surrogatepass")
        answer = self.client.post("/v1/decisions", data=sent, content_type="application/json")
        document = answer.get_json()
        if answer.status_code != 201:
            self.refused += 1
            assert answer.status_code in (400, 413, 422), (name, literal[:80], document)
            place = "/facts/" + name.replace(".", "/")
            errors = document["errors"]
            assert answer.status_code != 422 or any(e["pointer"].startswith(place) for e in errors), document
            return None
        self.decided += 1
        details = [outcome.get("detail") for outcome in document["outcomes"].values()]
        assert messages.DISAGREEMENT not in details, (name, literal[:80], document)
        assert self.client.get(answer.headers["Location"]).data == answer.data
        return {name: document[name] for name in ("status", "outcomes", "required_actions", "missing_facts")}


def _readers(checked: CheckedPolicySet, service: DecisionService) -> Iterator[tuple[str, tuple[str, frozenset[str]]]]:
    """For each fact a ruleset that reads it, the one that reads the fewest."""
    reads = {name: service.decider.requests.reads(name) for name in checked.rulesets}
    for fact in checked.policy.facts:
        readers = sorted((len(read), name) for name, read in reads.items() if fact in read)
        if readers:
            yield fact, (readers[0][1], reads[readers[0][1]])


@pytest.fixture(params=["policy", "loaded"], ids=["shop", "policies"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    policy: LoadedPolicy = request.getfixturevalue(request.param)
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        service = DecisionService(Decider(policy, "always", StoppedClock()), ledger)
        yield Desk(create_app(service).test_client(), policy, service)


def escaped(text: str) -> str:
    """The text with every character as an escape."""
    units = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2)) + '"'


def plain(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def variants(text: str) -> list[str]:
    """The same text, written in two ways."""
    return [plain(text), escaped(text)]


def test_hostile_text_in_every_fact(desk: Desk) -> None:
    """Every text in one fact of each type, and in one enum and list; in the others a third, each time another."""
    types = {name: desk.facts[name].type for name in desk.asked}
    one_of_each_type = {t if isinstance(t, Scalar) else type(t): name for name, t in types.items()}.values()
    for number, name in enumerate(desk.asked):
        whole = name in one_of_each_type
        for text in TEXTS if whole else TEXTS[number % 3 :: 3]:
            found = desk.ask(name, plain(text))
            if found is not None or whole:
                assert desk.ask(name, escaped(text)) == found, (name, text[:80])
        for literal in LITERALS:
            desk.ask(name, literal)
    for name in one_of_each_type:
        for literal in LARGE:
            assert desk.ask(name, literal) is None
    assert desk.decided > len(desk.asked)
    assert desk.refused > 20 * len(desk.asked)


def test_what_is_meant_decides_the_same_however_it_is_written(desk: Desk) -> None:
    for name in desk.asked:
        fact = desk.facts[name]
        value = usual(fact.type, fact)
        if isinstance(value, str):
            expected = desk.ask(name, plain(value))
            assert expected is not None
            assert [desk.ask(name, literal) for literal in variants(value)] == [expected] * 2
        if fact.type == MONEY:
            same = ["1000", "1000.00", "1e3", "1E+3", "1000.000000", '"1000"', '"1e3"', "10000e-1", '"1000.0"']
            assert [desk.ask(name, literal) for literal in same] == [expected] * len(same)


def test_words_that_only_look_like_the_allowed_ones(desk: Desk) -> None:
    for name in desk.asked:
        type_ = desk.facts[name].type
        for word in type_.values if isinstance(type_, Enum) else ():
            for other in (f"{word} ", f" {word}", word.upper(), f"{word}\x00", f"{word}\u200b", word[:-1], word * 2):
                if other not in type_.values:
                    assert desk.ask(name, plain(other)) is None
                    assert desk.ask(name, escaped(other)) is None


MEMBERS: Final = ["subject", "as_of", "known_at", "decide"]


@pytest.mark.parametrize("member", MEMBERS)
def test_hostile_text_in_the_other_members(desk: Desk, member: str) -> None:
    name = next(iter(desk.asked))
    ruleset, read = desk.asked[name]
    facts = nested({one: usual(desk.facts[one].type, desk.facts[one]) for one in read})
    for literal in [*LITERALS, *LARGE, *(one for text in TEXTS for one in variants(text))]:
        given = f"[{literal}]" if member == "decide" else literal
        rest = {"decide": [ruleset], "facts": facts}
        rest.pop(member, None)
        sent = (json.dumps(rest)[:-1] + f', "{member}": {given}}}').encode("utf-8", "surrogatepass")
        answer = desk.client.post("/v1/decisions", data=sent, content_type="application/json")
        assert answer.status_code in (201, 400, 413, 422), (literal[:80], answer.data)
        if answer.status_code == 201 and member == "subject":
            assert answer.get_json()["subject"] == json.loads(literal)
            found = desk.client.get("/v1/decisions", query_string={"subject": answer.get_json()["subject"] or ""})
            assert found.status_code == 200


@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/actions", "/v1/clauses", "/v1/log/proof/inclusion"])
@pytest.mark.parametrize("desk", ["policy"], ids=["shop"], indirect=True)
def test_hostile_text_in_queries(desk: Desk, path: str) -> None:
    document = desk.client.get("/openapi.json").get_json()
    names = [one["name"] for one in document["paths"].get(path, {}).get("get", {}).get("parameters", ())]
    for name in names:
        for text in TEXTS:
            answer = desk.client.get(path, query_string={name: text})
            assert answer.status_code in (200, 422), (name, text, answer.data)
