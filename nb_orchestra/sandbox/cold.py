"""Where a process cannot be forked (Windows): a fresh process for each job, a second or two slower, always in the *limited* tier.

The same words as Warm, so that a job does not know the difference. Time and disk are watched by a thread that ends with the job.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from nb_orchestra.sandbox import folders
from nb_orchestra.sandbox.fence import LAYERS
from nb_orchestra.sandbox.limits import Limits
from nb_orchestra.sandbox.places import Places
from nb_orchestra.sandbox.probes import PROBES
from nb_orchestra.sandbox.starting import Ended, LostError, start

TURN_SECONDS = 0.05
STARTING_SECONDS = 30.0


class Cold:
    """Starts a process per job. Keeps none."""

    tier = "limited"

    def __init__(self) -> None:
        self.owner = self.pid = os.getpid()
        self.places = Places()
        self.held = dict.fromkeys(PROBES, False)  # nobody tried: nothing is promised
        self.alive = True
        self._lock = threading.Lock()
        self._jobs: dict[int, tuple[subprocess.Popen[bytes], Future[Ended]]] = {}
        self._stopped: dict[int, str] = {}
        self._count = 0

    def reserve(self) -> int:
        """A job's number, by which it can be ended from then on."""
        with self._lock:
            self._count += 1
            return self._count

    def submit(self, number: int, folder: Path, output: str, limits: Limits, code: str) -> Future[Ended]:
        """Starts a job whose folder is filled; gives how it will have ended. LostError where no process could be started."""
        future = Future[Ended]()
        try:
            job = start("cold", self.places, {"folder": str(folder), "output": output, "limits": asdict(limits)}, subprocess.DEVNULL)
        except OSError as error:
            raise LostError(f"no process could be started: {error}") from error
        with self._lock:
            self._jobs[number] = job, future
        threading.Thread(target=self._watch, args=(number, job, future, folder, limits), name="nb_orchestra sandbox job", daemon=True).start()
        return future

    def stop(self, number: int, why: str = "cancelled") -> None:
        """Kills a job, if it still runs. Returns at once."""
        with self._lock:
            if number in self._jobs:
                self._stopped.setdefault(number, why)
                self._jobs[number][0].kill()

    def end(self, number: int) -> None:
        """Kills a job and waits until it is gone."""
        self.stop(number)
        with self._lock:
            found = self._jobs.get(number)
        if found:
            with suppress(TimeoutError):
                found[1].result(10)

    def close(self) -> None:
        """Ends all jobs and removes the folder."""
        self.alive = False
        for number in list(self._jobs):
            self.end(number)
        folders.wait_until_removed()
        self.places.remove()

    def _watch(self, number: int, job: subprocess.Popen[bytes], future: Future[Ended], folder: Path, limits: Limits) -> None:
        ends, given = time.monotonic() + limits.seconds + STARTING_SECONDS, folders.used(folder, 0)[0]
        while job.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                job.wait(TURN_SECONDS)
            size, entries = folders.used(folder, 0)
            reached = {"time": time.monotonic() > ends, "disk": size - given > limits.disk, "entries": entries > limits.entries}
            if why := next((name for name, over in reached.items() if over), ""):
                self.stop(number, why)
            if (folder / "work").exists() and ends > time.monotonic() + limits.seconds:
                ends = time.monotonic() + limits.seconds  # the libraries are loaded: from here on the code's own time runs
        with self._lock:
            del self._jobs[number]
            stopped = self._stopped.pop(number, "")
        future.set_result(Ended(job.returncode, stopped, 0))


def main() -> None:
    """What the fresh process runs: one job."""
    from nb_orchestra.sandbox.child import Fence, run
    from nb_orchestra.sandbox.zygote import load_libraries

    setup = json.loads(sys.argv[1])
    load_libraries()
    run(Path(setup["folder"]), setup["output"], Limits(**setup["limits"]), Fence(setup["roots"], LAYERS, strict=False), os.getppid())
