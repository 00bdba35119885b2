"""Edits that a fixed phrase says, whatever the table: each takes its words out of the text, so that nothing else reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from nb_orchestra.offline.continuing.changes import Change, merged, told
from nb_orchestra.offline.continuing.turning_round import turned_round
from nb_orchestra.offline.reading import Intent, Reading, Table
from nb_orchestra.offline.reading.intents import Condition
from nb_orchestra.offline.reading.ordering import take_order
from nb_orchestra.offline.reading.tagging import tag
from nb_orchestra.offline.reading.wishes.adjusting import adjusted

Taken = tuple[list[Change], list[str]]


_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


def known_words(text: str) -> Change:
    """The words count as read."""
    words = frozenset(word.casefold() for word in _WORD.findall(text))
    return lambda reading: replace(reading, known=reading.known | words)


def taken_phrases(text: str, table: Table) -> tuple[str, list[Change], list[str]]:
    """The text without such phrases, the changes that they ask for (their words are known then), and each change in words."""
    changes, lines = list[Change](), list[str]()
    for pattern, taken in _PHRASES:
        found = pattern.search(text)
        made = taken(found, table) if found is not None else None
        if found is not None and made is not None:
            text = f"{text[: found.start()]} {text[found.end() :]}"
            changes += [*made[0], known_words(found.group())]
            lines += made[1]
    plain, order = take_order(text)
    if order:
        changes.append(lambda reading: replace(reading, order=order, order_by=""))
        lines.append(f"in {order} order")
    return plain if order else text, changes, lines


def named_columns(text: str, table: Table) -> tuple[tuple[str, ...], list[str]]:
    """The columns of a list of names, and the names that are none: "age, sex and baseline pressure"."""
    found, lost = dict[str, None](), list[str]()
    for piece in re.split(r"\s*(?:,|\band\b|&|\bas well as\b)\s*", text):
        word = re.sub(r"^(?:the|their|its|differences in|different)\s+", "", piece.strip(" .?!"), flags=re.IGNORECASE)
        same = [column.name for column in table.columns if word.casefold() in (column.name.casefold(), column.name.casefold().replace("_", " "))]
        named = same or [str(item.value) for item in tag(word, table) if item.kind == "column" and item.value in table] if word else []
        found |= dict.fromkeys(named)
        lost += [word] if word and not named else []
    return tuple(found), lost


def _adjusted(found: re.Match[str], table: Table) -> Taken | None:
    names, lost = named_columns(next(part for part in found.groups() if part), table)
    if not names:
        return None
    line = f"adjusted for {', '.join(names)}"
    unknown: list[Change] = [told(f"{', '.join(lost)}: no column of that name to adjust for")] if lost else []
    return [lambda reading: _with_controls(reading, names), *unknown], [line]


def _with_controls(reading: Reading, names: tuple[str, ...]) -> Reading:
    """The effect of the groups that were compared with these held constant; a correlation becomes a partial one."""
    made = [_controlled(intent, names, reading.table) for intent in reading.intents]
    kept = [(new or old) for old, new in zip(reading.intents, made, strict=True)]
    if not any(made):
        return replace(reading, not_done=(*reading.not_done, f"adjusted for {', '.join(names)}: the earlier answer compares and relates nothing"))
    fixed = [item for intent in reading.intents for item in intent.where if str(item["column"]) in names and item["op"] == "=="]
    parts = {str(intent.option("within")) for intent in reading.intents if intent.kind == "compare" and intent.option("within")}
    if parts:
        reading = told(f"within {', '.join(parts)}: what is adjusted is answered over all of them together")(reading)
    lines = [f"{item['column']} = {item['value']} no longer chooses the rows: it is adjusted for" for item in fixed]
    return without_conditions(replace(reading, intents=merged(kept), order=""), fixed).noted(lines)


def _controlled(intent: Intent, names: tuple[str, ...], table: Table) -> Intent | None:
    where, numeric = intent.where, all(table[name].kind == "number" and not table[name].truth for name in names)
    if intent.kind in ("compare", "statistics", "adjusted", "proportions") and intent.by and intent.columns:
        factor, *others = intent.by
        given = dict.fromkeys((*others, *intent.option("given", ()), *names))
        return adjusted(intent.columns[0], factor, tuple(name for name in given if name not in (factor, intent.columns[0])), intent.clause, where)
    if intent.kind == "correlate" and numeric:
        return replace(intent, kind="partial", by=(), options={**intent.options, "controls": names})
    if intent.kind == "correlate":
        return adjusted(intent.columns[0], intent.columns[1], names, intent.clause, where)
    if intent.kind == "partial":
        return replace(intent, options={**intent.options, "controls": tuple(dict.fromkeys((*intent.option("controls", ()), *names)))})
    if intent.kind == "regress":
        return replace(intent, columns=tuple(dict.fromkeys((*intent.columns, *names))))
    return None


_NO_THINGS = frozenset({"columns", "numbers", "pairs", "values", "three", "two", "four", "both", "together", "measures", "of", "but"})


def _all_again(found: re.Match[str], table: Table) -> Taken | None:
    """ "All patients", "back to all species", "everyone again": no longer only some rows."""
    noun = (found["noun"] or "").casefold()
    if noun.split()[:1] and noun.split()[0] in _NO_THINGS:
        return None
    named = {str(item.value) for item in tag(noun, table) if item.kind == "column"} if noun else set()
    if re.match(r"years?|months?|dates?|time", noun):
        named |= {column.name for column in table.columns if column.name == table.date or column.looks_like_year}

    def freed(reading: Reading) -> Reading:
        by = {name for intent in reading.intents for name in intent.by}
        gone = [item for intent in reading.intents for item in intent.where if _goes(item, named, by, intent)]
        if not gone:
            return replace(reading, not_done=(*reading.not_done, f"{found.group().strip(' ,')}: the earlier answer already rests on all of them"))
        return without_conditions(reading, gone)

    return [freed], [f"all rows of {', '.join(sorted(named))}" if named else "all rows"]


def _goes(item: Condition, named: set[str], by: set[str], intent: Intent) -> bool:
    if named:
        return str(item["column"]) in named
    return intent.kind == "filter" or (str(item["column"]) not in by and intent.kind not in ("share", "count"))


def without_conditions(reading: Reading, gone: list[Condition]) -> Reading:
    left = [replace(intent, where=tuple(item for item in intent.where if item not in gone)) for intent in reading.intents]
    columns = {str(item["column"]) for item in gone}
    lines = tuple(line for line in reading.assumptions if not any(f"→ {column} = " in line for column in columns))
    return replace(reading, intents=tuple(intent for intent in left if intent.kind != "filter" or intent.where), assumptions=lines)


def _logged(found: re.Match[str], table: Table) -> Taken:
    """ "With a log scale": the two columns of a relation as their logarithms."""

    def change(reading: Reading) -> Reading:
        names = [name for intent in reading.intents if intent.kind in ("correlate", "regress", "partial") for name in intent.columns]
        able = [name for name in dict.fromkeys(names) if name in table and table[name].kind == "number" and (table[name].low or 0) > 0]
        if not able:
            return replace(reading, not_done=(*reading.not_done, f"{found.group().strip()}: charts have no logarithmic axes, and no relation was asked for"))
        made = [Intent("derive", found.group(), options={"name": f"log10_{name}", "expression": {"op": "log10", "args": [{"column": name}]}}) for name in able]
        logged = {name: f"log10_{name}" for name in able}
        table_with = reading.table
        for name in logged.values():
            table_with = table_with.with_column(name, "number")
        intents = [replace(intent, columns=tuple(logged.get(name, name) for name in intent.columns)) for intent in reading.intents]
        filters = sum(intent.kind == "filter" for intent in intents[:1])
        return replace(reading, intents=(*intents[:filters], *made, *intents[filters:]), table=table_with)

    return [change], ["logarithms (base 10)"]


def _sorted_by(found: re.Match[str], table: Table) -> Taken | None:
    """ "Sort it by n", "by name", "alphabetically", "by the mean"."""
    said = (found["by"] or "").casefold()
    down = re.search(r"\b(?:desc\w*|decreas\w*|highest|largest|biggest|most|from high\w*)\b", found.group(), re.IGNORECASE)
    up = re.search(r"\b(?:asc\w*|increas\w*|lowest|smallest|fewest|least|from low\w*)\b", found.group(), re.IGNORECASE)
    tags = tag(said, table) if said else []
    column = next((str(item.value) for item in tags if item.kind == "column"), "")
    counted = not column and re.match(r"n\b|counts?|numbers?|sample|frequenc|how many|size", said) is not None
    named = found["plain"] is not None or re.match(r"names?|alphabet|group|label", said) is not None
    statistic = next((item.kinds["stat"] for item in tags if "stat" in item.kinds), "")

    def change(reading: Reading) -> Reading:
        by = next((intent.by[0] for intent in reading.intents if intent.by), "")
        key = "n" if counted else by if named else column if any(column in intent.by for intent in reading.intents) and column else ""
        computed = not said or any(statistic in intent.statistics or column in intent.columns for intent in reading.intents)
        if not key and not computed:
            return replace(reading, not_done=(*reading.not_done, f"{found.group().strip()}: nothing of that name was computed"))
        rising = up is not None or (down is None and key not in ("", "n"))
        return replace(reading, order="ascending" if rising else "descending", order_by=key)

    return [change], [f"sorted {'by name' if named else f'by {said}' if said else 'by what was computed'}"]


def _explained(found: re.Match[str], table: Table) -> Taken:
    return [lambda reading: replace(reading, wants="brief")], ["told in words"]


def _other_way(found: re.Match[str], table: Table) -> Taken:
    return [turned_round], ["the other way round"]


_NAMES = r"([\w .`&-]+?(?:,[\w .`&-]+?)*)"
_END = (
    r"(?=\s*(?:[.;?!]|,?\s*\b(?:but|only|just|per|all rows|please|instead|too|as well|then|what|is|are|does|do|how)\b|"
    r",\s*(?:all|and (?:only|split|chart|plot|show|by))\b|$))"
)
_ADJUST = re.compile(
    rf",?\s*(?:\b(?:and|but|now|also|then|what|how|about|if|when|you|we|i|after|once|by|while)\s+)*"
    rf"(?:\b(?:adjust(?:ed|ing)?|control(?:led|ling)?|correct(?:ed|ing)?|account(?:ed|ing)?)\s+(?:it\s+)?for\s+{_NAMES}{_END}"
    rf"|\btak(?:e|en|ing)\s+{_NAMES}\s+into\s+(?:account|consideration)"
    rf"|\b(?:hold|keep)(?:ing)?\s+{_NAMES}\s+(?:constant|fixed|equal)"
    rf"|\b(?:independent(?:ly)?\s+of|net\s+of|regardless\s+of|at\s+(?:equal|the\s+same))\s+{_NAMES}{_END})",
    re.IGNORECASE,
)
_ALL = re.compile(
    r",?\s*(?:\b(?:and|but|now|then|please)\s+)*(?:\b(?:go|going|return|back)\s+)*(?:\b(?:to|for|of|with|in|across|over|include|on|take|using)\s+)?"
    r"(?:\b(?:all|every)\b(?:\s+of)?(?:\s+the)?\s+(?P<noun>[a-z][\w-]*)(?:\s+(?:again|together))?|\b(?:everyone|everybody|everything)\b(?:\s+again)?"
    r"|\b(?:remove|drop|without|undo|clear)\s+(?:the\s+|that\s+|all\s+)?filters?\b)",
    re.IGNORECASE,
)
_LOG = re.compile(
    r",?\s*(?:\b(?:and|now|but|with|on|in|use|using|take|as|a|the|to)\s+)*(?:\b(?:log(?:arithmic)?(?:[\s-]log)?[\s-](?:scaled?|scales|ax[ie]s|values|transform\w*)|log-log|logarithms?)\b"
    r"|\blog\b)(?:\s+of\s+both)?",
    re.IGNORECASE,
)
_SORT = re.compile(
    r",?\s*(?:\b(?:and|then|now|but|please|also)\s+)*\b(?:sort(?:ed)?|order(?:ed)?|arrange[d]?)\b(?:\s+(?:it|them|that|this|these|the\s+\w+))?"
    r"(?:\s+(?:by|on|according to)\s+(?:the\s+)?(?P<by>number of \w+|sample size|[\w.]+(?: [\w.]+)?)|\s+(?P<plain>alphabetically))?"
    r"(?:[,\s]+(?:in\s+)?(?:descending|ascending|decreasing|increasing|desc|asc|highest first|lowest first|largest first|"
    r"smallest first)(?:\s+order)?)?\s*(?=$|[.;,?!]|\band\b)",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(
    r"^\W*(?:please\s+|can you\s+|and\s+|now\s+)*(?:explain|summari[sz]e|write|put|describe|say|tell me)\s*"
    r"(?:(?:me\s+)?(?:that|this|it|the (?:result|answer|numbers?)s?|it all))?"
    r"(?:\s*(?:in|with|as)\s+(?:plain |simple |a few )?(?:words|sentences?|english|text|terms))?(?:\s+(?:up|please))?\W*$"
    r"|\bwhat does (?:that|this|it) mean\b\W*|\bin (?:plain |simple )?words\b",
    re.IGNORECASE,
)
_OTHER_WAY = re.compile(
    r"^\W*(?:(?:and|now|but|please|show|it|them|do)\s+)*"
    r"(?:the other way (?:round|around)|vice versa|reversed?(?: (?:it|that|them|the order))?|the opposite(?: order| way)?|swap (?:them|it|the \w+)|"
    r"flip (?:it|them|that|the order)|"
    r"(?:the )?(?:lowest|smallest|worst|least|bottom) ones?(?: instead)?|upside down|in (?:the )?reverse(?: order)?)\W*$",
    re.IGNORECASE,
)

_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Table], Taken | None]], ...] = (
    (_OTHER_WAY, _other_way),
    (_EXPLAIN, _explained),
    (_ALL, _all_again),
    (_ADJUST, _adjusted),
    (_LOG, _logged),
    (_SORT, _sorted_by),
)
