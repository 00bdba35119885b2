"""A part of a table as one reference: rows where …, the first so many, some columns; without a step of its own."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb_orchestra import orchestrate
from nb_orchestra.casting import Sharing
from nb_orchestra.core.prompt import Block
from nb_orchestra.core.references import FromStep
from nb_orchestra.ejected import code_of
from nb_orchestra.errors import PlanError, StepError
from nb_orchestra.models import ScriptedModel
from nb_orchestra.running.parts import part_of, told_part

SALES = pd.DataFrame({"region": ["north", "south", "east"] * 20, "units": range(60), "price": [0.5 * at for at in range(60)]})
BY_REGION = {
    "id": "s1", "kind": "code", "name": "by_region",
    "params": {"recipe": "group_summary", "arguments": {"frame": {"data": "sales"}, "by": ["region"], "value": ["units"], "statistics": ["sum"]}},
}  # fmt: skip
NORTH = {"column": "region", "op": "==", "value": "north"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from nb_orchestra.config import Orchestra

    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))


def ask(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "s2", "kind": "ask", "name": "told", "params": {"question": "Which?", "inputs": {"part": part}}, **more}


def asked(*steps: Any, data: Any = SALES) -> tuple[Any, ScriptedModel]:
    model = ScriptedModel({"": "it is said"})
    return orchestrate(plan={"steps": list(steps)}, data={"sales": data}, model=model), model


def test_a_part_of_a_result_is_the_input_of_an_ask() -> None:
    """The rows where …, the first two of them, and these columns in this order; the plan has no step for it."""
    run, model = asked(BY_REGION, ask({"from": "s1", "where": [{"column": "region", "op": "!=", "value": "east"}], "rows": 1, "columns": ["sum", "region"]}))
    (prompt,) = model.prompts
    assert prompt.blocks[0].value.to_dict("records") == [{"sum": 570, "region": "north"}]
    assert len(run.steps) == 2


def test_a_part_of_the_goals_data_and_one_column_of_a_part() -> None:
    """Also of a notebook's table, the last rows, and a cell or a column of the rows that are left."""
    _, model = asked(ask({"data": "sales", "columns": ["units"], "where": [NORTH], "rows": -2}))
    assert model.prompts[0].blocks[0].value.to_dict("list") == {"units": [54, 57]}
    _, model = asked(BY_REGION, ask({"from": "s1", "where": [NORTH], "column": "sum", "row": 0}))
    assert model.prompts[0].blocks[0].value == 570


def test_for_each_goes_over_a_part_and_an_input_may_be_the_rows_that_belong_to_the_row() -> None:
    """Only the rows that are meant are asked about, each with its own rows of another table; a second run asks nobody."""
    plan = {"steps": [BY_REGION, ask({"data": "sales", "where": [{"column": "region", "op": "==", "value": {"row": "region"}}], "rows": 2},
                                     for_each={"from": "s1", "where": [{"column": "sum", "op": ">", "value": 580}]})]}  # fmt: skip
    model = ScriptedModel({"": "said"})
    run = orchestrate(plan=plan, data={"sales": SALES}, model=model)
    assert run.value["region"].tolist() == ["east", "south"] or run.value["region"].tolist() == ["south", "east"]
    assert sorted(prompt.blocks[0].value["region"].unique().tolist() for prompt in model.prompts) == [["east"], ["south"]]
    again = ScriptedModel({"": "never"})
    orchestrate(plan=plan, data={"sales": SALES}, model=again)
    assert again.prompts == []


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"from": "s1", "where": [{"column": "region", "op": "like", "value": "n"}]}, "there is no condition 'like'"),
        ({"from": "s1", "rows": 0}, "must be a number of rows"),
        ({"from": "s1", "where": ["sum > 3"]}, "must be a list of conditions"),
        ({"data": "sales", "where": [{"column": "regoin", "op": "==", "value": "n"}]}, "has no column 'regoin': near names: region"),
        ({"from": "s1", "columns": ["sum"], "column": "sum"}, "either a column or columns"),
    ],
)
def test_a_slip_in_a_part_is_told_before_anything_runs(part: dict[str, Any], told: str) -> None:
    """With the exact complaint, so that whoever made the plan can mend it."""
    with pytest.raises(PlanError) as caught:
        asked(BY_REGION, ask(part))
    assert told in str(caught.value)


