"""Content: equal values give equal digests, different values never share one."""

from __future__ import annotations

import collections
import copy
import datetime
import decimal
import enum
import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from value_strategies import NESTED, QUICK, SLOW, assert_same_for_pandas, frames

from nb_orchestra.values import Markdown, column_contents, content

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"], "c": [1.5, float("nan"), 2.5]})


@given(NESTED)
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_copies_of_any_nested_value_have_the_same_content(value):
    """A deep copy of a value has the value's content."""
    assert content(value) is not None
    assert content(copy.deepcopy(value)) == content(value)


@given(frames())
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_copies_of_any_table_have_the_same_content(frame):
    """A deep copy, a slice that was put back and a re-blocked table have the table's content."""
    assert content(frame) is not None
    assert content(frame.copy(deep=True)) == content(frame)
    doubled = pd.concat([frame, frame]).iloc[: len(frame)]
    if list(doubled.dtypes) == list(frame.dtypes) and type(doubled.index) is type(frame.index) and getattr(frame.index, "freq", None) is None:
        assert content(doubled.set_axis(frame.index)) == content(frame)


@given(frames(), frames())
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_tables_of_the_same_content_are_equal_for_pandas(one, other):
    """Where two tables have one content, pandas finds no difference."""
    if content(one) == content(other):
        assert_same_for_pandas(one, other)


def test_values_that_python_calls_equal_but_are_of_different_types_differ():
    """1, 1.0, True, "1", b"1" and their containers are told apart."""
    different = [
        1,
        1.0,
        True,
        "1",
        b"1",
        1 + 0j,
        decimal.Decimal(1),
        np.int64(1),
        np.float64(1),
        np.bool_(True),
        [1],
        (1,),
        {1},
        frozenset({1}),
        {1: 1},
        range(1),
    ]
    different += [
        None,
        "",
        b"",
        [],
        (),
        {},
        set(),
        [[]],
        [None],
        0.0,
        -0.0,
        float("nan"),
        pd.NaT,
        pd.NA,
        np.array(1),
        np.array([1]),
        pd.Series([1]),
        pd.Index([1]),
    ]
    different += [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1), pd.Timestamp(2020, 1, 1), np.datetime64("2020-01-01"), "2020-01-01", Markdown("")]
    digests = [content(value) for value in different]
    assert None not in digests
    assert len(set(digests)) == len(different)


def test_no_two_sequences_run_together():
    """Where one text ends and the next begins is part of the content."""
    different = [["ab", "c"], ["a", "bc"], ["abc"], ["ab", ["c"]], [["ab"], "c"], {"ab": "c"}, {"a": "bc"}, ["a", "b", "c"]]
    assert len({content(value) for value in different}) == len(different)


def test_order_counts_in_lists_and_mappings_but_not_in_sets():
    """A mapping's order is seen by whoever reads it, a set has none."""
    assert content([1, 2]) != content([2, 1])
    assert content({"a": 1, "b": 2}) != content({"b": 2, "a": 1})
    assert content({"q", "w", "e"}) == content({"e", "w", "q"})


def _changed(**changes):
    frame = FRAME.copy()
    for name, value in changes.items():
        setattr(frame, name, value)
    return frame


@pytest.mark.parametrize(
    "other",
    [
        FRAME.iloc[::-1],
        FRAME[["b", "a", "c"]],
        FRAME.rename(columns={"a": "A"}),
        FRAME.iloc[:2],
        FRAME.astype({"a": "int32"}),
        FRAME.astype({"a": "Int64"}),
        FRAME.astype({"a": "float64"}),
        FRAME.astype({"b": "category"}),
        FRAME.astype({"b": object}),
        FRAME.astype({"b": "string"}),
        FRAME.fillna({"c": 0.0}),
        FRAME.fillna({"b": ""}),
        FRAME.set_index("a"),
        FRAME.rename_axis("rows"),
        FRAME.rename_axis("names", axis=1),
        FRAME.set_axis([1, 2, 3]),
        FRAME.set_axis([0.0, 1.0, 2.0]),
        FRAME.assign(a=[1, 2, 4]),
        FRAME.assign(b=["x", "None", "z"]),
        FRAME.assign(c=[1.5, 2.5, float("nan")]),
    ],
)
def test_any_visible_change_of_a_table_changes_its_content(other):
    """Rows, order, names, types, gaps, index and labels each count."""
    assert content(other) not in (None, content(FRAME))


def test_category_levels_and_their_order_count():
    """Two columns that look alike but have other levels, another order of levels, or are ordered, differ."""
    cells = ["a", "b"]
    kinds = [pd.Categorical(cells), pd.Categorical(cells, ["b", "a"]), pd.Categorical(cells, ["a", "b", "c"]), pd.Categorical(cells, ["a", "b"], ordered=True)]
    assert len({content(pd.Series(kind)) for kind in kinds}) == 4


