"""Grading: what is counted, what a model judges, and how a rejection goes back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.casting.sharing import Sharing
from nb_orchestra.core import events as e
from nb_orchestra.errors import PlanError
from nb_orchestra.models import ScriptedModel, render
from nb_orchestra.steps.criteria import check
from tests.running.staging import Stage

TABLE = pd.DataFrame({"species": ["a", "b", "b"], "share": [0.2, 0.5, 1.5], "mass": [1.0, None, 3.0]})


@pytest.mark.parametrize(
    ("criterion", "complaint"),
    [
        ("at least 3 rows", ""),
        ("exactly 2 rows", "it has 3 rows"),
        ("It has at most 2 columns", "it has 3 columns"),
        ("one row per species", "1 rows repeat a species"),
        ("one row per species and share", ""),
        ("no missing values in mass", "1 values are missing in mass"),
        ("share between 0 and 1", "1 values of share are not between 0 and 1"),
        ("columns species, share and mass", ""),
        ("columns species and weight", "there is no column 'weight'"),
        ("at least 1 row; share is between 0 and 2", ""),
        ("not empty", ""),
    ],
)
def test_what_can_be_counted_is_counted(criterion: str, complaint: str) -> None:
    """Rows, columns, keys, gaps and ranges need no model."""
    checked = check(TABLE, criterion)
    assert checked.whole
    assert "; ".join(checked.complaints).startswith(complaint)
    assert bool(checked.complaints) == bool(complaint)


@pytest.mark.parametrize(
    ("criterion", "count", "complaint"),
    [
        ("150 words, with sources", 149, ""),
        ("150 words", 180, ""),
        ("150 words", 181, "it has 181 words, not about 150"),
        ("about 150 words", 119, "it has 119 words, not about 150"),
        ("exactly 150 words", 149, "it has 149 words, not exactly 150"),
        ("at most 150 words", 151, "it has 151 words, not at most 150"),
        ("2 rows", 2, ""),
    ],
)
def test_the_length_of_a_text_is_meant_roughly_unless_it_is_said_to_be_exact(criterion: str, count: int, complaint: str) -> None:
    """A fifth more or less is about as long; a text of 149 words is no failed one of 150."""
    assert "; ".join(check("word " * count, criterion).complaints) == complaint


def test_citations_figures_and_signs_are_no_words() -> None:
    """ "100 words, with sources" counts what is read, not the keys in brackets, the place of a figure or the signs of Markdown."""
    text = "## Pool\n\n- closed [minutes:3; minutes:4]\n- **open** again [minutes:12]\n\n[[chart]]\n\n| a | b |"
    assert check(text, "exactly 6 words").complaints == ()


@pytest.mark.parametrize("criterion", ["it is convincing", "at most 3 rows for each species", "one row per planet", "", "share of the sea between 0 and 1"])
def test_what_cannot_be_counted_is_left_to_a_model(criterion: str) -> None:
    """A clause that fits no pattern whole is not guessed at."""
    assert check(TABLE, criterion).complaints == ()
    assert not check(TABLE, criterion).whole


def test_numbers_of_a_text_must_stand_in_the_inputs() -> None:
    """A made-up number is a complaint that names it."""
    assert check("The mean is 3.", "every number stands in the inputs", [TABLE]).complaints == ()
    assert "77" in check("The mean is 77.", "every number stands in the inputs", [TABLE]).complaints[0]


def judge(criterion: str, value: Any = "Tea is hot.") -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "judge", "params": {"value": value, "criterion": criterion}}]}


def grade(verdict: str, reason: str = "because") -> dict[str, str]:
    return {"reason": reason, "verdict": verdict}


def test_a_judge_step_gives_verdict_and_reason() -> None:
    """Counting first: it costs no call. Else the model says, reason before verdict."""
    model = ScriptedModel({"": grade("fail", "it is lukewarm")})
    counted = Stage(model=model).run(plan=judge("at most 5 words"))
    assert (counted.value["verdict"], counted.value["by"], model.prompts) == ("pass", "counting", [])
    judged = Stage(model=model).run(plan=judge("it is hot"))
    assert judged.value == {"verdict": "fail", "reason": "it is lukewarm", "by": "scripted"}
    assert model.prompts[0].role == "judge"
    assert list(model.prompts[0].output.columns or {}) == ["reason", "verdict"]


def written(**check: Any) -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "Write about tea"}, "check": {"criterion": "it names a country", **check}}]}


def test_a_rejection_goes_back_with_its_reasons_and_a_harder_effort() -> None:
    """The second answer knows the first one and why it was not accepted; both are in the journal."""
    model = ScriptedModel({"Judge whether": [grade("fail", "no country"), grade("pass")], "Write about": ["Tea.", "Tea of Assam in India."]})
    run = Stage(model=model).run(plan=written())
    assert (run.state, str(run.value).strip()) == ("done", "Tea of Assam in India.")
    second = [prompt for prompt in model.prompts if prompt.purpose == "ask"][1]
    assert (second.context["rejected"], second.context["your last answer"].strip(), second.effort) == ("no country", "Tea.", "hard")
    assert [event.message for event in run.events if isinstance(event, e.JobRetried)] == ["rejected: no country"]
    assert run.usage.calls == 4


def test_a_judge_is_told_how_long_each_text_is() -> None:
    """Counted, as models count badly: of a text, and of every text of a record."""
    record = {"id": "s1", "kind": "ask", "params": {"question": "Write"}, "output": {"type": "record", "columns": {"post": "text", "n": "integer"}}}
    model = ScriptedModel({"Judge whether": grade("pass"), "Write": [{"post": "Open at two [p:1]", "n": 3}]})
    Stage(model=model).run(plan={"steps": [{**record, "check": {"criterion": "it is short and kind"}}]})
    assert "Counted: post: 3 words, 17 characters.\n" in next(prompt.task for prompt in model.prompts if prompt.purpose == "judge")


def test_at_most_so_many_rounds_and_then_the_value_is_kept_as_not_accepted() -> None:
    """What was never accepted is partial: a warning and an open question say why."""
    model = ScriptedModel({"Judge whether": grade("fail", "no country"), "Write about": ["One.", "Two.", "Three.", "Four."]})
    run = Stage(model=model).run(plan=written(rounds=2))
    assert (run.state, str(run.value).strip()) == ("partial", "Three.")
    assert "not accepted (it names a country) after 3 tries: no country" in run.result("s1").warnings


def test_a_loop_that_improves_nothing_ends_early() -> None:
    """The same answer again is not judged again."""
    model = ScriptedModel({"Judge whether": grade("fail"), "Write about": "Always this."})
    run = Stage(model=model).run(plan=written(rounds=5))
    assert len(model.prompts) == 3
    assert run.state == "partial"


def test_a_step_that_cannot_do_better_is_graded_once() -> None:
    """A tool gives the same again; its value is kept with what is wrong."""
    step = {"id": "s1", "kind": "call", "params": {"tool": "two", "arguments": {}}, "check": {"criterion": "between 5 and 9"}}
    run = Stage(tools=(two,)).run(plan={"steps": [step]})
    assert run.value == 2
    assert run.state == "partial"
    assert "2 is not between 5 and 9" in run.result("s1").warnings[0]


MEANS = {
    "id": "s1",
    "kind": "code",
    "name": "means",
    "params": {"recipe": "group_summary", "arguments": {"frame": {"data": "t"}, "by": ["g"], "value": ["x"], "statistics": ["mean"]}},
}
TWELVE = pd.DataFrame({"g": ["a", "b"] * 6, "x": [float(at) for at in range(12)]})


@pytest.mark.parametrize(
    "last",
    [
        {"kind": "judge", "params": {"value": "b is higher", "criterion": "it is true", "against": {"means": {"from": "s1"}, "rows": {"data": "t"}}}},
        {
            "kind": "ask",
            "params": {"question": "Which is higher?"},
            "check": {"criterion": "it is true", "against": {"means": {"from": "s1"}, "rows": {"data": "t"}}},
        },
        {
            "kind": "ask",
            "params": {"question": "Which is higher?", "inputs": {"means": {"from": "s1"}, "rows": {"data": "t"}}},
            "check": {"criterion": "it is true"},
        },
    ],
    ids=["a judge's against", "a check's against", "a check's inputs"],
)
def test_a_judge_sees_what_a_writer_would_see(last: dict[str, Any]) -> None:
    """What a value is held against, or was made from, is told with how it was made: computed tables whole, the person's rows by their ranges."""
    model = ScriptedModel({"Judge whether": grade("pass"), "Which is": "b is higher"}, share="summary")
    orchestrate(plan={"steps": [MEANS, {"id": "s2", **last}]}, data={"t": TWELVE}, model=model, fresh=True)
    (judged,) = [prompt for prompt in model.prompts if prompt.purpose == "judge"]
    made = {block.name: block.made_by for block in judged.blocks}
    assert made["means"] is not None
    assert made["means"]["params"]["recipe"] == "group_summary"
    assert made["rows"] is None
    sharing = Sharing("summary", {"t": TWELVE})
    assert {block.name: sharing(block) for block in judged.blocks if block.name != "value"} == {"means": "full", "rows": "summary"}


