"""Who asks, whether it may, and whether not too often: what stands before every request."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service import messages_callers as messages
from service.callers import refusals
from service.callers import text as key_text
from service.callers.key_file import KeyFile
from service.callers.key_table import KeyTable
from service.callers.rates import Exceeded, Rates
from service.callers.scopes import Needs
from service.callers.settings import CallerSettings, TokenSettings
from service.callers.who import Caller
from service.clock import Clock
from service.problems import Refusal

if TYPE_CHECKING:
    from service.callers.tokens import Tokens

_SCHEME: Final = "bearer "
_MOST: Final = 8192
"""Characters of a token; longer ones are not looked at."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}")
_IN_QUERY: Final = re.compile(rf"(^|&)(access_token|api_key|apikey)=|{key_text.PREFIX}[0-9a-z]{{8}}_", re.IGNORECASE)
_IPV6_NETWORK: Final = 64
"""Bits of an IPv6 address that tell one customer of a network from another."""


class Guard:
    """Safe for any number of threads; each process has its own."""

    def __init__(self, keys: KeyTable, tokens: Tokens | None, rates: Rates, failures: Rates) -> None:
        self._keys = keys
        self._tokens = tokens
        self._rates = rates
        self._failures = failures

    @classmethod
    def open(cls, settings: CallerSettings, clock: Clock) -> Guard:
        """Raises `Refusal` (503) for a file of keys that cannot be read, `RateError`."""
        keys = KeyTable(KeyFile(settings.folder), clock)
        tokens = None if settings.tokens is None else _tokens(settings.tokens, clock)
        return cls(keys, tokens, Rates(settings.rate, clock), Rates(settings.failures, clock))

    def start(self) -> None:
        """Keep note of the use of keys until closed."""
        self._keys.follow()

    def close(self) -> None:
        """Write down what there is to note."""
        self._keys.close()

    def admit(self, authorization: str | None, query: str, address: str) -> Caller:
        """Who asks, by the header `Authorization`; `query` is looked at for credentials that do not belong there.

        Raises `Refusal`: 401 with the reason, 429 for an address that keeps failing and for a caller that
        asks too often, 503 where it cannot be told.
        """
        try:
            caller = self._identify(authorization, query)
        except Refusal as refusal:
            if refusal.kind is messages.UNAUTHENTICATED:
                self._count_failure(address)
            raise
        exceeded = self._rates.spend(caller.id, caller.rate)
        if exceeded is not None:
            raise _too_often(exceeded)
        return caller

    @staticmethod
    def permit(caller: Caller, needs: Needs) -> None:
        """Raises `Refusal` (403) where the caller has none of the scopes."""
        if caller.scopes.isdisjoint(needs):
            raise refusals.forbidden(needs)

    def _identify(self, authorization: str | None, query: str) -> Caller:
        if query and _IN_QUERY.search(query):
            raise refusals.unauthenticated(messages.IN_QUERY)
        if not authorization:
            raise refusals.unauthenticated(messages.NO_CREDENTIALS)
        if authorization[: len(_SCHEME)].lower() != _SCHEME:
            raise refusals.unauthenticated(messages.OTHER_SCHEME)
        text = authorization[len(_SCHEME) :].strip(" ")
        if text.startswith(key_text.PREFIX):
            return self._keys.caller(text)
        if len(text) > _MOST or _TOKEN.fullmatch(text) is None:
            raise refusals.unauthenticated(messages.MALFORMED)
        if self._tokens is None:
            raise refusals.unauthenticated(messages.NO_TOKENS)
        return self._tokens.caller(text)

    def _count_failure(self, address: str) -> None:
        """Raises `Refusal` (429) once there are too many. Who has valid credentials is let in all the same."""
        exceeded = self._failures.spend(_network(address))
        if exceeded is not None:
            raise refusals.too_often(messages.TOO_MANY_FAILURES, exceeded.limit, exceeded.wait)


def _tokens(given: TokenSettings, clock: Clock) -> Tokens:
    # Loaded only where tokens are taken: it is a twentieth of all that a start loads.
    from service.callers.issuer_keys import FromFile, FromUrl, IssuerKeys
    from service.callers.tokens import Tokens

    source = FromUrl(given.keys) if given.from_url else FromFile(Path(given.keys))
    return Tokens(given, IssuerKeys(source, clock), clock)


def _too_often(exceeded: Exceeded) -> Refusal:
    return refusals.too_often(messages.too_often(exceeded.rate), exceeded.limit, exceeded.wait)


def _network(address: str) -> str:
    """The address, or the network of one of so many that one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK), strict=False))
