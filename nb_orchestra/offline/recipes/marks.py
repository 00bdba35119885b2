"""What a chart draws: tables of marks, one function per kind. Each gives (table, spec); values/drawing.py draws them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_dates, as_groups, as_numbers, groups_of, holds_dates, holds_numbers, levels_of
from nb_orchestra.offline.recipes.labels import label_of
from nb_orchestra.offline.recipes.statistics import grouped_statistic

MOST_BARS = 30
MOST_POINTS = 5_000
MOST_SERIES = 8
ADDS_UP = ("n", "count", "sum")  # totals of parts are the total of the whole
MOST_BOXES = 40
MOST_DOTS = 400
MOST_COUNTED = 100  # periods, where a line shows how many rows fall into each
UNORDERED = ("count", "n", "sum", "percent")
Marks = tuple[pd.DataFrame, dict[str, Any]]


def axis(column: str, label: str, kind: str) -> dict[str, Any]:
    return {"column": column, "label": label, "type": kind}


def kind_of_column(series: pd.Series) -> str:
    """category, number, year or date, by what the column holds and, for years, is called."""
    if holds_dates(series):
        return "date"
    if not holds_numbers(series):
        return "category"
    there = as_numbers(series).dropna()
    years = "year" in str(series.name).lower() and len(there) and bool(there.between(1000, 3000).all()) and bool((there % 1 == 0).all())
    return "year" if years else "number"


def statistic_label(statistic: str, column: str) -> str:
    """The words of an axis: "mean body mass (g)", "rows"."""
    if statistic in ("count", "n"):
        return "rows"
    of = "of " if label_of(column).lower().startswith(statistic) else ""  # the median of a column called Median
    return f"{statistic.replace('_', ' ')} {of}{label_of(column)}".replace("sd_population", "SD").replace("sum ", "total ")


def few_series(table: pd.DataFrame, colour: str | None, value: str | None = None) -> tuple[pd.DataFrame, str]:
    """The rows of the most frequent levels of colour that fit (where all are as frequent: those with the largest values), and a note where some did not."""
    if colour is None or as_groups(table[colour]).nunique() <= MOST_SERIES:
        return table, ""
    labels = as_groups(table[colour])
    counts = labels.value_counts()
    kept, why = counts.index[:MOST_SERIES], "most frequent"
    if counts.nunique() == 1 and value is not None and kind_of_column(table[value]) == "number":
        kept, why = as_numbers(table[value]).groupby(labels, observed=True).mean().nlargest(MOST_SERIES).index, "largest"
    return table[labels.isin(kept)], f"the {MOST_SERIES} {why} of {len(counts):,} levels of {label_of(colour)}"


def base_spec(kind: str, x: dict[str, Any], y: dict[str, Any], colour: str | None, notes: list[str]) -> dict[str, Any]:
    """What all kinds share."""
    spec: dict[str, Any] = {"kind": kind, "x": x, "y": y, "note": "; ".join(note for note in notes if note)}
    return spec | ({"colour": axis(colour, label_of(colour), "category")} if colour else {})


def summarised(table: pd.DataFrame, keys: list[str], y: str | None, statistic: str) -> tuple[pd.DataFrame, str]:
    """One row per combination of keys with the statistic of y (or the count of rows), and the name of its column."""
    groups = groups_of(table, keys)
    if y is None or statistic in ("count", "n"):
        return table.groupby(groups, observed=True).size().rename("n").rename_axis(keys).reset_index(), "n"
    name = f"{statistic}_{y}"
    parts = {name: grouped_statistic(table[y], groups, statistic), "n": table[y].groupby(groups, observed=True).count()}
    if statistic == "mean" and (parts["n"] > 1).all():
        parts |= {end: grouped_statistic(table[y], groups, end) for end in ("ci_low", "ci_high")}
    return pd.DataFrame(parts).rename_axis(keys).reset_index(), name


def line_marks(table: pd.DataFrame, kind: str, x: str, y: str | None, colour: str | None, statistic: str | None) -> Marks:
    """Lines in the order of x; a statistic where x repeats; long daily series by week or month."""
    table, note = few_series(table, colour, y)
    kinds = kind_of_column(table[x])
    notes = [note]
    if kinds == "date":
        table, coarser = fewer_dates(table.assign(**{x: as_dates(table[x])}), x, MOST_COUNTED if y is None else MOST_POINTS // 2)
        notes.append(coarser)
    keys = [x, *([colour] if colour else [])]
    if y is None or statistic is not None or table.duplicated(keys).any():
        chosen = statistic or ("count" if y is None else "mean")
        lines, name = summarised(table, keys, y, chosen)
        label = statistic_label(chosen, y or "")
    else:
        lines, name, label = table[[*keys, y]], y, label_of(y)
    if kinds != "category":
        lines = lines.sort_values(x, kind="stable")
    if kind == "area" and colour:
        adds_up = (y is None or statistic in ADDS_UP) and not (lines[name] < 0).any()
        lines, notes = (with_zeros(lines, x, colour, name), [*notes, "on top of each other"]) if adds_up else (lines, notes)
        kind = "stacked_area" if adds_up else "line"
    spec = base_spec(kind, axis(x, label_of(x), kinds), axis(name, label, "number"), colour, notes)
    band = "ci_low" in lines.columns and len(lines) <= 200
    return lines.reset_index(drop=True), spec | ({"low": "ci_low", "high": "ci_high"} if band else {})


def with_zeros(lines: pd.DataFrame, x: str, colour: str, name: str) -> pd.DataFrame:
    """Every level of colour at every x, with nothing where there was no row, so that areas can stand on each other."""
    wide: Any = lines.pivot_table(index=x, columns=colour, values=name, aggfunc="sum", observed=True, sort=True).fillna(0)
    rows: pd.DataFrame = wide.reset_index().melt(x, var_name=colour, value_name=name)
    return rows


def fewer_dates(table: pd.DataFrame, x: str, most: int) -> tuple[pd.DataFrame, str]:
    """Dates made coarser (week, month, quarter) until a line of at most so many points can show them."""
    for every, word in ((None, ""), ("W", "weeks"), ("M", "months"), ("Q", "quarters"), ("Y", "years")):
        dates = table[x] if every is None else table[x].dt.to_period(every).dt.to_timestamp()
        if dates.nunique() <= most or every == "Y":
            return table.assign(**{x: dates}), f"summarised by {word}" if word else ""
    return table, ""


def point_marks(table: pd.DataFrame, x: str, y: str, colour: str | None, fit: bool) -> Marks:
    """Points; very many are thinned by a fixed draw and said so; a least-squares line of all of them where asked."""
    whole = len(table)
    table, note = few_series(table, colour)
    kinds = kind_of_column(table[x])
    points = table[list(dict.fromkeys([x, y, *([colour] if colour else [])]))]
    fits = []
    if fit and kinds != "category" and len(points) > 2:
        across = (as_dates(points[x]) - pd.Timestamp("1970-01-01")).dt.total_seconds() / 86_400 if kinds == "date" else as_numbers(points[x])
        up, middle = as_numbers(points[y]), across.mean()
        slope = float(((across - middle) * (up - up.mean())).sum() / ((across - middle) ** 2).sum())
        line = {"slope": slope, "intercept": float(up.mean() - slope * middle), "low": float(across.min()), "high": float(across.max())}
        fits += [line] if np.isfinite(list(line.values())).all() else []
    notes = [note]
    if len(points) > MOST_POINTS:
        points = points.sample(MOST_POINTS, random_state=0).sort_index()
        notes.append(f"{MOST_POINTS:,} of {whole:,} points, drawn at random")
    spec = base_spec("scatter", axis(x, label_of(x), kinds), axis(y, label_of(y), kind_of_column(table[y])), colour, notes)
    return points.reset_index(drop=True), spec | ({"fits": fits} if fits else {})


def lying(series: pd.Series, levels: Any) -> bool:
    """Whether bars and boxes lie, so that long names can be read."""
    longest = max((len(str(level)) for level in levels), default=0)
    return not has_order(series) and (longest > 14 or (len(levels) > 8 and longest > 4))


def has_order(series: pd.Series) -> bool:
    """True for levels with an order of their own: numbers, dates, months, ordered categories."""
    ordered = isinstance(series.dtype, pd.CategoricalDtype) and series.cat.ordered
    return bool(ordered or holds_numbers(series) or holds_dates(series) or str(series.name).lower() in ("month", "weekday", "quarter", "decade"))


def box_marks(table: pd.DataFrame, x: str | None, y: str, colour: str | None) -> Marks:
    """Five numbers per box (whiskers to the last value within 1.5 × IQR) and the points outside, one row each."""
    table, note = few_series(table, colour if colour != x else None)
    if x is None:
        x, table = "all", table.assign(all="all rows")
    keys = list(dict.fromkeys([x, *([colour] if colour else [])]))
    levels = levels_of(table[x])
    if len(levels) > MOST_BOXES:
        counts = as_groups(table[x]).value_counts()
        levels, note = [level for level in levels if level in set(counts.index[:MOST_BOXES])], f"the {MOST_BOXES} largest of {len(counts):,} groups"
    rows: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    for key, part in table[as_groups(table[x]).isin(levels)].groupby(groups_of(table[as_groups(table[x]).isin(levels)], keys), observed=True):
        labels = dict(zip(keys, key, strict=True))
        box, outside = five_numbers(as_numbers(part[y]).dropna())
        rows.append(labels | box)
        dots += [labels | {"outlier": float(value)} for value in outside]
    order = {level: at for at, level in enumerate(levels)}
    boxes = pd.DataFrame([*sorted(rows, key=lambda row: order[row[x]]), *dots], columns=[*keys, "low", "q1", "median", "q3", "high", "n", "outlier"])
    spec = base_spec(
        "box", axis(x, "" if x == "all" else label_of(x), "category"), axis("median", label_of(y), "number"), None if colour == x else colour, [note]
    )
    return boxes.astype({"n": "Int64"}), spec | {"horizontal": lying(table[x], levels)}


def five_numbers(values: pd.Series) -> tuple[dict[str, Any], Any]:
    """(low, q1, median, q3, high, n) and the values outside, thinned by a fixed draw where there are very many."""
    q1, median, q3 = (float(value) for value in values.quantile([0.25, 0.5, 0.75]))
    reach = 1.5 * (q3 - q1)
    inside = values[values.between(q1 - reach, q3 + reach)]
    outside = values[~values.between(q1 - reach, q3 + reach)]
    outside = outside.sample(MOST_DOTS, random_state=0) if len(outside) > MOST_DOTS else outside
    return {"low": float(inside.min()), "q1": q1, "median": median, "q3": q3, "high": float(inside.max()), "n": len(values)}, outside.to_numpy()


def histogram_marks(table: pd.DataFrame, column: str, colour: str | None, bins: int | None) -> Marks:
    """Counts per bin, the same bins for every colour; their width by Freedman and Diaconis (1981), within reason."""
    table, note = few_series(table, colour)
    values = as_numbers(table[column])
    edges = bin_edges(values.to_numpy(), bins)
    groups = table.groupby(groups_of(table, [colour]), observed=True, sort=True) if colour else [((None,), table)]
    parts = []
    for key, part in groups:
        counts = pd.DataFrame({"bin_start": edges[:-1], "bin_end": edges[1:], "n": np.histogram(as_numbers(part[column]), edges)[0]})
        level: Any = key[0]
        parts.append(counts.assign(**{colour: level}) if colour else counts)
    spec = base_spec("histogram", axis("bin_start", label_of(column), "number"), axis("n", "rows", "number"), colour, [note])
    return pd.concat(parts, ignore_index=True), spec


def bin_edges(values: Any, bins: int | None) -> Any:
    """The edges of so many bins, else of 5 to 60; of a single one where floats are too coarse to tell the values apart."""
    try:
        edges = np.histogram_bin_edges(values, bins or "fd")
        if bins is None and not 6 <= len(edges) <= 61:
            edges = np.histogram_bin_edges(values, 60 if len(edges) > 61 else min(10, max(len(pd.unique(values)), 1)))
    except ValueError:
        reach = 1e-9 * float(np.abs(values).max())
        edges = np.array([values.min() - reach, values.max() + reach])
    return edges


def interval_marks(table: pd.DataFrame, x: str | None, y: str | None) -> Marks:
    """A point with its interval per row, from the columns that estimates come with: ci_low and ci_high, or low and high. The intercept is left out."""
    names = [str(name) for name in table.columns]
    ends = next((pair for pair in (("ci_low", "ci_high"), ("difference_low", "difference_high"), ("low", "high")) if set(pair) <= set(names)), None)
    middle = y or next((name for name in ("estimate", "effect", "difference", "mean", "predicted") if name in names), None)
    label = x or next((name for name in names if not holds_numbers(table[name])), None)
    if ends is None or middle is None or label is None:
        raise Refusal(
            "an interval chart needs a table with estimates, ci_low and ci_high", "draw the result of a regression or a summary with ci_low and ci_high"
        )
    rows = table.loc[(table[label] != "intercept").to_numpy(), [label, middle, *ends]].dropna().reset_index(drop=True)
    rows[label] = [label_of(str(level)) for level in rows[label]]
    spec = base_spec("interval", axis(label, label_of(label), "category"), axis(middle, label_of(middle), "number"), None, ["95 % intervals"])
    about = f" of {label_of(str(table['outcome'].iloc[0]))}" if "outcome" in names and len(table) else ""
    return rows, spec | {"low": ends[0], "high": ends[1], "horizontal": True, "title": label_of(middle) + about}
