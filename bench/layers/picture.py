"""A waterfall: every layer's bar begins where the one before ends. The same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib.figure import Figure

_BAR, _BESIDE, _TEXT = "#4472a8", "#b0793a", "#222222"


def write(costs: Mapping[str, float], path: Path) -> None:
    """The costs in µs by what they are for, in their order, as SVG."""
    with matplotlib.rc_context({"svg.hashsalt": "decisions", "svg.fonttype": "none", "font.size": 10}):
        _figure(costs).savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _figure(costs: Mapping[str, float]) -> Figure:
    whole = sum(costs.values())
    figure = Figure(figsize=(10, 0.42 * len(costs) + 1.1), layout="constrained")
    axes = figure.subplots()
    start = 0.0
    for place, (what, cost) in enumerate(costs.items()):
        own = "in the writer" not in what and not what.startswith("beside")
        axes.barh(place, cost, left=start, color=_BAR if own else _BESIDE, height=0.7)
        axes.text(start + cost + whole * 0.008, place, f"{cost:.0f}", va="center", color=_TEXT)
        start += cost
        if place < len(costs) - 1:
            axes.plot([start, start], [place - 0.35, place + 1.35], color="#999999", linewidth=0.6)
    axes.set_yticks(range(len(costs)), list(costs), color=_TEXT)
    axes.invert_yaxis()
    axes.set_xlim(0, whole * 1.08)
    axes.set_xlabel(f"processor time of one decision, µs; together {whole:.0f}; brown: in processes of their own")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure
