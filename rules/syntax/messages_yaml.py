"""What the reader of rule files says of their text and of its YAML, before it looks at what it means."""

from __future__ import annotations

import re

from rules.errors import Diagnostic
from rules.source import Span
from rules.syntax.messages import Placed, say, short


def bad_character(at: Placed, character: str) -> Diagnostic:
    """A character that has no place in a rule file."""
    if character == "\t":
        return say("tab", at, "a tab", "indent and align with blanks; inside double quotes a tab is `\\t`")
    if character == "\r":
        return say("line-break", at, "a carriage return without a line feed", "end lines with LF or CR LF")
    name = f"U+{ord(character):04X}"
    if character == "\ufeff":
        return say("bad-character", at, f"a byte order mark ({name})", "save the file as UTF-8 without it")
    return say("bad-character", at, f"an invisible or broken character, {name}", "remove it")


def too_large(at: Placed, length: int, limit: int) -> Diagnostic:
    """A file beyond the size limit."""
    return say("too-large", at, f"{length} characters are too many for a rule file", f"at most {limit}")


def too_long_line(at: Placed, length: int, limit: int) -> Diagnostic:
    """A line beyond the limit."""
    hint = f"break it: at most {limit} characters; a long text can go on below `>-`, each line of it indented"
    return say("too-long-line", at, f"a line of {length} characters is one that nobody reviews", hint)


def too_many_nodes(at: Placed, limit: int, alone: bool = True) -> Diagnostic:
    """More keys, values and lists than the limit: in this file `alone`, or in it and all before it."""
    where, mend = ("in one file", "split the file") if alone else ("in one policy", "make two policies of it")
    hint = f"{mend}; or write the rules as a table, all of which counts as one value"
    return say("too-many-values", at, f"more than {limit} keys, values and lists {where}", hint)


def too_deep(at: Placed, limit: int) -> Diagnostic:
    """Nesting beyond the limit."""
    return say("too-deep", at, f"nested more than {limit} levels deep", "no part of a policy needs that")


def empty_file(at: Placed) -> Diagnostic:
    """A file without content."""
    return say("empty-file", at, "the file is empty")


def refused(at: Placed, what: str, text: str) -> Diagnostic:
    """An anchor, alias, tag or directive."""
    quoted = f"; a text or an expression that starts with `{text[:1]}` must be quoted" if text[:1] in "&*!" else ""
    hint = ("remove it" if what == "directive" else "write out what it stands for") + quoted
    return say(what, at, f"a YAML {what} `{short(text)}`, which rule files may not have", hint)


def several_documents(at: Placed) -> Diagnostic:
    """A second document in one file."""
    return say("several-documents", at, "a second document in one file", "one file holds one document")


def bad_key(at: Placed) -> Diagnostic:
    """A key that is not a plain word."""
    return say(
        "bad-key", at, "a key must be a word", "a `,` inside `{ }` parts keys; quote the text before it"
    )


def duplicate_key(at: Placed, key: str, first: Span) -> Diagnostic:
    """The same key twice in one mapping."""
    hint = f"first on line {first.line}, column {first.column}"
    return say("duplicate-key", at, f"the key `{short(key)}` stands here twice", hint)


def torn_value(at: Placed, key: str) -> Diagnostic:
    """A word in braces without a value, most often the rest of a text that a comma has cut."""
    hint = "a `,` inside `{ }` ends the value before it; put that whole value in quotes"
    return say("torn-value", at, f"`{short(key)}` stands here without a value", hint)


_FIT = "check the indentation; a value that holds `: ` or ` #`, or starts with a sign, must be quoted"
_BRACKET = "a text that holds `[`, `{` or `,`, or goes on behind a closing quote, must be quoted as a whole"
_YAML_PROBLEMS = (
    ("never closed", "this bracket is never closed", "close it; " + _BRACKET),
    ("mapping values are not allowed", "a `:` and a blank inside a plain value", _FIT),
    ("but found '<scalar>'", "text after the end of a value", _FIT),
    ("but found '<block sequence start>'", "a list item where it does not belong", _FIT),
    ("expected <block end>", "this does not belong here", _FIT),
    ("sequence entries are not allowed", "a `- ` where no list item can stand", _FIT),
    ("could not find expected ':'", "a line without `key: value`", _FIT),
    ("expected ',' or", "a `,` or the closing bracket is missing", _BRACKET),
    ("chomping or indentation", "text after the sign of a block text", _FIT),
    ("expected a comment or a line break", "text after the sign of a block text", _FIT),
    (
        "unexpected end of stream",
        "a quote that is never closed",
        "a `'` inside single quotes is written `''`",
    ),
    ("document separator", "a quote that is never closed", "a `'` inside single quotes is written `''`"),
    ("escape", "an unknown escape in double quotes", "a backslash is written `\\\\`; or use single quotes"),
    ("that cannot start any token", "a value cannot start with this character", _FIT),
    ("expected the node content", "a value is missing here", _FIT),
    ("tag handle", "a YAML tag, which rule files may not have", _FIT),
    ("no such character", "an escape that is no character", "characters end at `\\U0010FFFF`"),
)
NEVER_CLOSED = "never closed"
_WIDE_COLON = re.compile(r"(?:^[ -]*|[{,]\s*)\w+\s*：")
_WIDE_COMMA = re.compile(r"，\s*\w+\s*:")
_SIGNS = "[{>|*&!%@`-?"


def wide_colon(line: str) -> int:
    """Where a full-width colon stands in place of `:`, -1 where none does."""
    found = _WIDE_COLON.search(line)
    return found.end() - 1 if found else -1


def yaml_syntax(at: Placed, problem: str, line: str) -> Diagnostic:
    """YAML that cannot be read: what the YAML reader said of it, and the whole line."""
    known = ((said, hint) for part, said, hint in _YAML_PROBLEMS if part in problem)
    said, hint = next(known, ("this is not YAML", _FIT))
    if _WIDE_COLON.search(line):
        hint = "`：` is the full-width colon; YAML needs `:` and a blank"
    elif _WIDE_COMMA.search(line):
        hint = "`，` is the full-width comma; YAML needs `,`"
    elif hint in (_FIT, _BRACKET):
        starts = (line.rfind(": ", 0, at.span.column) + 2, line.find(": ") + 2)
        hints = (_quoting_hint(line[start:].strip()) for start in starts if start > 1)
        hint = next((better for better in hints if better), hint)
    return say("yaml-syntax", at, said, hint)


def _quoting_hint(value: str) -> str:
    if value[:1] == '"':
        return 'a value that starts with `"` ends at the next one; put single quotes around the whole of it'
    if value[:1] == "'":
        return "a `'` inside single quotes is written `''`"
    if value and value[0] in _SIGNS:
        return f"a value that starts with `{value[0]}` means something else to YAML; put it in single quotes"
    return "put the whole value in quotes" if ": " in value else ""
