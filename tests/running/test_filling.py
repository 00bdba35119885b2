"""A step's references become values, and nothing else reaches it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.errors import OrchestraError
from nb_orchestra.running.filling import Filling

FRAME = pd.DataFrame({"species": ["a", "b", "a", None], "mass": [1.0, 2.0, 3.0, 4.0]})
RESULTS = {"s1": Result(FRAME), "s2": Result({"n": 3, "list": [1, 2]}), "s3": Result([10, 20])}


def filled(reference: Any, data: dict[str, Any] | None = None) -> Any:
    """What a step gets for a reference."""
    steps = [Step(id, "gather", {"inputs": {}}, name=f"name_{id}") for id in RESULTS]
    step = Step("last", "gather", {"inputs": {"it": reference}})
    plan = Plan((*steps, step))
    return Filling(plan, Goal("", data if data is not None else {"df": FRAME}), RESULTS, {}).job(step).params["inputs"]["it"]


CASES: list[tuple[Any, Any]] = [
    ({"from": "s2"}, {"n": 3, "list": [1, 2]}),
    ({"from": "s1", "column": "mass"}, [1.0, 2.0, 3.0, 4.0]),
    ({"from": "s1", "row": 1}, {"species": "b", "mass": 2.0}),
    ({"from": "s1", "column": "mass", "row": -1}, 4.0),
    ({"from": "s2", "column": "n"}, 3),
    ({"from": "s3", "row": 1}, 20),
    ({"data": "df", "levels": "species"}, ["a", "b"]),
    ({"template": "{n} and {{n}} and {m}", "values": {"n": {"from": "s2", "column": "n"}}}, "3 and {3} and {m}"),
    ({"value": {"from": "s1"}}, {"from": "s1"}),
    ([{"from": "s3"}, "plain"], [[10, 20], "plain"]),
]


@pytest.mark.parametrize(("reference", "value"), CASES, ids=[str(case[0]) for case in CASES])
def test_each_kind_of_reference(reference: Any, value: Any) -> None:
    """Whole results, columns, rows, cells, levels, templates and literals."""
    assert filled(reference) == value


WRONG: list[tuple[Any, str]] = [
    ({"from": "s1", "column": "weight"}, "no column 'weight'"),
    ({"from": "s1", "row": 4}, "name_s1 has 4 rows"),
    ({"from": "s2", "column": "m"}, "name_s2 has no such part"),
    ({"from": "s3", "row": 7}, "name_s3 has no such part"),
    ({"data": "other"}, "'other', which was not given"),
    ({"data": "df", "columns": ["weight"]}, "no column 'weight'"),
    ({"data": "doubled", "levels": "a"}, "'a' is there 2 times"),
    ({"data": "number", "columns": ["weight"]}, "'number' is no table"),
    ({"data": "number", "levels": "weight"}, "'number' is no table"),
]


@pytest.mark.parametrize(("reference", "words"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_a_reference_to_what_is_not_there_says_what_is(reference: Any, words: str) -> None:
    """The complaint names the step or the variable by its name, and the part."""
    with pytest.raises(OrchestraError, match=words):
        filled(reference, {"df": FRAME, "number": 3, "doubled": pd.DataFrame([[1, 2]], columns=["a", "a"])})


def test_only_the_named_columns_are_read() -> None:
    """`columns` gives these columns and no others, also where names are doubled or are no texts."""
    assert list(filled({"data": "df", "columns": ["mass"]}).columns) == ["mass"]
    doubled = pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"])
    assert filled({"data": "df", "columns": ["a"]}, {"df": doubled}).to_numpy().tolist() == [[1, 3]]
    numbers = pd.DataFrame([[1, 2]], columns=pd.Index([2020, None], dtype=object))
    assert filled({"data": "df", "columns": ["2020"]}, {"df": numbers}).to_numpy().tolist() == [[1]]


def test_levels_of_an_index_and_of_columns_can_be_read() -> None:
    """A named index level is a column to a plan; columns with levels are named by their levels, joined by _."""
    indexed = FRAME.set_index("species")
    assert filled({"data": "df", "levels": "species"}, {"df": indexed}) == ["a", "b"]
    pd.testing.assert_frame_equal(filled({"data": "df", "columns": ["species", "mass"]}, {"df": indexed}), indexed)
    layered = pd.concat({"x": FRAME[["mass"]], "y": FRAME[["mass", "species"]]}, axis=1)
    assert list(filled({"data": "df", "columns": ["y_mass"]}, {"df": layered}).columns) == [("y", "mass")]


def test_a_step_is_told_how_its_inputs_were_made_without_ids() -> None:
    """The writer of an answer knows each input's step by name, purpose and recipe."""
    first = Step("s1", "code", {"recipe": "r", "arguments": {"frame": {"data": "df"}}}, name="masses", purpose="Mean mass")
    second = Step("s2", "code", {"recipe": "r", "arguments": {"frame": {"from": "s1"}}}, name="top")
    brief = Step("s3", "ask", {"question": "?", "inputs": {"top": {"from": "s2"}, "from": "Paris"}})
    plan = Plan((first, second, brief), assumptions=("mass means body_mass_g",), not_done=("sing: cannot",))
    job = Filling(plan, Goal("the goal", {"df": FRAME}), {"s1": Result(1), "s2": Result(2)}, {}).job(brief)
    assert job.made_by["top"]["params"]["arguments"]["frame"] == {"from": "masses"}
    assert job.sources == {"top": "top"}
    assert job.params["inputs"]["from"] == "Paris"
    assert job.notes == {"goal": "the goal", "not_done": ["sing: cannot"], "assumptions": ["mass means body_mass_g"]}
