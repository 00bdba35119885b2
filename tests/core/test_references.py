"""References: how a step names what it reads, as plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core.references import (
    FromData,
    FromRow,
    FromStep,
    Literal,
    Template,
    filler,
    find_references,
    params_filler,
    params_references,
    read_reference,
)

LARGE = {"column": "n", "op": ">", "value": 3}
READ: list[tuple[Any, Any]] = [
    ({"from": "s1"}, FromStep("s1")),
    ({"from": "s1", "column": "title", "row": 0}, FromStep("s1", "title", 0)),
    ({"data": "penguins"}, FromData("penguins")),
    ({"data": "penguins", "columns": ["a", "b"]}, FromData("penguins", ("a", "b"))),
    ({"data": "sales", "levels": "region"}, FromData("sales", None, "region")),
    ({"from": "s1", "rows": 3, "columns": ["a"]}, FromStep("s1", None, None, ("a",), 3)),
    ({"from": "s1", "where": [LARGE], "row": 0, "column": "a"}, FromStep("s1", "a", 0, None, None, (LARGE,))),
    ({"data": "sales", "where": LARGE, "rows": -3}, FromData("sales", None, None, -3, (LARGE,))),
    ({"row": "title"}, FromRow("title")),
    ({"row": True}, FromRow(True)),
    ({"template": "{t}!", "values": {"t": 1}}, Template("{t}!", {"t": 1})),
    ({"value": {"from": "s1"}}, Literal({"from": "s1"})),
    ({"from_": "s1"}, None),
    ({"row": "title", "other": 1}, None),
    ({"value": 1, "criterion": "x"}, None),
    ({"data": {"data": "df"}}, None),
    ("$1", None),
    (["from"], None),
]


@pytest.mark.parametrize(("data", "reference"), READ, ids=[str(data) for data, _ in READ])
def test_what_is_a_reference_and_what_is_not(data: Any, reference: Any) -> None:
    """The shapes of house.md are references, a mapping that only resembles one is plain data."""
    assert read_reference(data) == reference


BAD: list[Any] = [
    {"from": 3},
    {"from": "s1", "rows": 0},
    {"from": "s1", "rows": True},
    {"from": "s1", "rows": [0, 3]},
    {"from": "s1", "column": "a", "columns": ["b"]},
    {"from": "s1", "columns": "a"},
    {"from": "s1", "where": []},
    {"from": "s1", "where": "n > 3"},
    {"from": "s1", "where": [{"column": "n"}]},
    {"from": "s1", "where": [{"op": "=="}]},
    {"data": "df", "rows": "all"},
    {"data": "df", "where": [["n", ">", 3]]},
    {"from": "s1", "row": "first"},
    {"data": "df", "column": "a"},
    {"data": "df", "columns": "ab"},
    {"data": "df", "columns": [1]},
    {"row": 3},
    {"row": False},
    {"template": "x", "values": ["a"]},
    {"template": 3},
]


@pytest.mark.parametrize("data", BAD, ids=str)
def test_what_looks_like_a_reference_and_is_not_says_so(data: Any) -> None:
    """A slip in a reference is an error with words, never a value that happens to look odd."""
    with pytest.raises(ValueError, match=r"\w+"):
        read_reference(data)


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["from", "data"])
keys = st.text(max_size=4) | st.sampled_from(["from", "data", "row", "column", "columns", "levels", "template", "values", "value", "rows", "where", "op"])
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=10)


@given(anything)
def test_any_data_is_read_or_refused_with_a_value_error(data: Any) -> None:
    """Whatever a model writes: a reference, none, or a ValueError; what can be searched can be filled."""
    try:
        found = list(find_references(data))
    except ValueError:
        return
    seen: list[Any] = []
    filler(data)(lambda reference: seen.append(reference) or "filled")
    assert sorted(map(_without_where, seen)) == sorted(map(_without_where, found))


def _without_where(reference: Any) -> str:
    """What a reference is, but for the conditions, whose own references are filled first."""
    return repr(replace(reference, where=()) if isinstance(reference, FromStep | FromData) else reference)


def test_filling_puts_values_where_references_stand() -> None:
    """References become values, literals lose their wrapping, everything else stays."""
    values = {FromStep("s1"): [1, 2], FromData("df"): "frame", FromRow("t"): "tea"}
    params = {
        "question": {"template": "{t} and {t}, {u}", "values": {"t": {"row": "t"}}},
        "inputs": {"value": {"from": "s1"}, "b": {"value": {"from": "x"}}, "c": [{"data": "df"}]},
    }
    assert params_filler(params)(values.__getitem__) == {
        "question": "tea and tea, {u}",
        "inputs": {"value": [1, 2], "b": {"from": "x"}, "c": ["frame"]},
    }


@given(st.text(alphabet="{}ab c", max_size=30), st.text(alphabet="{}ab", max_size=6))
def test_what_is_put_into_a_template_is_never_read_again(text: str, value: str) -> None:
    """Holes are filled in one pass: braces in a value stay braces, unknown holes stay as they are."""
    filled = filler({"template": text, "values": {"a": value}})(lambda reference: reference)
    assert filled == value.join(text.split("{a}"))


def test_a_condition_may_stand_on_another_value() -> None:
    """The cell that a condition compares with is a reference like any other: it is found, and filled before the rows are chosen."""
    where = [{"column": "n", "op": ">", "value": {"from": "s2", "column": "mean", "row": 0}}]
    data = {"inputs": {"rows": {"from": "s1", "where": where}}}
    assert [reference.step for reference in params_references(data) if isinstance(reference, FromStep)] == ["s1", "s2"]
    filled = params_filler(data)(lambda reference: 5 if reference == FromStep("s2", "mean", 0) else reference)
    assert filled["inputs"]["rows"] == FromStep("s1", where=({"column": "n", "op": ">", "value": 5},))


recipes_words = st.sampled_from(["column", "op", "value", "==", "between", "n", "from", "s1"])
conditions = st.lists(st.dictionaries(recipes_words, scalars | recipes_words, max_size=3), max_size=3)


@given(
    st.fixed_dictionaries({"from": st.sampled_from(["s1", 3])}, optional={"rows": scalars, "where": conditions | scalars, "columns": anything, "row": scalars})
)
def test_any_part_of_a_table_is_read_as_it_is_written_or_refused(data: Any) -> None:
    """What is read names the same rows and columns as the data; nothing of it is dropped in silence."""
    try:
        reference = read_reference(data)
    except ValueError:
        return
    assert isinstance(reference, FromStep)
    assert (reference.rows, reference.row) == (data.get("rows"), data.get("row"))
    assert list(reference.where) == list(data.get("where") or ())
    assert reference.columns == (None if data.get("columns") is None else tuple(data["columns"]))
