"""What runs again, and what does not: equal values below, changed columns, changed rows, age, a model that stood in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import tool
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.settings import Settings
from nb_orchestra.protocols import ModelFacts
from nb_orchestra.running.freshness import too_old
from tests.running.staging import FunctionModel, Stage, call

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo", "Chinstrap"], "mass": [3.7, 5.0, 3.8], "island": ["T", "B", "D"]})


def cached(run: Any) -> dict[str, bool]:
    return {row.name: row.cached for row in run.progress.rows.values()}


def test_a_step_that_gives_the_same_again_leaves_all_below_cached() -> None:
    """Of a chain of three, the edited first step runs; its value is equal, so nothing below does."""

    def lower(text: str) -> str:
        return text.lower()

    def count(text: str) -> int:
        return len(text)

    stage = Stage(tools=(lower, count))
    below = [call("s2", "count", text={"from": "s1"}), call("s3", "lower", text={"template": "{n}", "values": {"n": {"from": "s2"}}})]
    stage.run(plan={"steps": [call("s1", "lower", text="ABC"), *below]})
    assert cached(stage.run(plan={"steps": [call("s1", "lower", text="AbC"), *below]})) == {"s1": False, "s2": True, "s3": True}


def test_equal_frames_made_in_another_way_are_equal() -> None:
    """Content counts, not how memory is laid out: a frame that comes back from disk, or built column by column, is the same input."""

    def rows(frame: pd.DataFrame) -> int:
        return len(frame)

    stage = Stage(tools=(rows,))
    plan = {"steps": [call("s1", "rows", frame={"data": "df"})]}
    stage.run(plan=plan, data={"df": FRAME})
    for same in (FRAME.copy(), pd.concat([FRAME.head(1), FRAME.tail(2)]), FRAME[["species"]].join(FRAME[["mass", "island"]]), FRAME.iloc[::-1].iloc[::-1]):
        assert cached(stage.run(plan=plan, data={"df": same})) == {"s1": True}


def test_only_steps_that_read_a_changed_column_run() -> None:
    """Columns that a step names are its input; a step that names none depends on the whole frame, and 'why' says so."""

    def rows(frame: pd.DataFrame) -> int:
        return len(frame)

    stage = Stage(tools=(rows,))
    plan = {
        "steps": [
            call("a", "rows", frame={"data": "df", "columns": ["mass"]}),
            call("b", "rows", frame={"data": "df", "columns": ["island"]}),
            call("c", "rows", frame={"data": "df"}),
        ]
    }
    stage.run(plan=plan, data={"df": FRAME})
    run = stage.run(plan=plan, data={"df": FRAME.assign(mass=[1.0, 2.0, 3.0])})
    assert cached(run) == {"a": False, "b": True, "c": False}


def test_only_changed_rows_are_asked_again() -> None:
    """A row that is as it was costs nothing; other columns of it, its place and new rows beside it do not count."""
    model = FunctionModel(lambda prompt: prompt.task[:20])
    stage = Stage(model=model)
    plan = {
        "steps": [
            {
                "id": "s1",
                "kind": "ask",
                "for_each": {"data": "df"},
                "params": {"question": {"template": "What is {s}?", "values": {"s": {"row": "species"}}}},
                "output": "text",
            }
        ]
    }
    stage.run(plan=plan, data={"df": FRAME})
    assert len(model.prompts) == 3
    changed = pd.concat([FRAME.iloc[::-1].assign(mass=0.0), pd.DataFrame({"species": ["Macaroni"], "mass": [4.0], "island": ["M"]})])
    stage.run(plan=plan, data={"df": changed})
    assert [prompt.task.split("?")[0] for prompt in model.prompts[3:]] == ["What is Macaroni"]


@tool(outside=True)
def feed(address: str) -> int:
    """Counts in a file: what a tool closes over is part of its identity."""
    with open(address, "a") as file:
        file.write("x")
        return file.tell()


def test_what_was_found_outside_says_when_and_is_renewed_at_its_age(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Within the hours that were set it comes from the cache with its date; after them it is looked up anew; a replay takes it at any age."""
    stage = Stage(tools=(feed,))
    plan = {"steps": [call("s1", "feed", address=str(tmp_path / "looks"))]}
    monkeypatch.setattr("nb_orchestra.running.perform.now_text", lambda: "2020-01-01T00:00:00+00:00")
    stage.run(plan=plan)
    monkeypatch.undo()
    kept = stage.run(plan=plan)
    assert cached(kept) == {"s1": True}
    assert "taken 2020-01-01" in kept.progress.rows["s1"].why
    assert cached(stage.run(plan=plan, freshness=1.0, replay=True)) == {"s1": True}
    renewed = stage.run(plan=plan, freshness=1.0)
    assert cached(renewed) == {"s1": False}
    assert "more than 1 h ago" in renewed.progress.rows["s1"].why
    assert cached(stage.run(plan=plan, freshness=1.0)) == {"s1": True}
    assert (tmp_path / "looks").read_text() == "xx"


def test_what_is_computed_has_no_age() -> None:
    """Only a look outside gets old."""
    stage = Stage(tools=(len_of,))
    plan = {"steps": [call("s1", "len_of", text="abc")]}
    stage.run(plan=plan)
    assert cached(stage.run(plan=plan, freshness=1e-9)) == {"s1": True}
    old = Result(1, taken_at="2020-01-01T00:00:00+00:00")
    assert too_old(old, replace(Settings(), freshness=1.0))
    assert not too_old(replace(old, taken_at=""), replace(Settings(), freshness=1.0))


def len_of(text: str) -> int:
    return len(text)


class StandIn:
    """A model in whose place another one answers the first time, as a chain does when its first model is down."""

    facts = ModelFacts("strong")

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, prompt: Prompt, on_text: Any = None) -> Answer:
        self.asked += 1
        by = "weak" if self.asked == 1 else "strong"
        return Answer(f"said by {by}", by, by=by)


def test_the_asked_model_is_never_served_anothers_answer() -> None:
    """What a weaker model gave in its place is not kept as the asked one's; its own answer is."""
    model = StandIn()
    stage = Stage(model=model)
    plan = {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "?"}, "output": "text"}]}
    first = stage.run(plan=plan)
    assert (str(first.value), first.results["s1"].stood_in) == ("said by weak", "weak")
    assert str(stage.run(plan=plan).value) == "said by strong"
    again = stage.run(plan=plan)
    assert (str(again.value), cached(again), model.asked) == ("said by strong", {"s1": True}, 2)
