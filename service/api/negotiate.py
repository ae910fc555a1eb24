"""What a request asks for besides its path and body: parameters that the route has, a media type that it answers in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from service import messages, messages_api, messages_search
from service.api.body import Environ
from service.problems import Fault, Refusal

JSON: Final = ("application/json",)
_USUAL: Final = (None, "", "*/*", "application/json")


def check(environ: Environ, offered: Sequence[str]) -> None:
    """For a route without parameters in the query. Raises `Refusal`: 422 for any, 406 for another media type."""
    if environ.get("QUERY_STRING"):
        refuse_query(environ)
    accept = environ.get("HTTP_ACCEPT")
    if accept not in _USUAL:
        check_accept(accept, offered)


def check_accept(accept: str | None, offered: Sequence[str]) -> None:
    """Raises `Refusal` (406) where none of the media types offered is accepted."""
    accepted = parse_accept_header(accept, MIMEAccept)
    if accepted and accepted.best_match(offered) is None:
        raise Refusal(messages_api.NOT_ACCEPTABLE, (Fault(messages_api.accepts_none(offered), "Accept", "header"),))


def refuse_query(environ: Environ) -> None:
    """Raises `Refusal` (422) with every parameter in the query."""
    query = environ["QUERY_STRING"].encode("latin-1").decode("utf-8", "replace")
    names = dict.fromkeys(name for name, _ in parse_qsl(query, keep_blank_values=True))
    wrong = tuple(Fault(messages_search.unknown_parameter(name, ()), name, "parameter") for name in names)
    raise Refusal(messages.BAD_QUERY, wrong)
