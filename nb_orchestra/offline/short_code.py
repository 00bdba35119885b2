"""Everyday steps as the few lines of pandas that a person would write, where those give the very same value.

The recipes' own source covers odd tables (text that holds numbers, doubled names, row indexes with a meaning); these lines are for
ordinary ones. A call that they do not cover exactly gives None, and its recipe's source is printed instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.offline.recipe import made_columns

Lines = list[str] | None
MOST_COLUMNS_NAMED = 12

NAMED = {  # statistic → what groupby(...).agg takes
    "n": '"count"',
    "mean": '"mean"',
    "median": '"median"',
    "sd": '"std"',
    "var": '"var"',
    "sem": '"sem"',
    "min": '"min"',
    "max": '"max"',
    "sum": "lambda x: x.sum(min_count=1)",
    "skew": '"skew"',
    "q1": "lambda x: x.quantile(0.25)",
    "q3": "lambda x: x.quantile(0.75)",
}


def short_lines(recipe: str, arguments: Mapping[str, Any], frame: str, result: str) -> Lines:
    """The lines that assign `result` from the variable (or selection) `frame`; None where only the recipe's source will do."""
    write = SHORT.get(recipe)
    given = {name: value for name, value in arguments.items() if name != "frame" and value is not None}
    return write(given, frame, result) if write is not None else None


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def group_summary(given: dict[str, Any], frame: str, result: str) -> Lines:
    values, statistics = as_list(given.get("value", [])), as_list(given.get("statistics", ["mean"]))
    where = condition(given.pop("where", None), frame)
    if len(values) != 1 or not set(statistics) <= set(NAMED) or where is None or given.get("sort", "group") != "group" or values[0] in as_list(given["by"]):
        return None
    named = ", ".join(f"{name}={NAMED[name]}" for name in dict.fromkeys(["n", *statistics]))
    return [f"{result} = {frame}{where}.groupby({as_list(given['by'])!r}, observed=True)[{values[0]!r}].agg({named}).reset_index()"]


def filter_rows(given: dict[str, Any], frame: str, result: str) -> Lines:
    where = condition(given["where"], frame, " | " if given.get("how") == "any" else " & ")
    return [f"{result} = {frame}{where}.reset_index(drop=True)"] if where else None


def condition(where: Any, frame: str, join: str = " & ") -> str | None:
    """[…] to put behind the frame; '' for no condition; None for one that pandas would read otherwise."""
    if not where:
        return ""
    parts = [one_condition(item, frame) for item in as_list(where)]
    if not frame.isidentifier() or any(part is None for part in parts):
        return None
    return f"[{join.join(f'({part})' for part in parts)}]" if len(parts) > 1 else f"[{parts[0]}]"


