"""Promised outputs ↔ the wire."""

from __future__ import annotations

import pandas
import pytest

from nb_orchestra.core.plan import Output
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.forms import REPAIRED, schema_of, shape_words, told_as, value_of
from nb_orchestra.values import check

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


LIMITED = {"grade": {"enum": [1, 2, 3]}, "points": {"type": "integer", "min": 1, "max": 5}, "share": {"type": "number", "min": 0, "max": 1}}


def test_whole_numbers_and_limits_are_in_the_schema_and_in_words() -> None:
    """A few whole numbers are an enum, which every strict mode takes; other limits stand as words. What is outside of them is named."""
    schema, strict = schema_of(Output("record", LIMITED))
    assert schema is not None
    assert strict
    assert schema["properties"]["grade"] == {"type": ["integer", "null"], "enum": [1, 2, 3, None]}
    assert schema["properties"]["points"] == {"type": ["integer", "null"], "enum": [1, 2, 3, 4, 5, None]}
    assert schema["properties"]["share"] == {"type": ["number", "null"], "description": "number from 0 to 1"}
    assert shape_words(Output("record", LIMITED)) == '{"grade": one of [1, 2, 3], "points": whole number from 1 to 5, "share": number from 0 to 1}'
    good = {"grade": 2, "points": 5, "share": 0.5}
    assert check(good, Output("record", LIMITED)) == []
    assert check(good | {"grade": None, "points": None}, Output("record", LIMITED)) == []
    wrong = check({"grade": 4, "points": 6, "share": -0.5}, Output("record", LIMITED))
    assert wrong == [
        "entry 'grade' should be '1', '2', '3' and is '4'",
        "entry 'points' should be integer from 1 to 5 and is '6'",
        "entry 'share' should be number from 0 to 1 and is '-0.5'",
    ]
    frame = value_of('{"rows": [{"grade": 1, "points": 5, "share": 0.5}, {"grade": null, "points": 1, "share": 0}]}', Output("table", LIMITED))[0]
    assert str(frame["grade"].dtype) == "Int64"
    with pytest.raises(BadAnswerError, match=r"column .points. holds .6., allowed: integer from 1 to 5; column .share. holds .1\.5."):
        value_of('{"rows": [{"grade": 1, "points": 6, "share": 1.5}]}', Output("table", LIMITED))
    assert check({"grade": True}, Output("record", {"grade": {"enum": [1, 2]}})) == ["entry 'grade' should be '1', '2' and is 'True'"]


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


def test_what_is_not_of_its_type_is_asked_for_again() -> None:
    """No text is turned into a number or a date behind the person's back: the complaint names what is wrong, and the model mends it."""
    with pytest.raises(BadAnswerError, match="column 'n' should be integer and is text; column 'd' should be date and is text"):
        value_of('{"rows": [{"n": "12", "d": "soon"}]}', Output("table", {"n": "integer", "d": "date"}))


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
