"""`source/*.yaml`: the paragraphs of the source document, with gists, and why some have no rule."""

from __future__ import annotations

from rules.model.policy import Clause
from rules.syntax import messages, shape
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Mapping, Node

REASONS = ("explanatory", "organisational", "aim", "analysis", "heading")
"""Why a paragraph has no rule: it explains; it sets up the organisation; it states an aim; an analysis of the
service carries it; it only heads those below it. A sixth reason names the paragraph that says the same."""

DUPLICATE = "duplicate of "
_WITHOUT = "without_rule"


def paragraphs(node: Node, known: dict[str, Clause], found: Found) -> None:
    """Adds the paragraphs of one document to those known, by id."""
    fields = Fields(node, found, required="document paragraphs")
    document = fields.bilingual("document")
    for key, gist in fields.entries("paragraphs"):
        if key.text in known:
            found.append(messages.duplicate_name(key, "paragraph", key.text, known[key.text].span))
            continue
        reason, words = _taken_apart(gist, found)
        known[key.text] = Clause(key.text, shape.bilingual(words, found), key.span, document, reason)


def _taken_apart(node: Node, found: Found) -> tuple[str, Node]:
    """The reason beside a gist, "" where there is none, and the gist without it."""
    if not isinstance(node, Mapping) or _WITHOUT not in node.entries:
        return "", node
    entries = dict(node.entries)
    _, written = entries.pop(_WITHOUT)
    reason = shape.text(written, found)
    if reason and not reason.startswith(DUPLICATE) and reason not in REASONS:
        found.append(messages.bad_choice(written, reason, (*REASONS, f"{DUPLICATE}…")))
    return reason, Mapping(node.document, node.start, node.end, node.path, entries)
