"""What is asked of a value: its kind, shape, description, copy, and whether it keeps a promise."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from value_strategies import NESTED, QUICK, SLOW, frames

from nb_orchestra.core.plan import Output
from nb_orchestra.values import Markdown, check, clean_text, content, describe, kind_of, number_text, preview, shape_of, short, snapshot
from nb_orchestra.values.chart import Chart

ISLANDS = ["Torgersen"] * 5 + ["Biscoe"] * 6
PENGUINS = pd.DataFrame(
    {"island": ISLANDS, "mass": [3000.0, float("nan"), *range(4000, 4009)], "name": [f"penguin {n}" for n in range(11)], "year": [2007] * 11}
)
CHART = Chart(PENGUINS, {"kind": "bar", "title": "Mass <b>"}, b"\x89PNG" + b"\0" * 30, "<svg/>")


class Bomb:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("touched")


KINDS = [
    (None, "nothing"),
    (pd.NaT, "nothing"),
    (pd.NA, "nothing"),
    (True, "boolean"),
    (np.bool_(False), "boolean"),
    (1, "number"),
    (1.5, "number"),
    (decimal.Decimal(1), "number"),
    (np.int8(1), "number"),
    (float("nan"), "number"),
    ("a", "text"),
    (Markdown("a"), "text"),
    (np.str_("a"), "text"),
    (datetime.date(2020, 1, 1), "date"),
    (pd.Timestamp(2020, 1, 1), "date"),
    (np.datetime64("2020"), "date"),
    (PENGUINS, "table"),
    (PENGUINS["mass"], "series"),
    (PENGUINS.columns, "series"),
    (np.arange(3), "array"),
    ([1], "list"),
    ((1,), "list"),
    ({1}, "list"),
    (range(3), "list"),
    ({"a": 1}, "record"),
    (pathlib.Path("x"), "path"),
    (CHART, "figure"),
    (datetime.timedelta(1), "other"),
    (b"a", "other"),
    (object(), "other"),
    (len, "other"),
]


@pytest.mark.parametrize(("value", "kind"), KINDS, ids=lambda item: str(item)[:20])
def test_every_value_has_one_kind(value, kind):
    """The kind is found by type alone; each kind can be told in one line and described at every level."""
    assert kind_of(value) == kind
    assert short(value)
    assert all(describe(value, share) for share in ("schema", "summary", "sample", "full"))
    json.dumps(shape_of(value))


def test_asking_loads_nothing():
    """The room is light: asking for the kind of plain values loads neither pandas nor numpy nor pyarrow."""
    code = "import sys; from nb_orchestra import values; values.kind_of([1]); values.short('a b'); values.content({'a': [1]}); values.describe({'a': 1});"
    code += "print([name for name in ('pandas', 'numpy', 'pyarrow', 'matplotlib', 'nh3', 'markdown_it') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_an_object_that_raises_at_everything_is_still_told():
    """Such a value has a kind, a line and a description; nothing of it is touched."""
    assert (kind_of(Bomb()), short(Bomb()), snapshot({"a": 1})) == ("other", "Bomb", {"a": 1})
    assert "Bomb" in describe(Bomb(), "full")
    assert "Bomb" in preview([Bomb()]).text


@given(NESTED)
@settings(max_examples=100, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_any_value_can_be_shown_and_described(value):
    """No nested value breaks the line, the preview or the description, and none of them holds a character that must not show."""
    shown = preview(value)
    texts = [short(value), shown.short, shown.text, shown.html, *(describe(value, share, "name") for share in ("schema", "summary", "sample", "full"))]
    assert all(text == clean_text(text) for text in texts)
    assert json.loads(json.dumps(shape_of(value))) == shape_of(value)


@given(frames())
@settings(max_examples=100, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_any_table_can_be_shown_described_copied_and_checked(frame):
    """Doubled, mixed and nested labels and cells break nothing; the copy equals the table."""
    shown = preview(frame, rows=3)
    texts = [shown.short, shown.text, shown.html, *(describe(frame, share) for share in ("schema", "summary", "sample", "full"))]
    assert all(text == clean_text(text) for text in texts)
    assert json.loads(json.dumps(shape_of(frame))) == shape_of(frame)
    assert content(snapshot(frame)) == content(frame)
    assert isinstance(check(frame, Output("table", {"a": "number", "b": {"enum": ["x"]}})), list)


def test_the_levels_of_sharing_grow():
    """Schema gives names, types and size; summary counts, gaps, ranges, common levels; only sample and full give rows."""
    schema, summary, sample, full = (describe(PENGUINS, share, "penguins") for share in ("schema", "summary", "sample", "full"))
    assert schema.startswith("penguins: table, 11 rows × 4 columns")
    assert '"mass": number (float64)' in schema
    assert "Biscoe" not in schema
    assert "4008" not in schema
    assert '"Biscoe" (6), "Torgersen" (5)' in summary
    assert "1 missing, 3000 to 4008" in summary
    assert '"year": integer (int64), 2007 to 2007, mean 2007, levels: 2007 (11)' in summary
    assert "11 different values" in summary
    assert "penguin 0" not in summary
    assert "penguin 4" in sample
    assert "penguin 5" not in sample
    assert "penguin 10" in full


def test_rare_levels_are_not_shared_in_a_summary():
    """A level that is seen fewer than five times may point at one person: only the number of levels is told. So with more than 20."""
    rare = pd.DataFrame({"illness": ["flu"] * 9 + ["rare"]})
    many = pd.DataFrame({"town": [f"town {n}" for n in range(21)] * 5})
    assert "rare" not in describe(rare, "summary")
    assert "town 1" not in describe(many, "summary")
    assert "town 1" not in describe({"t": many, "l": ["town 1"], "text": "town 1", "s": many["town"], "a": many["town"].to_numpy()}, "summary")


def test_a_large_table_is_cut_and_says_so():
    """`full` is capped; the text says how much is missing."""
    text = describe(pd.DataFrame({"a": ["x" * 50] * 20_000}), "full")
    assert len(text) < 210_000
    assert "20,000 rows" in text
    assert "cut" in text
    assert "cut" in describe("x" * 300_000, "full")
    assert "more columns" in describe(pd.DataFrame([range(500)]), "schema")


def test_a_long_column_of_many_values_is_not_counted_through():
    """Two million different texts are many; a long column of few levels is counted exactly."""
    text = describe(pd.DataFrame({"id": [f"id {n}" for n in range(60_000)], "group": ["a", "b"] * 30_000, "mean": [1e6 + 0.25] * 60_000}))
    assert '"id": text (str), many different values' in text
    assert '"a" (30,000), "b" (30,000)' in text
    assert "mean 1000000.2" in text


def test_row_labels_are_told():
    """An index that names its rows is part of the description and of the rows."""
    text = describe(PENGUINS.set_index("name"), "sample")
    assert 'row labels: "name"' in text
    assert "penguin 4" in text


def test_an_object_may_describe_itself():
    """`__orchestra_describe__(share)` on the class is asked first; where it fails the value is described as any other."""

    class Sensor:
        def __orchestra_describe__(self, share):
            return f"a sensor, {share}\u202e"

    class Broken(dict):
        def __orchestra_describe__(self, share):
            raise RuntimeError

    assert describe(Sensor(), "sample", "s") == "s: a sensor, sample"
    assert describe(Broken(a=1)).startswith("record, 1")


def test_an_unknown_share_is_refused():
    """A typing error must not share more than was meant."""
    with pytest.raises(ValueError, match="share"):
        describe(1, "everything")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4201.7543, "4,201.8"),
        (0.00012346, "0.0001235"),
        (1234567.891, "1,234,567.9"),
        (344, "344"),
        (-1500, "-1,500"),
        (0.1 + 0.2, "0.3"),
        (0.0, "0"),
        (float("nan"), "missing"),
        (float("inf"), "∞"),
        (-np.inf, "−∞"),
        (1e-9, "1e-09"),
        (1e20, "1e+20"),
        (10**30, "1e+30"),
        (10**400, "a number of 401 digits"),
        (np.float32(1.1), "1.1"),
        (np.uint8(200), "200"),
        (decimal.Decimal("12.50"), "12.5"),
        (decimal.Decimal("1e999"), "1e+999"),
        (decimal.Decimal("sNaN"), "sNaN"),
        (1 + 2j, "(1+2j)"),
        (np.complex64(1j), "1j"),
        (999.96, "1,000"),
    ],
)
def test_numbers_for_people(number, text):
    """Thousands apart, four significant digits below a thousand, words for what is no number."""
    assert number_text(number) == text


def test_clean_text_keeps_what_people_write():
    """Accents, emoji, other scripts, newline and tab stay; control, bidi, zero-width, private and surrogate characters do not."""
    assert clean_text("Größe 😀 שלום\n\tx") == "Größe 😀 שלום\n\tx"
    assert clean_text("a\x00\x1b[31m\u202e\u200b\ue000\ufeff\r\x85b") == "a[31mb"
    assert clean_text("\ud800x") == "\ufffdx"


def test_previews_are_cut_and_say_so():
    """Ten rows, twelve columns (the next are named), eighty characters a cell."""
    shown = preview(pd.DataFrame([["x" * 500] * 30] * 50), rows=10)
    assert shown.short == "50 × 30 table"
    assert "10 of 50 rows · 12 of 30 columns (also 12, 13, 14, 15, 16, 17 and 12 more)" in shown.text
    assert "10 of 50 rows · 12 of 30 columns (also 12, 13, 14, 15, 16, 17 and 12 more)" in shown.html
    assert max(map(len, shown.text.splitlines()[1].split())) == 80
    assert preview(list(range(100))).text.endswith("(10 of 100)")


def test_hostile_cells_and_labels_are_text():
    """Markup in cells, labels, keys, titles and texts is shown, not used; nothing in a preview is active."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    values = [
        pd.DataFrame({evil: [evil, None]}, index=pd.Index([evil, "b"], name=evil)),
        {evil: evil},
        [evil],
        evil,
        Chart(PENGUINS, {"kind": evil, "title": evil}, b"\x89PNG", "<svg/>"),
    ]
    for value in values:
        drawn = preview(value).html
        assert "<script" not in drawn
        assert "<img src=x" not in drawn
        assert "&lt;script&gt;" in drawn


