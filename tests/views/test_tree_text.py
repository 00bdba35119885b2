"""A run as plain text, and the one line that it folds to."""

from __future__ import annotations

import time

import pytest
import scripted_runs as runs

from nb_orchestra.core import events as e
from nb_orchestra.core.usage import Usage
from nb_orchestra.views import render_text, words
from nb_orchestra.views.html import render_html
from nb_orchestra.views.text import columns

WHOLE = {**runs.PLAN, "not_done": []}


def line(happened: list[e.Event]) -> str:
    return render_text(runs.fold(happened), 200).splitlines()[0]


def test_a_finished_run_folds_to_one_line() -> None:
    """Steps, how many were cached, time, money, and who did it."""
    happened = [*runs.planned(plan=WHOLE), *[runs.done(step, 1_000.5, cached=step < "s4") for step in runs.SUMMARIES], e.RunEnded("done", 1_000.9, 0.8)]
    assert line(happened) == "✓ 5 steps · 3 cached · 0.8 s · $0 · built-in"


def test_code_and_tools_are_no_models() -> None:
    """A run that asked no model outside was made by the built-in engine, whatever kinds of steps it had; a given plan names nobody."""
    ends = [runs.done(step, 1_000.5, model="tool" if step == "s3" else "code") for step in runs.SUMMARIES]
    assert line([*runs.planned(plan=WHOLE), *ends, e.RunEnded("done", 1_000.9, 0.8)]).endswith("$0 · built-in")
    assert line([*runs.planned(plan=WHOLE, model=""), *ends, e.RunEnded("done", 1_000.9, 0.8)]).endswith("0.8 s · $0")


def test_the_line_tells_every_other_end() -> None:
    """Failed, partial, cancelled, cancelled while planning, no plan and plan only each say what came of it."""
    ends = [runs.done(step, 1_000.5) for step in runs.SUMMARIES]
    assert line(runs.failed()).startswith("✗ 5 steps · 3 done · 1 failed: body_mass_outliers · 1 skipped · 1 part of the goal not done · 0.6 s")
    assert line([*runs.planned(), *ends, e.RunEnded("partial", 1_001.0, 1.0)]).startswith("◐ partial · 5 steps · 1 part of the goal not done · 1.0 s")
    assert line([*runs.planned(plan=WHOLE), *ends[:2], e.RunEnded("cancelled", 1_001.0, 1.0)]).startswith("■ cancelled · 5 steps · 2 done · 1.0 s")
    assert line([*runs.started(), e.RunEnded("cancelled", 1_001.0, 0.3)]) == "■ cancelled · while planning · 0.3 s"
    assert line([*runs.started(), e.RunEnded("failed", 1_001.0, 0.3, message="the goal is empty")]) == "✗ no plan · 0.3 s"
    assert line([*runs.planned(plan=WHOLE), e.RunEnded("done", 1_001.0, 0.3)]) == "✓ plan of 5 steps, not run · 0.3 s"


def test_the_line_says_what_a_model_cost_and_that_something_left_the_kernel() -> None:
    """Money, tokens, the models and the number of prompts sent stand in the line when a model outside was asked."""
    asked = runs.done("s5", 1_000.9, model="gpt-5", tokens_in=1_000, tokens_out=204, cost=0.0123)
    happened = [*runs.planned(plan=WHOLE), *[runs.done(step, 1_000.5) for step in ("s1", "s2", "s3", "s4")], e.Sent("s5", "gpt-5", 900, 1_000.6), asked]
    assert line([*happened, e.RunEnded("done", 1_001.0, 75.0)]) == "✓ 5 steps · 1 min 15 s · $0.012 · 1,204 tokens · gpt-5 · 1 sent"


def test_a_model_that_planned_and_wrote_is_one_model() -> None:
    """A provider says its model's name without its own; the line names the model once."""
    happened = [*runs.planned(plan=WHOLE, model="openai/gpt-5"), runs.done("s5", 1_000.9, model="gpt-5", cost=0.01), e.RunEnded("done", 1_001.0, 1.0)]
    assert " · gpt-5" in line(happened)
    assert "gpt-5 +" not in line(happened)


def test_what_leaves_and_where_to_is_told_to_its_end() -> None:
    """A note that asks for trust is not cut in its middle, in no view."""
    said = f"gpt-5 is asked from now on ({'a place with a long name, ' * 12}): of your data it gets no rows (%orchestrate sent shows every word)"
    progress = runs.fold([*runs.planned(), e.Warned(said)])
    assert "shows every word)" in " ".join(render_text(progress).split())
    assert "shows every word)" in render_html(progress)


def test_every_step_has_its_line() -> None:
    """Name, kind, time, cached, model and result; an error with what to do next below it."""
    text = render_text(runs.fold(runs.failed()))
    assert "✗ body_mass_outliers         code       0.3 s          RecipeError: column 'weight' is all missing" in text
    assert "→ name another column, for example body_mass_g" in text
    assert "· outliers: 1.5 IQR within species" in text
    assert "! not done: “email it to Ann”: nothing here can send mail" in text


@pytest.mark.parametrize("width", [30, 60, 100])
def test_no_line_is_wider_than_asked(width: int) -> None:
    """Long goals, wide characters and emoji stay within the terminal's width."""
    goal = "比较各岛屿企鹅的体重并找出异常值 🐧🐧🐧 " * 20
    happened = [*runs.started(goal=goal), e.PlanMade(runs.PLAN, 1_000.0), *runs.failed()[2:]]
    lines = render_text(runs.fold(happened), width).splitlines()
    assert max(columns(line) for line in lines) <= width
    assert len(lines) > 10


def test_a_thousand_steps_are_the_most() -> None:
    """Longer plans are cut, and the cut is said."""
    lines = render_text(runs.fold(runs.planned(plan=runs.many(1_200)))).splitlines()
    assert lines[-1] == "  … and 200 steps more"


def test_a_run_under_way_says_how_long() -> None:
    """Before the end the first line holds what is done and the time since the start."""
    happened = [*runs.planned(time.time() - 75), runs.done("s1", time.time())]
    assert line(happened).startswith("◌ 1 of 5 steps · 1 min 1")


@pytest.mark.parametrize(
    ("cost", "said"), [(0.0, "$0"), (None, "$?"), (0.00001, "<$0.0001"), (0.00312, "$0.0031"), (0.9949, "$0.99"), (0.996, "$1.00"), (12.3, "$12.30")]
)
def test_money_as_people_write_it(cost: float | None, said: str) -> None:
    """No scientific notation, two digits that count, unknown prices as $?."""
    assert words.money_text(cost) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (3_599.9, "1 h 00 min"), (7_500, "2 h 05 min")]
)
def test_time_as_people_write_it(seconds: float, said: str) -> None:
    """Seconds, minutes, hours; never 60 of one where the next unit begins."""
    assert words.seconds_text(seconds) == said


def test_tokens_hide_where_there_are_none() -> None:
    """A step that asked no model shows neither tokens nor money; one with an unknown price says so."""
    assert words.used_text(Usage()) == ""
    assert words.used_text(Usage(1_000, 230, 1, None)) == "1,230 tok · $?"
