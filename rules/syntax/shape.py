"""What every part of a rule file needs: keys that are required, allowed or strange, texts, names, choices.

Each function logs what is wrong in `found` and still returns something of the promised type, so that the rest
of the file is read too; `load` raises in the end if anything was logged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from rules.errors import Diagnostic
from rules.model.policy import Bilingual
from rules.source import Cell
from rules.syntax import messages
from rules.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence

Found = list[Diagnostic]
Choice = TypeVar("Choice", bound=str)

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_CAPITALS = re.compile(r"[A-Z]")
_NULLS = frozenset({"null", "Null", "NULL", "~"})
_MOST_STRANGERS = 20
_SCALAR, _SEQUENCE, _MAPPING = "a text", "a list", "`key: value` pairs"


class Fields:
    """One mapping with known keys. Unknown and missing ones are logged when it is made."""

    def __init__(self, node: Node, found: Found, required: str = "", optional: str = "") -> None:
        self.node = node
        self.found = found
        self._entries = _mapping(node, found)
        known = [*required.split(), *optional.split()]
        strange = (key for key, _ in self._entries.values() if key.text not in known)
        found += [messages.unknown_key(key, key.text, known) for key in islice(strange, _MOST_STRANGERS)]
        if isinstance(node, Mapping):
            found += [messages.missing_key(node, key) for key in required.split() if key not in self._entries]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def get(self, key: str) -> Node | None:
        """The value of a key, None where it is not there."""
        return self._entries[key][1] if key in self._entries else None

    def key(self, key: str) -> Scalar:
        """The key itself, as a place for messages."""
        return self._entries[key][0]

    def text(self, key: str) -> str:
        """The text of a key, "" where it is not there."""
        node = self.get(key)
        return text(node, self.found) if node is not None else ""

    def identifier(self, key: str) -> str:
        """The name that a key holds, "" where it is not there."""
        node = self.get(key)
        return identifier(node, self.found) if node is not None else ""

    def bilingual(self, key: str) -> Bilingual:
        """The Chinese and English text of a key."""
        node = self.get(key)
        return bilingual(node, self.found) if node is not None else Bilingual("", "")

    def choice(self, key: str, known: Iterable[Choice], default: Choice) -> Choice:
        """One of a few words."""
        node = self.get(key)
        return choice(node, known, default, self.found) if node is not None else default

    def entries(self, key: str) -> Iterator[tuple[Scalar, Node]]:
        """The keys and values of a mapping whose keys are free; none where it is not there."""
        node = self.get(key)
        return entries(node, self.found) if node is not None else iter(())

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of a list; none where it is not there."""
        node = self.get(key)
        return items(node, self.found) if node is not None else ()

    def exclusive(self, one: str, other: str) -> None:
        """Logs that two keys stand side by side which exclude each other."""
        if one in self and other in self:
            self.found.append(messages.exclusive(self.key(other), one, other))


def entries(node: Node, found: Found) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of a mapping with free keys."""
    return iter(_mapping(node, found).values())


def items(node: Node, found: Found) -> tuple[Node, ...]:
    """The items of a list."""
    if isinstance(node, Sequence):
        return node.items
    found.append(messages.wrong_kind(node, _SEQUENCE, _kind(node)))
    return ()


def one_or_more(node: Node, found: Found) -> tuple[Node, ...]:
    """The items of a list, or the one thing that stands there without being a list."""
    return items(node, found) if isinstance(node, Sequence) else (node,)


def scalar(node: Node, found: Found) -> Scalar | None:
    """A value with something written in it."""
    if not isinstance(node, Scalar):
        found.append(messages.wrong_kind(node, _SCALAR, _kind(node), node.written))
        return None
    if not node.text.strip():
        found.append(messages.blank(node))
        return None
    return node


def text(node: Node, found: Found) -> str:
    """The words of a value, without blanks around them."""
    value = scalar(node, found)
    if value is None:
        return ""
    if is_nothing(value):
        found.append(messages.blank(value))
    return value.text.strip()


def is_nothing(node: Node) -> bool:
    """Whether nothing is written there, or `null` where words belong."""
    return isinstance(node, Scalar) and (not node.text.strip() or (node.plain and node.text in _NULLS))


def cell(node: Node, found: Found) -> Cell | None:
    """A value with the place of each character."""
    value = scalar(node, found)
    return value.cell if value is not None else None


def bilingual(node: Node, found: Found) -> Bilingual:
    """`{zh: …, en: …}`."""
    known = _mapping(node, found)
    texts = {"zh": "", "en": ""}
    for key, value in islice(known.values(), _MOST_STRANGERS):
        if key.text not in texts:
            found.append(messages.unknown_key(key, key.text, texts))
        elif is_nothing(value):
            found.append(messages.missing_translation(key, key.text))
        else:
            texts[key.text] = text(value, found)
    if isinstance(node, Mapping):
        found += [messages.missing_translation(node, key) for key in texts if key not in known]
    return Bilingual(texts["zh"], texts["en"])


def identifier(node: Node, found: Found, *, dotted: bool = False, capitals: bool = False) -> str:
    """A name: `snake_case` in any script; `dotted` for facts, `capitals` for values of an enum."""
    value = scalar(node, found)
    if value is None:
        return ""
    name = value.text
    parts = name.split(".") if dotted else [name]
    normal = unicodedata.normalize("NFKC", name)
    if normal != name:
        found.append(messages.bad_identifier(value, name, normal))
    elif not all(_IDENTIFIER.fullmatch(part) for part in parts) or (not capitals and _CAPITALS.search(name)):
        found.append(messages.bad_identifier(value, name))
    return name


def choice(node: Node, known: Iterable[Choice], default: Choice, found: Found) -> Choice:
    """One of a few words; `default` where it is none of them."""
    value = scalar(node, found)
    if value is None:
        return default
    words = {str(word): word for word in known}
    if value.text not in words:
        found.append(messages.bad_choice(value, value.text, words))
    return words.get(value.text, default)


def _mapping(node: Node, found: Found) -> dict[str, tuple[Scalar, Node]]:
    if isinstance(node, Mapping):
        return dict(node.entries)
    found.append(messages.wrong_kind(node, _MAPPING, _kind(node)))
    return {}


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return _MAPPING
    if isinstance(node, Sequence):
        return _SEQUENCE
    return _SCALAR if node.text.strip() else "nothing"
