"""The numbers that goals must come out with, on real tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.errors import RecipeError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.prose.methods import method_of
from nb_orchestra.offline.prose.shaping import derive
from nb_orchestra.offline.table import RECIPES

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks" / "data"


@pytest.fixture(scope="module")
def penguins() -> pd.DataFrame:
    return pd.read_csv(NOTEBOOKS / "penguins.csv")


@pytest.fixture(scope="module")
def weather() -> pd.DataFrame:
    return pd.read_csv(NOTEBOOKS / "seattle-weather.csv")


@pytest.fixture(scope="module")
def movies() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "movies.csv")


def run(recipe: str, frame: Any, **arguments: Any) -> Any:
    return RecipeTable().run(recipe, {"frame": frame, **arguments}).value


def test_body_mass_differs_between_species_by_a_test_that_does_not_need_equal_variances(penguins: pd.DataFrame) -> None:
    """Where Levene's test says that variances differ, Welch's ANOVA is chosen and Kruskal–Wallis checks it."""
    table = run("compare_groups", penguins, value="body_mass_g", by="species")
    assert list(table["test"]) == ["Welch's ANOVA F", "Kruskal–Wallis H"]
    assert table["statistic"].tolist() == pytest.approx([317.57, 217.60], abs=0.005)
    assert table.loc[0, ["n", "dropped", "highest", "lowest"]].tolist() == [342, 2, "Gentoo", "Adelie"]
    assert "Levene p 0.00645" in table.loc[0, "assumptions"]


def test_islands_do_not_differ_within_a_species(penguins: pd.DataFrame) -> None:
    """With `within`, each level is tested apart, and a level with one group says so."""
    table = run("compare_groups", penguins, value="body_mass_g", by="island", within="species").set_index("within")
    assert table.loc["Adelie", ["statistic", "p"]].tolist() == pytest.approx([0.0320, 0.9685], abs=1e-4)
    assert table.loc["Gentoo", "chosen"].startswith("no test: only Biscoe")


def test_species_and_island_are_confounded(penguins: pd.DataFrame) -> None:
    """Empty combinations and levels that stand in one group only make two groupings confounded; sex and species are not."""
    found = run("confounding", penguins, first="species", second="island").iloc[0]
    assert (found["empty_cells"], bool(found["confounded"])) == (4, True)
    assert not run("confounding", penguins, first="species", second="sex").loc[0, "confounded"]


def test_the_sexes_of_one_species(penguins: pd.DataFrame) -> None:
    """`where` filters first: Gentoo by sex gives Welch's t with its degrees of freedom, and counts who has no sex."""
    where = [{"column": "species", "op": "==", "value": "Gentoo"}]
    row = run("compare_groups", penguins, value="body_mass_g", by="sex", where=where).iloc[0]
    assert row[["statistic", "df"]].tolist() == pytest.approx([14.761, 116.64], abs=0.005)
    assert row[["lowest_mean", "highest_mean"]].tolist() == pytest.approx([4679.74, 5484.84], abs=0.005)
    assert (row["lowest_n"], row["highest_n"], row["dropped"]) == (58, 61, 5)


def test_a_reversal_within_groups_is_shown_unasked(penguins: pd.DataFrame) -> None:
    """Bill length and depth go against each other over all rows and together within every species."""
    table = run("correlate", penguins, x="bill_length_mm", y="bill_depth_mm")
    assert table["r"].round(2).tolist() == [-0.24, 0.39, 0.65, 0.64]
    assert table["group"].tolist()[1:] == ["Adelie", "Chinstrap", "Gentoo"]
    assert table["reversed"].tolist() == [False, True, True, True]


def test_no_reversal_no_groups(penguins: pd.DataFrame) -> None:
    """Where no category reverses the sign, only the correlation over all rows is given."""
    assert len(run("correlate", penguins, x="flipper_length_mm", y="body_mass_g")) == 1


def test_partial_correlation_holds_the_groups_constant(penguins: pd.DataFrame) -> None:
    """Controlling for species turns the sign."""
    assert run("partial_correlation", penguins, x="bill_length_mm", y="bill_depth_mm", controls=["species"]).loc[0, "r"] == pytest.approx(0.528, abs=5e-4)


