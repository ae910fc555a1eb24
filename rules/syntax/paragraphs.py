"""`source/*.yaml`: the paragraphs of the source document, with gists."""

from __future__ import annotations

from rules.model.policy import Clause
from rules.syntax import messages, shape
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Node


def paragraphs(node: Node, known: dict[str, Clause], found: Found) -> None:
    """Adds the paragraphs of one document to those known, by id."""
    fields = Fields(node, found, required="document paragraphs")
    document = fields.bilingual("document")
    for key, gist in fields.entries("paragraphs"):
        if key.text in known:
            found.append(messages.duplicate_name(key, "paragraph", key.text, known[key.text].span))
            continue
        known[key.text] = Clause(key.text, shape.bilingual(gist, found), key.span, document)
