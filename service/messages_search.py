"""What the service tells of questions to the record: query strings and the texts to look for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.messages import shown
from service.problems import Complaint

FROM_AFTER_TO: Final = Complaint("empty-range", "`from` is after `to`")
NOTHING_TO_FIND: Final = Complaint("blank", "there is nothing to look for", "write words, or leave the parameter out")


def not_a_day_or_moment(text: str) -> Complaint:
    """A deadline to search by that is neither a day nor a moment."""
    hint = "write it as YYYY-MM-DD, or with its offset as in 2026-11-23T09:00:00+08:00 (in a URL `+` is `%2B`)"
    return Complaint("not-a-date", f"{shown(text)} is neither a day nor a date and time", hint)


def bad_days(text: str) -> Complaint:
    """A number of days that is not one."""
    return Complaint("bad-number", f"{shown(text)} is not a whole number from 1 to 36500")


def unknown_parameter(name: str, known: Sequence[str]) -> Complaint:
    """A query parameter that does not exist."""
    return Complaint("unknown-parameter", f"there is no parameter {shown(name)}", "", (name, tuple(known)))


def repeated_parameter(name: str) -> Complaint:
    """A query parameter that stands twice."""
    return Complaint("repeated", f"the parameter {shown(name)} stands more than once")


def bad_limit(text: str) -> Complaint:
    """A page size that is not one."""
    return Complaint("bad-limit", f"{shown(text)} is not a whole number from 1 to 200")


def bad_cursor(text: str) -> Complaint:
    """A cursor that this service did not give out."""
    return Complaint("bad-cursor", f"{shown(text)} is not a cursor of this list", "take it from `next` of a page")


def bad_place(text: str, lowest: int, highest: int) -> Complaint:
    """A place or size that the log does not have."""
    if highest < lowest:
        return Complaint("not-in-the-log", f"{shown(text)} is not in the log, which has no entries")
    return Complaint("not-in-the-log", f"{shown(text)} is not a whole number from {lowest} to {highest}")


def unclosed(text: str) -> Complaint:
    """A quotation mark without its other half."""
    return Complaint("unclosed-quote", f"the quotation mark before {shown(text)} is not closed", 'write "two words"')


def wordless(text: str) -> Complaint:
    """A part of the question that has no letter and no digit."""
    return Complaint("no-word", f"{shown(text)} has no letter and no digit to look for")


def bad_star(text: str) -> Complaint:
    """A star that does not follow a letter or digit at the end."""
    hint = "write `word*` for all words that begin so"
    return Complaint("misplaced-star", f"in {shown(text)} the `*` is not at the end of a word", hint)


def bad_minus(text: str) -> Complaint:
    """More than one sign before a word."""
    return Complaint("misplaced-minus", f"{shown(text)} begins with more than one `-`", "write `-word` to exclude it")


def question_too_long(length: int, longest: int) -> Complaint:
    """A question beyond its length."""
    return Complaint("too-long", f"the question has {length} characters; {longest} are allowed")


def too_many_words(count: int, most: int) -> Complaint:
    """A question of too many parts."""
    return Complaint("too-many-items", f"the question has {count} words and phrases; {most} are allowed")