def test_regression_of_mass_on_flipper_length(penguins: pd.DataFrame) -> None:
    """49.7 g more per mm, with the intercept, the share of variance and a check of the residuals."""
    table = run("regression", penguins, y="body_mass_g", x=["flipper_length_mm"])
    assert table["estimate"].tolist() == pytest.approx([-5780.83, 49.686], abs=0.005)
    assert table.loc[1, ["se", "r2"]].tolist() == pytest.approx([1.518, 0.7590], abs=5e-4)
    assert "Breusch–Pagan" in table.loc[0, "assumptions"]


def test_prediction_at_a_value_has_an_interval_for_single_values(penguins: pd.DataFrame) -> None:
    """A prediction interval is about one penguin, so it is as wide as penguins differ."""
    row = run("predict", penguins, y="body_mass_g", x=["flipper_length_mm"], at={"flipper_length_mm": 200}).iloc[0]
    assert row["predicted"] == pytest.approx(4156.28, abs=0.01)
    assert row["high"] - row["low"] > 1500


def test_the_table_is_checked(penguins: pd.DataFrame) -> None:
    """344 × 8 with 19 gaps in 11 rows and no repeated row."""
    details = run("check_data", penguins)["detail"].tolist()
    assert details[:2] == ["344 rows × 8 columns", "19 gaps in 11 of 344 rows"]
    assert "no row stands twice" in details


def test_table_one_has_a_test_per_variable(penguins: pd.DataFrame) -> None:
    """Means with SD for numbers, counts with percent for categories, p adjusted by Holm."""
    table = run("table_one", penguins, by="species").set_index(["variable", "level"])
    assert table.loc[("body_mass_g", "mean (SD)"), "Gentoo"] == "5,076 (504)"
    assert table.loc[("sex", "female"), ["all", "missing"]].tolist() == ["165 (49.5 %)", 11]
    assert (table["p_holm"].dropna() >= table["p"].dropna()).all()


def test_outliers_within_groups(penguins: pd.DataFrame) -> None:
    """Limits are those of each species: two Chinstraps stand out, and no row does over all species."""
    table = run("outliers", penguins, column="body_mass_g", by="species")
    assert table[["species", "value", "side"]].to_numpy().tolist() == [["Chinstrap", 4800.0, "high"], ["Chinstrap", 2700.0, "low"]]
    assert len(run("outliers", penguins, column="body_mass_g")) == 0


def test_films_by_profit(movies: pd.DataFrame) -> None:
    """A derived column ranks films; titles are unescaped and repeats kept and counted."""
    profit = run("derive", movies, name="profit", expression={"op": "-", "args": [{"column": "intgross"}, {"column": "budget"}]})
    first = run("rank", profit, by="profit", n=10, columns=["title", "profit"]).iloc[0]
    assert (first["title"], round(first["profit"] / 1e9, 2)) == ("Avatar", 2.36)
    report = run("text_report", movies, columns=["title"]).iloc[0]
    assert (report["unescaped"], report["repeats"]) == (98, 26)
    assert "21 & Over" in set(run("clean_text", movies, columns=["title"])["title"])


def test_several_columns_at_once_and_the_first_rows_of_some(movies: pd.DataFrame) -> None:
    """A later column may stand on one before it; one without values is told; the rank is that of the rows that are meant."""
    profit = {"op": "-", "args": [{"column": "intgross"}, {"column": "budget"}]}
    columns = {"profit": profit, "return": {"op": "/", "args": [{"column": "profit"}, {"column": "budget"}]}}
    made = run("derive", movies, columns=columns)
    pd.testing.assert_frame_equal(made, run("derive", run("derive", movies, name="profit", expression=profit), name="return", expression=columns["return"]))
    best = run("rank", made, by="return", n=3, where=[{"column": "year", "op": "==", "value": 2009}])
    assert set(best["year"]) == {2009}
    assert best["return"].tolist() == made.loc[made["year"] == 2009, "return"].nlargest(3).tolist()
    assert derive(made.assign(nothing=None), {"columns": {"profit": 1, "nothing": 2}}) == ["nothing could not be computed for any row."]
    assert method_of(RECIPES["derive"], {"columns": columns}, made) == "Profit was computed as intgross − budget and return was computed as profit / budget"


