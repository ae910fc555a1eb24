"""Requests to the service, one after another, whose answers are the examples of the API document.

Every operation has a step here at least; `{limit[decision_id]}` in a path is from the answer to the step `limit`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One request: which operation it is an example of, where it goes, what it sends."""

    operation: str
    name: str
    summary: str
    path: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


_CREDIT: Final[Json] = {
    "bank_refusal": "none", "note_deferred": False, "deteriorated": False,
    "receivables": "410000.00", "unsettled_notes": "50000.00", "limit": "500000.00",
}  # fmt: skip
ORDER: Final[Json] = {
    "decide": ["limit_escalation"],
    "subject": "C-1024",
    "as_of": "2026-11-23",
    "facts": {"credit": _CREDIT, "order": {"amount": "20000.00"}},
}
_UNSURE: Final[Json] = {
    **ORDER,
    "subject": "C-2048",
    "facts": {
        "credit": {name: value for name, value in _CREDIT.items() if name != "deteriorated"},
        "order": {"amount": "20000.00"},
    },
}
_MISSPELT: Final[Json] = {**ORDER, "facts": {**ORDER["facts"], "order": {"amuont": "20000.00"}}}
_ROWS: Final = [
    {"product": "P-1", "sales": "9000.00", "cost": "6000.00", "opening_stock": "900.00", "closing_stock": "1100.00"},
    {"product": "P-2", "sales": "1000.00", "cost": "900.00", "opening_stock": "500.00", "closing_stock": "500.00"},
]
_CARD: Final[Json] = {"decide": ["transaction_card"], "subject": "C-4096", "facts": {}}
_REVIEWER: Final[Json] = {"by": "head of credit", "authority": "general_manager"}
_OVERRIDE: Final[Json] = {
    **_REVIEWER,
    "verdict": "override",
    "reason": "paid this morning",
    "outcomes": {"limit_escalation": {"escalation": "within_limit"}},
}
_CARE: Final[Json] = {
    "decide": ["contact_person"],
    "subject": "C-8192",
    "as_of": "2026-11-23",
    "facts": {
        "contacts": [{"name": "王芳", "current": True, "confirmed_on": "2026-10-01"}],
        "contact": {"change_reported": False},
        "customer": {"has_account_officer": True},
    },
}
_NO_ID: Final = "/v1/decisions/0197a000-0000-7000-8000-000000000000"
_KEY: Final = {"Idempotency-Key": "order-4711"}

