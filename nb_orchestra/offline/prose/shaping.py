"""Sentences of recipes that give a table back: what it now holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.conditions import condition_text
from nb_orchestra.offline.prose.looking import statistic_word
from nb_orchestra.offline.prose.wording import cell, listed, missing, name_of, number, plural, title_of
from nb_orchestra.offline.recipe import made_columns
from nb_orchestra.offline.short_code import as_list


def rows(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    return []


def duplicates(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    among = listed([name_of(name) for name in as_list(arguments.get("columns") or [])])
    same = f"the same {among}" if among else "the same values in every column"
    if not len(value):
        return [f"No two rows have {same}."]
    return [f"{plural(len(value), 'row')} have {same} as another row."]


def filter_rows(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    return [f"{plural(len(value), 'row')} with {condition_text(arguments.get('where'))}."]


def derive(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    made = made_columns(arguments)
    if "change" in value.columns and len(value) == 2 and {"change", "percent_change"} & made.keys():
        return two_ends(value, made)
    empty = [name for name in made if name in value.columns and value[name].isna().all() and len(value)]
    return [f"{name_of(name)} could not be computed for any row." for name in empty]


def two_ends(value: Any, made: Mapping[str, Any]) -> list[str]:
    """What a measure was in either of two periods, and by how much it changed."""
    tree = next(tree for name, tree in made.items() if name in ("change", "percent_change"))
    measure = str(tree["args"][0].get("column", "")) if tree.get("args") else ""
    first, last = value.iloc[0], value.iloc[-1]
    if measure not in value.columns or missing(last["change"]):
        return []
    label, unit = value.columns[0], " %" if measure == "percent" else ""
    what = {"n": "Rows", "percent": "Share"}.get(measure, title_of(statistic_word(measure)))
    ends = [f"{number(row[measure])}{unit} in {cell(row[label], str(label))}" for row in (first, last)]
    side = "unchanged" if not last["change"] else f"{'up' if last['change'] > 0 else 'down'} by {number(abs(last['change']))}"
    points = " percentage points" if measure == "percent" else ""
    relates = "percent_change" in value.columns and not missing(last["percent_change"]) and first[measure] > 0
    relative = f" ({number(last['percent_change'])} %)" if relates else ""
    return [f"{what}: {ends[0]}, {ends[1]}: {side}{points if side != 'unchanged' else ''}{relative}."]


def text_report(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """What was cleaned, column by column; of several columns those alone in which something was. Repeats are told of columns that mostly tell rows apart."""
    texts, clean = [], []
    for row in value.to_dict("records"):
        done = [f"{plural(row[key], 'value')} {word}" for key, word in (("unescaped", "with HTML entities"), ("padded", "with blanks to strip")) if row[key]]
        few = row["repeats"] and row["repeats"] < row["n"] / 2
        repeats = f" {plural(row['repeats'], 'value repeats', 'values repeat')} an earlier one and are kept." if few else ""
        if not done and not few and len(value) > 1:
            clean.append(f"`{row['column']}`")
            continue
        texts.append(f"In `{row['column']}` {listed(done) or 'nothing'} {'were' if done else 'was'} cleaned.{repeats}")
    return [*texts, *([f"Nothing was to be cleaned in {listed(clean)}."] if clean else [])]


def join_report(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    guessed = " (guessed from names and values)" if row["key_guessed"] else ""
    lost = [f"{plural(row[side], 'row')} of the {word} table" for side, word in (("lost_left", "first"), ("lost_right", "second")) if row[side]]
    return [
        f"The tables were joined by {row['key']}{guessed}: {plural(row['rows_out'], 'row')}; "
        + (f"{' and '.join(lost)} found no partner." if lost else "every row found a partner.")
    ]


def join(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if arguments.get("how") == "without":
        return [f"{plural(len(value), 'row')} of the first table {'has' if len(value) == 1 else 'have'} no partner in the second."]
    return [f"The joined table has {plural(len(value), 'row')} and {plural(value.shape[1], 'column')}."]
