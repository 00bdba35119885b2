"""A bundle holds what a replay needs and what people can read; anything else is refused as a whole."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from nb_orchestra import bundle, orchestrate, recalling, values
from nb_orchestra.bundle import reading, vetting
from nb_orchestra.bundle.packing import as_text, digest, packed, unpacked
from nb_orchestra.errors import BadOptionError, BundleError
from nb_orchestra.running import Run
from nb_orchestra.running.past import rebuilt

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "mass": [3700.0 + i for i in range(60)]})
GOAL = "Compare mass across species in {frame}, and write a brief with a chart."


@pytest.fixture(scope="module")
def run() -> Run:
    """One finished run of a goal."""
    return orchestrate(GOAL, data={"frame": FRAME})


@pytest.fixture(scope="module")
def good(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "brief.zip"
    recalling.export([run], path)
    return path


def test_it_holds_the_plan_the_events_readable_results_and_every_entry(run: Run, good: Path) -> None:
    """A person finds Parquet, Markdown and pictures; a replay finds every result; versions are named."""
    opened = bundle.read_bundle(good)
    names = set(opened.files)
    assert f"runs/{run.id}/plan.json" in names
    assert {name.rpartition(".")[2] for name in names if "/results/" in name} == {"parquet", "md", "svg"}
    assert any(name.endswith(".png") for name in names)
    assert {event.key for event in run.ended().values()} <= set(opened.keys)
    assert opened.manifest["versions"]["pandas"] == pd.__version__
    parquet = next(name for name in names if name.endswith("/mean_mass_by_species.parquet"))
    assert pd.read_parquet(io.BytesIO(opened.files[parquet])).shape == run["mean_mass_by_species"].shape


def test_a_run_comes_out_as_it_went_in(run: Run, good: Path) -> None:
    """Every value has the same content, and the chart in the text is there once."""
    opened = bundle.read_bundle(good)
    store = bundle.BundleStore(opened)
    from nb_orchestra.cache import Memo

    back = rebuilt(opened.events(run.id), Memo(store).found)
    assert back is not None
    assert {id: values.content(result.value) for id, result in back.results.items()} == {id: values.content(result.value) for id, result in run.results.items()}
    assert sum(name.endswith(".png") for name in opened.files) == 1


def test_equal_runs_give_equal_bytes(run: Run, good: Path, tmp_path: Path) -> None:
    """No clock and no order of chance in the file, so a repository sees no change where there is none."""
    recalling.export([run], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == good.read_bytes()


def test_an_entry_in_parts_is_the_same_entry() -> None:
    """Taken apart and put together, an entry is the same bytes."""
    for value in (FRAME, {"a": [1, 2.5, None, float("inf")], "b": b"x" * 100}, "text \udcff"):
        entry = values.encode(value)
        files = unpacked("key", entry)
        assert packed(files["entries/key.json"], files) == entry


def test_a_secret_stops_the_export(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key that stands in a value would leave with the file, so nothing is written."""
    monkeypatch.setenv("SOME_API_KEY", "abcdef-123456-secret")
    held = orchestrate(plan={"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": {"a": "it is abcdef-123456-secret"}}}]})
    with pytest.raises(BadOptionError, match="key or password"):
        recalling.export([held], tmp_path / "leak.zip")
    assert not list(tmp_path.iterdir())


def test_what_a_replay_would_have_to_run_is_named(tmp_path: Path) -> None:
    """A step that is never kept is named, with the reason."""

    def thing() -> object:
        return object()

    held = orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "name": "made", "params": {"tool": "thing"}}]}, tools=[thing])
    assert "cannot be kept" in recalling.export([held], tmp_path / "thing.zip").lacking["made"] or recalling.export([held], tmp_path / "thing.zip").lacking


def changed(good: Path, path: Path, change: Callable[[dict[str, bytes]], None], *, seal: bool = True) -> Path:
    """A bundle with other members; `seal`: its checksums are made to fit, as a hostile writer would."""
    with zipfile.ZipFile(good) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if seal:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {name: digest(data) for name, data in files.items() if name != "manifest.json"}
        manifest["entries"] = sorted(name[8:-5] for name in files if name.startswith("entries/"))
        files["manifest.json"] = as_text(manifest)
    write(path, files)
    return path


def write(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "runs/../../evil.json", "entries/..\\evil.json", "blocks/x.py", "entries/a/b.json", "run.pkl"]
)
def test_a_name_that_leads_elsewhere_is_refused(good: Path, tmp_path: Path, name: str) -> None:
    """Paths that leave the bundle, and files of a kind that it does not have; nothing is written anywhere."""
    hostile = changed(good, tmp_path / "hostile.zip", lambda files: files.update({name: b"{}"}))
    with pytest.raises(BundleError, match="no part of a bundle"):
        bundle.read_bundle(hostile)
    assert list(tmp_path.iterdir()) == [hostile]