def test_a_part_that_is_not_there_is_an_error_of_the_step() -> None:
    """A column of a result is known only when it is there."""
    with pytest.raises(StepError, match=r"of by_region: .*'mean'"):
        part_of(pd.DataFrame({"sum": [1]}), FromStep("s1", columns=("mean",)), "by_region")
    with pytest.raises(StepError, match="by_region is a text"):
        part_of("text", FromStep("s1", rows=2), "by_region")
    assert part_of([1, 2, 3], FromStep("s1", rows=-2), "numbers") == [2, 3]


MEANS = pd.DataFrame({"region": ["north", "south", "east"], "n": [20, 20, 20], "mean": [1.5, 2.5, 3.5]})


def seen(table: pd.DataFrame, part: FromStep, recipe: str = "group_summary") -> str:
    made = {"kind": "code", "params": {"recipe": recipe, "arguments": {"by": ["region"]}}, **told_part(table, part)}
    return Sharing("summary", {"sales": SALES})(Block("part", part_of(table, part, "t"), made))


@pytest.mark.parametrize(
    ("table", "part", "level"),
    [
        (MEANS, FromStep("s1", columns=("region", "mean")), "full"),
        (MEANS, FromStep("s1", rows=1), "full"),
        (MEANS.assign(n=[20, 20, 1]), FromStep("s1", columns=("region", "mean")), "summary"),
        (MEANS.assign(n=[20, 20, 1]), FromStep("s1", rows=3, columns=("mean",)), "summary"),
        (MEANS.assign(n=[20, 20, 1]), FromStep("s1", rows=2, columns=("mean",)), "full"),
        (MEANS.assign(n=[20, 20, 1]), FromStep("s1", where=({"column": "n", "op": ">", "value": 1},), columns=("mean",)), "full"),
        (MEANS.assign(n=[20, 20, 1]), FromStep("s1", where=({"column": "mean", "op": ">", "value": 1},)), "summary"),
        (MEANS.assign(n=[20, 20, None]), FromStep("s1", columns=("mean",)), "summary"),
        (MEANS.assign(n=["a", "b", "c"]), FromStep("s1", columns=("mean",)), "summary"),
        (pd.concat([MEANS] * 20), FromStep("s1", rows=2), "summary"),
    ],
)
def test_a_part_shows_no_more_than_the_whole_table_would(table: pd.DataFrame, part: FromStep, level: str) -> None:
    """Leaving out the column of counts hides no group of one row, unless its row is left out; and a few rows of many are not a small table."""
    assert seen(table, part) == level
    assert seen(table, part, "filter_rows") == "summary"


def test_the_plain_code_of_a_step_that_reads_a_part_runs_without_us_and_gives_the_same() -> None:
    """The part stands in it as the few lines that make it."""
    step = {
        "id": "s2", "kind": "code", "name": "listed",
        "params": {"recipe": "sort_rows", "arguments": {"frame": {"from": "s1", "where": [{"column": "sum", "op": ">", "value": 580}], "columns": ["sum"]}, "by": ["sum"]}},
    }  # fmt: skip
    run, _ = asked(BY_REGION, step)
    space: dict[str, Any] = {"sales": SALES}
    exec(code_of(run, "s2"), space)
    pd.testing.assert_frame_equal(space["listed"], run.value)
    assert "nb_orchestra" not in code_of(run, "s2")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 8), st.integers(-9, 9).filter(bool), st.integers(-2, 9), st.permutations(["a", "b"]))
def test_any_part_is_what_filtering_cutting_and_selecting_give(length: int, rows: int, least: int, columns: list[str]) -> None:
    """Conditions first, then rows, then columns in the order asked for."""
    table = pd.DataFrame({"a": range(length), "b": [at % 3 for at in range(length)], "c": 1})
    part = FromStep("s1", None, None, tuple(columns), rows, ({"column": "a", "op": ">=", "value": least},))
    wanted = table[table["a"] >= least][columns]
    wanted = wanted.head(rows) if rows > 0 else wanted.tail(-rows)
    pd.testing.assert_frame_equal(part_of(table, part, "t"), wanted.reset_index(drop=True), check_dtype=False)
