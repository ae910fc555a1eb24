"""The signing key: made once, for its owner alone, and never shown."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.ledger import KeyUnusable
from service.ledger.keys import public_key, signer
from service.proofs.notes import MalformedKey, MalformedNote, Signer, open_note, private_text

ORIGIN = "log.example/decisions"
SEED = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "signing.key"


def test_the_key_is_made_once_for_its_owner_alone(file: Path) -> None:
    made = signer(file, ORIGIN, {})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["signing.key"]
    assert signer(file, ORIGIN, {}).key == made.key == public_key(file, {})
    assert open_note(made.sign("text\n").encode(), [made.key]) == "text\n"


def test_of_many_first_starts_one_makes_the_key(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: signer(file, ORIGIN, {}).key, range(8)))
    assert len(set(made)) == 1


def test_the_variable_comes_first_and_is_taken_out(file: Path) -> None:
    environment = {"SIGNING_KEY": private_text(ORIGIN, SEED)}
    assert public_key(file, environment) == Signer(ORIGIN, SEED).key
    assert signer(file, ORIGIN, environment).key == Signer(ORIGIN, SEED).key
    assert environment == {}
    assert not file.exists()


def test_a_credential_of_systemd_may_have_group_bits(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = signer(file, ORIGIN, {})
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    file.chmod(0o440)
    assert signer(file, ORIGIN, {}).key == made.key
    file.chmod(0o444)
    with pytest.raises(KeyUnusable, match="read by others"):
        signer(file, ORIGIN, {})


def test_a_key_that_others_can_read_is_refused(file: Path) -> None:
    signer(file, ORIGIN, {})
    file.chmod(0o640)
    with pytest.raises(KeyUnusable, match="can be read by others"):
        signer(file, ORIGIN, {})


@pytest.mark.parametrize("text", ["", "nonsense", "PRIVATE+KEY+x", private_text(ORIGIN, SEED)[:-3]])
def test_what_is_no_key_is_refused_without_showing_it(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(KeyUnusable, match="holds no signing key") as refused:
        signer(file, ORIGIN, {})
    assert not text or text not in str(refused.value)


def test_a_log_keeps_its_origin(file: Path) -> None:
    signer(file, ORIGIN, {})
    with pytest.raises(KeyUnusable, match=f"the key of the log `{ORIGIN}`, not of `other`"):
        signer(file, "other", {})


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "a\u2003b"])
def test_what_cannot_name_a_key(file: Path, origin: str) -> None:
    with pytest.raises(KeyUnusable, match="cannot be the origin"):
        signer(file, origin, {})
    assert not file.exists()
    with pytest.raises(MalformedKey):
        Signer(origin, SEED)


def test_a_signer_shows_nothing_and_signs_only_notes() -> None:
    one = Signer(ORIGIN, SEED)
    secret = private_text(ORIGIN, SEED)[-40:]
    assert secret not in repr(one)
    assert secret not in repr(one.__reduce_ex__) + str(one.key)
    for text in ("no newline", "control\x07\n", ""):
        with pytest.raises(MalformedNote):
            one.sign(text)


def test_few_know_the_key() -> None:
    """Of all the program, one file reads the key and one makes signatures."""
    service = Path(__file__).parents[2] / "service"
    texts = {path.relative_to(service).as_posix(): path.read_text() for path in service.rglob("*.py")}
    assert {name for name, text in texts.items() if "Ed25519PrivateKey" in text} == {"proofs/notes.py"}
    assert {name for name, text in texts.items() if "Signer.parse" in text} == {"ledger/keys.py"}
    assert {name for name, text in texts.items() if ".sign(" in text} == {"proofs/checkpoint.py", "proofs/notes.py"}
