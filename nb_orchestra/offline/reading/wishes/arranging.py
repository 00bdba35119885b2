"""Wishes that lay a table out anew or look into its texts: pivot, cross table, weighted means, first rows, search, extracts."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.side_by_side import join_intents
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, groups, measures, period_of
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_QUERY = re.compile(
    r"\b(?:for|about|mention(?:s|ing)?|containing|on)\s+(?:the\s+)?(?:words?\s+|phrase\s+|texts?\s+(?:about|on)\s+)?[\"'“‘]?([^\"'”’?.,]{2,60})", re.IGNORECASE
)


_FIRST_ROWS = re.compile(r"\b(?:first|last|show me|preview)\s+(?:\w+\s+){0,2}rows?\b|\bhead of\b", re.IGNORECASE)


def _categories(clause: Clause) -> list[str]:
    return [name for name in clause.columns() if name in clause.table and (clause.table[name].kind in ("text", "boolean") or clause.table[name].grouping)]


def _crosstab(clause: Clause, memory: Memory) -> list[Intent]:
    names = _categories(clause)
    if len(names) < 2:
        return []
    percent = clause.has("stat", "share") or "percent" in clause.text.casefold()
    return [Intent("crosstab", clause.text, (names[0],), (names[1],), where=clause.conditions, options={"normalise": "rows" if percent else None})]


_AS_ROWS = re.compile(r"\b(\w+) (?:as|in(?: the)?|down(?: the)?|for the) rows\b", re.IGNORECASE)


def _pivot(clause: Clause, memory: Memory) -> list[Intent]:
    names = _categories(clause)
    values = [name for name in measures(clause, memory) if name not in names[:2]]
    if len(names) < 2 or not values:
        return _crosstab(clause, memory)
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS), "mean")
    named = _AS_ROWS.search(clause.text)
    if named is not None and lemma(named[1]) in clause.table[names[1]].words:
        names = [names[1], names[0]]
    return [Intent("pivot", clause.text, (values[0],), tuple(names[:2]), (statistic,), clause.conditions)]


def _in_front(clause: Clause) -> str | None:
    """ "Population-weighted mean …"."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    return next(
        (
            str(tag.value)
            for tag, after in pairs
            if tag.kind == "column" and after.text.casefold().startswith("weighted") and not after.text.casefold().endswith("by")
        ),
        None,
    )


_WEIGHTS = re.compile(
    r"\bweight(?:ed|ing|s)?(?: it)? (?:by|with|on|for) (?:the )?(?P<what>[\w ]+?)(?=,|;|\.|\?|\bby\b|\bper\b|\bfor\b|\bin\b|\Z)", re.IGNORECASE
)
_WEIGHTED_OF = re.compile(
    r"\bweighted (?:average|mean|median)s? (?:of |for )?[^,;.?]*?\bby (?:the )?(?P<what>[\w ]+?)\s*(?=[,;.?{]|\bby\b|\bper\b|\bfor\b|\bin\b|\Z)", re.IGNORECASE
)
""" "Weighted average of price by volume": what stands behind "by" weighs where it measures; the years or groups there do not."""
_HEADS = vocabulary("person people size headcount count number total population enrolment employment")
_SIZES = vocabulary("total count n number size population people headcount")


def _weight(clause: Clause, memory: Memory) -> str:
    """The numeric column that weighs: named as such, or the one that says how many a row stands for."""
    said, named = _WEIGHTS.search(clause.text), (*clause.columns("weight"), _in_front(clause) or "")
    numeric = [name for name in named if name in memory.table and memory.table[name].kind == "number"]
    if not numeric and said is None and (said := _WEIGHTED_OF.search(clause.text)) is not None:
        measured = (memory.table[name] for name in clause.columns("by") if name in memory.table)
        numeric = [column.name for column in measured if column.kind == "number" and not (column.looks_like_year or column.grouping or column.labelling)]
    if numeric or said is None:
        return numeric[0] if numeric else ""
    sizes = [column.name for column in memory.table.of_kind("number") if _SIZES & set(column.words) and not (column.labelling or "sample" in column.words)]
    if len(sizes) == 1 and {lemma(word) for word in said["what"].split()} & _HEADS:
        memory.known |= {word.casefold() for word in said["what"].split()}
        memory.assume(f"{said['what']} → {sizes[0]}")
        return sizes[0]
    return ""


