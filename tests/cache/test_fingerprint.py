"""Fingerprints and their words: what makes two jobs equal, and what changed."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from nb_orchestra.cache import explain, identify, unnameable

PENGUINS = pd.DataFrame({"species": ["Adelie", "Gentoo"], "mass": [3750, 5000]})
PARTS = {"recipe": "group_mean", "code of the recipe": "v1", "input penguins": PENGUINS, "by": ["species"], "question": "why?", "temperature": 0.0}

CHANGES = {
    "recipe": "group_median",
    "code of the recipe": "v2",
    "input penguins": PENGUINS.assign(mass=[3750, 5001]),
    "by": ["species", "mass"],
    "question": "why? ",
    "temperature": 0,
}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_counts(part):
    """A change of any one part gives another key, and the words name that part."""
    now, before = identify(PARTS | {part: CHANGES[part]}), identify(PARTS)
    assert now.key != before.key
    assert explain(now.parts, before.parts) == f"{part} changed"


def test_equal_parts_are_equal_jobs():
    """Copies of the same values, in any order of parts, have the same key."""
    again = {name: PARTS[name] for name in reversed(PARTS)} | {"input penguins": PENGUINS.copy()}
    assert identify(again).key == identify(PARTS).key


def test_the_name_of_a_part_counts():
    """The same value under another name, or one part more, is another job."""
    keys = {identify(parts).key for parts in ({"a": 1}, {"b": 1}, {"a": 1, "b": 1}, {"a": 1, "b": None}, {})}
    assert len(keys) == 5


def test_keys_are_short_plain_and_the_same_in_every_process():
    """A key is 40 hex digits and does not depend on the process."""
    code = "from nb_orchestra.cache import identify; print(identify({'recipe': 'mean', 'by': {'a', 'b', 'c'}}).key)"
    printed = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}).stdout.strip() for seed in "12"
    }
    assert printed == {identify({"recipe": "mean", "by": {"a", "b", "c"}}).key}
    assert len(printed.pop()) == 40


def test_a_job_with_a_part_that_cannot_be_named_has_no_identity():
    """Such a job runs uncached, and the tree can say which part stands in the way."""
    parts = {"recipe": "mean", "input connection": object(), "tool": len}
    assert identify(parts) is None
    assert unnameable(parts) == "input connection, tool"
    assert unnameable({"recipe": "mean"}) == ""


def test_why_in_words():
    """Same, changed, new and gone parts are told in words; without an earlier run it is the first time."""
    now = {"question": "1", "recipe": "2", "input penguins": "3"}
    assert explain(now, now) == "nothing that it depends on changed: question, recipe, input penguins"
    assert explain(now, {**now, "input penguins": "0"}, {"penguins": "penguins (every column)"}) == "input penguins (every column) changed"
    assert explain(now, None) == "first time"
    assert explain(now, {"question": "1", "recipe": "0", "model": "9"}) == "recipe changed, new: input penguins, no longer: model"
