"""Everything the reader of rule files can say: one function a message, codes and wording in one place.

What it says of the YAML itself is in `messages_yaml`.
Wording: lower case, no final stop, the user's own text in backticks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Protocol

from rules.errors import Diagnostic
from rules.source import Span


_CANDIDATES = 300
_COMPARED = 200
"""Names, and characters of the wrong one, that are compared for a suggestion: each of many faults gets one."""


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


def say(code: str, at: Placed, message: str, hint: str = "") -> Diagnostic:
    """A diagnostic about something placed."""
    return Diagnostic(code, at.span, message, hint, at.path)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{short(name)}`" for name in names)


def short(text: str, limit: int = 60) -> str:
    """The user's text on one line and not too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


@lru_cache(maxsize=1000)
def closest(name: str, known: tuple[str, ...], cutoff: float) -> str:
    """The known name that is most like this one, "" where none is like it enough; looks at a few hundred at most."""
    if len(known) > _CANDIDATES:
        alike = (other for other in known if other[-3:] == name[-3:] or other[:6] == name[:6])
        known = tuple(islice(alike, _CANDIDATES))
    return next(iter(get_close_matches(name[:_COMPARED], known, n=1, cutoff=cutoff)), "")


def _nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …`, or else what there is to choose from."""
    names = tuple(known)
    close = closest(name, names, 0.6)
    if close:
        return f"did you mean `{close}`?"
    return f"known here: {_quoted(names[:12])}" if names else ""


# shapes


def wrong_kind(at: Placed, expected: str, found: str, written: str = "") -> Diagnostic:
    """A list where a mapping belongs, and the like."""
    hint = ""
    if expected == "a text" and written[:1] in ("[", "{"):
        hint = f"an expression that starts with `{written[0]}` must be quoted"
    return say("wrong-kind", at, f"expected {expected}, found {found}", hint)


def unknown_key(at: Placed, key: str, known: Iterable[str]) -> Diagnostic:
    """A key that its place does not know."""
    return say("unknown-key", at, f"unknown key `{short(key)}`", _nearest(key, known))


def missing_key(at: Placed, key: str) -> Diagnostic:
    """A required key that is not there."""
    return say("missing-key", at, f"the key `{key}` is missing")


def missing_translation(at: Placed, language: str) -> Diagnostic:
    """A bilingual text in one language only."""
    name = {"zh": "Chinese", "en": "English"}[language]
    return say("missing-translation", at, f"the {name} text (`{language}`) is missing")


def blank(at: Placed) -> Diagnostic:
    """A value with nothing in it."""
    return say("blank", at, "nothing is written here", "write it, or remove its place")


def bad_identifier(at: Placed, name: str, normal: str = "") -> Diagnostic:
    """A name that is not an identifier; `normal` is the same name in ordinary characters."""
    hint = "letters, digits and `_`, lower case, not starting with a digit"
    if normal:
        hint = f"full-width or composed characters; write `{short(normal)}`"
    return say("bad-identifier", at, f"`{short(name)}` is not a name", hint)


def bad_choice(at: Placed, value: str, known: Iterable[str]) -> Diagnostic:
    """A word that is none of those its place takes."""
    names = tuple(known)
    close = closest(value, names, 0.75)
    hint = f"did you mean `{close}`? " if close else ""
    hint += f"one of {_quoted(names)}"
    return say("bad-choice", at, f"`{short(value)}` does not fit here", hint)


def exclusive(at: Placed, one: str, other: str) -> Diagnostic:
    """Two keys that exclude each other."""
    return say("exclusive", at, f"`{one}` and `{other}` exclude each other", "keep one of them")


def one_of_keys(at: Placed, keys: Iterable[str]) -> Diagnostic:
    """None of several keys, one of which is needed."""
    return say("missing-key", at, f"one of the keys {_quoted(keys)} is needed")


def misplaced_key(at: Placed, key: str, where: str) -> Diagnostic:
    """A key that has no meaning beside its neighbours."""
    return say("misplaced-key", at, f"`{key}` has a meaning only {where}", "remove it")


# values


def bad_value(at: Placed, text: str, expected: str, hint: str = "") -> Diagnostic:
    """A value of another type than declared."""
    return say("bad-value", at, f"`{short(text)}` is not {expected}", hint)


def ambiguous_value(at: Placed, text: str) -> Diagnostic:
    """A number in a form that readers and programs take differently."""
    hint = "write a number as in `-1250.50`, and a text in quotes"
    return say("ambiguous-value", at, f"`{short(text)}` may be a number or a text", hint)


def ambiguous_word(at: Placed, text: str) -> Diagnostic:
    """A spelling of true, false or null that only some YAML readers know."""
    hint = "write `true`, `false` or `null`, and a text in quotes"
    return say("ambiguous-value", at, f"`{short(text)}` may be a word or a text", hint)


def too_many_digits(at: Placed, text: str) -> Diagnostic:
    """A number beyond decimal128."""
    return say("bad-value", at, f"`{short(text)}` has more than 34 digits")


def bad_bounds(at: Placed, minimum: str, maximum: str) -> Diagnostic:
    """A minimum above the maximum."""
    return say("bad-bounds", at, f"the minimum {minimum} is above the maximum {maximum}")


def bad_hours(at: Placed, opens: str, closes: str) -> Diagnostic:
    """A working day that ends before it begins."""
    return say("bad-bounds", at, f"the working day begins at {opens} and would end at {closes}")


def both_kinds_of_day(at: Placed, day: str) -> Diagnostic:
    """A day that is both a holiday and a make-up working day."""
    return say("duplicate-day", at, f"{day} is a holiday already", "a day is worked or it is not: name it once")


def out_of_bounds(at: Placed, value: str) -> Diagnostic:
    """A declared value outside its own bounds."""
    return say("bad-bounds", at, f"`{value}` is outside the declared bounds")


# names


def unknown_name(at: Placed, what: str, name: str, known: Iterable[str]) -> Diagnostic:
    """A name of something that is not declared."""
    return say(f"unknown-{what}", at, f"there is no {what} `{short(name)}`", _nearest(name, known))


def duplicate_name(at: Placed, what: str, name: str, first: Span) -> Diagnostic:
    """The same name for two things of one kind."""
    hint = f"first at {first.file}:{first.line}:{first.column}"
    return say(f"duplicate-{what}", at, f"the {what} `{short(name)}` is there twice", hint)


# expressions and actions


def feel_syntax(at: Placed, message: str, hint: str) -> Diagnostic:
    """FEEL that cannot be read."""
    return say("feel-syntax", at, message, hint)


def bad_action(at: Placed) -> Diagnostic:
    """An action that is neither a name, nor one with arguments, nor one with a condition."""
    hint = (
        "`name`, `name: {argument: expression}` or `{action: name, when: expression}`; "
        "in a table `name(argument: expression)`"
    )
    return say("bad-action", at, "this is not an action", hint)


# rules and tables


def not_literal(at: Placed) -> Diagnostic:
    """A table whose lines YAML would join."""
    return say(
        "bad-table", at, "a table must be a block text", "start it with `table: |` and put its rows below"
    )


def bad_row(at: Placed) -> Diagnostic:
    """A table line that does not start and end with `|`."""
    return say("bad-row", at, "a row starts and ends with `|`")


def wrong_cell_count(at: Placed, count: int, expected: int) -> Diagnostic:
    """A row with more or fewer cells than the header."""
    hint = "a `|` inside a cell is written `\\|`" if count > expected else ""
    return say("wrong-cell-count", at, f"{count} cells in this row, {expected} columns in the header", hint)


def missing_column(at: Placed, column: str) -> Diagnostic:
    """A table without a column that it needs."""
    return say("missing-column", at, f"the column `{column}` is missing")


def duplicate_column(at: Placed, column: str, first: Span) -> Diagnostic:
    """The same column twice."""
    return say(
        "duplicate-column",
        at,
        f"the column `{short(column)}` is there twice",
        f"first in column {first.column}",
    )


def unknown_column(at: Placed, name: str, known: Iterable[str], *, computed: bool) -> Diagnostic:
    """A column for an output that is not declared, or that is computed."""
    hint = f"`{name}` is computed and cannot be set by a rule" if computed else _nearest(name, known)
    return say("unknown-column", at, f"no output `{short(name)}` can be set here", hint)


def blank_cell(at: Placed, column: str, *, hint: str = "") -> Diagnostic:
    """A table cell with nothing in it."""
    return say("blank-cell", at, f"the cell of `{short(column)}` is empty", hint)


def dash_output(at: Placed, column: str) -> Diagnostic:
    """`-` in an output column."""
    return say("bad-cell", at, f"`-` says nothing about the output `{column}`", "write its value, or `null`")


def no_reason(at: Placed, rule: str) -> Diagnostic:
    """A table row without its `because`."""
    return say("missing-reason", at, f"`because` has no text for the rule `{short(rule)}`")


# files


def unknown_file(at: Placed, known: Iterable[str]) -> Diagnostic:
    """A YAML file that is no part of a policy."""
    close = closest(at.span.file, tuple(known), 0.75)
    hint = f"did you mean `{close}`?" if close else "a ruleset stands in a folder, one level deep"
    return say(
        "unknown-file", at, f"`{at.span.file}` has no place in a policy folder", hint
    )


def missing_file(at: Placed) -> Diagnostic:
    """A file that every policy has."""
    return say("missing-file", at, f"the file `{at.span.file}` is missing")


def wrong_file_name(at: Placed, name: str, stem: str) -> Diagnostic:
    """A file whose name is not that of its ruleset."""
    return say(
        "wrong-file-name",
        at,
        f"the ruleset `{short(name)}` stands in a file named `{stem}`",
        "make them the same",
    )


def orphan_cases(at: Placed, ruleset_file: str) -> Diagnostic:
    """Cases of a ruleset that is not there."""
    return say("orphan-cases", at, f"there is no ruleset file `{ruleset_file}` for these cases")
