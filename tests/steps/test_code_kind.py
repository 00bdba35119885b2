"""`code`: what computes a value where no recipe does, and what happens when it does not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core import events as e
from nb_orchestra.ejected import code_of
from nb_orchestra.errors import PlanError
from nb_orchestra.models import ScriptedModel
from nb_orchestra.running import SaysYes, fenced
from nb_orchestra.running.gates import Gate
from nb_orchestra.sandbox import tier
from nb_orchestra.steps.coding import code_in
from tests.running.staging import Stage

TEAS = pd.DataFrame({"tea": ["green", "black", "green"], "grams": [1.0, 2.0, 4.0]})


def given(code: str, **fields: Any) -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "code", "name": "made", "params": {"code": code, "inputs": {"teas": {"data": "teas"}}}, **fields}]}


def wished(**fields: Any) -> dict[str, Any]:
    params = {"instructions": "Add up the grams per tea", "inputs": {"teas": {"data": "teas"}}}
    return {"steps": [{"id": "s1", "kind": "code", "name": "made", "params": params, **fields}]}


def fenced_code(code: str) -> str:
    return f"Here it is:\n\n```python\n{code}\n```\n"


GOOD = "print('adding')\nresult = teas.groupby('tea', as_index=False)['grams'].sum()"
TABLE = {"type": "table", "columns": {"tea": "text", "grams": "number"}}


def test_code_of_a_plan_runs_in_the_sandbox_and_is_kept_on_the_result() -> None:
    """Value, code, what was printed and the tier are on the Result; the input stays as it was."""
    before = TEAS.copy()
    run = Stage().run(plan=given("teas['grams'] = 0.0\n" + GOOD, output=TABLE), data={"teas": TEAS})
    assert run.value["grams"].tolist() == [0.0, 0.0]
    result = run.result("s1")
    assert (result.printed, result.tier, "as_index" in result.code) == ("adding\n", tier(), True)
    pd.testing.assert_frame_equal(TEAS, before)


def test_the_same_code_over_the_same_values_runs_once() -> None:
    """A second run takes the value from the cache, with the code that made it."""
    stage = Stage()
    first, second = (stage.run(plan=given(GOOD), data={"teas": TEAS}).result("s1") for _ in range(2))
    assert (first.cached, second.cached, second.code) == (False, True, first.code)
    assert not stage.run(plan=given(GOOD), data={"teas": TEAS.assign(grams=1.0)}).result("s1").cached


def test_a_model_writes_the_code_and_mends_it_from_its_traceback() -> None:
    """The second try is told the code, its error by line, and the inputs' columns; both tries are in the journal and paid for."""
    model = ScriptedModel({"": [fenced_code("result = teas['gramms'].sum()"), fenced_code(GOOD)]})
    run = Stage(model=model).run(plan=wished(output=TABLE), data={"teas": TEAS})
    assert run.value.to_dict("list") == {"tea": ["black", "green"], "grams": [2.0, 5.0]}
    told = model.prompts[1].task
    assert all(word in told for word in ("result = teas['gramms'].sum()", "line 1", "KeyError", "teas has the columns tea, grams"))
    assert [event.message for event in run.events if isinstance(event, e.JobRetried)] == ["KeyError: 'gramms'"]
    assert run.usage.calls == 2


def test_a_value_that_is_not_what_was_promised_is_sent_back() -> None:
    """The complaint names what was promised."""
    model = ScriptedModel({"": [fenced_code("result = 7"), fenced_code(GOOD)]})
    run = Stage(model=model).run(plan=wished(output=TABLE), data={"teas": TEAS})
    assert run.state == "done"
    assert "it should be a table and is a number" in model.prompts[1].task
    assert "tea (text), grams (number)" in model.prompts[0].task


def test_a_promised_unit_goes_to_the_model_and_is_checked() -> None:
    """A plan may promise units; a result whose column names say another one is sent back."""
    right = "result = teas.assign(steep_min=teas['grams'], mass_kg=teas['grams'] / 1000)"
    wrong = right.replace("mass_kg", "mass_g")
    output = {"type": "table", "columns": {"tea": "text"}, "units": {"mass_g": "kg", "mass_kg": "kg"}}
    model = ScriptedModel({"": [fenced_code(wrong), fenced_code(right)]})
    run = Stage(model=model).run(plan=wished(output=output), data={"teas": TEAS})
    assert run.state == "done"
    assert "column 'mass_g' should be in kg and is in g (by its name)" in model.prompts[1].task
    assert run.plan is not None
    assert run.plan.as_data()["steps"][0]["output"]["units"] == output["units"]


