"""Odd tables: each recipe gives a value or says in words why it cannot; the person's frame stays as it was; nothing is shown as a warning."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.errors import RecipeError, UnknownRecipeError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.recipes.frames import Refusal
from nb_orchestra.offline.recipes.tables import as_table
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.values.quiet import quiet
from tests.offline.odd_frames import ODD
from tests.offline.recipe_cases import CASES, islands, penguins

NOT_TRANSLATED = "cannot do this with this table"
NEEDS_SKLEARN = ("kmeans", "train_model")
OUR_NOTE = re.compile(
    r"^([\d,]+ rows? (is|are|of the (first|second) table)|not compared:|not independent:) "
)  # which rows were left out, or count more than once


def problem_of(recipe: str, arguments: dict[str, Any]) -> str:
    """What is wrong with how a recipe ended; '' for a value that is as it should be, or a refusal in words."""
    try:
        computed = RecipeTable().run(recipe, arguments)
    except RecipeError as error:
        return str(error) if NOT_TRANSLATED in str(error) else ""
    if RECIPES[recipe].gives["type"] == "table" and not isinstance(computed.value.index, pd.RangeIndex):
        return "rows are not numbered"
    return " ".join(text for text in computed.warnings if not OUR_NOTE.search(text))


@pytest.mark.parametrize("name", ODD)
def test_every_recipe_takes_every_odd_table(name: str) -> None:
    """A value or a RecipeError in our own words: never another exception, a warning, or a changed frame."""
    frame = ODD[name]()
    before = frame.copy(deep=True)
    for recipe, arguments in CASES.items():
        if recipe in NEEDS_SKLEARN:
            continue
        filled = {key: islands() if value == {"data": "islands"} else value for key, value in arguments.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            problem = problem_of(recipe, {"frame": frame, **filled})
        assert not problem, f"{recipe}: {problem}"
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("value", [pd.Series([1.0, 2.0], name="x"), {"x": [1, 2]}, [{"x": 1}, {"x": 2}], [1, 2], pd.Series([1, 2]).to_numpy()], ids=repr)
def test_tabular_values_are_tables(value: Any) -> None:
    """Series, dicts of columns, records, lists and arrays are taken like frames."""
    assert RecipeTable().run("describe", {"frame": value}).value["mean"].tolist() == [1.5]


def test_what_is_no_table_is_refused() -> None:
    """A number is no table."""
    with pytest.raises(RecipeError, match="is no table"):
        RecipeTable().run("head", {"frame": 3})


def test_columns_have_text_names_and_a_meaningful_index_becomes_columns() -> None:
    """Whole numbers as names are their text; the levels of a named index stand in front."""
    frame = pd.DataFrame({0: [1, 2], ("a", "b"): [3, 4]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["group", None]))
    assert list(as_table(frame).columns) == ["group", "index_1", "0", "a_b"]
    assert RecipeTable().run("group_summary", {"frame": frame, "by": ["group"], "value": 0}).value["mean"].tolist() == [1, 2]


def test_a_doubled_column_is_refused_only_where_it_is_named() -> None:
    """Two columns of one name: naming them is an error that says so; other columns work."""
    frame = ODD["a column twice"]()
    assert len(RecipeTable().run("group_summary", {"frame": frame, "by": ["island"], "value": "bill_length_mm"}).value) == 3
    with pytest.raises(RecipeError, match="2 columns are named 'body_mass_g'"):
        RecipeTable().run("summarise", {"frame": frame, "column": "body_mass_g"})


def test_days_come_first_where_that_reads_more() -> None:
    """02.01.2020 is the second of January when other dates of the column have a day above 12."""
    days = as_table(pd.DataFrame({"day": ["02.01.2020", "15.01.2020", "20.01.2020"], "x": [1, 2, 3]}))
    table = RecipeTable().run("resample", {"frame": days, "date": "day", "value": "x", "every": "month", "statistic": "sum"}).value
    assert table["day"].tolist() == [pd.Timestamp("2020-01-01")]


def test_the_wall_clock_of_a_time_zone_counts() -> None:
    """Months are those of the clock on the wall, not of UTC."""
    frame = pd.DataFrame({"at": pd.to_datetime(["2020-02-01 00:30"]).tz_localize("Europe/Athens"), "x": [1]})
    assert RecipeTable().run("time_pattern", {"frame": frame, "date": "at", "value": "x"}).value["month"].tolist() == ["February"]


@pytest.mark.parametrize(
    ("recipe", "arguments", "words"),
    [
        ("group_means", {}, "there is no recipe 'group_means'"),
        ("rank", {"frame": 1, "by": "x", "top": 3}, "takes no argument 'top'"),
        ("rank", {"frame": 1}, "needs the argument 'by'"),
        ("outliers", {"frame": 1, "column": "x", "method": "iqq"}, "method cannot be 'iqq'"),
        ("derive", {"frame": 1}, "needs the argument 'columns'"),
        ("derive", {"frame": 1, "name": "x"}, "needs the argument 'columns'"),
        ("derive", {"frame": 1, "columns": {}}, "must be a mapping of new names to expressions"),
        ("derive", {"frame": 1, "columns": [{"a": 1}]}, "must be a mapping of new names to expressions"),
        ("derive", {"frame": 1, "columns": {"a": {"op": "divide", "args": [1, 2]}}}, "columns 'a': there is no operation 'divide'"),
        ("derive", {"frame": 1, "columns": {"a": {"op": "+", "args": [{"operator": "x"}]}}}, "columns 'a': .* is no expression"),
        ("derive", {"frame": 1, "name": "a", "expression": {"op": "+", "args": 3}}, "is no expression"),
        ("filter_rows", {"frame": 1, "where": "a > 3"}, "must be a list of conditions"),
        ("filter_rows", {"frame": 1, "where": [{"op": "=="}]}, "is no condition"),
        ("count_rows", {"frame": 1, "where": [{"column": "a", "op": "=>", "value": 3}]}, "there is no condition '=>'"),
        ("rank", {"frame": 1, "by": "a", "where": [{"column": "a", "op": "any", "value": [{"column": "a", "op": "like"}]}]}, "there is no condition 'like'"),
    ],
)
def test_a_call_is_checked_before_it_runs(recipe: str, arguments: dict[str, Any], words: str) -> None:
    """An unknown recipe, argument or choice, and a missing argument, are errors of the plan."""
    with pytest.raises(UnknownRecipeError, match=words):
        RecipeTable().check(recipe, arguments)


@pytest.mark.parametrize(
    ("recipe", "arguments"),
    [
        ("derive", {"frame": 1, "name": "a", "expression": 3}),
        ("derive", {"frame": 1, "columns": {"a": {"op": "-", "args": [{"column": "b"}, {"from": "s1", "column": "mean", "row": 0}]}}}),
        ("filter_rows", {"frame": 1, "where": {"column": "a", "op": "not year", "value": 2020}}),
        ("filter_rows", {"frame": 1, "where": {"from": "s1"}}),
        ("count_rows", {"frame": 1, "where": None}),
    ],
)
def test_what_may_be_right_passes_before_it_runs(recipe: str, arguments: dict[str, Any]) -> None:
    """Older forms, values of other steps, a single condition, nothing at all."""
    RecipeTable().check(recipe, arguments)


def test_promised_columns_are_there() -> None:
    """Where a recipe promises its columns by name, they are the ones that it gives, in that order."""
    for name, recipe in RECIPES.items():
        promised = recipe.gives.get("columns")
        if promised and name not in NEEDS_SKLEARN and name in CASES:
            filled = {key: islands() if value == {"data": "islands"} else value for key, value in CASES[name].items()}
            given = list(RecipeTable().run(name, {"frame": penguins(), **filled}).value.columns)
            assert set(promised) <= set(given), name


def test_functions_take_the_arguments_that_the_table_names() -> None:
    """The table of recipes and the functions agree on names and defaults."""
    import inspect

    for name, recipe in RECIPES.items():
        parameters = inspect.signature(recipe.run).parameters
        assert {argument.name for argument in recipe.needs} == set(parameters), name
        for argument in recipe.needs[1:]:
            parameter = parameters[argument.name]
            default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
            assert (parameter.default is inspect.Parameter.empty) == argument.required, f"{name}({argument.name})"
            assert argument.required or default == argument.default, f"{name}({argument.name})"


def test_importing_the_table_imports_no_pandas() -> None:
    """The planner reads all recipes without paying for what runs them."""
    import subprocess
    import sys

    heavy = "print([name for name in ('pandas', 'scipy', 'matplotlib') if name in sys.modules])"
    code = f"import sys; import nb_orchestra.offline; from nb_orchestra.offline.table import RECIPES; {heavy}"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_quiet_threads_do_not_silence_others() -> None:
    """Silence is for one thread; afterwards the process warns as before, in whatever order threads leave."""
    import threading

    inside, leave = threading.Event(), threading.Event()

    def silent() -> None:
        with quiet():
            inside.set()
            leave.wait(10)

    filters = list(warnings.filters)
    worker = threading.Thread(target=silent)
    worker.start()
    inside.wait(10)
    with quiet() as told:
        leave.set()
        worker.join()
        warnings.warn("kept for the person", UserWarning, stacklevel=1)
    with pytest.warns(UserWarning, match="shown as ever"):
        warnings.warn("shown as ever", UserWarning, stacklevel=1)
    assert told == ["kept for the person"]
    assert list(warnings.filters) == filters


def test_a_refusal_knows_what_to_do() -> None:
    """A Refusal carries its hint apart from its message."""
    assert (Refusal("no", "yes").hint, str(Refusal("no", "yes"))) == ("yes", "no")


@pytest.mark.parametrize(("recipe", "arguments"), [("kmeans", {"columns": ["bill_length_mm", "bill_depth_mm"]}), ("train_model", {"target": "species"})])
def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, recipe: str, arguments: dict[str, Any]) -> None:
    """Models need the ml extra; where it is not installed the error says how to get it."""
    import sys

    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(RecipeError, match="needs scikit-learn") as raised:
        RecipeTable().run(recipe, {"frame": penguins(), **arguments})
    assert "nb_orchestra[ml]" in str(raised.value)


def test_the_mean_of_ranges_is_refused_in_words() -> None:
    """Intervals, as pandas' cut makes them, are groups and no numbers."""
    with pytest.raises(RecipeError, match="holds no numbers"):
        RecipeTable().run("summarise", {"frame": ODD["ranges"](), "column": "sex", "statistic": "mean"})
