"""Puts shares, areas and cells on axes, where marks make up a whole; and the table of all kinds of charts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.values.painting import (
    COLOURS,
    HATCHES,
    label_axes,
    name_ticks,
    paint_bars,
    paint_boxes,
    paint_histogram,
    paint_intervals,
    paint_lines,
    paint_points,
    positions,
    series_of,
    short_label,
    short_number,
)

SMALL_SHARE = 6  # percent: what is smaller has no room for its number


def paint_heatmap(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Cells coloured by value (cividis keeps its order in grey), with numbers where they fit."""
    x, y, value = spec["x"]["column"], spec["y"]["column"], spec["value"]["column"]
    across, down = list(dict.fromkeys(table[x])), list(dict.fromkeys(table[y]))
    cells = table.drop_duplicates([y, x]).set_index([y, x])[value].unstack().reindex(index=down, columns=across).to_numpy(dtype=float)
    picture = axes.imshow(cells, aspect="auto", cmap="cividis", vmin=spec.get("vmin"), vmax=spec.get("vmax"))
    axes.figure.colorbar(picture, ax=axes, label=spec["value"]["label"], format=short_number)
    if cells.size <= 144:
        middle = float(np.nanmean(picture.get_clim()))
        for (row, column), number in np.ndenumerate(cells):
            if np.isfinite(number):
                axes.text(
                    column,
                    row,
                    f"{number:.3g}" if cells.size <= 144 else f"{number:.2g}",
                    ha="center",
                    va="center",
                    fontsize="small" if cells.size <= 144 else 5.5,
                    color="white" if number < middle else "black",
                )
    axes.set_xlabel(spec["x"]["label"])
    axes.set_ylabel(spec["y"]["label"])
    name_ticks(axes, across)
    axes.set_yticks(range(len(down)), [short_label(level) for level in down])


def paint_pie(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Shares of a whole, hatched, with percent."""
    sizes = table[spec["y"]["column"]].to_numpy(dtype=float)
    shares = 100 * sizes / (np.nansum(sizes) or 1.0)
    names = [short_label(level) for level in table[spec["x"]["column"]]]
    labels = [name if share >= SMALL_SHARE else f"{name} {share:.1f} %" for name, share in zip(names, shares, strict=True)]
    kinds = [number % 8 for number in range(len(sizes))]
    looks = {"colors": [COLOURS[kind] for kind in kinds], "hatch": [HATCHES[kind] for kind in kinds], "wedgeprops": {"edgecolor": "white"}}
    words = {"textprops": {"bbox": {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1}}, "pctdistance": 0.75}
    percent = {"autopct": lambda share: f"{share:.1f} %" if share >= SMALL_SHARE else ""}
    small = np.flatnonzero(shares < SMALL_SHARE)
    middle = shares[: small[0]].sum() + shares[small].sum() / 2 if len(small) else 0.0
    start = 3.6 * middle if len(small) > 2 else 90.0  # several small ones lie at the right, where their names stand below each other
    axes.pie(sizes, labels=labels, startangle=start, counterclock=False, **looks, **words, **percent)


def paint_stacked_area(axes: Any, spec: dict[str, Any], table: pd.DataFrame) -> None:
    """Areas on top of each other, hatched, in the order of the key."""
    places = positions(axes, spec, table)
    floor: Any = 0.0
    for number, (name, part) in enumerate(series_of(spec, table)):
        x = part[spec["x"]["column"]]
        across = x.map(places).to_numpy() if places else x.to_numpy()
        top = floor + part[spec["y"]["column"]].to_numpy(dtype=float)
        look = {"facecolor": COLOURS[number % 8], "hatch": HATCHES[number % 8], "edgecolor": "white", "linewidth": 0.5, "label": name}
        axes.fill_between(across, floor, top, **look)
        floor = top
    axes.set_ylim(bottom=0)
    label_axes(axes, spec)


PAINTERS = {
    "stacked_area": paint_stacked_area,
    "bar": paint_bars,
    "stacked_bar": paint_bars,
    "line": paint_lines,
    "area": paint_lines,
    "scatter": paint_points,
    "box": paint_boxes,
    "histogram": paint_histogram,
    "heatmap": paint_heatmap,
    "pie": paint_pie,
    "interval": paint_intervals,
}
