"""Second questions about what the first part found: "what share of the total each has", "what part of it was …", "which month was the best"."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.moments import tested
from nb_orchestra.offline.reading.wishes.peaking import PARTS
from nb_orchestra.offline.reading.wishes.picking import measures
from nb_orchestra.offline.reading.wishes.ranking import BAD
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SHARE = r"(?:shares?|percent\w*|parts?|proportions?|fractions?|portions?)"
_EACH_HAS = re.compile(
    rf"\b{_SHARE}\b(?: of (?:the |it|that )?(?:total|whole|all|it|that|sum)?)?.*\b(?:each|every one|they each)\b|\beach\b.*\b{_SHARE}\b", re.IGNORECASE
)
_OF_IT = re.compile(
    rf"\b{_SHARE} of (?:it|them|this|that|these|those|the total|the whole)\b|^(?:and )?(?:what|which) {_SHARE} (?:is|are|was|were)\b", re.IGNORECASE
)


def _part_of_each(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Total revenue by channel, and what share of the total each one has": in one table with the totals."""
    earlier = memory.intents[-1]
    memory.intents.pop()
    if earlier.kind == "statistics":
        return [replace(earlier, kind="part", clause=f"{earlier.clause}, {clause.text}")]
    return [replace(earlier, kind="value_counts", columns=earlier.by[:1], by=earlier.by[1:], clause=f"{earlier.clause}, {clause.text}")]


def _shares_of_before(clause: Clause, memory: Memory) -> bool:
    if memory.slot_words or not memory.intents or clause.conditions or not _EACH_HAS.search(clause.text):
        return False
    earlier = memory.intents[-1]
    summed = earlier.kind == "statistics" and earlier.statistics == ("sum",) and len(earlier.columns) == 1
    named = set(clause.columns()) - {*earlier.by, *earlier.columns}
    return bool(earlier.by) and not named and (summed or (earlier.kind == "count" and not earlier.where and not earlier.options))


