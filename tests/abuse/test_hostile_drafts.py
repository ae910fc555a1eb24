"""Hostile policies where a service is at work: a draft is refused at its place, a broken folder changes nothing."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from service.decide import DecisionService
from service.ledger import Ledger
from service.reload import Reloader, stamp
from service.simulation import MAX_FILE
from tests.abuse.test_long_tables import big
from tests.abuse.test_policy_bombs import LAUGHS
from tests.service.conftest import SAMPLE, StoppedClock, clock, client, decider, ledger, order, service
from tests.service.releases import texts
from tests.service.test_api_problems import check

__all__ = ["client", "clock", "decider", "ledger", "order", "service"]

SIZE: Final = "shop/size.yaml"
WHEN: Final = "when: order.amount >= large_from"
SECONDS: Final = 5.0

FILES: Final[dict[str, tuple[str, tuple[str, int]]]] = {
    "a billion laughs": (LAUGHS, ("anchor", 1)),
    "brackets within brackets": ("[" * 100_000, ("too-long-line", 1)),
    "brackets on lines of their own": (" [\n" * 40_000, ("too-deep", 51)),
    "a word without end": ("x" * MAX_FILE, ("too-long-line", 1)),
    "control characters": ("\x1b" * MAX_FILE, ("bad-character", 1)),
    "a byte order mark": ("\ufeffruleset: size", ("bad-character", 1)),
    "a tag": ("!!python/object/apply:os.system [x]", ("tag", 1)),
}
WORDS: Final = {
    "parentheses": "(" * 3_000 + "1" + ")" * 3_000,
    "a long list": "order.count in [" + "1, " * 3_000 + "1, (" + "(" * 300 + "]",
    "minus without end": "order.count > " + "-" * 3_000 + "1",
}
SEARCHES: Final = {
    r"(a+)+$": False, r"(a|aa)+$": False, r"(a|a)*b": False, r"^(\\w+\\s?)*$": False, r"(.*)*x": False,
    r"([a-zA-Z]+)*!": True, r"(x+x+)+y": False, r"(a*)*\\1b": None,
}  # fmt: skip
"""Patterns that keep a backtracking matcher busy for ever, and whether they are found."""


def simulate(client: FlaskClient, order: dict[str, Any], files: dict[str, str]) -> Any:
    begun = time.monotonic()
    answer = client.post("/v1/simulations", json={**order, "policy": {"files": files}})
    assert time.monotonic() - begun < SECONDS
    return answer


@pytest.mark.parametrize("name", FILES)
def test_a_draft_that_is_a_bomb(client: FlaskClient, order: dict[str, Any], ledger: Ledger, name: str) -> None:
    text, expected = FILES[name]
    size = ledger.size
    errors = check(simulate(client, order, {SIZE: text}), 422, "invalid-policy")
    first = next(one for one in errors if (one["code"], one["line"]) == expected)
    assert first["file"] == SIZE
    assert first["pointer"] == "/policy/files/shop~1size.yaml"
    assert first["hint"]
    assert ledger.size == size
    assert client.post("/v1/decisions", json=order).status_code == 201


@pytest.mark.parametrize("name", WORDS)
def test_a_draft_with_an_expression_that_is_a_bomb(client: FlaskClient, order: dict[str, Any], name: str) -> None:
    draft = texts()[SIZE].replace(WHEN, f"when: {WORDS[name]}")
    errors = check(simulate(client, order, {SIZE: draft}), 422, "invalid-policy")
    assert {(one["code"], one["line"]) for one in errors if one["file"] == SIZE} == {("feel-syntax", 22)}


def test_a_draft_of_a_thousand_rows(client: FlaskClient, order: dict[str, Any]) -> None:
    draft = big(1_000).decode().replace("order.pieces", "order.count")
    answer = simulate(client, {**order, "decide": ["big"]}, {"shop/big.yaml": draft})
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["outcomes"]["big"]["values"] == {"big": 8}


@pytest.mark.parametrize("pattern", SEARCHES)
def test_a_pattern_that_would_never_end(client: FlaskClient, order: dict[str, Any], pattern: str) -> None:
    condition = f'"{pattern}"'
    draft = texts()[SIZE].replace(WHEN, f"when: 'matches(order.note, {condition})'")
    order["facts"]["order"]["note"] = "a" * 50 + "!"
    answer = simulate(client, {**order, "decide": ["size"]}, {SIZE: draft})
    assert answer.status_code == 200, answer.get_json()
    outcome = answer.get_json()["outcomes"]["size"]
    if SEARCHES[pattern] is None:
        assert outcome["status"] == "error"
    else:
        assert outcome["values"]["size"] == ("large" if SEARCHES[pattern] else "small")


LOOPS: Final = {
    "a range": "count(for x in 1..1000000000 return x) > 0",
    "loops within loops": "count(for x in 1..1000, y in 1..1000, z in 1..1000 return 1) > 0",
    "a text made again and again": (
        'count(for x in 1..100000 return string join(for y in 1..90 return "aaaaaaaaaa")) > 0'
    ),
    "a power": "10 ** 1000000 > 0",
}


@pytest.mark.parametrize("name", LOOPS)
def test_an_expression_that_would_run_for_ever(client: FlaskClient, order: dict[str, Any], name: str) -> None:
    draft = texts()[SIZE].replace(WHEN, f"when: '{LOOPS[name]}'")
    answer = simulate(client, {**order, "decide": ["size"]}, {SIZE: draft})
    if answer.status_code == 200:
        assert answer.get_json()["outcomes"]["size"]["status"] == "error"
    else:
        check(answer, 422, "invalid-policy")


def test_a_folder_that_becomes_a_bomb_leaves_the_release_before(
    client: FlaskClient,
    service: DecisionService,
    clock: StoppedClock,
    ledger: Ledger,
    tmp_path: Path,
    order: dict[str, Any],
) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "policies"))
    reloader = Reloader(service, folder, stamp(folder), clock)
    size = ledger.size
    for spoil, said in (
        (lambda: (folder / "policy.yaml").write_text(LAUGHS), "[anchor]"),
        (lambda: os.mkfifo(folder / "shop" / "bonus.yaml"), "[not-a-file]"),
        (lambda: (folder / "zero.yaml").symlink_to("/dev/zero"), "[not-a-file]"),
        (lambda: folder.joinpath(*["d"] * 500).mkdir(parents=True), "folders deep"),
    ):
        spoil()
        begun = time.monotonic()
        reloader.look()
        reloader.look()
        assert time.monotonic() - begun < SECONDS
        told = client.get("/readyz").get_json()["policies"]
        assert told["status"] == "broken"
        assert said in told["first"]
        assert ledger.size == size
    assert client.post("/v1/decisions", json=order).status_code == 201