def test_time_zones_count():
    """The same moment in two zones is two contents; so are the two readings of an hour that the clock shows twice."""
    moments = pd.Series(pd.date_range("2020-10-25", periods=3, freq="h", tz="UTC"))
    assert len({content(moments.dt.tz_convert(zone)) for zone in ("UTC", "Europe/Berlin", "Europe/Paris")}) == 3
    twice = datetime.datetime(2020, 10, 25, 2, 30)
    assert content(twice) != content(twice.replace(fold=1))


def test_the_offset_of_a_zone_counts():
    """A zone of pytz has one name in summer and winter; the moment is another."""
    pytz = pytest.importorskip("pytz")
    berlin, noon = pytz.timezone("Europe/Berlin"), datetime.datetime(2020, 7, 1, 12)
    assert content(berlin.localize(noon)) != content(noon.replace(tzinfo=berlin))
    assert content(berlin.localize(noon)) == content(berlin.localize(noon))


def test_none_and_nan_differ_only_where_the_type_tells_them_apart():
    """In an object column None and NaN are two things; a text column of pandas has one kind of gap."""
    assert content(pd.Series(["a", None], dtype=object)) != content(pd.Series(["a", float("nan")], dtype=object))
    assert content(pd.Series(["a", None], dtype="str")) == content(pd.Series(["a", float("nan")], dtype="str"))


def test_what_lies_under_a_gap_does_not_count():
    """Masked columns and NaNs of different bit patterns are equal when a person sees the same."""
    one = pd.array([1, 2, 3], dtype="Int64")
    other = pd.array([1, 9, 3], dtype="Int64")
    one[1] = other[1] = pd.NA
    assert content(pd.Series(one)) == content(pd.Series(other))
    odd_nan = np.array([0x7FF8000000000001, 0xFFF8000000000000], dtype="uint64").view("float64")
    assert content(odd_nan) == content(np.array([np.nan, np.nan]))


def test_memory_layout_does_not_count():
    """Slices, transposed and strided arrays, and chunked Arrow columns have the content of what they show."""
    grid = np.arange(12.0).reshape(3, 4)
    assert content(grid.T) == content(np.ascontiguousarray(grid.T))
    assert content(grid[::2, ::-1]) == content(grid[::2, ::-1].copy())
    texts = pd.Series(["left out", "a", "bb", None, "ccc", "left out"])
    assert content(texts.iloc[1:5].reset_index(drop=True)) == content(pd.Series(["a", "bb", None, "ccc"]))
    halves = pd.concat([texts.iloc[:3], texts.iloc[3:]])
    assert content(halves) == content(pd.Series(list(texts), index=halves.index))
    levels = pd.Series([True, None, False, True], dtype="bool[pyarrow]")
    assert content(levels.iloc[1:].reset_index(drop=True)) == content(pd.Series([None, False, True], dtype="bool[pyarrow]"))


def test_byte_order_counts():
    """Other numbers that happen to lie in memory as the same bytes differ; so do equal numbers of two byte orders, as types."""
    big, small = np.array([256], dtype=">i2"), np.array([1], dtype="<i2")
    assert big.tobytes() == small.tobytes()
    assert content(pd.Series(big)) != content(pd.Series(small))
    assert content(pd.DataFrame({"a": big})) != content(pd.DataFrame({"a": small}))
    assert content(big) != content(small) != content(small.astype(">i2"))


def test_unused_levels_of_an_index_do_not_count():
    """A MultiIndex that was filtered equals one that was made so."""
    frame = pd.DataFrame({"g": ["a", "b", "c"], "h": [1, 2, 3], "v": [1, 2, 3]}).set_index(["g", "h"])
    assert content(frame.iloc[:2]) == content(frame.iloc[:2].reset_index().set_index(["g", "h"]))


def test_only_the_chosen_columns_count():
    """`content(frame, columns)` is `content(frame[columns])`: it follows those columns and the index, and nothing else."""
    assert content(FRAME, ["a", "b"]) == content(FRAME[["a", "b"]])
    assert content(FRAME.assign(c=0), ["a", "b"]) == content(FRAME, ["a", "b"])
    assert content(FRAME.assign(a=0), ["a", "b"]) != content(FRAME, ["a", "b"])
    assert content(FRAME, ["b", "a"]) != content(FRAME, ["a", "b"])
    doubled = pd.DataFrame([[1, 2, 3]], columns=["x", "y", "x"])
    assert content(doubled, ["x"]) == content(doubled[["x"]])
    assert content(FRAME, ["not there"]) is None


