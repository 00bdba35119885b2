"""What the kernel makes of an outcome that was written to harm it: a Failure, quickly, and nothing is run, followed or swollen."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.sandbox import Limits, folders, jobs, run_code
from nb_orchestra.sandbox.carrying import leave, take
from nb_orchestra.sandbox.columns import read_columns
from nb_orchestra.sandbox.pictures import chart_of, safe_svg
from nb_orchestra.sandbox.starting import Ended

DONE = "open('../ended.json', 'w').write('{\"raised\": null}')\nimport os\n"
END = "\nos._exit(0)"
FORGED = {
    "nothing but an end": "",
    "a corrupt table": "open('../result.json', 'w').write('{\"value\": {\"frame\": 1}}')\nopen('../result.arrow', 'wb').write(b'ARROW1' + b'\\xff' * 999)",
    "a tree of no depth": "open('../result.json', 'w').write('[' * 200_000)\nopen('../result.arrow', 'w')",
    "an empty file": "open('../result.json', 'w')\nopen('../result.arrow', 'w')",
    "a list instead of a mapping": "open('../result.json', 'w').write('[1]')\nopen('../result.arrow', 'w')",
    "an unknown tag": "open('../result.json', 'w').write('{\"value\": {\"pickle\": \"gASV\"}}')\nopen('../result.arrow', 'w')",
    "two tags": "open('../result.json', 'w').write('{\"value\": {\"tuple\": [], \"set\": []}}')\nopen('../result.arrow', 'w')",
    "a number of millions of digits": "open('../result.json', 'w').write('{\"value\": ' + '9' * 5_000_000 + '}')\nopen('../result.arrow', 'w')",
    "a number of millions of other digits": "import json\njson.dump({'value': {'int': 'f' * 8_000_000}}, open('../result.json', 'w'))\nopen('../result.arrow', 'w')",
    "a huge tree": "open('../result.json', 'w').write('[' + '[],' * 10_000_000 + '[]]')\nopen('../result.arrow', 'w')",
    "a huge file of holes": "open('../result.json', 'w').write('{\"value\": 1}')\nos.ftruncate(os.open('../result.arrow', os.O_CREAT | os.O_RDWR), 31 << 20)",
    "a folder as a file": "os.mkdir('../result.json')",
    "a hard link": "open('mine', 'w').write('{\"value\": 1}')\nos.link('mine', '../result.json')\nopen('../result.arrow', 'w')",
    "a status that is none": "open('../ended.json', 'w').write('7')",
    "an error that is none": 'open(\'../ended.json\', \'w\').write(\'{"raised": {"error": [], "message": 1, "trace": null}}\')',
    "a zone that is a path": "import json\nz = {'value': {'timestamp': [0, 'ns', 'dateutil//etc/localtime']}}\n"
    "json.dump(z, open('../result.json', 'w'))\nopen('../result.arrow', 'w')",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_outcome_is_a_failure(how: str, short: Limits) -> None:
    """Code that writes an outcome of its own and ends its process gets a Failure."""
    outcome = run_code(DONE + FORGED[how] + END, limits=short)
    assert isinstance(outcome, Failure), outcome
    assert outcome.error == "OutputError"


def test_a_forged_outcome_of_the_right_form_is_just_a_value(short: Limits) -> None:
    """Code may write what it could have computed; it gains nothing by it."""
    outcome = run_code(DONE + "open('../result.json', 'w').write('{\"value\": [1, 2]}')\nopen('../result.arrow', 'w')" + END, limits=short)
    assert isinstance(outcome, Result)
    assert outcome.value == [1, 2]


def make_link(path: Path) -> None:
    (path.parent / "target").write_text("secret")
    path.symlink_to(path.parent / "target")


def make_hard_link(path: Path) -> None:
    (path.parent / "target").write_text("secret")
    os.link(path.parent / "target", path)


@pytest.mark.parametrize(
    "make", [make_link, make_hard_link, os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.write_bytes(b"x" * 101)]
)
def test_only_plain_files_are_read(make: Any, tmp_path: Path) -> None:
    """A link, a pipe, a device, a folder or a file that is too large is refused, without blocking."""
    make(tmp_path / "file")
    with pytest.raises(ValueError, match=r"plain file|more than"):
        folders.read(tmp_path / "file", 100)


def outcome_of(folder: Path) -> Any:
    return jobs._outcome(folder, Ended(0, "", 0), Limits(), {}, "result", "isolated")


@pytest.mark.parametrize("name", ["ended.json", "result.json", "result.arrow", "printed.txt"])
@pytest.mark.parametrize("make", [make_link, os.mkfifo])
def test_no_file_of_a_job_is_followed(name: str, make: Any, tmp_path: Path) -> None:
    """Whichever of its files is a link or a pipe: the outcome is a Failure, or the file's text is left out."""
    leave(tmp_path, "result", {"value": 1})
    (tmp_path / "ended.json").write_text('{"raised": null}')
    (tmp_path / "printed.txt").write_text("")
    assert outcome_of(tmp_path).value == 1
    (tmp_path / name).unlink()
    make(tmp_path / name)
    outcome = outcome_of(tmp_path)
    assert "secret" not in f"{outcome}"
    assert isinstance(outcome, Failure) or (name, outcome.printed) == ("printed.txt", "")


