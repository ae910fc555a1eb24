"""Releases of the shop policy: the same rules with another threshold, label or effective date."""

from __future__ import annotations

from pathlib import Path

from service.repository import LoadedPolicy, check_texts, load_policy, read_texts
from tests.service.conftest import SAMPLE

LARGE_FROM = "value: 1000.00"


def texts(large_from: int = 1000, label: str = "1", effective_from: str = "", **changed: str) -> dict[str, str]:
    """The files of a release; `changed` takes words of the vocabulary to others."""
    files = read_texts(SAMPLE)
    files["parameters.yaml"] = files["parameters.yaml"].replace(LARGE_FROM, f"value: {large_from}.00")
    files["policy.yaml"] = files["policy.yaml"].replace('label: "1"', f'label: "{label}"')
    if effective_from:
        files["policy.yaml"] += f"author: Shop keeper\neffective_from: {effective_from}\n"
    for old, new in changed.items():
        assert old in files["vocabulary.yaml"]
        files["vocabulary.yaml"] = files["vocabulary.yaml"].replace(old, new)
    return files


def release(large_from: int = 1000, label: str = "1", effective_from: str = "", **changed: str) -> LoadedPolicy:
    """A release, compiled."""
    return load_policy(check_texts(texts(large_from, label, effective_from, **changed)))


def edit(path: Path, old: str, new: str) -> None:
    """Change a file on the disk."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
