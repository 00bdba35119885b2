"""Bars: as they stand, or a statistic per level; side by side, on top of each other, or as the shares of a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_dates, as_groups, groups_of
from nb_orchestra.offline.recipes.labels import label_of
from nb_orchestra.offline.recipes.marks import (
    MOST_BARS,
    UNORDERED,
    Marks,
    axis,
    base_spec,
    few_series,
    has_order,
    kind_of_column,
    lying,
    statistic_label,
    summarised,
)

MOST_IN_ORDER = 120  # years, numbers, dates: leaving some out would tear a hole into the axis
MOST_SHARES = 8


def bar_marks(table: pd.DataFrame, kind: str, x: str, y: str | None, colour: str | None, statistic: str | None, sort: str | None, n: int | None) -> Marks:
    """Bars: as they stand where each x stands once, else a statistic per x. Few enough to read: the largest, and a note; years keep their places."""
    table, note = few_series(table, colour if colour != x else None, y)
    keys = list(dict.fromkeys([x, *([colour] if colour else [])]))
    once = y is not None and not table.duplicated(keys).any() and statistic is None
    chosen = statistic or ("count" if y is None else "sum" if kind in ("stacked_bar", "pie") else "mean")
    bars, name = (table[[*keys, y]], y) if once and y is not None else summarised(table, keys, y, chosen)
    if kind == "pie":
        bars, rest = shares_of(bars, x, name, n or MOST_SHARES)
        return finished_bars(bars, table, kind, x, name, None, label_of(name) if once else statistic_label(chosen, y or ""), [note, rest])
    bars, left_out = few_bars(bars, table[x], name, bar_order(table[x], sort, once, chosen), n)
    return finished_bars(bars, table, kind, x, name, colour, label_of(name) if once else statistic_label(chosen, y or ""), [note, left_out])


def bar_order(levels: pd.Series, sort: str | None, once: bool, statistic: str) -> str:
    """Largest first where counts or totals of unordered levels are shown; else as the levels stand."""
    return sort or ("descending" if not once and statistic in UNORDERED and not has_order(levels) else "none")


def few_bars(bars: pd.DataFrame, levels: pd.Series, name: str, order: str, n: int | None) -> tuple[pd.DataFrame, str]:
    """The bars in their order, at most n of them (else as many as can be read: the largest), and a note where some are left out."""
    x = str(levels.name)
    totals = bars.groupby(groups_of(bars, [x]), observed=True, sort=False)[name].sum()
    most = n or (MOST_IN_ORDER if order == "none" and has_order(levels) else MOST_BARS)
    wanted = totals.sort_values(ascending=order == "ascending", kind="stable") if order != "none" else totals
    note = ""
    if len(wanted) > most:
        note = f"{most} of {len(wanted):,} levels of {label_of(x)}"
        kept = wanted.head(most) if order != "none" or n else totals.nlargest(most)
        wanted = (wanted if has_order(levels) or n or order != "none" else kept)[lambda found: found.index.isin(kept.index)]
    place = {level: at for at, level in enumerate(wanted.index)}
    bars = bars[as_groups(bars[x]).isin(place)]
    return bars.iloc[np.argsort(as_groups(bars[x]).map(place).to_numpy(dtype=float), kind="stable")].reset_index(drop=True), note


def shares_of(bars: pd.DataFrame, x: str, name: str, most: int) -> tuple[pd.DataFrame, str]:
    """The largest shares, and all others as one, so that the percentages are of the whole. Refusal for negative values."""
    if (bars[name] < 0).any():
        raise Refusal(f"{name} has negative values, which are no shares of a whole", "draw bars")
    bars = bars[[x, name]].sort_values(name, ascending=False, kind="stable", ignore_index=True).astype({x: object})
    if len(bars) <= most:
        return bars, ""
    rest = bars.iloc[most - 1 :]
    other = pd.DataFrame({x: [f"{len(rest):,} others"], name: [rest[name].sum()]})
    return pd.concat([bars.head(most - 1), other], ignore_index=True), f"the {most - 1} largest of {len(bars):,} levels of {label_of(x)}, the others as one"


def date_form(dates: Any) -> str:
    """How dates are written below bars: years, where all are first days of years, months likewise."""
    return "%Y" if dates.dt.is_year_start.all() else "%Y-%m" if dates.dt.is_month_start.all() else "%Y-%m-%d"


def finished_bars(bars: pd.DataFrame, table: pd.DataFrame, kind: str, x: str, name: str, colour: str | None, label: str, notes: list[str]) -> Marks:
    """The marks with their spec: whiskers where means have intervals, lying where names are long, years without a row at their place."""
    levels: list[Any] = list(dict.fromkeys(as_groups(bars[x])))
    if kind_of_column(table[x]) == "date":
        bars[x] = as_dates(bars[x]).dt.strftime(date_form(as_dates(bars[x]))).astype(object)
    whiskers = "ci_low" in bars.columns and kind == "bar"
    notes = [*notes, "whiskers: 95 % interval of the mean" if whiskers else ""]
    spec = base_spec(kind, axis(x, label_of(x), "category"), axis(name, label, "number"), None if colour == x else colour, notes)
    spec["horizontal"] = kind != "pie" and lying(table[x], levels)
    if kind != "pie" and kind_of_column(table[x]) == "year" and levels == sorted(levels) and levels[-1] - levels[0] < MOST_IN_ORDER:
        spec["levels"] = [int(year) for year in range(int(levels[0]), int(levels[-1]) + 1)]
    return bars, spec | ({"low": "ci_low", "high": "ci_high"} if whiskers else {})
