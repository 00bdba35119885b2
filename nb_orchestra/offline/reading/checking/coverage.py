"""What of a goal did not reach its plan: columns, values, numbers, tables and groupings that were said and are nowhere in the steps.

A dropped condition gives a wrong number that looks right, which is worse than none. So whatever was said and not used is
named under "not done", and the run is partial.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.offline.reading.checking.by_parts import lost_in, own_steps, parts_of
from nb_orchestra.offline.reading.checking.unmet import unmet
from nb_orchestra.offline.reading.checking.used import Used, used_by
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import unit_at
from nb_orchestra.offline.reading.restricting.calendar import is_year
from nb_orchestra.offline.reading.sense import sensed
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_CHANGE = re.compile(
    r"\b(?:increases?|decreases?|drops?|rises?|falls?|growth|declines?|gains?|percent change|change)\s+(?:in|of|from)\b"
    r"|\b(?:gained|gain|grew|grow|increased|rose|fell|dropped|declined|improved|lost|changed)\b(?=.*\b(?:between|since|from)\b)",
    re.IGNORECASE,
)
_GROWTH = re.compile(r"growth|change|increase|decrease", re.IGNORECASE)
_CHANGE_RECIPES = frozenset(
    {
        "trend",
        "derive",
        "regression",
        "moving_average",
        "compare_groups",
        "paired",
        "pivot",
        "change_within",
        "changes_compared",
        "fall_from_peak",
        "first_and_last",
        "against_level",
    }
)
_EXCLUDED_ONES = re.compile(
    r"\b(?:excluding|except|without|other than)\s+(?:those|the ones|ones|rows|all)\s+(?:with|where|that|which|who|of)\b[^.;,]*", re.IGNORECASE
)
_TIMES = ("decade", "year", "quarter", "month", "week", "weekday", "day", "hour")
CALENDAR = frozenset(
    {name.casefold() for name in (*calendar.month_name, *calendar.month_abbr, *calendar.day_name) if name}
    | {"sept", "spring", "summer", "autumn", "fall", "winter"}
)
"""Words of the calendar, which reading/restricting/calendar turns into conditions or names itself."""
WHOLE_ROWS = frozenset({"rank", "extreme", "outliers", "filter_rows", "head", "kmeans"})
_SMALL = frozenset({0.0, 1.0})


TOOLS = vocabulary("python panda numpy scipy sklearn scikit excel matplotlib seaborn statsmodel object string fisher pearson")


def proper_names(tags: Iterable[Tag]) -> Iterator[str]:
    """Names behind a preposition that the table does not know: "in Canada", where no value is Canada."""
    before: list[Tag] = []
    for item in tags:
        word = before[-1].text.casefold() if before else ""
        word = before[-2].text.casefold() if word == "the" and len(before) > 1 else word
        if (
            item.kind == "unknown"
            and item.text[:1].isupper()
            and item.text[1:].islower()
            and len(item.text) > 3
            and word in ("in", "for", "from", "at", "of")
            and item.value not in TOOLS
        ):
            yield item.text
        before.append(item)


def months_held(steps: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The months, in small letters, that conditions of the steps keep: with "summer" go june, july and august."""
    conditions = [item for step in steps for item in thaw(step).get("params", {}).get("arguments", {}).get("where", ()) or ()]
    kept = {
        number for item in conditions if item.get("op") == "month" for number in (item["value"] if isinstance(item["value"], list | tuple) else [item["value"]])
    }
    return frozenset(calendar.month_name[number].casefold() for number in kept if isinstance(number, int) and 1 <= number <= 12)


