"""Explanations without private facts."""

from __future__ import annotations

from typing import Any

from service.masking import holds_private, masked, open_to_sight

PRIVATE = frozenset({"card.age"})


def read(name: str) -> dict[str, Any]:
    return {"name": name, "kind": "fact", "value": "secret"}


def shown(*computed: dict[str, Any], reads: tuple[str, ...] = ()) -> dict[str, Any]:
    condition = {"text": "x", "verdict": "true", "place": "f:1", "reads": [read(name) for name in reads]}
    rule = {"id": "R-1", "conditions": [condition]}
    return {"rulesets": [{"ruleset": "r", "rules": [rule], "computed": list(computed)}]}


def test_what_is_computed_from_private_facts_is_private() -> None:
    computed = (
        {"name": "c", "reads": [read("b")], "value": "secret", "items": {}},
        {"name": "b", "reads": [read("card.age")], "value": "secret"},
        {"name": "d", "reads": [read("card.size")], "value": "open"},
    )
    (found,) = masked(shown(*computed, reads=("c", "card.size")), PRIVATE)["rulesets"]
    c, b, d = found["computed"]
    assert c == {"name": "c", "reads": [{"name": "b", "kind": "fact", "masked": True}], "masked": True}
    assert b["masked"]
    assert d["value"] == "open"
    assert [one.get("value") for one in found["rules"][0]["conditions"][0]["reads"]] == [None, "secret"]


def test_what_was_given_stays_whole() -> None:
    whole = shown(reads=("card.age",))
    masked(whole, PRIVATE)
    assert whole == shown(reads=("card.age",))


def test_what_is_sealed_is_private_and_out_of_sight() -> None:
    sealed = {"facts": {"card": {"age": None}}, "personal": {}}
    plain = {"facts": {"card": {"age": "old"}}}
    without = {"facts": {"card": {"size": 1}}}
    assert [holds_private(one, PRIVATE) for one in (sealed, plain, without)] == [True, True, False]
    assert [open_to_sight(one, PRIVATE) for one in (sealed, plain, without, {})] == [False, True, False, False]
