"""The door to the C engine: what it promises, and the traps that it is built around.

What may crash, hang or corrupt runs in a process of its own.
"""

from __future__ import annotations

import gc
import random
import resource
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.engines.durable import rete
from rules.engines.durable.limits import LEAF_ALTERNATIVES, MAX_INTEGER
from rules.engines.durable.rete import Network, ReteError

PRELUDE = """
import json
import durable_rules_engine as c
def create(rules):
    rules = {name: {"all": [{"m": m}], "pri": i} for i, (name, m) in enumerate(rules.items())}
    return c.create_ruleset("t", json.dumps(rules))
def drain(handle, state):
    c.start_action_for_state(handle, state)
    while c.complete_and_start_action(handle, state):
        pass
"""


def alone(code: str, seconds: float = 20) -> subprocess.CompletedProcess[str]:
    """Runs code against the bare C module in another process."""
    program = PRELUDE + textwrap.dedent(code)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=seconds)


def resident() -> int:
    """Kilobytes of memory in use now."""
    gc.collect()
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- what it promises ------------------------------------------------------------------------------


def test_the_first_rule_that_holds() -> None:
    network = Network([[{"a": 1}, {"$gte": {"b": 5}}], [{"$neq": {"a": 2}}], [{"$lte": {"b": 9}}]])
    assert network.first('{"id":1,"a":1,"b":5}') == 0
    assert network.first('{"id":1,"a":1,"b":4}') == 1
    assert network.first('{"id":1,"a":2,"b":9}') == 2
    assert network.first('{"id":1,"a":2,"b":10}') == -1


def test_every_rule_that_holds() -> None:
    network = Network([[{"a": 1}], [{"$gte": {"b": 5}}], [{"$lte": {"b": 9}}]])
    assert network.every('{"id":1,"a":1,"b":7}') == [0, 1, 2]
    assert network.every('{"id":1,"a":0,"b":4}') == [2]
    assert network.every('{"id":1,"a":0}') == []
    assert network.every('{"id":1,"a":1,"b":7}') == [0, 1, 2]


@pytest.mark.parametrize("edge", [0, 1, -1, MAX_INTEGER, -MAX_INTEGER])
def test_integers_are_compared_exactly(edge: int) -> None:
    tests = [{"$lt": {"a": edge}}, {"a": edge}, {"$gt": {"a": edge}}]
    network = Network([[test] for test in tests])
    assert [network.first(f'{{"id":1,"a":{edge + n}}}') for n in (-1, 0, 1)] == [0, 1, 2]


def test_as_many_matches_at_once_as_a_network_may_have() -> None:
    network = Network([[{"$gte": {"a": -i}}] for i in range(LEAF_ALTERNATIVES)])
    assert network.every('{"id":1,"a":0}') == list(range(LEAF_ALTERNATIVES))


def test_an_interrupted_decision_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network([[{"a": 1}], [{"a": 2}]])
    with monkeypatch.context() as patch:
        patch.setattr(rete, "_start", interrupt)
        with pytest.raises(KeyboardInterrupt):
            network.first('{"id":1,"a":1}')
    assert network.first('{"id":1,"a":2}') == 1
    assert network.every('{"id":1,"a":2}') == [1]


