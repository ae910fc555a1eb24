"""Policy folders on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.errors import PolicyError
from service.repository import FolderError, check_texts, load_policy, read_texts
from tests.service.conftest import SAMPLE


def test_names_are_relative_and_sorted() -> None:
    texts = read_texts(SAMPLE)
    assert list(texts) == sorted(texts)
    assert {"policy.yaml", "shop/size.yaml", "shop/size.test.yaml", "source/shop.yaml"} <= set(texts)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="there is no policy folder"):
        read_texts(tmp_path / "nope")
    with pytest.raises(FolderError, match="holds no YAML file"):
        read_texts(tmp_path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_bytes(b"name: \xff")
    with pytest.raises(PolicyError, match=r"policy\.yaml:1:1: error\[not-utf8\] byte 6 is not UTF-8"):
        read_texts(tmp_path)


def test_an_unknown_time_zone_is_a_diagnostic() -> None:
    texts = read_texts(SAMPLE)
    texts["parameters.yaml"] = texts["parameters.yaml"].replace("Asia/Shanghai", "Asia/Shangri-La")
    with pytest.raises(PolicyError, match="`Asia/Shangri-La` is no time zone"):
        load_policy(check_texts(texts))
