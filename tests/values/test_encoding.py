"""Encoding: a value comes back exactly, or is not kept; what was not written by us is refused and runs nothing."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import random
import struct

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_strategies import NESTED, QUICK, SLOW, assert_same_for_pandas, frames

from nb_orchestra.core.pieces import Pieces
from nb_orchestra.values import Markdown, NotKeepableError, content, decode, encode, encoding
from nb_orchestra.values.chart import Chart
from nb_orchestra.values.sameness import same

PENGUINS = pd.DataFrame({"species": pd.Categorical(["Adelie", "Gentoo"] * 5), "mass": [3750.0, float("nan")] * 5, "island": ["Torgersen", None] * 5})


@given(NESTED)
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_any_nested_value_comes_back_the_same(value):
    """Numbers, texts (with lone surrogates), dates and their containers come back with the same type and content."""
    back = decode(encode(value))
    assert type(back) is type(value)
    assert content(back) == content(value)


@given(frames())
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_any_table_comes_back_the_same_for_pandas(frame):
    """Any table that pandas holds passes pandas' own strict comparison when it comes back."""
    back = decode(encode(frame))
    assert_same_for_pandas(back, frame)
    assert content(back) == content(frame)


@given(frames())
@settings(max_examples=40, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_a_large_table_is_kept_in_pieces_that_are_the_same_bytes(frame):
    """What is not copied before it is written is, joined, what a small table would have been; and it is looked at as strictly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "LARGE", 0)
        pieces = encode({"value": frame, "story": {"model": "m"}})
    assert isinstance(pieces, Pieces)
    assert bytes(pieces) == encode({"value": frame, "story": {"model": "m"}})


def test_a_large_table_is_compared_with_what_comes_back():
    """Equal are columns in the same memory, and equal copies; another value, label, type or order is not."""
    frame = pd.DataFrame({"n": np.arange(4), "x": [0.5, float("nan"), 1.0, 2.0], "t": ["a", None, "b", ""], "d": pd.date_range("2024", periods=4, tz="UTC")})
    assert same(frame, frame.copy(deep=False))
    assert same({"value": frame}, {"value": frame.copy()})
    changed = [frame.assign(n=frame.n + 1), frame.assign(x=frame.x.fillna(9)), frame.assign(t=frame.t.fillna("")), frame.rename(columns={"n": "m"})]
    changed += [
        frame[::-1],
        frame.astype({"n": "float"}),
        frame[["x", "n", "t", "d"]],
        frame.set_index("n"),
        frame.assign(d=frame.d.dt.tz_convert("Asia/Tokyo")),
    ]
    assert not any(same(frame, other) or same({"value": frame}, {"value": other}) for other in changed)
    assert not same({"a": frame, "b": 1}, {"b": 1, "a": frame})
    assert not same(object(), object())


def test_rows_that_a_large_table_hides_are_not_written():
    """A part of a long column of texts takes none of the others' texts with it, however little they are."""
    whole = pd.Series(["x" * 40] * 40_000 + ["secret!"], dtype="str")
    for part in (whole[:-1], whole[:-1].to_frame("text")):
        pieces = encode(part)
        assert isinstance(pieces, Pieces)
        assert b"secret!" not in bytes(pieces)


def test_a_table_that_came_back_can_be_changed():
    """Memory that Arrow lent read-only does not reach the person."""
    back = decode(encode(PENGUINS))
    back.loc[0, "mass"] = 1.0
    back.iloc[1, 2] = "Dream"
    assert back.loc[0, "mass"] == 1.0
    array = decode(encode(np.arange(3)))
    array[0] = 9
    assert array.tolist() == [9, 1, 2]


def test_zones_of_pytz_come_back_as_they_are():
    """Columns in a zone of pytz, which pandas 2 makes, keep it."""
    pytz = pytest.importorskip("pytz")
    frame = pd.DataFrame({"at": pd.date_range("2020-06-01", periods=2).tz_localize(pytz.timezone("Europe/Berlin"))})
    back = decode(encode(frame))
    pd.testing.assert_frame_equal(back, frame)
    assert type(back["at"].dt.tz).__module__.startswith("pytz")
    assert decode(encode(datetime.datetime(2020, 1, 1, tzinfo=pytz.utc))).tzinfo is pytz.utc


def test_charts_and_markdown_come_back_whole():
    """A chart keeps its table, spec and both pictures; Markdown keeps its charts by name."""
    chart = Chart(PENGUINS, {"kind": "bar", "x": "species", "marks": [1, 2]}, b"\x89PNG\r\n", "<svg/>")
    text = Markdown("# Mass\n\n[[bars]]\n", {"bars": chart})
    back = decode(encode(text))
    assert type(back) is Markdown
    assert back == text
    assert back.charts["bars"] == chart
    assert (back.charts["bars"].png, back.charts["bars"].svg) == (chart.png, chart.svg)
    assert content(back) == content(text)


def test_equal_values_are_equal_bytes():
    """Encoding is deterministic: the order of a set or the time of day leaves no trace."""
    value = {"t": PENGUINS, "s": {"q", "w", "e", b"x", b"y"}, "n": [1.5, float("inf")]}
    assert encode(value) == encode({"t": PENGUINS.copy(), "s": {b"y", b"x", "e", "w", "q"}, "n": [1.5, float("inf")]})


@pytest.mark.parametrize("value", [object(), [lambda: 1], {"a": np.ma.masked_array([1])}, pd.DataFrame({"a": [object()]}), pd.arrays.SparseArray([0, 1])])
def test_what_would_not_come_back_is_not_kept(value):
    """A value of an unknown class is refused with a reason."""
    with pytest.raises(NotKeepableError, match="kept"):
        encode(value)


def _sealed(tree, *blocks):
    head = json.dumps({"tree": tree, "blocks": [len(block) for block in blocks]}).encode()
    head += b" " * (-(12 + len(head)) % 16)
    return b"NBV1" + struct.pack("<Q", len(head)) + head + b"".join(block + b"\0" * (-len(block) % 16) for block in blocks)


HOSTILE = {
    "nothing": b"",
    "a pickle": b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
    "no head": b"NBV1" + struct.pack("<Q", 10**9),
    "another magic": b"NBV2" + encode(1)[4:],
    "no JSON": b"NBV1" + struct.pack("<Q", 4) + b"{{{{",
    "NaN in JSON": _sealed(1).replace(b"1,", b"NaN,", 1),
    "a bare object": _sealed({"a": 1}),
    "an unknown tag": _sealed(["exec", "1"]),
    "a tag that is no text": _sealed([["list"], 1]),
    "an empty tag": _sealed([]),
    "a tag without its parts": _sealed(["table"]),
    "a block that is not there": _sealed(["bytes", 0]),
    "a negative block": _sealed(["bytes", -1], b"x"),
    "more bytes than blocks": _sealed(1) + b"more",
    "a cut block": _sealed(["bytes", 0], b"0123456789abcdef0")[:-9],
    "an array of objects": _sealed(["array", "|O8", [1], 0], b"\0" * 8),
    "an array larger than its block": _sealed(["array", "<i8", [10**12], 0], b"\0" * 8),
    "an array of a negative shape": _sealed(["array", "<i8", [-1, -1], 0], b"\0" * 8),
    "an array of records": _sealed(["array", "<i4,<i4", [1], 0], b"\0" * 8),
    "an array of empty items": _sealed(["array", "<U0", [10**9], 0], b""),
    "a scalar object": _sealed(["scalar", "|O8", "00" * 8]),
    "a zone outside its folder": _sealed(["datetime", "2020-01-01T00:00:00", 0, "../../../../etc/passwd"]),
    "an absolute zone": _sealed(["datetime", "2020-01-01T00:00:00", 0, "/etc/passwd"]),
    "no Arrow": _sealed(["series", None, ["steps", [None], 0, 1, 1], ["plain", 0, "<i8"], 0], b"not arrow at all"),
    "a list as a key": _sealed(["dict", [[["list", []], 1]]]),
    "a chart of a text": _sealed(["chart", "a", "b", "c", "d"]),
    "very deep": b"NBV1" + struct.pack("<Q", 200_000) + b"[" * 200_000,
    "deep lists": _sealed(None).replace(b"null", b'["list",[' * 900 + b"1" + b"]]" * 900),
    "a number of a million digits": _sealed(None).replace(b"null", b"9" * 1_000_000),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_payload_is_refused(data):
    """Whatever was not written by us raises ValueError, and only that."""
    with pytest.raises(ValueError):  # noqa: PT011  # the contract is the class; the words are for people
        decode(data)


def test_a_table_whose_parts_do_not_fit_is_refused():
    """Lengths, types and counts are compared with what the payload says of itself."""
    good = encode(PENGUINS)
    (size,) = struct.unpack_from("<Q", good, 4)
    head = json.loads(good[12 : 12 + size])
    for change in (
        lambda tree: tree.__setitem__(1, 11),
        lambda tree: tree[4].pop(),
        lambda tree: tree[4][1].__setitem__(2, "<f4"),
        lambda tree: tree[4][1].__setitem__(1, 7),
    ):
        tree = json.loads(json.dumps(head["tree"]))
        change(tree)
        text = json.dumps({"tree": tree, "blocks": head["blocks"]}).encode()
        text += b" " * (-(12 + len(text)) % 16)
        with pytest.raises(ValueError):  # noqa: PT011
            decode(good[:4] + struct.pack("<Q", len(text)) + text + good[12 + size :])


@pytest.mark.parametrize("codec", ["lz4", "zstd", "a dictionary"])
def test_a_compressed_stream_is_refused_before_it_is_unpacked(codec):
    """A few bytes that unpack to gigabytes are a bomb; our own streams are plain."""
    import pyarrow as pa

    table = pa.table({"0": pa.array(["a"] * 100).dictionary_encode() if codec == "a dictionary" else pa.array(np.zeros(1_000_000))})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=None if codec == "a dictionary" else codec)) as stream:
        stream.write_table(table)
    with pytest.raises(ValueError, match="plain"):
        decode(_sealed(["series", None, ["steps", [None], 0, len(table), 1], ["plain", 0, "<f8"], 0], sink.getvalue().to_pybytes()))


@given(st.integers(0, 2**32))
@settings(max_examples=80, deadline=None, phases=QUICK, suppress_health_check=SLOW)
def test_damage_gives_a_value_error_or_a_value(seed):
    """Flipped bytes, cut ends and swapped parts never raise anything but ValueError."""
    chance = random.Random(seed)
    data = bytearray(encode([PENGUINS, datetime.datetime(2020, 1, 1), PENGUINS.set_index("species"), {"a": math.inf}]))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    with contextlib.suppress(ValueError):
        decode(bytes(data))


def test_reading_never_unpickles(tmp_path, monkeypatch):
    """No reader reaches pickle, however the payload names it."""
    import pickle

    monkeypatch.setattr(pickle, "loads", lambda *_: pytest.fail("unpickled"))
    frame = pd.DataFrame({"o": [{"a": [1]}, (1, 2), None]}, index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b"), (2, "c")]))
    pd.testing.assert_frame_equal(decode(encode(frame)), frame)
