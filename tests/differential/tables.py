"""Tables of any size as policy texts: equality columns, ranges, both, wildcards under FIRST, rules without overlap."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

WORDS = "{zh: 字, en: Words}"
CODES = [f"c{i}" for i in range(30)]
VOCABULARY = f"""facts:
  a: {{type: enum, values: {{{", ".join(f"{c}: {WORDS}" for c in CODES)}}}, label: {WORDS}, sensitivity: internal}}
  b: {{type: integer, minimum: 0, maximum: 100000, label: {WORDS}, sensitivity: internal}}
  c: {{type: money, when_absent: null, label: {WORDS}, sensitivity: internal}}
  d: {{type: date, label: {WORDS}, sensitivity: internal}}
  e: {{type: text, label: {WORDS}, sensitivity: internal}}
"""
FRAME = {
    "policy.yaml": f'name: sized\ntitle: {WORDS}\nlabel: "1"\n',
    "vocabulary.yaml": VOCABULARY,
    "source/all.yaml": f'document: {WORDS}\nparagraphs: {{"1": {WORDS}}}\n',
}
KINDS = ["equality", "ranges", "mixed", "wildcards", "unique"]


def table(kind: str, rows: int, seed: int = 0) -> dict[str, str]:
    """A policy of one table with so many rows."""
    chance = random.Random(seed)
    policy = {"wildcards": "FIRST", "unique": "UNIQUE"}.get(kind, "RULE ORDER")
    lines = ["| id | clause | a | b | c | d | e | => n |"]
    for number in range(rows):
        cells = _unique(number, rows) if kind == "unique" else _cells(kind, number, chance)
        lines.append("| " + " | ".join([f"R-{number}", "1", *cells, str(number)]) + " |")
    if policy == "FIRST":
        lines.append(f"| R-{rows} | 1 | - | - | - | - | - | {rows} |")
        rows += 1
    text = f'ruleset: sized\ntitle: {WORDS}\nclause: "1"\nhit_policy: {policy}\n'
    text += f"outputs: {{n: {{type: integer, label: {WORDS}, default: '-1'}}}}\ntable: |\n"
    text += "".join(f"  {line}\n" for line in lines)
    text += "because: {" + ", ".join(f"R-{n}: {WORDS}" for n in range(rows)) + "}\n"
    return {**FRAME, "pack/sized.yaml": text}


def _cells(kind: str, number: int, chance: random.Random) -> list[str]:
    low = chance.randrange(100000)
    wide = {
        "a": f'"{chance.choice(CODES)}"', "b": f"[{low}..{low + chance.randrange(1, 3000)})",
        "c": f"> {chance.randrange(1000)}.{chance.randrange(100):02}", "d": f'>= @"{2000 + chance.randrange(40)}-02-28"',  # noqa: E501
        "e": f'"t{chance.randrange(50)}"',
    }  # fmt: skip
    if kind == "equality":
        wide |= {"b": str(number * 7 % 100000), "c": "-", "d": "-"}
    if kind == "ranges":
        wide |= {"a": "-", "e": "-"}
    if kind == "wildcards":
        wide = {name: "-" if chance.random() < 0.5 else cell for name, cell in wide.items()}
        if all(cell == "-" for cell in wide.values()):
            wide["b"] = "< 0"
    return list(wide.values())


def _unique(number: int, rows: int) -> list[str]:
    step = max(1, 100000 // rows)
    return ["-", f"[{number * step}..{(number + 1) * step})", "-", "-", "-"]


def conditions(count: int, seed: int = 0) -> dict[str, str]:
    """A policy whose rules have so many conditions each."""
    chance = random.Random(seed)
    tests = [
        lambda: f"b > {chance.randrange(100)}", lambda: f"b < {chance.randrange(50000, 100001)}",
        lambda: f'a != "{chance.choice(CODES)}"', lambda: f"(c = null or c >= {chance.randrange(5)})",
        lambda: f"b != {chance.randrange(200)}", lambda: f'e != "t{chance.randrange(50)}"',
        lambda: f'd > @"19{chance.randrange(10, 99)}-01-31"', lambda: f"(b + {chance.randrange(9)}) * 2 > {chance.randrange(99)}",  # noqa: E501
    ]  # fmt: skip
    rules = "".join(
        f'  - id: R-{n}\n    clause: "1"\n    when: {flow(" and ".join(chance.choice(tests)() for _ in range(count)))}\n'  # noqa: E501
        f"    then: {{n: {n}}}\n    because: {WORDS}\n"
        for n in range(6)
    )
    text = f'ruleset: sized\ntitle: {WORDS}\nclause: "1"\nhit_policy: COLLECT\n'
    return {**FRAME, "pack/sized.yaml": text + f"outputs: {{n: {{type: integer, label: {WORDS}}}}}\nrules:\n{rules}"}


def flow(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def random_facts(chance: random.Random) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "a": chance.choice(CODES), "b": Decimal(chance.choice([chance.randrange(100001), chance.randrange(200) * 7])),
        "d": dt.date(1990 + chance.randrange(60), 2, 28), "e": f"t{chance.randrange(55)}",
    }  # fmt: skip
    if chance.random() < 0.8:
        facts["c"] = Decimal(chance.randrange(120000)) / 100
    return facts
