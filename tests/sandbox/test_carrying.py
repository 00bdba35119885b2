"""How values travel: what goes in comes out, of the same types, and nothing else does."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import fractions
import math
import zoneinfo
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb_orchestra.sandbox.carrying import leave, take

MANY = 3


def trip(folder: Path, value: Any) -> Any:
    for name in ("x.json", "x.arrow"):
        (folder / name).unlink(missing_ok=True)
    leave(folder, "x", {"value": value})
    return take((folder / "x.json").read_bytes(), np.frombuffer(bytearray((folder / "x.arrow").read_bytes()), np.uint8))["value"]


def everything() -> pd.DataFrame:
    """A table with a column of each kind, a gap in each that can have one."""
    return pd.DataFrame(
        {
            "float": [1.5, np.nan], "int": [1, -2], "small": np.array([1, 2], "u1"), "half": np.array([1, 2], "f2"), "bool": [True, False],
            "complex": [1 + 2j, 3], "text": ["a", None], "mixed": pd.Series([1, "a"], dtype=object), "gaps": pd.Series(["q", np.nan], dtype=object),
            "nones": pd.Series(["q", None], dtype=object), "time": pd.to_datetime(["2020-01-01", None]), "span": pd.to_timedelta([1, None], unit="s"),
            "zoned": pd.to_datetime(["2020-01-01", None]).tz_localize("Europe/Berlin"), "fixed": pd.to_datetime(["2020-01-01T00:00+02:00", None]),
            "Int": pd.array([1, None], dtype="Int64"), "Bool": pd.array([True, None], dtype="boolean"), "String": pd.array(["a", None], dtype="string"),
            "level": pd.Categorical(["u", "v"], categories=["v", "u"], ordered=True), "cut": pd.cut([1, 2], 2), "nested": [[1, 2], {"a": 1.0}],
            "month": pd.period_range("2020-01", periods=2, freq="M"), "dates": [dt.date(2020, 1, 1), None], 3: ["int", "label"],
        }
    )  # fmt: skip


TABLES = {
    "every kind of column": everything(),
    "no rows": everything().iloc[:0],
    "nothing at all": pd.DataFrame(),
    "no columns": pd.DataFrame(index=[1, 2]),
    "levels in the index": everything().set_index(["text", "int"]),
    "levels in the columns": pd.DataFrame({(1, "a"): [1], ("b", 2): [2]}),
    "twice the same name": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "regular dates": pd.DataFrame({"x": range(5)}, index=pd.date_range("2020", periods=5, freq="D", name="t")),
    "every second row": pd.DataFrame({"x": range(5), "s": list("abcde")})[::2],
    "one block": pd.DataFrame(np.random.default_rng(0).random((5, 3))),
    "objects as an index": pd.DataFrame({"a": [1]}, index=pd.Index(["z"], dtype=object)),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    """Columns, types, names, index and order of a table survive the journey."""
    pd.testing.assert_frame_equal(trip(tmp_path, TABLES[name]), TABLES[name], check_freq=True)


VALUES = [
    None, True, 1, 2**70, -(2**63), 1.5, math.inf, "text", "", [1, [2]], (1, 2), {"a": 1, 2: 3, (1, 2): None}, {1, 2}, frozenset([1]), b"x", 1j,
    dt.datetime(2020, 1, 1, 12), dt.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")), dt.date(2020, 1, 1),
    dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
       dt.time(1, 2), dt.timedelta(1, 2, 3), decimal.Decimal("1.20"), fractions.Fraction(1, 3), pd.Timestamp("2020", tz="Europe/Berlin"), pd.Timestamp.max,
    pd.Timestamp("2020-01-01T00:00+02:00"), pd.Timedelta("1s"), pd.Period("2020-01", "M"), pd.Interval(0, 1),
    list(range(2_000)), [0.5] * 2_000, ["a"] * 2_000, [2**70] * 2_000,
    {"dict": [1]}, {"table": "not a tag"},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:40])
def test_a_value_comes_back_as_it_was(value: Any, tmp_path: Path) -> None:
    """Value and type of what is no table survive too."""
    back = trip(tmp_path, value)
    assert back == value
    assert type(back) is type(value)


def test_missing_values_stay_what_they_are(tmp_path: Path) -> None:
    """NaN, NaT and NA are three things."""
    back = trip(tmp_path, [math.nan, pd.NaT, pd.NA])
    assert math.isnan(back[0])
    assert back[1:] == [pd.NaT, pd.NA] or (back[1] is pd.NaT and back[2] is pd.NA)


@pytest.mark.parametrize(
    "array", [np.zeros((2, 3, 4)), np.array(["a", "b"]), np.array([1, "a", None], object), np.array(["2020", "NaT"], "M8[D]"), np.array(5)]
)
def test_an_array_comes_back_as_it_was(array: np.ndarray[Any, Any], tmp_path: Path) -> None:
    """Arrays keep shape and type."""
    back = trip(tmp_path, array)
    np.testing.assert_array_equal(back, array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    """Text that would break UTF-8 comes back with U+FFFD in its place."""
    assert trip(tmp_path, "a\ud800b") == "a\ufffdb"


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary() | st.dates() | st.decimals(allow_nan=False)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=MANY) | st.dictionaries(st.text(max_size=9), inner, max_size=MANY) | st.tuples(inner, inner)
)


@given(trees)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_tree_comes_back(tmp_path: Path, tree: Any) -> None:
    """Any nesting of lists, dicts, tuples and scalars survives."""
    assert trip(tmp_path, tree) == tree


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, 10**9))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_corrupt_file_raises_or_reads(tmp_path: Path, flips: list[tuple[int, int]], cut: int) -> None:
    """Flipped and missing bytes anywhere raise an Exception or give some table; they never crash, hang or give another type."""
    for name in ("x.json", "x.arrow"):
        (tmp_path / name).unlink(missing_ok=True)
    leave(tmp_path, "x", {"value": everything()})
    tree, data = (tmp_path / "x.json").read_bytes(), bytearray((tmp_path / "x.arrow").read_bytes())
    for place, byte in flips:
        data[place % len(data)] = byte
    data = data[: cut % len(data)] if cut % 2 else data
    value: Any = None
    with contextlib.suppress(Exception):
        value = take(tree, np.frombuffer(data, np.uint8))["value"]
    assert value is None or type(value) is pd.DataFrame
