"""Broad wishes: a first look at the whole table, and what goes with one of its columns ("what drives …", "what tells … apart", "how do the … differ")."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.formulas import made
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.synonyms import POINTERS, same_notion
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_AFFECTS = (
    r"(?:drives?|makes?|determines?|affects?|influences?|impacts?|explains?|predicts?|causes?|shapes?|matters?(?: the)?(?: most)?(?: for| to| in)?|"
    r"contributes?(?: the)?(?: most)? to|go(?:es)? (?:along |together )?with|(?:is|are|lies?) behind|(?:is|are) responsible for|"
    r"(?:is|are) (?:most |strongly |closely )?(?:related|associated|linked|tied|important|connected|relevant)(?: most)?(?: to| with| for))"
)
_THINGS = (
    r"(?:\s+(?:of|the|these|those|other|kinds? of|else|all|things?|factors?|variables?|columns?|features?|characteristics?|attributes?|traits?|properties|"
    r"measurements?|measures?|really|mainly|most|mostly|best|actually|strongly))*"
)
_OPEN = re.compile(
    rf"\b(?:what|which)\b{_THINGS}\s+{_AFFECTS}\b"
    r"|\bwhat (?:does|do|did)\b.*\bdepends? on\b"
    r"|\b(?:drivers?|determinants?|predictors?|(?:key |main |most important )?factors?)\s+"
    r"(?:of|for|behind|that|which|affecting|influencing|driving|determining|explaining)\b"
    r"|\bwhat (?:is|are) .{1,60}(?:related to|associated with|linked to|driven by)\s*\??$",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(?:tells?|sets?|telling|keeps?)\b.{1,60}\bapart\b|\b(?:distinguish(?:es)?|separates?|differentiates?)\b", re.IGNORECASE)
_DIFFER = re.compile(r"\bdiffers?\b|\bdifferences? (?:between|among|across)\b", re.IGNORECASE)
_MEASURED = re.compile(r"\b(?:measurements?|measures|numbers|numeric(?:al)? (?:columns|variables|features))\b", re.IGNORECASE)


def _explore(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("explore", clause.text, where=clause.conditions)]


def _about_all(clause: Clause, memory: Memory) -> bool:
    return not clause.columns() and not memory.slot_words and memory.find("explore", "drivers") is None


_SUMMARY = re.compile(r"\bsummar(?:y of|i[sz]e)\b", re.IGNORECASE)


def _sums_up(clause: Clause, memory: Memory) -> bool:
    return _about_all(clause, memory) and _SUMMARY.search(clause.text) is not None and not clause.keys("stat")


def _drivers(clause: Clause, memory: Memory) -> list[Intent]:
    """Everything else against the one column that is asked about; only numbers where the goal says "by their measurements"."""
    target = _target(clause, memory)
    apart = _against_rest(clause)
    if apart is not None:
        return _one_against_rest(apart, clause, memory)
    if target in memory.made and not clause.makes:
        memory.learn(made(target, memory, clause))
    among: tuple[str, ...] = ()
    measured = _MEASURED.search(clause.text)
    if measured is not None:
        columns = [column for column in clause.table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
        among = tuple(column.name for column in columns if column.name != target)
        memory.assume(f"{measured.group()}: {', '.join(among[:6])}{' …' if len(among) > 6 else ''}")
    _know(clause, memory)
    where = tuple(condition for condition in clause.conditions if condition["column"] != target or condition["op"] == "in")
    return [Intent("drivers", clause.text, (target,), where=where, options={"among": among})]


def _one_against_rest(apart: tuple[str, str, Any], clause: Clause, memory: Memory) -> list[Intent]:
    name, column, value = apart
    memory.assume(f"{value} against the rest: {name}")
    _know(clause, memory)
    memory.table = memory.table.with_column(name, "boolean")
    among = tuple(item.name for item in clause.table.columns if item.name != column)
    where = tuple(condition for condition in clause.conditions if condition["column"] != column)
    tree = {"op": "==", "args": [{"column": column}, value]}
    derive = Intent("derive", clause.text, (name,), options={"name": name, "expression": tree})
    return [derive, Intent("drivers", clause.text, (name,), where=where, options={"among": among})]


def _know(clause: Clause, memory: Memory) -> None:
    """The words that called the wish are not left over."""
    for pattern in (_OPEN, _APART, _DIFFER, _REST):
        found = pattern.search(clause.text)
        memory.known |= set(re.findall(r"\w+", found.group().casefold())) if found is not None else set()


_REST = re.compile(r"\b(?:the )?(?:rest|others?|everyone else|everything else|all other\w*)\b", re.IGNORECASE)


def _against_rest(clause: Clause) -> tuple[str, str, Any] | None:
    """ "What tells engineering apart from the rest": the column's name to be made, the column and its value."""
    levels = [tag.value for tag in clause.tags if tag.kind == "level"]
    if len(levels) != 1 or not _REST.search(clause.text):
        return None
    column, value = str(levels[0][0]), levels[0][1]
    return f"is_{re.sub(r'[^a-z0-9]+', '_', str(value).casefold()).strip('_')}", column, value


