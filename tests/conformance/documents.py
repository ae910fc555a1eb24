"""Case files that hold a tiny policy of their own: YAML documents, each headed by the name of its file.

    # what it shows
    --- # vocabulary.yaml
    ...
    --- # t/unique.yaml
    ...
    --- # t/unique.test.yaml
    ...

`policy.yaml`, `actions.yaml` and a paragraph `1` are there unless the file brings its own. A ruleset
`x_listed` is held to the cases of `x`, with `L` for `T` in the rule ids. A case whose name begins with
`refused:` has facts that the vocabulary must not take. Codes after `# refused:` say that the policy must not load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.errors import PolicyError
from rules.model.case import Case
from rules.syntax import load, load_cases
from service.cases import Runner

HERE = Path(__file__).parent
LISTED = "_listed"
REFUSED = "refused:"
_HEAD = re.compile(r"^--- # (\S+)\n", re.MULTILINE)
_REFUSED = re.compile(r"^# refused: (.+)$", re.MULTILINE)
_SECTION = re.compile(r"\bL\d+\b")
GIVEN = {
    "policy.yaml": 'name: tiny\ntitle: {zh: 小, en: Tiny}\nlabel: "1"\n',
    "vocabulary.yaml": "facts: {}\n",
    "source/all.yaml": 'document: {zh: 文, en: Text}\nparagraphs:\n  "1": {zh: 一, en: One}\n',
    "actions.yaml": (
        "roles:\n  clerk: {zh: 职员, en: Clerk}\nactions:\n"
        "  tell: {label: {zh: 告知, en: Tell}, by: clerk, due: 0}\n"
        "  pay: {label: {zh: 支付, en: Pay}, by: clerk, to: clerk, parameters: {amount: money}}\n"
    ),
}


@dataclass(frozen=True)
class Document:
    """One file: the sections of the specification that it holds, and the texts of its policy."""

    name: str
    sections: tuple[str, ...]
    texts: dict[str, str]
    refused: frozenset[str]

    def checked(self) -> CheckedPolicySet:
        return check(load(self.texts))

    def cases(self) -> Iterator[Case]:
        """Every case, and again for the same table written as a list."""
        for ruleset, cases in load_cases(self.texts).items():
            for case in cases:
                yield case
                if f"t/{ruleset}{LISTED}.yaml" in self.texts:
                    rules = None if case.rules is None else tuple(r.replace("T", "L", 1) for r in case.rules)
                    yield replace(case, ruleset=ruleset + LISTED, rules=rules)


def read(path: Path) -> Document:
    """The document in one file."""
    text = path.read_text(encoding="utf-8")
    preface, *parts = _HEAD.split(text)
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    refused = _REFUSED.search(preface)
    codes = frozenset(refused[1].split(", ")) if refused else frozenset[str]()
    return Document(path.name, tuple(_SECTION.findall(preface)), {**GIVEN, **texts}, codes)


def documents(folder: str) -> list[Document]:
    """All documents of a folder beside this file."""
    return [read(path) for path in sorted((HERE / folder).glob("*.yaml"))]


def hold(document: Document) -> None:
    """Every case of the document holds on every engine; or the policy is refused, for the reasons it names."""
    if document.refused:
        with pytest.raises(PolicyError) as refusal:
            document.checked()
        assert {found.code for found in refusal.value.diagnostics} == document.refused
        return
    checked = document.checked()
    reference = Interpreter(checked)
    engines = reference, DurableEngine(checked, reference)
    runner = Runner(checked)
    cases = list(document.cases())
    assert cases
    for case in cases:
        for engine in engines:
            found = runner.run(case, engine).differences
            if case.name.startswith(REFUSED):
                assert [d.part for d in found] == ["facts"], f"{engine.name}: {case.name}"
            else:
                assert not found, f"{engine.name}: {case.ruleset}: {case.name}: {found}"
