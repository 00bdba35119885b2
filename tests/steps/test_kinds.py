"""The kinds of steps: what each does, and what makes two of its jobs the same."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.plan import KINDS
from nb_orchestra.core.prompt import Prompt
from nb_orchestra.protocols import ModelFacts
from nb_orchestra.steps import STEP_KINDS
from nb_orchestra.values import Chart, Markdown
from tests.running.staging import FunctionModel, Stage, call

MASSES = pd.DataFrame({"species": ["Adelie", "Gentoo"], "mean": [3700.7, 5076.0]})


def ask(question: str = "Write it up", **fields: Any) -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "ask", "params": {"question": question, "inputs": {"masses": {"data": "masses"}}}, **fields}]}


def says(text: Any, *, local: bool = False) -> FunctionModel:
    return FunctionModel(lambda prompt: text, ModelFacts("writer", local=local))


def test_an_answer_in_text_is_markdown() -> None:
    """A text answer is Markdown that is still a text."""
    run = Stage(model=says("Gentoos weigh **5,076** g.")).run(plan=ask(), data={"masses": MASSES})
    assert isinstance(run.value, Markdown)
    assert run.value == "Gentoos weigh **5,076** g."
    assert run.result("s1").warnings == ()


def test_a_planted_wrong_number_is_named() -> None:
    """A model's text with a number that no input holds keeps a warning that names it, as written."""
    run = Stage(model=says("Gentoos weigh 5,076 g, Adelies 3,999 g.")).run(plan=ask(), data={"masses": MASSES})
    assert run.state == "done"
    assert [warning for warning in run.result("s1").warnings if "3,999" in warning and "5,076" not in warning]


def test_the_built_in_writer_may_plant_no_number_at_all() -> None:
    """The same from the model inside the kernel is an error: its texts hold computed numbers only."""
    run = Stage(model=says("Adelies weigh 3,999 g.", local=True)).run(plan=ask(), data={"masses": MASSES})
    assert (run.state, run.failures["s1"].error) == ("failed", "OutputError")
    assert "3,999" in run.failures["s1"].message


def test_numbers_of_the_question_need_no_proof() -> None:
    """What the person wrote is no claim of the model."""
    run = Stage(model=says("The top 12 are …")).run(plan=ask("Name the top 12"), data={"masses": MASSES})
    assert run.result("s1").warnings == ()


def test_a_model_sees_its_inputs_and_nothing_else() -> None:
    """The prompt holds the named inputs, the question and the promise; the notebook's other values are not there."""
    model = says({"a": 1})
    plan = ask(output={"type": "record"}, effort="hard", done_when="it is short")
    run = Stage(model=model).run(plan=plan, data={"masses": MASSES, "secret": "s3cr3t"})
    prompt: Prompt = model.prompts[0]
    assert ([block.name for block in prompt.blocks], prompt.output.type, prompt.effort, prompt.done_when) == (["masses"], "record", "hard", "it is short")
    assert "s3cr3t" not in repr(prompt)
    assert run.value == {"a": 1}


def test_a_chart_that_was_given_travels_with_the_text() -> None:
    """An `ask` that was given a figure can place it: the Markdown holds it by its input's name."""
    chart = Chart(MASSES, {"mark": "bar", "x": "species", "y": "mean"})
    plan = {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "?", "inputs": {"picture": {"data": "chart"}}}}]}
    run = Stage(model=says("Look:\n\n[[picture]]")).run(plan=plan, data={"chart": chart})
    assert list(run.value.charts) == ["picture"]


COLLECTED: list[tuple[str, Any]] = [("dict", {"a": 1, "b": [2]}), ("list", [1, [2]])]


@pytest.mark.parametrize(("how", "value"), COLLECTED)
def test_collecting_values(how: str, value: Any) -> None:
    """As a mapping by name, or as a list in the order of the inputs."""
    plan = {"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": {"a": 1, "b": [2]}, "how": how}}]}
    assert Stage().run(plan=plan).value == value


def stacking(**frames: Any) -> Any:
    inputs = {name: {"data": name} for name in frames}
    return Stage().run(plan={"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": inputs, "how": "concat"}}]}, data=frames)


def test_collecting_tables_one_below_the_other() -> None:
    """A first column says where each row came from; columns that one lacks are gaps; a column called `source` is no trouble."""
    run = stacking(one=MASSES, two=pd.DataFrame({"species": ["Chinstrap"], "source": ["x"]}))
    assert run.value.columns[0] == "source"
    assert run.value.iloc[:, 0].tolist() == ["one", "one", "two"]
    assert run.value["species"].tolist() == ["Adelie", "Gentoo", "Chinstrap"]
    assert run.value["mean"].isna().tolist() == [False, False, True]


def test_collecting_empty_tables_and_what_is_no_table() -> None:
    """Empty tables stay empty; a number cannot be stacked, and the complaint names it."""
    assert len(stacking(one=MASSES[:0], two=MASSES[:0]).value) == 0
    assert "three" in stacking(one=MASSES, three=3).failures["s1"].message


def half(number: float, by: int = 2) -> float:
    return number / by


def test_a_tool_gets_plain_arguments_and_values() -> None:
    """Literals, variables and earlier results are arguments alike; a default may be left out."""
    assert Stage(tools=(half,)).run(plan={"steps": [call("s1", "half", number={"data": "n"})]}, data={"n": 5}).value == 2.5


async def twice(number: int) -> int:
    return number * 2


def test_a_coroutine_function_is_a_tool_too() -> None:
    """Async tools run on the loop."""
    assert Stage(tools=(twice,)).run(plan={"steps": [call("s1", "twice", number=4)]}).value == 8


def test_arguments_are_checked_against_what_the_function_takes() -> None:
    """An argument that comes in too many is a complaint before the tool runs."""
    stage = Stage(tools=(half,))
    with pytest.raises(Exception, match="takes no 'nmber'"):
        stage.run(plan={"steps": [call("s1", "half", nmber=3)]})


def test_every_kind_that_can_run_has_a_version() -> None:
    """A kind's version is part of every key, so that its next version does not find old values."""
    assert {"ask", "code", "call", "gather"} <= set(STEP_KINDS) <= set(KINDS)
    assert all(kind.version for kind in STEP_KINDS.values())
