"""JSON Web Tokens of one issuer (RFC 7519): who asks, by a signature that its public key verifies."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyTypeError,
    JoseError,
    MissingClaimError,
    UnsupportedKeyAlgorithmError,
)
from joserfc.jws import JWSRegistry

from service import messages_callers as messages
from service.callers.issuer_keys import IssuerKeys, PublicKey
from service.callers.refusals import unauthenticated
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.callers.settings import TokenSettings
from service.callers.who import Caller
from service.clock import Clock
from service.problems import Complaint

PREFIX: Final = "jwt:"
"""Before the subject of a token, where the id of a key would stand."""
_SUBJECT: Final = re.compile("[\x21-\x7e]{1,200}")
_ED25519: Final = "Ed25519"
"""What `EdDSA` is called since RFC 9864, and the one curve of it that is taken."""
_MOST_KEPT: Final = 4096

Json = Mapping[str, Any]


class Tokens:
    """Tells callers by their tokens; one that was found good is known again while it is."""

    def __init__(self, settings: TokenSettings, keys: IssuerKeys, clock: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._registry = _Registry(settings.algorithms)
        self._kept: dict[bytes, tuple[Caller, dt.datetime]] = {}
        self._generation = keys.generation

    def caller(self, text: str) -> Caller:
        """Who has this token. Raises `Refusal`: 401 with the reason, 503 where no keys of the issuer are known."""
        self._keys.fresh()
        if self._generation is not self._keys.generation:
            self._kept, self._generation = {}, self._keys.generation
        digest = hashlib.sha256(text.encode()).digest()
        caller, until = self._kept.get(digest, (None, None))
        if caller is not None and until is not None and self._clock.now() < until:
            return caller
        claims = self._verified(text)
        caller = self._caller(claims)
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {}
        self._kept[digest] = (caller, _until(claims["exp"], self._settings.leeway))
        return caller

    def _verified(self, text: str) -> Json:
        """The claims of a token that holds now."""
        key = self._key(text)
        try:
            claims = jwt.decode(text, key, registry=self._registry).claims
        except BadSignatureError:
            raise unauthenticated(messages.BAD_SIGNATURE) from None
        except (InvalidKeyTypeError, UnsupportedKeyAlgorithmError):
            raise unauthenticated(messages.WRONG_KEY_TYPE) from None
        except (JoseError, ValueError, RecursionError):
            raise unauthenticated(messages.BAD_TOKEN) from None
        self._hold(claims)
        return claims

    def _key(self, text: str) -> PublicKey:
        """The key that the head of a token names."""
        try:
            head = jws.extract_compact(text.encode(), registry=self._registry).headers()
        except (JoseError, ValueError, RecursionError):
            raise unauthenticated(messages.BAD_TOKEN) from None
        algorithm, key_id = head.get("alg"), head.get("kid")
        if not self._registry.takes(algorithm):
            raise unauthenticated(messages.algorithm_refused(self._settings.algorithms))
        key = self._keys.find(key_id) if key_id is None or isinstance(key_id, str) else None
        if key is None:
            raise unauthenticated(messages.UNKNOWN_SIGNER)
        return key

    def _hold(self, claims: Json) -> None:
        """Raises `Refusal` unless the token is of this issuer, for this service, and holds now."""
        settings = self._settings
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock.now().timestamp()),
            leeway=settings.leeway,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except ExpiredTokenError:
            raise unauthenticated(messages.EXPIRED_TOKEN) from None
        except MissingClaimError as error:
            raise unauthenticated(messages.claim_missing(error.claim)) from None
        except InvalidClaimError as error:
            raise unauthenticated(_bad(error.claim, claims, self._clock.now())) from None

    def _caller(self, claims: Json) -> Caller:
        if _SUBJECT.fullmatch(claims["sub"]) is None:
            raise unauthenticated(messages.bad_claim("sub"))
        role = _role(_claim(claims, self._settings.roles_claim))
        named = _claim(claims, self._settings.scope_claim)
        scopes = frozenset(scope for scope in Scope if scope in _words(named))
        if role is not None:
            scopes = SCOPES_OF[role] if named is None else SCOPES_OF[role] & scopes
        return Caller(PREFIX + claims["sub"], scopes, role)


class _Registry(JWSRegistry):
    """The algorithms that are allowed; `EdDSA` is another name of `Ed25519`."""

    def __init__(self, allowed: Collection[str]) -> None:
        both = {*allowed, _ED25519} if "EdDSA" in allowed else set(allowed)
        super().__init__(algorithms=both, strict_check_header=False)

    def takes(self, name: object) -> bool:
        """Whether a token may name this algorithm."""
        return isinstance(name, str) and name in (self.allowed or ())

    def get_alg(self, name: str) -> Any:
        return super().get_alg(_ED25519 if name == "EdDSA" and self.takes(_ED25519) else name)


def _bad(claim: str, claims: Json, now: dt.datetime) -> Complaint:
    """What is wrong with a claim that is there."""
    if claim == "iss":
        return messages.OTHER_ISSUER
    if claim == "aud":
        return messages.OTHER_AUDIENCE
    moment = claims.get(claim)
    if claim in ("nbf", "iat") and isinstance(moment, int | float) and moment > now.timestamp():
        return messages.NOT_YET
    return messages.bad_claim(claim)


def _claim(claims: Json, name: str) -> Any:
    """A claim by its name, or by a dotted path where it lies deeper."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _words(value: Any) -> Collection[str]:
    """The words of a claim: a text with spaces, or a list."""
    if isinstance(value, str):
        return value.split()
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else ()


def _role(value: Any) -> Role | None:
    """The first role in a claim that this service knows."""
    return next((Role(word) for word in _words(value) if word in set(Role)), None)


def _until(expiry: float, leeway: int) -> dt.datetime:
    """When a token is looked at again."""
    try:
        return dt.datetime.fromtimestamp(expiry + leeway, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.max.replace(tzinfo=dt.UTC)
