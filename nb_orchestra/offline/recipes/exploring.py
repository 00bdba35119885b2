"""A first look at a whole table: which columns go together, most of all with one of them, what changed over time, and the chart of the strongest pair."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.alike import telling
from nb_orchestra.offline.recipes.charting import chart
from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    MOSTLY,
    YEARS,
    Refusal,
    as_dates,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    holds_dates,
    holds_numbers,
    reasons_of,
    rows_table,
    tell,
    unique_columns,
    values_in,
)
from nb_orchestra.offline.recipes.marks import Marks
from nb_orchestra.offline.recipes.proportions import chi_square
from nb_orchestra.offline.recipes.relating import correlate_once, reversing_group
from nb_orchestra.offline.recipes.repeated import one_of_each
from nb_orchestra.offline.recipes.testing import TEST_COLUMNS, holm, kruskal, short
from nb_orchestra.offline.recipes.trending import LEVELS, TREND, trend

ASSOCIATIONS = ("x", "y", "strength", *TEST_COLUMNS, "p_holm", "n", "dropped", "dropped_why", "assumptions", "highest", "lowest", "reversed_by")
TRENDS = (*TREND, *LEVELS, "p_holm")
WIDEST_LOOK = 24
LONGEST_LOOK = 20_000
LEVELS_COMPARED = 20
NAMES_ONE = re.compile(r"(?:^|[_\s.-])(?:id|ids|nr|no|number|uuid|key)$|(?<=[a-z])I[Dd]$", re.IGNORECASE)
CODE = re.compile(r"(?:^|[_\s.-])(?:cluster|code|group|class|type|zone|category|segment|arm|batch|region|grade)s?(?:$|[_\s.-])", re.IGNORECASE)
PEOPLE = re.compile(
    r"(?:^|[_\s.-])(?:patient|subject|participant|person|student|customer|user|client|athlete|member|animal|site|device|country)(?:$|[_\s.-])", re.IGNORECASE
)
MOST_TRENDS = 8
FEWEST_PAIRS = 8  # complete pairs
ROWS_PER_LEVEL = 3


def associations(frame: pd.DataFrame, *, target: str | None = None, columns: Any = None, where: Any = None) -> pd.DataFrame:
    """One row per pair of columns (or per column x against the target y), strongest first, with its test and p_holm. Rows are left out pair by pair.

    strength, 0 to 1, for all kinds of pairs: |Spearman's ρ| of two numbers (dates count as days), √ε² of Kruskal–Wallis for a number in groups, Cramér's V of
    two categories. highest, lowest: the groups with the outer medians. reversed_by: the category within which the sign is the opposite (Simpson 1951). Of a
    larger table a fixed draw of 20,000 rows is looked at, of a wider one the first 24 columns. Refusal where nothing can be compared.
    """
    frame = rows_where(frame, where)
    aim = column_of(frame, target) if target else None
    frame = drawn(counted_once(frame, aim))
    read = read_columns(frame, [name for name in columns_of(frame, columns) or unique_columns(frame) if name != aim])
    pairs = list(itertools.combinations(read, 2))
    if aim is not None:
        found = read_columns(frame, [aim])
        if not found:
            raise Refusal(f"{aim} can be compared with nothing: it holds neither numbers nor a few categories", "name another column")
        read, pairs = {**read, **found}, [(name, aim) for name in read]
    rows = [{"x": x, "y": y} | row for x, y in pairs if (row := associate(frame, read, x, y))]
    if not rows:
        raise Refusal("no two columns can be compared: numbers that vary or categories with 2 to 20 levels are needed")
    table = rows_table(rows, ASSOCIATIONS)
    table["p_holm"] = holm(table["p"])
    return table.sort_values("strength", ascending=False, kind="stable", ignore_index=True)


def drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, of a large one a fixed draw, in the table's order."""
    if len(frame) <= LONGEST_LOOK:
        return frame
    tell(f"{LONGEST_LOOK:,} of {len(frame):,} rows were looked at, drawn with a fixed seed")
    return frame.iloc[np.sort(np.random.default_rng(0).choice(len(frame), LONGEST_LOOK, replace=False))]


