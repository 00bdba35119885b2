"""A chart that fits the question: the kind by what x and y hold, unless it is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.bars import bar_marks
from nb_orchestra.offline.recipes.cells import heat_marks
from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_dates,
    as_groups,
    column_of,
    columns_of,
    holds_dates,
    holds_numbers,
    number_columns,
    numbers_of,
    unique_columns,
)
from nb_orchestra.offline.recipes.labels import PARENTHESISED, capital, label_of, name_and_unit
from nb_orchestra.offline.recipes.marks import (
    MOST_BARS,
    Marks,
    box_marks,
    histogram_marks,
    interval_marks,
    kind_of_column,
    line_marks,
    point_marks,
)

FEW_LEVELS = 12


def chart(
    frame: pd.DataFrame,
    *,
    kind: str = "auto",
    x: str | None = None,
    y: Any = None,
    colour: str | None = None,
    statistic: str | None = None,
    title: str | None = None,
    fit: bool = False,
    sort: str | None = None,
    n: int | None = None,
    bins: int | None = None,
    where: Any = None,
    labels: dict[str, str] | None = None,
    horizontal: bool = False,
) -> Marks:
    """(table, spec): the marks, one per row, and how to draw them (see draw). Rows without a value are left out and counted in the note.

    Refusal where no row is left, or the columns do not fit the kind.
    """
    frame = rows_where(frame, where)
    several = columns_of(frame, y)
    frame, x, y, colour = named_columns(frame, x, y, colour)
    if kind == "heatmap" and (x is None or y is None):
        table, spec = heat_marks(frame, None, None, None, None)
        return table, spec | {"title": title or "Correlations"}
    if kind == "interval":
        table, spec = interval_marks(frame, x, y)
        return table, spec | {"title": title or capital(spec["title"])}
    if x is None and y is None:
        x, y = first_columns(frame, kind)
    table = readable(frame, kind, x, y, [name for name in (x, y, colour) if name is not None])
    chosen = fitting_kind(table, x, y, statistic) if kind == "auto" else kind
    x, y = swapped(table, chosen, x, y)
    table_of_marks, spec = MARKS[chosen](table, x, y, colour, {"statistic": statistic, "fit": fit, "sort": sort, "n": n, "bins": bins})
    relabel(spec, labels or {}, horizontal)
    return table_of_marks, spec | {"title": title or title_of(spec, x, y, several), "note": note_of(len(table), len(frame) - len(table), spec["note"])}


def relabel(spec: dict[str, Any], labels: dict[str, str], horizontal: bool) -> None:
    """Axes named, and bars laid down, as they were asked to be."""
    if horizontal and spec["kind"] in ("bar", "stacked_bar", "box"):
        spec["horizontal"] = True
    for side in ("x", "y", "colour", "value"):
        if spec.get(side) and spec[side]["column"] in labels:
            spec[side] |= {"label": labels[spec[side]["column"]]}


def note_of(n: int, gone: int, more: str) -> str:
    """How many rows are drawn and how many are not, and what else a reader must know."""
    return "; ".join(filter(None, [f"n = {n:,}" + (f", {gone:,} rows without a value left out" if gone else ""), more]))


def named_columns(frame: pd.DataFrame, x: Any, y: Any, colour: Any) -> tuple[pd.DataFrame, str | None, str | None, str | None]:
    """The columns checked; several y become one, with their names as colour, and their unit where they share it."""
    x = None if x is None else column_of(frame, x)
    colour = None if colour is None else column_of(frame, colour)
    several = columns_of(frame, y)
    if len(several) < 2:
        return frame, x, several[0] if several else None, colour
    kept = [name for name in [x] if name is not None and name not in several]
    units = {name_and_unit(name)[1] for name in several}
    value, series = ("value" if units == {""} or len(units) > 1 else f"value ({next(iter(units))})"), "series"
    value, series = (f"{name} " if name in (x, *several) else name for name in (value, series))
    long = frame[[*kept, *several]].melt(kept or None, several, var_name=series, value_name=value)
    names = {name: label_of(name) if value.strip() == "value" else name_and_unit(name)[0] for name in several}
    return long.assign(**{series: long[series].map(names)}), x if kept else None, value, series


def first_columns(frame: pd.DataFrame, kind: str) -> tuple[str | None, str | None]:
    """What to draw where nothing is named: two numbers for a scatter, else the first numeric column, else the first one with few levels."""
    names = unique_columns(frame)
    numeric = [name for name in names if holds_numbers(frame[name]) and frame[name].notna().any()]
    if kind == "scatter":
        numeric = number_columns(frame, least=2)
        return numeric[0], numeric[1]
    levels = [name for name in names if name not in numeric and 1 < as_groups(frame[name]).nunique() <= MOST_BARS]
    if numeric and kind not in ("pie", "bar", "stacked_bar"):
        return (None, numeric[0]) if kind == "box" else (numeric[0], None)
    if levels or numeric:
        return (levels or numeric)[0], None
    raise Refusal("no column can be drawn", "a numeric column, or one with few levels, is needed")


def readable(frame: pd.DataFrame, kind: str, x: str | None, y: str | None, used: list[str]) -> pd.DataFrame:
    """The used columns of rows that have all of them: y as numbers where it can be, text dates on a time axis as dates, infinity as missing.

    Refusal where there is no such row.
    """
    table = frame[list(dict.fromkeys(used))].copy(deep=False)
    for name in dict.fromkeys(used):
        if holds_numbers(frame[name]):
            table[name] = numbers_of(frame, name) if not pd.api.types.is_integer_dtype(frame[name]) else frame[name]
        elif name == y and not holds_dates(frame[name]) and kind in ("line", "area", "scatter", "box", "histogram"):
            table[name] = numbers_of(frame, name)
        elif name == x and kind in ("auto", "line", "area", "scatter") and not holds_dates(frame[name]) and looks_dated(frame[name]):
            table[name] = as_dates(frame[name])
        else:
            table[name] = as_groups(frame[name])
    table = table.dropna().reset_index(drop=True)
    if not len(table):
        raise Refusal(f"no row has {' and '.join(used)}, so there is nothing to draw")
    return table


def looks_dated(series: Any) -> bool:
    """True for text that reads as dates throughout its first values."""
    part = series.dropna().head(50)
    text = part.map(lambda value: isinstance(value, str) and len(value) >= 6 and any(letter.isdigit() for letter in value))
    return bool(len(part) and text.all() and as_dates(part).notna().all())


def fitting_kind(table: pd.DataFrame, x: str | None, y: str | None, statistic: str | None) -> str:
    """The kind by what the columns hold."""
    if x is None or y is None:
        only = kind_of_column(table[x or y or ""])
        few = table[x or y or ""].nunique() <= 2
        return {"category": "bar", "date": "line", "number": "bar" if few else "histogram", "year": "bar"}[only]
    across, up = kind_of_column(table[x]), kind_of_column(table[y])
    if across == "category" and up == "category":
        return "heatmap"
    if statistic is not None:
        return "line" if across in ("date", "year", "number") and table[x].nunique() > FEW_LEVELS else "bar"
    if "category" in (across, up):
        group = x if across == "category" else y
        return "box" if len(table) > 2 * as_groups(table[group]).nunique() else "bar"
    if across in ("date", "year"):
        return "line"
    return "scatter"


def swapped(table: pd.DataFrame, kind: str, x: str | None, y: str | None) -> tuple[str | None, str | None]:
    """x holds the groups of boxes and bars, whichever way they were named."""
    if kind in ("box", "bar") and x is not None and y is not None and kind_of_column(table[y]) == "category" and kind_of_column(table[x]) != "category":
        return y, x
    return (y, None) if kind in ("bar", "pie", "line") and x is None else (x, y)


def needed(name: str | None, kind: str, what: str) -> str:
    if name is None:
        raise Refusal(f"a {kind} needs {what}", "name the column")
    return name


def number_needed(table: pd.DataFrame, name: str | None, kind: str) -> str:
    """A numeric column, or a Refusal that says so."""
    found = needed(name, kind, "a numeric column")
    if kind_of_column(table[found]) not in ("number", "year"):
        raise Refusal(f"a {kind} needs numbers, {found} holds {'dates' if kind_of_column(table[found]) == 'date' else 'text'}")
    return found


MARKS: dict[str, Callable[[pd.DataFrame, str | None, str | None, str | None, dict[str, Any]], Marks]] = {
    "bar": lambda t, x, y, c, o: bar_marks(t, "bar", needed(x, "bar chart", "x"), bar_height(t, x, y, o), c, o["statistic"], o["sort"], o["n"]),
    "stacked_bar": lambda t, x, y, c, o: bar_marks(t, "stacked_bar", needed(x, "bar chart", "x"), y, c, o["statistic"], o["sort"], o["n"]),
    "pie": lambda t, x, y, c, o: bar_marks(t, "pie", needed(x, "pie chart", "x"), y, None, o["statistic"], o["sort"], o["n"]),
    "line": lambda t, x, y, c, o: line_marks(t, "line", needed(x, "line chart", "x"), y, c, o["statistic"]),
    "area": lambda t, x, y, c, o: line_marks(t, "area", needed(x, "area chart", "x"), y, c, o["statistic"]),
    "scatter": lambda t, x, y, c, o: point_marks(t, needed(x, "scatter plot", "x"), number_needed(t, y, "scatter plot"), c, o["fit"]),
    "box": lambda t, x, y, c, o: box_marks(t, x if y is not None else None, number_needed(t, y or x, "box plot"), c),
    "histogram": lambda t, x, y, c, o: histogram_marks(t, number_needed(t, x if y is None else y, "histogram"), c, o["bins"]),
    "heatmap": lambda t, x, y, c, o: heat_marks(t, x, y, c, o["statistic"]),
}


def bar_height(table: pd.DataFrame, x: str | None, y: str | None, options: dict[str, Any]) -> str | None:
    """The column that bars show; text has none, so rows are counted."""
    if y is not None and kind_of_column(table[y]) == "category":
        options["statistic"] = "count"
        return None
    return y


def title_of(spec: dict[str, Any], x: str | None, y: str | None, several: list[str]) -> str:
    """What is drawn, in words: "Body mass by species", "Rows per island", "Body mass against flipper length"."""
    said = str(spec.get("value", spec["y"])["label"])
    bracketed = PARENTHESISED.match(said)
    up = bracketed[1] if bracketed and bracketed[1] else said
    if spec["kind"] == "histogram":
        return capital(f"distribution of {name_and_unit(x or y or '')[0]}")
    across = name_and_unit(spec["x"]["label"] if spec["x"]["column"] == x else x or "")[0]
    if len(several) > 1:
        names = [name_and_unit(name)[0] for name in several]
        up = f"{', '.join(names[:2])} and {names[2] if len(names) == 3 else f'{len(names) - 2} more'}" if len(names) > 2 else " and ".join(names)
        return capital(f"{up} {'over' if spec['x']['type'] in ('date', 'year') else 'by'} {across}" if across else up)
    colour = f" and {spec['colour']['label']}" if spec.get("colour") and spec["kind"] != "scatter" else ""
    if spec["kind"] == "heatmap":
        return capital(f"{up} by {name_and_unit(y or '')[0]} and {across}")
    join = {"scatter": "against", "line": "over" if spec["x"]["type"] in ("date", "year") else "by"}.get(spec["kind"], "by")
    return capital(f"{up} {join} {across}{colour}" if across else up)
