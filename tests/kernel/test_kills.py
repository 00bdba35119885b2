"""Killed at any moment, a run loses no finished step and repeats no finished call. `just test-slow`; REPEATS=200 for the full figure.

Each child is a fork of a process that has everything loaded, so that a kill costs a tenth of a second and not a kernel's start; the
points between cache, journal, variable and view are each hit once, the last two in a real kernel.
"""

from __future__ import annotations

import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from nb_orchestra.core.events import JobEnded
from nb_orchestra.journal import read_events
from tests.kernel.conftest import PENGUINS

REPEATS = int(os.environ.get("REPEATS", "60"))
STEPS = 12

CHILDREN = '''
import os, random, sys, time
import pandas as pd, pyarrow, diskcache
from nb_orchestra import orchestrate, orchestra, tool
from nb_orchestra.cache import memo, safe_disk, shelf
from nb_orchestra.journal import durable

@tool
def work(folder: str, name: str, after: list) -> pd.DataFrame:
    with open(f"{folder}/{name}", "a") as file:
        file.write("x")
    time.sleep(random.random() * 0.02)
    return pd.DataFrame({"name": [name] * 3000, "text": [f"{name} {i}" for i in range(3000)]})

def plan(folder, steps):
    made = []
    for number in range(steps):
        needs = [f"s{below}" for below in range(max(0, number - 2), number) if number % 3]
        arguments = {"folder": folder, "name": f"n{number}", "after": [{"from": need, "row": 0, "column": "name"} for need in needs]}
        made.append({"id": f"s{number}", "kind": "call", "name": f"step_{number}", "params": {"tool": "work", "arguments": arguments}})
    return {"steps": made, "result": [f"s{steps - 1}"]}

def after(owner, name):
    """The process dies right after this function has done its work for the fourth time."""
    real, calls = getattr(owner, name), [0]
    def dying(*arguments, **named):
        given = real(*arguments, **named)
        calls[0] += name != "_write" or any(type(event).__name__ == "JobEnded" for event in arguments[1])
        if calls[0] == 4: os._exit(9)
        return given
    setattr(owner, name, dying)

POINTS = {"blob": (safe_disk.SafeDisk, "_write_file"), "commit": (shelf.Shelf, "put"), "journal": (durable.FileJournal, "_write")}

orchestrate(plan={"steps": [{"id": "s", "kind": "gather", "params": {"inputs": {"a": 1}}}]}, cache=False)
for line in sys.stdin:
    cache, folder, steps, point = line.split()
    child = os.fork()
    if not child:
        if point in POINTS: after(*POINTS[point])
        run = orchestrate(plan=plan(folder, int(steps)), tools=[work], cache_dir=cache, parallel=4)
        os._exit(0 if run.state == "done" else 1)
    print(child, flush=True)
    if point != "random":
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
'''


