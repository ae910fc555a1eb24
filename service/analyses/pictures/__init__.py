"""Pictures of results: a Pareto curve for each category, bars of the seasonal indices, rankings.

The only place where numbers become floats: as lengths and heights on paper, never to be computed with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.analyses.base import Outcome
from service.analyses.pictures.canvas import Canvas
from service.analyses.pictures.pareto import pareto
from service.analyses.pictures.ranking import ranking
from service.analyses.pictures.seasons import seasons
from service.analyses.pictures.wallet import wallet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[Outcome, Canvas], "Figure"]

_DRAWN_BY: Final[Mapping[str, Draw]] = {
    "abc_class": pareto,
    "share_of_wallet": wallet,
    "seasonal_target": seasons,
}
FORMATS: Final = (".png", ".svg")


def draw(outcome: Outcome, path: Path, lang: str) -> str:
    """Write the picture of a result, PNG or SVG by the file's ending; the language it could be written in.

    Chinese falls back to English where no font of the system has the characters.
    """
    canvas = Canvas.for_language(lang)
    with canvas.style():
        figure = _DRAWN_BY.get(outcome.analysis.name, ranking)(outcome, canvas)
        canvas.save(figure, path)
    return canvas.lang


__all__ = ["FORMATS", "draw"]
