"""How many customers buy how much of what they need from us, beside the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses import store
from service.analyses.analyse import rows
from service.analyses.base import Outcome
from service.analyses.columns import MILLION
from service.analyses.pictures.canvas import BLUE, GREY, INK, ORANGE, Canvas, millionths, percent, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TITLE: Final = Bilingual("客户采购占有率", "Our share of each customer's purchases")
_X: Final = Bilingual("占有率", "Share of wallet")
_Y: Final = Bilingual("客户数", "Customers")
_BELOW: Final = Bilingual("低于要求", "below the floor")
_REACHED: Final = Bilingual("达到要求", "at or above it")
_FLOOR: Final = Bilingual("要求", "floor")
_UNKNOWN: Final = Bilingual("无法计算", "without a share")
_BINS: Final = 20


def wallet(outcome: Outcome, canvas: Canvas) -> Figure:
    """Bars of five percent, from all below zero to all above one; below the floor and not, apart."""
    from matplotlib.ticker import MaxNLocator

    summary = next(rows(outcome, "summary"))
    note = f"{canvas.say(_UNKNOWN)}: {summary['unknown']:,}"
    figure = canvas.figure(9.0, 4.6, f"{canvas.say(_TITLE)} · n = {summary['customers']:,} · {note}")
    axes = figure.add_subplot()
    plain(axes)
    floor = millionths(outcome.parameters["share_of_wallet_floor"])
    counts = _counts(outcome)
    for below, colour, hatch, label in ((True, ORANGE, None, _BELOW), (False, BLUE, "//", _REACHED)):
        bars = {place: number for (place, was_below), number in counts.items() if was_below == below}
        bottoms = [counts.get((place, True), 0) if not below else 0 for place in bars]
        axes.bar(
            [place + 0.5 for place in bars], list(bars.values()), bottom=bottoms, width=0.9, color=colour,
            hatch=hatch, edgecolor="white", label=f"{canvas.say(label)}: {sum(bars.values()):,}",
        )  # fmt: skip
    axes.axvline(floor * _BINS / MILLION, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        f"{canvas.say(_FLOOR)} {percent(floor)}", (floor * _BINS / MILLION, 1), (4, -2),
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=8, color=INK, va="top",
    )  # fmt: skip
    axes.set_xlim(-1, _BINS + 1)
    marks = range(4, _BINS, 4)
    axes.set_xticks([-0.5, *marks, _BINS + 0.5], ["< 0", *(f"{m * 5} %" for m in marks), "≥ 100 %"])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(canvas.say(_X), fontsize=9, color=INK)
    axes.set_ylabel(canvas.say(_Y), fontsize=9, color=INK)
    axes.margins(y=0.12)
    axes.legend(loc="upper right", fontsize=8, frameon=False, labelcolor=INK)
    axes.grid(axis="y", color=GREY, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure


def _counts(outcome: Outcome) -> dict[tuple[int, bool], int]:
    """Customers by twentieth of the share (-1 below zero, 20 from one up) and whether below the floor."""
    if not store.count(outcome.connection, "result", "share_of_wallet IS NOT NULL"):
        return {}
    found = outcome.connection.cursor().execute(
        f"""
        SELECT greatest(-1, least({_BINS}, floored(share_of_wallet * {_BINS}, {MILLION}::HUGEINT))) AS bin,
            len(actions) > 0 AS below, count(*)
        FROM result WHERE share_of_wallet IS NOT NULL GROUP BY bin, below ORDER BY bin, below
        """
    )
    return {(int(bin_), below): number for bin_, below, number in found.fetchall()}
