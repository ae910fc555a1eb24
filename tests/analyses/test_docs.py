"""docs/analyses.md says what happens."""

from __future__ import annotations

import json
import re

from service.analyses.catalogue import ANALYSES
from tests.analyses.helpers import outcome
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "analyses.md").read_text(encoding="utf-8")


def test_the_table_lists_every_analysis_with_its_columns_and_actions() -> None:
    listed = re.findall(r"^\| `(\w+)` \| \S+ \| (.*?) \| .*? \| (.*?) \|$", PAGE, re.M)
    assert [name for name, _, _ in listed] == list(ANALYSES)
    for name, columns, actions in listed:
        analysis = ANALYSES[name]
        asked = tuple(re.findall(r"`(\w+)`", actions))
        assert asked == tuple(analysis.duties)
        if not columns.startswith("the same"):
            told = columns.partition(";")[0].split(", ")
            assert told == [c.name if c.required else f"[{c.name}]" for c in analysis.columns]


def test_every_parameter_is_named() -> None:
    for analysis in ANALYSES.values():
        for parameter in analysis.parameters:
            assert f"`{parameter}`" in PAGE


def test_the_example_can_be_asked() -> None:
    body = re.search(r"share_of_wallet -H .*? -d '(\{.*?\})'\n```", PAGE, re.S)
    assert body is not None
    assert outcome("share_of_wallet", json.loads(body[1])["rows"])