def test_the_wettest_months(weather: pd.DataFrame) -> None:
    """Totals per month of the calendar, in the calendar's order."""
    table = run("time_pattern", weather, date="date", value="precipitation", by="month", statistic="sum")
    assert table["month"].tolist()[:2] == ["January", "February"]
    assert table.nlargest(3, "sum")[["month", "sum"]].round(1).to_numpy().tolist() == [["November", 642.5], ["December", 622.7], ["March", 606.2]]


def test_a_trend_of_four_years_says_that_they_are_few(weather: pd.DataFrame) -> None:
    """The mean maximum rises from 15.28 to 17.43 °C, and four years are called too few."""
    row = run("trend", weather, date="date", value="temp_max").iloc[0]
    assert row[["first_level", "last_level"]].astype(float).round(2).tolist() == [15.28, 17.43]
    assert (row["direction"], "4 years are too few" in row["assumptions"]) == ("rising", True)


def test_post_hoc_pairs_are_adjusted(penguins: pd.DataFrame) -> None:
    """Adelie and Chinstrap are alike, both differ from Gentoo; p is adjusted by Holm."""
    table = run("post_hoc", penguins, value="body_mass_g", by="species")
    assert (table["p_holm"] < 0.05).tolist() == [False, True, True]
    assert table["p_holm"].tolist() == pytest.approx([0.5879, 0, 0], abs=1e-3)


def test_categories_by_categories(penguins: pd.DataFrame) -> None:
    """χ² without correction, with Cramér's V; Fisher for a small 2 × 2 table."""
    row = run("compare_proportions", penguins, outcome="species", by="island").iloc[0]
    assert (row["test"], round(row["statistic"], 2), row["df"]) == ("Pearson χ²", 299.55, 4)
    small = pd.DataFrame({"a": list("xxxxyyyy"), "b": list("pppqqqqq")})
    assert run("compare_proportions", small, outcome="a", by="b").loc[0, "p"] == pytest.approx(1 / 7, abs=1e-9)


def test_join_guesses_the_key_and_counts_what_is_lost() -> None:
    """The key is the column whose values both tables share; rows without a partner are counted."""
    left = pd.DataFrame({"country": ["A", "B", "C"], "beer": [1, 2, 3]})
    right = pd.DataFrame({"name": ["A", "B", "B", "D"], "pop": [10, 20, 30, 40]})
    report = run("join_report", left, other=right).iloc[0]
    assert (report["key"], bool(report["key_guessed"])) == ("country = name", True)
    assert report[["rows_out", "lost_left", "lost_right", "repeated_keys_right"]].tolist() == [3, 1, 1, 1]
    assert len(run("join", left, other=right)) == 3


def test_weights_count_rows() -> None:
    """A weighted mean is the mean of the rows written out as often as their weight says."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 4.0], "w": [1, 2, 1]})
    assert run("weighted_summary", frame, value="x", weight="w").loc[0, "value"] == pytest.approx(2.25)
    assert run("weighted_summary", frame, value="x", weight="w", statistic="sd").loc[0, "value"] == pytest.approx(pd.Series([1, 2, 2, 4]).std())


def test_longest_run_ends_at_a_gap() -> None:
    """A missing day ends a run of days."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-09", "2020-01-10"]), "rain": [0, 0, 0, 0, 0]})
    row = run("longest_run", frame, date="day", where=[{"column": "rain", "op": "==", "value": 0}]).iloc[0]
    assert (row["length"], row["end"]) == (3, pd.Timestamp("2020-01-03"))


def test_a_model_is_compared_with_a_baseline(penguins: pd.DataFrame) -> None:
    """A fixed seed gives the same split and the same scores; the baseline is the most frequent class."""
    pytest.importorskip("sklearn")
    first, second = (run("train_model", penguins, target="species", metrics=["accuracy"], seed=3) for _ in range(2))
    assert first.equals(second)
    assert first.loc[0, "value"] > first.loc[0, "baseline"]


