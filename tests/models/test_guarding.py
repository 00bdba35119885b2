"""What a repaired answer must keep to be believed."""

from __future__ import annotations

import pytest

from nb_orchestra.models.guarding import faithful


@pytest.mark.parametrize(
    ("value", "text", "kept"),
    [
        ({"a": "x", "b": 2}, '{"a": "x" "b": 2', False),
        ({"a": "x", "b": 2}, '{"a": "x",\n"b": 2', True),
        ({"a": "see", "Key": "value"}, '{"a": "see, Key: value"', False),
        ({"a": 12}, '{"a": 1,2', False),
        ({"a": "x"}, '{"a": "x and more"', False),
        ({"a": "don't'"}, "{'a': 'don't'}", False),
        ({"a": 'he said "no"'}, '{"a": "he said "no""}', True),
        ({"a": None, "b": True}, "{'a': None, 'b': True", True),
        ({"a": 1}, "{a: 1", True),
    ],
)
def test_a_repair_is_believed_only_if_it_says_what_the_text_says(value: object, text: str, kept: bool) -> None:
    """No key, number or word more, none less, no half quotes."""
    assert faithful(value, text) is kept
