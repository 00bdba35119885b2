"""The planner that needs no model: reads a goal by grammar and writes plan data. Deterministic; equal goals give equal plans.

It does not run anything, and it looks at the goal's tables only to read names, kinds and levels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import OrchestraError, PlanError, UnreadableGoalError
from nb_orchestra.offline.edition import edition
from nb_orchestra.offline.unread import MOST_UNREAD, left_over, unread_words, unreadable
from nb_orchestra.protocols import Catalogue


class BuiltinPlanner:
    """Fills protocols.Planner by grammar. `plan` raises UnreadableGoalError with three goals that work where it can read nothing."""

    name = "built-in"
    usage = Usage()

    def __init__(self) -> None:
        self.identity = f"builtin/{edition()}"

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        """Plan data for the goal; an edit of the earlier plan where the goal continues one. Documents that it names are searched, alone or beside tables."""
        from nb_orchestra.offline.literature import about_documents, with_documents
        from nb_orchestra.offline.reading import is_frame

        try:
            if catalogue.sources and not any(is_frame(value) for value in goal.data.values()):
                return about_documents(goal, catalogue.sources)
            return with_documents(goal, catalogue.sources, plan_of)
        except OrchestraError:
            raise
        except Exception as error:  # a fault of ours must not look like the person's
            hint = "please report the goal; other words, or a model as planner, can help at once"
            raise UnreadableGoalError(f"the built-in planner broke on this goal ({type(error).__name__}: {error})", hint=hint) from error

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        """The grammar reads a goal one way only, so a second try would be the same."""
        raise PlanError(f"the built-in planner's plan was refused: {complaint}", hint="please report the goal; a model as planner can try another way")


def plan_of(goal: Goal) -> dict[str, Any]:
    """The same without waiting."""
    from nb_orchestra.offline.reading.checking.idle import idle
    from nb_orchestra.offline.reading.rephrasing.talking import to_the_point
    from nb_orchestra.offline.reading.sense import sensed
    from nb_orchestra.offline.unmatched import unmatched

    table = _table(goal)
    if (apart := unmatched(goal)) is not None:
        return apart
    made, slots = _planned(goal, table)
    said = to_the_point(goal.text)
    words = [] if slots else idle(sensed(said, table), said, table, _params(made), lambda text: _computed(goal, table, text))
    words = [word for word in words if goal.earlier is None or word.casefold() not in ("instead", "explain")]  # an edit reads them
    told = " ".join(made.get("not_done", ())).casefold()
    lines = [f"{word}: not read, the answer does not take it into account" for word in words if word.split()[-1].casefold() not in told]
    return {**made, **({"not_done": [*made.get("not_done", ()), *lines]} if lines else {})}


def _computed(goal: Goal, table: Any, text: str) -> list[Any] | None:
    """What the steps of another wording compute; None where it cannot be read."""
    try:
        made, _ = _planned(replace(goal, text=text), table)
    except OrchestraError:
        return None
    return _params(made)


def _params(made: Mapping[str, Any]) -> list[Any]:
    """What the steps compute, without the text that is written of it."""
    return [step["params"] for step in made["steps"] if step["kind"] != "ask"]


def _planned(goal: Goal, table: Any) -> tuple[dict[str, Any], bool]:
    """Plan data, and whether the goal has an answer format."""
    from nb_orchestra.offline.continuing import earlier_goals
    from nb_orchestra.offline.plans import LOWERINGS, Draft, lower
    from nb_orchestra.offline.plans.answering import finish
    from nb_orchestra.offline.plans.shapes import convert_disguised
    from nb_orchestra.offline.plans.spellings import merge_named
    from nb_orchestra.offline.together import brought_together

    said = "\n".join([*earlier_goals(goal), goal.text])
    both = brought_together(goal, table, said)
    ready, reading, edits = _read(goal, both, said)
    table, text = ready.table, ready.text
    draft = Draft(
        reading, assumptions=[*reading.assumptions, *ready.told], not_done=[*_no_rows(table), *both.not_done, *reading.not_done], reserved=frozenset(goal.data)
    )
    intents = [*both.intents, *ready.intents, *_with_joins(reading, both.joins, first=goal.earlier is not None)]
    joins = next((n for n, intent in enumerate(intents) if intent.kind not in ("join", "stack", "melt", "relabel")), len(intents))
    for intent in intents[:joins]:
        lower(draft, intent)
    convert_disguised(draft)
    merge_named(draft)
    for intent in intents[joins:]:
        if intent.kind in LOWERINGS:
            lower(draft, intent)
    made = finish(draft) if reading.intents or both.joins else None
    if made is None:
        untold = reading.not_done if any(intent.kind == "untold" for intent in reading.intents) else ()
        raise unreadable(goal, table, [*both.not_done, *untold])
    unread, heavy = _tell_losses(goal, made, reading, text, table)
    if heavy and not reading.slots and left_over(made["steps"], reading, heavy):
        raise unreadable(goal, table)
    goals = [*earlier_goals(goal), goal.text] if edits else [goal.text]
    if edits:
        _tell_of_edits(goal, made, reading)
    return {**made, "facts": {"goals": goals, "unread": unread}}, bool(reading.slots)


def _read(goal: Goal, both: Any, said: str) -> tuple[Any, Any, bool]:
    """The prepared text and table, the reading of them (an edit of the first goal's where this one continues it), and whether it is such an edit."""
    from nb_orchestra.offline.continuing import NO_EDIT, continued, earlier_goals, stands_alone
    from nb_orchestra.offline.reading import read
    from nb_orchestra.offline.reading.readying import made_ready

    ready = made_ready(both.said(goal.text), both.table.dated_by(said))
    if texts := earlier_goals(goal):
        first = made_ready(both.said(texts[0]), both.table.dated_by(said))
        reading = None if stands_alone(ready.text, ready.table) else continued(goal, first.text, first.table)
        if reading is not None:
            return replace(first, told=(*first.told, *ready.told)), reading, True
        return ready, read(ready.text, ready.table).noted([NO_EDIT]), False
    return ready, read(ready.text, ready.table), False


def _tell_losses(goal: Goal, made: dict[str, Any], reading: Any, text: str, table: Any) -> tuple[list[str], list[str]]:
    """Adds to a plan what of the goal is not in it and which rows are left out; gives the words that nothing took, and those of them that weigh."""
    from nb_orchestra.offline.plans.gaps import left_out
    from nb_orchestra.offline.plans.impossible import impossible
    from nb_orchestra.offline.reading.checking.accounted import accounted
    from nb_orchestra.offline.reading.checking.coverage import uncovered
    from nb_orchestra.offline.reading.reader import LONGEST_GOAL

    if not reading.slots and (gaps := left_out(made["steps"], table)):
        made["assumptions"] = [*made.get("assumptions", ()), *gaps]
    made["not_done"] = [*made.get("not_done", ()), *impossible(made["steps"])]
    unread = [word for word in unread_words(text[:LONGEST_GOAL], reading.table) if word.casefold() not in _explained(reading)]
    heavy = _tell_unread(made, unread, text, reading.table) if unread and not reading.slots else []
    if goal.earlier is None and not reading.slots:
        lost = uncovered(text[:LONGEST_GOAL], table, made["steps"], [name for name in goal.data if f"{{{name}" in goal.text])
        lost = [line for line in lost if not accounted(line, reading, made.get("assumptions", ()))]
        made["not_done"] = [*made.get("not_done", ()), *(line for line in lost if line not in made.get("not_done", ()))]
    return unread, heavy


def _tell_of_edits(goal: Goal, made: dict[str, Any], reading: Any) -> None:
    """Adds to a plan what of its edits is not in it: words that nothing took, columns and values that no step speaks of."""
    from nb_orchestra.offline.continuing import unread_edits, unused_names

    for text, words in unread_edits(goal, reading.table, _explained(reading)):
        told = " ".join(made.get("not_done", ())).casefold()
        _tell_unread(made, [word for word in words if word.casefold() not in told], text, reading.table)
    told = " ".join(made.get("not_done", ()))
    lines = [line for line in unused_names(goal.text, reading.table, made["steps"], _explained(reading)) if line.partition(":")[0] not in told]
    made["not_done"] = [*made.get("not_done", ()), *lines]


def _no_rows(table: Any) -> list[str]:
    return [] if table.rows else [f"{table.name}: the table has no rows"]


def _tell_unread(made: dict[str, Any], unread: list[str], text: str, table: Any) -> list[str]:
    """Words that nothing took: under "not done" where their loss may change the answer, else among the assumptions."""
    from nb_orchestra.offline.reading.checking.coverage import months_held
    from nb_orchestra.offline.reading.checking.weighing import NOT_READ, WHEN, names_rows, weighty
    from nb_orchestra.offline.reading.intents import texts_in
    from nb_orchestra.offline.reading.reader import LONGEST_GOAL
    from nb_orchestra.offline.reading.sense import sensed

    months = months_held(made["steps"])
    restricting = [word for word in unread if (word.casefold().rstrip("s") in WHEN or _is_last(word, text)) and word.casefold() not in months]
    unread = [word for word in unread if word.casefold() not in months]
    lines = [f"{word}: which rows are meant was not understood" for word in restricting]
    told = [line.partition(":")[0].casefold() for line in (*made.get("not_done", ()), *lines)]
    used = {name for step in made["steps"] for name in texts_in(step.get("params", {}))}
    heavy = [word for word in weighty(sensed(text[:LONGEST_GOAL], table), table, used) if word in unread and word not in restricting]
    heavy = [word for word in heavy if not any(word.casefold() in line for line in told)]
    lines += [f"{', '.join(heavy[:MOST_UNREAD])}: {NOT_READ}"] if heavy else []
    light = [word for word in unread if word not in restricting and word not in heavy and not names_rows(word, table)]
    made["assumptions"] = [*made.get("assumptions", ()), *([f"words not read: {', '.join(light[:MOST_UNREAD])}"] if light else [])]
    made["not_done"] = [*made.get("not_done", ()), *lines]
    return heavy


def _with_joins(reading: Any, joins: bool, *, first: bool) -> list[Any]:
    """The intents. The joins stand first in a continued goal (an edit may speak of columns that they bring), and where no clause was read as a join."""
    from nb_orchestra.offline.reading import Intent

    read = [intent for intent in reading.intents if intent.kind == "join"]
    if read and not first:
        return list(reading.intents)
    made = read or [Intent("join", name, options={"other": name, "how": "inner"}) for name, _ in (reading.table.others if joins else ())]
    return [*made, *(intent for intent in reading.intents if intent.kind != "join")]


def _is_last(word: str, text: str) -> bool:
    """ "Last month": which month that is was not settled."""
    return word.casefold() == "last" and re.search(r"\blast (?:day|week|month|quarter|year)\b", text, re.IGNORECASE) is not None


def _explained(reading: Any) -> set[str]:
    """Words that conditions have taken, or whose meaning stands among the assumptions: "summer: months 6, 7, 8"."""
    return {*reading.known, *(line.partition(":")[0].casefold() for line in reading.assumptions)}


def _table(goal: Goal) -> Any:
    from nb_orchestra.offline.continuing import earlier_goals
    from nb_orchestra.offline.reading import is_frame, read_table
    from nb_orchestra.offline.reading.spelled import spelling_settled

    frames = {name: value for name, value in goal.data.items() if is_frame(value)}
    if not frames:
        hint = "name a DataFrame as {name}, give documents to search (tools=[documents('folder')]), or set a model"
        raise UnreadableGoalError("the built-in engine reads goals about tables or documents, and this goal has neither", hint=hint)
    name = min(frames, key=lambda name: (goal.text.find("{" + name) if "{" + name in goal.text else len(goal.text), list(frames).index(name)))
    said = "\n".join([*earlier_goals(goal), goal.text])
    return spelling_settled(read_table(name, frames[name], tuple(goal.columns.get(name, ()))), said)
