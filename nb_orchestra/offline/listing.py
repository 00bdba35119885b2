"""The recipes as a planner is told them: those that a goal may need with all their arguments, the others by name.

All of them in full are three quarters of a prompt, and a goal needs two or three. Which may be needed is read from the words
that call a recipe (the table's), from the tables' columns, and from what most goals need; as many as the room holds are told.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.recipe import Argument, Recipe
from nb_orchestra.offline.table import CONDITIONS, EXPRESSION, SHARED, STATISTICS, TESTED
from nb_orchestra.values.columns import column_type
from nb_orchestra.values.types import kind_of

FIRST = ("group_summary", "filter_rows", "derive", "count_rows")
USUAL = ("compare_groups", "rank", "chart", "summarise", "value_counts", "correlate", "regression", "outliers")
WITH_DATES = ("resample", "trend", "time_pattern")
WITH_TABLES = ("join",)
_SHORT_HELP = 28
_LEGEND = "Each takes `frame` first. name[] is a list; with ? or = it may be left out; the first choice is the default. where[]: "
WISHING = ' (to see some whole first, answer {"recipes": [all that you may use]} instead)'
"""How a planner asks to be told more; it costs one more question."""
_NEEDING = "Others, with what they need besides column or columns"
_PLAIN: tuple[list[str], ...] = (["column"], ["columns"], [])
_TOLD_STATISTICS = (
    "n missing distinct percent sum mean median mode sd var sem cv min max range q1 q3 iqr mad p5 p10 p90 p95 p99 skew kurtosis ci_low ci_high first last "
    "geometric_mean (sd var)_population"
)
ON_ANSWERS = ("filter_rows", "sort_rows", "rank", "derive", "stack_rows", "join")
"""Recipes for tables that models give, where the goal brings none."""
_FORMS = (
    (re.compile(r"\b(?!\w*(?:test|terest|forest|harvest|honest|guest|request|invest|suggest)\b)\w{4,}est\b|\bam \w{4,}sten\b"), ("rank",)),
    (re.compile(r"\b\w{3,}er (?:als|than)\b"), ("compare_groups",)),
)
"""Forms of words that call a recipe, whatever the word: the warmest, am kältesten, kürzer als."""
_OURS = ("fill_answer",)
"""Only the grammar can call it; its name lures a model."""


def listing(recipes: Mapping[str, Recipe], goal: Goal, room: int, also: Collection[str] = ()) -> str:
    """The recipes in about `room` characters, all of them at least by name. `also`: told whole beside those that are told without it."""
    recipes = {name: row for name, row in recipes.items() if name not in _OURS}
    ranked, called = _ranked(recipes, goal), _called_for(recipes, goal)
    likely = [name for name in ranked if name in FIRST or name in called]
    short = _short if len(_text(recipes, likely, _short)) <= room else None  # to know these whole helps more than what each of the others needs
    whole: list[str] = []
    for name in ranked:
        if len(_text(recipes, [*whole, name], short)) <= room:
            whole.append(name)
    return _text(recipes, {*whole, *also}, None if also else short)


def listing_for_answers(recipes: Mapping[str, Recipe]) -> str:
    """The few recipes that a goal without data may need, whole."""
    rows = [recipes[name] for name in ON_ANSWERS if name in recipes]
    return "\n".join(["For tables that steps give. " + _LEGEND + CONDITIONS, f"EXPRESSION: {EXPRESSION}", *map(signature, rows)])


def signature(row: Recipe) -> str:
    """A recipe in one line: its arguments, and what it gives."""
    return f"{row.name}({', '.join(_argument(argument) for argument in row.needs if argument.name != 'frame' and argument.told)}){_gives(row)}"


def _short(row: Recipe) -> str:
    needed = [argument.name for argument in row.needs if argument.required and argument.name != "frame"]
    return row.name if needed in _PLAIN else f"{row.name}({', '.join(needed)})"


def _text(recipes: Mapping[str, Recipe], whole: Collection[str], short: Callable[[Recipe], str] | None) -> str:
    rows = [row for name, row in recipes.items() if name in whole]
    lines = [signature(row) for row in rows]
    others = ", ".join(short(row) if short else name for name, row in recipes.items() if name not in whole)
    told = "\n".join(lines)
    legend = [*([_LEGEND + CONDITIONS] if lines else []), *(f"{mark}: {meaning}" for mark, meaning in _MARKS.items() if mark in told)]
    return "\n".join([*legend, *lines, *([f"{_NEEDING if short else 'Others'}{WISHING}: {others}"] if others else [])])


def _argument(argument: Argument) -> str:
    name = argument.name + ("[]" if argument.type in ("columns", "choices", "conditions") else "")
    plain = argument.default is None or isinstance(argument.default, bool | list) or bool(argument.choices)
    name += "" if argument.required else "?" if plain else f"={argument.default}"
    if argument.type == "expressions":
        return f"{argument.name}: {{new name: EXPRESSION, …}}, in order"
    help = f" ({argument.help})" if 0 < len(argument.help) <= _SHORT_HELP and argument not in SHARED else ""
    return f"{name}{_choices(argument) if argument.choices else ''}{help}"


def _choices(argument: Argument) -> str:
    """The choices, the default first. Those of a test are left to it, as its default chooses by the data."""
    if argument.choices[: len(STATISTICS)] == STATISTICS:
        return ": STAT"
    return "" if argument.name == "test" else f": {'|'.join(sorted(argument.choices, key=lambda choice: choice != argument.default))}"


def _gives(row: Recipe) -> str:
    """The columns it gives, but for those that repeat an argument or belong to another (difference, of difference_low and difference_high)."""
    columns = list(row.gives.get("columns") or ())
    if not columns:
        return f" → {row.source.split('; ')[0]}" if row.source else ""
    told = ["TEST" if name == "test" else name for name in columns if name == "test" or not set(TESTED) <= set(columns) or name not in TESTED]
    arguments = [argument.name for argument in row.needs]
    return f" → {', '.join(name for name in told if name not in arguments and not any(name.startswith(f'{other}_') for other in told))}"


_MARKS = {"STAT": _TOLD_STATISTICS, "TEST": ", ".join(TESTED) + " (intervals: 95 %)", "EXPRESSION": EXPRESSION}


def _ranked(recipes: Mapping[str, Recipe], goal: Goal) -> list[str]:
    """The recipes that the goal may need, the likeliest first: what most need, what its words call, what such tables usually need."""
    often = {name: at for at, name in enumerate(USUAL)}
    called = _called_for(recipes, goal)
    likely = sorted(called, key=lambda name: (-called[name], often.get(name, len(often))))
    return [name for name in dict.fromkeys([*FIRST, *likely, *_by_tables(goal), *USUAL]) if name in recipes]


def _called_for(recipes: Mapping[str, Recipe], goal: Goal) -> dict[str, int]:
    """The recipes that the goal's words call, and how many words do."""
    from nb_orchestra.offline.reading.language.words import lemma, tokens  # a given plan needs no grammar

    said = " ".join(["", *(lemma(token.text) for token in tokens(goal.text) if token.kind == "word"), ""])
    by_form = {name for form, names in _FORMS if form.search(goal.text.casefold()) for name in names}
    return {name: count for name, row in recipes.items() if (count := _called(row.words, said) + (name in by_form))}


def _called(words: tuple[str, ...], said: str) -> int:
    """How many words of the goal call it: "bar chart" counts twice."""
    return sum(phrase.count(" ") + 1 for phrase in map(_lemmas, words) if f" {phrase} " in said)


@functools.cache
def _lemmas(phrase: str) -> str:
    from nb_orchestra.offline.reading.language.words import lemma

    return " ".join(lemma(word) for word in phrase.replace("-", " ").split())


def _by_tables(goal: Goal) -> list[str]:
    tables = [value for value in goal.data.values() if kind_of(value) == "table"]
    return [*(WITH_TABLES if len(tables) > 1 else ()), *(WITH_DATES if any(map(_has_dates, tables)) else ())]


def _has_dates(table: Any) -> bool:
    """Dates by type, or a column that is called after time."""
    named = {str(label).casefold().rpartition("_")[2] for label in table.columns}
    return bool(named & {"date", "year", "month"}) or any(
        column_type(table.iloc[:0, at]) == "date" or str(dtype).startswith("date") for at, dtype in enumerate(table.dtypes)
    )
