"""Past runs: what the journals of a folder say, one row per run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nb_orchestra.core.progress import Progress
from nb_orchestra.journal.durable import read_events
from nb_orchestra.journal.holding import is_held

ENDING = ".jsonl"
TAIL = 64 << 10
"""Bytes; what comes after a run's end (names bound, a warning) is shorter."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run. `when`: seconds since 1970, UTC. `state`: as Progress.state; `interrupted` where its kernel was killed, `planned` after `--plan`.
    `cost`, `saved`: USD; `cost` None = unknown."""

    id: str
    goal: str
    name: str
    notebook: str
    when: float
    state: str
    steps: int
    done: int
    cached: int
    tokens: int
    cost: float | None
    saved: float
    seconds: float
    path: Path


def runs(folder: str | Path, most: int = 200) -> list[PastRun]:
    """The `most` newest runs of a folder of journals, newest first. Files that hold no run are left out."""
    files = [(_changed(path), path) for path in Path(folder).glob(f"*{ENDING}")]
    newest = sorted(files, reverse=True)[:most]
    found = [run for run in (_past_run(path) for _, path in newest) if run is not None]
    return sorted(found, key=lambda run: run.when, reverse=True)


def progress_of(path: str | Path) -> Progress:
    """Where the run of a journal file stood at its last event."""
    return Progress().after(*read_events(path))


def newest(folder: str | Path, most: int) -> Iterator[Progress]:
    """Where the `most` newest runs of a folder of journals stand, newest first; what cannot be read is left out."""
    for _, path in sorted(((_changed(path), path) for path in Path(folder).glob(f"*{ENDING}")), reverse=True)[:most]:
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError):  # written by another version of ours
            yield progress_of(path)


def state_of(progress: Progress) -> str:
    """As Progress.state; `planned` where a plan was asked for and nothing was run."""
    looked_at = progress.state == "done" and progress.rows and all(row.state == "waiting" for row in progress.rows.values())
    return "planned" if looked_at else progress.state


def cut_short(folder: str | Path, most: int = 50) -> list[Path]:
    """Of the `most` newest journals those whose run never came to its end and that nobody is writing, newest first. Reads only their last lines."""
    newest = sorted(((_changed(path), path) for path in Path(folder).glob(f"*{ENDING}")), reverse=True)[:most]
    return [path for _, path in newest if not _has_end(path) and not is_held(path)]


def _has_end(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
            return b'"event":"RunEnded"' in file.read(TAIL)
    except OSError:  # removed meanwhile
        return True


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0


def _past_run(path: Path) -> PastRun | None:
    try:
        progress = progress_of(path)
    except (KeyError, TypeError, AttributeError, ValueError):  # written by another version of ours
        return None
    if not progress.run:
        return None
    rows = list(progress.rows.values())
    return PastRun(
        id=progress.run,
        goal=progress.goal,
        name=progress.name,
        notebook=progress.notebook,
        when=progress.started,
        state=state_of(progress) if progress.ended or is_held(path) else "interrupted",
        steps=len(rows),
        done=sum(row.state == "done" for row in rows),
        cached=sum(row.cached for row in rows),
        tokens=progress.usage.tokens,
        cost=progress.usage.cost,
        saved=sum(row.saved for row in rows),
        seconds=progress.seconds,
        path=path,
    )
