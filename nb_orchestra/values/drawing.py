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

from nb_orchestra.values.painting import PAINTERS

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

    with style.context("default"), matplotlib.rc_context(RC):
        figure = Figure(figsize=figure_size(spec, table), layout="constrained", facecolor="white")
        axes = figure.add_subplot()
        PAINTERS[spec["kind"]](axes, spec, table)
        axes.set_title(spec.get("title", ""), wrap=True)
        if spec.get("note"):
            figure.supxlabel(spec["note"], x=0.01, ha="left", fontsize="x-small", color="#555555")
        handles, labels = axes.get_legend_handles_labels()
        if (len(labels) > 1 and spec.get("colour")) or spec.get("fits"):
            heading = spec["colour"]["label"] if spec.get("colour") else None
            figure.legend(handles, labels, loc="outside right upper", title=heading, fontsize="small")
    return figure


def figure_size(spec: dict[str, Any], table: pd.DataFrame) -> tuple[float, float]:
    """Inches: higher where horizontal bars or heat map rows need it, within a page."""
    wide = 7.6 if spec.get("colour") else 6.4
    lines = len(table) if spec.get("horizontal") else table[spec["y"]["column"]].nunique() if spec["kind"] == "heatmap" else 0
    return wide, float(np.clip(1.2 + 0.28 * lines, 4.0, 14.0))