def _weighted(clause: Clause, memory: Memory) -> list[Intent]:
    """ "mean price weighted by volume, by region". Without its weight such a mean is another number, and is not given."""
    weight, said = _weight(clause, memory), _WEIGHTS.search(clause.text)
    values = [name for name in measures(clause, memory) if name != weight]
    if not weight and said is not None and values and not memory.slot_words:
        memory.not_done.append(f"weighted by {said['what']}: no numeric column is called so")
        return [Intent("untold", clause.text)]
    if not weight and values and not memory.slot_words:
        memory.not_done.append(f'{clause.text}: by what it is weighted was not understood; say "weighted by" and a numeric column')
        return [Intent("untold", clause.text)]
    if not weight or not values:
        return []
    mean = re.search(r"\bweighted (?:average|mean|avg)\b", clause.text, re.IGNORECASE)
    statistic = "mean" if mean else next((key for key in clause.keys("stat") if key in ("mean", "median", "sum", "sd", "var")), "mean")
    by = [name for name in groups(clause) if name != weight] or [
        name for name in clause.columns("weight") if name in clause.table and name not in (weight, *values)
    ]
    period = {} if memory.slot_words else period_of(clause, memory, by)
    return [Intent("weighted", clause.text, (values[0],), tuple(by[:2]), (statistic,), clause.conditions, {"weight": weight, **period})]


def _join(clause: Clause, memory: Memory) -> list[Intent]:
    """The goal's tables made one, a join for each further one, by the columns that the clause names or one that is guessed."""
    return join_intents(memory.table, clause.text, clause.columns())


def _head(clause: Clause, memory: Memory) -> list[Intent]:
    n = next((int(number) for number in clause.numbers if 0 < number <= 10_000), 5)
    return [Intent("head", clause.text, options={"n": -n if "last" in clause.text.casefold() else n})]


def _search(clause: Clause, memory: Memory) -> list[Intent]:
    column = _text_column(clause)
    query = next((str(tag.value) for tag in clause.tags if tag.kind == "text"), "")
    match = _QUERY.search(clause.text)
    query = query or (match.group(1).strip() if match else "")
    return [Intent("search", clause.text, (column,), options={"query": query})] if column and query else []


def _digest(clause: Clause, memory: Memory) -> list[Intent]:
    column = _text_column(clause)
    sentences = next((int(number) for number in clause.numbers if 1 <= number <= 50), 5)
    return [Intent("digest", clause.text, (column,), where=clause.conditions, options={"sentences": sentences})] if column else []


_SUM_UP = re.compile(r"\b(?:summari[sz]\w*|summary|sum up|gist|main (?:points?|themes?|topics?)|key (?:points?|messages?))\b", re.IGNORECASE)
_FEW = vocabulary("few sentences sentence words say says said people lines line customers users main points themes topics short brief")


def _sums_up_texts(clause: Clause, memory: Memory) -> bool:
    """ "Summarise the comments": texts in sentences, named by a word of their column."""
    texts = [column for column in clause.table.of_kind("text") if column.wordy]
    named = {word for column in texts for word in column.words}
    asked = _SUM_UP.search(clause.text) is not None and any(lemma(tag.text) in named for tag in clause.tags)
    memory.known |= _FEW if asked else set()
    return asked and not memory.slot_words


_WORDS = re.compile(
    r"\b(?:frequent|common|used|often)\b[^.;?]{0,20}\bwords\b|\bwords\b[^.;?]*\b(?:most often|most frequent\w*|most)\b|\bword counts?\b", re.IGNORECASE
)


