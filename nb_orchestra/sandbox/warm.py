"""The kernel's end of the warm process: starts it, sends jobs, hears how they ended, starts it anew when it died, closes it.

One per kernel process, shared by all threads and loops (new after a fork). It knows nothing of values: a job is a folder.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nb_orchestra.sandbox import folders
from nb_orchestra.sandbox.cold import Cold
from nb_orchestra.sandbox.fence import LAYERS
from nb_orchestra.sandbox.limits import NO_LIMITS, Limits
from nb_orchestra.sandbox.manners import PRELOADS
from nb_orchestra.sandbox.places import Places
from nb_orchestra.sandbox.starting import Ended, LostError, start

START_SECONDS, END_SECONDS = 60.0, 10.0


class Warm:
    """One warm process. `layers` is only ever less than all in tests, to show that each is needed."""

    def __init__(self, layers: Collection[str] = LAYERS) -> None:
        self.owner = os.getpid()
        self.places = Places()
        self._lock = threading.Lock()
        self._jobs: dict[int, Future[Ended]] = {}
        self._count = 0
        self._ready: Future[dict[str, Any]] = Future()
        self._started = start("zygote", self.places, {"layers": list(layers)}, subprocess.PIPE)
        self._listener = threading.Thread(target=self._listen, name="nb_orchestra sandbox", daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        return self._started.poll() is None and self._listener.is_alive() and self.owner == os.getpid()

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def tier(self) -> str:
        """isolated or limited. LostError where the process could not start."""
        return str(self._facts()["tier"])

    @property
    def held(self) -> dict[str, bool]:
        """What the probes found, by name: True where code is held."""
        return dict(self._facts()["held"])

    def reserve(self) -> int:
        """A job's number, by which it can be ended from then on."""
        with self._lock:
            self._count += 1
            return self._count

    def submit(self, number: int, folder: Path, output: str, limits: Limits, code: str) -> Future[Ended]:
        """Starts a job whose folder is filled; gives how it will have ended. LostError where the process is gone."""
        load = [module for word, modules in PRELOADS.items() if word in code for module in modules]
        return self._start(number, folder, {"output": output, "limits": asdict(limits), "load": list(dict.fromkeys(load))})

    def submit_own(self, number: int, folder: Path, function: str, load: Sequence[str]) -> Future[Ended]:
        """The same for a function of this package ("module:name") over the inputs, unfenced. `load`: modules that it will need."""
        return self._start(number, folder, {"output": "", "limits": asdict(NO_LIMITS), "load": list(load), "own": function})

    def _start(self, number: int, folder: Path, request: dict[str, Any]) -> Future[Ended]:
        future = Future[Ended]()
        with self._lock:
            self._jobs[number] = future
        self._send({"do": "run", "id": number, "folder": str(folder), **request})
        return future

    def stop(self, number: int) -> None:
        """Kills a job, if it still runs. Returns at once."""
        with suppress(LostError):  # a process that is gone took its jobs with it
            self._send({"do": "stop", "id": number})

    def end(self, number: int) -> None:
        """Kills a job and waits until it is gone."""
        self.stop(number)
        with self._lock:
            future = self._jobs.get(number)
        if future is not None:
            with suppress(LostError, TimeoutError):
                future.result(END_SECONDS)

    def close(self) -> None:
        """Ends the process with its jobs; returns when thread, pipes and folder are gone."""
        if self.owner != os.getpid():
            return
        with self._lock:
            if self._started.stdin and not self._started.stdin.closed:
                self._started.stdin.close()
        try:
            self._started.wait(5)
        except subprocess.TimeoutExpired:
            self._started.kill()
            self._started.wait()
        self._listener.join()
        folders.wait_until_removed()
        self.places.remove()

    def _facts(self) -> dict[str, Any]:
        return self._ready.result(START_SECONDS)

    def _send(self, request: dict[str, Any]) -> None:
        line = json.dumps(request).encode() + b"\n"
        try:
            with self._lock:
                if self._started.stdin is None or self._started.stdin.closed:
                    raise LostError("the sandbox is closed")
                self._started.stdin.write(line)
                self._started.stdin.flush()
        except OSError as error:
            raise LostError("the sandbox's process ended") from error

    def _listen(self) -> None:
        """In a thread of its own, until the process ends."""
        answers = self._started.stdout
        assert answers is not None
        with answers:
            for line in answers:
                self._hear(json.loads(line))
        lost = LostError(f"the sandbox's process ended{_last_words(self.places.disk)}")
        with self._lock:
            waiting: list[Future[Any]] = [self._ready, *self._jobs.values()]
            self._jobs = {}
        for future in waiting:
            if not future.done():
                future.set_exception(lost)

    def _hear(self, answer: dict[str, Any]) -> None:
        if "tier" in answer:
            self._ready.set_result(answer)
            return
        with self._lock:
            future = self._jobs.pop(answer["id"], None)
        if future is not None:
            future.set_result(Ended(answer["code"], answer["stopped"], answer["peak"]))


def _last_words(scratch: Path) -> str:
    try:
        lines = (scratch / "errors.txt").read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return f": {lines[-1][:300]}" if lines else ""


_warm: Warm | Cold | None = None
_starting = threading.Lock()


def warm() -> Warm | Cold:
    """This process's warm process, started where there is none or it died."""
    global _warm
    with _starting:
        if _warm is None or not _warm.alive:
            if _warm is not None:
                _warm.close()
            _warm = Warm() if hasattr(os, "fork") else Cold()
        return _warm


def close() -> None:
    """Ends the warm process; the next job starts a new one. Called at exit."""
    global _warm
    with _starting:
        ending, _warm = _warm, None
    if ending is not None:
        ending.close()


def _forget_after_fork() -> None:
    global _warm, _starting
    _warm, _starting = None, threading.Lock()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
