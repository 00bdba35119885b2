"""How much of each input an outside model sees."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra import models, offline
from nb_orchestra.casting import Sharing
from nb_orchestra.casting.sharing import STATISTICAL
from nb_orchestra.core.prompt import Block, Prompt

PEOPLE = pd.DataFrame({"ward": ["north", "south"] * 20, "name": [f"patient {at}" for at in range(40)], "dose": [at + 0.25 for at in range(40)]})
MEANS = PEOPLE.groupby("ward", as_index=False).agg(n=("dose", "size"), mean=("dose", "mean"))
TOP = PEOPLE.nlargest(3, "dose")


def made(value: Any, **step: Any) -> Block:
    return Block("table", value, {"name": "table", **step})


def recipe(value: Any, name: str, **arguments: Any) -> Block:
    return made(value, kind="code", params={"recipe": name, "arguments": arguments})


ASKED = {"inputs": {"who": {"row": "name"}}, "question": "label it"}
SORTED = {"recipe": "sort_rows", "arguments": {"frame": {"from": "s1"}, "by": ["dose"]}}
JOINED = {"recipe": "join", "arguments": {"frame": {"from": "s1"}, "other": {"data": "people"}}}
LABELLED = TOP[["name"]].assign(label=["high", "low", "high"])


def further(value: Any, called: str, base: str, **arguments: Any) -> Block:
    of = {"kind": "code", "params": {"recipe": base, "arguments": {"frame": {"data": "people"}, "by": ["ward"]}}}
    return made(value, kind="code", params={"recipe": called, "arguments": {"frame": {"from": "means"}, **arguments}}, of=of)


def asked(value: Any, **step: Any) -> Block:
    return made(value, kind="ask", params=ASKED, **step)


def code(value: Any) -> Block:
    return made(value, kind="code", params={"instructions": "compute", "inputs": {}})


@pytest.mark.parametrize(
    ("block", "level"),
    [
        (Block("people", PEOPLE), "summary"),
        (recipe(MEANS, "group_summary", by=["ward"]), "full"),
        (recipe(TOP, "rank", by="dose"), "summary"),
        (recipe(TOP, "filter_rows"), "summary"),
        (recipe(TOP, "a_recipe_of_tomorrow"), "summary"),
        (recipe(MEANS.assign(n=1), "group_summary", by=["name"]), "summary"),
        (recipe(MEANS, "group_summary", by=["ward"], statistics=["first"]), "summary"),
        (recipe(PEOPLE[["name", "dose"]], "group_summary", by=["name"]), "summary"),
        (further(MEANS.assign(twice=1.5), "derive", "group_summary"), "full"),
        (further(MEANS.sort_values("mean"), "sort_rows", "group_summary"), "full"),
        (further(MEANS.assign(low_limit=1.5), "outliers", "group_summary", column="mean"), "full"),
        (further(MEANS.assign(n=1, low_limit=1.5), "outliers", "group_summary", column="mean"), "summary"),
        (further(TOP.assign(n=2), "outliers", "filter_rows", column="dose"), "summary"),
        (further(MEANS.assign(n=1), "derive", "group_summary"), "summary"),
        (further(MEANS.drop(columns="n"), "select_columns", "group_summary"), "summary"),
        (further(MEANS.assign(dose=1.5), "derive", "group_summary", expression={"from": "people", "column": "dose", "row": 0}), "summary"),
        (further(MEANS, "derive", "group_summary", name="n"), "summary"),
        (further(MEANS, "derive", "group_summary", columns={"a": 1, "n": 5}), "summary"),
        (further(MEANS.assign(a=1), "derive", "group_summary", columns={"a": 1}), "full"),
        (further(MEANS, "rename_columns", "group_summary", names={"mean": "n"}), "summary"),
        (further(TOP.assign(n=2), "derive", "filter_rows"), "summary"),
        (further(MEANS, "a_recipe_of_tomorrow", "group_summary"), "summary"),
        (made(TOP, kind="code", params=SORTED, of={"kind": "ask", "params": {"question": "six names"}}), "full"),
        (made(TOP, kind="code", params=SORTED, of={"kind": "code", "params": SORTED, "of": {"kind": "search", "params": {"query": "x"}}}), "full"),
        (made(TOP, kind="code", params=SORTED, of={"kind": "ask", "params": ASKED, "for_each": {"data": "people"}}), "summary"),
        (made(TOP, kind="code", params=JOINED, of={"kind": "ask", "params": {"question": "six names"}}), "summary"),
        (made(TOP, kind="code", params=SORTED, of={"kind": "call", "params": {"tool": "load_people"}}), "summary"),
        (code(pd.DataFrame({"ward": ["north", "south"], "slope": [0.123, 0.456]})), "full"),
        (code(TOP[["name", "dose"]]), "summary"),
        (code(pd.DataFrame({"who": ["patient 7"], "score": [0.5121]})), "summary"),
        (code(pd.DataFrame({"largest": [39.25]})), "summary"),
        (made([{"title": "On penguins"}], kind="call", params={"tool": "find_papers"}), "full"),
        (made(TOP, kind="call", params={"tool": "load_people"}), "summary"),
        (made(TOP, kind="call", params={"tool": "find"}, for_each={"data": "people"}, answers=["dose"]), "full"),
        (made(TOP, kind="call", params={"tool": "find"}, for_each={"data": "people"}, answers=[]), "summary"),
        (made(TOP, kind="search", params={"query": "x"}), "full"),
        (asked({"label": "high"}), "full"),
        (asked(["high", "low"], for_each={"data": "people"}, answers=["label"], column="label"), "full"),
        (asked([40.25, 39.25], for_each={"data": "people"}, answers=["label"], column="dose"), "summary"),
        (asked([40.25, 39.25], for_each={"data": "people"}, answers=[], column="dose"), "summary"),
        (asked(LABELLED, for_each={"data": "people"}, answers=["label"]), "full"),
        (asked(LABELLED.assign(dose=TOP["dose"]), for_each={"data": "people"}, answers=["label"]), "full"),
        (asked(TOP[["dose"]], for_each={"data": "people"}, answers=["label"]), "summary"),
        (recipe(pd.DataFrame({"group": ["a", "b"], "n": [20, 1], "r": [0.5, None]}), "correlate", by="group"), "full"),
        (recipe(pd.DataFrame({"group": ["a", "b"], "n": [20, 1], "r": [0.5, 0.1]}), "correlate", by="group"), "summary"),
        (asked(["high"] * 201, for_each={"data": "people"}, answers=["label"], column="label"), "summary"),
    ],
)
def test_statistics_and_what_was_looked_up_go_out_whole_and_rows_keep_the_level(block: Block, level: str) -> None:
    """A brief can be written from group means; nobody's row leaves for it."""
    assert Sharing("summary", {"people": PEOPLE})(block) == level


