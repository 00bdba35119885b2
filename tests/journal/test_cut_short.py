"""What is known of a run whose kernel was killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from nb_orchestra import orchestrate, recalling, tool
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
