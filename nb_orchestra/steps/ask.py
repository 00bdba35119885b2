"""`ask`: a question to a model, with named inputs. The built-in engine answers too: it writes prose from results.

A text answer becomes Markdown with the charts it was given. Every number and every name in it must stand in one of the inputs
(values/grounding, values/entities): what does not is named in a warning and below the text; for the built-in engine a number is an error.
Citations must be keys of rows that it was given, gaps that it names become gaps of the result (steps/evidence). Inputs that are too long are
read in parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.prompt import Block, Prompt
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import OutputError
from nb_orchestra.protocols import StepContext
from nb_orchestra.steps.evidence import CITED, after_rejection, check_citations, guesses_in, links_of, rules_for, take_gaps, unmarked_guesses
from nb_orchestra.steps.long_inputs import ask_whole
from nb_orchestra.values.entities import stray_names
from nb_orchestra.values.grounding import stray_numbers

MOST_NAMED = 8
MOST_DOUBTS = 20


class Ask:
    """Asks the model that suits the step."""

    version = "2"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        """The question, the inputs by content and how each was made, the promise, the model."""
        facts = context.model_for(job)
        prompt = build_prompt(job, local=facts.local)
        parts: dict[str, Any] = {
            "question": prompt.task,
            "model": facts.name,
            "wording of the prompt": prompt.version,
        }
        parts["done when"] = prompt.done_when
        parts["notes of the plan"] = thaw(prompt.context)
        if facts.telling:
            parts["the edition of the built-in engine" if facts.local else "how it is told"] = facts.telling
        if not facts.local:
            parts["effort"] = prompt.effort
        for block in prompt.blocks:
            parts[f"input {block.name}"] = block.value
            parts[f"how {block.name} was made"] = thaw(block.made_by)
        return parts

    async def perform(self, job: Job, context: StepContext) -> Result:
        local = context.model_for(job).local
        prompt = build_prompt(job, local=local)
        answer = await ask_whole(prompt if local else with_rules(prompt), context)
        value, sources, gaps = answer.value, answer.sources, answer.gaps
        unmarked = unmarked_guesses(str(value), prompt.context.get("to_guess") or ())
        warnings = (*answer.warnings, *(f"rests on a guess: {fact}" for fact in unmarked))
        if isinstance(value, str) and job.step.output.type in ("any", "text"):
            value, open_questions = take_gaps(value)
            cited, complaints, nowhere = check_citations(value, job.params.get("inputs", {}).values())
            sources, gaps = (*sources, *cited), (*gaps, *open_questions)
            numbers, names = loose_numbers(CITED.sub(" ", value), prompt, strict=local), () if local else loose_names(value, prompt)
            warnings = (*warnings, *_named(numbers, "not computed by any step"), *_named(names, "in none of the inputs"), *complaints, *guesses_in(value))
            doubts = (*numbers, *names, *nowhere, *(f"{fact} (guess)" for fact in unmarked))[:MOST_DOUBTS]
            value = values.Markdown(value, charts_in(prompt), doubts, _links(value, job, doubts))
        usage = Usage(answer.tokens_in, answer.tokens_out, int(not context.model_for(job).local), answer.cost)
        return Result(value, sources=sources, gaps=gaps, usage=usage, model=answer.model, reason=answer.reason, warnings=warnings)

    def retold(self, result: Result, job: Job) -> Result:
        """A kept text whose numbers and names lead to the variables of this run, not of the one that wrote it."""
        value = result.value
        if not getattr(value, "links", ()):
            return result
        return replace(result, value=values.Markdown(value, value.charts, value.doubts, _links(str(value), job, value.doubts)))


def _links(text: str, job: Job, doubts: tuple[str, ...]) -> tuple[Any, ...]:
    """Where the text's numbers and names come from; of thousands of rows nobody points at one."""
    if job.step.for_each is not None:
        return ()
    return links_of(text, job.params.get("inputs", {}), job.sources, doubts)


def build_prompt(job: Job, *, local: bool = True) -> Prompt:
    """The job as a structured request. Only the built-in writer is told that its question was edited: a model follows the question as it is."""
    inputs = job.params.get("inputs", {})
    blocks = tuple(Block(name, value, job.made_by.get(name)) for name, value in inputs.items())
    context = {name: note for name, note in job.notes.items() if local or name != "reworded"} | ({"missing": dict(job.missing)} if job.missing else {})
    step = job.step
    return Prompt("ask", Ask.version, str(job.params["question"]), blocks, step.output, step.role, step.effort, step.done_when, context)


def with_rules(prompt: Prompt) -> Prompt:
    """The prompt with what a model has to know about gaps, guesses and citations; data that it extracts needs none of that."""
    rules = after_rejection(prompt.context)
    if prompt.output.type in ("any", "text"):
        rules += rules_for({block.name: block.value for block in prompt.blocks})
    return replace(prompt, task=prompt.task + rules) if rules else prompt


def charts_in(prompt: Prompt) -> dict[str, Any]:
    """The figures among the inputs, by input name: a line `[[name]]` of the text places one."""
    return {block.name: block.value for block in prompt.blocks if values.kind_of(block.value) == "figure"}


def loose_numbers(text: str, prompt: Prompt, *, strict: bool) -> tuple[str, ...]:
    """The numbers which stand in no input; OutputError for any when `strict`."""
    loose = stray_numbers(text, [block.value for block in prompt.blocks], _said(prompt))
    if loose and strict:
        told = f"the text says numbers that are not computed by any step: {', '.join(loose[:MOST_NAMED])}"
        raise OutputError(told, hint="this is a fault of the built-in writer: please report the goal")
    return tuple(loose)


def loose_names(text: str, prompt: Prompt) -> tuple[str, ...]:
    """The names which stand in no input. Nothing to say where there was no input: then the model was asked for what it knows."""
    return tuple(stray_names(text, [*(block.value for block in prompt.blocks), *_said(prompt)])) if prompt.blocks else ()


def _said(prompt: Prompt) -> list[Any]:
    """What the person and the plan said: no results, but it needs no proof."""
    return [prompt.task, thaw(prompt.context), *(thaw(block.made_by) for block in prompt.blocks)]


def _named(loose: tuple[str, ...], what: str) -> tuple[str, ...]:
    return (f"{what}: {', '.join(loose[:MOST_NAMED])}",) if loose else ()
