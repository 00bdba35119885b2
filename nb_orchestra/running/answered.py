"""Who answered a question before: so that an equal goal has the same answer with or without a key.

Beside each kept answer of an `ask` stands a record without the model in its identity: which model answered, and under which
key. A step whose own model has no kept answer looks there, unless a person named its model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra.cache import Identity, Memo
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Step
from nb_orchestra.errors import OrchestraError
from nb_orchestra.running.context import Chosen
from nb_orchestra.running.identity import OTHER, question_key

ASKING = ("ask", "judge")


def about_to_ask(step: Step, choose: Callable[[], Chosen]) -> tuple[str, str]:
    """Which model is about to be asked, and why; empty where none is, or where none can be (which is told as the step's end)."""
    try:
        chosen = choose() if step.kind in ASKING else None
    except OrchestraError:
        return "", ""
    return (chosen.model.facts.name, chosen.reason) if chosen is not None else ("", "")


async def of_another_model(step: Step, identity: Identity, memo: Memo, choose: Callable[[], Chosen]) -> tuple[Result | Failure, str] | None:
    """An equal question's answer by another model, and the words for why; a Failure where there was one that is not kept any more."""
    question = _question(step, identity)
    if not question or not choose().free:
        return None
    record, present = await memo.find_record(question), choose().model.facts.name
    if not isinstance(record, Mapping) or record.get("model") in (None, present):
        return None
    by = str(record["model"])
    kept = await memo.find(Identity(str(record.get("key")), {}))
    if kept is None:
        message = f"{step.name} was answered by {by} before, and that answer is not kept any more; now {present} would answer"
        return Failure("OtherModelError", message, f"--fresh accepts {present}; or choose the other with -s {step.name}={by}"), ""
    return replace(kept, reason=f"kept answer of {by}; --fresh asks {present}"), f"the same question and inputs, answered before by {by}"


def name_of(step: Step, identity: Identity | None, result: Result, choose: Callable[[], Chosen]) -> dict[str, Any]:
    """The record of who answered this question, to be kept beside the answer; empty where nobody was asked."""
    if identity is None or result.failures or not (question := _question(step, identity)):
        return {}
    model, key = (result.stood_in, f"{identity.key}{OTHER}") if result.stood_in else (choose().model.facts.name, identity.key)
    return {question: {"model": model, "key": key}}


def _question(step: Step, identity: Identity) -> str:
    return question_key(identity.parts) if step.kind in ASKING else ""
