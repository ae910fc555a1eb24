"""Query strings read strictly: every unknown, repeated or malformed parameter is told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError

from service import messages, messages_search
from service.facts import faults
from service.fields import Date
from service.finding import MAX_LIMIT, STANDARD_LIMIT
from service.problems import Complaint, Fault, Refusal
from service.request import Moment



class Query:
    """The parameters of the present request. Ask for each, then call `settle`."""

    def __init__(self, *known: str) -> None:
        self._args = request.args
        self._wrong: list[Fault] = []
        for name in self._args:
            if name not in known:
                self.refuse(name, messages_search.unknown_parameter(name, known))
            elif len(self._args.getlist(name)) > 1:
                self.refuse(name, messages_search.repeated_parameter(name))

    def text(self, name: str) -> str | None:
        """As it stands."""
        return self._args.get(name)

    def choice(self, name: str, allowed: Sequence[str], standard: str) -> str:
        """One of a few words."""
        text = self._args.get(name, standard)
        if text not in allowed:
            self.refuse(name, messages.not_allowed(text, allowed))
        return text

    def flag(self, name: str) -> bool:
        """`true` or `false`, false if it is left out."""
        return self.choice(name, ("true", "false"), "false") == "true"

    def number(self, name: str, most: int, complaint: Callable[[str], Complaint]) -> int | None:
        """A whole number from 1."""
        text = self._args.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            self.refuse(name, complaint(text))
            return None
        return int(text)

    def limit(self) -> int:
        """How many items a page has."""
        return self.number("limit", MAX_LIMIT, messages_search.bad_limit) or STANDARD_LIMIT

    def day(self, name: str) -> dt.date | None:
        """A day."""
        text = self._args.get(name)
        try:
            return None if text is None else Date().convert(text)
        except ValidationError as error:
            for fault in faults(error.messages, (), None):
                self.refuse(name, fault.complaint)
            return None

    def day_or_moment(self, name: str) -> dt.date | dt.datetime | None:
        """A day, or a moment in UTC."""
        text = self._args.get(name)
        if text is None:
            return None
        for field in (Date(), Moment()):
            try:
                found: Any = field.convert(text)
                return found  # type: ignore[no-any-return]
            except ValidationError:
                continue
        self.refuse(name, messages_search.not_a_day_or_moment(text))
        return None

    def refuse(self, name: str, complaint: Complaint) -> None:
        """Say what is wrong with a parameter."""
        self._wrong.append(Fault(complaint, name, "parameter"))

    def settle(self, others: Sequence[Fault] = ()) -> None:
        """Raises `Refusal` (422) with every fault found, here or by others."""
        if self._wrong or others:
            raise Refusal(messages.BAD_QUERY, (*self._wrong, *others))


def link(path: str, cursor: str | None) -> dict[str, str]:
    """The next page as RFC 8288 says it."""
    if cursor is None:
        return {}
    return {"Link": f'<{path}?{urlencode({**request.args.to_dict(), "cursor": cursor})}>; rel="next"'}