class Children:
    """Starts runs in forks, waits for them, kills them."""

    def __init__(self, script: pathlib.Path) -> None:
        script.write_text(CHILDREN)  # a file, because a tool whose source cannot be read has no identity
        self.parent = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, cache: pathlib.Path, folder: pathlib.Path, point: str = "random", steps: int = STEPS) -> int:
        assert self.parent.stdin is not None
        self.parent.stdin.write(f"{cache} {folder} {steps} {point}\n")
        self.parent.stdin.flush()
        return int(self.line())

    def line(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline()

    def finish(self, cache: pathlib.Path, folder: pathlib.Path, point: str = "none") -> int:
        self.start(cache, folder, point)
        return int(self.line())

    def close(self) -> None:
        assert self.parent.stdin is not None
        self.parent.stdin.close()
        self.parent.wait(timeout=30)


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Children(tmp_path_factory.mktemp("script") / "children.py")
    yield made
    made.close()


def done_steps(cache: pathlib.Path, folder: pathlib.Path) -> dict[str, int]:
    """Steps that a journal says are done → how often their call was made so far."""
    runs = (cache / "runs").glob("*.jsonl")
    ids = {event.step for path in runs for event in read_events(path) if isinstance(event, JobEnded) and event.state == "done"}
    return {id: (folder / f"n{id[1:]}").stat().st_size for id in ids}


def calls_in(folder: pathlib.Path) -> int:
    """Calls that were begun so far."""
    return sum(file.stat().st_size for file in folder.iterdir())


def ended(child: int) -> bool:
    """Nobody waits for it, so it stays as a zombie."""
    return pathlib.Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_random_moments(children: Children, tmp_path: pathlib.Path) -> None:
    """kill -9 at random moments of a 12-step run: of what the journal said to be done nothing is lost, no such call is made again."""
    chance, kills, rounds, begun_again, under_way = random.Random(7), 0, 0, 0, 0
    while kills < REPEATS:
        rounds += 1
        cache, folder = tmp_path / f"cache{rounds}", tmp_path / f"calls{rounds}"
        folder.mkdir()
        for _ in range(chance.randint(1, 12)):
            before = done_steps(cache, folder)
            child = children.start(cache, folder)
            calls, until = calls_in(folder) + chance.randint(0, STEPS - len(before)), time.monotonic() + 20
            while calls_in(folder) < calls and time.monotonic() < until and not ended(child):
                time.sleep(0.001)
            time.sleep(chance.random() * 0.03)
            os.kill(child, signal.SIGKILL)
            kills += 1
            done = done_steps(cache, folder)
            assert {id: count for id, count in done.items() if id in before} == before
            under_way += len(before) < len(done) < STEPS
        before = done_steps(cache, folder)
        assert children.finish(cache, folder) == 0
        after = done_steps(cache, folder)
        assert {id: after[id] for id in before} == before
        assert len(after) == STEPS
        begun_again += sum(after.values()) - STEPS
        assert not list(cache.rglob("*.aside-*"))
    print(
        f"{kills} kills, {under_way} of them between steps, in {rounds} runs of {STEPS}: 0 finished calls repeated, {begun_again} that were under way made again"
    )
    assert under_way, "no kill met a run at its work"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", ["blob", "commit", "journal"])
def test_killed_between_blob_commit_and_journal(children: Children, tmp_path: pathlib.Path, point: str) -> None:
    """The process dies right after each of the three: what was committed is found, what was said to be done is there, the run then ends."""
    folder = tmp_path / "calls"
    folder.mkdir()
    assert children.finish(tmp_path / "cache", folder, point) == 9
    before = done_steps(tmp_path / "cache", folder)
    assert children.finish(tmp_path / "cache", folder) == 0
    after = done_steps(tmp_path / "cache", folder)
    assert {id: after[id] for id in before} == before
    assert len(after) == STEPS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_eight_at_once_all_killed(children: Children, tmp_path: pathlib.Path) -> None:
    """Eight runs on one cache, killed at different moments, again and again: each then ends with nothing of it lost."""
    cache, chance = tmp_path / "cache", random.Random(11)
    folders = [tmp_path / f"calls{who}" for who in range(8)]
    for folder in folders:
        folder.mkdir()
    for _ in range(max(2, REPEATS // 20)):
        running = [children.start(cache, folder) for folder in folders]
        for child in running:
            time.sleep(chance.random() * 0.1)
            os.kill(child, signal.SIGKILL)
    made = {folder: {file.name: file.stat().st_size for file in folder.iterdir()} for folder in folders}
    assert [children.finish(cache, folder) for folder in folders] == [0] * 8
    assert [children.finish(cache, folder) for folder in folders] == [0] * 8
    for folder, counts in made.items():
        now = {file.name: file.stat().st_size for file in folder.iterdir()}
        assert len(now) == STEPS
        assert all(now[name] <= count + 1 for name, count in counts.items())


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.parametrize("point", ["_bind", "_land"])
def test_killed_before_a_variable_is_bound_or_the_view_is_closed(new_kernel: Any, point: str) -> None:
    """The kernel dies between the journal and the variables: after a restart the same cell runs no step."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run(f"import os\nfrom nb_orchestra.notebook import session\nsession.Session.{point} = lambda *given: os._exit(9)")
    goal = "%%orchestrate brief\nCompare body mass across species in {penguins}, and write a brief with a chart."
    kernel.start(goal)
    until = time.monotonic() + 60
    while kernel._manager.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not kernel._manager.is_alive()
    kernel.restart(now=True)
    kernel.run(PENGUINS)
    ran = kernel.run(goal)
    assert ran.status == "ok", ran.text
    assert kernel.value("brief_run.steps.cached.iloc[0] in (True,)") is True
    if point == "_land":
        assert kernel.value("all(brief_run.steps.cached)") is True
