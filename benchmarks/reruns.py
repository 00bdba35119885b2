"""What a second run costs: a cached plan of 30 steps over reading its bytes, look-up times as the cache grows, a table of a million rows, a bundle.

    python -m benchmarks.reruns [--rows 1000000] [--entries 1000 10000 100000] [--peers /path/to/venv/bin/python]

`--peers`: a Python in which langgraph, langgraph-checkpoint-sqlite and joblib are installed; the same 30 steps are then run there (benchmarks/peers.py),
and each change of a step that must miss or hit is tried on them too. Prints ratios; nothing is asserted.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.peers import NUMBERS, needs_of, work
from nb_orchestra import values
from nb_orchestra.cache import DiskStore
from nb_orchestra.conducting import orchestrate
from nb_orchestra.config import Orchestra
from nb_orchestra.orchestra import memo_for

STEPS = 30
REPEATS = 7


def thirty_steps() -> dict[str, Any]:
    """Ten sources, ten steps on two of them each, ten on those: 30 calls of `work`, each a list of 20,000 numbers."""
    steps = [
        {
            "id": f"s{number}",
            "kind": "call",
            "params": {"tool": "work", "arguments": {"seed": number, "inputs": [{"from": f"s{need}"} for need in needs_of(number)]}},
        }
        for number in range(STEPS)
    ]
    return {"steps": steps, "result": [f"s{number}" for number in range(20, STEPS)]}


def best(function: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of several calls."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def rerun_of_thirty() -> None:
    """A cached re-run, and what of it is reading and decoding the results."""
    plan = thirty_steps()
    started = time.perf_counter()
    run = orchestrate(plan=plan, tools=[work])
    cold = time.perf_counter() - started
    again = orchestrate(plan=plan, tools=[work])
    assert all(row.cached for row in again.progress.rows.values())
    whole = best(lambda: orchestrate(plan=plan, tools=[work]))
    keys = [event.key for event in run.ended().values()]
    store = memo_for(Orchestra.instance().settings()).store
    reading = best(lambda: [values.decode(data) for data in store.read(keys).values()])
    print(f"30 steps of {NUMBERS:,} numbers: new {cold * 1e3:,.0f} ms, cached {whole * 1e3:,.0f} ms")
    print(f"  reading and decoding the 30 results alone: {reading * 1e3:,.0f} ms; ours beside that: {(whole - reading) * 1e3:,.0f} ms (target 50)")
    naming = best(lambda: [values.content(result.value) for result in run.results.values()])
    print(f"  part of ours: naming the 40 inputs by content, {naming * 40 / 30 * 1e3:,.0f} ms")


def growing_cache(sizes: list[int]) -> None:
    """Look-up of entries in caches of several sizes: database and one file per entry."""
    for network in (False, True):
        line = [f"{size:,}: {look_up(size, network) * 1e6:,.0f} µs" for size in sizes]
        print(f"look-up by entries kept, {'one file per entry' if network else 'database'}: {' · '.join(line)}")


def look_up(size: int, network: bool) -> float:
    """Median seconds to read one of `size` entries."""
    with tempfile.TemporaryDirectory() as folder:
        store = DiskStore(folder, network=network)
        for start in range(0, size, 1000):
            store.write({f"key-{number}": b"x" * 500 for number in range(start, min(start + 1000, size))})
        wanted = [f"key-{number}" for number in range(0, size, max(1, size // 500))]
        times = [best(functools.partial(store.read, [key]), 1) for key in wanted]
        store.close()
    return statistics.median(times)


def large_table(rows: int) -> None:
    """A table stored and read, over pyarrow's own time for the same table in the same format (uncompressed IPC), as durable (new file, synced, renamed).

    CPU first: a disk that others use too makes the wall's ratio wander.
    """
    frame = pd.DataFrame({"n": np.arange(rows), "x": np.random.default_rng(0).random(rows), "text": [f"row {number % 5000}" for number in range(rows)]})
    with tempfile.TemporaryDirectory() as folder:
        store, path = DiskStore(Path(folder) / "cache"), Path(folder) / "table.arrow"

        def keep() -> None:
            store.write({"table": values.encode(frame)})

        def own_keep() -> None:
            table = pa.Table.from_pandas(frame)
            with open(f"{path}.part", "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
                stream.write_table(table)
                file.flush()
                os.fsync(file.fileno())
            os.replace(f"{path}.part", path)

        def own_read(check: bool = False) -> Any:
            with open(path, "rb") as file:
                table = pa.ipc.open_stream(file.read()).read_all()
                if check:
                    table.validate(full=True)
                return table.to_pandas()

        print(f"a table of {rows:,} × 3, ms of CPU (of the wall): ours / pyarrow's own")
        ours, own = costs(keep), costs(own_keep)
        read, own_reading, own_checking = costs(lambda: values.decode(store.read(["table"])["table"])), costs(own_read), costs(lambda: own_read(check=True))
        told = (
            ("stored (looked at, durable)", ours, own),
            ("read (checked; may be written to)", read, own_reading),
            ("  beside pyarrow with its own check", read, own_checking),
            ("stored and read", summed(ours, read), summed(own, own_reading)),
        )
        for what, one, other in told:
            print(f"  {what:<36} {one[0]:5.1f} ({one[1]:6.1f}) / {other[0]:5.1f} ({other[1]:6.1f}) = {one[0] / other[0]:.2f} ({one[1] / other[1]:.2f})")
        store.close()


def costs(function: Callable[[], Any], repeats: int = 15) -> tuple[float, float]:
    """Median milliseconds of CPU and of the wall."""
    cpu, wall = [], []
    for _ in range(repeats):
        started = (time.process_time(), time.perf_counter())
        function()
        cpu.append(time.process_time() - started[0])
        wall.append(time.perf_counter() - started[1])
    return statistics.median(cpu) * 1e3, statistics.median(wall) * 1e3


def summed(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] + other[0], one[1] + other[1]


def bundle_of_a_run() -> None:
    """Size and time of a bundle of the 30 steps, and of reading it with and without the process that looks at it first."""
    from nb_orchestra import bundle, recalling

    run = orchestrate(plan=thirty_steps(), tools=[work])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.zip"
        writing = best(lambda: recalling.export([run], path), 1)
        opened = bundle.read_bundle(path)
        raw = sum(len(opened.entry(key)) for key in opened.keys)
        print(f"bundle of 30 steps: {path.stat().st_size / 1e6:.2f} MB for {raw / 1e6:.2f} MB of results, written in {writing:.2f} s")
        reading, looking = best(lambda: bundle.read_bundle(path), 3), best(lambda: bundle.vetted(opened), 1)
        print(f"  read in {reading:.3f} s; looked at in a process of its own, once per file: {looking:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--peers", default="", help="a Python with langgraph, langgraph-checkpoint-sqlite and joblib")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Orchestra.instance().cache_dir = folder
        rerun_of_thirty()
        bundle_of_a_run()
    growing_cache(options.entries)
    large_table(options.rows)
    if options.peers:
        sys.stdout.flush()
        subprocess.run([options.peers, str(Path(__file__).with_name("peers.py"))], check=False)


if __name__ == "__main__":
    main()
