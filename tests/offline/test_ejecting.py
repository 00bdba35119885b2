"""The plain code of a step gives the same value as the step, in a namespace that holds nothing but the person's variables."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra.errors import RecipeError
from nb_orchestra.offline import code_of, code_of_steps
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.values.chart import Chart
from tests.offline.recipe_cases import CASES, MORE_CHARTS, islands, penguins

ROOM = Path(code_of.__code__.co_filename).parent / "recipes"
NOT_CODE = {"fill_answer"}  # takes results, not a frame
FIGURES = [name for name, row in RECIPES.items() if row.gives.get("type") == "figure"]


def run_alone(code: str, **variables: Any) -> dict[str, Any]:
    """The namespace after the code ran in it; the code imports nothing of ours."""
    assert "nb_orchestra" not in {name.split(".")[0] for node in ast.walk(ast.parse(code)) for name in imported(node)}
    space: dict[str, Any] = dict(variables)
    with np.errstate(all="ignore"):
        exec(compile(code, "<plain code>", "exec"), space)
    return space


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def step_value(recipe: str, arguments: dict[str, Any]) -> Any:
    filled = {name: islands() if value == {"data": "islands"} else value for name, value in arguments.items()}
    return RecipeTable().run(recipe, {"frame": penguins(), **filled}).value


def test_every_recipe_has_a_case() -> None:
    """A recipe that is added is tested here."""
    assert set(RECIPES) - NOT_CODE == set(CASES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("recipe", [name for name in CASES if name not in FIGURES])
def test_plain_code_gives_the_same_table(recipe: str) -> None:
    """Imports, the functions that are needed, one call: and the very same table."""
    if recipe in ("kmeans", "train_model"):
        pytest.importorskip("sklearn")
    code = code_of(recipe, {"frame": {"data": "penguins"}, **CASES[recipe]}, {"penguins": "birds"}, "found")
    space = run_alone(code, birds=penguins(), islands=islands())
    pd.testing.assert_frame_equal(space["found"], step_value(recipe, CASES[recipe]))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("recipe", "arguments"), [*((name, CASES[name]) for name in FIGURES), *(("chart", case) for case in MORE_CHARTS)], ids=str)
def test_plain_code_draws_the_same_chart(recipe: str, arguments: dict[str, Any]) -> None:
    """A chart's code gives the marks, the spec and a figure that draws the same picture."""
    code = code_of(recipe, {"frame": {"data": "penguins"}, **arguments}, {}, "picture")
    space = run_alone(code, penguins=penguins())
    chart = step_value(recipe, arguments)
    assert chart == Chart(space["picture_table"], space["picture_spec"])
    assert type(space["picture"]).__name__ == "Figure"


def test_steps_that_build_on_each_other_share_one_code() -> None:
    """Imports and functions stand once, the calls in order, and a step reads the variable of the one before."""
    steps = [
        {
            "name": "heavy",
            "recipe": "filter_rows",
            "arguments": {"frame": {"data": "penguins"}, "where": [{"column": "body_mass_g", "op": ">", "value": 5000}]},
        },
        {"name": "by_species", "recipe": "group_summary", "arguments": {"frame": {"from": "s1"}, "by": ["species"], "value": "body_mass_g"}},
        {"name": "usual", "recipe": "summarise", "arguments": {"frame": {"from": "s1"}, "column": "body_mass_g", "statistic": "median"}},
        {"name": "spread", "recipe": "summarise", "arguments": {"frame": {"from": "s1"}, "column": "body_mass_g", "statistic": "iqr"}},
    ]
    code = code_of_steps(steps, {"s1": "heavy"})
    assert max(Counter(line for line in code.splitlines() if line.startswith(("def ", "import "))).values()) == 1
    frame = pd.read_csv(Path(__file__).parents[2] / "notebooks" / "data" / "penguins.csv")
    space = run_alone(code, penguins=frame)
    assert space["usual"].loc[0, "value"] == frame.query("body_mass_g > 5000")["body_mass_g"].median()
    assert space["by_species"].loc[0, "mean"] == pytest.approx(frame.query("body_mass_g > 5000 and species == 'Gentoo'")["body_mass_g"].mean())


