"""The `{names}` in a goal: which values it speaks of."""

from __future__ import annotations

import datetime
import types
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.errors import GoalError, UnknownVariableError
from nb_orchestra.planning import frames_in_prose, read_mentions

PENGUINS = pd.DataFrame({"species": ["a"], "body_mass_g": [1.0]})
VARIABLES: dict[str, Any] = {
    "penguins": PENGUINS,
    "n": 3,
    "share": 0.25,
    "topic": "sea ice",
    "letter": "line one\nline two",
    "results": {"a": 1, "frame": PENGUINS, "deep": {"b": "x"}},
    "items": [10, [20, 30]],
    "run": types.SimpleNamespace(value=PENGUINS, plan="p", _secret=1),
    "Out": {3: PENGUINS},
    "day": datetime.date(2024, 2, 29),
    "größe": 7,
    "数": 8,
    "x": 1,
    "scalar": np.float64(2.5),
}


def text(goal: str) -> str:
    return read_mentions(goal, VARIABLES).text


def test_a_variable_is_named_and_its_value_comes_along() -> None:
    """The goal keeps the name, the value rides beside it."""
    mentions = read_mentions("Compare mass in {penguins}", VARIABLES)
    assert mentions.text == "Compare mass in {penguins}"
    assert mentions.data["penguins"] is PENGUINS


def test_a_column_can_be_forced() -> None:
    """`{frame[column]}` names the frame and forces the column; several are collected."""
    mentions = read_mentions("Mean of {penguins[body_mass_g]} by {penguins['species']}", VARIABLES)
    assert mentions.columns == {"penguins": ("body_mass_g", "species")}
    assert mentions.text == "Mean of {penguins[body_mass_g]} by {penguins[species]}"
    assert list(mentions.data) == ["penguins"]


PARTS: list[tuple[str, str, list[str]]] = [
    ("{n} of them", "3 of them", []),
    ("{ n }", "3", []),
    ("{share}", "0.25", []),
    ("{scalar}", "2.5", []),
    ("{topic}", "sea ice", []),
    ("{day}", "2024-02-29", []),
    ("{größe} {数}", "7 8", []),
    ("{letter}", "{letter}", ["letter"]),
    ("{results[a]}", "1", []),
    ("{results['deep'][b]}", "x", []),
    ("{results[frame]}", "{results_frame}", ["results_frame"]),
    ("{items[1][0]}", "20", []),
    ("{items[-1]}", "{items_1}", ["items_1"]),
    ("{run.value}", "{run_value}", ["run_value"]),
    ("{Out[3]}", "{Out_3}", ["Out_3"]),
    ("{penguins} and {penguins}", "{penguins} and {penguins}", ["penguins"]),
]


@pytest.mark.parametrize(("goal", "seen", "names"), PARTS, ids=[part[0] for part in PARTS])
def test_short_values_stand_in_the_goal_and_others_go_by_name(goal: str, seen: str, names: list[str]) -> None:
    """Numbers, dates and short texts are written out; attributes, keys and items can be reached."""
    mentions = read_mentions(goal, VARIABLES)
    assert (mentions.text, list(mentions.data)) == (seen, names)


LITERAL = [
    "the set $\\{x\\}$ and $x_{n}$ stay",
    "$$\\sum_{n}^{x} {n}$$",
    "inline `{n}` code and `{nowhere}`",
    "```python\nprint(f'{n} {nowhere}')\n```",
    "```\n{nowhere} in a fence that is never closed",
    "\\frac{n}{x} and \\mathbf{nowhere}",
    "x_{nowhere} and x^{nowhere}",
    '{"a": 1, "b": {"c": 2}}',
    "{} and { } and {1} and {a b} and {a, b}",
    "lone { and } stay",
    "{if} and {None}",
    "costs $5 for two",
    "\\sqrt[3]{n} and \\section*{topic}",
    "{a: b for a in b}",
    "{f()}",
    "{n!r} {n:>5}",
]


@pytest.mark.parametrize("goal", LITERAL, ids=str)
def test_what_is_literal_stays_as_it_is(goal: str) -> None:
    """LaTeX, code, JSON and whatever is no name is left alone."""
    assert text(goal) == goal


def test_doubled_braces_are_a_literal_brace() -> None:
    """`{{x}}` is the text {x}, whatever x is; what comes out is not read again."""
    assert text("{{x}} and {{nowhere}} and {n}") == "{x} and {nowhere} and 3"


