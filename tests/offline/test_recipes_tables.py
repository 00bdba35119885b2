"""Every statistical result says its test, its numbers, what it left out and why, and what it took for granted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.recipes.expressions import derive
from nb_orchestra.offline.recipes.testing import TEST_COLUMNS
from nb_orchestra.offline.table import RECIPES
from tests.offline.recipe_cases import CASES, penguins

ALL = {*TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions"}
TESTS: list[tuple[str, dict[str, Any]]] = [
    ("compare_groups", {"value": "body_mass_g", "by": "species"}),
    ("compare_groups", {"value": "body_mass_g", "by": "sex"}),
    *(("compare_groups", {"value": "body_mass_g", "by": "sex", "test": name}) for name in ("t", "mann_whitney", "anova", "welch_anova", "kruskal", "levene")),
    ("post_hoc", {"value": "body_mass_g", "by": "species"}),
    ("compare_proportions", {"outcome": "sex", "by": "species"}),
    ("compare_proportions", {"outcome": "sex", "by": "year_2007", "test": "fisher"}),
    ("one_sample", {"value": "body_mass_g", "expected": 4000}),
    ("one_sample", {"value": "body_mass_g", "expected": 4000, "test": "wilcoxon"}),
    ("paired", {"first": "bill_length_mm", "second": "bill_depth_mm"}),
    ("paired", {"first": "bill_length_mm", "second": "twice_depth", "test": "wilcoxon"}),
    ("compare_columns", {"columns": ["bill_length_mm", "bill_depth_mm"]}),
    ("normality", {"columns": ["body_mass_g"], "by": "species"}),
    *(("correlate", {"x": "bill_length_mm", "y": "bill_depth_mm", "method": name}) for name in ("pearson", "spearman", "kendall")),
    *(("correlation_matrix", {"columns": ["bill_length_mm", "bill_depth_mm", "body_mass_g"], "method": name}) for name in ("pearson", "spearman", "kendall")),
    ("partial_correlation", {"x": "bill_length_mm", "y": "bill_depth_mm", "controls": ["species"]}),
    ("trend", {"date": "day", "value": "body_mass_g", "test": "linear"}),
    ("trend", {"date": "day", "value": "body_mass_g", "every": "month", "test": "mann_kendall"}),
]


def run(recipe: str, frame: Any, **arguments: Any) -> Any:
    return RecipeTable().run(recipe, {"frame": frame, **arguments}).value


@pytest.fixture(scope="module")
def birds() -> pd.DataFrame:
    frame = penguins()
    return frame.assign(year_2007=frame["year"] == 2007, twice_depth=2.6 * frame["bill_depth_mm"])


@pytest.mark.parametrize(("recipe", "arguments"), TESTS, ids=str)
def test_a_test_is_told_in_full(birds: pd.DataFrame, recipe: str, arguments: dict[str, Any]) -> None:
    """Test, statistic, p, effect size inside its 95 % interval, n, how many were dropped and why, assumptions."""
    table = run(recipe, birds, **arguments)
    assert set(table.columns) >= ALL
    for row in table.to_dict("records"):
        assert row["test"]
        assert row["assumptions"]
        assert 0 <= row["p"] <= 1
        assert row["ci_low"] <= row["effect"] <= row["ci_high"]
        assert bool(row["dropped"]) == isinstance(row["dropped_why"], str)


def test_all_statistical_recipes_promise_these_columns() -> None:
    """What the catalogue says of a test is what the tests give."""
    for recipe in {name for name, _ in TESTS}:
        assert set(RECIPES[recipe].gives["columns"]) >= ALL, recipe


def test_the_same_correlation_has_the_same_p_everywhere(birds: pd.DataFrame) -> None:
    """A pair in the matrix and on its own: one coefficient, one p, one interval, with ties counted."""
    for method in ("pearson", "spearman", "kendall"):
        pair = {"method": method}
        alone = run("correlate", birds, x="bill_length_mm", y="bill_depth_mm", **pair).iloc[0]
        among = run("correlation_matrix", birds, columns=["bill_length_mm", "bill_depth_mm"], **pair).iloc[0]
        for name in ("r", "p", "ci_low", "ci_high", "n", "dropped"):
            assert among[name] == pytest.approx(alone[name], rel=1e-6), (method, name)


def test_friedmans_w_and_wilcoxons_r_are_those_of_the_books() -> None:
    """Three raters who agree fully have W = 1; differences that are all positive have r = 1."""
    frame = pd.DataFrame({"who": list("abcdefgh") * 3, "when": ["1"] * 8 + ["2"] * 8 + ["3"] * 8, "x": [*range(8), *range(10, 18), *range(20, 28)]})
    row = run("compare_groups", frame, value="x", by="when", paired="who").iloc[0]
    assert (row["test"], row["effect"], row["df"]) == ("Friedman χ²", 1.0, 2)
    assert row["statistic"] == pytest.approx(stats.friedmanchisquare(*[frame[frame["when"] == at]["x"] for at in "123"]).statistic)


def reversed_groups(rows: int = 60) -> pd.DataFrame:
    """x and y rise together over all rows and fall within each of three groups; in a fourth one x is constant."""
    chance = np.random.default_rng(1)
    parts = []
    for at, group in enumerate("bcd"):
        x = chance.normal(size=rows)
        parts.append(pd.DataFrame({"group": group, "x": x + 4 * at, "y": -0.8 * x + 4 * at + 0.5 * chance.normal(size=rows)}))
    still = pd.DataFrame({"group": "a", "x": 0.0, "y": chance.normal(size=rows)})
    return pd.concat([still, *parts], ignore_index=True)


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_a_reversal_is_found_by_every_coefficient_and_beside_a_constant_group(method: str) -> None:
    """A group without variance has no correlation, and hides no reversal in the others."""
    table = run("correlate", reversed_groups(), x="x", y="y", method=method)
    assert table["r"].iloc[0] > 0.4
    assert table.loc[table["reversed"], "group"].tolist() == ["b", "c", "d"]


def test_one_clearly_reversed_group_is_shown() -> None:
    """A reversal need not hold in most rows: a quarter of them, beyond chance, is shown unasked; a reversal by chance is not."""
    frame = reversed_groups()
    turned = frame[frame["group"] != "a"].assign(y=lambda t: t["y"].where(t["group"] == "b", t["x"] + 0.3 * t["y"]))
    assert run("correlate", turned, x="x", y="y")["reversed"].tolist() == [False, True, False, False]
    chance = np.random.default_rng(2)
    noise = pd.DataFrame({"x": chance.normal(size=300), "y": chance.normal(size=300), "group": np.repeat(list("abcdef"), 50)})
    assert len(run("correlate", noise, x="x", y="y")) == 1


def test_a_yearly_slope_is_per_calendar_year() -> None:
    """0.5 a year is 0.5, also where the years have a different number of days."""
    frame = pd.DataFrame({"year": range(1990, 2021), "level": [0.5 * at for at in range(31)]})
    assert run("trend", frame, date="year", value="level").loc[0, "slope_per_year"] == pytest.approx(0.5, abs=1e-12)


def test_regression_names_the_term_that_others_explain(birds: pd.DataFrame) -> None:
    """With several terms, the largest variance inflation stands among the checks."""
    birds = birds.assign(nearly=birds["flipper_length_mm"] + birds["bill_depth_mm"] / 10)
    told = run("regression", birds, y="body_mass_g", x=["flipper_length_mm", "nearly"]).loc[0, "assumptions"]
    assert "largest variance inflation" in told
    assert "variance inflation" not in run("regression", birds, y="body_mass_g", x=["flipper_length_mm"]).loc[0, "assumptions"]


@pytest.mark.parametrize("recipe", ["clean_text", "replace_values"])
def test_lists_in_cells_stay_lists(recipe: str) -> None:
    """Cleaning text changes text, not what merely stands in the same column."""
    frame = pd.DataFrame({"tags": [["a "], ["b"], " c ", None]})
    cleaned = run(recipe, frame, **({"columns": ["tags"]} if recipe == "clean_text" else {"column": "tags", "mapping": {" c ": "c"}}))
    assert cleaned["tags"].tolist() == [["a "], ["b"], "c", None]


def test_every_case_of_a_statistical_recipe_has_its_columns() -> None:
    """The same holds for the calls of the other tests."""
    for recipe in {name for name, _ in TESTS}:
        assert set(run(recipe, penguins(), **CASES[recipe]).columns) >= ALL, recipe


def test_neighbours_that_are_alike_count_less_in_a_trend() -> None:
    """Mann–Kendall's p is that of Hamed and Rao (pymannkendall gives the same); as if they were independent it would be far smaller."""
    chance, level = np.random.default_rng(0), [0.0]
    for _ in range(49):
        level.append(0.8 * level[-1] + chance.normal())
    frame = pd.DataFrame({"year": range(1950, 2000), "level": np.array(level) + 0.06 * np.arange(50)})
    row = run("trend", frame, date="year", value="level", test="mann_kendall").iloc[0]
    assert row["p"] == pytest.approx(0.004693536411423338, rel=1e-6)
    assert "Hamed and Rao" in row["assumptions"]
    alone = stats.kendalltau(frame["year"], frame["level"])
    assert (row["statistic"], alone.pvalue < row["p"] / 10) == (pytest.approx(alone.statistic), True)


