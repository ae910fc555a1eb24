"""Whole policies, as the texts of their files, that the checker must accept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.model.types import (
    BOOLEAN, DATE, INTEGER, MONEY, NUMBER, RATIO, TEXT, Enum, ListType, Record, Scalar, Type,
)  # fmt: skip
from tests.differential import words
from tests.differential.expressions import Expressions, Names

SIZE, TIER = Enum(("大", "small", "none")), Enum(("甲", "乙", "丙"))
ITEM = Record((("n", INTEGER), ("on", DATE), ("ok", BOOLEAN), ("kind", SIZE)))
FACTS: list[tuple[str, Type]] = [
    ("客户.规模", SIZE), ("客户.优质", BOOLEAN), ("order.金额", MONEY), ("order.件数", INTEGER), ("x.share", RATIO),
    ("x.number", NUMBER), ("客户.名称", TEXT), ("order.placed_on", DATE), ("tier", TIER), ("x.flag", BOOLEAN),
    ("visits", ListType(ITEM)), ("scores", ListType(INTEGER)), ("客户.limit", MONEY),
]  # fmt: skip
PARAMETERS: list[tuple[str, Type, Any]] = [
    ("cap", MONEY, Decimal("99.99")), ("折扣", RATIO, Decimal("0.3333")), ("most", INTEGER, Decimal(3)),
    ("rates", Record(tuple((v, RATIO) for v in TIER.values)),
     {"甲": Decimal("1.00"), "乙": Decimal("0.5"), "丙": Decimal("0.3333")}),
]  # fmt: skip
ACTIONS: dict[str, dict[str, Type]] = {
    "warn": {}, "set_limit": {"amount": MONEY}, "tell": {"why": TEXT, "on": DATE}, "mark": {"n": INTEGER, "ok": BOOLEAN},  # noqa: E501
}  # fmt: skip
POLICIES = ["FIRST", "UNIQUE", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
OUTPUT_TYPES: list[Type] = [TIER, MONEY, INTEGER, BOOLEAN, NUMBER, TEXT, DATE]
WORDS = {"zh": "字", "en": "Words"}


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {flow(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str() | bool() | None:
            return json.dumps(value, ensure_ascii=False)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def block(entries: dict[str, Any]) -> str:
    return "".join(f"{name}: {flow(value)}\n" for name, value in entries.items())


def declared(type_: Type) -> dict[str, Any]:
    """`type:` and what belongs to it."""
    match type_:
        case Enum(values):
            return {"type": "enum", "values": dict.fromkeys(values, WORDS)}
        case ListType(Record(fields)):
            return {"type": "list", "item": {n: {**declared(t), "label": WORDS} for n, t in fields}}
        case ListType(Scalar(kind)):
            return {"type": "list", "item": kind}
        case Scalar(kind):
            return {"type": kind}
    raise TypeError(type_)


@dataclass
class Draft:
    """What has been written of a policy so far."""

    texts: dict[str, str]
    names: Names
    rulesets: list[str] = field(default_factory=list)


@st.composite
def policies(draw: st.DrawFn, large: bool = True) -> dict[str, str]:
    """The texts of a policy of one to four rulesets."""
    draft = Draft({}, Names({}))
    _frame(draw, draft)
    for number in range(draw(st.integers(1, 4 if large else 2))):
        RulesetWriter(draw, draft, number).write()
    return draft.texts


def _frame(draw: st.DrawFn, draft: Draft) -> None:
    """Vocabulary, parameters, actions and the paragraph that everything cites."""
    chosen = draw(st.lists(st.sampled_from(FACTS), min_size=2, max_size=8, unique_by=lambda f: f[0]))
    facts, types, nullable = {}, {}, set()
    for name, type_ in chosen:
        facts[name] = {**declared(type_), "label": WORDS, "sensitivity": "internal"}
        if type_ in (MONEY, INTEGER, RATIO) and draw(st.booleans()):
            facts[name] |= {"minimum": 0, "maximum": 1000}
        absent = draw(st.sampled_from(["ask", "ask", "null", "value"]))
        if absent == "null" and not isinstance(type_, ListType):
            facts[name]["when_absent"] = None
            nullable.add(name)
        elif absent == "value":
            facts[name]["when_absent"] = draw(_plain(type_))
        types[name] = type_
    for name, type_, _ in PARAMETERS[:3]:
        types[name] = type_
    draft.names = Names(types, frozenset(nullable), {"rates": TIER})
    parameters = {}
    for name, type_, value in PARAMETERS:
        key, kind = ("values", RATIO) if isinstance(type_, Record) else ("value", type_)
        parameters[name] = {"label": WORDS, **declared(kind), key: value, "clause": "1"}
    actions = {
        name: {"label": WORDS, "by": "clerk", "due": 0,
               **({"parameters": {n: t.kind for n, t in p.items()}} if p else {})}  # type: ignore[union-attr]
        for name, p in ACTIONS.items()
    }  # fmt: skip
    draft.texts.update({
        "policy.yaml": block({"name": "made", "title": WORDS, "label": "1"}),
        "vocabulary.yaml": block({"facts": facts}),
        "parameters.yaml": block({"parameters": parameters}),
        "actions.yaml": block({"roles": {"clerk": WORDS}, "actions": actions}),
        "source/all.yaml": block({"document": WORDS, "paragraphs": {'"1"': WORDS}}),
    })  # fmt: skip


def _plain(type_: Type) -> st.SearchStrategy[Any]:
    """A value for `when_absent`."""
    if type_ == DATE:
        return st.sampled_from([day.isoformat() for day in words.DAYS])
    if type_ == TEXT:
        return st.sampled_from([text for text in words.TEXTS if text])
    if isinstance(type_, ListType):
        return st.just([])
    if isinstance(type_, Enum):
        return st.sampled_from(type_.values)
    return st.booleans() if type_ == BOOLEAN else st.sampled_from([Decimal(0), Decimal(1), Decimal(100)])


class RulesetWriter:
    """Writes one ruleset, which may read those before it."""

    def __init__(self, draw: st.DrawFn, draft: Draft, number: int) -> None:
        self.draw = draw
        self.draft = draft
        self.name = f"r{number}"
        self.names = draft.names
        self.policy = self.pick(POLICIES)
        self.aggregator = ""
        if self.policy == "COLLECT":
            self.aggregator = self.pick(["", "SUM", "MIN", "MAX", "COUNT"])
        self.outputs: dict[str, Type] = {}
        self.fields: dict[str, Any] = {}

    def pick(self, options: Any) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))]

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    @property
    def expressions(self) -> Expressions:
        return Expressions(self.draw, self.names)

    def write(self) -> None:
        self.fields = {"ruleset": self.name, "title": WORDS, "clause": "1", "hit_policy": self.policy}
        if self.aggregator:
            self.fields["aggregator"] = self.aggregator
        self._lets()
        self._outputs()
        as_table = self.draw(st.booleans())
        rows = self.pick([1, 2, 3, 4, 2, 3, 7, 12])
        text = self._table(rows) if as_table else self._rules(rows)
        self._computed()
        if self.chance(3):
            self.fields["actions"] = self._calls()
        self.draft.texts[f"pack/{self.name}.yaml"] = block(self.fields) + text
        self._offer()

    def _lets(self) -> None:
        lets = {}
        for number in range(self.pick([0, 1, 2])):
            type_ = self.pick([NUMBER, BOOLEAN, INTEGER, DATE, TEXT])
            lets[f"let{number}"] = self.expressions.of(type_, 2)
            if type_ == TEXT:
                lets[f"let{number}"] = f"lower case({lets[f'let{number}']})"
            self.names = self.names.with_({f"let{number}": type_})
        if lets:
            self.fields["let"] = lets

    def _outputs(self) -> None:
        types = OUTPUT_TYPES
        if self.aggregator in ("SUM", "MIN", "MAX"):
            types = [MONEY, INTEGER, NUMBER]
        found = {f"o{n}": self.pick(types) for n in range(self.pick([1, 2, 1, 3]))}
        if self.policy in ("PRIORITY", "OUTPUT ORDER"):
            found["o0"] = TIER
        self.outputs = found
        self.fields["outputs"] = {}
        for name, type_ in found.items():
            about = {"label": WORDS, **declared(type_)}
            if self.chance(2):
                about["default"] = self._value(type_)
            self.fields["outputs"][name] = about

    def _value(self, type_: Type) -> str:
        """What an output is set to; now and then null."""
        if self.chance(12):
            return "null"
        if isinstance(type_, Enum):
            return str(self.pick(type_.values))
        return self.expressions.of(type_, self.pick([0, 1, 2]))

    def _has_default(self, name: str) -> bool:
        return "default" in self.fields["outputs"][name]

    def _catch_all(self, number: int, rows: int) -> bool:
        """Whether a row must hold always: the last of a FIRST table without defaults."""
        return self.policy == "FIRST" and number == rows - 1 and not all(map(self._has_default, self.outputs))

    def _rules(self, rows: int) -> str:
        rules = []
        for number in range(rows):
            rule: dict[str, Any] = {"id": f"{self.name}-{number}", "clause": "1"}
            if not self._catch_all(number, rows) and (self.policy == "FIRST" or not self.chance(10)):
                rule["when"] = self._when()
            sets = {n: self._value(t) for n, t in self.outputs.items() if not (self._has_default(n) and self.chance(3))}
            if sets:
                rule["then"] = sets
            if self.chance(4):
                rule["actions"] = self._calls()
            rules.append({**rule, "because": WORDS})
        return block({"rules": rules})

    def _when(self) -> str:
        conditions = [self.expressions.boolean(self.pick([1, 2, 3])) for _ in range(self.pick([1, 1, 2, 3]))]
        if self.chance(25):
            conditions += [self.expressions.comparison(0) for _ in range(self.pick([10, 40]))]
        return self.pick([" and ", " and ", " or "]).join(conditions)

    def _table(self, rows: int) -> str:
        columns: dict[str, Type] = {}
        for _ in range(30 if self.chance(25) else self.pick([1, 2, 3])):
            names = sorted(self.names.types)
            name = self.pick(names)
            columns[name] = self.names.types[name]
            if self.chance(6):
                columns[self.expressions.number(2)] = NUMBER
        columns = {name: type_ for name, type_ in columns.items() if not name[:1].isdigit() and "|" not in name}
        head = ["id", "clause", *columns, *(f"=> {name}" for name in self.outputs), "actions"]
        lines = [head]
        for number in range(rows):
            cells = [self.expressions.cell(name, type_, self.pick([0, 0, 1])) for name, type_ in columns.items()]
            if self._catch_all(number, rows):
                cells = ["-" for _ in columns]
            elif self.policy == "FIRST" and columns and all(c == "-" for c in cells):
                cells[0] = "not(null)" if next(iter(columns)) in self.names.nullable else self._some_test(columns)
            sets = [self._value(type_) for type_ in self.outputs.values()]
            lines.append([f"{self.name}-{number}", "1", *cells, *sets, self._calls_in_cell()])
        if self.policy == "FIRST" and not columns:
            lines = [head, lines[-1]]
        rows_text = "".join("  | " + " | ".join(line) + " |\n" for line in lines)
        because = {line[0]: WORDS for line in lines[1:]}
        return f"table: |\n{rows_text}" + block({"because": because})

    def _some_test(self, columns: dict[str, Type]) -> str:
        """A test for the first column, so that a row of FIRST is not taken for the last."""
        return "? = ?"

    # --- actions and what follows --------------------------------------------------------------

    def _calls(self) -> list[Any]:
        name = self.pick(sorted(ACTIONS))
        arguments = {n: self.expressions.of(t, 1) for n, t in ACTIONS[name].items()}
        return [{name: arguments} if arguments else name]

    def _calls_in_cell(self) -> str:
        if not self.chance(4):
            return "-"
        (call,) = self._calls()
        if isinstance(call, str):
            return call
        ((name, arguments),) = call.items()
        return f"{name}({', '.join(f'{n}: {e}' for n, e in arguments.items())})"

    def _answered(self, type_: Type) -> Type:
        """The type of an output as others read it."""
        if self.aggregator == "COUNT":
            return INTEGER
        many = self.policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT") and not self.aggregator
        return ListType(type_) if many else type_

    def _computed(self) -> None:
        self.names = self.names.with_({n: self._answered(t) for n, t in self.outputs.items()})
        if self.chance(3):
            type_ = self.pick([MONEY, NUMBER, INTEGER, BOOLEAN])
            computed = self.expressions.of(type_, 2)
            self.fields["outputs"]["made"] = {"label": WORDS, **declared(type_), "computed": computed}
            self.outputs["made"] = type_

    def _offer(self) -> None:
        """Later rulesets may read the outputs."""
        types = {n: self.names.types.get(n, t) for n, t in self.outputs.items()}
        offered = {f"{self.name}.{n}": t for n, t in types.items()}
        self.draft.names = self.draft.names.with_(offered)
