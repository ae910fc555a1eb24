"""The files of a policy folder, as they lie on the disk: what is read, and what is refused before it is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rules.errors import Diagnostic, PolicyError
from rules.source import Span
from rules.syntax.documents import MAX_LENGTH

MAX_FILES: Final = 1_000
MAX_BYTES: Final = 3_000_000
"""Of all files together: ten times what a bank's credit and service policy needs."""
MAX_FOLDERS: Final = 20
"""How deep folders may lie in each other; a policy has one level of them."""

_ENDINGS: Final = (".yaml", ".yml")
_WIDEST: Final = 4
"""Bytes of one character in UTF-8."""
_COPY: Final = "put a copy of the file there"


class FolderError(Exception):
    """There is no policy folder at the place; the text says why."""


def policy_files(folder: Path) -> dict[str, Path]:
    """By relative name everything that is named like a policy file, and every link to a folder, which is not followed.

    Raises `FolderError` where a folder cannot be looked into.
    """
    found: dict[str, Path] = {}
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        if depth > MAX_FOLDERS:
            raise FolderError(f"`{place.relative_to(folder)}` lies more than {MAX_FOLDERS} folders deep")
        try:
            entries = list(os.scandir(place))
        except OSError as error:
            raise FolderError(f"`{place}` cannot be read: {error.strerror}") from error
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((path, depth + 1))
            if path.suffix in _ENDINGS or _links_to_folder(entry):
                found[path.relative_to(folder).as_posix()] = path
    return found


def read_texts(folder: Path) -> dict[str, str]:
    """Every YAML file of a folder by its relative name.

    Raises `FolderError`, and PolicyError for what is no file, no UTF-8 or too much to be a policy.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no policy folder `{folder}`")
    texts: dict[str, str] = {}
    broken: list[Diagnostic] = []
    for name, found in _contents(folder):
        if isinstance(found, Diagnostic):
            broken.append(found)
            continue
        try:
            texts[name] = found.decode("utf-8")
        except UnicodeDecodeError as error:
            hint = "save the file as UTF-8, without a byte order mark"
            broken.append(Diagnostic("not-utf8", Span(name, 1, 1), f"byte {error.start} is not UTF-8", hint))
    if broken:
        raise PolicyError(broken)
    if not texts:
        raise FolderError(f"the policy folder `{folder}` holds no YAML file")
    return texts


def _contents(folder: Path) -> Iterator[tuple[str, bytes | Diagnostic]]:
    """Each file's name with its bytes, or with why they are not read; it ends where it is too much."""
    files = sorted(policy_files(folder).items())
    if len(files) > MAX_FILES:
        message = f"the file number {MAX_FILES + 1} of {len(files)} in one policy"
        yield files[MAX_FILES][0], _too_much(files[MAX_FILES][0], message, f"at most {MAX_FILES} files")
        return
    whole, room = folder.resolve(), MAX_BYTES
    for name, path in files:
        wrong = _unfit(name, path, whole)
        if wrong is not None:
            yield name, wrong
            continue
        try:
            with path.open("rb") as file:
                data = file.read(min(room, MAX_LENGTH * _WIDEST) + 1)
        except OSError as error:
            raise FolderError(f"`{path}` cannot be read: {error.strerror}") from error
        room -= len(data)
        if room < 0:
            message = f"here the files of the policy exceed {MAX_BYTES} bytes"
            yield name, _too_much(name, message, "together at most so many; make two policies of it")
            return
        yield name, data


def _unfit(name: str, path: Path, folder: Path) -> Diagnostic | None:
    """Why the file must not even be opened: reading a pipe never ends, and a device may have no end."""
    try:
        kind, size = path.stat().st_mode, path.stat().st_size
    except OSError as error:
        if path.is_symlink():
            return _no_file(name, "a link that leads nowhere")
        raise FolderError(f"`{path}` cannot be read: {error.strerror}") from error
    if path.is_symlink() and not path.resolve().is_relative_to(folder):
        return _no_file(name, "a link to what lies outside the policy folder")
    if stat.S_ISDIR(kind):
        return _no_file(name, "a link to a folder" if path.is_symlink() else "a folder with the name of a file")
    if not stat.S_ISREG(kind):
        return _no_file(name, "a pipe, a socket or a device")
    if size > MAX_LENGTH * _WIDEST:
        return Diagnostic("too-large", Span(name, 1, 1), f"{size} bytes are too many for a rule file", "split it")
    return None


def _no_file(name: str, what: str) -> Diagnostic:
    return Diagnostic("not-a-file", Span(name, 1, 1), f"{what}, where a file should be", _COPY)


def _too_much(name: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic("policy-too-large", Span(name, 1, 1), message, hint)


def _links_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether rules would be overlooked behind it; by hidden ones some systems swap one set of files for another."""
    return not entry.name.startswith(".") and entry.is_symlink() and entry.is_dir()
