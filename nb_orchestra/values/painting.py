"""Puts marks on axes, one function per kind of chart; drawing.draw makes the figure around them.

Colours (Okabe and Ito) differ for the colour-blind; hatches, markers and dashes keep series apart in grey.
"""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import numpy as np
import pandas as pd

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#444444", "#B8A800")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++", "oo", "--")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2, 2, 2)))
LONGEST_LABEL = 32
FEW_BARS = 12
MOST_TICKS = 40

BOX_KEYS = ("whislo", "q1", "med", "q3", "whishi")  # matplotlib's names for the five numbers


def series_of(spec: dict[str, Any], table: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """The table once per colour, in order of first appearance; once as a whole where there is no colour."""
    colour = spec.get("colour")
    if not colour:
        return [(None, table)]
    return [(short_label(level), part) for level, part in table.groupby(colour["column"], sort=False, observed=True)]


def short_label(value: Any) -> str:
    """A level as a tick label: dates without midnight, long text cut."""
    text = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def short_number(x: float, _: int = 0) -> str:
    """A number on an axis: 4,500 · 0.25 · 12M · 2.8B."""
    for size, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if abs(x) >= size:
            return f"{x / size:.4g}{unit}"
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4g}"


def label_axes(axes: Any, spec: dict[str, Any], flipped: bool = False) -> None:
    """Names with units on both axes; long numbers made short; years stay years; a light grid across the value axis."""
    x, y = (spec["y"], spec["x"]) if flipped else (spec["x"], spec["y"])
    axes.set_xlabel(x["label"])
    axes.set_ylabel(y["label"])
    for axis, side in ((x, axes.xaxis), (y, axes.yaxis)):
        if axis["type"] == "number":
            side.set_major_formatter(short_number)
            if side is axes.xaxis and max(len(short_number(tick)) for tick in axes.get_xticks()) >= len("100,000"):
                axes.locator_params(axis="x", nbins=5)  # more of them would run into each other
        elif axis["type"] == "year":
            side.set_major_formatter("{x:.0f}")
            side.get_major_locator().set_params(integer=True)
    axes.grid(axis="x" if flipped else "y", color="#DDDDDD", linewidth=0.7)


def wrapped(value: Any) -> str:
    """A level as a tick label on up to three lines, for an axis that has room for them."""
    text = short_label(value) if not isinstance(value, str) else value
    return textwrap.fill(text, LONGEST_LABEL, max_lines=3, placeholder=" …")


