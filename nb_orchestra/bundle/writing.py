"""Runs → one file. What goes in: each run's plan, events and readable results, and every entry of the cache that a replay will look up.

No keys (events pass the same redaction as the journal, and a secret of this environment anywhere else stops the export) and no pickle.
Equal runs give equal bytes: no clock, a fixed order, fixed dates inside the archive.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_orchestra import __version__, values
from nb_orchestra.bundle.packing import as_text, digest, unpacked
from nb_orchestra.bundle.readable import readable
from nb_orchestra.core.events import JobEnded, JobStarted, PlanMade, as_data
from nb_orchestra.core.frozen import thaw
from nb_orchestra.errors import BadOptionError
from nb_orchestra.protocols import Data
from nb_orchestra.running import Run
from nb_orchestra.running.identity import OTHER, question_key
from nb_orchestra.running.one_step import PARTIAL

FORMAT = 1
PACKAGES = ("pandas", "numpy", "pyarrow", "scipy", "matplotlib", "scikit-learn", "litellm")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
SEARCHED = (".json", ".jsonl", ".md")
"""Files of a bundle in which a secret could stand as text."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: `bytes` on disk, `entries` of the cache, and the names of steps whose value a replay will not find, with the reason."""

    path: Path
    bytes: int
    entries: int
    lacking: Mapping[str, str]


def write_bundle(path: Path, runs: Sequence[Run], read: Callable[[Sequence[str]], Mapping[str, Data]], redact: Callable[[str], str]) -> Written:
    """Writes `runs` to `path`, whole or not at all. `read`: keys → entries of the cache.

    BadOptionError where a secret would leave; OSError where the disk says no.
    """
    files: dict[str, bytes] = {}
    lacking: dict[str, str] = {}
    entries = read([key for run in runs for key in keys_of(run)])
    for key, entry in sorted(entries.items()):
        files |= unpacked(key, entry)
    for run in runs:
        files |= _files_of(run, redact)
        lacking |= _lacking(run, entries)
    _refuse_secrets(files, redact)
    manifest = {
        "format": FORMAT,
        "runs": [_told(run) for run in runs],
        "versions": versions(),
        "entries": sorted(entries),
        "files": {name: digest(data) for name, data in sorted(files.items())},
    }
    _save(path, {"manifest.json": as_text(manifest), **dict(sorted(files.items()))})
    return Written(path, path.stat().st_size, len(entries), lacking)


def keys_of(run: Run) -> list[str]:
    """Every entry that a replay of this run looks up: plan, answers by question, results."""
    records = [key for event in run.events if isinstance(event, PlanMade) for key in event.keys if key]
    done = [event for event in run.ended().values() if event.state == "done" and event.key]
    questions = [question_key(event.parts) for event in done]
    results = [key for event in done for key in (event.key, f"{event.key}{PARTIAL}", f"{event.key}{OTHER}")]
    return list(dict.fromkeys([*(f"record-{key}" for key in [*records, *questions] if key), *results]))


def versions() -> dict[str, str]:
    """What made the results: Python, this package, and those that compute."""
    found = {"python": platform.python_version(), "nb_orchestra": __version__, "system": sys.platform}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _files_of(run: Run, redact: Callable[[str], str]) -> dict[str, bytes]:
    at = f"runs/{run.id}"
    lines = [as_text(each_text(as_data(event), redact)).replace(b"\n", b"").strip() for event in run.events]
    files = {f"{at}/events.jsonl": b"\n".join(lines) + b"\n"}
    if run.plan is not None:
        files[f"{at}/plan.json"] = as_text(each_text(run.plan.as_data(), redact))
    for id, result in run.results.items():
        files |= {f"{at}/results/{_file_name(run, id)}.{ending}": data for ending, data in readable(result.value).items()}
    return files


def _file_name(run: Run, id: str) -> str:
    """The step's name; one that a person gave may hold other letters than a path should."""
    name = run.plan[id].name if run.plan is not None else id
    return name if name.isascii() and name.isidentifier() and name == name.lower() else f"step_{digest(name.encode())[:8]}"


def _told(run: Run) -> dict[str, Any]:
    now = run.progress
    models = {row.name: row.model for row in now.rows.values() if row.model}
    asked = {now.rows[event.step].name: event.model for event in run.events if isinstance(event, JobStarted) and event.model and event.step in now.rows}
    prompts = {row.name: f"{row.kind} {row.parts['wording of the prompt']}" for row in now.rows.values() if "wording of the prompt" in row.parts}
    told = {"id": run.id, "goal": now.goal, "name": run.name, "when": now.started, "state": now.state, "planner": now.planner}
    return told | {"models": models, "asked": asked, "prompts": prompts, "options": thaw(_options(run)), "data": _data(run)}


def _options(run: Run) -> Mapping[str, Any]:
    return next((event.options for event in run.events if hasattr(event, "options")), {})


def _data(run: Run) -> dict[str, str]:
    return {name: values.short(value) for name, value in run.goal.data.items()}


def _lacking(run: Run, entries: Mapping[str, Data]) -> dict[str, str]:
    """Steps that a replay would have to run, and why."""
    told: dict[str, str] = {}
    for row in run.progress.rows.values():
        event = run.ended().get(row.id)
        if not isinstance(event, JobEnded) or event.state != "done":
            told[row.name] = row.state
        elif not event.key:
            told[row.name] = event.why or "it is never kept"
        elif not any(f"{event.key}{ending}" in entries for ending in ("", PARTIAL, OTHER)):
            told[row.name] = "its value is not kept (any more)"
    return told


def each_text(data: Any, change: Callable[[str], str]) -> Any:
    """JSON data with every text changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {change(key): each_text(item, change) for key, item in data.items()}
    return [each_text(item, change) for item in data] if isinstance(data, list) else data


def _refuse_secrets(files: Mapping[str, bytes], redact: Callable[[str], str]) -> None:
    for name, data in files.items():
        text = data.decode("utf-8", "replace") if name.endswith(SEARCHED) else ""
        if text and redact(text) != text:
            raise BadOptionError(
                f"{name} holds what looks like a key or password", hint="a bundle is made to be shared: take the secret out of the data or the goal first"
            )


def _save(path: Path, files: Iterable[tuple[str, bytes]] | Mapping[str, bytes]) -> None:
    """By a temporary file beside it, so that a full disk leaves the old bundle."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for member, data in dict(files).items():
                about = zipfile.ZipInfo(member, LONG_AGO)
                about.external_attr, about.create_system = 0o600 << 16, 3
                about.compress_type = zipfile.ZIP_STORED if member.endswith((".png", ".parquet")) else zipfile.ZIP_DEFLATED
                archive.writestr(about, data)
        os.replace(name, path)
    except BaseException:
        if os.path.lexists(name):
            os.unlink(name)
        raise