def read_columns(frame: pd.DataFrame, names: list[str]) -> dict[str, pd.Series]:
    """The columns that can be compared: numbers as floats, dates as days, categories as labels. What was left out is told."""
    read, other = {}, []
    for name in names:
        series = numbers_in(frame[name])
        series = labels_in(frame[name]) if series is None else series
        if series is None:
            other.append(name)
        else:
            read[name] = series
    if len(names) > 1 and other:
        tell(f"not compared: {', '.join(other[:6])}{' …' if len(other) > 6 else ''} (row numbers, free text, or of one value)")
    if len(read) > WIDEST_LOOK:
        tell(f"the first {WIDEST_LOOK} of {len(read):,} columns were compared; name the columns to choose")
    return dict(itertools.islice(read.items(), WIDEST_LOOK))


def numbers_in(series: pd.Series) -> Any:
    """Floats of a column of numbers or dates with three values or more; None for row numbers and everything else."""
    if holds_numbers(series):
        numbers, name = as_numbers(series), str(series.name)
        few = numbers.nunique() < 3 or (numbers.nunique() <= LEVELS_COMPARED and CODE.search(name) is not None)
        return None if few or counts_rows(numbers) or NAMES_ONE.search(name) else numbers
    there = values_in(series)
    dates = as_dates(series) if there and (holds_dates(series) or pd.api.types.infer_dtype(series, skipna=True) == "string") else None
    if dates is None or dates.notna().sum() < MOSTLY * there or dates.nunique() < 3:
        return None
    days = (dates - dates.min()).dt.total_seconds() / 86_400
    return days.rename(series.name)


def counted_once(frame: pd.DataFrame, aim: str | None) -> pd.DataFrame:
    """Rows of one person (site, device …) are not independent. Where all of them have the same `aim`, each counts once; else that they repeat is told."""
    for name in unique_columns(frame):
        if not PEOPLE.search(name) or not (NAMES_ONE.search(name) or not holds_numbers(frame[name])):
            continue
        each = frame[name].nunique()
        if not LEVELS_COMPARED // 2 < each <= len(frame) / 2 or name == aim:
            continue
        held = f"not independent: {len(frame):,} rows of {each:,} {name}"
        if aim is None or (frame.groupby(as_groups(frame[name]), observed=True)[aim].nunique() != 1).any():
            tell(f"{held} are counted as if they were")
            return frame
        tell(f"{held}, so each {name} counts once, with the means of its numbers")
        return one_of_each(frame, name)
    return frame


def counts_rows(numbers: pd.Series) -> bool:
    """True for 1, 2, 3 …, unless they are years: a number of the row says nothing."""
    steps = np.diff(numbers.to_numpy())
    return len(numbers) > 1 and bool((steps == 1).all()) and not bool(numbers.between(*YEARS).all())


def labels_in(series: pd.Series) -> pd.Series | None:
    """A category with 2 to 20 levels of three rows each and more on average; None for everything else."""
    labels = as_groups(series)
    levels = 0 if NAMES_ONE.search(str(series.name)) else labels.nunique()
    return labels if 2 <= levels <= LEVELS_COMPARED and levels * ROWS_PER_LEVEL <= labels.notna().sum() else None


def associate(frame: pd.DataFrame, read: Mapping[str, pd.Series], x: str, y: str) -> dict[str, Any]:
    """The row of one pair; empty where too few rows have both, or one of them does not vary there."""
    both = pd.DataFrame({x: read[x], y: read[y]})
    gone = both.isna()
    table = both[~gone.any(axis=1)]
    numeric = [name for name in (x, y) if read[name].dtype == "float64"]
    if len(table) < FEWEST_PAIRS or table[x].nunique() < 2 or table[y].nunique() < 2:
        return {}
    about = {"n": len(table), "dropped": len(both) - len(table), "dropped_why": reasons_of(gone) or None}
    if len(numeric) == 2:
        return about | two_numbers(frame, table, x, y)
    return about | (in_groups(table, numeric[0], y if numeric[0] == x else x) if numeric else two_categories(table, x, y))


def two_numbers(frame: pd.DataFrame, table: pd.DataFrame, x: str, y: str) -> dict[str, Any]:
    row = correlate_once(table, x, y, "spearman")
    clear = row["p"] < 0.05
    return row | {"strength": abs(row["r"]), "reversed_by": reversing_group(frame, table, x, y, "spearman", row["r"]) if clear else None}


