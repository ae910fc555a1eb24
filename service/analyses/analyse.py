"""One analysis from a loaded book to its document: result, summary, and the actions that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rules.check.checked import CheckedPolicySet
from rules.model.policy import Bilingual
from service.analyses import store
from service.analyses.base import Analysis, Outcome
from service.analyses.catalogue import Offered
from service.analyses.columns import Result, shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Json = dict[str, Any]


def analyse(connection: DuckDBPyConnection, offered: Offered, options: Mapping[str, int]) -> Outcome:
    """Compute the tables of a book that is loaded. Raises `BadBook` for a book that is not whole."""
    analysis = offered.analysis
    analysis.compute(connection, {**offered.stored, **options})
    told = {column.name: shown("money", options[column.name]) for column in analysis.options}
    return Outcome(analysis, connection, {**offered.shown, **told})


def document(outcome: Outcome, checked: CheckedPolicySet, as_of: dt.date) -> Json:
    """The result as JSON: money and ratios as text, every row with its clause, every action with its reason."""
    analysis = outcome.analysis
    return {
        "analysis": analysis.name,
        "title": bilingual(analysis.title),
        "clauses": list(analysis.clauses),
        "as_of": as_of.isoformat(),
        "policy": {"release": checked.release, "label": checked.policy.label},
        "parameters": dict(outcome.parameters),
        "columns": [described(column) for column in analysis.results],
        "rows": list(rows(outcome)),
        "summary": list(rows(outcome, "summary")),
        "required_actions": list(required_actions(outcome, checked, as_of)),
    }


def rows(outcome: Outcome, table: str = "result", most: int | None = None) -> Iterator[Json]:
    """Rows of the result, or of the summary, as they are shown."""
    analysis = outcome.analysis
    columns = analysis.results if table == "result" else analysis.summary
    for row in store.rows(outcome.connection, table, columns, most):
        yield {c.name: shown(c.kind, value) for c, value in zip(columns, row, strict=True)}


def required_actions(outcome: Outcome, checked: CheckedPolicySet, as_of: dt.date) -> Iterator[Json]:
    """What the rows ask for, in their order: who, to whom, by when, with which arguments, by which clause."""
    analysis = outcome.analysis
    if not analysis.duties:
        return
    source = "(SELECT * FROM result WHERE len(actions) > 0)"
    columns = analysis.results
    for row in store.rows(outcome.connection, source, columns):
        told = {c.name: shown(c.kind, value) for c, value in zip(columns, row, strict=True)}
        for name in told["actions"]:
            yield _required(analysis, name, told, checked, as_of)


def action_counts(outcome: Outcome) -> dict[str, int]:
    """How many rows ask for each action of the analysis."""
    return {
        name: store.count(outcome.connection, "result", f"list_contains(actions, '{name}')")
        for name in outcome.analysis.duties
    }


def described(column: Result) -> Json:
    """A column of a result as JSON."""
    told: Json = {
        "name": column.name,
        "type": {"half_cents": "money", "names": "list", "flag": "boolean"}.get(column.kind, column.kind),
        "label": bilingual(column.label),
        "clause": column.clause or None,
    }
    if column.values:
        told["values"] = {value: bilingual(label) for value, label in column.values.items()}
    return told


def bilingual(label: Bilingual) -> Json:
    """A label as JSON."""
    return {"zh": label.zh, "en": label.en}


def _required(
    analysis: Analysis, name: str, row: Mapping[str, Any], checked: CheckedPolicySet, as_of: dt.date
) -> Json:
    action, duty = checked.policy.actions[name], analysis.duties[name]
    due = None if action.due_days is None else as_of + dt.timedelta(days=action.due_days)
    return {
        "action": name,
        "by": action.by,
        "to": action.to,
        "due": due.isoformat() if due else None,
        "params": {argument: row[column] for argument, column in duty.arguments.items()},
        "label": bilingual(action.label),
        "reasons": [{"ruleset": analysis.name, "rule": None, "clause": duty.clause}],
    }


