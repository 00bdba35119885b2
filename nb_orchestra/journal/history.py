"""Past runs: what the journals of a folder say, one row per run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nb_orchestra.core.progress import Progress
from nb_orchestra.journal.durable import read_events


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run. `when`: seconds since 1970, UTC; `state` of a run whose kernel was killed: interrupted; `cost`, `saved` in USD, None = unknown."""

    id: str
    goal: str
    name: str
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


def runs(folder: str | Path) -> list[PastRun]:
    """The runs of a folder of journals (*.jsonl), newest first. A file that holds no run is left out."""
    try:
        paths = sorted(Path(folder).glob("*.jsonl"))
    except OSError:
        return []
    found = [run for run in map(_past_run, paths) if run is not None]
    return sorted(found, key=lambda run: run.when, reverse=True)


def progress_of(path: str | Path) -> Progress:
    """Where the run of a journal file stood when its last event was written."""
    return Progress().after(*read_events(path))


def _past_run(path: Path) -> PastRun | None:
    progress = progress_of(path)
    if not progress.run:
        return None
    rows = list(progress.rows.values())
    return PastRun(
        id=progress.run,
        goal=progress.goal,
        name=progress.name,
        when=progress.started,
        state=progress.state if progress.ended else "interrupted",
        steps=len(rows),
        done=sum(row.state == "done" for row in rows),
        cached=sum(row.cached for row in rows),
        tokens=progress.usage.tokens,
        cost=progress.usage.cost,
        saved=sum(row.saved for row in rows),
        seconds=progress.seconds,
        path=path,
    )
