"""Tokens of an issuer, and what attackers make of them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from service.callers.guard import Guard
from service.callers.issuer_keys import FILE_AGE, IssuerKeys, Unfit, read
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.callers.settings import TokenSettings, UnfitSettings
from service.callers.tokens import Tokens
from service.problems import Refusal
from tests.callers.conftest import AUDIENCE, ISSUER, Issuer, refused
from tests.service.conftest import StoppedClock


def part(members: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_tells_who_asks(token_guard: Guard, issuer: Issuer, algorithm: str) -> None:
    for _ in range(2):
        caller = token_guard.admit(f"Bearer {issuer.sign(algorithm)}", "", "")
        assert (caller.id, caller.role) == ("jwt:system-7", Role.INTEGRATOR)
        assert caller.scopes == SCOPES_OF[Role.INTEGRATOR]


def test_the_older_name_of_ed25519(token_guard: Guard, issuer: Issuer) -> None:
    head, body = part({"alg": "EdDSA", "kid": "ed"}), part(issuer.claims())
    key = issuer.keys["EdDSA"].get_op_key("sign")
    signature = base64.urlsafe_b64encode(key.sign(f"{head}.{body}".encode())).rstrip(b"=").decode()
    assert token_guard.admit(f"Bearer {head}.{body}.{signature}", "", "").id == "jwt:system-7"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://other.example"}, "wrong-issuer"),
        ({"iss": [ISSUER]}, "wrong-issuer"),
        ({"iss": None}, "missing-claim"),
        ({"aud": "another"}, "wrong-audience"),
        ({"aud": []}, "wrong-audience"),
        ({"aud": None}, "missing-claim"),
        ({"exp": None}, "missing-claim"),
        ({"exp": 1}, "expired-token"),
        ({"exp": "never"}, "bad-claim"),
        ({"exp": True}, "bad-claim"),
        ({"nbf": 9_999_999_999}, "token-not-yet-valid"),
        ({"iat": 9_999_999_999}, "token-not-yet-valid"),
        ({"nbf": "soon"}, "bad-claim"),
        ({"sub": None}, "missing-claim"),
        ({"sub": ""}, "bad-claim"),
        ({"sub": 7}, "bad-claim"),
        ({"sub": "two words"}, "bad-claim"),
        ({"sub": "line\nbreak"}, "bad-claim"),
        ({"sub": "x" * 201}, "bad-claim"),
    ],
)
def test_claims_that_do_not_hold(token_guard: Guard, issuer: Issuer, claims: dict[str, Any], code: str) -> None:
    assert refused(token_guard, f"Bearer {issuer.sign(**claims)}") == code


def test_clocks_may_differ_a_little(token_guard: Guard, issuer: Issuer, clock: StoppedClock) -> None:
    token = issuer.sign()
    clock.moment += dt.timedelta(seconds=300 + 59)
    token_guard.admit(f"Bearer {token}", "", "")
    clock.moment += dt.timedelta(seconds=2)
    assert refused(token_guard, f"Bearer {token}") == "expired-token"


def test_one_of_several_audiences(token_guard: Guard, issuer: Issuer) -> None:
    token_guard.admit(f"Bearer {issuer.sign(aud=['x', AUDIENCE])}", "", "")


def test_no_signature(token_guard: Guard, issuer: Issuer) -> None:
    for name in ("none", "None", "NONE"):
        for kid in ({}, {"kid": "rsa"}):
            token = f"{part({'alg': name, **kid})}.{part(issuer.claims())}."
            assert refused(token_guard, f"Bearer {token}") == "algorithm-not-allowed"


def test_a_public_key_is_no_shared_secret(token_guard: Guard, issuer: Issuer) -> None:
    public = issuer.keys["RS256"].as_pem(private=False)
    secret = OctKey.import_key(base64.urlsafe_b64encode(public).rstrip(b"=").decode())
    for name in ("HS256", "HS384", "HS512"):
        token = jwt.encode({"alg": name, "kid": "rsa"}, issuer.claims(), secret, algorithms=[name])
        assert refused(token_guard, f"Bearer {token}") == "algorithm-not-allowed"


@pytest.mark.parametrize("name", ["RS384", "PS256", "ES512", "ES256K", "", "x" * 40, 7, None, ["RS256"], {}])
def test_other_algorithms(token_guard: Guard, issuer: Issuer, name: Any) -> None:
    token = f"{part({'alg': name, 'kid': 'rsa'})}.{part(issuer.claims())}.AAAA"
    assert refused(token_guard, f"Bearer {token}") in ("algorithm-not-allowed", "malformed-token")


def test_a_key_for_another_algorithm(token_guard: Guard, issuer: Issuer) -> None:
    token = issuer.sign("ES256", head={"kid": "rsa"})
    assert refused(token_guard, f"Bearer {token}") == "wrong-signing-key"


@pytest.mark.parametrize("kid", ["nobody", "", None, 7, ["rsa"], {"a": 1}, "../../etc/passwd", "' OR 1=1 --"])
def test_an_unknown_key(token_guard: Guard, issuer: Issuer, kid: Any) -> None:
    token = f"{part({'alg': 'RS256', 'kid': kid})}.{part(issuer.claims())}.AAAA"
    assert refused(token_guard, f"Bearer {token}") in ("unknown-signing-key", "malformed-token")


def test_the_forgers_own_key_in_the_head(token_guard: Guard, issuer: Issuer) -> None:
    own = ECKey.generate_key("P-256", {"kid": "ec"})
    token = issuer.sign("ES256", key=own, head={"jwk": own.as_dict(private=False)})
    assert refused(token_guard, f"Bearer {token}") == "bad-signature"
    token = issuer.sign("ES256", key=own, head={"jku": "https://forger.example/keys"})
    assert refused(token_guard, f"Bearer {token}") == "bad-signature"


@pytest.mark.parametrize("place", [0, 1])
def test_a_changed_token(token_guard: Guard, issuer: Issuer, place: int) -> None:
    parts = issuer.sign().split(".")
    changed = json.loads(base64.urlsafe_b64decode(parts[place] + "=="))
    changed["roles" if place else "typ"] = ["administrator"] if place else "x"
    parts[place] = part(changed)
    assert refused(token_guard, f"Bearer {'.'.join(parts)}") == "bad-signature"


@pytest.mark.parametrize("token", ["a.b.c", "a..", "a.b.c.d.e", "e30.e30.e30", "bnVsbA.e30.AA", "W10.e30.AA"])
def test_what_is_no_token(token_guard: Guard, token: str) -> None:
    assert refused(token_guard, f"Bearer {token}") in ("malformed-token", "algorithm-not-allowed")


def test_a_critical_extension_that_nobody_knows(token_guard: Guard, issuer: Issuer) -> None:
    head, body = part({"alg": "ES256", "kid": "ec", "crit": ["x"], "x": 1}), part(issuer.claims())
    assert refused(token_guard, f"Bearer {head}.{body}.{'A' * 86}") == "malformed-token"


@pytest.mark.parametrize(
    ("claims", "role", "scopes"),
    [
        ({"roles": "auditor"}, Role.AUDITOR, {Scope.READ_LOG}),
        ({"roles": ["x", "compliance"], "scope": "read_log openid"}, Role.COMPLIANCE, {Scope.READ_LOG}),
        ({"roles": ["auditor"], "scope": "decide"}, Role.AUDITOR, set()),
        ({"roles": None, "scope": "decide simulate"}, None, {Scope.DECIDE, Scope.SIMULATE}),
        ({"roles": None, "scope": ["admin"]}, None, {Scope.ADMIN}),
        ({"roles": [{"a": 1}, 7]}, None, set()),
        ({"roles": {"administrator": 1}}, None, set()),
        ({"roles": None}, None, set()),
    ],
)
def test_what_a_token_may_do(
    token_guard: Guard, issuer: Issuer, claims: dict[str, Any], role: Role | None, scopes: set[Scope]
) -> None:
    caller = token_guard.admit(f"Bearer {issuer.sign(**claims)}", "", "")
    assert (caller.role, caller.scopes) == (role, scopes)


def test_roles_may_lie_deeper(issuer: Issuer, clock: StoppedClock) -> None:
    settings = TokenSettings(ISSUER, AUDIENCE, str(issuer.path), roles_claim="realm_access.roles")
    tokens = Tokens(settings, IssuerKeys(Source(issuer.path.read_bytes()), clock), clock)
    token = issuer.sign(roles=None, realm_access={"roles": ["auditor"]})
    assert tokens.caller(token).role is Role.AUDITOR
    assert tokens.caller(issuer.sign(realm_access="x")).role is None


def test_a_key_that_is_withdrawn_verifies_nothing(token_guard: Guard, issuer: Issuer, clock: StoppedClock) -> None:
    token = issuer.sign()
    token_guard.admit(f"Bearer {token}", "", "")
    issuer.publish(issuer.keys["RS256"])
    clock.moment += FILE_AGE
    assert refused(token_guard, f"Bearer {token}") == "unknown-signing-key"


def test_a_new_key_is_found(token_guard: Guard, issuer: Issuer, clock: StoppedClock) -> None:
    issuer.keys["ES256"] = ECKey.generate_key("P-256", {"kid": "new"})
    issuer.publish(*issuer.keys.values())
    clock.moment += FILE_AGE
    assert token_guard.admit(f"Bearer {issuer.sign()}", "", "").id == "jwt:system-7"


def test_keys_that_break_leave_the_ones_before(token_guard: Guard, issuer: Issuer, clock: StoppedClock) -> None:
    issuer.path.write_text("not keys")
    clock.moment += FILE_AGE
    token_guard.admit(f"Bearer {issuer.sign()}", "", "")


class Source:
    """A source that says what it is told to, and counts how often it is asked."""

    age, retry = dt.timedelta(hours=1), dt.timedelta(minutes=1)

    def __init__(self, text: bytes | None) -> None:
        self.text = text
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        if self.text is None:
            raise OSError("no answer")
        return self.text


def test_strangers_do_not_make_us_ask_the_issuer_all_the_time(issuer: Issuer, clock: StoppedClock) -> None:
    source = Source(issuer.path.read_bytes())
    keys = IssuerKeys(source, clock)
    for _ in range(100):
        assert keys.find("nobody") is None
        clock.moment += dt.timedelta(seconds=1)
    assert source.asked == 2


def test_an_issuer_that_does_not_answer_is_no_tokens_fault(issuer: Issuer, clock: StoppedClock) -> None:
    source = Source(None)
    tokens = Tokens(TokenSettings(ISSUER, AUDIENCE, "https://issuer.example/keys"), IssuerKeys(source, clock), clock)
    with pytest.raises(Refusal) as raised:
        tokens.caller(issuer.sign())
    assert raised.value.kind.status == 503
    source.text = issuer.path.read_bytes()
    clock.moment += dt.timedelta(minutes=1)
    assert tokens.caller(issuer.sign()).id == "jwt:system-7"


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": [{"kty": "XX"}]}', b"[" * 99_999],
)
def test_what_is_no_key_set(text: bytes) -> None:
    with pytest.raises(Unfit):
        read(text)


def test_only_strong_public_keys_for_signatures_are_taken(caplog: pytest.LogCaptureFixture) -> None:
    good = RSAKey.generate_key(2048, {"kid": "good"}).as_dict(private=False)
    short = {"kty": "RSA", "kid": "short", "e": "AQAB", "n": "_" + "w" * 170}
    secret = {"kty": "oct", "kid": "secret", "k": "A" * 43}
    with caplog.at_level(logging.WARNING):
        found = read(json.dumps({"keys": [secret, short, {**good, "kid": "enc", "use": "enc"}, good]}).encode())
    assert set(found) == {"good"}
    assert "shorter than 2048 bits" in caplog.text


def test_a_private_key_is_used_as_a_public_one() -> None:
    whole = ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=True)
    assert not read(json.dumps({"keys": [whole]}).encode())["k"].is_private


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"issuer": ""}, "set together"),
        ({"keys": ""}, "set together"),
        ({"algorithms": ("RS256", "HS256")}, "`HS256` is not allowed"),
        ({"algorithms": ("none",)}, "`none` is not allowed"),
        ({"algorithms": ()}, "at least one"),
        ({"keys": "http://issuer.example/keys"}, "over https alone"),
        ({"keys": "https://"}, "over https alone"),
    ],
)
def test_settings_that_cannot_be(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match=told):
        TokenSettings(**{"issuer": ISSUER, "audience": AUDIENCE, "keys": "k.json", **change})