def test_a_check_of_a_record_sees_its_words() -> None:
    """What a model gave was outside already: the judge reads it whole, at any level that lets texts out, and the next try knows it whole."""
    essay = {"grade": 2, "feedback": "Says nothing of light."}
    script: dict[str, Any] = {"Judge whether": [grade("fail", "too harsh"), grade("pass")], "Grade": [essay, {**essay, "grade": 3}]}
    model = ScriptedModel(script, share="summary")
    output = {"type": "record", "columns": {"grade": "integer", "feedback": "text"}}
    step = {"id": "s1", "kind": "ask", "params": {"question": "Grade it"}, "output": output, "check": {"criterion": "it is fair"}}
    orchestrate(plan={"steps": [step]}, model=model, fresh=True)
    judged, again = model.prompts[1], model.prompts[2]
    assert "Says nothing of light." in render(judged, Sharing("summary")).user
    assert "Says nothing of light." in again.context["your last answer"]


def two() -> int:
    return 2


def test_without_a_model_a_criterion_is_told_to_be_unchecked() -> None:
    """Nothing is called checked that was not."""
    model = ScriptedModel({"Write about": "Tea."})
    assert "was not checked" in Stage(model=model).run(plan=written()).result("s1").warnings[0]


def test_the_criterion_is_part_of_what_makes_two_steps_equal() -> None:
    """A kept value was accepted by another criterion, so it is made again."""
    model = ScriptedModel({"Judge whether": grade("pass"), "Write about": "Tea."})
    stage = Stage(model=model)
    stage.run(plan=written())
    assert stage.run(plan=written()).result("s1").cached
    assert not stage.run(plan=written(criterion="it is short")).result("s1").cached


@pytest.mark.parametrize("check", [{}, {"criterion": ""}, {"criterion": "x", "rounds": -1}, {"criterion": "x", "loops": 3}])
def test_a_check_that_cannot_be_done_is_refused_with_the_plan(check: dict[str, Any]) -> None:
    """It has a criterion, perhaps something to hold the value against, and rounds."""
    with pytest.raises(PlanError):
        Stage().run(plan={"steps": [{"id": "s1", "kind": "ask", "params": {"question": "?"}, "check": check}]})
