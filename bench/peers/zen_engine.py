"""zen-engine: the policy as decision tables in a graph, and as expressions in one node; the static loader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import zen

from bench.peers.policy import BASE_LIMIT, CAP, DOUBT, OUTPUTS, TABLES, YEAR, Condition, Row
from bench.peers.texts import chain, choose, literal, text, what_it_sets

Json = dict[str, Any]
GRAPH = "credit"
EXPOSURE = "credit.receivables + credit.unsettled_notes"
PROJECTED = "{exposure} + (order.amount ?? 0)"
ORDINARY = f"min([credit.limit ?? {{base}}, {CAP}])"
UTILISATION = "{effective} == 0 ? null : {projected} / {effective}"
PAST = "filter(visits, #.on <= as_of)"
STREAK = "some({past}, #.effective) ? {made} - max(map(filter({past}, #.effective), #.number)) : {made}"
IN_TABLES = {
    "in_doubt": f"credit.bank_refusal in {list(DOUBT)} or credit.note_deferred or credit.deteriorated",
    "new_firm": f"as_of < customer.founded_on + {YEAR}",
    "near": "10 * projected_exposure - 9 * effective_limit",
    "over": "projected_exposure - effective_limit",
}
"""What the rules compute, in terms of what the nodes before have set."""
IN_EXPRESSIONS = {
    "in_doubt": f"({IN_TABLES['in_doubt']})",
    "new_firm": IN_TABLES["new_firm"],
    "near": "10 * $.projected_exposure - 9 * $.effective_limit",
    "over": "$.projected_exposure - $.effective_limit",
    "made": f"len({PAST})",
    "streak": "$.ineffective_streak",
}
"""The same in terms of the expressions before, which stand in the same node."""


def engine(form: str = "tables") -> zen.ZenEngine:
    """zen with the policy compiled once, as `tables` or as `expressions`."""
    content = {GRAPH: tables() if form == "tables" else expressions()}
    return zen.ZenEngine({"loader": {"type": "static", "content": content}})


def make(form: str = "tables") -> Callable[[Json], Json]:
    """Decides one case."""
    compiled = engine(form)

    def decide(facts: Json) -> Json:
        result: Json = compiled.evaluate(GRAPH, facts)["result"]
        return result

    return decide


def tables() -> Json:
    """Tables that depend on nothing side by side, then those that read them."""
    ordinary = ORDINARY.format(base="base_limit")
    limits = {"restrict": f"min([{ordinary}, exposure])", "special_limit": "approval.special_limit"}
    utilisation = UTILISATION.format(effective="effective_limit", projected="projected_exposure")
    exposures = {"exposure": EXPOSURE, "projected_exposure": PROJECTED.format(exposure=EXPOSURE)}
    counted = {"past": PAST, "made": "len($.past)", "streak": STREAK.format(past="$.past", made="$.made")}
    nodes = [
        _node("in", "inputNode"),
        _expressions("exposure", exposures),
        _expressions("counted", counted),
        _of_rows("tier", ("base_limit", lambda row: str(BASE_LIMIT[row.then]))),
        _of_rows("limit", ("effective_limit", lambda row: limits.get(row.then, ordinary))),
        _of_rows("escalation", ("utilisation", lambda _: utilisation)),
        _of_rows("access"),
        _of_rows("visits", ("ineffective_streak", lambda _: "streak")),
        _node("out", "outputNode"),
    ]
    edges = [
        ("in", "exposure"), ("in", "tier"), ("in", "access"), ("in", "counted"), ("counted", "visits"),
        ("in", "limit"), ("exposure", "limit"), ("tier", "limit"), ("exposure", "escalation"),
        ("limit", "escalation"),
        *((name, "out") for name in ("exposure", "tier", "limit", "escalation", "access", "visits")),
    ]  # fmt: skip
    return _graph(nodes, edges)


def expressions() -> Json:
    """One node: every decision a chain of conditions that gives the rule, and what that rule sets."""
    ordinary = ORDINARY.format(base="$.base_limit")
    made = {
        "exposure": EXPOSURE,
        "projected_exposure": PROJECTED.format(exposure="$.exposure"),
        **_chain("tier"),
        "base_limit": choose("$.tier", BASE_LIMIT),
        **_chain("limit"),
        "effective_limit": "$.handling == 'special_limit' ? approval.special_limit : "
        f"$.handling == 'restrict' ? min([{ordinary}, $.exposure]) : {ordinary}",
        **_chain("escalation"),
        "utilisation": UTILISATION.format(effective="$.effective_limit", projected="$.projected_exposure"),
        **_chain("access"),
        "ineffective_streak": STREAK.format(past=PAST, made=f"len({PAST})"),
        **_chain("visits"),
    }
    nodes = [_node("in", "inputNode"), _expressions("all", made), _node("out", "outputNode")]
    return _graph(nodes, [("in", "all"), ("all", "out")])


def _of_rows(name: str, *more: tuple[str, Callable[[Row], str]]) -> Json:
    """The rows as a decision table: a column for each name that they read."""
    rows = TABLES[name]
    names = list(dict.fromkeys(condition[0] for row in rows for condition in row.when))
    outputs = [OUTPUTS[name], f"{name}_rule", *(output for output, _ in more)]
    cells = [
        (
            [_cell([one for one in row.when if one[0] == column]) for column in names],
            [text(row.then), text(row.rule), *(write(row) for _, write in more)],
        )
        for row in rows
    ]
    return table(name, [IN_TABLES.get(column, column) for column in names], outputs, cells)


def _cell(conditions: Sequence[Condition]) -> str:
    """A cell as zen writes a test of its column."""
    return " and $ ".join(_test(operator, value) for _, operator, value in conditions)


def _test(operator: str, value: Any) -> str:
    if operator == "given":
        return "!= null"
    if operator == "in":
        return ", ".join(map(text, value))
    return literal(value) if operator == "==" else f"{operator} {value}"


def _chain(name: str) -> dict[str, str]:
    """Expressions for the rule that holds first, and for what it sets."""
    rows, rule = TABLES[name], f"{name}_rule"
    sets = what_it_sets(rows, f"$.{rule}", lambda subject, ids: f"{subject} in {literal(ids)}")
    return {rule: chain(rows, _condition), OUTPUTS[name]: sets}


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    name = IN_EXPRESSIONS.get(name, name)
    if operator == "given":
        return f"{name} != null"
    return name if value is True else f"{name} {operator} {literal(value)}"


def table(
    name: str, fields: Sequence[str], outputs: Sequence[str], rows: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> Json:
    """A decision table with hit policy first."""
    ins = [{"id": f"i{n}", "name": field, "field": field} for n, field in enumerate(fields)]
    outs = [{"id": f"o{n}", "name": field, "field": field} for n, field in enumerate(outputs)]
    rules = [
        {"_id": f"{name}-{n}"}
        | {f"i{i}": cell for i, cell in enumerate(cells)}
        | {f"o{i}": value for i, value in enumerate(values)}
        for n, (cells, values) in enumerate(rows)
    ]
    content = {"hitPolicy": "first", "inputs": ins, "outputs": outs, "rules": rules} | _ALWAYS
    return _node(name, "decisionTableNode") | {"content": content}


def _expressions(name: str, expressions: Mapping[str, str]) -> Json:
    written = [{"id": key, "key": key, "value": value} for key, value in expressions.items()]
    return _node(name, "expressionNode") | {"content": {"expressions": written} | _ALWAYS}


_ALWAYS: Json = {"passThrough": False, "inputField": None, "outputPath": None, "executionMode": "single"}


def _node(name: str, kind: str) -> Json:
    return {"id": name, "type": kind, "name": name, "position": {"x": 0, "y": 0}}


def _graph(nodes: list[Json], edges: Sequence[tuple[str, str]]) -> Json:
    joined = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges]
    return {"nodes": nodes, "edges": joined}