def stream(array: Any, name: str = "0", metadata: Any = None, **options: Any) -> np.ndarray[Any, Any]:
    schema = pa.schema([pa.field(name, array.type, metadata=metadata)])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_batch(pa.record_batch([array], schema=schema))
    return np.frombuffer(sink.getvalue(), np.uint8)


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_column_that_would_swell_is_refused(compression: str) -> None:
    """A few hundred bytes that unpack to megabytes are refused before they are unpacked."""
    packed = stream(pa.array(np.zeros(1_000_000)), compression=compression)
    assert len(packed) < 100_000
    with pytest.raises(ValueError, match="compressed"):
        list(read_columns(packed))


@pytest.mark.parametrize(
    "array",
    [
        pa.nulls(10),
        pa.array(["a"]).dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays(pa.array([1 << 30], pa.int64()), pa.array([1.0])),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}]),
        pa.array(["a"], pa.string_view()),
        pa.array(["a"], pa.string()),
        pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(["1"])),
    ],
    ids=lambda array: str(array.type)[:20],
)
def test_only_plain_columns_are_read(array: Any) -> None:
    """Columns of any type that can swell, nest or run code are refused."""
    with pytest.raises(ValueError, match=r"plain type|one schema and one batch"):
        list(read_columns(stream(array)))


def test_an_extension_by_name_is_refused() -> None:
    """Also a plain column that only claims to be of an extension type."""
    with pytest.raises(ValueError, match="plain type"):
        list(read_columns(stream(pa.array([1]), metadata={"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": "gASV"})))


def test_offsets_that_lie_are_found() -> None:
    """A text column whose offsets point outside its data is found before anything reads it."""
    data = bytearray(stream(pa.array(["abc", "defg"], pa.large_string())).tobytes())
    place = data.rfind(struct.pack("<q", 7))
    data[place : place + 8] = struct.pack("<q", 1 << 40)
    with pytest.raises(ValueError, match=r"[Oo]ffset|length"):
        list(read_columns(np.frombuffer(data, np.uint8)))


def changed(folder: Path, value: Any, change: Any) -> Any:
    leave(folder, "x", {"value": value})
    tree = json.loads((folder / "x.json").read_text())
    change(tree["value"])
    return take(json.dumps(tree).encode(), np.fromfile(folder / "x.arrow", np.uint8))


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree["frame"].update(rows={"kind": "range", "names": [None], "range": [0, 10**18, 1]}),
        lambda tree: tree["frame"]["columns"][0].update(n=99),
        lambda tree: tree["frame"]["columns"][0].update(n=-1),
        lambda tree: tree["frame"]["columns"][0].update(n=True),
        lambda tree: tree["frame"]["columns"][0].update(dtype="O"),
        lambda tree: tree["frame"]["columns"][0].update(dtype="U1000000000"),
        lambda tree: tree["frame"]["columns"][0].update(dtype="c16"),
        lambda tree: tree["frame"]["columns"][0].update(shape=[10**9]),
        lambda tree: tree["frame"]["columns"][0].update(how="pickle"),
        lambda tree: tree["frame"]["columns"].pop(),
        lambda tree: tree["frame"].update(names=None),
    ],
)
def test_notes_that_lie_are_found(change: Any, tmp_path: Path) -> None:
    """A note that claims other rows, columns, types or shapes than are there raises; it allocates nothing."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        changed(tmp_path, pd.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"]}), change)


def test_a_column_is_taken_once(tmp_path: Path) -> None:
    """A tree of a few bytes that names a large column a thousand times makes no thousand copies."""
    with pytest.raises(ValueError, match="no such column"):
        changed(tmp_path, list(range(2_000)), lambda tree: tree.update(tuple=[{"list": tree.pop("list")}] * 2))


def test_texts_that_would_swell_are_refused(tmp_path: Path) -> None:
    """A text of two letters takes ten bytes in a file and fifty as an object: how many become objects is counted."""
    leave(tmp_path, "x", {"a": ["ab"] * 2_000, "b": pd.Series(["ab"] * 2_000, dtype=object)})
    tree, memory = (tmp_path / "x.json").read_bytes(), np.fromfile(tmp_path / "x.arrow", np.uint8)
    assert len(take(tree, memory, 4_000)["b"]) == 2_000
    with pytest.raises(ValueError, match="cells that are objects"):
        take(tree, memory, 3_999)


def test_more_columns_than_any_table_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each column costs the reader far more than it costs the file."""
    monkeypatch.setattr("nb_orchestra.sandbox.columns._MOST_COLUMNS", 3)
    one = stream(pa.array([1]))
    assert len(list(read_columns(np.tile(one, 2)))) == 2
    with pytest.raises(ValueError, match="more than 3 columns"):
        list(read_columns(np.tile(one, 4)))


