"""The built-in model: prose from results, every number proved."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Answer, Block, Prompt
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.offline import BuiltinModel
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.prose.wording import amount, number, p_text
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.values.grounding import stray_numbers
from tests.offline.odd_frames import ODD
from tests.offline.recipe_cases import CASES, islands, penguins


def block(recipe: str, arguments: Mapping[str, Any], name: str = "", frame: Any = None) -> Block:
    """A result as the ask step brings it: the value, and the step that made it."""
    filled = {key: islands() if value == {"data": "islands"} else value for key, value in arguments.items()}
    value = RecipeTable().run(recipe, {"frame": penguins() if frame is None else frame, **filled}).value
    step = {"name": name or recipe, "kind": "code", "params": {"recipe": recipe, "arguments": {"frame": {"data": "penguins"}, **arguments}}}
    return Block(name or recipe, value, step)


def ask(task: str, *blocks: Block, model: BuiltinModel | None = None, **context: Any) -> Answer:
    return asyncio.run((model or BuiltinModel()).answer(Prompt("ask", "1", task, blocks, context=context)))


def test_a_brief_has_title_answers_table_chart_and_how_it_was_read() -> None:
    """One page: what is missing first, then the title, sentences with test and n, a table, the chart, the reading, the caveat."""
    parts = [
        block("group_summary", {"by": ["species"], "value": "body_mass_g"}),
        block("compare_groups", {"value": "body_mass_g", "by": "species"}),
        block("chart", {"x": "species", "y": "body_mass_g"}, name="mass_chart"),
    ]
    text = ask("Compare body mass across species and write a brief.", *parts, not_done=["in French: no"], assumptions=["weight → body_mass_g"]).value
    order = ["**Not done:** in French", "# Compare body mass across species", "5,076 g (n = 123)", "| species |", "Welch's ANOVA F(2, 189.5) = 317.6"]
    order += ["n = 342", "[[mass_chart]]", "- weight → body_mass_g", "do not say what causes what"]
    places = [text.find(piece) for piece in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_question_is_answered_without_a_title() -> None:
    """A plain question gets sentences, not a page."""
    text = ask("How do bill length and depth relate?", block("correlate", {"x": "bill_length_mm", "y": "bill_depth_mm"})).value
    assert not text.startswith("#")
    assert "r = −0.24" in text
    assert "Within every species the sign is the opposite" in text


def test_a_chart_is_placed_by_the_name_of_the_input() -> None:
    """The question may call a step's chart by another name than the step does."""
    chart = block("chart", {"x": "species"}, name="step_name")
    renamed = dataclasses.replace(chart, name="figure_1")
    assert "[[figure_1]]" in ask("Show it", renamed, block("value_counts", {"column": "species"})).value


@pytest.mark.parametrize("recipe", [name for name in CASES if name not in ("kmeans", "train_model", "chart")])
def test_every_number_of_every_recipe_is_proved(recipe: str) -> None:
    """No line of any recipe's prose is left out, and nothing in the text is a number that the result does not hold."""
    made = block(recipe, CASES[recipe])
    answer = ask("What is it?", made)
    assert answer.warnings == ()
    assert stray_numbers(answer.value, [made.value], ["What is it?", str(made.made_by)]) == []


@pytest.mark.parametrize("name", ["one row", "two rows", "categories", "mixed types", "text row index", "arrow"])
def test_odd_results_can_be_said(name: str) -> None:
    """Prose does not fail where the table is odd."""
    from nb_orchestra.errors import RecipeError

    for recipe, arguments in CASES.items():
        if recipe in ("kmeans", "train_model", "chart"):
            continue
        try:
            made = block(recipe, arguments, frame=ODD[name]())
        except RecipeError:
            continue
        assert ask("What is it?", made).warnings == (), recipe


def test_a_planted_number_is_caught() -> None:
    """A sentence with a number that no result holds is left out, and a warning names it."""
    lying = dataclasses.replace(RECIPES["summarise"], said_by="shaping.rows")

    class Liar(BuiltinModel):
        def sentences(self, part: Any) -> list[str]:
            return [*super().sentences(part), "The mean is 4,201.8 g.", "It was 4,300.5 g before."]

    model = Liar({**RECIPES, "summarise": lying})
    answer = ask("The mean?", block("summarise", {"column": "body_mass_g", "statistic": "mean"}), model=model)
    assert "4,201.8" in answer.value
    assert "4,300.5" not in answer.value
    assert "4,300.5" in answer.warnings[0]


@pytest.mark.parametrize("purpose", ["plan", "judge", "repair"])
def test_other_purposes_need_a_model(purpose: str) -> None:
    """What the built-in engine cannot do is an error that says how to set a model."""
    with pytest.raises(BadAnswerError, match="needs a model") as caught:
        asyncio.run(BuiltinModel().answer(Prompt(purpose, "1", "Do it")))
    assert "%orchestrate set model" in caught.value.hint


def test_without_results_there_is_nothing_to_write() -> None:
    """A question about the world has no results of recipes to be written from."""
    with pytest.raises(BadAnswerError, match="only from results"):
        ask("What is the capital of France?")
    with pytest.raises(BadAnswerError, match="writes text, not a number"):
        asyncio.run(BuiltinModel().answer(Prompt("ask", "1", "How many?", (block("profile", {}),), Output("number"))))


def test_failed_inputs_are_named_first() -> None:
    """An input that failed is what the text begins with."""
    made = block("summarise", {"column": "body_mass_g", "statistic": "mean"})
    assert ask("The mean?", made, missing={"odd": "no column has values"}).value.startswith("**Not done:** odd: no column has values")


def test_cells_cannot_become_markup() -> None:
    """Text of the data stays text: no link, no image, no heading, no table row out of a cell."""
    frame = pd.DataFrame({"name": ["<b>x</b>", "[a](http://b)", "p|q", "![i](j)"], "n": [4, 3, 2, 1]})
    text = ask("rank", block("rank", {"by": "n", "columns": ["name", "n"]}, frame=frame)).value
    for raw in ("<b>", "[a](", "p|q", "![i]"):
        assert raw not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3700.66, "3,701"),
        (217.599, "217.6"),
        (49.686, "49.7"),
        (4.6525, "4.65"),
        (0.75899, "0.759"),
        (0.03205, "0.032"),
        (0.000433, "0.00043"),
        (2.3589e9, "2.36 billion"),
        (94e6, "94.0 million"),
        (-0.24, "−0.240"),
        (344, "344"),
        (None, "–"),
    ],
)
def test_numbers_for_people(value: Any, text: str) -> None:
    """Significant digits by size; a real minus sign; large numbers in words."""
    assert number(value) == text


def test_units_come_from_names() -> None:
    """A unit in a column's name stands behind its numbers, money in front."""
    assert amount(4680.2, "body_mass_g") == "4,680 g"
    assert amount(-2.5e9, "profit_2013$") == "−$2.50 billion"
    assert (p_text(1e-9), p_text(0.00645), p_text(0.9685)) == ("p < 0.001", "p = 0.006", "p = 0.97")