def test_columns_of_a_reference_are_the_only_ones_read() -> None:
    """{"data": …, "columns": […]} shows in the code, and other columns are not there."""
    code = code_of("profile", {"frame": {"data": "penguins", "columns": ["sex", "year"]}}, {}, "p")
    assert run_alone(code, penguins=penguins())["p"]["column"].tolist() == ["sex", "year"]


def test_code_that_filters_nothing_carries_no_filters() -> None:
    """What a call cannot reach is left out."""
    arguments = {"frame": {"data": "penguins"}, "column": "body_mass_g", "statistic": "mean"}
    assert "def rows_where" not in code_of("summarise", arguments, {})
    assert "def rows_where" in code_of("summarise", {**arguments, "where": [{"column": "sex", "op": "present"}]}, {})


SHORT_CASES: list[tuple[str, dict[str, Any]]] = [
    ("group_summary", {"by": ["species", "sex"], "value": "body_mass_g", "statistics": ["mean", "sd", "median", "q1", "sum", "min"]}),
    ("group_summary", {"by": ["species"], "value": ["year"], "statistics": ["n", "max"], "where": [{"column": "sex", "op": "==", "value": "female"}]}),
    ("filter_rows", {"where": [{"column": "body_mass_g", "op": ">", "value": 4000}]}),
    ("filter_rows", {"where": [{"column": "year", "op": "between", "value": [2008, 2009]}, {"column": "species", "op": "in", "value": ["Adelie", "Gentoo"]}]}),
    ("filter_rows", {"where": [{"column": "sex", "op": "missing"}, {"column": "year", "op": "==", "value": 2007}], "how": "any"}),
    ("sort_rows", {"by": "body_mass_g", "ascending": False}),
    ("head", {"n": 5}),
    ("select_columns", {"columns": ["sex"]}),
    ("rename_columns", {"names": {"sex": "gender"}}),
    ("drop_missing", {}),
    ("drop_missing", {"columns": ["sex"], "how": "all"}),
    ("drop_duplicates", {"columns": ["island"], "keep": "none"}),
    ("rank", {"by": "body_mass_g", "n": 5, "columns": ["species"]}),
    ("rank", {"by": "bill_length_mm", "n": 4, "ascending": True}),
    ("rank", {"by": "bill_length_mm", "n": 4, "where": [{"column": "species", "op": "==", "value": "Gentoo"}]}),
    ("derive", {"columns": {"kg": {"op": "/", "args": [{"column": "body_mass_g"}, 1000]}, "later": {"op": "+", "args": [{"column": "year"}, 1]}}}),
    (
        "derive",
        {"name": "a sum", "expression": {"op": "+", "args": [{"column": "year"}, {"op": "/", "args": [{"column": "body_mass_g"}, {"column": "year"}]}, 1]}},
    ),
]


@pytest.mark.parametrize(("recipe", "arguments"), SHORT_CASES, ids=str)
def test_everyday_steps_are_a_few_lines(recipe: str, arguments: dict[str, Any]) -> None:
    """What a person would write in pandas, and the same table."""
    code = code_of(recipe, {"frame": {"data": "penguins"}, **arguments}, {}, "found", {"penguins": penguins()})
    assert len(code.splitlines()) <= 8
    assert "def " not in code
    pd.testing.assert_frame_equal(run_alone(code, penguins=penguins())["found"], step_value(recipe, arguments))


