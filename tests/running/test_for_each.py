"""`for_each`: one step over many rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.core import events as e
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Step
from nb_orchestra.running.row_memo import RowMemo
from nb_orchestra.running.rows import RowRun
from tests.running.staging import FunctionModel, Stage, call

TEAS = pd.DataFrame({"tea": ["green", "black", "white"], "grams": [1, 2, 3]})


def each(tool: str, source: Any = None, **fields: Any) -> dict[str, Any]:
    arguments = fields.pop("arguments", {"number": {"row": "grams"}})
    return {"steps": [{**call("s1", tool, **arguments), "name": "done_row", "for_each": source or {"data": "teas"}, **fields}]}


def square(number: int) -> int:
    return number * number


def odd_only(number: int) -> int:
    if number % 2 == 0:
        raise ValueError(f"{number} is even")
    return number


def test_results_are_stacked_in_row_order_behind_the_source_columns() -> None:
    """One table, one line per row, the source's columns in front: nothing needs joining back."""
    run = Stage(tools=(square,)).run(plan=each("square"), data={"teas": TEAS})
    pd.testing.assert_frame_equal(run.value, TEAS.assign(done_row=[1, 4, 9]))


def test_keep_names_fewer_columns() -> None:
    """`keep` says which source columns stay; one that is not there is an error."""
    run = Stage(tools=(square,)).run(plan=each("square", keep=["tea"]), data={"teas": TEAS})
    assert list(run.value.columns) == ["tea", "done_row"]
    lost = Stage(tools=(square,)).run(plan=each("square", keep=["milk"]), data={"teas": TEAS})
    assert "'milk'" in lost.failures["s1"].message


def test_a_list_gives_a_column_called_item() -> None:
    """Over a list, each line begins with the item."""
    run = Stage(tools=(square,)).run(plan=each("square", {"data": "numbers"}, arguments={"number": {"row": True}}), data={"numbers": [2, 3]})
    assert run.value.to_dict("list") == {"item": [2, 3], "done_row": [4, 9]}


def test_levels_of_a_column_can_be_gone_over() -> None:
    """`levels` goes over the distinct values, in the order they come."""
    data = {"teas": pd.concat([TEAS, TEAS])}
    run = Stage(tools=(len_of,)).run(plan=each("len_of", {"data": "teas", "levels": "tea"}, arguments={"word": {"row": True}}), data=data)
    assert run.value["item"].tolist() == ["green", "black", "white"]


def len_of(word: str) -> int:
    return len(word)


def test_a_row_that_gives_several_rows_repeats_its_source() -> None:
    """Tables and lists of records are stacked under each other, beside copies of their source row; equal names get a number."""

    def split(word: str) -> list[dict[str, Any]]:
        return [{"letter": letter, "tea": "again"} for letter in word[:2]]

    run = Stage(tools=(split,)).run(plan=each("split", arguments={"word": {"row": "tea"}}, keep=["tea"], output="table"), data={"teas": TEAS[:1]})
    assert run.value.to_dict("list") == {"tea": ["green", "green"], "letter": ["g", "r"], "tea_2": ["again", "again"]}


def test_some_failed_rows_make_the_run_partial_and_are_listed() -> None:
    """What succeeded is the value; the failures are a table with the source row, the error and its words."""
    run = Stage(tools=(odd_only,)).run(plan=each("odd_only"), data={"teas": TEAS})
    assert run.state == "partial"
    assert run.value["done_row"].tolist() == [1, 3]
    assert [(row["row"], row["tea"], row["error"]) for row in run.result("s1").failures] == [(1, "black", "ToolError")]
    assert run.progress.rows["s1"].message == "1 of 3 rows failed"


def test_more_than_half_failed_rows_are_a_failure() -> None:
    """A step whose rows mostly failed has failed, and shows the first complaint."""
    run = Stage(tools=(odd_only,)).run(plan=each("odd_only"), data={"teas": TEAS.assign(grams=[2, 4, 5])})
    assert run.state == "failed"
    assert "2 of 3 rows failed; the first: " in run.failures["s1"].message


def test_a_row_reference_to_a_column_that_is_not_there_says_so() -> None:
    """The complaint names the column and lists those that are there."""
    run = Stage(tools=(square,)).run(plan=each("square", arguments={"number": {"row": "grms"}}), data={"teas": TEAS})
    assert "no column 'grms'" in run.failures["s1"].message
    assert "tea, grams" in run.failures["s1"].hint


def test_a_batch_is_one_call_for_several_rows() -> None:
    """With `batch`, a row reference names the list of that column's values, and the call gives one value per row."""
    sizes: list[int] = []

    def squares(numbers: list[int]) -> list[int]:
        sizes.append(len(numbers))
        return [number * number for number in numbers]

    run = Stage(tools=(squares,)).run(plan=each("squares", arguments={"numbers": {"row": "grams"}}, batch=2), data={"teas": TEAS})
    assert run.value["done_row"].tolist() == [1, 4, 9]
    assert sorted(sizes) == [1, 2]


