"""Paper, fonts and colours: what every picture shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rules.model.policy import Bilingual
from service.analyses.columns import MILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREY: Final = "#8C8C8C"
PALE: Final = "#C9CDD2"
INK: Final = "#222222"
RED: Final = "#B5400B"
"""Okabe and Ito's colours and greys: told apart by every kind of colour vision; never the only sign."""

_CJK: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC",
    "Noto Sans CJK JP", "AR PL UMing CN", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
_LATIN: Final = "DejaVu Sans"
_DPI: Final = 160


@dataclass(frozen=True, slots=True)
class Canvas:
    """A language that can be written, and the fonts to write it with."""

    lang: str
    fonts: tuple[str, ...]
    glyphs: frozenset[int]

    @classmethod
    def for_language(cls, lang: str) -> Canvas:
        """English where the characters of Chinese are not to be had."""
        fonts = (_LATIN, *installed_cjk()[:1])
        return cls(lang if len(fonts) > 1 else "en", fonts, _glyphs(fonts))

    @property
    def weight(self) -> str:
        """Bold only without a Chinese font beside: many have no bold, and a mixed title looks broken."""
        return "bold" if len(self.fonts) == 1 else "normal"

    def say(self, label: Bilingual) -> str:
        """A label in the language of the picture."""
        return str(getattr(label, self.lang))

    def name(self, text: str, rank: int) -> str:
        """A name out of a book; its rank where a character has no glyph."""
        if any(ord(char) not in self.glyphs for char in text):
            return f"#{rank}"
        return text if len(text) <= 24 else text[:23] + "…"

    def figure(self, width: float, height: float, title: str) -> Figure:
        """Blank paper of so many inches, with a title."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="white")
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight=self.weight, color=INK)
        return figure

    @contextmanager
    def style(self) -> Iterator[None]:
        """Draw and save within this: texts take their font when they are made; a `$` in a name is a dollar."""
        import matplotlib

        with matplotlib.rc_context(
            {"font.family": list(self.fonts), "text.parse_math": False, "svg.hashsalt": "analyses"}
        ):
            yield

    def save(self, figure: Figure, path: Path) -> None:
        """Write it; the same result makes the same bytes."""
        kind = path.suffix.lower().lstrip(".")
        metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(path, format=kind, metadata=metadata)


def installed_cjk() -> list[str]:
    """The fonts of this system that have Chinese characters, the best first."""
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return [name for name in _CJK if name in known]


def _glyphs(fonts: Sequence[str]) -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    found: set[int] = set()
    for name in fonts:
        path = font_manager.findfont(font_manager.FontProperties(family=name))
        found.update(ft2font.FT2Font(path).get_charmap())
    return frozenset(found)


def plain(axes: Axes) -> None:
    """Only the lines that carry something."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(colors=INK, labelsize=8, length=3)


def millionths(share: str) -> int:
    """A share as the policy writes it, at most six decimals, in millionths."""
    return int(Decimal(share) * MILLION)


def percent(millionths: int) -> str:
    """A share as a whole or half percent where it is one: 700000 is 70 %."""
    return f"{millionths / 10_000:g} %"


def short(text: str) -> str:
    """A ratio, short enough for a picture: thousands grouped, three decimals at most."""
    whole, _, decimals = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}"
    kept = decimals[:3].rstrip("0")
    return f"{sign}{grouped}.{kept}" if kept else f"{sign}{grouped}"


def amount(text: str) -> str:
    """Money: thousands grouped, cents only where there are any."""
    grouped = f"{Decimal(text):,.2f}".replace("-", "−")
    return grouped.removesuffix(".00")
