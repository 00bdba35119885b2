"""Plans for goals about documents: a search for the goal's words, and a text of what it found, quoted and cited.

The built-in engine cannot think a literature through; it finds and quotes. A plan of it says so (`unread`), so that a model that is set plans instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import LONGEST_NAME
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.reading.checking.weighing import NOT_READ
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.protocols import Source

PASSAGES, PASSAGES_OF_A_ROW = 12, 4
LONGEST_QUERY = 200
_ASKING = vocabulary(
    "abstract abstracts answer article articles brief briefly cite describe document documents evidence explain find found finding findings give goal known "
    "learn list literature look mention note notes overview page paper papers passage passages please question quote report reports research review say says "
    "search sentence short show source sources state studies study sum summarise summarize summary tell text texts think write"
)
"""Words that say what to do with the documents, not what to look for."""
_VERBS = (
    "compare|count|describe|draw|explain|find|how|list|look|plot|quote|report|say|search|see|show|summari[sz]e|tell|test|what|when|where|which|who|why|write"
)
_PARTS = re.compile(rf"(?<=[.!?])\s+|[;\n]+|(?:,|\band\b|\bthen\b|,\s*(?:and|then)\b)\s+(?=(?:{_VERBS})\b)", re.IGNORECASE)
"""Where one wish of a goal ends and the next begins."""
_WORD = re.compile(r"[^\W_][\w'’-]*")
_EACH = re.compile(r"(?:\b(?:for|of|about)\s+)?\b(?:each|every)\s+(?P<column>[^\W\d_][\w ]{0,38}?)\s+(?:in|of|from)\s+\{(?P<table>\w+)\}", re.IGNORECASE)
"""A column's value by value: "for each species in {birds}", "of every island of {birds}"."""


