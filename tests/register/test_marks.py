"""Marks are told apart by what they are, whatever a policy names its things."""

from __future__ import annotations

import sqlite3
from typing import Any

from service.register.marks import Marks
from service.register.releases import UNKNOWN
from service.register.schema import make

SAID = {"zh": "是", "en": "yes"}


def decision(outcomes: dict[str, Any], actions: tuple[str, ...]) -> dict[str, Any]:
    """An entry of which only the outcomes and required actions matter."""
    duties = [{"action": action, "label": SAID} for action in actions]
    policy = {"release": "sha256:1", "label": "1"}
    content = {
        "status": "decided", "caller": None, "policy": policy, "outcomes": outcomes, "required_actions": duties,
    }  # fmt: skip
    return {"content": content, "facets": [], "decided_at": "2026-11-23T07:20:31.123456Z"}


def test_a_ruleset_called_actions_and_an_action_called_like_a_status() -> None:
    connection = sqlite3.connect(":memory:")
    make(connection)
    marks = Marks(connection)
    numbers = marks.of(decision({"actions": {"status": "decided", "rules": []}}, ("decided",)), (), UNKNOWN)
    found = connection.execute(f"SELECT kind, name FROM marks WHERE id IN ({','.join(map(str, numbers))})").fetchall()
    assert {("ruleset", "actions"), ("action", "decided")} <= set(found)
    connection.close()