def test_short_lines():
    """One line for each kind, as the tree shows it."""
    assert short(PENGUINS) == "11 × 4 table"
    assert short(CHART) == "chart: bar"
    assert short("one two") == "text, 2 words"
    assert short(4201.75) == "4,201.8"
    assert short([1, 2]) == "list of 2"
    assert short(pd.Timedelta("1h")) == "0 days 01:00:00"


def test_shape_is_names_types_and_levels_but_not_values():
    """More rows of the same columns have the same shape; another name, type or category level has not."""
    frame = PENGUINS.astype({"island": "category"})
    assert shape_of(frame) == shape_of(pd.concat([frame, frame]))
    others = [
        frame.rename(columns={"mass": "weight"}),
        frame.astype({"mass": "float32"}),
        frame.assign(island=pd.Categorical(ISLANDS, ["Biscoe", "Torgersen", "Dream"])),
        frame["mass"],
        {"mass": 1},
    ]
    assert all(shape_of(other) != shape_of(frame) for other in others)


def _mutated(value):
    """Changes every part of a value that can be changed in place."""
    if isinstance(value, pd.DataFrame):
        value.iloc[0, 0] = "changed"
        value["new"] = 1
        for cell in value["cells"]:
            cell.append("changed")
    elif isinstance(value, pd.Series):
        value.iloc[0] = 99
    elif isinstance(value, np.ndarray):
        value[0] = 99
    elif isinstance(value, dict):
        value["new"] = 1
        value["inner"].append(1)
    else:
        value.append(1)
        value[0].append(1)


