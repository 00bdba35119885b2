"""Properties of reading, over many made-up values."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.reading import read

SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
DATA = st.dictionaries(
    st.text(max_size=8),
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8),
)


@given(DATA)
@settings(max_examples=150, deadline=None)
def test_json_is_read_as_it_is(value: dict[str, object]) -> None:
    """Strict JSON, alone or in a fence with prose around it, gives the same value."""
    text = json.dumps(value)
    assert read(text, (dict,)).value == value
    assert read(f"Here it is:\n```json\n{text}\n```\nDone.", (dict,)).value == value
    assert read(f"It's {text} - don't ask.", (dict,)).value == value


@given(DATA)
@settings(max_examples=150, deadline=None)
def test_a_python_literal_is_read_as_it_is(value: dict[str, object]) -> None:
    """What `repr` writes is read back, quotes and escapes included."""
    assert read(repr(value), (dict,)).value == value


@given(DATA, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_a_value_that_was_cut_is_never_read(value: dict[str, object], random: object) -> None:
    """Any beginning of a value, JSON or Python, is an error."""
    for text in (json.dumps(value), repr(value)):
        with pytest.raises(BadAnswerError):
            read(text[: random.randrange(len(text))], (dict,))  # type: ignore[attr-defined]


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_value_or_an_error(text: str) -> None:
    """Nothing that a model may write makes the reader crash."""
    with contextlib.suppress(BadAnswerError):
        assert isinstance(read(text, (dict, list)).value, (dict, list))


@given(st.text(alphabet="{}[]\"':,a1 \\\n`<>/", max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_heap_of_brackets_and_quotes_is_a_value_or_an_error(text: str) -> None:
    """The same for texts that look like data."""
    with contextlib.suppress(BadAnswerError):
        assert isinstance(read(text, (dict,)).value, dict)