def test_a_batch_that_gives_the_wrong_number_of_values_fails_alone() -> None:
    """Only the rows of the batch that miscounted are lost."""

    def miscounts(numbers: list[int]) -> list[int]:
        return numbers[:1]

    data = {"teas": pd.DataFrame({"grams": [1, 2, 3]})}
    run = Stage(tools=(miscounts,)).run(plan=each("miscounts", arguments={"numbers": {"row": "grams"}}, batch=2), data=data)
    assert "a batch of 2 rows needs a list of 2 values" in run.failures["s1"].message
    fewer = {"teas": pd.DataFrame({"grams": [1, 2, 3, 4, 5]})}
    mostly = Stage(tools=(_miscounts_once,)).run(plan=each("_miscounts_once", arguments={"numbers": {"row": "grams"}}, batch=2), data=fewer)
    assert mostly.value["done_row"].tolist() == [3, 4, 5]
    assert len(mostly.result("s1").failures) == 1


def _miscounts_once(numbers: list[int]) -> list[int]:
    return numbers[1:] if numbers[0] == 1 else numbers


def test_equal_rows_cost_once_and_a_second_run_costs_nothing() -> None:
    """Each row is kept by the content that the step reads of it: other columns may change."""
    model = FunctionModel(lambda prompt: len(prompt.task))
    ask = {"id": "s1", "kind": "ask", "params": {"question": {"template": "How is {t}?", "values": {"t": {"row": "tea"}}}}, "for_each": {"data": "teas"}}
    stage = Stage(model=model)
    first = stage.run(plan={"steps": [ask]}, data={"teas": TEAS})
    assert len(model.prompts) == 3
    longer = pd.concat([TEAS.assign(grams=9), pd.DataFrame({"tea": ["red"], "grams": [4]})], ignore_index=True)
    second = stage.run(plan={"steps": [ask]}, data={"teas": longer})
    assert len(model.prompts) == 4
    assert second.value["s1"].tolist()[:3] == first.value["s1"].tolist()
    third = stage.run(plan={"steps": [ask]}, data={"teas": longer})
    assert len(model.prompts) == 4
    assert third.progress.rows["s1"].cached


def test_no_rows_give_an_empty_table_with_the_promised_columns() -> None:
    """An empty table is no error: the result has the columns that are known."""
    plan = each("square", output={"type": "table", "columns": {"tea": "text", "done_row": "number"}})
    run = Stage(tools=(square,)).run(plan=plan, data={"teas": TEAS[:0]})
    assert run.state == "done"
    assert (list(run.value.columns), len(run.value)) == (["tea", "grams", "done_row"], 0)


def test_the_stacked_table_keeps_its_promise() -> None:
    """A promised column that no row gave fails the step."""
    run = Stage(tools=(square,)).run(plan=each("square", output={"type": "table", "columns": {"price": "number"}}), data={"teas": TEAS})
    assert run.failures["s1"].error == "OutputError"
    assert "'price'" in run.failures["s1"].message


def test_too_many_rows_are_refused_before_the_first() -> None:
    """The limit on rows names the setting."""
    run = Stage(tools=(square,)).run(plan=each("square"), data={"teas": TEAS}, rows=2)
    assert (run.failures["s1"].error, "set rows" in run.failures["s1"].hint) == ("LimitError", True)


def test_only_tables_and_lists_can_be_gone_over() -> None:
    """for_each over a number says what it needs."""
    run = Stage(tools=(square,)).run(plan=each("square", {"data": "teas"}), data={"teas": 3})
    assert "needs a table or a list, not number" in run.failures["s1"].message


def test_the_time_that_is_left_is_told_at_the_pace_of_rows_that_were_not_kept() -> None:
    """Rows of the cache cost nothing, so they say nothing about the others."""
    run = RowRun(Step("s1", "call", {}), list(range(100)), "", None, lambda *told: None, 1, RowMemo(None), _began=0.0)  # type: ignore[arg-type]
    assert run._left(10.0) == 0.0
    run.results, run._made = dict.fromkeys(range(60), Result(1)), 10
    assert run._left(10.0) == 40.0


def test_rows_are_told_at_the_end_at_least() -> None:
    """The journal holds how many rows are done, without an event per row."""
    data = {"teas": pd.DataFrame({"grams": range(500)})}
    run = Stage(tools=(square,)).run(plan=each("square"), data=data)
    told = [event for event in run.events if isinstance(event, e.RowsAdvanced)]
    assert (told[-1].done, told[-1].failed, told[-1].total) == (500, 0, 500)
    assert len(told) < 100
