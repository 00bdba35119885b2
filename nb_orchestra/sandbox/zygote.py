"""The warm process: libraries are loaded once, each job is a fork of it (a few milliseconds instead of a second or two).

Started with a clean environment and `python -I -S`; reads one JSON line per request on stdin, answers with one per job on stdout, and ends with its
jobs when stdin does. It watches wall clock, disk and number of files, since no kernel limit counts those. It never reads what jobs write.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_orchestra.sandbox import folders
from nb_orchestra.sandbox.child import Fence, enter, run
from nb_orchestra.sandbox.fence import LINUX, adopt_orphans
from nb_orchestra.sandbox.limits import Limits
from nb_orchestra.sandbox.probes import holds, outside_file, try_all

TURN_SECONDS = 0.05


@dataclass(slots=True)
class Running:
    """A job's process. `stopped` says why it was killed, "" where it was not."""

    pid: int
    folder: Path
    limits: Limits
    ends: float
    given: int
    stopped: str = ""


class Zygote:
    """Forks jobs and buries them. Single-threaded: nothing else is safe to fork."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self._jobs: dict[int, Running] = {}
        self._scratch = Path(setup["scratch"])
        self._wake = _wake_on_child()
        self._held = _probe(self._scratch, Fence(setup["roots"], setup["layers"], strict=True))
        self._fence = Fence(setup["roots"], setup["layers"], strict=all(self._held.values()))
        self._say({"tier": "isolated" if self._fence.strict else "limited", "held": self._held})

    def serve(self) -> None:
        """Until stdin ends."""
        for line in self._lines():
            request = json.loads(line)
            do = self._start if request.pop("do") == "run" else self._stop
            do(**request)
        for job in self._jobs.values():
            _kill(job.pid)

    def _lines(self) -> Iterator[bytes]:
        """Requests as they come; between them, jobs are watched."""
        waiting = b""
        while True:
            ready, _, _ = select.select([0, self._wake], [], [], TURN_SECONDS if self._jobs else None)
            if self._wake in ready:
                os.read(self._wake, 4096)
            self._bury()
            self._watch()
            if 0 in ready:
                got = os.read(0, 1 << 16)
                if not got:
                    return
                *lines, waiting = (waiting + got).split(b"\n")
                yield from lines

    def _start(self, id: int, folder: str, output: str, limits: dict[str, Any], load: list[str], own: str = "") -> None:
        for name in load:
            _load(name)
        place, bounds, parent = Path(folder), Limits(**limits), os.getpid()
        given = folders.used(place, 0)[0]
        pid = os.fork()
        if pid == 0:
            run(place, output, bounds, self._fence, parent, own)
        self._jobs[id] = Running(pid, place, bounds, time.monotonic() + bounds.seconds, given)

    def _stop(self, id: int) -> None:
        if id in self._jobs:
            self._end(self._jobs[id], "cancelled")

    def _end(self, job: Running, why: str) -> None:
        job.stopped = job.stopped or why
        _kill(job.pid)

    def _watch(self) -> None:
        for job in self._jobs.values():
            if time.monotonic() > job.ends:
                self._end(job, "time")
                continue
            size, entries = folders.used(job.folder, job.pid)
            if size - job.given > job.limits.disk:
                self._end(job, "disk")
            elif entries > job.limits.entries:
                self._end(job, "entries")
            elif _threads(job.pid) > job.limits.threads:
                self._end(job, "threads")

    def _bury(self) -> None:
        """Reports jobs that ended, and ends whatever they left running."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            id = next((id for id, job in self._jobs.items() if job.pid == pid), None)
            if id is None:
                continue
            job = self._jobs.pop(id)
            _kill(pid)
            for orphan in _children() - {job.pid for job in self._jobs.values()}:
                _kill(orphan)
            self._say({"id": id, "code": os.waitstatus_to_exitcode(status), "stopped": job.stopped, "peak": usage.ru_maxrss * 1024})

    def _say(self, answer: dict[str, Any]) -> None:
        os.write(1, json.dumps(answer).encode() + b"\n")


def _probe(scratch: Path, fence: Fence) -> dict[str, bool]:
    outside, inside = outside_file(), scratch / "probing"
    inside.mkdir()
    pid = os.fork()
    if pid == 0:
        bits = 127
        try:
            enter(inside, Limits(), fence)
            bits = try_all(outside)
        finally:
            os._exit(bits)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    outside.unlink()
    return holds(code if code >= 0 else 127)


def load_libraries() -> None:
    """What every job needs."""
    warnings.simplefilter("ignore")
    for name in ("numpy", "pandas", "pyarrow", "nb_orchestra.sandbox.carrying"):
        importlib.import_module(name)
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _rehearse()


def _rehearse() -> None:
    """Values of many types there and back, once: what libraries load at first use, every job would load anew."""
    import numpy as np
    import pandas as pd

    from nb_orchestra.sandbox import carrying

    table = pd.DataFrame({"n": [1, 2], "x": [0.5, None], "text": ["a", "b"], "day": pd.to_datetime(["2020-01-01", "2020-01-02"]), "yes": [True, False]})
    table["kind"] = table["text"].astype("category")
    with tempfile.TemporaryDirectory() as folder:
        carrying.leave(Path(folder), "rehearsal", {"table": table, "series": table["x"], "array": np.arange(3), "list": [1, "a", None]})
        tree, memory = ((Path(folder) / f"rehearsal.{kind}").read_bytes() for kind in ("json", "arrow"))
        carrying.take(tree, np.frombuffer(bytearray(memory), np.uint8))


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError:
        return  # not installed: the job will say so


def _kill(pid: int) -> None:
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _threads(pid: int) -> int:
    """How many threads a process has; 0 where nobody tells."""
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2
    except OSError:
        return 0


def _children() -> set[int]:
    try:
        return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))
    except OSError:
        return set()


def _wake_on_child() -> int:
    """A pipe that can be read when a child ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return reading


def main() -> None:
    """What `python -I -S -c` runs. The first line on stdin is the setup."""
    setup = json.loads(sys.argv[1])
    load_libraries()
    gc.collect()
    gc.freeze()  # a collection in a job would touch, and so copy, every page of the libraries
    if LINUX:
        adopt_orphans()
    try:
        Zygote(setup).serve()
    finally:
        for place in setup["places"]:
            folders.remove(Path(place))
