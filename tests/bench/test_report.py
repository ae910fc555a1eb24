"""What is measured is put into the page where its place is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import report


def test_a_table_is_aligned() -> None:
    assert report.table(("name", "µs"), [("a", 1), ("bcdef", 22.5)]).splitlines() == [
        "| name  |   µs |", "| ----- | ---: |", "| a     |    1 |", "| bcdef | 22.5 |",
    ]  # fmt: skip


def test_a_part_of_the_page_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- x -->\nold\n<!-- /x -->\nafter <!-- y --><!-- /y -->\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    report.publish("x", "new \\1", write=True)
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["before", "<!-- x -->", "new \\1"]
    assert lines[-2:] == ["<!-- /x -->", "after <!-- y --><!-- /y -->"]
    assert "old" not in lines


def test_a_part_without_a_place_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    report.PAGE.write_text("", encoding="utf-8")
    with pytest.raises(SystemExit, match="no place for `x`"):
        report.publish("x", "new", write=True)


def test_every_part_has_its_place_in_the_page() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    for name in ("peers", "http", "http-0", "http-1", "http-2", "pace", "start", "layers", "acknowledged", "audit"):
        assert f"<!-- {name} -->\n" in page
        assert f"<!-- /{name} -->" in page