_OF_WORDS = vocabulary("word words used common frequent frequently often appear appears occur occurs")


def _frequent_words(clause: Clause, memory: Memory) -> list[Intent]:
    column = _text_column(clause)
    n = next((int(number) for number in clause.numbers if 1 <= number <= 200), 20)
    memory.known |= _OF_WORDS if column else set()
    return [Intent("word_counts", clause.text, (column,), where=clause.conditions, options={"n": n})] if column else []


def _asks_for_words(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _WORDS.search(clause.text) is not None and any(column.wordy for column in clause.table.of_kind("text"))


def _text_column(clause: Clause) -> str | None:
    """The text column that is named, else the one with the most different texts."""
    said = {lemma(tag.text) for tag in clause.tags}
    named = [name for name in clause.columns() if name in clause.table and clause.table[name].kind == "text"]
    named += [column.name for column in clause.table.of_kind("text") if column.wordy and said & set(column.words)]
    texts = sorted(clause.table.of_kind("text"), key=lambda column: -column.distinct)
    return named[0] if named else texts[0].name if texts and texts[0].identifying else None


_LONG = re.compile(
    r"\b(?:to|into|in|make (?:it|this|the (?:table|data))|as) (?:a )?long(?:[ -](?:format|form|table|shape))?\b(?!er)|"
    r"\b(?:melt|unpivot|wide[ -]to[ -]long|stack the columns)\b",
    re.IGNORECASE,
)
_NAMED_BY = re.compile(r"\bwith (?:columns? |a column )?(\w+) and (\w+)\b|\bone row (?:per|for each) \w+(?:,| and) (\w+)\b", re.IGNORECASE)


def _melt(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Turn the table into long format with sector and jobs"."""
    named = [name for name in clause.columns() if name in clause.table and clause.table[name].kind == "number"]
    numbers = [column.name for column in memory.table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
    columns = tuple(named if len(named) > 1 else numbers)
    found = _NAMED_BY.search(clause.text)
    words_of = [word for word in found.groups() if word] if found is not None else []
    memory.known |= {"turn", "format", "long", "reshape", "table", *(word.casefold() for word in words_of)}
    free = [word if word not in memory.table else f"{word}_name" for word in words_of]
    options = {"noun": free[0] if free else "", "value": free[1] if len(free) > 1 else ""}
    return [Intent("melt", clause.text, columns, options=options)] if len(columns) > 1 else []


_WEIGHTED = words(
    "weighted stat statistics compare resample plain extreme super rank count seasonal share share_of percent_of rate trend distribution create rows"
    " value_counts peak pattern growth change counts describe"
)
ARRANGING = (
    Wish(
        "melt", _melt, takes=words("rank count super extreme point run longest"), when=lambda clause, memory: _LONG.search(clause.text) is not None, ends=True
    ),
    Wish("join", _join, words("join"), takes=words("join compare plain"), ends=True),
    Wish("weighted", _weighted, words("weighted"), takes=_WEIGHTED),
    Wish("crosstab", _crosstab, words("crosstab"), takes=words("crosstab pivot compare proportions count value_counts")),
    Wish("pivot", _pivot, words("pivot"), takes=words("pivot stat statistics compare")),
    Wish("head", _head, takes=words("head rank count rows super extreme"), when=lambda clause, memory: _FIRST_ROWS.search(clause.text) is not None, ends=True),
    Wish("search", _search, words("search"), takes=words("search count"), ends=True),
    Wish("digest", _digest, words("digest"), takes=words("digest describe")),
)

TEXTS = (
    Wish("word_counts", _frequent_words, takes=words("count rank super extreme value_counts"), when=_asks_for_words, ends=True),
    Wish("digest_of", _digest, takes=words("digest describe explore"), when=_sums_up_texts, ends=True),
)
"""Before a look at the whole table: what is summed up are the texts in it."""