def in_groups(table: pd.DataFrame, value: str, by: str) -> dict[str, Any]:
    parts = {level: part.to_numpy() for level, part in table.groupby(by, observed=True)[value] if len(part) > 1}
    if len(parts) < 2 or not np.ptp(np.concatenate(list(parts.values()))):
        return {}
    row = kruskal(list(parts.values()))
    medians = {str(level): float(np.median(part)) for level, part in parts.items()}
    outer = {"highest": max(medians, key=lambda level: medians[level]), "lowest": min(medians, key=lambda level: medians[level])}
    return row | outer | {"strength": float(np.sqrt(min(max(row["effect"], 0.0), 1.0))), "assumptions": f"smallest group {min(map(len, parts.values()))}"}


def two_categories(table: pd.DataFrame, x: str, y: str) -> dict[str, Any]:
    counts = pd.crosstab(table[x], table[y]).to_numpy()
    row = chi_square(counts)
    expected = float(np.outer(counts.sum(1), counts.sum(0)).min() / counts.sum())
    return row | {"strength": row["effect"], "assumptions": f"smallest expected count {short(expected)}"}


def strongest_chart(frame: pd.DataFrame, *, pairs: pd.DataFrame | None = None, where: Any = None) -> Marks:
    """The strongest clear association in a table of `associations`, drawn: points, boxes, or bars of shares; a line where one of the two is time.

    A pair that says nearly the same (strength 0.95 and more) is drawn only where there is no other. Refusal where there is no pair.
    """
    frame = rows_where(frame, where)
    pairs = associations(frame) if pairs is None else pairs
    if not {"x", "y", "strength", "p_holm"} <= set(pairs.columns) or not len(pairs):
        raise Refusal("there is no pair to draw", "give the table of `associations`")
    rows = [row for row in pairs.to_dict("records") if not (is_time(frame[column_of(frame, row["x"])]) or is_time(frame[column_of(frame, row["y"])]))]
    rows = rows or pairs.to_dict("records")
    row: Mapping[Any, Any] = [*(row for row in telling(rows) if row["p_holm"] < 0.05), *rows][0]
    x, y = column_of(frame, row["x"]), column_of(frame, row["y"])
    times = [name for name in (x, y) if is_time(frame[name])]
    groups = [name for name in (x, y) if numbers_in(frame[name]) is None]
    if times and groups:
        return chart(frame, kind="line", x=times[0], colour=groups[0], statistic="count")
    if times:
        other = y if times[0] == x else x
        return chart(frame, kind="line", x=times[0], y=other, statistic="mean" if frame[times[0]].duplicated().any() else None)
    if not groups:
        colour = row["reversed_by"] if isinstance(row.get("reversed_by"), str) else None
        return chart(frame, kind="scatter", x=x, y=y, colour=colour, fit=colour is None)
    if len(groups) == 2:
        return chart(frame, kind="stacked_bar", x=x, colour=y, statistic="count")
    return chart(frame, kind="box", x=groups[0], y=y if groups[0] == x else x)


def is_time(series: pd.Series) -> bool:
    """Dates, texts that are dates, and whole years."""
    if holds_numbers(series):
        numbers = as_numbers(series).dropna()
        return bool(len(numbers)) and bool(numbers.between(*YEARS).all()) and bool((numbers % 1 == 0).all()) and "year" in str(series.name).casefold()
    return numbers_in(series) is not None


def trends(frame: pd.DataFrame, *, date: str, columns: Any = None, where: Any = None) -> pd.DataFrame:
    """`trend` of each numeric column (the first 8 where none is named), one row each, with p_holm. Refusal where no column has a trend that can be tested."""
    frame = rows_where(frame, where)
    date = column_of(frame, date)
    wanted = columns_of(frame, columns) or [name for name in unique_columns(frame) if name != date and holds_numbers(frame[name])]
    numeric = [name for name in wanted if name != date and numbers_in(frame[name]) is not None]
    if len(numeric) > MOST_TRENDS:
        tell(f"the first {MOST_TRENDS} of {len(numeric):,} numeric columns were looked at; name the columns to choose")
    rows = [row for name in numeric[:MOST_TRENDS] for row in trend_rows(frame, date, name)]
    if not rows:
        raise Refusal(f"no numeric column has values in three periods of {date}")
    table = rows_table(rows, TRENDS)
    table["p_holm"] = holm(table["p"])
    return table


def trend_rows(frame: pd.DataFrame, date: str, name: str) -> list[dict[str, Any]]:
    try:
        return [{str(key): value for key, value in row.items()} for row in trend(frame, date=date, value=name).to_dict("records")]
    except Refusal:
        return []
