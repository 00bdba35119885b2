"""Goals about documents, without a model: found, quoted word for word, cited; never put into other words."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import documents, orchestrate
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.models import ScriptedModel
from nb_orchestra.offline.prose.quoting import quotes

TEXTS = pd.DataFrame(
    {
        "title": ["Gulls", "Terns", "Tea <b>[[x]]</b>"],
        "text": [
            "Gulls nest on roofs. We found that 40 % of gulls eat bread in towns. They fly.",
            "BACKGROUND: Terns dive. RESULTS: Terns never eat bread. They migrate.",
            "Tea is drunk *hot* with [bread](http://evil.example) and `bread`; who eats bread drinks tea.",
        ],
    }
)


def library() -> Any:
    return documents(TEXTS, "text", title="title", name="birds")


def told(text: str) -> list[tuple[str, str]]:
    """(sentence, key) of each bullet."""
    return re.findall(r"^- “(.+)” – .* \[([\w.:-]+)\]$", text, re.MULTILINE)


def test_a_goal_about_documents_is_answered_in_their_own_words() -> None:
    """Each sentence stands in a text, each key is a row of the search, and the plan says that nothing was weighed."""
    run = orchestrate("What do {birds} say about eating bread?", data={"birds": library()}, cache=False)
    found = run["s1"].set_index("key")
    bullets = told(run.value)
    assert run.state == "done"
    assert len(bullets) == 3
    for sentence, key in bullets:
        assert sentence.replace("\\", "") in found.loc[key, "passage"]
    assert "We found that 40 % of gulls eat bread in towns." in dict(bullets)
    assert set(run.result("s2").sources) == set(found["source"])
    assert "sentences are quoted as they stand; weighing them needs a model" in run.plan.assumptions


def test_quoted_text_is_only_text() -> None:
    """Marks of Markdown in a passage or a title stand as they are: no link, no markup, no place of a chart."""
    text = str(orchestrate("{birds}: tea", data={"birds": library()}, cache=False).value)
    assert r"\[bread\](http://evil.example)" in text
    assert r"\<b\>\[\[x\]\]\</b\>" in text


@pytest.mark.parametrize("goal", ["What do {birds} say?", "Summarise {birds}"])
def test_without_a_word_to_look_for_an_example_is_given(goal: str) -> None:
    """The error names a goal that works on this very source."""
    with pytest.raises(UnreadableGoalError, match="no word to look for") as failed:
        orchestrate(goal, data={"birds": library()}, cache=False)
    assert "What do {birds} say about" in failed.value.hint


def test_words_that_stand_nowhere_are_said_to_be_found_nowhere() -> None:
    """An empty search is partial, and its text says so."""
    run = orchestrate("What do {birds} say about volcanoes?", data={"birds": library()}, cache=False)
    assert run.state == "partial"
    assert "Nothing was found about volcanoes" in run.value


@pytest.mark.parametrize(
    "goal",
    [
        "Mean mass by kind in {frame}, and what {birds} say about bread",
        "What do {birds} say about bread? Mean mass by kind in {frame}.",
        "Mean mass by kind in {frame} with {birds} on bread",
    ],
)
def test_a_goal_about_tables_and_documents_is_answered_with_both(goal: str) -> None:
    """What names documents is searched in them, beside what is computed; the answer is the table and the quotes."""
    frame = pd.DataFrame({"kind": ["a", "b"] * 4, "mass": range(8)})
    run = orchestrate(goal, data={"frame": frame, "birds": library()}, cache=False)
    table, text = run.value.values()
    assert table["mean"].tolist() == [3.0, 4.0]
    assert "We found that 40 % of gulls eat bread in towns." in dict(told(text))
    assert run.state == "done"
    assert run.plan.not_done == ()


def test_a_model_that_is_set_plans_such_goals() -> None:
    """Quoting is what is left without a model; with one, it plans."""
    plan = {"steps": [{"id": "x1", "kind": "search", "params": {"query": "bread"}}, {"id": "x2", "kind": "ask", "params": {"question": "Say"}}]}
    run = orchestrate("What do {birds} say about bread?", data={"birds": library()}, model=ScriptedModel({"purpose:plan": plan, "": "ok"}), cache=False)
    assert [step.id for step in run.plan.steps] == ["x1", "x2"]


def test_a_passage_that_only_its_title_brought_up_is_not_quoted() -> None:
    """Nothing of it says what was looked for."""
    rows = {"key": ["a:1"], "title": ["Bread"], "source": ["a"], "date": ["2021-01-02"], "passage": ["Gulls fly."], "score": [1.0]}
    assert quotes(pd.DataFrame(rows), "bread") == ["The search for bread found 1 passage."]


def test_three_tables_are_joined_in_the_order_of_the_goal() -> None:
    """Each join by its own key, and an edit of the goal keeps them."""
    sales = pd.DataFrame({"shop": [1, 1, 2, 3], "item": ["a", "b", "a", "b"], "price": [1.0, 2.0, 3.0, 10.0]})
    shops = pd.DataFrame({"shop": [1, 2, 3], "town": ["Graz", "Graz", "Linz"]})
    items = pd.DataFrame({"item": ["a", "b"], "colour": ["red", "blue"]})
    data = {"sales": sales, "shops": shops, "items": items}
    run = orchestrate("Join {sales} with {shops} by shop and with {items} by item. Mean price by town and colour.", data=data, cache=False)
    table = next(value for id, value in ((step.id, run[step.id]) for step in run.plan.steps) if "colour" in getattr(value, "columns", ()) and "mean" in value)
    assert table.set_index(["town", "colour"])["mean"].to_dict() == {("Graz", "blue"): 2.0, ("Graz", "red"): 2.0, ("Linz", "blue"): 10.0}
    assert [step.params["recipe"] for step in run.plan.steps if step.params.get("recipe") == "join"] == ["join", "join"]


BIRDS = pd.DataFrame({"kind": ["Terns", "Gulls", "Terns", None, "Auks"], "n": range(5)})


@pytest.mark.parametrize(
    "goal", ["For each kind in {seen}, find what {birds} say about eating bread", "What do {birds} say about the bread of each kind in {seen}?"]
)
def test_documents_are_searched_for_each_value_of_a_column(goal: str) -> None:
    """Each value once; a sentence is quoted for the value that its passage names, and a value that none names is told."""
    run = orchestrate(goal, data={"birds": library(), "seen": BIRDS}, cache=False)
    assert run.state == "done"
    assert [step.kind for step in run.plan.steps] == ["code", "search", "ask"]
    assert sorted(run["s0"]["kind"]) == ["Auks", "Gulls", "Terns"]
    said = dict(re.findall(r"^- \*\*(\w+)\*\*: (.+)$", run.value, re.MULTILINE))
    assert "Terns never eat bread." in said["Terns"]
    assert "gulls eat bread in towns" in said["Gulls"]
    assert said["Auks"] == "no passage that was found names it."
    keys = set(re.findall(r"\[([\w.-]+:\d+)\]", run.value))
    assert keys <= set(run["s1"]["key"])
    assert "sentences are quoted as they stand; weighing them needs a model" in run.plan.assumptions


def test_a_value_without_any_passage_is_told_with_the_text() -> None:
    """It has no row in the table of passages, so the text says below what was looked for and not found; the run has a gap."""
    seen = pd.DataFrame({"kind": ["Terns", "Auks", "Skuas"]})
    texts = TEXTS.head(2).assign(text=["Gulls nest on roofs.", "Terns never rest."])
    run = orchestrate(
        "For each kind in {seen}, find what {birds} say about cake", data={"birds": documents(texts, "text", name="birds"), "seen": seen}, cache=False
    )
    assert set(run["s1"]["kind"]) == {"Terns"}
    assert all(f"othing found for '{kind} cake'" in run.value for kind in ("Auks", "Skuas"))
    assert run.results["s1"].gaps == ("nothing found for 'Auks cake'", "nothing found for 'Skuas cake'")
    assert run.state == "partial"


OTHERS = [
    "Count the rows of {seen} for each kind, and what {birds} say about bread",
    "For each kind in {seen}, count the rows, and say what {birds} say about bread",
]


@pytest.mark.parametrize("goal", OTHERS)
def test_work_on_tables_beside_documents_stays_with_the_tables(goal: str) -> None:
    """Only a goal that asks of documents alone, for each value, is read so."""
    made = orchestrate(goal, data={"birds": library(), "seen": BIRDS}, cache=False)
    assert made.plan is not None
    assert not any(step.for_each for step in made.plan.steps)
