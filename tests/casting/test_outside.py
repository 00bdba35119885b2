"""What a model, a search or a tool has seen already may be told again, also sorted, counted and joined; a column that none of them read stays here."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate, tool
from nb_orchestra.casting import Sharing
from nb_orchestra.config import Orchestra
from nb_orchestra.models import ScriptedModel
from nb_orchestra.models.rendering import render

LETTERS = pd.DataFrame({"no": [900071, 900072, 900073], "sender": ["Osei", "Quirk", "Ruiz"], "text": ["too hot", "too loud", "all well"]})
LABELS = {"too hot": {"part": "heating", "urgency": 4}, "too loud": {"part": "fan", "urgency": 3}, "all well": {"part": "none", "urgency": 1}}
LABELLING = {
    "id": "labels",
    "kind": "ask",
    "name": "labels",
    "for_each": {"data": "letters"},
    "params": {"question": "Which part?", "inputs": {"letter": {"row": "text"}}},
    "output": {"type": "record", "columns": {"part": "text", "urgency": "integer"}},
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))


@tool
def score_of(text: str) -> dict[str, Any]:
    """How a text is scored."""
    return {"score": len(text)}


def answer(prompt: Any) -> Any:
    text = next((block.value for block in prompt.blocks if block.name == "letter"), None)
    return LABELS[text] if text else {"kind": "damage"} if prompt.task.startswith("Which kind") else "written"


def recipe(id: str, name: str, below: str, **arguments: Any) -> dict[str, Any]:
    return {"id": id, "kind": "code", "name": id, "params": {"recipe": name, "arguments": {"frame": {"from": below}, **arguments}}}


def told(*steps: dict[str, Any], of: Any) -> str:
    """What the writer at the end of these steps is told of its input, word for word."""
    writing = {"id": "end", "kind": "ask", "name": "text", "params": {"question": "Write it", "inputs": {"given": of}}, "output": {"type": "text"}}
    model = ScriptedModel({"": answer})
    plan = {"steps": [*steps, writing], "result": "end"}
    orchestrate(plan=plan, data={"letters": LETTERS}, tools=[score_of], model=model)
    return render(model.prompts[-1], Sharing("summary", {"letters": LETTERS})).user


def test_a_count_of_a_models_own_labels_is_told_though_a_group_has_one_row() -> None:
    """It labelled the rows itself: which label is how often tells it nothing of the data."""
    said = told(LABELLING, recipe("counts", "count_rows", "labels", by=["part"], where=[{"column": "urgency", "op": ">=", "value": 3}]), of={"from": "counts"})
    assert "heating,1,1" in said
    assert "kept from you" not in said


def test_answers_that_a_recipe_sorted_are_told_without_the_columns_that_nobody_read() -> None:
    """The label and the text that was read, in their new order; who wrote it stays here."""
    said = told(LABELLING, recipe("worst", "rank", "labels", by="urgency", n=2), of={"from": "worst"})
    assert "too hot,heating,4" in said
    assert "Osei" not in said
    assert "900071" not in said


@pytest.mark.parametrize(
    "further",
    [
        [recipe("some", "filter_rows", "labels", where=[{"column": "no", "op": ">", "value": 900071}])],
        [recipe("some", "sort_rows", "labels", by=["sender"])],
        [recipe("some", "count_rows", "labels", by=["sender"])],
        [recipe("more", "derive", "labels", columns={"late": {"op": "*", "args": [{"column": "no"}, 1000]}}), recipe("some", "sort_rows", "more", by=["late"])],
        [recipe("some", "join", "labels", other={"data": "letters"}, on=["text"])],
    ],
)
def test_what_an_unread_column_decides_is_the_persons_again(further: list[dict[str, Any]]) -> None:
    """Which rows, in which order, how many: from each of these the column could be read back."""
    said = told(LABELLING, *further, of={"from": "some"})
    assert "kept from you" in said
    assert "heating" not in said
    assert "Osei" not in said


def test_a_part_chosen_by_an_unread_column_stays_here_too() -> None:
    """`where` beside a reference is a filter like any other."""
    said = told(LABELLING, of={"from": "labels", "where": [{"column": "no", "op": "==", "value": 900071}]})
    assert "heating" not in said


def test_a_column_computed_from_unread_ones_is_left_out() -> None:
    """Of what `derive` makes only that is told which stands on columns that were outside."""
    columns = {"twice": {"op": "*", "args": [{"column": "urgency"}, 2]}, "late": {"op": "*", "args": [{"column": "no"}, 1000]}}
    said = told(LABELLING, recipe("more", "derive", "labels", columns=columns), of={"from": "more"})
    assert "heating,4,8" in said
    assert "900071000" not in said


def test_of_what_a_tool_gave_for_each_row_the_unread_cells_are_left_out() -> None:
    """The tool was asked for the text; number and sender of the same row have never left."""
    calls = {
        "id": "scores",
        "kind": "call",
        "name": "scores",
        "for_each": {"data": "letters"},
        "params": {"tool": "score_of", "arguments": {"text": {"row": "text"}}},
    }
    said = told(calls, of={"from": "scores"})
    assert "too loud,8" in said
    assert "Osei" not in said
    assert "900071" not in said


def test_answers_about_answers_keep_what_both_have_seen() -> None:
    """A second question for each row that read only the label: urgency and text were outside from the first."""
    second = {
        "id": "kinds",
        "kind": "ask",
        "name": "kinds",
        "for_each": {"from": "labels"},
        "params": {"question": "Which kind?", "inputs": {"part": {"row": "part"}}},
        "output": {"type": "record", "columns": {"kind": "text"}},
    }
    said = told(LABELLING, second, of={"from": "kinds"})
    assert "too hot,heating,4,damage" in said
    assert "Osei" not in said


def test_answers_that_are_joined_are_told_where_what_joins_them_was_outside() -> None:
    """Labels beside scores of the same texts; a join by the number, which nobody read, stays here."""
    scores = {
        "id": "scores",
        "kind": "call",
        "name": "scores",
        "for_each": {"data": "letters"},
        "params": {"tool": "score_of", "arguments": {"text": {"row": "text"}}},
    }
    said = told(LABELLING, scores, recipe("both", "join", "labels", other={"from": "scores"}, on=["text"]), of={"from": "both"})
    assert "heating,4" in said
    assert ",7" in said
    assert "Osei" not in said
    assert "heating" not in told(LABELLING, scores, recipe("both", "join", "labels", other={"from": "scores"}, on=["no"]), of={"from": "both"})