def test_an_array_of_nothing_is_no_longer_than_a_table(tmp_path: Path) -> None:
    """An array of no columns takes no byte however long it is; whoever goes through its rows would never end."""
    for array in (np.empty((3, 0)), np.empty((3, 0), object)):
        (tmp_path / "x.arrow").unlink(missing_ok=True)
        with pytest.raises(ValueError, match="shape"):
            changed(tmp_path, array, lambda tree: tree["array"].update(shape=[1 << 40, 0]))


HOSTILE_WORDS = """class E(Exception):
    def __str__(self): return '\\x1b]52;c;AAAA\\x07\\x1b[2J' + 'oops'
E.__name__ = 'E\\x1b[2J'
print('\\x1b]8;;http://evil.example\\x07printed')
raise E()"""


def test_no_word_of_a_job_rules_a_terminal(short: Limits) -> None:
    """Escape sequences (which write the clipboard, clear the screen, forge links) are taken out of what is printed and raised."""
    outcome = run_code(HOSTILE_WORDS, limits=short)
    assert isinstance(outcome, Failure)
    said = outcome.error + outcome.message + outcome.trace + outcome.printed
    assert "oops" in said
    assert not [letter for letter in said if ord(letter) < 32 and letter not in "\n\t"]


@pytest.mark.parametrize("code", ["result = pd.RangeIndex(10**15)", "result = pd.DataFrame(index=range(10**15))", "result = {'a': [pd.RangeIndex(10**12)]}"])
def test_an_index_that_no_memory_holds_is_refused(code: str) -> None:
    """A range is three numbers however long it is; the first who shows it would need petabytes."""
    outcome = run_code(code)
    assert isinstance(outcome, Failure)
    assert "an index of" in outcome.message


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def test_a_picture_too_large_to_show_is_refused() -> None:
    """A picture of billions of dots fits in thirty bytes; its header tells."""
    svg = SVG.format("").encode()
    assert chart_of("", png(100, 100), svg).png
    for bad in (png(60_000, 60_000), png(0, 5), b"GIF89a", b"", png(10, 10)[:20]):
        with pytest.raises(ValueError, match="picture"):
            chart_of("", bad, svg)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<g onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><iframe src='https://evil.example'/></body></foreignObject>",
        '<image href="https://evil.example/x.png"/>',
        '<image xlink:href="https://evil.example/x.png"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA#x"/>',
        '<rect style="fill: url(https://evil.example/x)"/>',
        "<style>@import url(https://evil.example/x.css);</style>",
        "<style>* { background: url('https://evil.example/x') }</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<?xml-stylesheet href='https://evil.example/x.css'?>",
        "<handler xmlns='http://www.w3.org/2001/xml-events'>alert(1)</handler>",
    ],
)
def test_a_drawing_has_nothing_active(hostile: str) -> None:
    """Scripts, handlers, links and outside files are gone from an SVG; shapes stay."""
    safe = safe_svg(SVG.format(hostile + '<path d="M0 0L1 1" style="fill: url(#a)"/>').encode())
    assert not [word for word in ("alert", "evil", "javascript", "script>", "iframe", "svg+xml") if word in safe]
    assert 'd="M0 0L1 1"' in safe
    assert "url(#a)" in safe


@pytest.mark.parametrize(
    ("define", "refer"),
    [
        ('<g id="a{}">{}</g>', '<use xlink:href="#a{}"/>'),
        ('<pattern id="a{}" width="1" height="1">{}</pattern>', '<rect fill="url(#a{})"/>'),
        ('<clipPath id="a{}">{}</clipPath>', "<rect style=\"clip-path: url('#a{}')\"/>"),
        ('<mask id="a{}">{}</mask>', '<path mask="url(#a{})"/>'),
    ],
)
def test_a_drawing_does_not_swell(define: str, refer: str) -> None:
    """Ten copies of ten copies, nine deep, are a billion shapes: what is referred to refers to nothing. One level, as plots have it, stays."""
    levels = '<path id="a0"/>' + "".join(define.format(level, refer.format(level - 1) * 10) for level in range(1, 10))
    safe = safe_svg(SVG.format(levels + refer.format(9)).encode())
    assert safe.count("#a0") == 10
    assert all(f"#a{level}" not in safe for level in range(1, 10))


def test_a_plot_keeps_its_marks_and_clips() -> None:
    """What matplotlib draws refers to paths and to clipping boxes, and looks the same afterwards."""
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4], marker='o')\nplt.bar([1], [2], hatch='/')\nresult = plt.gcf()"
    svg = run_code(code).value.svg  # type: ignore[union-attr]
    assert svg.count("clip-path=") > 1
    assert svg.count("<use ") > 10
    assert "url(#h" in svg
    assert svg.count("href=") == svg.count("<use ")


@pytest.mark.parametrize("bad", [b"", b"<html/>", b"\xff\xfe", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', b"<svg/>"])
def test_what_is_no_drawing_is_refused(bad: bytes) -> None:
    """Other documents, and any with entities, are refused."""
    with pytest.raises(ValueError, match="SVG"):
        safe_svg(bad)
