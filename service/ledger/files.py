"""Files that are on the disk when a call returns, names included."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone, with all that is missing above it."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable; SQLite does it too, but is silent where that fails."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: Path, data: bytes) -> None:
    """Create a file (0600) that is whole from the moment it has its name. Raises FileExistsError, OSError."""
    make_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(name, path)  # unlike a rename, this replaces nothing
    finally:
        with suppress(OSError):
            os.unlink(name)
    sync_folder(path.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes, however few a call takes."""
    while data:
        data = data[os.write(descriptor, data) :]
