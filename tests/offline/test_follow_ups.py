"""Follow-ups of an earlier goal: each edits it, asks about what it found, or is told."""

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

CLINIC = pd.DataFrame(
    {
        "visit_date": pd.date_range("2022-01-03", periods=120, freq="7D"),
        "ward": ["North", "South", "East", "West"] * 30,
        "sex": ["female", "male"] * 60,
        "smoker": ["yes", "no", "no"] * 40,
        "rank": ["junior", "senior", "head"] * 40,
        "wait_min": [5.0 + (7 * i) % 50 for i in range(120)],
        "cost": [100.0 + (11 * i) % 90 for i in range(120)],
        "age": [20 + i % 60 for i in range(120)],
    }
)
MEANS = "mean wait_min by ward in {clinic}"
COMPARE = "Does cost differ by sex in {clinic}?"
RELATE = "How do wait_min and cost relate in {clinic}?"
MONTHS = "total cost per month in {clinic}"


def plans(*goals: str) -> Plan:
    """The plan of the last goal, each continuing the one before."""
    data: Any = None
    for text in goals:
        data = plan_of(Goal(text, {"clinic": CLINIC}, earlier=data))
    return read_plan(data, Catalogue())


def told(plan: Plan) -> str:
    return "\n".join(plan.assumptions)


def arguments_of(plan: Plan, recipe: str) -> dict[str, Any]:
    return dict(next(step for step in plan.steps if step.params.get("recipe") == recipe).params["arguments"])


@pytest.mark.parametrize(
    ("goals", "recipe", "argument", "value"),
    [
        ((COMPARE, "adjust for rank"), "adjusted_effect", "given", ("rank",)),
        ((COMPARE, "and after taking rank and age into account?"), "adjusted_effect", "given", ("rank", "age")),
        ((COMPARE, "controlling for age"), "adjusted_effect", "outcome", "cost"),
        ((RELATE, "holding age constant"), "partial_correlation", "controls", ("age",)),
        ((RELATE, "by sex"), "correlate", "by", "sex"),
        ((RELATE, "with a log scale"), "correlate", "x", "log10_wait_min"),
        ((RELATE, "the other way round"), "correlate", "x", "cost"),
        ((MEANS, "is that significant?"), "compare_groups", "by", "ward"),
        ((MEANS, "are they different?"), "compare_groups", "value", "wait_min"),
        ((MEANS, "which is the highest?"), "group_extreme", "by", ("ward",)),
        ((MEANS, "which one is the longest?"), "group_extreme", "by", ("ward",)),
        ((MEANS, "and cost"), "group_summary", "value", ("wait_min", "cost")),
        ((MEANS, "sorted by the mean"), "sort_rows", "by", ("mean",)),
        (("top 5 rows by cost in {clinic}", "by age instead"), "rank", "by", "age"),
        ((MEANS, "show the top 2"), "head", "n", 2),
        ((MEANS, "sort it by n"), "sort_rows", "by", ("n",)),
        ((MEANS, "sort alphabetically"), "sort_rows", "by", ("ward",)),
        ((MEANS, "the other way round"), "sort_rows", "ascending", True),
        ((MEANS, "now the 90th percentile"), "group_summary", "statistics", ("p90",)),
        ((MEANS, "drop the missing ones first"), "drop_missing", "columns", ("wait_min", "ward")),
        ((MEANS, "has it changed over the years?"), "trend", "value", "wait_min"),
        ((MONTHS, "per quarter"), "resample", "every", "quarter"),
        ((MONTHS, "which is the highest?"), "extreme", "by", "sum"),
        (("how many rows per ward in {clinic}", "per month"), "resample", "by", ("ward",)),
    ],
)
def test_a_follow_up_edits_the_plan_or_asks_about_what_was_found(goals: tuple[str, str], recipe: str, argument: str, value: Any) -> None:
    """Adjusted for, held constant, tested, ranked, ordered, per another period: the measure stays, and the plan is whole."""
    plan = plans(*goals)
    assert arguments_of(plan, recipe)[argument] == value
    assert not plan.not_done


def test_what_an_edit_changed_is_said() -> None:
    """The assumptions name the earlier goal's changes, those of an edit of an edit too."""
    assert "the earlier goal, with: statistic: median; rows: smoker = yes; a bar chart" in told(
        plans(MEANS, "now the median", "only smokers", "as a bar chart")
    )


def test_words_that_no_edit_takes_are_told() -> None:
    """A part that is no change of the earlier goal, and a word that means nothing, stand beside the answer."""
    lost = plans(MEANS, "only women, and does the pharmacy hold everywhere?")
    assert any("hold everywhere" in line for line in lost.not_done)
    assert any("Narnia" in line for line in plans(MEANS, "by sex in Narnia").not_done)


