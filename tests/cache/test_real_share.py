"""A real network share, mounted at two places as two machines would: `just share PLACE_ONE PLACE_TWO`. What was tried so stands in ARCHITECTURE.md."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nb_orchestra.cache import network_kind

SHARES = [Path(place) for place in os.environ.get("SHARES", "").split(os.pathsep) if place]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(len(SHARES) != 2, reason="SHARES names no two mounts of one share")]

STEPS = 30
WORK = f"""
import hashlib, json, os, sys
os.environ["NB_ORCHESTRA_CACHE_DIR"] = sys.argv[1]
import numpy as np, pandas as pd
from nb_orchestra import orchestrate, tool
@tool(pure=True)
def table(i: int) -> pd.DataFrame:
    return pd.DataFrame({{"n": np.random.default_rng(i).normal(size=20_000), "t": [f"x{{i}}"] * 20_000}})
steps = [{{"id": f"s{{i}}", "kind": "call", "name": f"t{{i}}", "params": {{"tool": "table", "arguments": {{"i": i}}}}}} for i in range({STEPS})]
run = orchestrate(plan={{"steps": steps}}, data={{}}, tools=[table])
digest = hashlib.sha256("".join(run[f"t{{i}}"].to_csv() for i in range({STEPS})).encode()).hexdigest()
print(json.dumps([run.state, sum(row.cached for row in run.progress.rows.values()), digest, list(run.progress.warnings)]))
"""


@pytest.fixture
def places() -> Iterator[list[Path]]:
    """The same new folder, as each of the two machines sees it."""
    name = f"nb_orchestra-{os.getpid()}"
    yield [share / name for share in SHARES]
    shutil.rmtree(SHARES[0] / name, ignore_errors=True)


@pytest.fixture
def started(tmp_path: Path) -> Callable[[Path], subprocess.Popen[str]]:
    """Starts the work with its cache at a place. From a file: a tool whose source is nowhere has no identity, and nothing of it is kept."""
    script = tmp_path / "work.py"
    script.write_text(WORK)
    return lambda place: subprocess.Popen([sys.executable, str(script), str(place)], stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> Any:
    told, _ = process.communicate(timeout=300)
    return json.loads(told.splitlines()[-1])


def test_machines_share_a_folder_and_lose_nothing(places: list[Path], started: Callable[[Path], subprocess.Popen[str]]) -> None:
    """Six processes on two mounts at once: equal values, no warning; one more on each finds all of it, and no database lies there."""
    assert all(network_kind(share) for share in SHARES)
    told = [ended(process) for process in [started(place) for place in places * 3]]
    assert {(state, digest) for state, _, digest, _ in told} == {("done", told[0][2])}
    assert [warnings for *_, warnings in told if warnings] == []
    for place in places:
        assert ended(started(place))[1:3] == [STEPS, told[0][2]]
    assert not [path for path in places[0].rglob("*") if ".db" in path.suffixes]


def test_a_machine_that_dies_while_it_writes_leaves_nothing_broken(places: list[Path], started: Callable[[Path], subprocess.Popen[str]]) -> None:
    """Killed as soon as some entries are there: the other machine reads those, makes the rest, and warns of nothing."""
    dying = started(places[0])
    while dying.poll() is None and len(list(places[0].glob("results/files/*/*.val"))) < STEPS // 3:
        pass
    dying.kill()
    dying.wait()
    state, cached, _, warnings = ended(started(places[1]))
    assert (state, warnings) == ("done", [])
    assert cached >= STEPS // 3
