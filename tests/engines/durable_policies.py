"""Small policies for the tests of the Rete engine, and an engine behind it that counts what is handed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from rules.syntax import load

WORDS = "{zh: 字, en: Words}"
AS_OF = dt.date(2026, 11, 23)
VOCABULARY = f"""facts:
  kind: {{type: enum, values: {{a: {WORDS}, b: {WORDS}, c: {WORDS}, d: {WORDS}}}, label: {WORDS}, sensitivity: public}}
  mood: {{type: enum, values: {{a: {WORDS}, b: {WORDS}}}, when_absent: null, label: {WORDS}, sensitivity: public}}
  flag: {{type: boolean, label: {WORDS}, sensitivity: public}}
  size: {{type: integer, minimum: 0, maximum: 100000, label: {WORDS}, sensitivity: public}}
  owed: {{type: money, minimum: 0, label: {WORDS}, sensitivity: public}}
  limit: {{type: money, minimum: 0, label: {WORDS}, sensitivity: public}}
  cap: {{type: money, when_absent: null, label: {WORDS}, sensitivity: public}}
  rate: {{type: number, label: {WORDS}, sensitivity: public}}
  since: {{type: date, label: {WORDS}, sensitivity: public}}
  items: {{type: list, item: {{n: {{type: integer, label: {WORDS}}}}}, label: {WORDS}, sensitivity: public}}
"""


def policy(rules: str, hit_policy: str = "RULE ORDER", more: str = "", default: str = "-1") -> CheckedPolicySet:
    """A policy of one ruleset `r` with one number for an output."""
    text = f'ruleset: r\ntitle: {WORDS}\nclause: "1"\nhit_policy: {hit_policy}\n{more}'
    text += f"outputs: {{n: {{type: number, label: {WORDS}, default: '{default}'}}}}\n"
    files = {
        "policy.yaml": f'name: small\ntitle: {WORDS}\nlabel: "1"\n',
        "vocabulary.yaml": VOCABULARY,
        "source/all.yaml": f'document: {WORDS}\nparagraphs: {{"1": {WORDS}}}\n',
        "pack/r.yaml": text + rules,
    }
    return check(load(files))


def rules(*conditions: str) -> str:
    """Rules with these conditions; each sets its own number."""
    return "rules:\n" + "".join(
        f"""  - {{id: R-{n}, clause: "1", when: '{when}', then: {{n: '{n}'}}, because: {WORDS}}}\n"""
        for n, when in enumerate(conditions)
    )


def table(columns: list[str], rows: list[list[str]]) -> str:
    """A table over these columns; each row sets its own number."""
    lines = [["id", "clause", *columns, "=> n"]]
    lines += [[f"R-{n}", "1", *cells, str(n)] for n, cells in enumerate(rows)]
    text = "".join(f"  | {' | '.join(line)} |\n" for line in lines)
    because = ", ".join(f"R-{n}: {WORDS}" for n in range(len(rows)))
    return f"table: |\n{text}because: {{{because}}}\n"


class Counting(Interpreter):
    """The interpreter, which counts how often it is asked."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        super().__init__(checked)
        self.asked = 0

    def decide_one(self, name: str, facts: Mapping[str, Any], as_of: dt.date) -> Outcome:
        self.asked += 1
        return super().decide_one(name, facts, as_of)


class Both:
    """The Rete engine and the interpreter side by side."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self.counting = Counting(checked)
        self.interpreter = Interpreter(checked)
        self.durable = DurableEngine(checked, self.counting)

    def decide(self, **facts: Any) -> Outcome:
        """The outcome, once both agree on it."""
        found = self.durable.decide(("r",), facts, AS_OF)["r"]
        assert found == self.interpreter.decide(("r",), facts, AS_OF)["r"], facts
        return found

    def held(self, **facts: Any) -> list[int]:
        """The numbers of the rules that hold, under RULE ORDER; nothing may be handed on."""
        found = self.decide(**facts)
        assert self.counting.asked == 0, facts
        return [int(n) for n in found.values["n"]]