@pytest.mark.parametrize(
    "make",
    [lambda: pd.DataFrame({"a": ["x", "y"], "cells": [[1], [2]]}), lambda: pd.Series([1, 2]), lambda: np.arange(3), lambda: {"inner": [1]}, lambda: [[1], 2]],
    ids=["table", "series", "array", "record", "list"],
)
def test_what_a_step_does_to_a_snapshot_does_not_reach_the_person(make):
    """Cells, items and columns of a snapshot can be changed; the original stays, and what the person changes later does not reach the snapshot."""
    original, same = make(), make()
    taken = snapshot(original)
    _mutated(taken)
    assert content(original) == content(same)
    taken = snapshot(original)
    _mutated(original)
    assert content(taken) == content(same)


def test_a_snapshot_of_a_large_table_copies_no_column():
    """Under copy-on-write the columns are shared until somebody writes."""
    frame = pd.DataFrame({"a": np.arange(1000)})
    assert np.shares_memory(snapshot(frame)["a"].to_numpy(), frame["a"].to_numpy())


def test_snapshots_of_what_cannot_be_copied_are_the_thing_itself():
    """Connections and generators pass; a list in itself is copied with its knot."""
    generator = (n for n in [1])
    assert snapshot([generator])[0] is generator
    knot: list = []
    knot.append(knot)
    taken = snapshot(knot)
    assert taken is not knot
    assert taken[0] is taken


