"""How soon pure work ends after it was cancelled: each recipe on 2 million rows, cancelled at 40 % of its time. `python -m benchmarks.stopping [NAME …]`

Prints seconds of the whole recipe, and seconds from the cancellation to the end of its thread; worst first. Prints figures, asserts nothing.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import Any

from benchmarks.recipes import CASES, ROWS, table_of
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.offline.computing import RecipeTable

QUICK = 0.3  # seconds: what is done sooner needs no cancelling


async def whole(name: str, arguments: dict[str, Any]) -> float:
    began = time.monotonic()
    await LocalExecutor().run(RecipeTable().run, name, arguments)
    return time.monotonic() - began


async def stopped(name: str, arguments: dict[str, Any], after: float) -> float:
    """Seconds from cancelling to the end of the thread."""
    work = asyncio.ensure_future(LocalExecutor().run(RecipeTable().run, name, arguments))
    await asyncio.sleep(after)
    work.cancel()
    began = time.monotonic()
    threads = [thread for thread in threading.enumerate() if thread.name == f"nb_orchestra {name}"]
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def main() -> None:
    frame = table_of(ROWS)
    rows = []
    for name in sys.argv[1:] or CASES:
        arguments = {"frame": frame} | {key: value(frame) if callable(value) else value for key, value in CASES[name][0].items()}
        took = asyncio.run(whole(name, arguments))
        if took > QUICK:
            left = asyncio.run(stopped(name, arguments, 0.4 * took))
            rows.append((left, name, took))
            print(f"  {name:20} {took:7.2f} s in all, ended {left:6.2f} s after it was cancelled", flush=True)
    rows.sort(reverse=True)
    print(f"{len(rows)} recipes of more than {QUICK} s: ended after {rows[len(rows) // 2][0]:.2f} s (median), {rows[0][0]:.2f} s at most ({rows[0][1]})")


if __name__ == "__main__":
    main()