def test_a_column_that_stands_on_one_before_it_is_the_recipes_own_source() -> None:
    """A line of pandas would not see the column that it has just made; the plain code gives the same table all the same."""
    heavier = {"kg": {"op": "/", "args": [{"column": "body_mass_g"}, 1000]}, "twice": {"op": "*", "args": [{"column": "kg"}, 2]}}
    code = code_of("derive", {"frame": {"data": "penguins"}, "columns": heavier}, {}, "found", {"penguins": penguins()})
    assert "def derive" in code
    pd.testing.assert_frame_equal(run_alone(code, penguins=penguins())["found"], step_value("derive", {"columns": heavier}))


ONLY_TEXT_IS_ODD = ("other case", "both cases", "padded")  # then the code is right also where the table is not at hand
ODD_TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "other case": lambda f: f.assign(sex=f["sex"].str.upper(), species=f["species"].str.lower()),
    "both cases": lambda f: f.assign(sex=f["sex"].where(f.index % 2 == 0, f["sex"].str.upper())),
    "padded": lambda f: f.assign(sex=" " + f["sex"] + " ", species=f["species"] + "\t"),
    "categories": lambda f: f.astype({"sex": "category", "species": "category", "island": "category"}),
    "nullable types": lambda f: f.convert_dtypes(),
    "numbers as text": lambda f: f.assign(body_mass_g=f["body_mass_g"].map("{:,.0f}".format, na_action="ignore"), year=f["year"].astype(str)),
    "infinity": lambda f: f.assign(body_mass_g=f["body_mass_g"].replace(4675.0, np.inf), bill_length_mm=f["bill_length_mm"].replace(40.3, -np.inf)),
    "an index with a meaning": lambda f: f.set_index("note"),
    "mixed types": lambda f: f.assign(body_mass_g=f["body_mass_g"].astype(object).where(f.index % 9 != 0, "heavy")),
    "lists": lambda f: f.assign(island=f["island"].map(lambda name: [name])),
    "true and false": lambda f: f.assign(sex=f["sex"] == "female", year=f["year"] == 2007),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("odd", ODD_TABLES)
def test_plain_code_gives_the_same_table_whatever_the_column_holds(odd: str) -> None:
    """Text of another case, padded, categories, numbers as text, infinity: a few lines stand only where they give what the step gave."""
    frame = ODD_TABLES[odd](penguins())
    for recipe, arguments in SHORT_CASES:
        try:
            wanted = RecipeTable().run(recipe, {"frame": frame, **arguments}).value
        except RecipeError:
            continue
        for tables in ({"penguins": frame}, *([{}] if odd in ONLY_TEXT_IS_ODD else [])):
            code = code_of(recipe, {"frame": {"data": "penguins"}, **arguments}, {}, "found", tables)
            pd.testing.assert_frame_equal(run_alone(code, penguins=frame)["found"], wanted, obj=f"{recipe} {arguments}")


def test_what_pandas_reads_otherwise_is_not_shortened() -> None:
    """A month as text means a whole month here, and a moment in pandas: the recipe's own source stays."""
    where = [{"column": "day", "op": "<=", "value": "2008-03"}]
    code = code_of("filter_rows", {"frame": {"data": "penguins"}, "where": where}, {}, "found")
    assert "def compare_dates" in code
    pd.testing.assert_frame_equal(run_alone(code, penguins=penguins())["found"], step_value("filter_rows", {"where": where}))


def test_names_are_unique_over_all_recipe_files() -> None:
    """Functions of different files stand in one plain code, so no two may share a name."""
    names: Counter[str] = Counter()
    for file in ROOM.glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names[node.name] += 1
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(target.id for target in targets if isinstance(target, ast.Name))
    assert [name for name, count in names.items() if count > 1] == []


def test_identity_is_that_of_the_code() -> None:
    """Two recipes differ, one is always the same, and what a recipe calls is part of it."""
    table = RecipeTable()
    assert table.version("rank") == RecipeTable().version("rank")
    assert len({table.version(name) for name in ("rank", "extreme", "group_extreme", "chart")}) == 4
