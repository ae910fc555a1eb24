"""The service that users would write instead: FastAPI, pydantic, zen-engine with the static loader, SQLite.

Every worker compiles the tables once, evaluates on its event loop (a thread would cost more than the
decision) and, where RECORD names a folder, inserts one row a decision into a file of its own and commits with
full sync before it answers. `uvicorn bench.peers.service:app --workers 2`.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field

from bench.peers import zen_engine
from bench.peers.contexts import number

INSERT = "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?)"
Row = tuple[str, str, str, str, str, bytes]
Money = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    """A level of the facts; unknown members are refused, as the product does."""

    model_config = ConfigDict(extra="forbid")


class Access(Part):
    role: Literal["database_administrator", "sales_manager", "sales_representative", "general_manager", "auditor",
                  "customer_service", "external"]  # fmt: skip
    operation: Literal["read", "update", "export", "delete"]
    purpose: Literal["sales", "service", "credit_review", "audit", "analysis", "marketing", "other"]
    assigned: bool
    sensitive: bool
    consent: bool
    approved_by: Literal["none", "database_administrator", "general_manager"]


class Approval(Part):
    given_by: Literal["marketing_supervisor", "general_manager"] | None = None
    purpose: Literal["expand_trade", "other"] | None = None
    special_limit: Money | None = None


class Credit(Part):
    bank_refusal: Literal["none", "likely", "occurred"]
    note_deferred: bool
    deteriorated: bool
    receivables: Money
    unsettled_notes: Money
    limit: Money | None = None


class Customer(Part):
    size: Literal["large", "medium", "small"]
    reputation: Literal["good", "average", "poor"]
    operations_stable: bool
    is_intermediary: bool
    broken_promises: Annotated[int, Field(ge=0)]
    annual_trade: Money
    staff: Annotated[int, Field(ge=0)]
    founded_on: dt.date


class Order(Part):
    amount: Money | None = None


class Visit(Part):
    on: dt.date
    effective: bool


class Facts(Part):
    access: Access
    credit: Credit
    customer: Customer
    visits: list[Visit]
    approval: Approval = Approval()
    order: Order = Order()


class DecisionRequest(Part):
    decide: list[str]
    subject: Annotated[str, Field(max_length=200)]
    as_of: dt.date
    facts: Facts


class Record:
    """One row a decision in a file of this worker's own."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / f"{os.getpid()}.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE decisions (id TEXT PRIMARY KEY, subject TEXT, as_of TEXT, decided_at TEXT, request BLOB,"
            " answer BLOB)"
        )

    def add(self, rows: list[Row]) -> None:
        """Durable when this returns: one transaction, committed and synced."""
        if len(rows) == 1:  # a statement alone is a transaction
            self._connection.execute(INSERT, rows[0])
            return
        self._connection.execute("BEGIN")
        self._connection.executemany(INSERT, rows)
        self._connection.execute("COMMIT")


engine = zen_engine.engine(os.environ.get("FORM", "tables"))
record = Record(Path(os.environ["RECORD"])) if os.environ.get("RECORD") else None
app = FastAPI()


@app.post("/decisions")
async def decide(request: DecisionRequest) -> Response:
    """One decision, recorded before it is answered."""
    return recorded([row(request, engine.evaluate(zen_engine.GRAPH, context(request)))])


@app.post("/decisions/batch")
async def decide_batch(requests: Annotated[list[DecisionRequest], Field(max_length=1000)]) -> Response:
    """Many at once, by zen's own call for that; recorded in one transaction."""
    asked = [{"key": zen_engine.GRAPH, "context": context(request)} for request in requests]
    found = engine.evaluate_batch(asked)
    return recorded([row(request, one["data"]) for request, one in zip(requests, found, strict=True)], many=True)


def context(request: DecisionRequest) -> dict[str, Any]:
    """The facts as zen takes them fastest: money in cents, dates as numbers, visits in order and numbered."""
    facts = request.facts.model_dump()
    credit, customer, approval, order = facts["credit"], facts["customer"], facts["approval"], facts["order"]
    for group, name in (
        (credit, "receivables"), (credit, "unsettled_notes"), (credit, "limit"), (customer, "annual_trade"),
        (approval, "special_limit"), (order, "amount"),
    ):  # fmt: skip
        if group[name] is not None:
            group[name] = round(group[name] * 100)
    customer["founded_on"] = number(customer["founded_on"])
    visits = sorted(facts["visits"], key=lambda visit: visit["on"])
    facts["visits"] = [{**v, "on": number(v["on"]), "number": n} for n, v in enumerate(visits, 1)]
    facts["as_of"] = number(request.as_of)
    return facts


def row(request: DecisionRequest, found: Mapping[str, Any]) -> Row:
    """What is recorded; the answer is its last member."""
    decision_id, now, as_of = uuid.uuid4().hex, dt.datetime.now(dt.UTC).isoformat(), request.as_of.isoformat()
    head = {"decision_id": decision_id, "subject": request.subject, "as_of": as_of, "decided_at": now}
    facts = request.facts.model_dump_json() if record is not None else ""
    return decision_id, request.subject, as_of, now, facts, orjson.dumps(head | found["result"])


def recorded(rows: list[Row], many: bool = False) -> Response:
    """The answer, once it is on disk."""
    if record is not None:
        record.add(rows)
    content = b"[" + b",".join(row[-1] for row in rows) + b"]" if many else rows[0][-1]
    return Response(content, media_type="application/json")
