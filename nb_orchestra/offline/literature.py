"""Plans for goals about documents: a search for the goal's words, and a text of what it found, quoted and cited.

The built-in engine cannot think a literature through; it finds and quotes. A plan of it says so (`unread`), so that a model that is set plans instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import LONGEST_NAME
from nb_orchestra.errors import UnreadableGoalError
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
            "params": {"question": goal.text, "inputs": {found: {"from": "s1"}}},
            "output": {"type": "text"},
        },
    ]
    assumptions = [f"words looked for: {query}", "sentences are quoted as they stand; weighing them needs a model"]
    return {"steps": steps, "result": "s2", "assumptions": assumptions, "facts": {"goals": [goal.text], "unread": ["weighing the passages"]}}


def named_beside(made: dict[str, Any], goal: Goal, sources: Mapping[str, Source]) -> dict[str, Any]:
    """The plan of a goal about tables, which says of the documents that the goal names too that they were not searched."""
    lost = [f"{{{name}}}: documents are searched in a goal of their own" for name in sources if "{" + name + "}" in goal.text]
    return made | {"not_done": [*made.get("not_done", ()), *lost]} if lost else made
