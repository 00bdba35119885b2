"""Two tables made one: side by side by a key (named, or guessed and shown), or one below the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, holds_dates, holds_numbers, tell, unique_columns

MOST_ROWS_OUT = 50_000_000
COUNTED_SO = "means and tests of that table's columns count such rows that often"


def join(frame: pd.DataFrame, other: pd.DataFrame, *, on: Any = None, how: str = "inner") -> pd.DataFrame:
    """The tables side by side; columns that both have and that are no key get _left and _right. `how` "without": the rows of the first
    that find no partner, alone. Refusal where no key can be found, or rows would explode."""
    left, right, _ = join_keys(frame, other, on)
    first, second = matching(frame, other, left, right)
    if how == "without":
        sides = first[left].merge(second[right].drop_duplicates().dropna(), left_on=left, right_on=right, how="left", indicator="side_of_join")["side_of_join"]
        return frame[(sides == "left_only").to_numpy()].reset_index(drop=True)
    ones, others = first.groupby(left).size().align(second.groupby(right).size().rename_axis(left), join="inner")
    if (ones * others).sum() > MOST_ROWS_OUT:
        raise Refusal(f"the join would have {(ones * others).sum():,.0f} rows: the key repeats on both sides", "name another key, or drop repeats first")
    for side, rows, beside in (("first", ones, others), ("second", others, ones)):
        if (twice := int(rows[beside > 1].sum())) > 0:
            stand = f"rows of the {side} table stand" if twice > 1 else f"row of the {side} table stands"
            tell(f"{twice:,} {stand} up to {int(beside.max()):,} times in the joined one: {COUNTED_SO}")
    method: Any = how
    return first.merge(second, left_on=left, right_on=right, how=method, suffixes=("_left", "_right"))


def join_report(frame: pd.DataFrame, other: pd.DataFrame, *, on: Any = None, how: str = "inner") -> pd.DataFrame:
    """One row: the key, whether it was guessed, rows of both sides and of the result, rows that found a partner, rows lost, keys that repeat."""
    left, right, guessed = join_keys(frame, other, on)
    first, second = (table.drop_duplicates() for table in matching(frame[left], other[right], left, right))
    both = first.merge(second, left_on=left, right_on=right, how="inner")
    a, b = matching(frame[left], other[right], left, right)
    matched_left = int(a.merge(both[left].drop_duplicates(), on=left).shape[0])
    matched_right = int(b.merge(both[right].drop_duplicates(), on=right).shape[0])
    key = ", ".join(x if x == y else f"{x} = {y}" for x, y in zip(left, right, strict=True))
    lost_left, lost_right = len(frame) - matched_left, len(other) - matched_right
    inner = int(a.groupby(left).size().mul(b.groupby(right).size().rename_axis(left), fill_value=0).sum())
    out = inner + (lost_left if how in ("left", "outer") else 0) + (lost_right if how in ("right", "outer") else 0)
    counts = {"rows_left": len(frame), "rows_right": len(other), "rows_out": out, "matched_left": matched_left, "matched_right": matched_right}
    lost = {"lost_left": 0 if how in ("left", "outer") else lost_left, "lost_right": 0 if how in ("right", "outer") else lost_right}
    repeats = {"repeated_keys_left": int(a.duplicated().sum()), "repeated_keys_right": int(b.duplicated().sum())}
    return pd.DataFrame([{"key": key, "key_guessed": guessed} | counts | lost | repeats])


def join_keys(frame: pd.DataFrame, other: pd.DataFrame, on: Any) -> tuple[list[str], list[str], bool]:
    """(key columns of the left, of the right, whether they were guessed)."""
    if isinstance(on, Mapping):
        return [column_of(frame, name) for name in on], [column_of(other, name) for name in on.values()], False
    if on:
        names = [on] if isinstance(on, str) else list(on)
        return [column_of(frame, name) for name in names], [column_of(other, name) for name in names], False
    found = guessed_key(frame, other)
    if found is None:
        raise Refusal("no column of the one table matches a column of the other", "name the key")
    return [found[0]], [found[1]], True


def guessed_key(frame: pd.DataFrame, other: pd.DataFrame) -> tuple[str, str] | None:
    """The pair of columns that shares most of its values; equal names count most, columns of numbers without one only."""
    best: tuple[float, str, str] | None = None
    rights = {right: (right.strip().casefold(), kind_of_key(other[right]), set(as_groups(other[right]).dropna().unique())) for right in unique_columns(other)}
    for left in unique_columns(frame):
        name, kind = left.strip().casefold(), kind_of_key(frame[left])
        fitting = [right for right, (twin, other_kind, others) in rights.items() if others and kind == other_kind and (name == twin or kind != "number")]
        values = set(as_groups(frame[left]).dropna().unique()) if fitting else set()
        for right in fitting if values else ():
            same, others = name == rights[right][0], rights[right][2]
            shared = len(values & others) / max(min(len(values), len(others)), 1)
            spread = min(len(values) / max(len(frame), 1), 1.0) / 10  # of two, the one that tells rows apart better
            score = shared + (1 if same else 0) + spread
            if shared > 0.1 and (same or shared >= 0.5) and (best is None or score > best[0]):
                best = (score, left, right)
    return None if best is None else (best[1], best[2])


@dataclass(frozen=True, slots=True)
class Key:
    """Pairs of columns (of the first table, of the other); `repeats` where it stands in several rows of both."""

    pairs: tuple[tuple[str, str], ...]
    repeats: bool


def telling_key(frame: pd.DataFrame, other: pd.DataFrame) -> Key | None:
    """The key that stands once in one of both tables: the guessed pair, else all columns that both have."""
    found = guessed_key(frame, other)
    if found is None:
        return None
    single = Key((found,), _repeats(frame, [found[0]]) and _repeats(other, [found[1]]))
    shared = [name for name in unique_columns(frame) if name in unique_columns(other) and kind_of_key(frame[name]) == kind_of_key(other[name])]
    if not single.repeats or len(shared) < 2:
        return single
    several = Key(tuple((name, name) for name in shared), _repeats(frame, shared) and _repeats(other, shared))
    return single if several.repeats else several


def _repeats(frame: pd.DataFrame, names: list[str]) -> bool:
    keys = frame[names].dropna()
    return bool(pd.DataFrame({name: as_groups(keys[name]) for name in names}).duplicated().any())


def kind_of_key(series: pd.Series) -> str:
    """number, date or other: keys of different kinds match nothing."""
    return "number" if holds_numbers(series) else "date" if holds_dates(series) else "other"


def matching(frame: pd.DataFrame, other: pd.DataFrame, left: list[str], right: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables with keys of one type each, as text where the types differ; rows without a key find no partner."""
    first, second = frame, other
    for x, y in zip(left, right, strict=True):
        if frame[x].dtype != other[y].dtype and not (holds_numbers(frame[x]) and holds_numbers(other[y])):
            first, second = first.assign(**{x: frame[x].astype("string")}), second.assign(**{y: other[y].astype("string")})
    return first, second


def stack_rows(frame: pd.DataFrame, other: pd.DataFrame, *, label: str = "", labels: Any = None) -> pd.DataFrame:
    """The rows of both, columns by name; a column that only one has is missing in the other's rows. `label` is a further column
    that holds the first or second of `labels` (null: as it is)."""
    if frame.columns.has_duplicates or other.columns.has_duplicates:
        raise Refusal("a column name stands twice, so columns cannot be matched", "give each column its own name first")
    told = list(labels or ()) if label else []
    parts = [part if value is None else part.assign(**{label: value}) for part, value in zip((frame, other), told or (None, None), strict=True)]
    return pd.concat(parts, ignore_index=True)
