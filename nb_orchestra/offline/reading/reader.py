"""Reads a goal clause by clause: tags, roles, conditions, then the wishes that fire; memory fills what a clause leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nb_orchestra.offline.reading.amending import amend, only_says_how
from nb_orchestra.offline.reading.answer_formats.binding import bound
from nb_orchestra.offline.reading.answer_formats.carrying import keeps_all, of_these, only_makes, settled
from nb_orchestra.offline.reading.answer_formats.formats import divide, slots
from nb_orchestra.offline.reading.answer_formats.labelling import with_labels
from nb_orchestra.offline.reading.answer_formats.modelled import MODEL_WORDS, modelled, with_model, without_model
from nb_orchestra.offline.reading.answer_formats.preparing import named_again, not_yet_made, prepared
from nb_orchestra.offline.reading.answer_formats.verdicts import rules, significance
from nb_orchestra.offline.reading.arranged import in_order, ruled
from nb_orchestra.offline.reading.checking.coverage import proper_names
from nb_orchestra.offline.reading.checking.leaving import tell_lost
from nb_orchestra.offline.reading.checking.weighing import comparatives, leading_verbs, lost_restriction
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.banding import banded
from nb_orchestra.offline.reading.deriving.declaring import declared, with_formula, with_ratios
from nb_orchestra.offline.reading.deriving.formulas import made
from nb_orchestra.offline.reading.deriving.inline import with_inline
from nb_orchestra.offline.reading.deriving.lasting import with_durations
from nb_orchestra.offline.reading.deriving.totals import of_days
from nb_orchestra.offline.reading.given import take_names
from nb_orchestra.offline.reading.intents import Intent, Reading, broken, texts_in
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.ordered import ordered
from nb_orchestra.offline.reading.rephrasing.leaning import each_of_before
from nb_orchestra.offline.reading.rephrasing.levelling import level_ground
from nb_orchestra.offline.reading.restricting.conditions import filters
from nb_orchestra.offline.reading.restricting.contrasts import contrasted
from nb_orchestra.offline.reading.restricting.filters import words_of
from nb_orchestra.offline.reading.roles import roles
from nb_orchestra.offline.reading.sense import sensed
from nb_orchestra.offline.reading.side_by_side import joined_apart
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag, tag
from nb_orchestra.offline.reading.things import row_nouns
from nb_orchestra.offline.reading.turning import turned
from nb_orchestra.offline.reading.wishes import LAST_WISHES, WISHES
from nb_orchestra.offline.reading.wishes.changing import words_of_change
from nb_orchestra.offline.reading.wishes.entities import of_large_groups
from nb_orchestra.offline.reading.wishes.exploring import look_first
from nb_orchestra.offline.reading.wishes.inheriting import of_these_rows, says_nothing, spoken_of
from nb_orchestra.offline.reading.wishes.referring import REFERRING
from nb_orchestra.offline.reading.wishes.varying import VARYING

LONGEST_GOAL = 8_000
"""Characters that are read; a longer text is more than a goal, and reading it takes longer than its length."""

_HOW = {
    "synonym": "{text} → {value}",
    "typo": "{text} → {value} (nearest name)",
    "part": "{text} → {value}",
    "content": "{text} → {column} = {value}",
}


def read(text: str, table: Table) -> Reading:
    """The goal as intents over one table. Nothing here fails: what could not be read stands in `not_done`."""
    whole, text = text, text[:LONGEST_GOAL]
    asked, section = divide(text)
    answer = slots(section, asked)
    table = replace(table, exact=bool(answer))
    memory = Memory(table, question=text, slot_words=frozenset(word for slot in answer for word in slot.words))
    body = take_names(asked, memory)
    body, order = (prepared(body, memory), "") if answer else ordered(body, memory)
    memory.order = order
    body, model = _modelled(body, memory)
    for clause in clauses_of(body, memory):
        _read_or_tell(clause, memory)
    memory.intents[:0] = not_yet_made(memory)
    memory.intents[:] = memory.intents if model is None else [*with_model(memory.intents, model), model]
    look_first(asked, memory)
    if len(whole) > LONGEST_GOAL:
        memory.not_done.insert(0, f"the goal has {len(whole):,} characters: only the first {LONGEST_GOAL:,} were read")
    stated = rules(asked) if answer else ()
    return Reading(
        memory.table,
        in_order(ruled(memory, asked) if answer else memory.intents),
        with_labels(answer, stated, table),
        stated,
        tuple(memory.assumptions),
        tuple(memory.not_done),
        memory.names,
        memory.wants,
        text,
        significance(asked),
        order or memory.order,
        tuple(memory.unread),
        frozenset(memory.known),
        tuple(memory.loose),
        dict(memory.anew),
    )


_CLASSED = re.compile(r"\bclassif(?:y|ies|ied|ying|ication)\b", re.IGNORECASE)


def _modelled(body: str, memory: Memory) -> tuple[str, Intent | None]:
    """The text without what only says how a model is made, and the model."""
    asked = memory.slot_words and MODEL_WORDS.search(_CLASSED.sub(" ", body) if memory.recoded else body)  # classes by limits are no model
    if asked:
        _declare(level_ground(body), memory)
    model = modelled(body, memory) if asked else None
    return (body if model is None else without_model(body, memory)), model


def _read_or_tell(clause: Clause, memory: Memory) -> None:
    try:
        read_clause(clause, memory)
    except Exception as error:  # a fault of ours in one clause: the others are worth having
        memory.not_done.append(broken(clause.text, error))


def clauses_of(body: str, memory: Memory) -> Iterator[Clause]:
    """The clauses of a text, one after the other; new columns are declared before the first."""
    body = level_ground(body)
    _declare(body, memory)
    body = named_again(body, memory) if memory.slot_words else banded(body, memory)
    memory.assumptions.clear()
    memory.unread.clear()
    for line in memory.derivations:
        memory.assume(line)
    read = turned(bound(tag(body, memory.table), body, memory.table, memory.made), memory.table) if memory.slot_words else sensed(body, memory.table)
    for tags in split(read):
        tags, joins = joined_apart(tags, body, memory.table)
        for intent in joins:
            memory.learn(intent)
        ready = with_inline(with_ratios(with_durations(settled(tags, memory), memory), memory), memory)
        ready = with_formula(lambda tags: _clause(body, tags, memory), ready, memory)
        clause = _clause(body, ready, memory)
        yield replace(clause, makes=_make_columns(clause, memory))


def _declare(body: str, memory: Memory) -> None:
    declared([_clause(body, tags, memory) for tags in split(tag(body, memory.table), whole=True)], memory)


def _clause(body: str, tags: tuple[Tag, ...], memory: Memory) -> Clause:
    words = body[tags[0].start : tags[-1].end].strip(" ,;:\n")
    found = filters(tags, memory.table)
    verbs = leading_verbs(tags, found)
    apart, together = contrasted(tags, found, memory)
    for note in found.notes:
        memory.assume(note)
    memory.not_done += found.lost
    memory.known |= words_of(tags, found) | verbs
    _explain(tags, memory)
    question = any(item.is_a("word", "question") and not (n and item.text.casefold() in _RELATIVE) for n, item in enumerate(tags[:3]))
    rest = tuple(item for n, item in enumerate(tags) if n not in found.used or item.kind in ("level", "text"))
    memory.unread += lost_restriction(tags, found)
    if question_of(body, tags):
        memory.unread += [name for name in proper_names(rest) if not _ABOUT_THE_FILE.match(body[tags[0].start :].partition(name)[2])]
    named = roles(tags, frozenset(found.used | row_nouns(tags, memory.table)))
    starts = tuple(tags[min(places)].start - tags[0].start for places in found.places)
    grouped = ((apart, "by"),) if apart and (apart, "by") not in named else each_of_before(tags, named, memory)
    return Clause(
        words, rest, memory.table, (*named, *grouped), tuple(found.conditions), question=question, starts=starts, together=apart if together else None
    )


_RELATIVE = ("where", "who", "which", "that", "whose")
"""Behind another word these begin a condition, not a question."""

_ABOUT_THE_FILE = re.compile(r"\s*(?:data\s?set|data|table|file|dataframe|column|frame|csv)\b", re.IGNORECASE)


def question_of(body: str, tags: tuple[Tag, ...]) -> bool:
    """True for a clause of the first paragraph: the question itself, not how it is to be answered."""
    return "\n" not in body[: tags[0].start].strip()


def _make_columns(clause: Clause, memory: Memory) -> bool:
    """A declared column is made where it is first spoken of."""
    done = {intent.option("name") for intent in memory.intents if intent.kind == "derive"}
    named = [*clause.columns(), *texts_in(clause.conditions)]
    parts = [part for name in named if name in memory.made for part in texts_in(memory.made[name])]
    new = [name for name in dict.fromkeys([*parts, *named]) if name in memory.made and name not in done]
    for name in new:
        memory.learn(made(name, memory, clause))
    return bool(new)


def _explain(tags: tuple[Tag, ...], memory: Memory) -> None:
    for item in tags:
        if item.kind == "lexical" and item.how == "typo":
            memory.assume(f"{item.text} → {item.value} (nearest word)")
        if item.kind == "column" and item.how in ("synonym", "typo", "part") and item.text.casefold() not in str(item.value).casefold():
            line = _HOW[item.how].format(text=item.text, value=item.value)
            memory.assume(line + (f" (also possible: {', '.join(item.rivals[:3])})" if item.rivals else ""))
        elif item.kind == "column" and item.rivals:
            memory.assume(f"{item.text} → {item.value} (also possible: {', '.join(item.rivals[:3])})")
        elif item.kind == "level":
            memory.assume(_HOW["content"].format(text=item.text, column=item.value[0], value=item.value[1]))


_REFUSES = re.compile(
    r"\b(?:do not|don[’']t|does not need|should not|shouldn[’']t|must not|never|no need to|not be|no further|not necessary|avoid|"
    r"no \w+(?: \w+)? (?:should|shall|must|may|will|need|are to|is to|has to|have to)(?: to)? be)\b",
    re.IGNORECASE,
)


def read_clause(clause: Clause, memory: Memory) -> None:
    """What one clause wishes, kept in memory; what cannot be read stands in `not_done`."""
    if (_REFUSES.search(clause.text) and not clause.conditions) or says_nothing(clause, memory):
        return
    amend(clause, memory)
    if memory.slot_words:
        if keeps_all(clause):
            return
        clause = of_these(clause, memory)
        if only_makes(clause, memory):
            return
    if only_says_how(clause, memory):
        return
    live, gone, found, rows = frozenset(clause.verbs), set[str](), list[Intent](), spoken_of(clause, memory)
    memory.spoken_times = [item for item in clause.conditions if item["column"] == memory.table.date] or memory.spoken_times
    for wish in WISHES:
        if "stat" in gone and wish.stats and not (wish.verbs & (live - gone)):
            continue
        needed, assumed = wish.verbs & (live - gone), len(memory.assumptions)
        if not wish.called(clause, frozenset(live - gone), memory) or (wish.name in gone):
            del memory.assumptions[assumed:]  # how a word would have been read by a wish that is none
            continue
        if wish.verbs and not needed and not wish.methods.intersection(clause.keys("method")) and not wish.stats:
            continue
        theirs = () if wish in (*REFERRING, *VARYING) else rows
        wishes = [of_these_rows(of_large_groups(of_days(intent, clause, memory), clause, memory), theirs, memory) for intent in wish.build(clause, memory)]
        for intent in wishes:
            memory.learn(intent)
        found += wishes
        if wishes:
            gone |= wish.takes
            if wish.ends:
                break
    last = (wish for wish in LAST_WISHES if not found and (wish.when is None or wish.when(clause, memory)))
    for wish in last:
        for intent in wish.build(clause, memory):
            found.append(of_these_rows(of_days(intent, clause, memory), rows, memory))
            memory.learn(found[-1])
    memory.known |= comparatives(clause, found) | words_of_change(clause, found)
    tell_lost(clause, found, memory)
