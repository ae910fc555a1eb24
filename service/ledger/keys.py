"""The signing key: from the environment or a file that only its owner reads; made at the first start."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from service.ledger.errors import LedgerError
from service.ledger.files import write_new
from service.proofs.notes import MalformedKey, Signer, VerifierKey, private_text

VARIABLE = "SIGNING_KEY"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd tells a service the folder of its credentials."""
_SEED_BYTES = 32


class KeyUnusable(LedgerError):
    """The signing key cannot be used; the text says why and never shows the key."""


def signer(path: Path, origin: str, environment: MutableMapping[str, str] = os.environ) -> Signer:
    """The key that signs for the log `origin`: `SIGNING_KEY` if it is set, else the file, made if it is not there.

    The variable is taken out of the environment, so that no process started later inherits it.
    Raises `KeyUnusable`, and OSError where the file cannot be made or read.
    """
    text = environment.pop(VARIABLE, "")
    if text:
        return _for_origin(text, origin, f"the variable `{VARIABLE}`")
    try:
        text = _read(path)
    except FileNotFoundError:
        text = _make(path, origin)
    return _for_origin(text, origin, f"the file `{path}`")


def existing_signer(path: Path, environment: Mapping[str, str] = os.environ) -> Signer:
    """The key that `signer` would use, of whatever log; none is made. Raises `KeyUnusable`, OSError."""
    text = environment.get(VARIABLE, "")
    source = f"the variable `{VARIABLE}`" if text else f"the file `{path}`"
    return _parse(text or _read(path), source)


def public_key(path: Path, environment: Mapping[str, str] = os.environ) -> VerifierKey:
    """The public half of the key that `signer` would use. Raises `KeyUnusable`, OSError."""
    return existing_signer(path, environment).key


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & (0o007 if _is_credential(path) else 0o077):
            raise KeyUnusable(f"the signing key `{path}` can be read by others (mode {mode:04o}); make it 0600")
        return file.read(4096)


def _is_credential(path: Path) -> bool:
    """Whether systemd handed the file to this service alone: its group bits then are the mask of an access list."""
    folder = os.environ.get(CREDENTIALS)
    return folder is not None and path.is_absolute() and path.parent == Path(folder)


def _make(path: Path, origin: str) -> str:
    """A new key in a new file; of two that make it at once, one wins and both use its key."""
    try:
        text = private_text(origin, os.urandom(_SEED_BYTES))
    except MalformedKey as error:
        raise KeyUnusable(f"`{origin}` cannot be the origin of a log: {error}") from None
    try:
        write_new(path, f"{text}\n".encode())
    except FileExistsError:
        return _read(path)
    return text


def _parse(text: str, source: str) -> Signer:
    try:
        return Signer.parse(text.strip())
    except MalformedKey as error:
        raise KeyUnusable(f"{source} holds no signing key: {error}") from None


def _for_origin(text: str, origin: str, source: str) -> Signer:
    found = _parse(text, source)
    if found.key.name != origin:
        raise KeyUnusable(
            f"{source} holds the key of the log `{found.key.name}`, not of `{origin}`; a log keeps its origin"
        )
    return found