def _part_of_it(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The total population in 2005, and what part of it was China and India together": of the rows of the first part."""
    earlier, counted = _whole(memory), clause.conditions or _yes(clause)
    if earlier is None or not counted or any(tested(item) is None for item in counted):
        return []
    if earlier.kind == "count":
        return [Intent("share", clause.text, (), (), where=counted, options={"of": earlier.where})]
    return [Intent("part_of_it", clause.text, earlier.columns, (), ("sum",), earlier.where, {"counted": counted})]


def _yes(clause: Clause) -> tuple[Condition, ...]:
    """A column of yes and no that is named counts its yes."""
    named = [clause.table[name] for name in clause.columns() if name in clause.table and clause.table[name].truth]
    return tuple({"column": column.name, "op": "==", "value": column.yes} for column in named[:1])


def _whole(memory: Memory) -> Intent | None:
    """The one total or count that the first part asked for."""
    earlier = memory.find("statistics", "count")
    total = earlier is not None and earlier.kind == "statistics" and earlier.statistics == ("sum",) and len(earlier.columns) == 1
    return earlier if earlier is not None and not earlier.by and (total or earlier.kind == "count") else None


def _of_it(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and not clause.columns("by") and _OF_IT.search(clause.text) is not None


def _best_of_before(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Monthly revenue in 2024, and which month was the best": of that revenue, in those rows."""
    earlier = memory.find("resample")
    part = next((key for key in clause.keys("time") if key in PARTS), "")
    if earlier is None or earlier.by or earlier.option("every") != part:
        return []
    side = next(iter(clause.keys("super")), "max")
    options = {"date": earlier.option("date"), "every": part, "which": side, "n": 0}
    return [replace(earlier, kind="peak", clause=clause.text, options=options)]


def _asks_best(clause: Clause, memory: Memory) -> bool:
    named = [name for name in clause.columns() if name != memory.table.date]
    adjective = any("point" in tag.kinds and tag.text.casefold() not in ("best", "worst") for tag in clause.tags)
    return not memory.slot_words and clause.has("super") and clause.has("time") and not named and not clause.conditions and not adjective


_WHICH_ONE = re.compile(
    r"\W*(?:and )?(?:which|who|what)(?: (?:one|of (?:them|these|those)|group|is it that|"
    r"(?P<thing>(?!(?:is|was|are|were|has|have|had|does|did|comes?|came|do|the|out)\b)\w+)))?"
    r"(?: (?:is|was|are|were|has|have|had|does|did|comes?|came|do))? (?:the |out )*"
    r"(?P<side>best|worst|highest|lowest|most|least|largest|smallest|biggest|fewest|top)\W*\Z",
    re.IGNORECASE,
)
UNWANTED = re.compile(
    r"return|cancel|fail|reject|refus|absen|late|churn|drop|die|dead|lost|error|damag|refund|default|miss|wrong|broken|complain", re.IGNORECASE
)


def _which_of_before(clause: Clause, memory: Memory) -> list[Intent]:
    """ "… and which one is worst": of the groups that the part before spoke of, by what it computed."""
    earlier, said = memory.find("share", "statistics", "count"), _WHICH_ONE.match(clause.text)
    if said is not None and said["side"].casefold() in ("best", "worst"):
        earlier = memory.find("share", "statistics") or earlier
    if earlier is None or not earlier.by or said is None or (said["thing"] and clause.columns() != earlier.by[:1]):
        return []
    word = said["side"].casefold()
    side = "min" if word in ("worst", "lowest", "least", "smallest", "fewest") else "max"
    valued = earlier.columns[:1] or tuple(str(item.get("value")) for item in earlier.where[:1])
    unwanted = bool(valued) and (UNWANTED.search(valued[0]) is not None or (valued[0] in memory.table and bool(BAD & set(memory.table[valued[0]].words))))
    if word in ("best", "worst") and unwanted:
        side = "min" if side == "max" else "max"
        memory.assume(f"{word}: the {'most' if side == 'max' else 'least'} {valued[0]}")
    if earlier.kind == "statistics":
        return [
            replace(
                earlier,
                kind="group_extreme",
                clause=clause.text,
                columns=earlier.columns[:1],
                by=earlier.by[:1],
                statistics=earlier.statistics[:1],
                options={"which": side},
            )
        ]
    if earlier.kind == "count":
        return [Intent("most_common", clause.text, earlier.by[:1], where=earlier.where, options={"which": side})]
    memory.intents[memory.intents.index(earlier)] = replace(earlier, options={**earlier.options, "which": side})
    return [memory.intents[-1]]


def _asks_which_one(clause: Clause, memory: Memory) -> bool:
    """ "Which one is worst", and "which team is worst" where the part before spoke of teams."""
    said = None if memory.slot_words else _WHICH_ONE.match(clause.text)
    earlier = memory.find("share", "statistics", "count") if said is not None else None
    of_groups = earlier is not None and bool(earlier.by) and clause.columns() == earlier.by[:1]
    return said is not None and (not said["thing"] or (of_groups and said["side"].casefold() in ("best", "worst")))


_OFTEN = re.compile(r"\b(?:is|does|do|did|was|were|are) (?:that|this|it|they|those)\b.*\b(?:more|less) (?:often|frequent\w*|common\w*|likely)\b", re.IGNORECASE)


def _more_often(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many orders have no rating, and does that happen more often when the order was returned": the share of it in either group."""
    earlier = memory.find("count", "filter", "missing")
    if earlier is None:
        return []
    by = next((name for name in clause.columns() if name in clause.table and clause.table[name].truth), None)
    by = by or next((str(item["column"]) for item in clause.conditions if memory.table[str(item["column"])].kind in ("text", "boolean")), None)
    where: tuple[Condition, ...] = earlier.where or tuple({"column": name, "op": "missing"} for name in earlier.columns)
    if by is None or not where:
        return []
    memory.known |= {"happen", "happens", "more", "often", "likely", "frequently", "common"}
    return [Intent("share", clause.text, (), (by,), where=where)]


def _often(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _OFTEN.search(clause.text) is not None


_PRONOUN = re.compile(r"\b(?:their|its|they|those|them)\b", re.IGNORECASE)
_THAN_REST = re.compile(r"\bthan\b.*\b(?:weekdays?|weekends?|others?|rest|remaining|not)\b", re.IGNORECASE)


def _theirs(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many came in at the weekend, and is their average stay longer than that of the others": those of the first part against the rest."""
    earlier = memory.find("count", "share")
    values = [name for name in measures(clause, memory, inherit=False) if name != memory.table.date]
    if earlier is None or len(earlier.where) != 1 or not values:
        return []
    test = tested(earlier.where[0])
    if test is None:
        return []
    name, label = next(name for name in ("group", "compared_group", "further_group") if name not in memory.table), _label(earlier.where[0])
    memory.made[name] = {"op": "if", "args": [test, label, "others"]}
    memory.table = memory.table.with_column(name, "text")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    memory.assume(f"{label}: compared with all others")
    return [Intent("compare", clause.text, (values[0],), (name,), options={"test": "auto"})]


def _label(condition: Condition) -> str:
    value = condition["value"]
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _asks_theirs(clause: Clause, memory: Memory) -> bool:
    said = _PRONOUN.search(clause.text) is not None and _THAN_REST.search(clause.text) is not None
    return said and not memory.slot_words and clause.question and bool(memory.intents)


_ALL = words(
    "count rows value_counts rank super extreme stat statistics share share_of percent_of filter keep resample counts compare plain distinct pattern peak trend"
)

REFERRING = (
    Wish("part_of_each", _part_of_each, takes=_ALL, when=_shares_of_before, ends=True),
    Wish("part_of_it", _part_of_it, takes=_ALL, when=_of_it, ends=True),
    Wish("more_often", _more_often, takes=_ALL, when=_often, ends=True),
    Wish(
        "which_of_before",
        _which_of_before,
        takes=_ALL,
        when=_asks_which_one,
        ends=True,
    ),
    Wish("theirs", _theirs, takes=_ALL, when=_asks_theirs, ends=True),
    Wish("best_of_before", _best_of_before, takes=_ALL, when=_asks_best, ends=True),
)
