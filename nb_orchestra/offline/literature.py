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
from nb_orchestra.offline.reading.weighing import NOT_READ
from nb_orchestra.offline.reading.words import vocabulary
from nb_orchestra.protocols import Source

PASSAGES = 12
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
    asked, rest = _parted(goal.text, named)
    made = of_tables(replace(goal, text=rest))
    made["not_done"] = [line for line in made.get("not_done", ()) if not _looked_for(line, asked)]
    try:
        beside = about_documents(replace(goal, text=asked), named)
    except UnreadableGoalError:
        beside = about_documents(goal, named)
    return _both(made, beside) | {"facts": {**made["facts"], "goals": [goal.text], "unread": [*made["facts"]["unread"], *beside["facts"]["unread"]]}}


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
