"""What the sandbox costs and what it holds. `python benchmarks/sandbox.py [FOLDER]`, FOLDER with escapes.jsonl and ordinary.jsonl.

Overhead: a job that does nothing, from call to value (p50, p95). Memory: a table of a million rows there and back, in a fresh process, less the table.
Escapes: snippets that try to get out, against real listeners, a secret file and a canary. Prints figures, asserts nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.core.outcome import Result
from nb_orchestra.sandbox import Limits, close, run_code, tier

ROWS, JOBS = 1_000_000, 100
LIMITS = Limits(seconds=6, memory=1 << 30, disk=256 << 20)


class Outside:
    """What snippets try to reach: a secret, a canary's place, listeners for TCP, UDP and a unix socket."""

    def __init__(self, folder: Path) -> None:
        self.token = secrets.token_hex(12)
        self.secret, self.canary, self.path = folder / "secret.txt", folder / "canary", folder / "listener.sock"
        self.reached: list[str] = []
        self.tcp, self.udp, self.unix = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX)
        self.udp.bind(("127.0.0.1", 0))
        self.unix.bind(str(self.path))
        self.unix.listen()
        for name, listener in (("tcp", self.tcp), ("udp", self.udp), ("unix", self.unix)):
            threading.Thread(target=self._listen, args=(name, listener), daemon=True).start()

    def _listen(self, name: str, listener: socket.socket) -> None:
        while True:
            listener.recvfrom(100) if name == "udp" else listener.accept()[0].close()
            self.reached.append(name)

    def code(self, snippet: str) -> str:
        """A snippet with its holes filled and the escapes before a run made good."""
        self.secret.write_text(self.token + "\n")
        self.secret.chmod(0o600)
        self.reached.clear()
        names = {"SECRET": self.secret, "CANARY": self.canary, "PORT": self.tcp.getsockname()[1], "UPORT": self.udp.getsockname()[1], "USOCK": self.path}
        return snippet.format(**names, TOKEN=self.token)

    def signs(self, outcome: Any, seconds: float) -> list[str]:
        """What shows that a snippet got out."""
        told = f"{getattr(outcome, 'value', '')}{outcome.printed}{getattr(outcome, 'message', '')}"
        harmed = not self.secret.exists() or self.secret.read_text() != self.token + "\n" or self.secret.stat().st_mode & 0o777 != 0o600
        checks = {"token": self.token in told, "canary": self.canary.exists(), "secret harmed": harmed, "time": seconds > LIMITS.seconds + 3}
        if self.canary.exists():
            self.canary.unlink()
        return [name for name, seen in checks.items() if seen] + self.reached


def sample() -> pd.DataFrame:
    random = np.random.default_rng(0)
    columns = {name: random.random(60) for name in ("x", "y")} | {name: random.choice(list("abc"), 60) for name in ("g", "h", "s")}
    return pd.DataFrame(columns)


def snippets(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text().splitlines():
        yield json.loads(line)


def escapes(path: Path, frame: pd.DataFrame) -> None:
    total, out = 0, []
    with tempfile.TemporaryDirectory() as folder:
        outside = Outside(Path(folder))
        for snippet in snippets(path):
            code, began = outside.code(snippet["code"]), time.monotonic()
            outcome = run_code(code, {"df": frame}, limits=LIMITS)
            signs = outside.signs(outcome, time.monotonic() - began)
            total += 1
            if signs or "-v" in sys.argv:
                what = getattr(outcome, "error", "") + " " + str(getattr(outcome, "message", getattr(outcome, "value", "")))[:100]
                print(f"  {snippet['id']}: {signs} {time.monotonic() - began:.2f} s {what}")
            out += [snippet["id"]] if signs else []
    print(f"escapes contained: {total - len(out)} of {total} ({tier()})")


def ordinary(path: Path, frame: pd.DataFrame) -> None:
    total, failed = 0, 0
    for snippet in snippets(path):
        outcome = run_code(snippet["code"], {"df": frame}, limits=LIMITS)
        total += 1
        if not isinstance(outcome, Result):
            failed += 1
            print(f"  {snippet['id']}: {outcome}")
    print(f"ordinary snippets run: {total - failed} of {total}")


def overhead(frame: pd.DataFrame) -> None:
    began = time.perf_counter()
    run_code("result = 1")
    print(f"first job, with starting the warm process: {time.perf_counter() - began:.2f} s")
    for name, code, inputs in (("nothing", "result = 1", {}), ("a small table", "result = df", {"df": frame})):
        times, used = [], cpu()
        for _ in range(JOBS):
            began = time.perf_counter()
            run_code(code, inputs)
            times.append(1000 * (time.perf_counter() - began))
        p50, p95, own = np.percentile(times, 50), np.percentile(times, 95), 1000 * (cpu() - used) / JOBS
        print(f"overhead, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms over {JOBS} jobs; {own:.0f} ms of CPU a job")


def cpu() -> float:
    """CPU seconds of the kernel, the warm process and its ended jobs: what does not grow when other programs run."""
    from nb_orchestra.sandbox.warm import warm

    fields = Path(f"/proc/{warm().pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def wide(rows: int) -> pd.DataFrame:
    """A table of mixed types: 12 columns, about 100 bytes a row."""
    random = np.random.default_rng(0)
    columns: dict[str, Any] = {f"x{number}": random.random(rows) for number in range(9)}
    return pd.DataFrame(
        {**columns, "n": np.arange(rows), "day": pd.date_range("2000-01-01", periods=rows, freq="min"), "g": random.choice(["north", "south"], rows)}
    )


def resident(pid: int | str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def peak(code: str, inputs: dict[str, Any]) -> tuple[int, Any]:
    """Most that kernel and job held at once, by looking every few milliseconds, and the outcome."""
    from nb_orchestra.sandbox.warm import warm

    most, stop = 0, threading.Event()

    def look() -> None:
        nonlocal most
        while not stop.wait(0.002):
            children = Path(f"/proc/{warm().pid}/task/{warm().pid}/children").read_text().split()
            try:
                most = max(most, resident("self") + sum(resident(child) for child in children))
            except OSError:
                continue  # the job ended meanwhile

    thread = threading.Thread(target=look)
    thread.start()
    outcome = run_code(code, inputs, limits=Limits(seconds=60))
    stop.set()
    thread.join()
    return most, outcome


def memory() -> None:
    """In this (fresh) process. What a job holds that was given five rows of the table is not counted: it is the libraries."""
    frame = wide(ROWS)
    size = int(frame.memory_usage(deep=True).sum())
    run_code("result = 1")
    for code in ("result = df", "result = df.groupby('g').mean(numeric_only=True)", "df['z'] = df.x0 + 1; result = df"):
        empty, _ = peak(code + "; import time; time.sleep(.3)", {"df": frame.head()})
        most, outcome = peak(code + "; import time; time.sleep(.05)", {"df": frame})
        print(f"1 M rows ({size >> 20} MB), `{code}`: {outcome.seconds:.2f} s, extra memory {(most - empty) / size:.2f} × the table ({type(outcome).__name__})")
        del outcome


if __name__ == "__main__":
    if "--memory" in sys.argv:
        memory()
        sys.exit()
    table = sample()
    overhead(table)
    subprocess.run([sys.executable, __file__, "--memory"], check=True, env=os.environ)
    for folder in map(Path, (argument for argument in sys.argv[1:] if not argument.startswith("-"))):
        ordinary(folder / "ordinary.jsonl", table)
        escapes(folder / "escapes.jsonl", table)
    close()
