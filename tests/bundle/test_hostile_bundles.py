"""Bundles that somebody made to hurt: each is refused with a BundleError that names the file, or is data and nothing else. None writes or runs anything."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from nb_orchestra import bundle, orchestrate, recalling, values
from nb_orchestra.bundle.packing import as_text, digest, unpacked
from nb_orchestra.errors import BundleError
from nb_orchestra.running.past import rebuilt

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A good bundle's members."""
    run = orchestrate(plan={"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": {"a": 1, "b": "text"}}}]}, name="small")
    path = tmp_path_factory.mktemp("good") / "good.zip"
    recalling.export([run], path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed(files: Files) -> Files:
    """With a manifest that fits, as a hostile writer would make it."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: digest(data) for name, data in files.items() if name != "manifest.json"}
    manifest["entries"] = sorted(name[8:-5] for name in files if name.startswith("entries/"))
    return {**files, "manifest.json": as_text(manifest)}


def written(files: Files, **named: Any) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", named.get("kind", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def entry(tree: Any, *blocks: bytes) -> Callable[[Files], bytes]:
    """One more entry, whose tree and blocks are these."""

    def make(files: Files) -> bytes:
        paths = [f"blocks/{digest(block)[:40]}.bin" for block in blocks]
        text = tree if isinstance(tree, bytes) else json.dumps({"tree": tree, "blocks": paths}).encode()
        return written(sealed({**files, "entries/odd.json": text, **dict(zip(paths, blocks, strict=True))}))

    return make


def member(name: str, data: bytes = b"{}") -> Callable[[Files], bytes]:
    return lambda files: written(sealed({**files, name: data}))


def manifest(change: Callable[[Any], Any]) -> Callable[[Files], bytes]:
    def make(files: Files) -> bytes:
        data = json.loads(files["manifest.json"])
        changed = change(data)
        return written({**files, "manifest.json": json.dumps(data if changed is None else changed).encode()})

    return make


def symlink(files: Files) -> bytes:
    memory = io.BytesIO(written(files))
    with zipfile.ZipFile(memory, "a") as archive:
        link = zipfile.ZipInfo("entries/link.json")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return memory.getvalue()


def twice(files: Files) -> bytes:
    memory = io.BytesIO(written(sealed(files)))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(memory, "a") as archive:
        archive.writestr("manifest.json", b"{}")
    return memory.getvalue()


def flagged(files: Files) -> bytes:
    """The bit that says: encrypted."""
    data = bytearray(written(sealed(files)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def nested(files: Files) -> bytes:
    """A bundle within a bundle, as a block: bytes, never opened."""
    inner = written(files)
    return entry(["bytes", 0], inner)(files)


def not_utf8(files: Files) -> bytes:
    return written(sealed({**files, "entries/abc.json": b"{}"})).replace(b"entries/abc.json", b"entries/a\xffc.json")


def compressed_arrow(files: Files) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"0": pa.array([0.0] * 1_000_000)})
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    return entry(["series", None, ["steps", [None], 0, 1_000_000, 1], ["plain", 0, "<f8"], 0], sink.getvalue().to_pybytes())(files)


def torn_offsets(files: Files) -> bytes:
    """Texts whose offsets lead out of their memory."""
    whole = values.encode(pd.Series(["aaaa", "bbbb", "cccc"], dtype="str"))
    assert isinstance(whole, bytes)
    parts = unpacked("torn", whole)
    block = next(name for name in parts if name.startswith("blocks/"))
    broken = parts[block].replace((8).to_bytes(8, "little") + (12).to_bytes(8, "little"), (1 << 40).to_bytes(8, "little") + (12).to_bytes(8, "little"))
    assert broken != parts[block]
    path = f"blocks/{digest(broken)[:40]}.arrow"
    return written(sealed({**files, "entries/torn.json": parts["entries/torn.json"].replace(block.encode(), path.encode()), path: broken}))


REFUSED: dict[str, Callable[[Files], bytes]] = {
    "a path that leads out": member("../evil.json"),
    "an absolute path": member("/etc/cron.d/evil"),
    "a Windows path": member("C:\\evil.json"),
    "a path through a run": member("runs/x/../../../evil.json"),
    "code": member("runs/x/run.py"),
    "a pickle": member("entries/x.pkl"),
    "a link": symlink,
    "a name twice": twice,
    "a name that is not UTF-8": not_utf8,
    "a name with a line break": member("entries/a\nb.json"),
    "the flag of encryption": flagged,
    "another compression": lambda files: written(sealed(files), kind=zipfile.ZIP_LZMA),
    "cut in the middle": lambda files: written(sealed(files))[:-60],
    "wrong checksums": lambda files: written({**files, next(name for name in files if name.startswith("entries/")): b"{}"}),
    "JSON a hundred thousand deep": entry(b"[" * 100_000 + b"]" * 100_000),
    "NaN in JSON": entry(b'{"tree": NaN, "blocks": []}'),
    "Infinity in JSON": entry(b'{"tree": ["list", [Infinity]], "blocks": []}'),
    "an unknown tag": entry(["python", "__import__('os').system('id')"]),
    "a block that is not there": entry(["bytes", 7]),
    "Parquet for Arrow": entry(["series", None, ["steps", [None], 0, 1, 1], ["plain", 0, "<f8"], 0], b"PAR1" + bytes(100) + b"PAR1"),
    "compressed Arrow": compressed_arrow,
    "offsets that lead out": torn_offsets,
    "an array of a terabyte": entry(["array", "<i8", [10**12], 0], b"\0" * 8),
    "an index of a trillion rows": entry(["series", None, ["steps", [None], 0, 10**12, 1], ["cells", None, []], None]),
    "a manifest that is a list": manifest(lambda data: [data]),
    "a manifest of tomorrow": manifest(lambda data: data.update(format=99)),
    "a run whose id is a path": manifest(lambda data: data["runs"][0].update(id="../../x")),
    "a key that is a path": manifest(lambda data: data.update(entries=["../x"])),
    "an entry that is missing": manifest(lambda data: data["entries"].append("missing")),
    "a manifest of deep lists": lambda files: written({**files, "manifest.json": b"[" * 100_000}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_made_to_hurt_is_refused_as_a_whole(name: str, files: Files, tmp_path: Path) -> None:
    """Before anything of it is used, nothing else is on disk. (What only shows when an entry is decoded is found in the process that looks through it.)"""
    path = tmp_path / "hostile.zip"
    path.write_bytes(REFUSED[name](files))
    with pytest.raises((BundleError, ValueError)) as caught:
        everything(bundle.read_bundle(path))
    assert "hostile.zip" in getattr(caught.value, "message", "hostile.zip")
    assert os.listdir(tmp_path) == ["hostile.zip"]


def everything(opened: bundle.Bundle) -> dict[str, Any]:
    """Every entry, decoded as vetting does it."""
    return {key: values.decode(opened.entry(key)) for key in opened.keys}


def test_a_bundle_in_a_bundle_is_bytes(files: Files, tmp_path: Path) -> None:
    """Never opened, only kept."""
    (tmp_path / "nested.zip").write_bytes(nested(files))
    assert everything(bundle.read_bundle(tmp_path / "nested.zip"))["odd"].startswith(b"PK")


EVENTS: dict[str, bytes] = {
    "a kind with no fields": b'{"event": "RunStarted"}',
    "deep lists": b"[" * 100_000,
    "a list": b"[1]",
    "steps in YAML's tricks": b'{"event": "PlanMade", "plan": {"steps": "!!python/object/apply:os.system [id]"}, "at": 1}',
    "no plan": b'{"event": "PlanMade", "plan": {}, "at": 1}',
    "a step that is a mapping": b'{"event": "JobEnded", "step": {"a": 1}, "state": "done", "at": 1, "seconds": 0}',
    "a time that is none": b'{"event": "RunEnded", "state": "done", "at": 1e999}',
    "a time after all calendars": b'{"event": "RunEnded", "state": "done", "at": 1e15}',
    "a text for a number": b'{"event": "JobEnded", "step": "s1", "state": "done", "at": 1, "seconds": "<img src=x>"}',
}


def with_event(files: Files, line: bytes, path: Path) -> Path:
    events = next(name for name in files if name.endswith("events.jsonl"))
    path.write_bytes(written(sealed({**files, events: files[events] + line + b"\n"})))
    return path


@pytest.mark.parametrize("name", EVENTS)
def test_events_made_to_hurt_are_refused(name: str, files: Files, tmp_path: Path) -> None:
    """A line that this version knows and that holds anything else is no event: the bundle is not used."""
    with pytest.raises(BundleError, match="hostile"):
        bundle.read_bundle(with_event(files, EVENTS[name], tmp_path / "hostile.zip"))


def test_events_of_a_newer_version_and_foreign_errors_do_no_harm(files: Files, tmp_path: Path) -> None:
    """An unknown kind is left out; an error's name brings in no class but ours."""
    opened = bundle.read_bundle(with_event(files, b'{"event": "__class__", "x": 1}', tmp_path / "newer.zip"))
    assert len(opened.events(opened.runs[0]["id"])) > 3
    line = b'{"event": "RunEnded", "state": "failed", "at": 1, "error": "SystemExit", "message": "x"}'
    opened = bundle.read_bundle(with_event(files, line, tmp_path / "exit.zip"))
    run = rebuilt(opened.events(opened.runs[0]["id"]), lambda keys: {})
    assert run is not None
    assert type(run.error).__module__ == "nb_orchestra.errors"
