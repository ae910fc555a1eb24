"""The order of keys in each part of a rule file, as in `docs/language.md`."""

from __future__ import annotations

import re
from typing import Final

from rules.syntax.yaml_nodes import Mapping, Node, Scalar

_RULESET: Final = "ruleset title clause hit_policy aggregator note let outputs actions rules table because notes"
_RULE: Final = "id clause when then actions because note"
_OUTPUT: Final = "label type values item computed default"
_CALL: Final = "action when arguments"

_ORDERS: Final = tuple(
    (re.compile(pattern), tuple(keys.split()))
    for pattern, keys in (
        (r"policy\.yaml:", "name title label author effective_from"),
        (r"vocabulary\.yaml:facts\..*\.item\.[^.\[]+", "type label values"),
        (r"vocabulary\.yaml:facts(\.[^.\[]+)+\.allowed_for\[\d+\]", "ruleset purpose clause because"),
        (
            r"vocabulary\.yaml:facts(\.[^.\[]+)+",
            "label type values item minimum maximum when_absent sensitivity allowed_for",
        ),
        (r"parameters\.yaml:parameters\.[^.\[]+", "label type value values unit clause"),
        (r"actions\.yaml:", "roles actions"),
        (r"actions\.yaml:actions\.[^.\[]+", "label by to due parameters"),
        (r"source/[^:]*:", "document paragraphs"),
        (r"[^:]*\.test\.yaml:", "ruleset given cases"),
        (r"[^:]*\.test\.yaml:given", "as_of facts"),
        (r"[^:]*\.test\.yaml:cases\[\d+\]", "case as_of facts expect"),
        (r"[^:]*\.test\.yaml:cases\[\d+\]\.expect", "status values rules actions missing_facts"),
        (r"[^:]*/[^:]*(?<!\.test)\.yaml:", _RULESET),
        (r"[^:]*/[^:]*(?<!\.test)\.yaml:rules\[\d+\]", _RULE),
        (r"[^:]*/[^:]*(?<!\.test)\.yaml:outputs\.[^.\[]+", _OUTPUT),
        (r"[^:]*/[^:]*(?<!\.test)\.yaml:(.*\.)?actions\[\d+\]", _CALL),
    )
)
_BILINGUAL: Final = ("zh", "en")


def is_bilingual(node: Node) -> bool:
    """Whether a node is `{zh: …, en: …}`."""
    return isinstance(node, Mapping) and set(node.entries) == set(_BILINGUAL)


def in_order(file: str, node: Mapping) -> list[tuple[Scalar, Node]]:
    """The entries in canonical order; keys that are free stay as they are."""
    keys = _BILINGUAL if is_bilingual(node) else _keys(f"{file}:{node.path}")
    if not set(node.entries) <= set(keys):
        return list(node.entries.values())
    return [node.entries[key] for key in keys if key in node.entries]


def _keys(place: str) -> tuple[str, ...]:
    return next((keys for pattern, keys in _ORDERS if pattern.fullmatch(place)), ())