def about_documents(goal: Goal, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Plan data: `search` over the sources that the goal names (else all), then `ask`. UnreadableGoalError where no word is left to look for."""
    from nb_orchestra.offline.recipes.texts import STOP_WORDS

    named = [name for name in sources if "{" + name + "}" in goal.text] or list(sources)
    plain = re.sub(r"\{[^{}]*\}", " ", goal.text)
    words = [word for word in _WORD.findall(plain) if word.casefold() not in STOP_WORDS | _ASKING]
    query = " ".join(dict.fromkeys(words))[:LONGEST_QUERY]
    if not query:
        example = f"What do {{{named[0]}}} say about sleep?"
        raise UnreadableGoalError("the goal names documents, but no word to look for in them", hint=f"for example: {example}")
    stem = "_".join(re.findall(r"[a-z0-9]+", query.casefold())[:2])[: LONGEST_NAME - len("what_is_said_about_")].rstrip("_") or "it"
    found = f"passages_about_{stem}"
    search = {"query": query, "sources": named, "limit": PASSAGES}
    steps = [
        {"id": "s1", "kind": "search", "name": found, "purpose": f"Passages about {query}", "params": search},
        {
            "id": "s2",
            "kind": "ask",
            "name": f"what_is_said_about_{stem}",
            "purpose": "What the passages say, quoted and cited",
            "clause": goal.text,
            "params": {"question": goal.text, "inputs": {found: {"from": "s1"}}},
            "output": {"type": "text"},
        },
    ]
    assumptions = [f"words looked for: {query}", "sentences are quoted as they stand; weighing them needs a model"]
    return {"steps": steps, "result": "s2", "assumptions": assumptions, "facts": {"goals": [goal.text], "unread": ["weighing the passages"]}}


def with_documents(goal: Goal, sources: Mapping[str, Source], of_tables: Callable[[Goal], dict[str, Any]]) -> dict[str, Any]:
    """The plan of a goal about tables. Where parts of it name documents, these are searched beside it, and the answer is both."""
    named = {name: source for name, source in sources.items() if "{" + name + "}" in goal.text}
    if not named or goal.earlier is not None:
        return of_tables(goal)
    if (each := _each_of(goal, list(named))) is not None:
        return _for_each(goal, named, *each)
    asked, rest = _parted(goal.text, named)
    made = of_tables(replace(goal, text=rest))
    made["not_done"] = [line for line in made.get("not_done", ()) if not _looked_for(line, asked)]
    try:
        beside = about_documents(replace(goal, text=asked), named)
    except UnreadableGoalError:
        beside = about_documents(goal, named)
    return _both(made, beside) | {"facts": {**made["facts"], "goals": [goal.text], "unread": [*made["facts"]["unread"], *beside["facts"]["unread"]]}}


def _each_of(goal: Goal, names: Iterable[str]) -> tuple[str, str, str] | None:
    """(table, column, the goal's words for it) where documents are asked about each value of a column: "for each species in {birds}"."""
    for found in _EACH.finditer(goal.text):
        if any(_WORD.search(part) and not any("{" + name + "}" in part for name in names) for part in _PARTS.split(goal.text.replace(found.group(), " "))):
            continue  # another part asks for something else
        columns = getattr(goal.data.get(found["table"]), "columns", ())
        said = found["column"].casefold()
        column = next((name for name in columns if str(name).casefold().replace("_", " ") in (said, said.removesuffix("s"), f"{said}s")), None)
        if column is not None:
            return found["table"], column, found.group()
    return None


def _for_each(goal: Goal, sources: Mapping[str, Source], table: str, column: str, said: str) -> dict[str, Any]:
    """Each value once, a search for each, and what the passages say of each."""
    made = about_documents(replace(goal, text=goal.text.replace(said, " ")), sources)
    search, answer = made["steps"]
    query = {"template": "{value} " + re.sub(r"[{}]", "", search["params"]["query"]), "values": {"value": {"row": column}}}
    present = [{"column": column, "op": "present"}]
    values = {"frame": {"data": table, "columns": [column]}, "column": column, "where": present}
    stem = re.sub(r"[^a-z0-9]+", "_", str(column).casefold()).strip("_")[:20] or "values"
    first = {
        "id": "s0",
        "kind": "code",
        "name": f"each_{stem}",
        "purpose": f"Each {column} of {table}",
        "clause": said.strip(),
        "params": {"recipe": "value_counts", "arguments": values},
    }
    mapped = {**search, "for_each": {"from": "s0"}, "keep": [column], "params": {**search["params"], "query": query, "limit": PASSAGES_OF_A_ROW}}
    told = {**answer, "clause": goal.text, "params": {**answer["params"], "question": goal.text}}
    assumptions = [f"words looked for with each {column}: {search['params']['query']}", *made["assumptions"][1:]]
    return {**made, "steps": [first, mapped, told], "assumptions": assumptions, "facts": {**made["facts"], "goals": [goal.text]}}


def _looked_for(line: str, asked: str) -> bool:
    """A word that the tables do not know is one to look for in the documents."""
    words, _, why = line.partition(": ")
    return why == NOT_READ and set(words.casefold().split(", ")) <= {word.casefold() for word in _WORD.findall(asked)}


def _parted(text: str, names: Iterable[str]) -> tuple[str, str]:
    """The parts of a goal that name documents, and the others (all of it where there are no others)."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    asked = [part for part in parts if any("{" + name + "}" in part for name in names)]
    return ". ".join(asked), ". ".join(part for part in parts if part not in asked) or text


def _both(made: dict[str, Any], beside: dict[str, Any]) -> dict[str, Any]:
    """Two plans as one: the steps of the second get ids that the first does not have."""
    new = {step["id"]: f"d{step['id'][1:]}" for step in beside["steps"]}
    search, answer = beside["steps"]
    reading = {name: {"from": new[told["from"]]} for name, told in answer["params"]["inputs"].items()}
    steps = [{**search, "id": new[search["id"]]}, {**answer, "id": new[answer["id"]], "params": {**answer["params"], "inputs": reading}}]
    first = made.get("result", made["steps"][-1]["id"])
    return {
        **made,
        "steps": [*made["steps"], *steps],
        "result": [*([first] if isinstance(first, str) else first), new[beside["result"]]],
        "assumptions": [*made.get("assumptions", ()), *beside["assumptions"]],
    }
