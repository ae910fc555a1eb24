"""Seasonal indices as bars around 100, each with the month's target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.analyse import rows
from service.analyses.base import Outcome
from service.analyses.pictures.canvas import BLUE, GREY, INK, ORANGE, Canvas, amount, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TITLE: Final = Bilingual("季节指数与各月目标", "Seasonal indices and monthly targets")
_Y: Final = Bilingual("季节指数（100 = 月平均）", "Seasonal index (100 = average month)")
_MONTHS: Final = Bilingual(
    "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
)
_ANNUAL: Final = Bilingual("年目标", "annual target")
_NOTHING: Final = Bilingual("合计销售额不为正，没有指数", "total sales are not above zero: no indices")
_ABOVE: Final = Bilingual("平均以上", "above average")
_BELOW: Final = Bilingual("平均及以下", "average or below")


def seasons(outcome: Outcome, canvas: Canvas) -> Figure:
    """Twelve bars; the months above the average are hatched as well as coloured."""
    years = next(rows(outcome, "summary"))
    annual = amount(outcome.parameters["annual_target"])
    span = f"{years['first_year']}–{years['last_year']}"
    figure = canvas.figure(10.5, 4.8, f"{canvas.say(_TITLE)} · {span} · {canvas.say(_ANNUAL)} {annual}")
    axes = figure.add_subplot()
    plain(axes)
    months = list(rows(outcome))
    axes.set_xticks(range(12), canvas.say(_MONTHS).split(), fontsize=9)
    axes.set_ylabel(canvas.say(_Y), fontsize=9, color=INK)
    if months[0]["seasonal_index"] is None:
        axes.text(0.5, 0.5, canvas.say(_NOTHING), transform=axes.transAxes, ha="center", color=GREY)
        return figure
    heights = [float(month["seasonal_index"]) for month in months]
    for above, colour, hatch, label in ((True, BLUE, "//", _ABOVE), (False, ORANGE, None, _BELOW)):
        places = [place for place, height in enumerate(heights) if (height > 100) == above]
        axes.bar(
            places, [heights[place] for place in places], color=colour, hatch=hatch, edgecolor="white", width=0.72,
            label=canvas.say(label),
        )  # fmt: skip
    for place, (month, height) in enumerate(zip(months, heights, strict=True)):
        below = height < 0
        axes.annotate(
            f"{height:.1f}\n{amount(month['target'])}", (place, height), (0, -4 if below else 4),
            textcoords="offset points", ha="center", va="top" if below else "bottom", fontsize=7.5, color=INK,
        )  # fmt: skip
    axes.axhline(100, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.margins(y=0.16)
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.1), ncols=2, fontsize=8, frameon=False)
    return figure
