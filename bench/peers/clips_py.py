"""CLIPS (clipspy): a rule for each row; salience is the order of the rows, a `todo` fact is taken by the first.

What fired stands in globals, read when the agenda is empty. Doubt, the first year and the streak are computed
before, in plain Python; the limit, the distances from it and the agenda are CLIPS's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import clips

from bench.peers import plain
from bench.peers.policy import BASE_LIMIT, CAP, TABLES, Condition, Row

Json = dict[str, Any]
prepare = plain.flat
MADE = ("in_doubt", "new_firm", "made", "streak", "exposure", "projected")
READ = {name.replace(".", "_") for rows in TABLES.values() for row in rows for name, _, _ in row.when}
SLOTS = sorted(READ - {"near", "over"})
HEADER = f"""
(deftemplate case (slot credit_limit) {" ".join(f"(slot {name})" for name in {*SLOTS, *MADE})})
(deftemplate distance (slot near) (slot over))
(deftemplate todo (slot table))
(deffacts agenda {" ".join(f"(todo (table {table}))" for table in (*TABLES, "distance"))})
"""
LIMIT = f"""
(deffunction limit-of (?handling ?own ?special ?base ?exposure)
  (if (eq ?handling special_limit) then (return ?special))
  (bind ?ordinary (min (if (eq ?own nil) then ?base else ?own) {CAP}))
  (if (eq ?handling restrict) then (min ?ordinary ?exposure) else ?ordinary))
(defrule distance (declare (salience -100)) ?todo <- (todo (table distance))
  (case (credit_limit ?own) (approval_special_limit ?special) (exposure ?exposure) (projected ?projected))
  =>
  (retract ?todo)
  (bind ?*effective* (limit-of ?*limit_then* ?own ?special ?*base* ?exposure))
  (assert (distance (near (- (* 10 ?projected) (* 9 ?*effective*))) (over (- ?projected ?*effective*)))))
"""


def make() -> Callable[[Json], Json]:
    """Decides one case."""
    environment = clips.Environment()
    for construct in _constructs():
        environment.build(construct)
    case = environment.find_template("case")
    names = [*(f"{table}_rule" for table in TABLES), "effective"]
    found = [environment.find_global(name) for name in names]
    slots = {*SLOTS, "credit_limit"} - set(MADE)

    def decide(facts: Json) -> Json:
        made, streak = plain.streak(facts["visits"], facts["as_of"])
        exposure = plain.exposures(facts)
        computed = (plain.in_doubt(facts), plain.is_new(facts), made, streak, *exposure)
        environment.reset()
        case.assert_fact(**{name: facts[name] for name in slots}, **dict(zip(MADE, computed, strict=True)))
        environment.run()
        *rules, effective = (one.value for one in found)
        return plain.answer(exposure, rules, effective, streak)

    return decide


def _constructs() -> list[str]:
    names = [*(f"{table}_rule" for table in TABLES), "limit_then", "base", "effective"]
    written = [*HEADER.strip().splitlines(), *(f"(defglobal ?*{name}* = nil)" for name in names)]
    written += LIMIT.strip().replace("\n(def", "\0(def").split("\0")
    return written + [_rule(table, n, row) for table, rows in TABLES.items() for n, row in enumerate(rows)]


def _rule(table: str, position: int, row: Row) -> str:
    template = "distance" if table == "escalation" else "case"
    names = dict.fromkeys(name for name, _, _ in row.when)
    slots = "".join(_slot(name, [one for one in row.when if one[0] == name]) for name in names)
    more = {"tier": f"(bind ?*base* {BASE_LIMIT.get(row.then)})", "limit": f"(bind ?*limit_then* {row.then})"}
    return (
        f"(defrule {row.rule} (declare (salience {-position})) ?todo <- (todo (table {table})) ({template}{slots})\n"
        f'  => (retract ?todo) (bind ?*{table}_rule* "{row.rule}") {more.get(table, "")})'
    )


def _slot(name: str, conditions: list[Condition]) -> str:
    """A slot and what it must be: `(staff ?staff&:(< ?staff 30))`."""
    slot = name.replace(".", "_")
    tests = "&".join(_test(slot, operator, value) for _, operator, value in conditions)
    return f" ({slot} {f'?{slot}&' if f'?{slot}' in tests else ''}{tests})"


def _test(slot: str, operator: str, value: Any) -> str:
    if operator == "given":
        return "~nil"
    if operator == "in":
        return "|".join(map(_literal, value))
    return _literal(value) if operator == "==" else f":({operator} ?{slot} {value})"


def _literal(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
