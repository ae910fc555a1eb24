"""`docs/search.md` speaks of the filters, commands and options that there are, and of all of them."""

from __future__ import annotations

import json
import re
import shlex



from service import finding, reviews
from service.cli.search import search as SEARCH
from service.register.marks import COUNTED
from service.register.question import terms_of
from service.reports import read_members
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")


def test_every_filter_is_explained() -> None:
    told = [name for row in re.findall(r"^\| (`.*?) \| that|^\| (`.*?) \|", PAGE, re.M) for name in row if name]
    filters = {name for names in told for name in re.findall(r"`(\w+)`", names)}
    assert filters == set(finding.FILTERS)
    for name in (*COUNTED, *finding.PAGING):
        assert f"`{name}`" in PAGE


def test_the_command_takes_every_filter_of_the_api() -> None:
    taken = {option.lstrip("-") for one in SEARCH.params for option in one.opts}
    assert {*finding.FILTERS, *finding.PAGING} - {"q"} <= taken


def test_the_examples_are_questions() -> None:
    examples = re.findall(r"^run\.py search (.*)$", PAGE, re.M)
    assert examples
    for example in examples:
        context = SEARCH.make_context("search", shlex.split(example))
        assert terms_of(" ".join(context.params["question"]))


def test_the_review_is_one() -> None:
    review = json.loads(re.search(r"```json\n(.*?)\n```", PAGE, re.S)[1])  # type: ignore[index]
    assert read_members(review, reviews._MEMBERS)[1] == []
    for name in reviews._MEMBERS:
        assert f'"{name}"' in PAGE or f"`{name}`" in PAGE
