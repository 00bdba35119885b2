"""`--continue`: what an edit of an earlier goal gives."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Plan
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.planner import plan_of
from nb_orchestra.planning import read_plan
from nb_orchestra.protocols import Catalogue

FRAME = pd.DataFrame(
    {
        "species": ["Adelie", "Gentoo", "Chinstrap"] * 20,
        "island": ["Dream", "Biscoe", "Dream"] * 20,
        "sex": ["male", "female"] * 30,
        "body_mass_g": [3000.0 + 7 * i for i in range(60)],
        "flipper_length_mm": [180.0 + i for i in range(60)],
    }
)
COMPARE = "Is weight different between species in {penguins}?"


def plans(*goals: str) -> Plan:
    """The plan of the last goal, each continuing the one before."""
    data: Any = None
    for text in goals:
        data = plan_of(Goal(text, {"penguins": FRAME}, earlier=data))
    return read_plan(data, Catalogue())


def recipes(plan: Plan) -> list[str]:
    return [step.params.get("recipe", step.kind) for step in plan.steps]


def test_only_takes_the_rows_first() -> None:
    """Every step reads the filtered rows, and a group with one level left is no group."""
    plan = plans(COMPARE, "same but only Gentoo, split by sex")
    assert recipes(plan)[:3] == ["filter_rows", "group_summary", "compare_groups"]
    assert plan.steps[2].params["arguments"]["by"] == "sex"
    assert plan.steps[2].params["arguments"]["frame"] == {"from": plan.steps[0].id}


def test_a_comparison_without_groups_is_a_description() -> None:
    """Nothing is left to compare: the one group is described."""
    assert "compare_groups" not in recipes(plans(COMPARE, "same but only Gentoo"))


@pytest.mark.parametrize(
    ("edit", "recipe", "argument", "value"),
    [
        ("now by island", "compare_groups", "by", "island"),
        ("now for flipper length", "compare_groups", "value", "flipper_length_mm"),
        ("as a bar chart", "chart", "kind", "bar"),
        ("without outliers", "remove_outliers", "columns", ("body_mass_g",)),
        ("excluding Dream", "filter_rows", "where", ({"column": "island", "op": "!=", "value": "Dream"},)),
    ],
)
def test_an_edit_changes_what_it_names(edit: str, recipe: str, argument: str, value: Any) -> None:
    """Groups, measure, chart, rows: the rest of the plan stays."""
    step = next(step for step in plans(COMPARE, edit).steps if step.params.get("recipe") == recipe)
    assert step.params["arguments"][argument] == value


def test_an_edit_of_an_edit_builds_on_both() -> None:
    """The goals that led to a plan are kept in it."""
    plan = plans("Find the outliers of body mass in {penguins}", "within species", "use MAD instead")
    arguments = plan.steps[0].params["arguments"]
    assert (list(arguments["by"]), arguments["method"]) == (["species"], "mad")
    assert list(plan.facts["goals"])[1:] == ["within species", "use MAD instead"]


def test_a_new_level_takes_the_place_of_the_old_one() -> None:
    """ "same but female" of a goal about males is about females, not about neither."""
    plan = plans("Mean body mass of male penguins by island in {penguins}", "same but female")
    conditions = [condition for step in plan.steps for condition in step.params.get("arguments", {}).get("where", ())]
    assert [dict(condition) for condition in conditions] == [{"column": "sex", "op": "==", "value": "female"}]
    assert not any("= male" in line for line in plan.assumptions)


def test_what_is_no_edit_is_read_as_a_goal_of_its_own() -> None:
    """A whole new goal stays one, and nonsense is said to be unreadable."""
    assert "check_data" in recipes(plans(COMPARE, "Check my data {penguins}"))
    with pytest.raises(UnreadableGoalError):
        plans(COMPARE, "please sing")


@pytest.mark.parametrize(
    ("goals", "argument", "value"),
    [
        (("mean body mass by species in {penguins}", "split by sex too"), "by", ("species", "sex")),
        (("mean body mass by species in {penguins}", "flipper length instead of body mass"), "value", ("flipper_length_mm",)),
        (("mean body mass by species and sex in {penguins}", "by island rather than species"), "by", ("island", "sex")),
        (("mean body mass by species in {penguins}", "add the flipper length"), "value", ("body_mass_g", "flipper_length_mm")),
        (("mean body mass by species in {penguins}", "add the median"), "statistics", ("mean", "median")),
        (("total body mass by species in {penguins}", "as percentages"), "expression", {"op": "percent_of_total", "args": ({"column": "sum"},)}),
        (("mean body mass by species in {penguins}", "lowest first"), "ascending", True),
    ],
)
def test_an_edit_adds_or_exchanges_what_it_says(goals: tuple[str, str], argument: str, value: Any) -> None:
    """ "Too" and "add" keep what is there, "instead of" and "rather than" take its place, and the plan is whole."""
    plan = plans(*goals)
    assert [step.params["arguments"][argument] for step in plan.steps if argument in step.params.get("arguments", {})][-1] == value
    assert not plan.not_done


def test_parts_of_what_has_none_are_told() -> None:
    """Means have no percentages of a whole: partial, and the means stay."""
    plan = plans("mean body mass by species in {penguins}", "as percentages")
    assert any("as percentages" in line for line in plan.not_done)
