"""Text that a model wrote → data."""

from __future__ import annotations

import json
import sys

import pytest

from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.reading import read

READ = [
    ('{"a": 1}', {"a": 1}, "strict"),
    (' \ufeff{"a": [1, 2.5, null, true]}\n', {"a": [1, 2.5, None, True]}, "strict"),
    ('"{\\"a\\": 1}"', {"a": 1}, "strict"),
    ('```json\n{"a": 1}\n```', {"a": 1}, "unwrapped"),
    ('Here it is:\n```\n{"a": "x ``` y"}\n```\nGood luck!', {"a": "x ``` y"}, "unwrapped"),
    ('<think>perhaps {"a": 0}?</think>\n{"a": 1}', {"a": 1}, "unwrapped"),
    ('perhaps {"a": 0}?</think>\n{"a": 1}', {"a": 1}, "unwrapped"),
    ('<answer>{"a": 1}</answer>', {"a": 1}, "unwrapped"),
    ('As [1] says, it\'s {"a": {"b": 2}}. That is all.', {"a": {"b": 2}}, "unwrapped"),
    ('{"a": 1}\n\nAgain, the same: {"a": 1}', {"a": 1}, "unwrapped"),
    ("{'a': 'it\\'s', 'b': [1, None, True], 'c': -1.5}", {"a": "it's", "b": [1, None, True], "c": -1.5}, "python"),
    ("{'a': \"it's\", 'b': (1, 2),}", {"a": "it's", "b": [1, 2]}, "python"),
    ("Sure! {'a': 'x', 'b': null}", {"a": "x", "b": None}, "python"),
    ("{1: 'one'}", {"1": "one"}, "python"),
    ('{"a": "first line\nsecond line"}', {"a": "first line\nsecond line"}, "python"),
    ('{"a": 1,}', {"a": 1}, "python"),
    ('{name: "x", count: 2}', {"name": "x", "count": 2}, "repaired"),
    ('{"a": 1\n "b": "two"}', {"a": 1, "b": "two"}, "repaired"),
    ('{"note": "he said "no" twice"}', {"note": 'he said "no" twice'}, "repaired"),
]

REFUSED = [
    ("", "empty"),
    ("   \n", "empty"),
    ("I cannot do that.", "holds no object"),
    ('{"a": [1, 2', "cut off"),
    ('{"a": "x', "cut off"),
    ('{"rows": [{"a": 1}, {"a": 2}', "cut off"),
    ("{'rows': [{'a': 1}, {'a': 'tw", "cut off"),
    ('```json\n{"a": 1, "b": [\n```', "cut off"),
    ('{"a": 1} or rather {"a": 2}', "different values"),
    ('```json\n{"a": 1}\n```\n```json\n{"a": 2}\n```', "different values"),
    ('{"a": 1, "a": 2}', "twice"),
    ("{'a': 1, 'a': 2}", "twice"),
    ("[1, 2]", "list, not object"),
    ("true", "not object"),
    ('{"a": __import__("os").system("true")}', "without guessing"),
    ("{'a': 'x', 'b': 'don't'}", "without guessing"),
    ('{"a": 1, "b": 2, // counts\n "c": nothing}', "without guessing"),
    ('{"a": ' * 5000 + "1" + "}" * 5000, "without guessing"),
    ("[" * 100_000, "holds no object"),
]


@pytest.mark.parametrize(("text", "value", "how"), READ)
def test_what_models_write_is_read_and_how_is_told(text: str, value: object, how: str) -> None:
    """An answer is read by the surest way that applies, and the way is told."""
    reading = read(text, (dict,))
    assert (reading.value, reading.how) == (value, how)
    assert reading.repaired == (how == "repaired")


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_would_need_a_guess_is_an_error(text: str, words: str) -> None:
    """Empty, cut off, ambiguous or damaged answers are errors that say so, never a likely value."""
    with pytest.raises(BadAnswerError, match=words):
        read(text, (dict,))


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "see the notes, Key: value and more", "n": 3 "m": 4}',
        '{"summary": "Results: "good", Status: open", "n": 1}',
        "{'title': 'It's here, Author: Smith', 'year': 2020}",
        '{"a": "x, y: z" w: 1}',
    ],
)
def test_no_key_is_made_out_of_words_inside_a_text(text: str) -> None:
    """Words such as "text, Key: value" inside a string never becomes a key."""
    written = {"text", "n", "m", "summary", "title", "year", "a"}
    try:
        value = read(text, (dict,)).value
    except BadAnswerError:
        return
    assert set(value) <= written


def test_every_cut_of_a_good_answer_is_an_error_or_the_whole() -> None:
    """An answer that stops at any letter is never read as a shorter answer."""
    whole = '{"steps": [{"id": "s1", "kind": "code", "n": 12}, {"id": "s2", "needs": ["s1"], "text": "a, b: c"}], "result": "s2"}'
    for end in range(len(whole)):
        with pytest.raises(BadAnswerError):
            read(whole[:end], (dict,))


@pytest.mark.parametrize("value", [{"00000": None, "00}": None}, {"a": 1, "}": 2}, {"a": [1, "]}"], "b": 2}, {"a": "it's", "b}": "don't}"}])
def test_a_cut_inside_a_string_that_holds_a_bracket_is_an_error(value: dict[str, object]) -> None:
    """The bracket closes nothing, and what was lost may have neither a letter nor a number."""
    for text in (json.dumps(value), repr(value)):
        for end in range(len(text)):
            with pytest.raises(BadAnswerError):
                read(text[:end], (dict,))


def test_every_cut_of_a_python_literal_is_an_error() -> None:
    """The same holds for single quotes."""
    whole = "{'steps': [{'id': 's1', 'n': 12}, {'id': \"s'2\", 'needs': ['s1']}], 'result': 's2'}"
    for end in range(len(whole)):
        with pytest.raises(BadAnswerError):
            read(whole[:end], (dict,))


def test_without_the_repair_library_damaged_answers_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repair library is optional; where it is not installed the rest reads on."""
    monkeypatch.setitem(sys.modules, "json_repair", None)
    assert read("{'a': 1}").how == "python"
    with pytest.raises(BadAnswerError):
        read('{"a": 1\n "b": 2}')


def test_scalars_are_read_where_they_are_wanted() -> None:
    """A number or a yes/no may stand alone; true is no number."""
    assert read("42", (int, float)).value == 42
    assert read("true", (bool,)).value is True
    with pytest.raises(BadAnswerError):
        read("true", (int, float))