def test_a_price_is_no_formula() -> None:
    """Dollar signs of money do not hide a name."""
    assert text("from $5 to $9 for {n} people") == "from $5 to $9 for 3 people"


def test_values_are_never_read_again() -> None:
    """Braces inside a value stay braces."""
    assert read_mentions("{a} {b}", {"a": "{b}", "b": "{a}", "c": 1}).text == "{b} {a}"


@pytest.mark.parametrize(
    ("goal", "near"),
    [("{penguin}", "penguins"), ("{topics}", "topic"), ("{reslts}", "results"), ("{penguin[body_mass_g]}", "penguins"), ("{reslts.a}", "results")],
)
def test_an_unknown_name_is_an_error_with_near_names(goal: str, near: str) -> None:
    """A bare name that is no variable is a typo more often than not."""
    with pytest.raises(UnknownVariableError, match="is no variable here") as caught:
        text(goal)
    assert near in caught.value.hint


def test_an_unknown_name_with_no_near_one_says_how_to_write_a_brace() -> None:
    """Where nothing is near, the hint shows the literal form."""
    with pytest.raises(UnknownVariableError) as caught:
        text("{zzzqqq}")
    assert "{{zzzqqq}}" in caught.value.hint


def test_an_unknown_column_lists_near_ones() -> None:
    """A forced column must be there."""
    with pytest.raises(UnknownVariableError, match="'body_mass'") as caught:
        text("{penguins[body_mass]}")
    assert "body_mass_g" in caught.value.hint


@pytest.mark.parametrize("goal", ["{results[zzz]}", "{items[9]}", "{run.nothing}", "{run._secret}", "{n.real.__class__}"])
def test_a_part_that_is_not_there_or_hidden_says_so(goal: str) -> None:
    """Keys and attributes must exist, and names that start with _ are never read."""
    with pytest.raises(UnknownVariableError, match="has no part"):
        text(goal)


@pytest.mark.parametrize("goal", ["", "   \n\t ", "\u200b \n"])
def test_an_empty_goal_says_what_to_write(goal: str) -> None:
    """Nothing but space, invisible space too, is no goal."""
    with pytest.raises(GoalError, match="empty"):
        text(goal)


def test_a_huge_goal_says_the_limit() -> None:
    """A megabyte in a goal is refused at once, with the way out."""
    with pytest.raises(GoalError, match=r"1,000,000 characters") as caught:
        text("x" * 1_000_000)
    assert "variable" in caught.value.hint


@pytest.mark.parametrize(
    "goal",
    [
        "Count 🐧 in {penguins} 🧊",
        "قارن {penguins} حسب النوع",
        "\u202eabc {penguins} \u2066x\u2069",
        "naïve ﬁ {penguins}\r\n\ttab",
        "\"quotes\" 'n' {penguins} $HOME %time !ls",
    ],
)
def test_any_script_and_sign_may_surround_a_name(goal: str) -> None:
    """Emoji, right-to-left text, quotes and shell signs pass through as they are."""
    mentions = read_mentions(goal, VARIABLES)
    assert (mentions.text, list(mentions.data)) == (goal, ["penguins"])


pieces = st.sampled_from([*"{}[]().$`_^\\ \nnx1'\"é", "{penguins", "topic", "{{", "}}", "```", "$$", "\\frac", "[species]", ".value"])
signs = st.lists(pieces, max_size=30).map("".join)


@given(signs)
def test_no_goal_makes_the_reading_crash(goal: str) -> None:
    """Whatever the braces do: a reading, or an error for the person; every name in the text has its value."""
    try:
        mentions = read_mentions(goal, VARIABLES)
    except GoalError:
        return
    for name in mentions.data:
        assert f"{{{name}" in mentions.text


@given(st.text(max_size=200))
def test_text_without_braces_is_never_changed(goal: str) -> None:
    """A goal with no braces comes out as it went in."""
    plain = goal.replace("{", "").replace("}", "")
    if plain.strip() and not _only_invisible(plain):
        assert text(plain) == plain


def _only_invisible(plain: str) -> bool:
    return not any(letter.isprintable() and not letter.isspace() for letter in plain)


def test_frames_named_in_prose_are_found_as_words() -> None:
    """A frame may be named without braces; a part of a longer word is no name."""
    frames = {"df": 1, "sales": 2, "df2": 3}
    assert frames_in_prose("compare sales with df2.", frames) == ["sales", "df2"]
    assert frames_in_prose("presales of pdf", frames) == []