def interrupt(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_network_that_fails_again_and_again_is_given_up() -> None:
    network = Network([[{"a": 1}]])
    for _ in range(rete.MAX_OPENED):
        with pytest.raises(Exception, match="204"):
            network.first('{"id":1,"a":1E+3}')
    with pytest.raises(ReteError):
        network.first('{"id":1,"a":1}')


def test_a_network_of_which_no_message_matched_can_be_closed() -> None:
    network = Network([[{"a": 1}]])
    assert network.first('{"id":1,"a":0}') == -1
    network.close()


def test_memory_stays_flat_over_networks_and_messages() -> None:
    def work(networks: int, messages: int) -> None:
        for _ in range(networks):
            network = Network([[{"a": i}, {"$lte": {"b": i}}] for i in range(10)])
            for n in range(messages):
                network.first(f'{{"id":1,"a":{n % 12},"b":{n % 7}}}')
                network.every(f'{{"id":1,"a":{n % 12},"b":{n % 7}}}')

    work(20, 100)
    before = resident()
    work(200, 100)
    work(1, 100_000)
    assert resident() - before < 8_000


def test_property_names_have_different_hashes() -> None:
    """The C engine knows properties by a 32-bit hash alone: equal hashes would join them."""
    names = list(names_in_use())
    assert len({fnv(name) for name in names}) == len(names)
    assert not {"id", "sid", "k", "m"} & set(names[:-4])


def names_in_use() -> Iterator[str]:
    from rules.engines.durable.properties import letters

    yield from letters(600)
    yield from ("id", "sid", "k", "m")


def fnv(text: str) -> int:
    found = 0x811C9DC5
    for byte in text.encode():
        found = (found * 16777619 ^ byte) & 0xFFFFFFFF
    return found


# --- why it is built so: the bare C module ----------------------------------------------------------


def test_trap_five_hundred_and_twelve_tests_below_a_node_never_end() -> None:
    code = """
        handle = create({{f"r{{i}}": {{"$gte": {{"a": i}}}} for i in range({count})}})
        drain(handle, c.assert_event(handle, '{{"id":1,"a":0}}')[1])
    """
    assert alone(code.format(count=511)).returncode == 0
    with pytest.raises(subprocess.TimeoutExpired):
        alone(code.format(count=512), seconds=3)


def test_trap_more_than_sixty_four_matches_at_once_are_an_error() -> None:
    code = """
        handle = create({{f"r{{i}}": {{"$gte": {{"a": -i}}}} for i in range({count})}})
        c.assert_event(handle, '{{"id":1,"a":0}}')
    """
    assert alone(code.format(count=64)).returncode == 0
    assert "303" in alone(code.format(count=65)).stderr


def test_trap_integers_beyond_sixty_four_bits_become_others() -> None:
    done = alone("""
        handle = create({"r": {"a": 9223372036854775807}})
        print(c.assert_event(handle, '{"id":1,"a":9223372036854775809}')[0])
    """)
    assert done.stdout.strip() == "0"


def test_trap_an_action_that_was_started_locks_all_others() -> None:
    done = alone("""
        handle = create({"r": {"a": 1}})
        state = c.assert_event(handle, '{"id":1,"a":1}')[1]
        c.start_action_for_state(handle, state)
        c.assert_event(handle, '{"id":2,"a":1}')
        print(c.start_action_for_state(handle, state))
    """)
    assert done.stdout.strip() == "None"


def test_random_networks_against_python() -> None:
    chance = random.Random(7)
    operators = {
        "$lt": lambda x, y: x < y, "$lte": lambda x, y: x <= y, "$gt": lambda x, y: x > y,
        "$gte": lambda x, y: x >= y, "$neq": lambda x, y: x != y,
    }  # fmt: skip
    for _ in range(60):
        rules = [
            [(chance.choice([*operators, "="]), chance.choice("abc"), chance.randrange(4)) for _ in range(3)]
            for _ in range(chance.randrange(1, LEAF_ALTERNATIVES))
        ]
        network = Network([[{p: v} if op == "=" else {op: {p: v}} for op, p, v in rule] for rule in rules])
        for _ in range(40):
            case = {p: chance.randrange(4) for p in "abc"}
            message = '{"id":1,' + ",".join(f'"{p}":{v}' for p, v in case.items()) + "}"
            expected = [
                i
                for i, rule in enumerate(rules)
                if all(case[p] == v if op == "=" else operators[op](case[p], v) for op, p, v in rule)
            ]
            assert network.every(message) == expected
            assert network.first(message) == (expected[0] if expected else -1)
