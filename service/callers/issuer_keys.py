"""The public keys of a token issuer (JWKS, RFC 7517), from a file or from its URL, as they are now."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from service.callers.refusals import unreadable
from service.clock import Clock

PublicKey = RSAKey | ECKey | OKPKey
KINDS: Final[Mapping[str, type[PublicKey]]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
"""Key types that are taken; a shared secret (`oct`) never is."""

FILE_AGE: Final = dt.timedelta(seconds=1)
URL_AGE: Final = dt.timedelta(hours=1)
"""How long keys are held for the issuer's without another look."""
RETRY: Final = dt.timedelta(minutes=1)
"""How soon a URL is asked again after a failure, or for a key that it did not have."""
_PATIENCE: Final = 5.0
_MOST_BYTES: Final = 1024 * 1024
_SMALLEST_RSA: Final = 2048

_log = logging.getLogger(__name__)


class Unfit(ValueError):
    """A text that is not a set of usable public keys."""


class Source(Protocol):
    """Where keys come from."""

    age: dt.timedelta
    retry: dt.timedelta

    def __call__(self) -> bytes:
        """The text of the key set. Raises OSError."""
        ...


class FromFile:
    """A file that the operator keeps."""

    age = retry = FILE_AGE

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> bytes:
        return self._path.read_bytes()


class FromUrl:
    """The issuer's own address, asked without following it elsewhere."""

    age, retry = URL_AGE, RETRY

    def __init__(self, url: str) -> None:
        self._request = Request(url, headers={"Accept": "application/json"})
        self._opener = build_opener(_Stay)

    def __call__(self) -> bytes:
        with self._opener.open(self._request, timeout=_PATIENCE) as answer:
            text: bytes = answer.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise OSError("the answer is too large to be a key set")
        return text


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: keys come from the address that was configured, or not at all."""

    def redirect_request(self, *_: Any) -> None:
        return None


class IssuerKeys:
    """The keys by their ids. Safe for any number of threads."""

    def __init__(self, source: Source, clock: Clock) -> None:
        """Looks at once; a source that fails is asked again when a token comes."""
        self._source = source
        self._clock = clock
        self._mutex = threading.Lock()
        self._text = b""
        self._keys: Mapping[str | None, PublicKey] = {}
        self._next = clock.now()
        self._look(self._next)

    @property
    def generation(self) -> object:
        """Another object whenever the keys are others."""
        return self._keys

    def fresh(self) -> None:
        """Look at the source again if that is due. Raises `Refusal` (503) where no keys could be had."""
        self._look_if(lambda now: now >= self._next or now < self._next - self._source.age)
        if not self._keys:
            raise unreadable()

    def find(self, key_id: str | None) -> PublicKey | None:
        """The key of that id, asked for at the source if it is not known; the only one, if a token names none."""
        if key_id not in self._keys:
            asked = self._asked
            self._look_if(lambda now: self._asked == asked and now >= asked + self._source.retry)
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _look_if(self, due: Callable[[dt.datetime], bool]) -> None:
        if due(self._clock.now()):
            with self._mutex:
                now = self._clock.now()
                if due(now):
                    self._look(now)

    def _look(self, now: dt.datetime) -> None:
        """Take the keys at the source, or keep those that are known where it fails."""
        self._asked = now
        try:
            text = self._source()
            if text != self._text or not self._keys:
                self._keys, self._text = read(text), text
            self._next = now + self._source.age
        except (OSError, Unfit) as error:
            _log.error("the keys of the token issuer cannot be had: %s", error)
            self._next = now + self._source.retry


def read(text: bytes) -> Mapping[str | None, PublicKey]:
    """The usable public keys in a key set, by `kid`; others are left out. Raises `Unfit`."""
    try:
        members = json.loads(text)
        listed = members["keys"]
        found = [key for one in listed if (key := _usable(one)) is not None]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unfit("it is not a JSON Web Key Set") from error
    if not found:
        raise Unfit("there is no public key for signatures in it")
    return {key.kid: key for key in found}


def _usable(members: Any) -> PublicKey | None:
    """A public key that may check signatures and is strong enough to."""
    kind = KINDS.get(members["kty"])
    if kind is None or members.get("use", "sig") != "sig":
        return None
    if kind is RSAKey and len(members["n"]) * 6 < _SMALLEST_RSA:  # six bits a character of base64url
        _log.warning("a key of the token issuer is shorter than %d bits and not used", _SMALLEST_RSA)
        return None
    try:
        return kind.import_key({name: value for name, value in members.items() if name not in ("d", "key_ops")})
    except (JoseError, ValueError) as error:
        _log.warning("a key of the token issuer cannot be used: %s", type(error).__name__)
        return None