def test_a_line_counts_neighbours_that_are_alike_as_fewer() -> None:
    """The effective size of Santer and others: n (1 − r) / (1 + r), by the lag-1 correlation of the residuals; the slope itself stays."""
    chance, level = np.random.default_rng(0), [0.0]
    for _ in range(99):
        level.append(0.6 * level[-1] + chance.normal())
    frame = pd.DataFrame({"year": range(1900, 2000), "level": level})
    row = run("trend", frame, date="year", value="level", test="linear").iloc[0]
    line = stats.linregress(frame["year"], frame["level"])
    rest = frame["level"] - line.intercept - line.slope * frame["year"]
    r = np.corrcoef(rest[:-1], rest[1:])[0, 1]
    size = 100 * (1 - r) / (1 + r)
    assert row["df"] == pytest.approx(size - 2)
    error = np.sqrt((rest**2).sum() / (size - 2) / ((frame["year"] - frame["year"].mean()) ** 2).sum())
    assert row[["effect", "statistic"]].tolist() == pytest.approx([line.slope, line.slope / error])


def test_a_year_in_progress_is_no_year() -> None:
    """By the year, a first or last year of few months is left out and named: its mean would be that of a season."""
    days = pd.date_range("2015-01-01", "2020-03-31")
    frame = pd.DataFrame({"day": days, "warm": 10 - 10 * np.cos(2 * np.pi * days.day_of_year / 365.25)})
    row = run("trend", frame, date="day", value="warm").iloc[0]
    assert (row["periods"], row["n"], row["dropped"], row["dropped_why"]) == (5, 1826, 91, "91 of 2020, which the data hold in part only")
    assert row["direction"] == "no clear trend"


