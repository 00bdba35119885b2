"""Data check: what a careful person would ask about a table before using it, one row per finding, with what to do.

The findings come in the order of CHECKS. A clean table gives the rows that say so (shape, duplicates, gaps), so that "nothing found" is a result too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import MOSTLY, as_dates, as_groups, as_numbers, holds_dates, holds_numbers, levels_of, rows_table, unique_columns
from nb_orchestra.offline.recipes.profiling import type_of
from nb_orchestra.offline.recipes.written import gap_texts

FINDING = ("check", "column", "rows", "detail", "suggestion")
MANY_LEVELS = 20
NEVER_NEGATIVE = re.compile(
    r"(^|_|\s)(age|count|n|number|mass|weight|length|depth|height|width|price|population|pop|budget|gross|servings|distance|duration|area)(_|\s|$)", re.I
)
NO_NAMES = ("", "nan", "none", "nat")
DATE_STYLES = (  # patterns of digits: what a date of one style looks like
    ("year first", r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*"),
    ("numbers only", r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*"),
    ("month in letters", r"(?:\d{1,2}\.? )?[^\W\d]{3,9}\.?(?: \d{1,2},?)? \d{4}.*"),
)
SENTINELS = (-9999.0, -999.0, -99.0, 999.0, 9999.0, 99999.0)
Finding = tuple[str, str | None, int, str, str]


def check_data(frame: pd.DataFrame, *, problems: bool = False) -> pd.DataFrame:
    """Columns check, column (missing: the whole table), rows concerned, detail, suggestion. `problems`: only rows with a suggestion."""
    rows = [dict(zip(FINDING, finding, strict=True)) for check in CHECKS for finding in check(frame)]
    return rows_table([row for row in rows if row["suggestion"] or not problems], FINDING)


def check_shape(frame: pd.DataFrame) -> Iterator[Finding]:
    yield "shape", None, len(frame), f"{len(frame):,} rows × {frame.shape[1]:,} columns", "" if len(frame) else "the table is empty: check how it was read"
    twice = sorted({str(name) for name in frame.columns[frame.columns.duplicated()]})
    if twice:
        once = "1 name stands" if len(twice) == 1 else f"{len(twice)} names stand"
        yield "column names", None, len(frame), f"{once} more than once: {', '.join(twice[:5])}", "give each column its own name"
    padded = [str(name) for name in frame.columns if str(name).strip() and str(name) != " ".join(str(name).split())]
    if padded:
        yield (
            "column names",
            None,
            len(frame),
            f"blanks too many in {', '.join(map(repr, padded[:5]))}",
            "strip them: they hide the name",
        )
    nameless = [at + 1 for at, name in enumerate(frame.columns) if str(name).strip().casefold() in NO_NAMES]
    if nameless:
        yield "column names", None, len(frame), f"no name: column {', '.join(map(str, nameless[:5]))}", "give it a name, or drop it"


def check_gaps(frame: pd.DataFrame) -> Iterator[Finding]:
    gone = frame.isna()
    rows = int(gone.any(axis=1).sum())
    cells = int(gone.to_numpy().sum())
    if not cells:
        yield "missing values", None, 0, "no value is missing", ""
        return
    yield (
        "missing values",
        None,
        rows,
        f"{cells:,} gaps in {rows:,} of {len(frame):,} rows",
        "decide per analysis: leave those rows out, or fill by a named method",
    )
    for at, name in enumerate(frame.columns):
        count = int(gone.iloc[:, at].sum())
        if count:
            share = 100 * count / len(frame)
            advice = "drop the column" if share == 100 else "too many to fill" if share > 40 else "leave out or fill"
            yield "missing values", str(name), count, f"{count:,} missing ({share:.1f} %)", advice


def check_duplicates(frame: pd.DataFrame) -> Iterator[Finding]:
    count = int(frame.apply(as_groups).duplicated().sum()) if frame.shape[1] else 0
    yield (
        "duplicate rows",
        None,
        count,
        f"{count:,} rows repeat an earlier row" if count else "no row stands twice",
        "drop them, if rows should be unique" if count else "",
    )


def check_constant(frame: pd.DataFrame) -> Iterator[Finding]:
    for name in unique_columns(frame):
        if len(frame) > 1 and frame[name].notna().any() and as_groups(frame[name]).nunique(dropna=False) == 1:
            yield "constant column", name, len(frame), f"every row holds {frame[name].iloc[0]!s:.40}", "of no use in a comparison"


def check_types(frame: pd.DataFrame) -> Iterator[Finding]:
    for name in unique_columns(frame):
        kind = type_of(frame[name])
        values = frame[name].dropna()
        if kind in ("mixed", "nested"):
            kinds = values.head(10_000).map(lambda value: type(value).__name__).value_counts()
            yield (
                "mixed types" if kind == "mixed" else "nested values",
                name,
                len(values),
                ", ".join(f"{key} {count:,}" for key, count in kinds.items()),
                "convert to one type",
            )
        elif kind == "text":
            yield from check_stored_as_text(name, values)


def check_stored_as_text(name: str, values: pd.Series) -> Iterator[Finding]:
    """Numbers or dates that were read as text, dates in more than one style, and texts that say that there is no value."""
    gaps = gap_texts(values) & (values.str.strip() != "").to_numpy()
    if gaps.any():
        said = ", ".join(repr(text) for text in values[gaps].value_counts().index[:3])
        yield "gaps as text", name, int(gaps.sum()), f"{gaps.sum():,} values are {said}", "treat them as missing"
    part = values[~gap_texts(values)].head(5_000)
    numbers, dates = as_numbers(part), as_dates(part)
    styles = {style: example for style, pattern in DATE_STYLES if (example := first_match(part, pattern)) is not None}
    if len(part) and numbers.notna().mean() >= MOSTLY:
        yield "numbers as text", name, len(values), f"e.g. {part.iloc[0]!r}{unread_texts(part[numbers.isna()])}", "convert to numbers"
    elif len(part) and dates.notna().mean() >= MOSTLY:
        yield "dates as text", name, len(values), f"e.g. {part.iloc[0]!r}{unread_texts(part[dates.isna()])}", "convert to dates before using time"
        if len(styles) > 1:
            yield "mixed date styles", name, len(values), ", ".join(map(repr, styles.values())), "write them in one style: day and month may be mixed up"


def first_match(texts: Any, pattern: str) -> str | None:
    """The first text of that shape, or None."""
    found = texts[texts.str.strip().str.fullmatch(pattern)]
    return str(found.iloc[0]) if len(found) else None


def unread_texts(rest: Any) -> str:
    """What could not be read, with an example; "" where all was."""
    return f"; {len(rest):,} cannot be read, e.g. {rest.iloc[0]!r}" if len(rest) else ""


def check_text(frame: pd.DataFrame) -> Iterator[Finding]:
    for name in unique_columns(frame):
        if type_of(frame[name]) not in ("text", "category"):
            continue
        counts = frame[name].dropna().astype("string").value_counts(sort=False)  # each distinct text is looked at once
        text = counts.index.to_series()
        for check, different, detail, advice in TEXT_CHECKS:
            found = text[different(text).fillna(False).to_numpy(dtype=bool)]
            rows = int(counts.loc[found.index].sum())
            if rows:
                yield check, name, rows, detail(rows, found), advice
        yield from check_spelling(name, counts)


def example_entity(found: Any) -> str:
    """The first HTML entity of some texts."""
    return next(iter(re.findall("&[#a-zA-Z0-9]+;", " ".join(found.head(50)))), "&")


TEXT_CHECKS: tuple[tuple[str, Callable[[Any], Any], Callable[[int, Any], str], str], ...] = (
    ("padded text", lambda t: t != t.str.strip(), lambda n, _: f"{n:,} values begin or end with blanks", "strip them: they hide equal values"),
    (
        "HTML in text",
        lambda t: t.str.contains("&", regex=False) & (t != t.map(html.unescape)),
        lambda n, found: f"{n:,} values hold entities such as {example_entity(found)}",
        "unescape them",
    ),
    ("empty text", lambda t: t.str.strip() == "", lambda n, _: f"{n:,} values are empty text", "treat them as missing"),
)


def check_spelling(name: str, counts: Any) -> Iterator[Finding]:
    """Levels that differ only in case or blanks."""
    if len(counts) > 1_000:
        return
    levels = counts.index.to_series()
    plain = levels.str.strip().str.casefold().str.replace(r"[\s_\-]+", " ", regex=True)
    for key in plain[plain.duplicated()].unique():
        same = list(levels[plain == key])
        yield "spelling variants", name, int(counts[same].sum()), " / ".join(repr(str(level)) for level in same[:4]), "make them one level"


def check_values(frame: pd.DataFrame) -> Iterator[Finding]:
    for name in unique_columns(frame):
        if not holds_numbers(frame[name]) or not frame[name].notna().any():
            continue
        numbers = as_numbers(frame[name])
        negative = int((numbers < 0).sum())
        if negative and NEVER_NEGATIVE.search(name) and negative < 0.2 * numbers.count():
            yield "impossible values", name, negative, f"{negative:,} values below zero", "check their source"
        for code in SENTINELS:
            count = int((numbers == code).sum())
            if count > 1 and code in (numbers.min(), numbers.max()) and abs(code) > 5 * numbers[numbers != code].abs().max():
                yield "sentinel code", name, count, f"{code:g} stands {count:,} times, far from all other values", "it probably means missing"
        infinite = int(frame[name].isin([float("inf"), float("-inf")]).sum())
        if infinite:
            yield "infinite values", name, infinite, f"{infinite:,} values are infinite", "treat them as missing"


def check_ranges(frame: pd.DataFrame) -> Iterator[Finding]:
    """Types, levels and ranges, column by column: nothing wrong, but to be looked at."""
    for name in unique_columns(frame):
        series = frame[name]
        kind, n = type_of(series), int(series.count())
        if holds_numbers(series) and n:
            numbers = as_numbers(series)
            low, high = (f"{end:.0f}" if "year" in name.lower() else f"{end:,.6g}" for end in (numbers.min(), numbers.max()))
            yield "range", name, n, f"{kind}, {low} to {high}", ""
        elif holds_dates(series) and n:
            yield "range", name, n, f"date, {as_dates(series).min():%Y-%m-%d} to {as_dates(series).max():%Y-%m-%d}", ""
        elif n:
            distinct = int(as_groups(series).nunique())
            shown = f": {', '.join(str(level) for level in levels_of(series))}" if distinct <= MANY_LEVELS and kind != "nested" else ""
            yield "levels", name, n, f"{kind}, {distinct:,} distinct{shown}"[:400], ""


CHECKS: tuple[Callable[[pd.DataFrame], Iterator[Finding]], ...] = (
    check_shape,
    check_gaps,
    check_duplicates,
    check_types,
    check_text,
    check_values,
    check_constant,
    check_ranges,
)