def test_a_changed_or_missing_member_is_refused(good: Path, tmp_path: Path) -> None:
    """Every file must have the checksum that the manifest says, and be there."""

    def flip(files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.endswith(".arrow"))
        files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])

    with pytest.raises(BundleError, match="was changed or is missing"):
        bundle.read_bundle(changed(good, tmp_path / "flipped.zip", flip, seal=False))
    with pytest.raises(BundleError, match="was changed or is missing"):
        bundle.read_bundle(
            changed(good, tmp_path / "gone.zip", lambda files: files.pop(next(name for name in files if name.startswith("entries/"))) and None, seal=False)
        )


def test_what_would_unpack_to_too_much_is_refused_before_it_is(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb is known by the sizes that it announces; one that lies about them is cut off."""
    monkeypatch.setattr(reading, "LARGEST_WHOLE", 2_000_000)
    with pytest.raises(BundleError, match="GB unpacked"):
        bundle.read_bundle(changed(good, tmp_path / "bomb.zip", lambda files: files.update({"entries/zeros.json": b"0" * 5_000_000})))
    bomb = changed(good, tmp_path / "liar.zip", lambda files: files.update({"entries/zeros.json": b"0" * 1_000_000}))
    data = bytearray(bomb.read_bytes())
    sizes = (1_000_000).to_bytes(4, "little")
    while sizes in data:
        at = data.index(sizes)
        data[at : at + 4] = (10).to_bytes(4, "little")
    bomb.write_bytes(bytes(data))
    with pytest.raises(BundleError):
        bundle.read_bundle(bomb)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"not a zip", os.urandom(2000)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, data: bytes) -> None:
    """Any other file gives a clear error."""
    (tmp_path / "file.zip").write_bytes(data)
    with pytest.raises(BundleError):
        bundle.read_bundle(tmp_path / "file.zip")
    with pytest.raises(BundleError):
        bundle.read_bundle(tmp_path / "nowhere.zip")


def test_a_broken_manifest_is_refused(good: Path, tmp_path: Path) -> None:
    """Not JSON, of another shape, or of a newer format."""
    for text in (
        b"{",
        b"[]",
        b'{"format": 99, "runs": [], "files": {}, "entries": []}',
        b'{"format": 1, "runs": [{"id": "../x", "goal": "", "name": ""}], "files": {}, "entries": []}',
    ):
        with pytest.raises(BundleError, match="manifest"):
            bundle.read_bundle(changed(good, tmp_path / "m.zip", lambda files, text=text: files.update({"manifest.json": text}), seal=False))


def test_a_small_file_with_a_huge_table_is_refused(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that names one column again and again would fill the memory: another process finds that out, within its limits."""
    frame = pd.DataFrame({"a": range(1_000_000)})
    files = unpacked("huge", bytes(values.encode(frame)))
    head = json.loads(files["entries/huge.json"])
    tag, rows, labels, index, specs, number = head["tree"]
    many = 2_000
    labels = ["steps", [None], 0, many, 1]
    files["entries/huge.json"] = json.dumps({**head, "tree": [tag, rows, labels, index, specs * many, number]}).encode()
    hostile = changed(good, tmp_path / "huge.zip", lambda known: known.update(files))
    opened = bundle.read_bundle(hostile)
    with pytest.raises(BundleError, match="larger than a bundle may hold"):
        vetting.vetted(opened)


def test_an_entry_that_is_no_value_is_refused(good: Path, tmp_path: Path) -> None:
    """Unknown tags and blocks of strange bytes are no values."""
    hostile = changed(good, tmp_path / "odd.zip", lambda files: files.update({"entries/odd.json": b'{"tree": ["pickle", "cos\\nsystem"], "blocks": []}'}))
    with pytest.raises(BundleError, match="no value of ours"):
        vetting.vetted(bundle.read_bundle(hostile))
    assert bundle.vetted(bundle.read_bundle(good)).sha == digest(good.read_bytes())


def test_markup_in_a_bundle_stays_text(good: Path, run: Run, tmp_path: Path) -> None:
    """A goal, a summary or a value with tags in it is shown as text."""

    def soil(files: dict[str, bytes]) -> None:
        name = f"runs/{run.id}/events.jsonl"
        files[name] = files[name].replace(b"Compare mass", b"<script>alert(1)</script>").replace(b"first time", b"<img src=x onerror=alert(1)>")

    opened = bundle.read_bundle(changed(good, tmp_path / "soiled.zip", soil))
    from nb_orchestra import orchestra

    back = rebuilt(opened.events(run.id), lambda keys: {})
    assert back is not None
    shown = orchestra._render(back)["text/html"]
    assert "alert(1)" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_a_part_of_a_table_is_kept_without_the_rows_that_it_hides() -> None:
    """What was filtered away is not in the entry's bytes, so it cannot leave with a bundle."""
    whole = pd.DataFrame({"name": [f"person {number}" for number in range(100)], "n": range(100)})
    for part in (whole.iloc[5:6], whole[whole.n == 5], whole.iloc[5:6].name, whole.iloc[:, :1].iloc[5:6]):
        entry = values.encode(part)
        assert b"person 5" in entry
        assert b"person 7" not in entry
        assert values.encode(values.decode(entry)) == entry