def test_a_variable_of_table_one_is_written_alike_in_all_groups(birds: pd.DataFrame) -> None:
    """As many decimals in each group as its smallest spread needs; years without a comma; medians are tested by ranks."""
    table = run("table_one", birds, by="species").set_index("variable")
    assert table.loc["flipper_length_mm", ["Adelie", "Gentoo", "all"]].tolist() == ["190.0 (6.5)", "217.2 (6.5)", "200.9 (14.1)"]
    skewed = pd.DataFrame({"arm": ["a", "b"] * 60, "cost": np.random.default_rng(1).lognormal(8, 1.2, 120), "year": [1990, 2001, 2002, 2003, 2004, 2005] * 20})
    table = run("table_one", skewed, by="arm").set_index("variable")
    assert table.loc["cost", ["level", "test"]].tolist() == ["median [IQR]", "Mann–Whitney U"]
    assert "," not in table.loc["year", "all"].replace("[", "").split()[0]


@pytest.mark.parametrize("test", ["anova", "kruskal"])
def test_a_test_asked_for_by_name_takes_groups_of_one_as_scipy_does(test: str) -> None:
    """Chosen by us it leaves such a group out, and says so."""
    frame = pd.DataFrame({"g": list("aaabbbc"), "v": [1.0, 2, 4, 3, 5, 7, 9]})
    scipy_test = {"anova": stats.f_oneway, "kruskal": stats.kruskal}[test]
    asked = run("compare_groups", frame, value="v", by="g", test=test).iloc[0]
    assert asked["p"] == pytest.approx(scipy_test([1, 2, 4], [3, 5, 7], [9]).pvalue)
    assert (asked["groups"], asked["n"], asked["dropped"]) == (3, 7, 0)
    chosen = run("compare_groups", frame, value="v", by="g").iloc[0]
    assert (chosen["groups"], chosen["dropped"]) == (2, 1)


@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (9, 9)])
def test_components_of_large_tables_are_those_of_small_ones(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the products of the shorter side as by singular values: the same shares, cumulative shares and loadings."""
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=shape)).add_prefix("c")
    by_values = run("pca", frame, n=4)
    monkeypatch.setattr("nb_orchestra.offline.recipes.learning.LARGE_SIDE", 2)
    pd.testing.assert_frame_equal(run("pca", frame, n=4), by_values)


@pytest.mark.parametrize(
    ("args", "days"),
    [([{"column": "day"}, "2024-12-29"], [2.0, 1.0]), (["2024-12-20", {"column": "day"}], [7.0, 8.0]), (["2024-12-20", "2024-12-21"], [1.0, 1.0])],
)
def test_days_are_counted_to_one_date_for_all_rows_too(args: list[Any], days: list[float]) -> None:
    """A date may be written as text; what is none is refused by its words, before and after it."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-12-27", "2024-12-28"])})
    assert derive(frame, columns={"days": {"op": "days_between", "args": args}})["days"].tolist() == days
    with pytest.raises(ValueError, match="'soon' is none"):
        derive(frame, columns={"days": {"op": "days_between", "args": [{"column": "day"}, "soon"]}})