def test_after_three_tries_the_step_fails_with_its_last_code_and_traceback() -> None:
    """What was tried can be read: code, lines, printed text."""
    model = ScriptedModel({"": fenced_code("print('so far')\nresult = 1 / 0")})
    run = Stage(model=model).run(plan=wished(), data={"teas": TEAS})
    failure = run.failures["s1"]
    assert (failure.error, failure.attempts, failure.printed, len(model.prompts)) == ("ZeroDivisionError", 3, "so far\n", 3)
    assert "line 2" in failure.trace
    assert "1 / 0" in code_of(run, "s1")
    assert "# failed: ZeroDivisionError" in code_of(run, "s1")


def test_each_row_of_for_each_can_have_code() -> None:
    """Inputs of a row come as values; a row that fails does not stop the others."""
    step = {
        "id": "s1",
        "kind": "code",
        "name": "root",
        "for_each": {"data": "teas"},
        "params": {"code": "result = 4 / (grams - 1)", "inputs": {"grams": {"row": "grams"}}},
    }
    run = Stage().run(plan={"steps": [step]}, data={"teas": TEAS})
    assert run.value["root"].tolist() == [4.0, 4 / 3]
    assert run.result("s1").failures[0]["error"] == "ZeroDivisionError"


def test_in_a_limited_tier_a_person_sees_the_code_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: not run, and the way out is named. A yes is remembered by the code's content, for later runs too."""
    monkeypatch.setattr(fenced, "found_tier", lambda: "limited")
    alone = Stage().run(plan=given(GOOD), data={"teas": TEAS})
    assert alone.failures["s1"].error == "NotApprovedError"
    assert "trust_code" in alone.failures["s1"].hint
    asked = Stage(approver=SaysYes())
    first, second = (asked.run(plan=given(GOOD), data={"teas": TEAS}, fresh=True) for _ in range(2))
    assert (first.state, second.state) == ("done", "done")
    questions = [[event.text for event in run.events if isinstance(event, e.Asked)] for run in (first, second)]
    assert "groupby" in questions[0][0]
    assert questions[1] == []
    assert Stage().run(plan=given(GOOD), data={"teas": TEAS}, trust_code=True).state == "done"


def test_here_is_asked_for_even_where_code_is_trusted() -> None:
    """`--here` runs code in the kernel, so it is always shown first; a no is a failure of the step."""

    class SaysNo(SaysYes):
        async def decide(self, question: Any) -> bool:
            return False

    run = Stage(approver=SaysNo()).run(plan=given(GOOD), data={"teas": TEAS}, here=True, trust_code=True)
    assert run.failures["s1"].error == "NotApprovedError"
    assert Stage(approver=SaysYes()).run(plan=given(GOOD), data={"teas": TEAS}, here=True).result("s1").tier == "here"


@pytest.mark.parametrize(
    "params", [{}, {"code": ""}, {"code": "1", "instructions": "x"}, {"code": "result = 1", "inputs": {"not a name": 1}}, {"code": "1", "arguments": {}}]
)
def test_a_code_step_that_cannot_be_run_is_refused_with_the_plan(params: dict[str, Any]) -> None:
    """Exactly one of recipe, code and instructions; inputs are names of variables."""
    with pytest.raises(PlanError):
        Stage().run(plan={"steps": [{"id": "s1", "kind": "code", "params": params}]})


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx = 1\n```",
        "Sure:\n```py\nx = 1\n```\nDone.",
        "x = 1",
        "<think>```python\ny\n```</think>```\nx = 1\n```",
        "```text\nno\n```\n```python\nx = 1\n```",
    ],
)
def test_code_is_found_in_what_models_write(text: str) -> None:
    """Fences, prose and thoughts around it are left out."""
    assert code_in(text) == "x = 1"


def test_code_shows_as_python_that_can_be_read() -> None:
    """`%orchestrate code` shows inputs, code, value and what was printed."""
    step = given(GOOD)["steps"][0] | {"params": {"code": "result = frame.grams.sum()", "inputs": {"frame": {"data": "teas", "columns": ["grams"]}}}}
    run = Stage().run(plan={"steps": [step]}, data={"teas": TEAS})
    assert code_of(run, "s1").splitlines()[1:] == ["frame = teas[['grams']]", "result = frame.grams.sum()", "made = result"]


def test_a_gate_asks_one_question_at_a_time() -> None:
    """Two steps with the same question: one person, one question."""
    import asyncio

    class Counts(SaysYes):
        asked = 0

        async def decide(self, question: Any) -> bool:
            self.asked += 1
            await asyncio.sleep(0)
            return True

    approver = Counts()

    async def both() -> list[bool]:
        from nb_orchestra.protocols import Question

        gate = Gate(approver, lambda event: None)
        return await asyncio.gather(*(gate.allowed(Question("k", "May it?"), "s1") for _ in range(2)))

    assert asyncio.run(both()) == [True, True]
    assert approver.asked == 1