def test_markdown_can_be_copied():
    """A copy of an answer keeps its charts."""
    text = Markdown("[[c]]", {"c": CHART})
    assert copy.deepcopy(text).charts == copy.copy(text).charts == {"c": CHART}
    with pytest.raises(TypeError):
        text.charts["d"] = CHART
    with pytest.raises(AttributeError):
        text.charts = {}


PROMISES = [
    ("a", Output("text"), None),
    (1, Output("text"), "should be a text and is a number"),
    (None, Output("number"), "is nothing"),
    (True, Output("number"), "is a boolean"),
    (np.float64(1), Output("number"), None),
    (np.arange(3), Output("list"), None),
    (CHART, Output("figure"), None),
    (PENGUINS, Output("record"), "is a table"),
    (object(), Output(), None),
    (PENGUINS, Output("table", {"mass": "number", "island": "text", "year": "integer"}), None),
    (PENGUINS, Output("table", {"year": "number", "name": "any"}), None),
    (PENGUINS, Output("table", {"weight": "number"}), "'weight' is missing; there are 'island', 'mass'"),
    (PENGUINS, Output("table", {"mass": "text"}), "'mass' should be text and is number"),
    (PENGUINS, Output("table", {"island": "number"}), "'island' should be number and is text"),
    (PENGUINS, Output("table", {"mass": "integer"}), None),
    (PENGUINS.assign(mass=0.5), Output("table", {"mass": "integer"}), "should be integer"),
    (PENGUINS.assign(mass=None), Output("table", {"mass": "date"}), None),
    (PENGUINS, Output("table", {"island": {"enum": ["Biscoe", "Torgersen", "Dream"]}}), None),
    (PENGUINS, Output("table", {"island": {"enum": ["Dream"]}}), "holds 'Torgersen', 'Biscoe', allowed: 'Dream'"),
    (pd.DataFrame({"a": [[1]]}), Output("table", {"a": {"enum": [1]}}), "nested"),
    (pd.DataFrame({"d": pd.to_datetime(["2020-01-01"]), "e": [datetime.date(2020, 1, 1)]}), Output("table", {"d": "date", "e": "date"}), None),
    (pd.DataFrame({"b": pd.array([True, None], dtype="boolean"), "c": [True, None]}), Output("table", {"b": "boolean", "c": "boolean"}), None),
    (pd.DataFrame({"b": [1, True]}, dtype=object), Output("table", {"b": "integer"}), "mixed"),
    (pd.DataFrame({"c": pd.Categorical(["a"])}), Output("table", {"c": "text"}), None),
    (pd.DataFrame([[1, 2]], columns=["x", "x"]), Output("table", {"x": "number"}), "2 times"),
    (pd.DataFrame({"a": []}), Output("table", {"a": "text"}), None),
    (PENGUINS["mass"], Output("table", {"mass": "number"}), "is a series"),
    ([1], Output("any", {"mass": "number"}), "should be a table"),
]


@pytest.mark.parametrize(("value", "promise", "complaint"), PROMISES)
def test_promises_are_checked_in_words(value, promise, complaint):
    """A kept promise gives no complaint; a broken one says what is there instead."""
    complaints = check(value, promise)
    assert (complaints == []) if complaint is None else (complaint in " ".join(complaints))
