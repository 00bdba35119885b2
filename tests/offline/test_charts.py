"""What a reader of a chart may rely on: shares of the whole, no torn axes, names that can be read, what was left out."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import RecipeError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.recipes.charting import chart
from nb_orchestra.values.chart import Chart
from nb_orchestra.values.drawing import draw


def axes_of(frame: pd.DataFrame, **arguments: Any) -> Any:
    """The axes as drawn, with their ticks laid out."""
    table, spec = chart(frame, **arguments)
    figure = draw(spec, table)
    figure.draw_without_rendering()
    return figure.axes[0]


def countries(count: int = 20) -> pd.DataFrame:
    return pd.DataFrame({"country": [f"country {at:02d}" for at in range(count)], "people": [float(at + 1) for at in range(count)]})


def test_a_pies_percentages_are_of_the_whole() -> None:
    """Twenty levels are the seven largest and all others as one; nothing is left out of the hundred percent."""
    frame = countries()
    table, spec = chart(frame, kind="pie", x="country", y="people")
    assert table["people"].sum() == frame["people"].sum()
    assert table["country"].tolist()[0] == "country 19"
    assert table["country"].tolist()[-1] == "13 others"
    assert "7 largest of 20" in spec["note"]


def test_a_pie_of_negative_values_is_refused() -> None:
    """They are no shares of a whole."""
    with pytest.raises(RecipeError, match="no shares of a whole"):
        RecipeTable().run("chart", {"frame": countries().assign(people=-1.0), "kind": "pie", "x": "country", "y": "people"})


def test_years_without_rows_keep_their_place() -> None:
    """Bars over years leave a gap where a year has no row, and none of 44 years is dropped."""
    years = [year for year in range(1970, 2014) if year != 1990]
    axes = axes_of(pd.DataFrame({"year": years, "films": range(43)}), kind="bar", x="year", y="films")
    places = [bar.get_x() + bar.get_width() / 2 for bar in axes.patches]
    assert len(places) == 43
    assert places[20] - places[19] == pytest.approx(2)
    labels = [text for text in axes.get_xticklabels() if text.get_text()]
    boxes = [label.get_window_extent() for label in labels]
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))


def test_long_names_are_wrapped_not_cut() -> None:
    """Two answers that begin alike stay apart: bars and boxes with long names lie, and the names stand on up to three lines."""
    names = [f"Strongly agree that the service was delivered {how}" for how in ("on time", "in full", "as promised")]
    frame = pd.DataFrame({"answer": names * 4, "score": np.arange(12.0)})
    for kind in ("bar", "box"):
        labels = [text.get_text().replace("\n", " ") for text in axes_of(frame, kind=kind, x="answer", y="score").get_yticklabels()]
        assert sorted(labels) == sorted(names), kind


def test_several_columns_are_named_with_their_shared_unit() -> None:
    """Lines of bill length and depth in mm: both names in the title and the key, the unit on the axis."""
    frame = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=5), "bill_length_mm": range(5), "bill_depth_mm": range(5)})
    table, spec = chart(frame, kind="line", x="day", y=["bill_length_mm", "bill_depth_mm"])
    assert spec["title"] == "Bill length and bill depth over day"
    assert spec["y"]["label"] == "value (mm)"
    assert sorted(table["series"].unique()) == ["bill depth", "bill length"]


def test_of_many_lines_the_largest_are_drawn_and_it_is_said() -> None:
    """Where every level has as many rows, those with the largest values are shown, not the first by alphabet."""
    frame = pd.concat([countries().assign(year=year) for year in (2000, 2001)])
    table, spec = chart(frame, kind="line", x="year", y="people", colour="country")
    assert set(table["country"]) == {f"country {at}" for at in range(12, 20)}
    assert "the 8 largest of 20 levels of country" in spec["note"]


def test_dates_alone_are_counted_per_period() -> None:
    """1,461 days are 48 months, counted from zero up."""
    table, spec = chart(pd.DataFrame({"day": pd.date_range("2012-01-01", periods=1461)}), x="day")
    assert len(table) == 48
    assert "months" in spec["note"]
    assert axes_of(pd.DataFrame({"day": pd.date_range("2012-01-01", periods=1461)}), x="day").get_ylim()[0] == 0


def test_estimates_are_named_for_people() -> None:
    """Terms of a regression with their units, and what they estimate in the title."""
    frame = pd.DataFrame({"body_mass_g": [1.0, 2.1, 2.9, 4.2, 5.1], "bill_length_mm": [1.0, 2.0, 3.0, 4.0, 5.0]})
    fitted = RecipeTable().run("regression", {"frame": frame, "y": "body_mass_g", "x": ["bill_length_mm"]}).value
    table, spec = chart(fitted, kind="interval")
    assert table["term"].tolist() == ["bill length (mm)"]
    assert spec["title"] == "Estimate of body mass (g)"


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200])
def test_a_fitted_line_that_floats_cannot_hold_is_left_out(size: float) -> None:
    """The points are drawn all the same."""
    frame = pd.DataFrame({"x": np.arange(5.0) * size, "y": [1.0, 2.0, 1.0, 3.0, 2.0]})
    with np.errstate(all="ignore"):
        table, spec = chart(frame, kind="scatter", x="x", y="y", fit=True)
    assert len(table) == 5
    assert "fits" not in spec or np.isfinite(spec["fits"][0]["slope"])


def test_columns_named_value_or_series_are_drawn_beside_others() -> None:
    """As the seasons of a time series have them: date, value, trend."""
    frame = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=24, freq="MS"), "value": np.arange(24.0), "series": np.arange(24.0) * 1.1})
    axes = axes_of(frame, kind="line", x="date", y=["value", "series"])
    assert [line.get_xdata().size for line in axes.lines[:2]] == [24, 24]


def test_areas_of_totals_stand_on_each_other_and_means_are_lines() -> None:
    """The upper edge is the total of all parts, also where a part has no row; means do not add up, so they are not filled."""
    frame = pd.DataFrame({"year": [2000, 2000, 2001, 2001, 2002], "kind": ["a", "b", "a", "b", "a"], "sales": [1.0, 2, 3, 4, 5]})
    table, spec = chart(frame, kind="area", x="year", y="sales", colour="kind", statistic="sum")
    assert spec["kind"] == "stacked_area"
    assert table.groupby("year")["sum_sales"].sum().tolist() == [3, 7, 5]
    axes = axes_of(frame, kind="area", x="year", y="sales", colour="kind", statistic="sum")
    assert axes.dataLim.y1 == 7
    assert chart(frame, kind="area", x="year", y="sales", colour="kind", statistic="mean")[1]["kind"] == "line"


def test_a_heat_map_shows_the_largest_of_many_levels() -> None:
    """Of 80 countries sixty are drawn, and the note says so; of 300 years none may be left out, so they are refused."""
    frame = pd.concat([countries(80).assign(year=year) for year in (2000, 2001)])
    table, spec = chart(frame, kind="heatmap", x="year", y="country", colour="people")
    assert (table["country"].nunique(), table["people"].min()) == (60, 21)
    assert "the 60 largest of 80 levels of country" in spec["note"]
    years = pd.DataFrame({"year": range(1700, 2000), "kind": ["a", "b"] * 150, "x": 1.0})
    with pytest.raises(RecipeError, match="too many for a heat map"):
        RecipeTable().run("chart", {"frame": years, "kind": "heatmap", "x": "year", "y": "kind", "colour": "x"})


def drawn_for(goal: str, **data: pd.DataFrame) -> Any:
    """The one chart of a goal."""
    run = orchestrate(goal, data=data, cache=False)
    return next(run.results[step.id].value for step in run.plan.steps if isinstance(run.results[step.id].value, Chart))


ORDERS = pd.DataFrame({"order_date": pd.date_range("2023-01-01", periods=600), "revenue_eur": np.arange(600.0), "product": ["desk", "lamp", "rug"] * 200})
FILMS = pd.DataFrame({"title": [f"Film {at}" for at in range(40)], "studio": list("ABCD") * 10, "gross": np.arange(40.0)[::-1]})


@pytest.mark.parametrize(
    ("goal", "title", "up"),
    [
        ("bar chart of total revenue per month in {orders}", "Total revenue by month", "total revenue (€)"),
        ("mean revenue per month in {orders}, with a line chart", "Mean revenue over month", "mean revenue (€)"),
        ("plot revenue over time in {orders}", "Revenue over order date", "revenue (€)"),
    ],
)
def test_a_chart_of_a_result_says_what_it_shows_of_what(goal: str, title: str, up: str) -> None:
    """Not "Sum by order date" with "sum" on the axis: the statistic, the measure with its unit, the period."""
    found = drawn_for(goal, orders=ORDERS)
    assert (found.title, found.spec["y"]["label"]) == (title, up)


def test_months_below_bars_are_months() -> None:
    """2023-01, not 2023-01-01; years alone are years."""
    found = drawn_for("bar chart of total revenue per month in {orders}", orders=ORDERS)
    assert found.table["order_date"].tolist()[:2] == ["2023-01", "2023-02"]
    table, _ = chart(pd.DataFrame({"when": pd.to_datetime(["2020-01-01", "2021-01-01"]), "v": [1.0, 2.0]}), kind="bar", x="when", y="v")
    assert table["when"].tolist() == ["2020", "2021"]


def test_a_bar_chart_of_the_largest_shows_them_by_name() -> None:
    """Ten bars with their titles, the largest first; not how often each value stands in the table."""
    found = drawn_for("bar chart of the 10 films with the highest gross in {films}", films=FILMS)
    assert found.table["title"].tolist() == [f"Film {at}" for at in range(10)]
    assert (found.title, found.spec["y"]["label"]) == ("Gross by title", "gross")


def test_names_of_small_shares_do_not_run_into_each_other() -> None:
    """Several small shares lie at one side, where there is room for a line of text each."""
    axes = axes_of(pd.DataFrame({"k": list("abcdefg"), "v": [40.0, 35, 5, 5, 5, 5, 5]}), kind="pie", x="k", y="v")
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_lines_of_many_points_bear_markers_of_their_own() -> None:
    """Eight series of 200 points: dashes alone are not told apart in grey."""
    frame = pd.DataFrame({"x": np.tile(np.arange(200.0), 8), "y": np.repeat(np.arange(8.0), 200), "k": np.repeat(list("abcdefgh"), 200)})
    lines = axes_of(frame, kind="line", x="x", y="y", colour="k").get_lines()
    assert len({line.get_marker() for line in lines}) == 8
    assert len({line.get_markevery() for line in lines}) == 8
