"""Values as people have them in notebooks, and worse: for the property tests of content and encoding."""

from __future__ import annotations

import datetime
import decimal
import zoneinfo

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: a table of any types takes minutes to shrink, and is small anyway."""
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
ZONES = st.sampled_from(
    [zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("America/New_York"), datetime.UTC, datetime.timezone(datetime.timedelta(hours=5, minutes=30))]
)
TEXTS = st.text(max_size=12) | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo"]), max_size=4)
MOMENTS = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    TEXTS,
    st.binary(max_size=20),
    st.decimals(allow_nan=False) | st.just(decimal.Decimal("NaN")),  # pandas cannot even print a signalling NaN
    st.fractions(),
    st.dates(),
    MOMENTS,
    st.datetimes(timezones=ZONES),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.sampled_from([pd.NaT, pd.NA, np.float32(1.5), np.int8(3), np.bool_(True), np.datetime64("2020-01-01", "D"), np.str_("x")]),
    st.builds(pd.Timestamp, MOMENTS),
    st.builds(pd.Timedelta, st.integers(-(10**15), 10**15), st.just("ns")),
    st.builds(lambda moment: pd.Period(moment, freq="M"), MOMENTS),
)
KEYS = st.none() | st.booleans() | st.integers() | TEXTS | st.dates()
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=4),
        st.frozensets(KEYS, max_size=4),
    ),
    max_leaves=12,
)


def _gaps(items: st.SearchStrategy, gap: object) -> st.SearchStrategy:
    return items | st.just(gap)


def _cells(size: int) -> st.SearchStrategy:
    """A column of `size` cells, of any type that pandas has."""

    def many(items: st.SearchStrategy, build: object) -> st.SearchStrategy:
        return st.lists(items, min_size=size, max_size=size).map(build)

    numbers = st.integers(-100, 100)
    return st.one_of(
        many(st.integers(-(2**63), 2**63 - 1), lambda cells: pd.array(np.array(cells, dtype="int64"))),
        many(st.integers(0, 255), lambda cells: pd.Series(np.array(cells, dtype="uint8")).array),
        many(st.floats(), lambda cells: pd.Series(np.array(cells, dtype="float64")).array),
        many(st.floats(width=32), lambda cells: pd.Series(np.array(cells, dtype="float32")).array),
        many(st.floats(width=16), lambda cells: pd.Series(np.array(cells, dtype="float16")).array),
        many(st.complex_numbers(), lambda cells: pd.Series(np.array(cells, dtype="complex128")).array),
        many(st.booleans(), lambda cells: pd.Series(np.array(cells, dtype=bool)).array),
        many(st.integers(-(2**15), 2**15 - 1), lambda cells: pd.Series(np.array(cells, dtype=">i2")).array),
        many(_gaps(numbers, pd.NA), lambda cells: pd.array(cells, dtype="Int32")),
        many(_gaps(st.booleans(), pd.NA), lambda cells: pd.array(cells, dtype="boolean")),
        many(_gaps(st.floats(allow_nan=False), pd.NA), lambda cells: pd.array(cells, dtype="Float64")),
        many(_gaps(st.text(max_size=8), None), lambda cells: pd.array(cells, dtype="str")),
        many(_gaps(st.text(max_size=8), pd.NA), lambda cells: pd.array(cells, dtype="string")),
        many(_gaps(st.text(max_size=8), pd.NA), lambda cells: pd.array(cells, dtype="string[python]")),
        many(_gaps(st.text(max_size=8), None), lambda cells: pd.Series(cells, dtype=object).array),
        many(_gaps(st.text(max_size=8), float("nan")), lambda cells: pd.Series(cells, dtype=object).array),
        many(NESTED, lambda cells: pd.Series(_objects(cells), dtype=object).array),
        many(_gaps(st.sampled_from("abc"), None), lambda cells: pd.Categorical(cells, categories=["c", "a", "b"])),
        many(_gaps(st.sampled_from([3, 1, 2]), None), lambda cells: pd.Categorical(cells, categories=[1, 2, 3], ordered=True)),
        many(_gaps(MOMENTS, pd.NaT), lambda cells: pd.array(cells, dtype="datetime64[us]")),
        many(_gaps(MOMENTS, pd.NaT), lambda cells: pd.Series(cells, dtype="datetime64[us]").dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin").array),
        many(_gaps(st.integers(-(10**12), 10**12), None), lambda cells: pd.array(cells, dtype="timedelta64[s]")),
        many(_gaps(MOMENTS, pd.NaT), lambda cells: pd.PeriodIndex(cells, freq="D").array),
        many(numbers, lambda cells: pd.arrays.IntervalArray.from_arrays(np.array(cells, dtype="int64"), np.array(cells, dtype="int64") + 1, "left")),
        many(_gaps(numbers, None), lambda cells: pd.array(cells, dtype="int64[pyarrow]")),
        many(_gaps(st.text(max_size=8), None), lambda cells: pd.array(cells, dtype="string[pyarrow]")),
    )


def _objects(items: list[object]) -> np.ndarray:
    cells = np.empty(len(items), dtype=object)
    for position, item in enumerate(items):
        cells[position] = item
    return cells


LABELS = st.one_of(st.text(max_size=6), st.integers(0, 5), st.none(), st.tuples(st.text(max_size=3), st.integers(0, 3)), st.dates())


def _indexes(size: int) -> st.SearchStrategy:
    return st.one_of(
        st.builds(lambda start, step: pd.RangeIndex(start, start + size * step, step), st.integers(-5, 5), st.integers(1, 3)),
        _cells(size).filter(_hashable).map(lambda cells: pd.Index(cells)),
        st.builds(lambda name: pd.date_range("2020-01-01", periods=size, freq="D", name=name), st.none() | st.text(max_size=3)),
        st.builds(lambda a, b: pd.MultiIndex.from_arrays([a, b], names=["x", None]), _cells(size).filter(_hashable), _cells(size).filter(_hashable))
        if size
        else st.nothing(),
    )


def _hashable(cells: object) -> bool:
    try:
        plain = getattr(cells.dtype, "numpy_dtype", None)
        unfit = plain is not None and (plain == "float16" or not plain.isnative)  # pandas has no index of these
        return not unfit and all(hash(cell) or True for cell in cells)
    except TypeError:
        return False


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Up to 6 rows and 5 columns of any types; labels may be doubled, mixed or tuples; any index."""
    rows, width = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    index = draw(_indexes(rows))
    frame = pd.DataFrame(
        {position: pd.Series(cells, dtype=cells.dtype, index=index) for position in range(width) for cells in [draw(_cells(rows))]}, index=index
    )
    labels = draw(st.lists(LABELS, min_size=width, max_size=width))
    named = draw(st.none() | st.text(max_size=3))
    frame.columns = (
        pd.Index(_objects(labels), dtype=object, tupleize_cols=False, name=named)
        if draw(st.booleans())
        else pd.Index([str(label) for label in labels], name=named)
    )
    return frame


def assert_same_for_pandas(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """pandas' strict comparison; where it cannot compare the cells at all (sets in dicts), types and labels are compared."""
    try:
        pd.testing.assert_frame_equal(left, right)
    except (TypeError, ValueError, decimal.InvalidOperation):
        assert list(left.dtypes) == list(right.dtypes)
        assert left.shape == right.shape
