"""Words of change, and wishes for how a count or a share changes: "did falls increase from 2023 to 2024", "are complaints rising"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, groups, measures, pointed_measure
from nb_orchestra.offline.reading.wishes.two_periods import labelled, two_periods
from nb_orchestra.offline.reading.wishes.wish import Wish, words

DOWN = r"halved?|decreas\w*|drop\w*|fall\w*|fell|declin\w*|loss\w*|loses?|shr[aiu]nk\w*|reduction|(?:go|goes|going|gone|went|come|came) down|lost"
_BECAME = r"(?:get|gets|getting|got|gotten|become|becomes|became|becoming|grow|grew|turn(?:ed)?) (?:more |less )?\w+"
UP = r"doubled?|tripled?|quadrupled|increas\w*|growth|r[io]s\w*|gain\w*|gr[eo]w\w*|improve\w*|(?:go|goes|going|gone|went) up"
WORDS_OF_CHANGE = re.compile(rf"\b(?:{_BECAME}|chang\w*|develop\w*|evolv\w*|{UP}|{DOWN})\b", re.IGNORECASE)
BECAME = re.compile(rf"\b{_BECAME}", re.IGNORECASE)
FALLING = re.compile(rf"\b(?:{DOWN})\b", re.IGNORECASE)
RELATIVE = re.compile(r"\bpercent\w*\b|%|\brates?\b|\brelative\w*\b", re.IGNORECASE)

GROWTH = re.compile(
    r"\b(year|month|quarter|week)[ -](?:over|on|to|by)[ -](?:year|month|quarter|week)\b(?=.*\b(?:growth|change|increase)|\s*$)|\b(yoy|mom|qoq)\b|"
    r"\bgrowth(?: rates?)?\b[^.;?]*\b(?:per|each|every) (year|month|quarter|week)\b|"
    r"\bchanges?\b[^.;?]*\b(?:the )?(?:previous|preceding|prior|last) (year|month|quarter|week)\b|"
    r"\bchanges?\b[^.;?]*\b(?:the )?(year|month|quarter|week) before\b|"
    r"\b(annual|yearly|monthly|quarterly|weekly)\s+(?:percent(?:age)?\s+)?(?:growth|change|increase)",
    re.IGNORECASE,
)
"""Each period against the one before."""


_CHANGES = frozenset({"change", "growth", "trend", "count_change", "count_growth", "count_course"})


def words_of_change(clause: Clause, intents: Iterable[Intent]) -> set[str]:
    """ "How many jobs did it lose": words of change whose change was read."""
    read = any(intent.kind in _CHANGES for intent in intents)
    said = {tag.text.casefold() for tag in clause.tags if WORDS_OF_CHANGE.fullmatch(tag.text) and tag.kind in ("unknown", "lexical")}
    return said | ({"whose"} if said else set()) if read else set()  # "countries whose income grew most"


def changing_value(clause: Clause, memory: Memory) -> str | None:
    """The measure that changes: the first one behind the word of change, else the last in front of it."""
    own = [name for name in measures(clause, memory, inherit=False) if name != memory.table.date]  # the year itself is no measure
    places = [(tag.start, tag.value) for tag in clause.tags if tag.kind == "column" and tag.value in own and tag.text.casefold().rstrip("s") != "rate"]
    change = next((tag.start for tag in clause.tags if WORDS_OF_CHANGE.fullmatch(tag.text) or WORDS_OF_CHANGE.search(tag.text)), 0)
    behind = [name for start, name in places if start > change]
    named = next((str(name) for name in (*behind, *(name for _, name in reversed(places)))), None)
    pointed = None if named or memory.slot_words else pointed_measure(clause, memory)
    return named or pointed or (memory.table.measure or None if set(clause.columns()) - {memory.table.date} else None)


def usual_statistic(clause: Clause, memory: Memory, value: str) -> str:
    """The statistic that is named for a period, else the total of what adds up and the mean of what does not."""
    named = next((key for key in clause.keys("stat") if key in STATISTICS and key not in ("min", "max", "range")), "")
    if named:
        return named
    people = memory.table[str(memory.table.date)].kind != "date" and {"population", "pop"} & set(memory.table[value].words)  # of several places in one year
    totals = adds_over_time(memory.table[value]) or bool(people)
    memory.assume(f"{value} per period: {'totals' if totals else 'means'}")
    return "sum" if totals else "mean"


_RATE = re.compile(r"\b(?:rates?|shares?|percent\w*|proportions?|fractions?|likel\w+|often)\b", re.IGNORECASE)


_PERCENT_CHANGE = re.compile(r"\bpercent(?:age)? (?:change|growth|increase|decrease)\b|% (?:change|growth|increase|decrease)\b", re.IGNORECASE)
"""How a change is told, and no share of the rows."""


def _counted(clause: Clause, memory: Memory) -> tuple[Condition, ...] | None:
    """What is counted: the yes of a yes/no column and the conditions that are no time; () for all rows, None where nothing is counted."""
    truth = next((name for name in clause.columns() if name in clause.table and clause.table[name].truth), None)
    times = {memory.table.date, *memory.made}
    held = tuple(item for item in clause.conditions if item["column"] not in times)
    if truth is not None and truth not in [item["column"] for item in held]:
        return (*held, {"column": truth, "op": "==", "value": clause.table[truth].yes})
    shares = bool(held) and not _PERCENT_CHANGE.search(clause.text) and (clause.has("verb", "share_of") or clause.has("stat", "share"))
    counts = shares or clause.has("verb", "count") or clause.has("stat", "n") or _of_rows(clause, memory)
    return held if truth is not None or counts else None


def _of_rows(clause: Clause, memory: Memory) -> bool:
    """ "Did admissions increase": a noun for the rows, or one that no column is called by, and no measure."""
    plural = [tag for tag in clause.tags if tag.text.casefold().endswith("s")]
    return any((tag.kind == "unknown" and tag.value in memory.table.row_nouns) or tag.value == memory.table.date for tag in plural)


def _change_of_count(clause: Clause, memory: Memory) -> list[Intent]:
    """The count (or, of a rate, the share) in either of two periods, and the change."""
    counted, periods = _counted(clause, memory), two_periods(clause, memory)
    date = str(memory.table.date)
    if periods is None and memory.table[date].kind == "date" and (span := _years(clause, date)):
        periods = (f"{span[0]}-01-01", f"{span[0]}-12-31"), (f"{span[1]}-01-01", f"{span[1]}-12-31")
    if counted is None:
        return []
    first: int | str
    last: int | str
    if periods is not None:
        column, first, last = labelled(clause, memory, periods)
    elif memory.table[date].kind != "date" and (years := _years(clause, date)):
        column, first, last = date, *years
    else:
        return []
    options = {"counted": counted, "rate": _RATE.search(clause.text) is not None, "first": first, "last": last}
    return [Intent("count_change", clause.text, (), (column,), options=options)]


def _years(clause: Clause, date: str) -> tuple[int, int] | None:
    """ "From 2021 to 2023": the first and the last year."""
    span = next((item["value"] for item in clause.conditions if item["column"] == date and item["op"] in ("between", "in") and len(item["value"]) == 2), None)
    first, last = (int(str(edge)[:4]) for edge in sorted(span, key=str)) if span is not None else (0, 0)
    return (first, last) if first < last else None


def growth_of_count(clause: Clause, memory: Memory, every: str) -> list[Intent]:
    """ "Visits per quarter, with % change vs the quarter before", "why did the number of visits drop in 2024": each period's count against the one before."""
    counted = _counted(clause, memory)
    if counted is None:
        return []
    memory.assume(f"whether it changed at all is looked at first: each {every} against the one before")
    options = {"date": memory.table.date, "every": every, "counted": counted, "rate": _RATE.search(clause.text) is not None}
    return [Intent("count_growth", clause.text, options=options)]