def test_a_measure_is_exchanged_only_where_the_words_name_one_and_ask_for_nothing_else() -> None:
    """ "Considering the age" names a column for another end, and the outcome stays."""
    assert arguments_of(plans(COMPARE, "and for age?"), "compare_groups")["value"] == "age"
    try:
        plan = plans(COMPARE, "considering that age confuses everything, only women")
    except UnreadableGoalError:
        return
    assert "age" not in {step.params.get("arguments", {}).get("value") for step in plan.steps}


def test_going_back_to_all_rows_undoes_only_the_filter() -> None:
    """Groups that a filter had left with one level are groups again."""
    plan = plans("Does cost differ by ward in {clinic}?", "only North, split by sex", "go back to all wards")
    assert "filter_rows" not in [step.params.get("recipe") for step in plan.steps]
    given = arguments_of(plan, "compare_groups")
    assert (given["by"], given["within"]) == ("ward", "sex")


def test_a_comparison_that_is_split_stays_the_same_comparison_within_each_part() -> None:
    """ "Same, split by rank" of men and women compares men and women of each rank; a part that the rows are all of is no group."""
    given = arguments_of(plans(COMPARE, "same, split by rank"), "compare_groups")
    assert (given["by"], given["within"]) == ("sex", "rank")
    assert arguments_of(plans(COMPARE, "only women, split by rank"), "compare_groups")["by"] == "rank"
    assert arguments_of(plans(MEANS, "broken down by sex"), "group_summary")["by"] == ("ward", "sex")


def test_adjusting_a_comparison_within_parts_says_that_the_parts_are_lost() -> None:
    """The adjusted effect is of all rows together: partial, and said."""
    assert any("within rank" in line for line in plans(COMPARE, "split by rank", "adjust for age").not_done)


def test_adjusting_for_a_column_that_chose_the_rows_takes_all_of_its_values() -> None:
    """A rank that is held constant cannot be one value, and the run says that it chooses rows no longer."""
    plan = plans("Does cost differ by sex for rank head in {clinic}?", "adjust for rank")
    assert arguments_of(plan, "adjusted_effect")["given"] == ("rank",)
    assert "no longer chooses the rows" in told(plan)


def test_a_whole_new_goal_keeps_nothing_of_the_earlier_one() -> None:
    """Its own measure, statistic and groups: the rows of the earlier goal are not kept, and that is said; a next edit is one of it."""
    plan = plans(MEANS, "only women", "median age by rank")
    assert "filter_rows" not in [step.params.get("recipe") for step in plan.steps]
    assert "a goal of its own" in told(plan)
    assert list(plan.facts["goals"]) == ["median age by rank"]


def test_a_follow_up_that_adds_keeps_what_was_there() -> None:
    """Counts get a table of the measure beside them; a total per year gets the longest beside it."""
    both = plans("how many rows per ward in {clinic}", "and the total cost")
    assert {"count_rows", "group_summary"} <= {step.params.get("recipe") for step in both.steps}
    plan = plans("total wait_min per year in {clinic}", "and how many, and the highest one in each")
    assert [step.params["arguments"]["statistic"] for step in plan.steps if step.params.get("recipe") == "resample"] == ["sum", "max"]


def test_what_the_answer_holds_anyway_is_said_and_is_no_loss() -> None:
    """Counts stand in column n, and percentages beside counts."""
    assert not plans(MEANS, "also with the counts").not_done
    assert not plans("how many rows per ward in {clinic}", "as a percentage").not_done


def test_the_same_question_by_its_name_changes_only_what_follows_the_but() -> None:
    """ "Same cost and age question, but only women" exchanges no measure."""
    plan = plans("How do cost and age relate in {clinic}?", "Same age and cost question, but only women")
    given = arguments_of(plan, "correlate")
    assert (given["x"], given["y"]) == ("cost", "age")
    assert not plan.not_done


def test_a_year_alone_restricts_the_rows() -> None:
    """ "What about 2023"."""
    assert arguments_of(plans(MEANS, "what about 2023"), "filter_rows")["where"][0]["column"] == "visit_date"


def test_a_question_of_two_groups_that_is_cut_to_one_and_split_is_one_comparison() -> None:
    """ "Same but only North, split by sex" of "is cost different between wards and does the rank matter": women against men, and the plan is whole."""
    plan = plans("Is cost different between wards and does the rank matter? {clinic}", "same but only North, split by sex")
    assert [step.params["arguments"]["by"] for step in plan.steps if step.params.get("recipe") == "compare_groups"] == ["sex"]
    assert "confounding" not in [step.params.get("recipe") for step in plan.steps]


def test_a_follow_up_that_cannot_be_read_names_changes_that_work() -> None:
    """The words that nothing is called by, and changes of the earlier goal on this very table."""
    with pytest.raises(UnreadableGoalError, match=r"pharmacists(.|\n)*only \w+\n +by `ward`"):
        plans(MEANS, "only pharmacists")