def _target(clause: Clause, memory: Memory) -> str:
    """The only column that the clause names, or the one that its adjective points at ("profitable") or its two values stand in; "" for several."""
    named = [name for name in clause.columns() if name in clause.table and not (clause.table[name].kind == "text" and clause.table[name].identifying)]
    levels = {str(tag.value[0]) for tag in clause.tags if tag.kind == "level"}
    if not named and len(levels) == 1 and sum(tag.kind == "level" for tag in clause.tags) > 1:
        return levels.pop()
    if not named:
        named = [column for tag in clause.tags if "point" in tag.kinds for column in _pointed(str(tag.kinds["point"]), clause, memory)][:1]
    return named[0] if len(named) == 1 else ""


def _pointed(word: str, clause: Clause, memory: Memory) -> list[str]:
    notions = POINTERS.get(word, ((), ""))[0]
    exact = [notion for notion in notions if notion in memory.made] or [notion for notion in notions if notion in clause.table]
    return exact or [
        column.name for column in clause.table.of_kind("number") if any(same_notion(notion, piece) for notion in notions for piece in column.words)
    ]


def _asks_openly(clause: Clause, memory: Memory) -> bool:
    if memory.slot_words:
        return False
    target = _target(clause, memory)
    if _OPEN.search(clause.text) or _APART.search(clause.text):
        return bool(target) or _against_rest(clause) is not None
    groups = bool(target) and clause.table[target].grouping and clause.table[target].kind != "number"
    return groups and not memory.measure and _DIFFER.search(clause.text) is not None


def _aimless(clause: Clause, memory: Memory) -> list[Intent]:
    found = _OPEN.search(clause.text)
    memory.not_done.append(f"{found.group() if found else clause.text} …: which column is meant was not understood; name it in backticks")
    return []


def _has_no_aim(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and not clause.columns() and _OPEN.search(clause.text) is not None


def look_first(asked: str, memory: Memory) -> None:
    """ "Write a report on {table}" and nothing more: a first look at what the goal keeps of the table. On named columns: these, by the groups named."""
    dressing = [number for number, intent in enumerate(memory.intents) if intent.kind in ("brief", "chart")]
    if memory.wants == "brief" and not memory.slot_words and all(intent.kind in _BEFORE_A_LOOK for intent in memory.intents):
        memory.intents[min(dressing) : min(dressing)] = _looks(asked.strip(), memory)


def _looks(asked: str, memory: Memory) -> list[Intent]:
    named = [memory.table[name] for name in dict.fromkeys(memory.mentioned) if name in memory.table]
    by = [column.name for column in named if column.grouping or column.kind in ("text", "boolean")]
    numbers = [column.name for column in named if column.kind == "number" and column.name not in by]
    if numbers and by:
        return [Intent("compare", asked, (number,), tuple(by[:2]), options={"test": "auto"}) for number in numbers[:3]]
    if numbers:
        return [Intent("distribution", asked, (number,)) for number in numbers[:3]] + [Intent("drivers", asked, (numbers[0],))]
    return [Intent("drivers", asked, (by[0],))] if by else [Intent("explore", asked)]


_BEFORE_A_LOOK = frozenset({"brief", "chart", "filter", "clean", "dedupe", "drop_missing", "convert", "recode"})


EXPLORING = (
    Wish(
        "drivers",
        _drivers,
        takes=words("explore compare correlate regress predict matrix trend extreme rank stat statistics count classify proportions outlier"),
        when=_asks_openly,
        ends=True,
    ),
    Wish("aimless", _aimless, when=_has_no_aim),
    Wish("explore", _explore, words("explore"), takes=words("explore profile describe"), when=_about_all),
    Wish("summary", _explore, words("describe"), takes=words("explore profile describe"), when=_sums_up),
)