def _course_of_count(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Are complaints increasing", "the trend in the number of orders": counts per period, and whether they rise or fall."""
    counted = _counted(clause, memory)
    if counted is None:
        return []
    times = tuple(item for item in clause.conditions if item["column"] == memory.table.date)
    every = next((key for key in clause.keys("time") if key in ("day", "week", "month", "quarter", "year")), "")
    by = tuple(name for name in groups(clause) if name in clause.columns("by") and name != memory.table.date)[:1]
    options = {"date": memory.table.date, "every": every, "counted": counted, "rate": _RATE.search(clause.text) is not None}
    return [Intent("count_course", clause.text, (), by, where=times, options=options)]


_MORE_OF = re.compile(r"\b(?:get|gets|getting|got|become|becomes|became|becoming|grow|grew|turn(?:ed)?) (?:more |less )?(\w+)", re.IGNORECASE)
_MANY = vocabulary("common frequent numerous often many likely popular rare rarer few fewer more less than over in")


def _of_something_else(clause: Clause) -> bool:
    """ "Have cars become more fuel efficient": no count, but a quality that no column is called by."""
    found = _MORE_OF.search(clause.text)
    said = found[1].casefold() if found is not None else ""
    return bool(said) and said not in _MANY and any(tag.kind == "unknown" and tag.text.casefold() == said for tag in clause.tags)


def _no_measure(clause: Clause, memory: Memory) -> bool:
    if _of_something_else(clause):
        return False
    named = [memory.table[name] for name in measures(clause, memory, inherit=False) if name != memory.table.date]
    values = [column for column in named if not (column.truth or column.labelling or column.numbering)]
    return memory.table.date is not None and not memory.slot_words and not values


def _said_to_change(clause: Clause) -> bool:
    """A word of change that is not itself what happens ("how many falls")."""
    return WORDS_OF_CHANGE.search(" ".join("…" if tag.kind in ("column", "level") else tag.text for tag in clause.tags)) is not None


def _changed(clause: Clause, memory: Memory) -> bool:
    return _no_measure(clause, memory) and _said_to_change(clause) and not GROWTH.search(clause.text)


_WHY = re.compile(r"\W*(?:why|how come)\b", re.IGNORECASE)
_OVER_TIME = re.compile(r"\bover (?:the )?(?:time|years|months|weeks|period)\b|\bthrough(?:out)? (?:the )?(?:years|months)\b", re.IGNORECASE)


def _runs(clause: Clause, memory: Memory) -> bool:
    said = (_said_to_change(clause) and not _WHY.match(clause.text)) or clause.has("verb", "trend") or _OVER_TIME.search(clause.text) is not None
    return _no_measure(clause, memory) and said and not clause.has("super") and not GROWTH.search(clause.text)


_ALL = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution create run rows value_counts"
    " peak pattern against_rest from_to yes_or_no levels filter keep drop growth change counts premise step count_per_period"
)

CHANGING = (
    Wish("count_change", _change_of_count, takes=_ALL | {"count_course"}, when=_changed),
    Wish("count_course", _course_of_count, takes=_ALL, when=_runs),
)