@pytest.mark.parametrize(
    ("recipe", "arguments", "words"),
    [
        ("compare_groups", {"value": "body_mass_g", "by": "year_of_birth"}, "no column 'year_of_birth'"),
        ("compare_groups", {"value": "species", "by": "island"}, "holds text"),
        ("correlate", {"x": "year", "y": "year"}, "itself"),
        ("group_summary", {"by": ["species"], "value": "sex", "statistics": ["mean"]}, "holds no numbers"),
        ("trend", {"date": "sex", "value": "body_mass_g"}, "cannot be read as dates"),
        ("filter_rows", {"where": [{"column": "year", "op": "like", "value": 1}]}, "no condition"),
        ("chart", {"kind": "scatter", "x": "species", "y": "island"}, "holds text, not numbers"),
    ],
)
def test_a_refusal_says_what_is_wrong(penguins: pd.DataFrame, recipe: str, arguments: dict[str, Any], words: str) -> None:
    """Where the data do not allow it, the error is a RecipeError in plain words, not a traceback of pandas."""
    with pytest.raises(RecipeError, match=words):
        run(recipe, penguins, **arguments)


def test_cases_and_the_value_at_a_date_are_one_expression() -> None:
    """As the catalogue tells planners: comparisons, `if` within `if`, and for every row of a group its value at one date."""
    jobs = pd.DataFrame({"sector": ["a", "a", "b", "b"], "month": pd.to_datetime(["2019-12-01", "2020-01-01"] * 2), "jobs": [10.0, 12.0, 5.0, None]})
    missing = {"op": "missing", "args": [{"column": "jobs"}]}
    many = {"op": "if", "args": [{"op": ">=", "args": [{"column": "jobs"}, 10]}, "many", "few"]}
    size = run("derive", jobs, name="size", expression={"op": "if", "args": [missing, None, many]})
    assert size["size"].tolist()[:3] == ["many", "many", "few"]
    assert pd.isna(size["size"].iloc[3])
    then = {"op": "if", "args": [{"op": "==", "args": [{"column": "month"}, "2019-12-01"]}, {"column": "jobs"}, None]}
    based = run("derive", jobs, name="base", expression={"op": "first_value", "args": [then], "by": ["sector"]})
    assert based["base"].tolist() == [10.0, 10.0, 5.0, 5.0]


@pytest.mark.parametrize(("name", "rows"), [("Friday", 1), ("fri", 1), ("sunday", 2)])
def test_a_weekday_is_compared_by_its_name_in_an_expression_as_in_a_condition(name: str, rows: int) -> None:
    """A planner that writes weekday(day) == "Friday" gets the Fridays; a day that is missing is none."""
    dated = pd.DataFrame({"day": pd.to_datetime(["2024-03-01", "2024-03-03", "2024-03-04", None, "2024-03-10"])})
    is_day = {"op": "==", "args": [{"op": "weekday", "args": [{"column": "day"}]}, name]}
    is_march = {"op": "!=", "args": [{"op": "month", "args": [{"column": "day"}]}, "March"]}
    made = run("derive", dated, columns={"that_day": is_day, "other_month": is_march})
    assert made["that_day"].sum() == rows
    assert made["that_day"].tolist() == [bool(at) for at in run("derive", dated, columns={"x": is_day})["x"]]
    assert not made["other_month"].dropna().iloc[:3].any()
    assert len(run("filter_rows", dated, where=[{"column": "day", "op": "weekday", "value": name}])) == rows


def test_records_are_what_was_above_all_before() -> None:
    """cummax, shifted by one row, is the record so far."""
    best = {"op": "shift", "args": [{"op": "cummax", "args": [{"column": "temp"}]}, 1]}
    made = run("derive", pd.DataFrame({"temp": [1.0, 3.0, 2.0, 3.0, 4.0]}), columns={"record": {"op": ">", "args": [{"column": "temp"}, best]}})
    assert made["record"].tolist() == [False, True, False, False, True]
