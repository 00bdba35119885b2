"""Draws a chart: one function over a table of marks and a spec that says which column is what.

Plain matplotlib, so that the plain code of a chart step is this very file and painting.py. Never pyplot: a figure made here is in
nobody's global list.
spec = {"kind": …, "title": …, "note": …, "x": axis, "y": axis, "colour": axis or None, "value": axis (heatmap), "low": column, "high": column,
        "horizontal": bool, "fits": [{"group", "slope", "intercept", "low", "high"}], "line": {"column", …}}
axis = {"column": name in the table, "label": text with unit, "type": category | number | year | date}
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.values.painting import wrapped
from nb_orchestra.values.painting_wholes import PAINTERS

OTHER_SCRIPTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic",
    "WenQuanYi Zen Hei", "IPAGothic", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "Nirmala UI", "Arial Unicode MS",
)  # fmt: skip

RC = {
    "text.parse_math": False,  # a column named budget_2013$ is no formula
    "svg.hashsalt": "nb_orchestra",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
}


def draw(spec: dict[str, Any], table: pd.DataFrame) -> Any:
    """A matplotlib Figure of `table` (one row per mark) as `spec` says. Same input, same figure, whatever the notebook's style."""
    import matplotlib
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context("default"), matplotlib.rc_context(RC | {"font.family": font_families()}):
        figure = Figure(figsize=figure_size(spec, table), layout="constrained", facecolor="white")
        axes = figure.add_subplot()
        PAINTERS[spec["kind"]](axes, spec, table)
        axes.set_title(spec.get("title", ""), wrap=True)
        if spec.get("note"):
            figure.supxlabel(spec["note"], x=0.01, ha="left", fontsize="x-small", color="#555555")
        handles, labels = axes.get_legend_handles_labels()
        if (len(labels) > 1 and spec.get("colour")) or spec.get("fits"):
            heading = spec["colour"]["label"] if spec.get("colour") else None
            legend = figure.legend(handles, labels, loc="outside right upper", title=heading, fontsize="small")
            for handle in filter(None, legend.legend_handles if spec["kind"] == "scatter" else ()):
                handle.set_alpha(1.0)  # faint points are no key
    return figure


def font_families() -> list[str]:
    """matplotlib's own font, then those for other scripts that are installed: letters that the first lacks come from the next."""
    from matplotlib import font_manager

    there = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in OTHER_SCRIPTS if name in there)]


def figure_size(spec: dict[str, Any], table: pd.DataFrame) -> tuple[float, float]:
    """Inches: higher where horizontal bars or heat map rows need it, within a page."""
    wide = 7.6 if spec.get("colour") else 6.4
    return wide, float(np.clip(1.2 + 0.28 * lines_down(spec, table), 4.0, 14.0))


def lines_down(spec: dict[str, Any], table: pd.DataFrame) -> float:
    """How many lines of text stand on the y axis: lying bars and boxes (one per colour), rows of a heat map; more where names are wrapped."""
    if spec["kind"] == "heatmap":
        return float(table[spec["y"]["column"]].nunique())
    if not spec.get("horizontal"):
        return 0
    levels = table[spec["x"]["column"]].drop_duplicates()
    series = table[spec["colour"]["column"]].nunique() if spec.get("colour") and spec["kind"] != "stacked_bar" else 1
    return max(len(levels) * series, sum(0.7 * wrapped(level).count("\n") + 1 for level in levels))