def one_condition(item: Mapping[str, Any], frame: str) -> str | None:
    """A comparison with numbers, or of text with levels, or with what is missing."""
    column, op, value = f"{frame}[{item['column']!r}]", item.get("op", "=="), item.get("value")
    several = as_list(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if op in ("missing", "present"):
        return f"{column}.{'isna' if op == 'missing' else 'notna'}()"
    if op in ("<", "<=", ">", ">=", "==") and number:
        return f"{column} {op} {value!r}"
    if op == "==" and isinstance(value, str):
        return f"{column} == {value!r}"
    if op == "in" and all(isinstance(one, str) for one in several):
        return f"{column}.isin({several!r})"
    if op == "between" and all(isinstance(one, int | float) for one in several):
        return f"{column}.between({several[0]!r}, {several[1]!r})"
    return None


def sort_rows(given: dict[str, Any], frame: str, result: str) -> Lines:
    up = given.get("ascending", True)
    return [f'{result} = {frame}.sort_values({as_list(given["by"])!r}, ascending={up!r}, kind="stable", ignore_index=True)']


def head(given: dict[str, Any], frame: str, result: str) -> Lines:
    n = given.get("n", 10)
    return [f"{result} = {frame}.{f'head({n})' if n >= 0 else f'tail({-n})'}.reset_index(drop=True)"]


def select_columns(given: dict[str, Any], frame: str, result: str) -> Lines:
    return [f"{result} = {frame}[{as_list(given['columns'])!r}].reset_index(drop=True)"]


def rename_columns(given: dict[str, Any], frame: str, result: str) -> Lines:
    return [f"{result} = {frame}.rename(columns={dict(given['names'])!r}).reset_index(drop=True)"]


def drop_missing(given: dict[str, Any], frame: str, result: str) -> Lines:
    subset = f"subset={as_list(given['columns'])!r}, " if given.get("columns") else ""
    return [f"{result} = {frame}.dropna({subset}how={given.get('how', 'any')!r}).reset_index(drop=True)"]


def drop_duplicates(given: dict[str, Any], frame: str, result: str) -> Lines:
    subset = f"subset={as_list(given['columns'])!r}, " if given.get("columns") else ""
    keep = {"none": False}.get(given.get("keep", "first"), given.get("keep", "first"))
    return [f"{result} = {frame}.drop_duplicates({subset}keep={keep!r}, ignore_index=True)"]


def rank(given: dict[str, Any], frame: str, result: str) -> Lines:
    where = condition(given.get("where"), frame)
    if given.get("within") or where is None or given["by"] == "rank" or "rank" in as_list(given.get("columns", [])):
        return None
    by, up, n = given["by"], bool(given.get("ascending", False)), given.get("n", 10)
    shown = list(dict.fromkeys([*as_list(given.get("columns", [])), by]))
    part = f"[{shown!r}]" if given.get("columns") else ""
    lines = [f'{result} = {frame}{where}{part}.dropna(subset=[{by!r}]).sort_values({by!r}, ascending={up}, kind="stable").head({n!r}).reset_index(drop=True)']
    return [*lines, f'{result}.insert(0, "rank", {result}[{by!r}].rank(method="min", ascending={up}).astype("int64"))']


def derive(given: dict[str, Any], frame: str, result: str) -> Lines:
    made = made_columns(given)
    texts = {name: formula(tree, frame) for name, tree in made.items()}
    others = {name for tree in made.values() for name in _columns_of(tree)}
    if any(text is None for text in texts.values()) or not frame.isidentifier() or others & set(made):  # pandas would not see the column made just before
        return None
    values = {name: f"({text}).replace([np.inf, -np.inf], np.nan)" if "/" in str(text).replace(frame, "") else text for name, text in texts.items()}
    return [f"{result} = {frame}.assign(**{{{', '.join(f'{name!r}: {text}' for name, text in values.items())}}}).reset_index(drop=True)"]


def _columns_of(tree: Any) -> list[str]:
    if not isinstance(tree, Mapping):
        return []
    return [str(tree["column"])] if "column" in tree else [name for part in tree.get("args", ()) for name in _columns_of(part)]


def formula(tree: Any, frame: str) -> str | None:
    """Arithmetic of columns and numbers as code; None for any other operation."""
    if isinstance(tree, int | float) and not isinstance(tree, bool):
        return repr(tree)
    if not isinstance(tree, Mapping):
        return None
    if "column" in tree:
        return f'{frame}[{tree["column"]!r}].astype("float64")'
    parts = [formula(item, frame) for item in tree.get("args", ())]
    if tree.get("op") not in ("+", "-", "*", "/") or tree.get("by") or len(parts) < 2 or not all(isinstance(part, str) for part in parts):
        return None
    return f" {tree['op']} ".join(f"({part})" if " " in str(part) else str(part) for part in parts)


SHORT: dict[str, Callable[[dict[str, Any], str, str], Lines]] = {
    "group_summary": group_summary,
    "filter_rows": filter_rows,
    "sort_rows": sort_rows,
    "head": head,
    "select_columns": select_columns,
    "rename_columns": rename_columns,
    "drop_missing": drop_missing,
    "drop_duplicates": drop_duplicates,
    "rank": rank,
    "derive": derive,
}
