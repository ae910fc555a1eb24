"""The columns that people read, each derived from the entry alone, and made harmless for spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.proofs import notes
from service.proofs.export import Record
from service.proofs.merkle import leaf_hash
from service.record import KIND as DECISION

NAMES: Final = (
    "index", "kind", "entry_id", "subject", "as_of", "decided_at", "status", "policy_label", "policy_release",
    "asked", "outcomes", "actions", "missing_facts", "leaf_hash", "entry", "proof",
)  # fmt: skip
"""`entry` and `proof` are what is proved; all before them can be derived from `entry`."""

_FORMULA: Final = re.compile(r"""(^|[,;|\t\r\n"'])([ \u00a0\u3000]*)(?=[=+\-@\t\r\n＝＋－＠])""")

Json = Mapping[str, Any]


def shown(document: Json, record: Record) -> dict[str, str]:
    """The text of every column but `entry` and `proof`. Raises what a document of another form raises."""
    content = document["content"]
    decision = content if document["kind"] == DECISION else {}
    policy = content.get("policy") or {}
    texts = {
        **{name: "" if document[name] is None else str(document[name]) for name in NAMES[:6]},
        "status": content.get("status") or content.get("verdict") or "",
        "policy_label": policy.get("label", content.get("label", "")),
        "policy_release": policy.get("release", content.get("release", "")),
        "asked": ", ".join(decision.get("asked", ())),
        "outcomes": "; ".join(_outcomes(decision.get("outcomes", {}))),
        "actions": ", ".join(_actions(content)),
        "missing_facts": ", ".join(decision.get("missing_facts", ())),
        "leaf_hash": leaf_hash(record.entry).hex(),
    }
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a column that is no text")
    return texts


def proof_text(record: Record) -> str:
    """The proof in a cell: hashes in base64 with a space between them."""
    return " ".join(notes.encode(one) for one in record.proof)


def proof_of(text: str) -> list[bytes]:
    """The hashes in such a cell. Raises ValueError."""
    return [notes.decode(one) for one in text.split(" ")] if text else []


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, however it splits cells (OWASP: CSV injection).

    An apostrophe goes before every sign that begins one: at the start, and after what some program may take
    for the end of a cell.
    """
    return _FORMULA.sub(r"\1\2'", text)


def _outcomes(outcomes: Json) -> Iterator[str]:
    """`ruleset.output: value`, or `ruleset: status` where it ended without values."""
    for ruleset, outcome in outcomes.items():
        if outcome["status"] != "decided":
            yield f"{ruleset}: {outcome['status']}"
            continue
        for output, value in outcome["values"].items():
            yield f"{ruleset}.{output}: {_text(value)}"


def _actions(content: Json) -> list[str]:
    required: list[str] = [duty["action"] for duty in content.get("required_actions", ())]
    return [*required, *([content["action"]] if "action" in content else [])]


def _text(value: Any) -> str:
    match value:
        case list():
            return ", ".join(map(_text, value))
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
    return str(value)