def name_ticks(axes: Any, levels: list[Any], flipped: bool = False) -> None:
    """Category names at 0, 1, 2 …, turned where they would run into each other, every second (third …) where even that leaves no room."""
    if flipped:
        axes.set_yticks(range(len(levels)), [wrapped(level) for level in levels])
        axes.set_ylim(len(levels) - 0.4, -0.6)
        return
    step = max(1, -(-len(levels) // MOST_TICKS))
    labels = [short_label(level) for level in levels[::step]]
    crowded = sum(map(len, labels)) + 2 * len(labels) > 64
    turn = 0 if not crowded else 40 if len(labels) <= 18 else 90
    side = "center" if not crowded else "right"
    axes.set_xticks(range(0, len(levels), step), labels, rotation=turn, ha=side, va="center" if turn == 90 else "top", rotation_mode="anchor")


def paint_bars(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Bars side by side per colour, or on top of each other; whiskers where low and high are given; values on few bars."""
    x, y, flipped, stacked = spec["x"]["column"], spec["y"]["column"], bool(spec.get("horizontal")), spec["kind"] == "stacked_bar"
    levels = list(spec.get("levels") or dict.fromkeys(table[x]))
    places = {level: place for place, level in enumerate(levels)}
    series = series_of(spec, table)
    width = 0.8 if stacked else 0.8 / len(series)
    floor = np.zeros(len(levels))
    bar = axes.barh if flipped else axes.bar
    for number, (name, part) in enumerate(series):
        at = part[x].map(places).to_numpy(dtype=float)
        heights = part[y].to_numpy(dtype=float)
        shift = 0.0 if stacked else (number - (len(series) - 1) / 2) * width
        base = floor[at.astype(int)] if stacked else 0.0
        look = {"color": COLOURS[number % 8], "hatch": HATCHES[number % 8], "edgecolor": "white", "linewidth": 0.5, "label": name}
        drawn = bar(at + shift, heights, width, **({"left": base} if flipped else {"bottom": base}), **look)
        if stacked:
            np.add.at(floor, at.astype(int), np.nan_to_num(heights))
        elif spec.get("low"):
            ends = np.vstack([heights - part[spec["low"]].to_numpy(dtype=float), part[spec["high"]].to_numpy(dtype=float) - heights])
            whisker = {"xerr": ends} if flipped else {"yerr": ends}
            axes.errorbar(*((heights, at + shift) if flipped else (at + shift, heights)), **whisker, fmt="none", ecolor="black", capsize=3, linewidth=1)
        elif len(table) <= FEW_BARS:
            axes.bar_label(drawn, labels=[short_number(value) if np.isfinite(value) else "" for value in heights], padding=2, fontsize="small")
            axes.margins(**{"x" if flipped else "y": 0.1})
    axes.axhline(0, color="black", linewidth=0.6) if not flipped else axes.axvline(0, color="black", linewidth=0.6)
    label_axes(axes, spec, flipped)
    name_ticks(axes, levels, flipped)


def positions(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> dict[Any, int] | None:
    """For a category axis: the place of each level (ticks are named), else None."""
    if spec["x"]["type"] != "category":
        return None
    levels = list(dict.fromkeys(table[spec["x"]["column"]]))
    name_ticks(axes, levels)
    return {level: place for place, level in enumerate(levels)}


def marked(number: int, series: int, points: int) -> Any:
    """Which points of a line bear its marker: all of few, else some ten, shifted from one series to the next."""
    step = max(points // 10, 1)
    return 1 if points <= 60 else (number * step // series, step)


def paint_lines(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """One line per colour, dashed differently; a band where low and high are given; an area is filled down to zero."""
    places = positions(axes, spec, table)
    series = series_of(spec, table)
    for number, (name, part) in enumerate(series):
        x = part[spec["x"]["column"]]
        across = x.map(places).to_numpy() if places else x.to_numpy()
        up = part[spec["y"]["column"]].to_numpy(dtype=float)
        look = {"color": COLOURS[number % 8], "linestyle": DASHES[number % 8], "linewidth": 1.6, "label": name}
        if len(part) <= 60 or len(series) > 1:  # of many points some, each series at its own: dashes alone are not told apart in grey
            look |= {"marker": MARKERS[number % 8], "markersize": 4 if len(part) <= 60 else 5, "markevery": marked(number, len(series), len(part))}
        axes.plot(across, up, **look)
        if spec["kind"] == "area":
            axes.fill_between(across, up, color=COLOURS[number % 8], alpha=0.25, linewidth=0)
        if spec.get("low"):
            low, high = (part[spec[end]].to_numpy(dtype=float) for end in ("low", "high"))
            axes.fill_between(across, low, high, color=COLOURS[number % 8], alpha=0.15, linewidth=0)
    if spec["y"]["label"] == "rows":
        axes.set_ylim(0, 1.05 * max(float(table[spec["y"]["column"]].max()), 1.0))
    label_axes(axes, spec)


def paint_points(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Points, fainter the more there are; least-squares lines where the spec has them."""
    places = positions(axes, spec, table)
    alpha = float(np.clip(60 / max(len(table), 1) ** 0.75, 0.5 if spec.get("colour") else 0.15, 0.8))  # groups are told apart only by what is seen
    for number, (name, part) in enumerate(series_of(spec, table)):
        x = part[spec["x"]["column"]]
        across = x.map(places).to_numpy() if places else x.to_numpy()
        look = {"marker": MARKERS[number % 8], "color": COLOURS[number % 8], "edgecolors": "none", "s": 22}
        axes.scatter(across, part[spec["y"]["column"]].to_numpy(dtype=float), alpha=alpha, label=name, **look)
    for number, fit in enumerate(spec.get("fits", ())):
        ends = np.array([fit["low"], fit["high"]])
        name = "fitted line" if number == 0 else None
        axes.plot(ends, fit["intercept"] + fit["slope"] * ends, color="black", linestyle=DASHES[number % 8], linewidth=1.4, label=name)
    label_axes(axes, spec)


def paint_boxes(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Tukey's boxes from their five numbers; rows with `outlier` are the points outside the whiskers."""
    x = spec["x"]["column"]
    levels, flipped = list(dict.fromkeys(table[x])), bool(spec.get("horizontal"))
    upright = "orientation" not in inspect.signature(axes.bxp).parameters  # matplotlib before 3.10
    lie = {} if not flipped else {"vert": False} if upright else {"orientation": "horizontal"}
    series = series_of(spec, table)
    width = 0.7 / len(series)
    for number, (name, part) in enumerate(series):
        shift = (number - (len(series) - 1) / 2) * width
        boxes = part[part["outlier"].isna()]
        outside = part.dropna(subset=["outlier"])
        stats = [
            dict(zip(BOX_KEYS, five, strict=True)) | {"fliers": outside.loc[outside[x] == level, "outlier"].to_numpy()}
            for level, *five in boxes[[x, "low", "q1", "median", "q3", "high"]].itertuples(index=False)
        ]
        look = {"facecolor": COLOURS[number % 8], "hatch": HATCHES[number % 8], "alpha": 0.55}
        at = [levels.index(level) + shift for level in boxes[x]]
        dots = {"marker": MARKERS[number % 8], "markersize": 3, "markerfacecolor": "#444444", "markeredgecolor": "none"}
        middle = {"color": "black", "linewidth": 1.6}
        drawn = axes.bxp(stats, positions=at, widths=width * 0.85, patch_artist=True, boxprops=look, medianprops=middle, flierprops=dots, **lie)
        if name is not None and drawn["boxes"]:
            drawn["boxes"][0].set_label(name)
    label_axes(axes, spec, flipped)
    name_ticks(axes, levels, flipped)


def paint_histogram(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Counts per bin; with a colour, outlines over each other."""
    series = series_of(spec, table)
    for number, (name, part) in enumerate(series):
        edges = np.append(part["bin_start"].to_numpy(), part["bin_end"].to_numpy()[-1:])
        look = {"color": COLOURS[number % 8], "linestyle": DASHES[number % 8], "label": name}
        axes.stairs(part[spec["y"]["column"]].to_numpy(dtype=float), edges, fill=True, alpha=0.75 if len(series) == 1 else 0.2, color=COLOURS[number % 8])
        axes.stairs(part[spec["y"]["column"]].to_numpy(dtype=float), edges, linewidth=1.3, **look)
    label_axes(axes, spec)


def paint_intervals(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """A point with its interval per level, lying; zero is marked where it is in sight."""
    x, y = spec["x"]["column"], spec["y"]["column"]
    at = np.arange(len(table))
    middle, low, high = (table[column].to_numpy(dtype=float) for column in (y, spec["low"], spec["high"]))
    axes.errorbar(middle, at, xerr=np.vstack([middle - low, high - middle]), fmt="o", color=COLOURS[0], ecolor="black", capsize=3)
    if len(table) and np.nanmin(low) <= 0 <= np.nanmax(high):
        axes.axvline(0, color="#777777", linewidth=0.8, linestyle="--")
    label_axes(axes, spec, flipped=True)
    name_ticks(axes, list(table[x]), flipped=True)
