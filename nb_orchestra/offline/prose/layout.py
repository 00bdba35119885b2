"""How a brief looks: its title, the small tables in it, what stands at its end."""

from __future__ import annotations

import re
from calendar import month_abbr
from collections.abc import Iterable, Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import cell, number, safe
from nb_orchestra.offline.reading.rephrasing.talking import without_asides
from nb_orchestra.offline.recipes.labels import label_of

BRIEF = re.compile(r"\b(brief|report|summary|summari[sz]e|write[- ]?up|one[- ]page|memo|overview)\b", re.I)
TAIL = re.compile(r",?\s*(?:and\s+|then\s+)*(?:write|make|give|draw)\b[^,]*\b(?:brief|report|memo|summary)\b.*$", re.I)
ORDER = re.compile(r"^(?:please\s+)?(?:write|make|give|draw)\s+(?:me\s+|us\s+)?(?:an?\s+|the\s+)?", re.I)
MOST_ROWS = 12
ROOM = {
    "table_one": (60, 12),
    "check_data": (30, 5),
    "profile": (30, 8),
    "count_rows": (31, 8),
    "derive": (31, 8),
    "resample": (24, 8),
}  # recipe → (rows, columns) of a table that is the answer
MOST_COLUMNS = 8
LONGEST_TITLE = 90

SHOWN: Mapping[str, tuple[str, ...] | None] = {  # recipe → the columns that its table shows, None for all
    "profile": ("column", "type", "n", "missing", "distinct", "mean", "minimum", "maximum"),
    "check_data": ("check", "column", "rows", "detail", "suggestion"),
    "describe": None,
    "count_rows": None,
    "value_counts": None,
    "quantile": None,
    "group_summary": None,
    "crosstab": None,
    "pivot": None,
    "weighted_summary": None,
    "table_one": None,
    "post_hoc": ("group_1", "group_2", "mean_1", "mean_2", "difference", "p_holm"),
    "correlate": ("by", "group", "r", "ci_low", "ci_high", "p", "n"),
    "correlation_matrix": ("x", "y", "r", "p_holm", "n"),
    "associations": ("x", "y", "strength", "effect_size", "effect", "p_holm", "n"),
    "trends": ("value", "first_level", "last_level", "slope_per_year", "p_holm", "direction"),
    "regression": ("term", "estimate", "se", "ci_low", "ci_high", "p"),
    "outliers": ("value", "low_limit", "high_limit", "side"),
    "outlier_summary": None,
    "rank": None,
    "extreme": None,
    "group_extreme": None,
    "resample": None,
    "time_pattern": None,
    "longest_run": None,
    "train_model": ("metric", "value", "baseline"),
    "pca": None,
    "predict": None,
    "search_texts": None,
    "word_counts": None,
    "derive": None,
    "sort_rows": None,
    "filter_rows": None,
    "head": None,
    "select_columns": None,
    "join_report": ("key", "rows_out", "matched_left", "matched_right", "lost_left", "lost_right"),
}
HIDDEN = {"time_pattern": ("number",), "table_one": ("test", "p")}


def is_brief(task: str) -> bool:
    """True where a brief, a report or a summary is asked for, and not just an answer."""
    return bool(BRIEF.search(task))


def title_of(goal: str) -> str:
    """The goal's first sentence as a title, without its braces, backticks and marks of Markdown."""
    first = re.split(r"(?<=[.?!])\s|\n|;", without_asides(goal).strip() or goal.strip(), maxsplit=1)[0]
    plain = re.sub(r"[{}`*#\[\]<>|]", "", TAIL.sub("", first) or ORDER.sub("", first)).strip(" .:?,")
    if len(plain) > LONGEST_TITLE:
        plain = plain[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    return (plain[:1].upper() + plain[1:]) or "Brief"


def table_of(name: str, recipe: str, value: Any) -> list[str]:
    """The lines of a small Markdown table of a result; none where the recipe's sentences say it all."""
    if recipe not in SHOWN or len(value) < (1 if recipe in ("filter_rows", "head", "derive", "sort_rows") else 2) or not value.shape[1]:
        return []
    wanted = SHOWN[recipe] or [column for column in value.columns if column not in HIDDEN.get(recipe, ())]
    columns = [column for column in wanted if column in value.columns]
    if recipe == "outliers":
        columns = [*[column for column in value.columns if value[column].dtype.kind not in "iufb" and column != "side"][:3], *columns]
    most, across = ROOM.get(recipe, (MOST_ROWS, MOST_COLUMNS))
    columns = columns[:across]
    numeric = [value[column].dtype.kind in "iuf" for column in columns]
    head = [f"| {' | '.join(safe(label_of(column)) for column in columns)} |", f"|{'|'.join('---:' if right else ':---' for right in numeric)}|"]
    shown = value[columns].head(most)
    shown = shown.assign(**{column: periods_of(shown[column]) for column in columns if value[column].dtype.kind == "M" and len(value) > 1})
    records = shown.to_dict("records")
    rows = [f"| {' | '.join(cell(row[column], told_of(row, str(column))) for column in columns)} |" for row in records]
    more = [f"| … {number(len(value))} rows, all in `{name}` |{' |' * (len(columns) - 1)}"] if len(value) > most else []
    return [*head, *rows, *more]


def periods_of(dates: Any) -> Any:
    """Dates that all begin a year or a month as 2023 or Dec 2023; others as they are."""
    there = dates.dropna()
    if not len(there) or (there != there.dt.normalize()).any() or (there.dt.day != 1).any() or there.nunique() < 2:
        return dates
    yearly = (there.dt.month == 1).all()
    return dates.map(lambda date: f"{date.year}" if yearly else f"{month_abbr[date.month]} {date.year}", na_action="ignore")


def told_of(row: Mapping[str, Any], column: str) -> str:
    """The column whose values a cell holds: in a table about columns it is named in its row."""
    about = row.get("column")
    return about if isinstance(about, str) and column in ("mean", "minimum", "maximum", "min", "max", "median", "value") else column


def closing(assumptions: Iterable[str], notes: list[str], brief: bool) -> list[str]:
    """How the goal was read, and what to keep in mind."""
    readings = [safe_line(item) for item in assumptions]
    lines = ["\n".join(["**How this was read**", "", *(f"- {reading}" for reading in readings)])] if readings else []
    return [*lines, *(["**To keep in mind:** " + " ".join(notes)] if brief and notes else [f"*{note}*" for note in notes])]


def safe_line(text: str) -> str:
    """One line of plain text; backticks may stay."""
    return " ".join(str(text).split())
