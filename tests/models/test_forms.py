"""Promised outputs ↔ the wire."""

from __future__ import annotations

import pandas
import pytest

from nb_orchestra.core.plan import Output
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.forms import REPAIRED, schema_of, told_as, value_of

COLUMNS = {"name": "text", "year": "integer", "kind": {"enum": ["a", "b"]}, "ok": "boolean"}


def test_a_fully_typed_output_has_a_schema_that_strict_modes_take() -> None:
    """Every object closed, every key required, every cell allowed to be null."""
    schema, strict = schema_of(Output("table", COLUMNS))
    assert strict
    assert schema is not None
    row = schema["properties"]["rows"]["items"]
    assert row["additionalProperties"] is False
    assert row["required"] == list(COLUMNS)
    assert row["properties"]["kind"]["enum"] == ["a", "b", None]
    assert all("null" in cell["type"] for cell in row["properties"].values())


@pytest.mark.parametrize("output", [Output("text"), Output("any"), Output("figure")])
def test_prose_has_no_schema_and_is_not_parsed(output: Output) -> None:
    """Text that looks like data stays text."""
    assert schema_of(output) == (None, False)
    assert value_of(' {"a": 1} ', output) == ('{"a": 1}', ())


@pytest.mark.parametrize("output", [Output("record"), Output("list"), Output("table")])
def test_an_open_form_is_asked_for_without_strictness(output: Output) -> None:
    """Where keys are free, the schema says only what is known."""
    assert schema_of(output)[1] is False


@pytest.mark.parametrize(
    ("text", "output", "words"),
    [
        ('{"name": "x"}', Output("record", COLUMNS), "lacks 'year'"),
        ('{"name": "x", "year": 1, "kind": "a", "ok": true, "mood": "good"}', Output("record", COLUMNS), "has besides 'mood'"),
        ('{"rows": [{"a": 1}, {"b": 2}]}', Output("table"), "row 2 lacks 'a'; has besides 'b'"),
        ('{"rows": [1, 2]}', Output("table", {"a": "number"}), "row 1 is no object"),
        ('{"rows": 3}', Output("table"), "no list of rows"),
        ('{"result": 3}', Output("number"), "not only 'answer'"),
        ('{"answer": "3"}', Output("number"), "not a number"),
        ('{"answer": true}', Output("number"), "not a number"),
        ('{"answer": 1}', Output("boolean"), "not true or false"),
        ('{"answer": {"a": 1}}', Output("list"), "not a list"),
    ],
)
def test_keys_and_types_that_were_not_asked_for_are_errors(text: str, output: Output, words: str) -> None:
    """The complaint names what is missing, what is too much, and where."""
    with pytest.raises(BadAnswerError) as caught:
        value_of(text, output)
    assert words in caught.value.message


def test_a_wrapping_object_may_be_left_out() -> None:
    """A bare list of rows, a bare number: what is meant is plain."""
    assert value_of("42", Output("number"))[0] == 42
    assert value_of("true", Output("boolean"))[0] is True
    assert value_of('["a"]', Output("list"))[0] == ["a"]
    assert value_of('[{"a": 1}]', Output("table"))[0].to_dict("records") == [{"a": 1}]


def test_a_table_with_no_rows_keeps_its_columns() -> None:
    """None found is a table of no rows with the promised columns."""
    frame, _ = value_of('{"rows": []}', Output("table", COLUMNS))
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == 0


def test_what_is_not_of_its_type_stays_as_it_was_said() -> None:
    """No text is turned into a number or a date behind the person's back: the step's check names it."""
    frame, _ = value_of('{"rows": [{"n": "12", "d": "soon"}]}', Output("table", {"n": "integer", "d": "date"}))
    assert frame["n"].tolist() == ["12"]
    assert frame["d"].tolist() == ["soon"]


def test_a_repaired_answer_says_so() -> None:
    """The warning is for the person."""
    assert value_of('{"a": 1\n "b": 2}', Output("record"))[1] == (REPAIRED,)


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ("some *text*", Output("text")),
        (4.5, Output("number")),
        ([1, "a"], Output("list")),
        ({"a": None}, Output("record")),
        (pandas.DataFrame({"a": [1, 2], "b": ["x", None]}), Output("table", {"a": "integer", "b": "text"})),
    ],
)
def test_what_is_told_is_read_back(value: object, output: Output) -> None:
    """A recording keeps an answer in the form of the wire."""
    back, warnings = value_of(told_as(value, output), output)
    assert warnings == ()
    if isinstance(value, pandas.DataFrame):
        pandas.testing.assert_frame_equal(back, value)
    else:
        assert back == value