def uncovered(text: str, table: Table, steps: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[str]:
    """Lines for "not done"; [] where everything said is somewhere in the steps. `names`: the goal's values."""
    plain = [thaw(step) for step in steps]
    used = used_by(plain)
    tags = sensed(text, table)
    found = [*_tables(names, used), *_pieces(tags, table, used), *unmet(text, tags, used.recipes, used.text), *_of_parts(text, tags, table, plain)]
    if _CHANGE.search(text) and not used.recipes & _CHANGE_RECIPES:
        found.append(f"{_CHANGE.search(text).group()} …: a change over time was not computed")  # type: ignore[union-attr]  # searched on the line above
    excluded = _EXCLUDED_ONES.search(text)
    if excluded and '"where"' not in used.text:
        found.append(f"{excluded.group().strip()}: say it as a condition, such as “where … is not …”")
    return list(dict.fromkeys(found))


def _of_parts(text: str, tags: list[Tag], table: Table, steps: list[Any]) -> Iterator[str]:
    """The same of each part, held against its own steps: what another part uses was not used here."""
    parts = list(parts_of(text, tags))
    for said, own in parts:
        mine = own_steps(said, steps)
        used = used_by(mine)
        if mine and len(parts) > 1:
            yield from (line for line in _pieces(list(own), table, used) if line.endswith("column was not used"))
        yield from lost_in(own, frozenset(used.recipes), used.text) if mine else ()


def _tables(names: Iterable[str], used: Used) -> Iterator[str]:
    for name in names:
        if not used.holds(f'"data": "{name}"') and f'"data": "{name}"'.casefold() not in used.text:
            yield f"{{{name}}}: this table was not used"


def _pieces(tags: list[Tag], table: Table, used: Used) -> Iterator[str]:
    for position, item in enumerate(tags):
        if (
            item.kind == "column"
            and not (item.text.casefold() in ("rate", "rates") and position and _GROWTH.search(tags[position - 1].text))
            and not _names_rows(tags, position, used)
            and not used.holds(item.value)
            and not any(used.holds(rival) for rival in item.rivals)
        ):
            yield f"{item.text}: this column was not used"
        elif item.kind == "level" and not used.holds(item.value[1]) and not used.holds(item.value[0]):
            yield f"{item.text}: this value was not used"
        elif item.kind == "text" and not used.holds(item.value) and not _is_label(tags, position):
            yield f"{item.text}: this text was not used"
        elif item.kind == "date" and not used.holds(str(item.value)[:7]):
            yield f"{item.text}: this date was not used"
        elif item.kind == "number" and _asks(item, tags, position, used) and not _all_levels(tags, position, table) and not used.has_number(float(item.value)):
            yield f"{item.text}: this number was not used"
        elif _restricts(item, tags, position, table) or _lost_category(item, tags, position, used):
            yield f"{tags[position - 1].text} {item.text}: not understood"
        elif _is_place(item, tags, position, table):
            yield f"{item.text}: no such value in {table.name}"
        elif "time" in item.kinds and _grouped(tags, position) and not _time_used(str(item.kinds["time"]), table, used):
            yield f"{tags[position - 1].text} {item.text}: this grouping was not used"


_NAMING = vocabulary("as call called name named title titled label labelled it them")


def _is_label(tags: list[Tag], position: int) -> bool:
    """ "Call it 'ratio'", "with the title 'Fees'": a name for what is made, not a text of the table."""
    return position > 0 and tags[position - 1].text.casefold().split()[-1] in _NAMING


def _names_rows(tags: list[Tag], position: int, used: Used) -> bool:
    """ "Which country …", "top 5 countries", "the hottest day": the rows' own name, which whole rows hold anyway; "how many days" counts them."""
    before = tags[position - 1] if position else None
    if before is not None and before.text.casefold() in ("their", "its") and used.recipes - {""} <= WHOLE_ROWS:  # "with their sex"
        return True
    if tags[position].text.casefold() in ("rate", "rates") and "count_rows" in used.recipes:
        return True
    if before is not None and before.text.casefold() in ("a", "an", "any") and '"by": ["' not in used.text:  # "a customer from Poland"
        return True
    if tags[position].text.endswith("ed") and before is not None and before.kind == "column":  # "customers opened 15 tickets"
        return True
    if before is not None and "correlate" in used.recipes and before.is_a("word", "question") and tags[position].text.casefold().endswith("s"):
        return True  # "do countries with more …"
    if before is not None and before.kind == "level" and tags[position].text.casefold().endswith("s"):  # "rainy days", "the DMSO wells"
        return True
    if before is not None and before.kinds.get("verb") == "count" and "count_rows" in used.recipes:
        return True
    if before is not None and "count_rows" in used.recipes and tags[position].text.casefold() in ("days", "dates"):  # "percentage of days"
        return before.text.casefold().split()[-1] == "of"
    if before is not None and before.kinds.keys() & {"super", "point"} and used.recipes & (WHOLE_ROWS | {"count_rows", "correlate"}):
        return True
    if before is not None and "point" in before.kinds and used.holds(before.text) and tags[position].text.casefold().endswith("s"):  # "on rainy days"
        return True
    return bool(used.recipes & WHOLE_ROWS) and (before is None or before.kind == "number" or before.text.casefold() in ("which", "what", "top", "the"))


_MEASURES = vocabulary("measurement measure variable column feature number trait")


def _all_levels(tags: list[Tag], position: int, table: Table) -> bool:
    """ "The three islands", where there are three."""
    measured = [column for column in table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
    if tags[position].value == len(measured) and any(lemma(item.text) in _MEASURES for item in tags[position + 1 : position + 4]):
        return True
    after, before = tags[position + 1 : position + 2], tags[position - 1].text.casefold().split()[-1] if position else ""
    named = table.by_name.get(str(after[0].value)) if after and after[0].kind == "column" else None
    return named is not None and named.distinct == tags[position].value and before in ("the", "all", "these", "among", "between", "across")


def _asks(item: Tag, tags: list[Tag], position: int, used: Used) -> bool:
    """True for a number that restricts or counts: not "two groups" of a sample size, nor "two visits", not "Table 1", not 0 and 1, not the year of a "why",
    which is held against the year before."""
    if tags[0].text.casefold() == "why" and is_year(item):
        return False
    if item.value == 2 and used.recipes & {"sample_size", "time_between"}:
        return False
    before = tags[position - 1].text.casefold() if position else ""
    if (not position or tags[position - 1].kind == "line") and position + 1 < len(tags) and tags[position + 1].text in (".", ")"):  # "2. …" of a list
        return False
    return isinstance(item.value, int | float) and abs(float(item.value)) not in _SMALL and before not in ("table", "figure", "step")


_RESTRICTING = frozenset({"by", "per", "across", "each", "every", "where", "without", "among", "within"})


def _restricts(item: Tag, tags: list[Tag], position: int, table: Table) -> bool:
    """An unknown word that should have grouped or restricted ("by colour", "without foo"): the answer is not about it."""
    before = tags[position - 1] if position else None
    if item.kind != "unknown" or not item.text.isalpha() or len(item.text) < 3 or before is None or item.text.casefold() in CALENDAR | table.row_nouns:
        return False
    if before.text.casefold() in ("the", "a", "an", "all", "any", "each", "every") and position > 1 and before.text.casefold() not in _RESTRICTING:
        before = tags[position - 2]
    side = item.text.casefold() == "side" and position > 1 and tags[position - 2].text.casefold() == "side"  # "side by side"
    rows = before.text.casefold() == "across" and any(column.identifying and lemma(item.text) in column.words for column in table.of_kind("text"))
    relative = before.text.casefold() in ("that", "who", "whose") and position > 1
    return (before.text.casefold() in _RESTRICTING or relative) and not (side or rows)  # "across majors", where each row is one


def _lost_category(item: Tag, tags: list[Tag], position: int, used: Used) -> bool:
    """ "Per category", where no column is called so and nothing is grouped by one."""
    grouped = '"by": ' in used.text or '"rows": ' in used.text or used.recipes & {"value_counts", "table_one"}
    before = tags[position - 1].text.casefold() if position else ""
    return item.kind == "lexical" and item.is_a("word", "group") and before in ("per", "by", "each", "every", "across") and not grouped


def _is_place(item: Tag, tags: list[Tag], position: int, table: Table) -> bool:
    """ "in Canada", "for Alice": a name after a preposition restricts, and a name that the table does not hold was dropped."""
    before = tags[position - 1].text.casefold() if position else ""
    if item.text.casefold() in CALENDAR or unit_at(tags, position)[0] or (before == "in" and table.of_one_place):  # "in Fahrenheit"
        return False
    return item.kind == "unknown" and item.text.istitle() and len(item.text) > 2 and before in ("in", "for", "from", "at")


def _grouped(tags: list[Tag], position: int) -> bool:
    """ "By month", "monthly"."""
    return position > 0 and (tags[position - 1].kinds.get("group") == "by" or tags[position].text.casefold().endswith("ly"))


def _time_used(unit: str, table: Table, used: Used) -> bool:
    if unit in ("year", "decade") and "trend" in used.recipes:  # its slope is told for both
        return True
    return used.holds(unit) or (unit in _TIMES and any(unit in column.name.casefold() and used.holds(column.name) for column in table.columns))
