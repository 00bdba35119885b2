"""What of a goal nothing could read: its words, and the error where that is all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.reading.language.words import vocabulary

MOST_UNREAD = 6
SHORT = vocabulary("am be go he hi my oh ok so up us we th st nd rd eg ie re ve ll im if id pl vs no do et al de la le un")
"""Words of two letters that say nothing of a table."""
FILLERS = vocabulary("rather rate about else then data table dataset frame same instead also just really please could would should maybe very quite into much")


def unread_words(text: str, table: Any) -> list[str]:
    """The words of a goal that mean nothing to the grammar: what it may have missed."""
    from nb_orchestra.offline.reading.language.synonyms import POINTERS
    from nb_orchestra.offline.reading.memory import Memory
    from nb_orchestra.offline.reading.sense import sensed

    names = {table.name.casefold(), *FILLERS}
    points = Memory(table)
    unknown = (
        item.text
        for item in sensed(text, table)
        if (item.kind == "unknown" and item.text.isalpha() and _is_word(item.text))
        or ("point" in item.kinds and points.measure_for(POINTERS[item.kinds["point"]][0]) is None)  # "richer", and no column of riches
    )
    return list(dict.fromkeys(word for word in unknown if word.casefold().rstrip("s") not in names and word.casefold() not in names))


def _is_word(text: str) -> bool:
    return len(text) > 2 or text.isupper() or (len(text) == 2 and text.casefold() not in SHORT)


def _codes(column: Any) -> bool:
    return column.grouping or bool({"code", "rank", "index", "zip", "number"} & set(column.words))


_LISTING = frozenset({"filter_rows", "select_columns", "head", "melt", "replace_values"})
_COUNTED_UNASKED = frozenset({"count_course", "count_change"})


def left_over(steps: Sequence[Mapping[str, Any]], reading: Any, heavy: Sequence[str]) -> bool:
    """True where only pieces of a question were read: rows that meet one condition and neither verb nor object, or a count where something else was asked for.

    "Which penguins survived the winter of 2009" is not answered by the rows of 2009, "have cars become more fuel efficient" not by their number.
    """
    recipes = {str(step["params"].get("recipe", "")) for step in steps if step["kind"] != "ask"}
    listed = len(heavy) > 1 and bool(recipes) and recipes <= _LISTING
    return listed or (bool(reading.intents) and all(intent.kind in _COUNTED_UNASKED for intent in reading.intents))


def _edits(table: Any) -> list[str]:
    """Changes of an earlier goal that work on this very table."""
    sorting = next((column for column in table.columns if column.kind == "text" and column.grouping and column.levels), None)
    return [*([f"only {sorting.levels[0]}", f"by `{sorting.name}`"] if sorting is not None else []), "the median instead"]


def unreadable(goal: Goal, table: Any, reasons: Sequence[str] = ()) -> UnreadableGoalError:
    """The error for a goal with no readable part; its hint holds three goals that work on this very table."""
    numbers = [column.name for column in table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering or _codes(column))]
    groups = [column.name for column in table.columns if column.kind == "text" and column.grouping]
    ideas = [f"Check my data {{{table.name}}}"]
    if numbers and groups:
        ideas.append(f"Compare `{numbers[0]}` across `{groups[0]}` in {{{table.name}}}, with a chart")
    if len(numbers) > 1:
        ideas.append(f"How do `{numbers[0]}` and `{numbers[1]}` relate in {{{table.name}}}?")
    if numbers and len(ideas) < 3:
        ideas.append(f"Find the outliers of `{numbers[0]}` in {{{table.name}}}")
    ideas += [f"Profile {{{table.name}}}", f"How many rows are in {{{table.name}}}?"]
    lines = "\n    ".join([*_edits(table), ideas[0]] if goal.earlier is not None else ideas[:3])
    from nb_orchestra.offline.reading.reader import LONGEST_GOAL

    unread = unread_words(goal.text[:LONGEST_GOAL], table)[:MOST_UNREAD]
    said = f": no column or value of {table.name} is called {', '.join(unread)}" if unread else ""
    said = f": {table.name} has no rows" if not table.rows else f": {'; '.join(reasons)}" if reasons else said
    what = "changes of the earlier goal, and goals, that work here" if goal.earlier is not None else "goals that work here"
    hint = f"{what}:\n    {lines}\n  or set a model: %orchestrate doctor shows how"
    return UnreadableGoalError(f"no part of this goal could be read by the built-in engine{said}", hint=hint)
