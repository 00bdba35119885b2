"""Code that a model writes for a step, and writes again: the prompt, the code in its answer, at most three tries.

A second try is told the code, the error through its own lines, and what the inputs look like; the same code again, or the same error after
a changed one, costs a try like any other. A value that is not what was promised counts as an error too. Each try is in the journal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import THE_ROW, Block, Prompt
from nb_orchestra.core.usage import Usage
from nb_orchestra.protocols import StepContext
from nb_orchestra.steps.criteria import check
from nb_orchestra.steps.evidence import after_rejection

WORDING = "1"
TRIES = 3
TASK = """Write Python code that does this:

{instructions}

The code finds these variables, already loaded: {names}; also pd (pandas) and np (numpy). It may import scipy, matplotlib, pyarrow, scikit-learn (where
installed) and the standard library. It has no network and no files. It must not ask for input, and must set the variable `result` to {promise}.
Compute everything from the variables, by the names and types that the inputs below show; never write values of the data into the code.
Answer with one fenced block of Python (```python … ```) and nothing else."""
AGAIN = """

Your last code was:

```python
{code}
```

It did not work. {error}: {message}
{trace}
{hint}
Write the whole code again, mended."""
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_THOUGHTS = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_PROMISES = {
    "any": "its value: a table, a number, a text, a list, a dict or a matplotlib figure",
    "number": "one number",
    "text": "one text",
    "boolean": "True or False",
    "list": "a list",
    "record": "a dict with texts as keys",
    "figure": "a matplotlib figure",
    "table": "a pandas DataFrame",
}


async def write_and_run(job: Job, context: StepContext) -> Result | Failure:
    """The value of code that the step's model wrote; after the last try its Failure, with code, traceback and what was printed."""
    usage, complaint = Usage(), ""
    for attempt in range(1, TRIES + 1):
        answer = await context.ask(prompt_of(job, complaint))
        usage += Usage(answer.tokens_in, answer.tokens_out, 1, answer.cost)
        code = code_in(str(answer.value))
        outcome = kept_promise(await context.run_code(code, dict(job.params.get("inputs", {}))), job.step.output, job.step.done_when)
        if isinstance(outcome, Result):
            reason = f"code by {answer.model}, {_in_tier(outcome.tier)}"
            return replace(outcome, code=code, usage=usage, model=answer.model, reason=reason, warnings=(*answer.warnings, *outcome.warnings))
        failure = outcome if isinstance(outcome, Failure) else Failure("StepError", "the code was stopped")
        if attempt == TRIES or failure.error == "NotApprovedError":
            return replace(_for_people(failure), code=code, usage=usage, attempts=attempt)
        complaint = _complaint(code, failure)
        context.retried(attempt + 1, f"{failure.error}: {failure.message}"[:500])
    raise AssertionError("the last try returns")


async def run_given(job: Job, context: StepContext) -> Result | Failure:
    """The value of code that stands in the plan."""
    code = str(job.params["code"])
    outcome = await context.run_code(code, dict(job.params.get("inputs", {})))
    if isinstance(outcome, Result):
        return replace(outcome, code=code, model="code", reason=f"code of the plan, {_in_tier(outcome.tier)}")
    return replace(outcome, code=code) if isinstance(outcome, Failure) else Failure("StepError", "the code was stopped", code=code)


def _in_tier(tier: str) -> str:
    return {"isolated": "run isolated", "limited": "run with limited isolation", "here": "run in the kernel"}.get(tier, "run")


def prompt_of(job: Job, complaint: str = "") -> Prompt:
    """What the model is asked; its inputs are told as far as sharing allows."""
    inputs: Mapping[str, Any] = job.params.get("inputs", {})
    step = job.step
    told = {"instructions": str(job.params["instructions"]), "names": ", ".join(inputs) or "none", "promise": promise_words(step.output)}
    task = re.sub(r"\{(\w+)\}", lambda hole: told[hole[1]], TASK) + complaint
    made_by = {name: made for name, made in job.made_by.items() if made != THE_ROW}  # code needs no cell of it to be written
    blocks = tuple(Block(name, value, made_by.get(name)) for name, value in inputs.items())
    context = {name: value for name, value in job.notes.items() if name in ("rejected", "your last answer")}
    task += after_rejection(context)
    return Prompt("code", WORDING, task, blocks, Output("text"), step.role, step.effort, step.done_when, context)


def promise_words(output: Output) -> str:
    """What `result` must be, in words."""
    words = _PROMISES[output.type]
    columns: Mapping[str, Any] = thaw(output.columns or {})
    units = {name: f"in {unit}" for name, unit in (output.units or {}).items()}
    told = [f"{name} ({', '.join(filter(None, [values.promise_words(promise), units.get(name)]))})" for name, promise in columns.items()]
    others = "".join(f", {name} {unit}" for name, unit in units.items() if name not in columns)
    return f"{words} with the columns {', '.join(told)}{others}" if columns else words + others


def code_in(text: str) -> str:
    """The code in an answer: its fenced blocks (those marked as Python, where any is), or all of it where there is no fence."""
    text = _THOUGHTS.sub("", text)
    blocks = [(language.lower(), code) for _, language, code in _FENCE.findall(text)]
    marked = [code for language, code in blocks if language in ("python", "py", "python3")]
    found = marked or [code for _, code in blocks]
    return "\n".join(found).strip() if found else text.strip().removeprefix("```python").removesuffix("```").strip()


def kept_promise(outcome: Outcome, output: Output, done_when: str = "") -> Outcome:
    """A value that is not what was promised is a failure of the code."""
    if not isinstance(outcome, Result):
        return outcome
    complaints = [*values.check(outcome.value, output), *check(outcome.value, done_when).complaints]
    if not complaints:
        return outcome
    hint = f"`result` must be {promise_words(output)}"
    return Failure("OutputError", f"not what was promised: {'; '.join(complaints[:3])}", hint, printed=outcome.printed, tier=outcome.tier)


def _for_people(failure: Failure) -> Failure:
    """Python's own words say nothing to who never saw the code."""
    if failure.error != "SyntaxError":
        return failure
    message = f"what the model wrote is not Python ({failure.trace or failure.message})"
    return replace(failure, message=message, hint="choose another model for this step, or write its code into the plan")


def _complaint(code: str, failure: Failure) -> str:
    told = {"code": code, "error": failure.error, "message": values.clean_text(failure.message), "trace": failure.trace, "hint": failure.hint}
    return re.sub(r"\{(\w+)\}", lambda hole: told[hole[1]], AGAIN)
