"""Products ranked by the ratio of the analysis, with what is to be done about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rules.model.policy import Bilingual
from service.analyses.analyse import rows
from service.analyses.base import Outcome
from service.analyses.labels import REASONS
from service.analyses.pictures.canvas import BLUE, GREY, INK, ORANGE, PALE, Canvas, amount, plain, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST: Final = 20
_RANKED_BY: Final[Mapping[str, str]] = {
    "product_mix": "sales",
    "gross_margin": "gross_profit",
    "turnover": "turnover",
    "cross_ratio": "cross_ratio",
    "contribution_ratio": "contribution_ratio",
}
_MONEY: Final = frozenset({"sales", "gross_profit"})
_PROMOTE: Final = Bilingual("重点推销", "promote")
_EXPLAIN: Final = Bilingual("未完成任务，须说明", "target missed: explain")
_OTHER: Final = Bilingual("其他", "others")
_FIRST: Final = Bilingual("前{}名，共{}", "first {} of {}")
_UNNAMED: Final = Bilingual("# 名次：名称无法显示", "# rank, where a name cannot be written")


def ranking(outcome: Outcome, canvas: Canvas) -> Figure:
    """Horizontal bars, the highest on top; at most twenty."""
    products = next(rows(outcome, "summary"))["products"]
    told = list(rows(outcome, most=_MOST))
    ranked = _RANKED_BY[outcome.analysis.name]
    title = canvas.say(outcome.analysis.title)
    if products > len(told):
        title += " · " + canvas.say(_FIRST).format(len(told), f"{products:,}")
    figure = canvas.figure(9.0, 1.5 + 0.32 * len(told), title)
    axes = figure.add_subplot()
    plain(axes)
    _bars(axes, canvas, told, ranked)
    names = [canvas.name(row["product"], row["rank"]) for row in told]
    axes.set_yticks(range(len(told)), names, fontsize=8.5)
    axes.invert_yaxis()
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.margins(x=0.14, y=0.02)
    axes.xaxis.set_major_formatter("{x:,g}")
    label = next(column.label for column in outcome.analysis.results if column.name == ranked)
    note = f"  ({canvas.say(_UNNAMED)})" if any(name.startswith("#") for name in names) else ""
    axes.set_xlabel(canvas.say(label) + note, fontsize=9, color=INK)
    return figure


def _bars(axes: Axes, canvas: Canvas, told: Sequence[Mapping[str, Any]], ranked: str) -> None:
    groups = ((_PROMOTE, BLUE, None), (_EXPLAIN, ORANGE, "//"), (_OTHER, PALE, None))
    several = any(row.get("actions") for row in told)
    for group, (label, colour, hatch) in enumerate(groups):
        places = [place for place, row in enumerate(told) if _group(row) == group]
        if places:
            axes.barh(
                places, [_length(told[place], ranked) for place in places], color=colour if several else BLUE,
                hatch=hatch, edgecolor="white", height=0.72, label=canvas.say(label),
            )  # fmt: skip
    for place, row in enumerate(told):
        _annotate(axes, canvas, place, row, ranked)
    if several:
        axes.legend(loc="lower right", fontsize=8, frameon=False, labelcolor=INK)


def _annotate(axes: Axes, canvas: Canvas, place: int, row: Mapping[str, Any], ranked: str) -> None:
    """The value at the end of its bar; where there is none, why."""
    value = row[ranked]
    write = amount if ranked in _MONEY else short
    text = write(value) if value is not None else f"— {canvas.say(_reason(row))}"
    if _group(row) == 0 and "explain_shortfall" in row["actions"]:
        text += f" · {canvas.say(_EXPLAIN)}"
    left = _length(row, ranked) < 0
    axes.annotate(
        text, (_length(row, ranked), place), (-4 if left else 4, 0), textcoords="offset points", va="center",
        ha="right" if left else "left", fontsize=8, color=INK if value is not None else GREY,
    )  # fmt: skip


def _group(row: Mapping[str, Any]) -> int:
    actions = row.get("actions") or []
    if "promote_product" in actions:
        return 0
    return 1 if actions else 2


def _length(row: Mapping[str, Any], ranked: str) -> float:
    return float(row[ranked] or 0)


def _reason(row: Mapping[str, Any]) -> Bilingual:
    return REASONS[row["reason"]]
