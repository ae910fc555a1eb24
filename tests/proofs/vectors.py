"""Published test vectors, kept beside the project; a test that needs them is skipped where they are not."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("SHARED", ROOT.parent / "shared")) / "vectors"


def need(name: str) -> Path:
    """The file or folder of vectors, or a skip that says where it was looked for."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no test vectors at {path}")
    return path


def load(name: str) -> Any:
    """The JSON in a file of vectors, or a skip."""
    return json.loads(need(name).read_text(encoding="utf-8"))


def probes(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The RFC 6962 probes of a kind, each with its place, or a skip."""
    folder = need(f"rfc6962-transparency-dev-merkle/testdata/{kind}")
    found = [(str(path.relative_to(folder)), json.loads(path.read_text())) for path in sorted(folder.rglob("*.json"))]
    assert found
    return found


def data(text: str | None) -> bytes:
    """Bytes that a vector writes in base64; a missing value is none."""
    return base64.b64decode(text or "")
