"""Steps that do the work, with figures: search over 10,000 documents, and `for_each` over 10,000 rows against a bare loop. `python -m benchmarks.steps`.

Search: seconds to index, milliseconds of a query (p50, p95) with the look for changed files and without it. Rows: rows per second of an async tool that does
nothing, with and without the disk cache, a second run from the cache, and memory above a bare loop. Prints figures, asserts nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from nb_orchestra import orchestrate, tool
from nb_orchestra.tools import documents

COUNT, QUERIES = 10_000, 100


def main() -> None:
    """All figures."""
    with tempfile.TemporaryDirectory() as folder:
        search(Path(folder))
        rows(Path(folder))


def search(folder: Path) -> None:
    """10,000 texts of 150 words, which are as unevenly frequent as those of a language (Zipf's law)."""
    weather = random.Random(1)
    words = [f"w{number}" for number in range(20_000)]
    often = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    texts = folder / "texts"
    texts.mkdir()
    for number in range(COUNT):
        (texts / f"{number}.txt").write_text(f"Title: text {number}\n\n" + " ".join(weather.choices(words, cum_weights=often, k=150)))
    source = documents(texts, index=folder / "index.db")
    began, used = time.perf_counter(), time.process_time()
    asyncio.run(source.search("w1", limit=10))
    print(f"index of {COUNT:,} documents: {time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s of CPU)")
    looks, queries = [], []
    for _ in range(QUERIES):
        query = " ".join(weather.choices(words, cum_weights=often, k=4))
        looks.append(_took(lambda: source.identity))
        queries.append(_took(lambda query=query: asyncio.run(source.search(query, limit=10))))
    for name, took in (("a look for changed files", looks), ("query of 4 words", queries)):
        wall, cpu = ([1000 * each[place] for each in sorted(took)] for place in (0, 1))
        middle, high = QUERIES // 2, int(QUERIES * 0.95)
        print(f"{name}: p50 {wall[middle]:.1f} ms, p95 {wall[high]:.1f} ms (of CPU {sorted(cpu)[middle]:.1f} and {sorted(cpu)[high]:.1f})")


def _took(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of CPU."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


def rows(folder: Path) -> None:
    """One async tool over 10,000 rows."""
    frame = pd.DataFrame({"number": range(COUNT), "text": [f"text {number}" for number in range(COUNT)]})

    @tool(pure=True)
    async def square(number: int) -> int:
        return number * number

    async def bare() -> list[int]:
        return [await square.function(number) for number in frame["number"].tolist()]

    step = {"id": "s", "kind": "call", "for_each": {"data": "frame"}, "params": {"tool": "square", "arguments": {"number": {"row": "number"}}}}
    orchestrate(plan={"steps": [step]}, data={"frame": frame.head(10)}, tools=[square], cache=False)  # loads what any run needs
    began, before = time.perf_counter(), _peak()
    pd.DataFrame({**frame, "square": asyncio.run(bare())})
    print(f"bare loop: {COUNT / (time.perf_counter() - began):,.0f} rows/s, {_peak() - before:.0f} MB more at its peak")
    place = str(folder / "cache")
    for name, options in (
        ("no cache on disk", {"cache": False}),
        ("cache on disk", {"cache_dir": place}),
        ("from the cache, row by row", {"cache_dir": place}),
    ):
        plan = {"steps": [step if "row by row" not in name else {**step, "keep": ["number"]}]}
        began, used, before = time.perf_counter(), time.process_time(), _peak()
        orchestrate(plan=plan, data={"frame": frame}, tools=[square], **options)
        speed, own = COUNT / (time.perf_counter() - began), (time.process_time() - used) * 1e6 / COUNT
        print(f"for_each, {name}: {speed:,.0f} rows/s, {own:.0f} µs of CPU a row, {_peak() - before:.0f} MB more at its peak")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