def test_column_contents_follow_each_column():
    """One digest per name; only the changed column's digest changes; columns of one name share one."""
    before, after = column_contents(FRAME), column_contents(FRAME.assign(b=["x", None, "y"]))
    assert [name for name in before if before[name] != after[name]] == ["b"]
    doubled = pd.DataFrame([[1, 2]], columns=["x", "x"])
    assert column_contents(doubled).keys() == {"x"}
    assert column_contents(doubled) != column_contents(pd.DataFrame([[1, 3]], columns=["x", "x"]))


class Colour(enum.StrEnum):
    RED = "red"


class Shouting(str):
    __slots__ = ()


class Table(pd.DataFrame):
    pass


class Bomb:
    def __getattribute__(self, name):
        raise RuntimeError("touched")


CYCLE: list = []
CYCLE.append(CYCLE)


UNKNOWN = {
    "an object": object,
    "a function": lambda: len,
    "an enum that is a text": lambda: Colour.RED,
    "a text subclass": lambda: Shouting("a"),
    "a counter": lambda: collections.Counter("a"),
    "an ordered dict": lambda: collections.OrderedDict(a=1),
    "a named tuple": lambda: collections.namedtuple("Point", "x")(1),
    "a table subclass": lambda: Table({"a": [1]}),
    "a masked array": lambda: np.ma.masked_array([1], mask=[True]),
    "an array of records": lambda: np.array([(1, 2.0)], dtype=[("x", "i1"), ("y", "f8")]),
    "long doubles": lambda: np.array([1.0], dtype=np.longdouble),
    "an object far inside": lambda: [1, [2, {"a": object()}]],
    "an object in a cell": lambda: pd.DataFrame({"a": [1, object()]}),
    "an object that raises when looked at": Bomb,
    "a list in itself": lambda: CYCLE,
    "a module": lambda: sys,
    "a class": lambda: int,
    "an iterator": lambda: iter([]),
}


@pytest.mark.parametrize("make", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_cannot_be_named_for_certain_has_no_content(make):
    """Objects of unknown classes, subclasses, cycles and arrays with padding give None, not a guess and not an error."""
    assert content(make()) is None


def test_a_file_is_its_name_and_bytes(tmp_path):
    """A path counts by the file it names: moved to another folder it is the same, changed or renamed it is not; a missing one has no content."""
    one, moved, renamed = tmp_path / "a.csv", tmp_path / "other" / "a.csv", tmp_path / "b.csv"
    moved.parent.mkdir()
    for path in (one, moved, renamed):
        path.write_text("x,y\n1,2\n")
    assert content(one) == content(moved) != content(renamed)
    before = content(one)
    one.write_text("x,y\n1,3\n")
    assert content(one) not in (None, before)
    assert content(tmp_path / "missing.csv") is None
    assert content(tmp_path) is None


def test_content_is_the_same_in_another_process():
    """Digests do not depend on the process, its hash seed or its platform's pickle."""
    code = "import pandas as pd; from nb_orchestra.values import content;"
    code += "print(content({'s': {'q', 'w', 'e'}, 'f': pd.DataFrame({'a': ['x', None], 'b': [1, 2.5]})}))"
    digests = set()
    for seed in ("1", "2"):
        digests.add(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}).stdout)
    here = content({"s": {"q", "w", "e"}, "f": pd.DataFrame({"a": ["x", None], "b": [1, 2.5]})})
    assert digests == {f"{here}\n"}


def test_frozen_and_thawed_data_are_the_same():
    """A read-only view of a dict is that dict."""
    from types import MappingProxyType

    assert content(MappingProxyType({"a": (1, 2)})) == content({"a": (1, 2)})


def test_our_own_frozen_values_count_field_by_field():
    """A prompt's content follows each of its fields."""
    from nb_orchestra.core.prompt import Prompt

    prompts = [Prompt("ask", "1", "why?"), Prompt("ask", "2", "why?"), Prompt("ask", "1", "how?"), Prompt("ask", "1", "why?", effort="hard")]
    assert all(content(one) != content(other) for one, other in itertools.combinations(prompts, 2))
    assert content(Prompt("ask", "1", "why?")) == content(prompts[0])


def test_long_lists_of_numbers_are_told_apart_by_type_and_bits():
    """A list of floats, of whole numbers, of truth values and of both kinds are four contents; zero and minus zero are two; equal gaps are one."""
    floats = [float(number) for number in range(40)]
    others = [list(range(40)), [*floats[:39], 39], [True] * 40, tuple(floats), [-0.0, *floats[1:]], [2**40 + number for number in range(40)]]
    assert len({content(value) for value in [floats, *others]}) == 7
    assert content(floats) == content([float(number) for number in range(40)])
    gap = float("nan")
    assert content([*floats, gap]) == content([*floats, float("nan")]) != content(floats)
    endless = [float("inf"), float("-inf"), *floats]
    assert content(endless) == content(list(endless)) != content([float("-inf"), float("inf"), *floats])
