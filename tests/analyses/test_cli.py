"""`run.py analyse`: a table, a CSV file, a picture; faults as file:row:column."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.check.checked import CheckedPolicySet
from service.analyses.catalogue import ANALYSES
from service.analyses.pictures import canvas
from service.cli import main
from tests.analyses.helpers import SHEETS
from tests.conftest import POLICIES


@pytest.fixture(autouse=True)
def policy_checked_once(checked: CheckedPolicySet, monkeypatch: pytest.MonkeyPatch) -> None:
    command = importlib.import_module("service.cli.analyse")
    monkeypatch.setattr(command, "_policy", lambda folder: checked)


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["analyse", *map(str, args), "--policies", str(POLICIES)])


def sheet(name: str, folder: Path) -> Path:
    """The sheet of an analysis; of the one for products the columns that it reads."""
    own = SHEETS / f"{name}.csv"
    if own.exists():
        return own
    lines = [line.split(",") for line in (SHEETS / "products.csv").read_text().splitlines()]
    places = [place for place, column in enumerate(lines[0]) if column in {c.name for c in ANALYSES[name].columns}]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(",".join(line[place] for place in places) for line in lines))
    return path


def target(name: str) -> list[str]:
    return ["--annual-target", "1000.00"] if name == "seasonal_target" else []


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_prints_and_draws(name: str, tmp_path: Path) -> None:
    out, picture = tmp_path / "out.csv", tmp_path / "picture.png"
    result = run(name, sheet(name, tmp_path), "--out", out, "--picture", picture, *target(name))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{ANALYSES[name].title.en} ({name}) ")
    assert "required actions:" in result.stdout
    assert out.read_text(encoding="utf-8-sig").splitlines()[0].split(",")[-1] == "clause"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_in_words(tmp_path: Path) -> None:
    result = run("contribution_ratio", sheet("contribution_ratio", tmp_path), "--as-of", "2026-11-23", "--rows", 1)
    assert "   1  b        300.00             0.3            3                 0.9" in result.stdout
    assert "1 of 3 rows" in result.stdout
    assert result.stdout.endswith(
        "required actions:\n"
        "  Put the sales effort into this product (promote_product): 1 times\n"
        "    Sales representative in charge → Customer; from now on; 第四条32\n"
        "  Explain why the sales target was missed (explain_shortfall): 1 times\n"
        "    Sales representative in charge → Supervisor; by 2026-11-30; 第四条30\n"
    )


def test_in_chinese(tmp_path: Path) -> None:
    result = run("share_of_wallet", sheet("share_of_wallet", tmp_path), "--lang", "zh", "--as-of", "2026-11-23")
    assert "客户采购占有率 (share_of_wallet)" in result.stdout
    assert "责任销售代表 → 客户; 截止 2026-12-23; 第三条28" in result.stdout


def test_as_json(tmp_path: Path) -> None:
    result = run("seasonal_target", SHEETS / "seasonal_target.csv", "--annual-target", "1000.00", "--json")
    document = json.loads(result.stdout)
    assert document["parameters"] == {"season_years": 3, "annual_target": "1000.00"}
    assert [row["target"] for row in document["rows"]] == ["76.93"] * 3 + ["76.92"] * 8 + ["153.85"]


def test_faults_name_file_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("customer,category,sales\na,othr,1.234\nb,other,\n")
    result = run("abc_class", path)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{path}:2:category: `othr` is none of ")
    assert lines[0].endswith("(did you mean `other`?)")
    assert lines[1:] == [
        f"{path}:2:sales: `1.234` has more than 2 decimal places",
        f"{path}:3:sales: the cell is empty",
        "3 errors: nothing was analysed",
    ]


def test_options(tmp_path: Path) -> None:
    book = SHEETS / "seasonal_target.csv"
    assert "--annual-target: the member is required" in run("seasonal_target", book).stderr
    assert run("seasonal_target", book, "--annual-target", "1.234").exit_code == 2
    assert run("abc_class", SHEETS / "abc_class.csv", "--annual-target", "1").exit_code == 1
    assert run("abc_class", SHEETS / "abc_class.csv", "--picture", "x.gif").exit_code == 1
    assert run("abc_class", SHEETS / "abc_class.csv", "--out", tmp_path / "no" / "x.csv").exit_code == 1
    assert run("abd_class", book).exit_code == 2


@pytest.mark.parametrize("name", ["abc_class", "share_of_wallet", "seasonal_target", "contribution_ratio"])
def test_a_picture_is_the_same_every_time(name: str, tmp_path: Path) -> None:
    first, again = tmp_path / "1.svg", tmp_path / "2.svg"
    for path in (first, again):
        run(name, sheet(name, tmp_path), "--picture", path, *target(name))
    assert first.read_bytes() == again.read_bytes()
    assert b"<svg" in first.read_bytes()[:1000]


def test_without_a_chinese_font_the_picture_is_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "installed_cjk", list)
    path = tmp_path / "book.csv"
    path.write_text("product,sales,cost\n冰箱,2,1\nfan,3,1\n", encoding="utf-8")
    result = run("gross_margin", path, "--lang", "zh", "--picture", tmp_path / "x.png")
    assert result.exit_code == 0, result.output  # a missing glyph would be a warning, and that an error
    assert "the picture is in English" in result.stderr
    drawn = canvas.Canvas.for_language("zh")
    assert (drawn.lang, drawn.name("冰箱", 2), drawn.name("fan", 1)) == ("en", "#2", "fan")


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("product,sales,cost\n$x^2$,2,1\n$\\bad{,3,1\n")
    result = run("gross_margin", path, "--picture", tmp_path / "x.svg")
    assert result.exit_code == 0, result.output


@pytest.fixture
def chinese_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A font whose every Chinese character is a box of its own width."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from matplotlib import font_manager

    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (900, 700), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap(dict.fromkeys((*range(0x3000, 0xA000), *range(0xFF00, 0xFFF0)), "box"))
    builder.setupGlyf({".notdef": pen.glyph(), "box": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (950, 50), "box": (950, 50)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "boxes.ttf")
    known = font_manager.fontManager.ttflist
    font_manager.fontManager.addfont(tmp_path / "boxes.ttf")
    monkeypatch.setattr(canvas, "installed_cjk", lambda: ["Boxes"])
    yield
    font_manager.fontManager.ttflist = [entry for entry in known if entry.name != "Boxes"]


@pytest.mark.usefixtures("chinese_font")
@pytest.mark.parametrize("name", ["abc_class", "share_of_wallet", "seasonal_target", "contribution_ratio"])
def test_with_a_chinese_font_the_picture_is_in_chinese(name: str, tmp_path: Path) -> None:
    result = run(name, sheet(name, tmp_path), "--lang", "zh", "--picture", tmp_path / "x.png", *target(name))
    assert result.exit_code == 0, result.output
    assert "the picture is in English" not in result.stderr
