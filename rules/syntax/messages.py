"""Everything the reader of rule files can say: one function a message, codes and wording in one place.

Wording: lower case, no final stop, the user's own text in backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Protocol

from rules.errors import Diagnostic
from rules.source import Span


class Placed(Protocol):
    """Whatever a message can point at."""

    @property
    def span(self) -> Span:
        """Where it stands."""

    @property
    def path(self) -> str:
        """Its YAML path."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A bare place: a part of a cell, or a file as a whole."""

    span: Span
    path: str = ""


def _say(code: str, at: Placed, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic(code, at.span, message, hint, at.path)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{_short(name)}`" for name in names)


def _short(text: str, limit: int = 60) -> str:
    """The user's text on one line and not too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


@lru_cache(maxsize=1000)
def _closest(name: str, known: tuple[str, ...], cutoff: float) -> str:
    """The known name that is most like this one, "" where none is like it enough."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=cutoff)), "")


def _nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …`, or else what there is to choose from."""
    names = tuple(known)
    close = _closest(name, names, 0.6)
    if close:
        return f"did you mean `{close}`?"
    return f"known here: {_quoted(names[:12])}" if names else ""


# the text of a file


def bad_character(at: Placed, character: str) -> Diagnostic:
    """A character that has no place in a rule file."""
    if character == "\t":
        return _say("tab", at, "a tab", "indent and align with blanks; inside double quotes a tab is `\\t`")
    if character == "\r":
        return _say("line-break", at, "a carriage return without a line feed", "end lines with LF or CR LF")
    name = f"U+{ord(character):04X}"
    if character == "\ufeff":
        return _say("bad-character", at, f"a byte order mark ({name})", "save the file as UTF-8 without it")
    return _say("bad-character", at, f"an invisible or broken character, {name}", "remove it")


def too_large(at: Placed, length: int, limit: int) -> Diagnostic:
    """A file beyond the size limit."""
    return _say("too-large", at, f"{length} characters are too many for a rule file", f"at most {limit}")


def too_deep(at: Placed, limit: int) -> Diagnostic:
    """Nesting beyond the limit."""
    return _say("too-deep", at, f"nested more than {limit} levels deep", "no part of a policy needs that")


def empty_file(at: Placed) -> Diagnostic:
    """A file without content."""
    return _say("empty-file", at, "the file is empty")


def refused(at: Placed, what: str, text: str) -> Diagnostic:
    """An anchor, alias, tag or directive."""
    hint = f"a FEEL expression that starts with `{text[:1]}` must be quoted" if text[:1] in "&*!" else ""
    return _say(what, at, f"a YAML {what} `{_short(text)}`, which rule files may not have", hint)


def several_documents(at: Placed) -> Diagnostic:
    """A second document in one file."""
    return _say("several-documents", at, "a second document in one file", "one file holds one document")


def bad_key(at: Placed) -> Diagnostic:
    """A key that is not a plain word."""
    return _say(
        "bad-key", at, "a key must be a word", "a `,` inside `{ }` parts keys; quote the text before it"
    )


def duplicate_key(at: Placed, key: str, first: Span) -> Diagnostic:
    """The same key twice in one mapping."""
    hint = f"first on line {first.line}, column {first.column}"
    return _say("duplicate-key", at, f"the key `{_short(key)}` stands here twice", hint)


def torn_value(at: Placed, key: str) -> Diagnostic:
    """A word in braces without a value, most often the rest of a text that a comma has cut."""
    hint = "a `,` inside `{ }` ends the value before it; put that whole value in quotes"
    return _say("torn-value", at, f"`{_short(key)}` stands here without a value", hint)


_FIT = "check the indentation; a value that holds `: ` or ` #`, or starts with a sign, must be quoted"
_BRACKET = "a text that holds `[`, `{` or `,`, or goes on behind a closing quote, must be quoted as a whole"
_YAML_PROBLEMS = (
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
_WIDE_COLON = re.compile(r"(?:^[ -]*|[{,]\s*)\w+\s*：")
_WIDE_COMMA = re.compile(r"，\s*\w+\s*:")
_SIGNS = "[{>|*&!%@`-?"


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
    return _say("yaml-syntax", at, said, hint)


def _quoting_hint(value: str) -> str:
    if value[:1] == '"':
        return 'a value that starts with `"` ends at the next one; put single quotes around the whole of it'
    if value[:1] == "'":
        return "a `'` inside single quotes is written `''`"
    if value and value[0] in _SIGNS:
        return f"a value that starts with `{value[0]}` means something else to YAML; put it in single quotes"
    return "put the whole value in quotes" if ": " in value else ""


# shapes


def wrong_kind(at: Placed, expected: str, found: str, written: str = "") -> Diagnostic:
    """A list where a mapping belongs, and the like."""
    hint = ""
    if expected == "a text" and written[:1] in ("[", "{"):
        hint = f"an expression that starts with `{written[0]}` must be quoted"
    return _say("wrong-kind", at, f"expected {expected}, found {found}", hint)


def unknown_key(at: Placed, key: str, known: Iterable[str]) -> Diagnostic:
    """A key that its place does not know."""
    return _say("unknown-key", at, f"unknown key `{_short(key)}`", _nearest(key, known))


def missing_key(at: Placed, key: str) -> Diagnostic:
    """A required key that is not there."""
    return _say("missing-key", at, f"the key `{key}` is missing")


def missing_translation(at: Placed, language: str) -> Diagnostic:
    """A bilingual text in one language only."""
    name = {"zh": "Chinese", "en": "English"}[language]
    return _say("missing-translation", at, f"the {name} text (`{language}`) is missing")


def blank(at: Placed) -> Diagnostic:
    """A value with nothing in it."""
    return _say("blank", at, "nothing is written here", "write it, or remove its place")


def bad_identifier(at: Placed, name: str, normal: str = "") -> Diagnostic:
    """A name that is not an identifier; `normal` is the same name in ordinary characters."""
    hint = "letters, digits and `_`, lower case, not starting with a digit"
    if normal:
        hint = f"full-width or composed characters; write `{_short(normal)}`"
    return _say("bad-identifier", at, f"`{_short(name)}` is not a name", hint)


def bad_choice(at: Placed, value: str, known: Iterable[str]) -> Diagnostic:
    """A word that is none of those its place takes."""
    names = tuple(known)
    close = _closest(value, names, 0.75)
    hint = f"did you mean `{close}`? " if close else ""
    hint += f"one of {_quoted(names)}"
    return _say("bad-choice", at, f"`{_short(value)}` does not fit here", hint)


def exclusive(at: Placed, one: str, other: str) -> Diagnostic:
    """Two keys that exclude each other."""
    return _say("exclusive", at, f"`{one}` and `{other}` exclude each other", "keep one of them")


def one_of_keys(at: Placed, keys: Iterable[str]) -> Diagnostic:
    """None of several keys, one of which is needed."""
    return _say("missing-key", at, f"one of the keys {_quoted(keys)} is needed")


def misplaced_key(at: Placed, key: str, where: str) -> Diagnostic:
    """A key that has no meaning beside its neighbours."""
    return _say("misplaced-key", at, f"`{key}` has a meaning only {where}", "remove it")


# values


def bad_value(at: Placed, text: str, expected: str, hint: str = "") -> Diagnostic:
    """A value of another type than declared."""
    return _say("bad-value", at, f"`{_short(text)}` is not {expected}", hint)


def ambiguous_value(at: Placed, text: str) -> Diagnostic:
    """A number in a form that readers and programs take differently."""
    hint = "write a number as in `-1250.50`, and a text in quotes"
    return _say("ambiguous-value", at, f"`{_short(text)}` may be a number or a text", hint)


def ambiguous_word(at: Placed, text: str) -> Diagnostic:
    """A spelling of true, false or null that only some YAML readers know."""
    hint = "write `true`, `false` or `null`, and a text in quotes"
    return _say("ambiguous-value", at, f"`{_short(text)}` may be a word or a text", hint)


def too_many_digits(at: Placed, text: str) -> Diagnostic:
    """A number beyond decimal128."""
    return _say("bad-value", at, f"`{_short(text)}` has more than 34 digits")


def bad_bounds(at: Placed, minimum: str, maximum: str) -> Diagnostic:
    """A minimum above the maximum."""
    return _say("bad-bounds", at, f"the minimum {minimum} is above the maximum {maximum}")


def out_of_bounds(at: Placed, value: str) -> Diagnostic:
    """A declared value outside its own bounds."""
    return _say("bad-bounds", at, f"`{value}` is outside the declared bounds")


# names


def unknown_name(at: Placed, what: str, name: str, known: Iterable[str]) -> Diagnostic:
    """A name of something that is not declared."""
    return _say(f"unknown-{what}", at, f"there is no {what} `{_short(name)}`", _nearest(name, known))


def duplicate_name(at: Placed, what: str, name: str, first: Span) -> Diagnostic:
    """The same name for two things of one kind."""
    hint = f"first at {first.file}:{first.line}:{first.column}"
    return _say(f"duplicate-{what}", at, f"the {what} `{_short(name)}` is there twice", hint)


# expressions and actions


def feel_syntax(at: Placed, message: str, hint: str) -> Diagnostic:
    """FEEL that cannot be read."""
    return _say("feel-syntax", at, message, hint)


def bad_action(at: Placed) -> Diagnostic:
    """An action that is neither a name nor a name with arguments."""
    hint = "`name`, or `name: {argument: expression}`; in a table `name(argument: expression)`"
    return _say("bad-action", at, "this is not an action", hint)


# rules and tables


def not_literal(at: Placed) -> Diagnostic:
    """A table whose lines YAML would join."""
    return _say(
        "bad-table", at, "a table must be a block text", "start it with `table: |` and put its rows below"
    )


def bad_row(at: Placed) -> Diagnostic:
    """A table line that does not start and end with `|`."""
    return _say("bad-row", at, "a row starts and ends with `|`")


def wrong_cell_count(at: Placed, count: int, expected: int) -> Diagnostic:
    """A row with more or fewer cells than the header."""
    hint = "a `|` inside a cell is written `\\|`" if count > expected else ""
    return _say("wrong-cell-count", at, f"{count} cells in this row, {expected} columns in the header", hint)


def missing_column(at: Placed, column: str) -> Diagnostic:
    """A table without a column that it needs."""
    return _say("missing-column", at, f"the column `{column}` is missing")


def duplicate_column(at: Placed, column: str, first: Span) -> Diagnostic:
    """The same column twice."""
    return _say(
        "duplicate-column",
        at,
        f"the column `{_short(column)}` is there twice",
        f"first in column {first.column}",
    )


def unknown_column(at: Placed, name: str, known: Iterable[str], *, computed: bool) -> Diagnostic:
    """A column for an output that is not declared, or that is computed."""
    hint = f"`{name}` is computed and cannot be set by a rule" if computed else _nearest(name, known)
    return _say("unknown-column", at, f"no output `{_short(name)}` can be set here", hint)


def blank_cell(at: Placed, column: str, *, hint: str = "") -> Diagnostic:
    """A table cell with nothing in it."""
    return _say("blank-cell", at, f"the cell of `{_short(column)}` is empty", hint)


def dash_output(at: Placed, column: str) -> Diagnostic:
    """`-` in an output column."""
    return _say("bad-cell", at, f"`-` says nothing about the output `{column}`", "write its value, or `null`")


def no_reason(at: Placed, rule: str) -> Diagnostic:
    """A table row without its `because`."""
    return _say("missing-reason", at, f"`because` has no text for the rule `{_short(rule)}`")


# files


def unknown_file(at: Placed, known: Iterable[str]) -> Diagnostic:
    """A YAML file that is no part of a policy."""
    return _say(
        "unknown-file", at, f"`{at.span.file}` has no place in a policy folder", _nearest(at.span.file, known)
    )


def missing_file(at: Placed) -> Diagnostic:
    """A file that every policy has."""
    return _say("missing-file", at, f"the file `{at.span.file}` is missing")


def wrong_file_name(at: Placed, name: str, stem: str) -> Diagnostic:
    """A file whose name is not that of its ruleset."""
    return _say(
        "wrong-file-name",
        at,
        f"the ruleset `{_short(name)}` stands in a file named `{stem}`",
        "make them the same",
    )


def orphan_cases(at: Placed, ruleset_file: str) -> Diagnostic:
    """Cases of a ruleset that is not there."""
    return _say("orphan-cases", at, f"there is no ruleset file `{ruleset_file}` for these cases")
