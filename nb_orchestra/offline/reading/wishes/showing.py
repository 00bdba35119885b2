"""Wishes to see or read: charts and written answers."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import groups, numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _chart(clause: Clause, memory: Memory) -> list[Intent]:
    fit = _FITTED.search(clause.text) is not None
    kind = next((key for key in clause.keys("chart") if not (fit and key == "line")), "scatter" if fit else "")
    statistic = next((key for key in clause.keys("stat") if key in ("mean", "median", "sum", "min", "max", "n")), "")
    kind = "stacked_bar" if kind in ("", "bar") and _STACKED.search(clause.text) else kind
    memory.known |= _CHART_WORDS & {word for tag in clause.tags for word in tag.text.casefold().split()}
    columns = [name for name in clause.columns() if name in clause.table]
    options: dict[str, object] = {"kind": kind, "statistic": statistic, "fit": fit or None, "horizontal": _LYING.search(clause.text) is not None or None}
    options |= {"n": _how_many(clause), "which": next(iter(clause.keys("super")), "max")}
    if not columns and not memory.intents:
        return []
    by = groups(clause)
    measured = [name for name in numbers(clause) if name not in by]
    if not measured and by and kind in _OF_NUMBERS and memory.measure and not memory.slot_words:  # "…, and a box plot per island"
        measured = [memory.measure]
    if kind == "scatter" and len(measured) == 1 and not by and not memory.slot_words:
        measured = _with_its_other(measured[0], memory)
        if len(measured) == 1:
            memory.not_done.append(f"scatter plot: it needs two columns, and only {measured[0]} is named")
            options["kind"] = ""
    return [Intent("chart", clause.text, tuple(measured), tuple(by), where=clause.conditions, options=options)]


def _with_its_other(column: str, memory: Memory) -> list[str]:
    """ "Use log of weight, scatter plot": the relation of before, with the column that is made of one of its two in the place of that one."""
    made = memory.made.get(column)
    base = next((str(item["column"]) for item in made["args"] if isinstance(item, dict) and "column" in item), "") if isinstance(made, dict) else ""
    place = next((n for n, item in enumerate(memory.intents) if item.kind == "correlate" and {base, column} & set(item.columns)), None)
    if place is None:
        other = memory.measures[-1] if memory.measures and memory.measures[-1] not in (column, base) else ""
        return [column, other] if other else [column]
    before = memory.intents[place]
    columns = tuple(column if name == base else name for name in before.columns)
    memory.intents[place] = replace(before, columns=columns)
    made_at = next((n for n, item in enumerate(memory.intents) if item.option("name") == column), place)
    if made_at > place:  # made before it is used
        memory.intents.insert(place, memory.intents.pop(made_at))
    return list(columns)


_OF_NUMBERS = ("box", "violin", "strip", "histogram")
_STACKED = re.compile(r"\bstacked\b|\bon top of each other\b", re.IGNORECASE)
_CHART_WORDS = vocabulary("fitted fit stacked stack side error bars errorbar errorbars whiskers")
_FITTED = re.compile(
    r"\b(?:trend|regression|fit|fitted|best[- ]fit|least[- ]squares)[ -]?lines?\b|\blines? of best fit\b|\bfitted (?:straight )?line\b", re.IGNORECASE
)
_LYING = re.compile(r"\b(?:horizontal\w*|sideways|lying)\b", re.IGNORECASE)


def _how_many(clause: Clause) -> int | None:
    """ "Plot the top 3"."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    return next(
        (
            int(after.value)
            for tag, after in pairs
            if after.kind == "number" and 1 <= after.value <= 100 and (tag.kinds.keys() & {"super"} or tag.text.casefold() == "first")
        ),
        None,
    )


def _brief(clause: Clause, memory: Memory) -> list[Intent]:
    memory.wants = "brief"
    return [Intent("brief", clause.text)]


def _charted(clause: Clause, memory: Memory) -> bool:
    nouns = [tag for tag in clause.tags if tag.is_a("verb", "chart") and clause.has("verb", "count") and lemma(tag.text) in clause.table.row_nouns]
    asked = [tag for tag in clause.tags if tag.is_a("verb", "chart") and tag not in nouns]  # "how many plots", where rows are plots of land
    return bool(asked) or bool(clause.keys("chart"))


def _written(clause: Clause, memory: Memory) -> bool:
    """A report that is written; not "report the p-value"."""
    nouns = [position for position, tag in enumerate(clause.tags) if tag.is_a("verb", "brief")]
    return any(
        clause.tags[n].text.casefold() not in ("report", "findings") or (n > 0 and clause.tags[n - 1].text.casefold() in _BEFORE_A_REPORT) for n in nouns
    )


_BEFORE_A_REPORT = vocabulary("a an the short brief one page full final written small my our")

_OVER = vocabulary("over against along by versus vs across")
_CURVE = re.compile(r"\bcurves?\b", re.IGNORECASE)


def _curves(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Mean OD over hours for every strain", drawn: a line per group over a number that stands in several rows each."""
    places = [n for n, tag in enumerate(clause.tags) if n and tag.kind == "column" and clause.tags[n - 1].text.casefold().split()[-1] in _OVER]
    over = next((str(clause.tags[n].value) for n in places if _runs_on(str(clause.tags[n].value), clause)), None)
    values = [name for name in numbers(clause) if name != over and not clause.table[name].grouping]
    if over is None or not values:
        return []
    by = [name for name in groups(clause) if name not in (over, values[0]) and clause.table[name].grouping][:1]
    statistic = next((key for key in clause.keys("stat") if key in ("mean", "median", "sum", "min", "max")), "mean")
    memory.known |= (_CHART_WORDS | {"curve", "curves"}) & {word for tag in clause.tags for word in tag.text.casefold().split()}
    memory.assume(f"a line over {over}: the {statistic} of {values[0]} at each")
    options: dict[str, object] = {"kind": "line", "statistic": statistic, "which": "max"}
    return [
        Intent("statistics", clause.text, (values[0],), (over, *by), (statistic,), clause.conditions),
        Intent("chart", clause.text, (values[0],), (over, *by), where=clause.conditions, options=options),
    ]


def _runs_on(name: str, clause: Clause) -> bool:
    """True for a number that rows share: hours, doses, ages in years."""
    column = clause.table.by_name.get(name)
    return column is not None and column.kind == "number" and 2 < column.distinct <= column.rows / 2 and not column.labelling


def _asks_curves(clause: Clause, memory: Memory) -> bool:
    line = clause.has("chart", "line") or _CURVE.search(clause.text) is not None
    drawn = line or (_charted(clause, memory) and not clause.keys("chart") and clause.has("stat"))
    return drawn and not memory.slot_words and (clause.has("verb", "chart") or line)


CURVES = (Wish("curves", _curves, takes=words("chart stat statistics count distribution describe resample compare"), when=_asks_curves, ends=True),)
"""Before the wishes for statistics: what runs over a number is no group of it."""

SHOWING = (
    Wish("chart", _chart, takes=words("chart"), when=_charted),
    Wish("brief", _brief, words("brief"), takes=words("brief"), when=_written),
)