@pytest.mark.parametrize("level", ["schema", "full"])
def test_schema_and_full_mean_what_they_say(level: str) -> None:
    """With `schema` no statistic leaves either; with `full` everything does."""
    assert Sharing(level, {"people": PEOPLE})(recipe(MEANS, "group_summary")) == level


def test_a_writer_is_told_which_inputs_it_did_not_see() -> None:
    """Only inputs that steps made are named, with the reason: the person knows their own."""
    prompt = Prompt(
        "ask", "1", "write", (Block("people", PEOPLE), Block("top", TOP, {"kind": "code", "params": {"recipe": "rank"}}), recipe(MEANS, "describe"))
    )
    assert Sharing("summary", {"people": PEOPLE}).withheld(prompt) == ("top (3 rows: rows of the data, or no count n)",)
    assert Sharing("schema", {"people": PEOPLE}).withheld(prompt) == ("top", "table")
    assert Sharing("full", {"people": PEOPLE}).withheld(prompt) == ()


def test_no_row_of_the_data_is_in_what_leaves() -> None:
    """What is rendered for an outside model holds the statistics and none of the names."""
    share = Sharing("summary", {"people": PEOPLE})
    said = models.render(Prompt("ask", "1", "write", (Block("people", PEOPLE), recipe(MEANS, "group_summary"), recipe(TOP, "rank"))), share).user
    assert "north,20,19.25" in said
    assert "patient" not in said


@pytest.mark.parametrize("value", [LABELLED.assign(dose=TOP["dose"]), {"name": "patient 39", "dose": 39.25, "label": "high"}])
def test_of_answers_row_by_row_only_what_was_outside_is_told(value: Any) -> None:
    """The label, and the name that the question had read; the dose that stood beside it in the row stays here."""
    said = models.render(
        Prompt("ask", "1", "write", (asked(value, for_each={"data": "people"}, answers=["label"]),)), Sharing("summary", {"people": PEOPLE})
    ).user
    assert "high" in said
    assert "patient 39" in said
    assert "39.25" not in said
    assert "dose" not in said


def test_a_writer_is_told_which_columns_it_did_not_see() -> None:
    """Those that stood beside a model's answers and that no question had read."""
    prompt = Prompt("ask", "1", "write", (asked(LABELLED.assign(dose=TOP["dose"]), for_each={"data": "people"}, answers=["label"]), Block("people", PEOPLE)))
    assert Sharing("summary", {"people": PEOPLE}).left_out(prompt) == ("table (dose)",)
    assert Sharing("full", {"people": PEOPLE}).left_out(prompt) == ()


def test_only_recipes_that_exist_are_named_statistical() -> None:
    """A recipe that was renamed would otherwise lose its place unseen."""
    assert set(offline.RecipeTable().recipes) >= STATISTICAL