STEPS: Final = (
    Step("POST /v1/decisions", "limit", "an order near the limit", body=ORDER, headers=_KEY),
    Step("POST /v1/decisions", "again", "the same again, under the same key", body=ORDER, headers=_KEY),
    Step("POST /v1/decisions", "undecided", "a fact is missing that could change the outcome", body=_UNSURE),
    Step("POST /v1/decisions", "misspelt", "a fact that does not exist", body=_MISSPELT),
    Step("POST /v1/decisions", "conflict", "the key of another request", body=_UNSURE, headers=_KEY),
    Step("GET /v1/decisions", "found", "the newest decision about a customer", "/v1/decisions?subject=C-1024&limit=1"),
    Step("GET /v1/decisions", "wrong", "a parameter that does not exist", "/v1/decisions?subjcet=C-1024"),
    Step("GET /v1/decisions/facets", "facets", "what came out, counted", "/v1/decisions/facets?subject=C-1024"),
    Step("GET /v1/decisions/{decision_id}", "one", "a decision", "/v1/decisions/{limit[decision_id]}"),
    Step("GET /v1/decisions/{decision_id}", "none", "no such decision", _NO_ID),
    Step("POST /v1/decisions/batch", "batch", "two requests, one of them wrong", body={"items": [ORDER, _MISSPELT]}),
    Step("POST /v1/decisions/batch", "lines", "as lines", body={"items": [_CARD, _MISSPELT]},
         headers={"Accept": "application/x-ndjson"}),
    Step("POST /v1/decisions/batch", "empty", "no requests", body={"items": []}),
    Step("POST /v1/simulations", "parameter", "what if the warning came later",
         body={**ORDER, "parameters": {"limit_warning_ratio": "0.97"}}),
    Step("POST /v1/simulations", "draft", "a draft that is not a policy",
         body={**ORDER, "policy": {"files": {"calendar.yaml": "working_days: [munday]\n"}}}),
    Step("POST /v1/simulations", "unknown", "a parameter that does not exist",
         body={**ORDER, "parameters": {"limit_warning": "0.97"}}),
    Step("GET /v1/decisions/{decision_id}/explanation", "why", "why it was so decided",
         "/v1/decisions/{limit[decision_id]}/explanation"),
    Step("GET /v1/decisions/{decision_id}/replay", "same", "it follows from its entry",
         "/v1/decisions/{limit[decision_id]}/replay"),
    Step("GET /v1/decisions/{decision_id}/receipt", "receipt", "a proof to keep",
         "/v1/decisions/{limit[decision_id]}/receipt"),
    Step("POST /v1/decisions/{decision_id}/review", "override", "a person decides otherwise",
         "/v1/decisions/{limit[decision_id]}/review", _OVERRIDE),
    Step("POST /v1/decisions/{decision_id}/review", "unseen", "somebody who has not seen the last review",
         "/v1/decisions/{limit[decision_id]}/review", {**_REVIEWER, "verdict": "confirm", "reason": "as agreed"}),
    Step("POST /v1/decisions/{decision_id}/review", "mistaken", "values that the ruleset does not have",
         "/v1/decisions/{limit[decision_id]}/review",
         {**_OVERRIDE, "outcomes": {"limit_escalation": {"escalation": "wait", "limit": "1.00"}}}),
    Step("GET /v1/decisions/{decision_id}/reviews", "reviews", "what people said of it",
         "/v1/decisions/{limit[decision_id]}/reviews"),
    Step("GET /v1/decisions/{decision_id}/reviews/{number}", "review", "one review",
         "/v1/decisions/{limit[decision_id]}/reviews/1"),
    Step("GET /v1/decisions", "words", "what says these words and was overridden",
         "/v1/decisions?q=主管 -大型&reviewed=overridden&limit=1"),
    Step("GET /v1/decisions", "question", "what is no question", "/v1/decisions?q=\"supervisor"),
    Step("GET /v1/actions", "open", "what is to be done for a customer", "/v1/actions?subject=C-1024&limit=1"),
    Step("GET /v1/actions/{action_id}", "action", "one required action", "/v1/actions/{limit[decision_id]}.0"),
    Step("POST /v1/actions/{action_id}/done", "done", "it was carried out", "/v1/actions/{limit[decision_id]}.0/done",
         {"by": "sales representative", "note": "reported by telephone"}),
    Step("POST /v1/actions/{action_id}/done", "blank", "nobody did it", "/v1/actions/{limit[decision_id]}.1/done",
         {"by": " "}),
    Step("POST /v1/decisions", "care", "facts about a person, sealed in the record", body=_CARE),
    Step("POST /v1/subjects/{subject}/erasure", "erased", "what is personal about a customer is erased",
         "/v1/subjects/C-8192/erasure", {}),
    Step("POST /v1/subjects/{subject}/erasure", "nothing", "nothing is sealed", "/v1/subjects/C-1024/erasure", {}),
    Step("POST /v1/decisions", "alone", "the same about nobody by name",
         body={name: value for name, value in _CARE.items() if name != "subject"}),
    Step("POST /v1/decisions/{decision_id}/erasure", "erased", "what is personal in it is erased",
         "/v1/decisions/{alone[decision_id]}/erasure", {}),
    Step("POST /v1/decisions/{decision_id}/erasure", "shared", "the key is the customer's",
         "/v1/decisions/{care[decision_id]}/erasure", {}),
    Step("GET /v1/decisions/{decision_id}/explanation", "gone", "its facts are erased",
         "/v1/decisions/{care[decision_id]}/explanation"),
    Step("GET /v1/releases", "releases", "every release"),
    Step("GET /v1/releases/{release}", "release", "a release with its files",
         "/v1/releases/{limit[policy][release]}"),
    Step("GET /v1/rulesets", "rulesets", "every ruleset"),
    Step("GET /v1/rulesets/{name}", "ruleset", "a ruleset as written", "/v1/rulesets/limit_escalation"),
    Step("GET /v1/rulesets/{name}", "none", "no such ruleset", "/v1/rulesets/limits"),
    Step("GET /v1/vocabulary", "vocabulary", "every fact"),
    Step("GET /v1/analyses", "analyses", "every analysis"),
    Step("POST /v1/analyses/{name}", "margin", "what turns over at which margin", "/v1/analyses/cross_ratio",
         {"rows": _ROWS}),
    Step("POST /v1/analyses/{name}", "rows", "no rows", "/v1/analyses/cross_ratio", {"rows": []}),
    Step("GET /v1/clauses", "clauses", "paragraphs on a matter", "/v1/clauses?text=exposure"),
    Step("GET /v1/clauses/{clause_id}", "clause", "one paragraph", "/v1/clauses/第九条3(b)"),
    Step("GET /v1/fairness", "fairness", "the proof"),
    Step("GET /v1/log/checkpoint", "checkpoint", "the log as it is now"),
    Step("GET /v1/log/key", "key", "the key that checks it"),
    Step("GET /v1/log/entries/{index}", "entry", "an entry", "/v1/log/entries/1"),
    Step("GET /v1/log/proof/inclusion", "inclusion", "an entry is in the log",
         "/v1/log/proof/inclusion?index=1&size=3"),
    Step("GET /v1/log/proof/consistency", "consistency", "the log only grew", "/v1/log/proof/consistency?old=2&size=3"),
    Step("GET /v1/log/proof/consistency", "beyond", "more than there is", "/v1/log/proof/consistency?old=999"),
    Step("GET /v1/export", "reports", "every report that an action was carried out", "/v1/export?kind=action_done"),
    Step("GET /v1/export", "elsewhere", "a form that only `run.py export` has", "/v1/export?format=csv"),
    Step("GET /problems/{slug}", "problem", "what a type means", "/problems/invalid-request"),
    Step("GET /healthz", "alive", "it lives"),
    Step("GET /readyz", "ready", "it can decide and record"),
)  # fmt: skip
