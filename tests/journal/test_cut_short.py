"""What is known of a run whose kernel was killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from nb_orchestra import orchestra, orchestrate, recalling, tool
from nb_orchestra.journal import read_events
from nb_orchestra.running.past import interrupted, rebuilt

FRAME = pd.DataFrame({"n": [1, 2, 3]})


@tool
def copied(frame: pd.DataFrame, journals: str, to: str) -> int:
    """Takes the journal as a kill would leave it now: this step is under way."""
    for path in Path(journals).glob("*.jsonl"):
        shutil.copy(path, to)
    return len(frame)


def test_a_step_that_was_under_way_knows_its_inputs_by_content(tmp_path: Path) -> None:
    """Killed in its very first step, a run still tells a changed value from an equal one of the same shape, so `resume` does not go on with other data."""
    arguments = {"frame": {"data": "frame"}, "journals": str(tmp_path / "cache" / "runs"), "to": str(tmp_path / "killed.jsonl")}
    step = {"id": "s1", "kind": "call", "name": "rows", "params": {"tool": "copied", "arguments": arguments}}
    orchestrate(plan={"steps": [step]}, data={"frame": FRAME}, tools=[copied], cache_dir=str(tmp_path / "cache"))
    killed = rebuilt(read_events(tmp_path / "killed.jsonl"), lambda keys: {})
    assert killed is not None
    assert interrupted(killed) == ["rows"]
    assert recalling.inputs_differ(killed, {"frame": FRAME.copy()}) == {}
    assert recalling.inputs_differ(killed, {"frame": FRAME + 1}) == {"frame": "changed"}


@tool
def scaled(frame: pd.DataFrame, by: int) -> int:
    """All of it, times `by`."""
    return int(frame.n.sum()) * by


def why(cache: Path, frame: pd.DataFrame, by: int, name: str = "") -> str:
    step = {"id": "s1", "kind": "call", "name": "summed", "params": {"tool": "scaled", "arguments": {"frame": {"data": "frame"}, "by": by}}}
    run = orchestrate(plan={"steps": [step]}, data={"frame": frame}, tools=[scaled], cache_dir=str(cache), name=name or None)
    return run.progress.rows["s1"].why


def test_why_knows_the_last_time_in_other_kernels_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed since the last run of the same work is said, also where that was in a kernel that is gone; another work is no last time."""
    assert why(tmp_path, FRAME, 2) == "first time"
    assert why(tmp_path, FRAME, 3) == "argument by changed"
    monkeypatch.setattr(orchestra, "runs", [])
    assert why(tmp_path, FRAME + 1, 3) == "argument frame changed"
    assert why(tmp_path, FRAME + 2, 3, name="another") == "first time"
