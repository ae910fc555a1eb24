"""ABC classes: for each category the cumulative share of sales over its customers, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.base import Outcome
from service.analyses.columns import MILLION
from service.analyses.labels import CATEGORIES
from service.analyses.pictures.canvas import BLUE, GREY, INK, ORANGE, PALE, Canvas, millionths, percent, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS: Final = 4
_POINTS: Final = 400
_COLOURS: Final = {"A": BLUE, "B": ORANGE, "C": PALE}
_TITLE: Final = Bilingual("客户ABC分类：各业种累计销售额", "ABC classes of customers: cumulative sales by category")
_X: Final = Bilingual("客户（按销售额从高到低）", "Customers, highest sales first")
_Y: Final = Bilingual("累计销售额占比", "Cumulative share of sales")
_EMPTY: Final = Bilingual("没有可分类的销售额", "no sales to classify")

Curve = list[tuple[int, int, str]]
"""Rank, cumulative share in millionths, class."""


def pareto(outcome: Outcome, canvas: Canvas) -> Figure:
    """One small curve a category that has customers."""
    curves = _curves(outcome)
    across = min(_COLUMNS, max(1, len(curves)))
    down = -(-len(curves) // across)
    figure = canvas.figure(max(3.3 * across, 7.0), 2.9 * down + 0.9, canvas.say(_TITLE))
    lines = [millionths(outcome.parameters[name]) for name in ("abc_class_a_share", "abc_class_b_share")]
    for place, (category, (total, curve)) in enumerate(curves.items()):
        axes = figure.add_subplot(down, across, place + 1)
        _draw(axes, canvas, curve, total, lines)
        axes.set_title(f"{canvas.say(CATEGORIES[category])} · n = {total:,}", fontsize=9, loc="left", color=INK)
    figure.supxlabel(canvas.say(_X), fontsize=9, color=INK)
    figure.supylabel(canvas.say(_Y), fontsize=9, color=INK)
    return figure


def _draw(axes: Axes, canvas: Canvas, curve: Curve, total: int, lines: list[int]) -> None:
    plain(axes)
    axes.set_xlim(0, total)
    axes.set_xticks([0, total], ["0", f"{total:,}"])
    axes.set_yticks([0, *lines, MILLION], ["0", *map(percent, lines), "100 %"])
    for line in lines:
        axes.axhline(line, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    if not curve:
        axes.set_ylim(0, MILLION)
        axes.text(0.5, 0.5, canvas.say(_EMPTY), transform=axes.transAxes, ha="center", fontsize=8, color=GREY)
        return
    axes.set_ylim(0, max(1.03 * MILLION, 1.03 * max(share for _, share, _ in curve)))
    _classes(axes, canvas, curve, total)
    points = [(0, 0), *((rank, share) for rank, share, _ in curve)]
    axes.plot([x for x, _ in points], [y for _, y in points], color=INK, linewidth=1.6)


def _classes(axes: Axes, canvas: Canvas, curve: Curve, total: int) -> None:
    """The customers of each class as a band below the curve, with its letter and how many they are."""
    start = 0
    for name in "ABC":
        ranks = [rank for rank, _, class_ in curve if class_ == name]
        if not ranks:
            continue
        inside = [(start, _at(curve, start))] + [(r, s) for r, s, class_ in curve if class_ == name]
        axes.fill_between([x for x, _ in inside], [y for _, y in inside], color=_COLOURS[name], alpha=0.55, lw=0)
        wide = (ranks[-1] - start) / total
        text = f"{name}\n{ranks[-1] - start:,}" if wide > 0.12 else name
        axes.text(
            (start + ranks[-1]) / 2, 0.05 * MILLION, text, ha="center", va="bottom", fontsize=8, color=INK,
            fontweight=canvas.weight,
        )  # fmt: skip
        start = ranks[-1]


def _at(curve: Curve, rank: int) -> int:
    return next((share for place, share, _ in curve if place == rank), 0)


def _curves(outcome: Outcome) -> dict[str, tuple[int, Curve]]:
    """Some hundred points a curve, among them the last customer of each class."""
    found = outcome.connection.cursor().execute(
        """
        SELECT category, rank, cumulative_share, class, total FROM (
            SELECT *, count(*) OVER (PARTITION BY category) AS total,
                max(rank) OVER (PARTITION BY category, class) AS last
            FROM result)
        WHERE rank % greatest(total // $points, 1) = 0 OR rank = last
        ORDER BY list_position($categories, category), rank
        """,
        {"points": _POINTS, "categories": list(CATEGORIES)},
    )
    curves: dict[str, tuple[int, Curve]] = {}
    for category, rank, share, class_, total in found.fetchall():
        curve = curves.setdefault(category, (total, []))[1]
        if share is not None:
            curve.append((rank, share, class_))
    return curves
