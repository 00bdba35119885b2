"""References: how a step names what it reads, as plain data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core.references import FromData, FromRow, FromStep, Literal, Template, fill, fill_params, find_references, read_reference

READ: list[tuple[Any, Any]] = [
    ({"from": "s1"}, FromStep("s1")),
    ({"from": "s1", "column": "title", "row": 0}, FromStep("s1", "title", 0)),
    ({"data": "penguins"}, FromData("penguins")),
    ({"data": "penguins", "columns": ["a", "b"]}, FromData("penguins", ("a", "b"))),
    ({"data": "sales", "levels": "region"}, FromData("sales", None, "region")),
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
    {"from": "s1", "rows": 1},
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
keys = st.text(max_size=4) | st.sampled_from(["from", "data", "row", "column", "columns", "levels", "template", "values", "value"])
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=10)


@given(anything)
def test_any_data_is_read_or_refused_with_a_value_error(data: Any) -> None:
    """Whatever a model writes: a reference, none, or a ValueError; what can be searched can be filled."""
    try:
        found = list(find_references(data))
    except ValueError:
        return
    seen: list[Any] = []
    fill(data, lambda reference: seen.append(reference) or "filled")
    assert sorted(map(repr, seen)) == sorted(map(repr, found))


def test_filling_puts_values_where_references_stand() -> None:
    """References become values, literals lose their wrapping, everything else stays."""
    values = {FromStep("s1"): [1, 2], FromData("df"): "frame", FromRow("t"): "tea"}
    params = {
        "question": {"template": "{t} and {t}, {u}", "values": {"t": {"row": "t"}}},
        "inputs": {"value": {"from": "s1"}, "b": {"value": {"from": "x"}}, "c": [{"data": "df"}]},
    }
    assert fill_params(params, values.__getitem__) == {
        "question": "tea and tea, {u}",
        "inputs": {"value": [1, 2], "b": {"from": "x"}, "c": ["frame"]},
    }


@given(st.text(alphabet="{}ab c", max_size=30), st.text(alphabet="{}ab", max_size=6))
def test_what_is_put_into_a_template_is_never_read_again(text: str, value: str) -> None:
    """Holes are filled in one pass: braces in a value stay braces, unknown holes stay as they are."""
    filled = fill({"template": text, "values": {"a": value}}, lambda reference: reference)
    assert filled == value.join(text.split("{a}"))
