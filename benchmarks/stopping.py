"""How soon pure work ends after it was cancelled: recipes on 2 million rows, and a pure tool. `python -m benchmarks.stopping [NAME …]`

Each is cancelled at four moments of its time. Slow work runs in a process that is killed; `thread` is the same work in a thread, beside it (a decision
tree there: a minute and more). Prints wall and CPU seconds of the whole, and wall seconds from the cancellation until nothing of it is left (its thread
or process has ended), the longest of the four; worst first.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import threading
import time
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.recipes import CASES, ROWS, table_of
from nb_orchestra import sandbox, tool
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.sandbox.warm import warm
from nb_orchestra.threads import abandoned

FEATURES = ["x", "z", "weight"]
MODELS = {"tree": "y", "linear": "y", "logistic": "kind", "auto": "region"}
WORK: dict[str, Any] = {name: case[0] for name, case in CASES.items() if name != "train_model"}
WORK |= {f"train_model {kind}": {"target": target, "features": FEATURES, "kind": kind} for kind, target in MODELS.items()}
WORK |= {"pca all": {}, "correlation_matrix all": {}, "regression one": {"y": "y", "x": ["x"]}}
MOMENTS = (0.2, 0.4, 0.6, 0.8)
QUICK = 0.3  # seconds: what is done sooner needs no cancelling
RECIPES = RecipeTable()
WAYS = {"thread": LocalExecutor(), "process": LocalExecutor(apart=sandbox.arun_own)}


@tool(pure=True, slow=True)
def singular_values(frame: pd.DataFrame) -> list[float]:
    """A person's tool: one long call into a library."""
    numbers = frame[["x", "y", "z"]].fillna(0).to_numpy()[:666_000].reshape(999, 2_000)
    return [float(value) for value in np.linalg.svd(numbers)[1][:3]]


async def work(name: str, arguments: dict[str, Any], way: str) -> Any:
    if name == singular_values.name:
        elsewhere = singular_values.elsewhere(arguments) if way == "process" else None
        return await WAYS[way].run(functools.partial(singular_values.function, **arguments), elsewhere=elsewhere)
    recipe = name.partition(" ")[0]
    elsewhere = RECIPES.elsewhere(recipe, arguments) if way == "process" else None
    return await WAYS[way].run(RECIPES.run, recipe, arguments, elsewhere=elsewhere)


def cpu() -> float:
    """Seconds of processor of this process and of the warm one with its jobs."""
    spent = psutil.Process(warm().pid).cpu_times()
    return float(time.process_time() + spent.user + spent.system + spent.children_user + spent.children_system)


async def whole(name: str, arguments: dict[str, Any], way: str) -> tuple[float, float]:
    began, before = time.monotonic(), cpu()
    await work(name, arguments, way)
    return time.monotonic() - began, cpu() - before


async def stopped(name: str, arguments: dict[str, Any], way: str, after: float) -> float:
    """Seconds from cancelling to the end of what computed."""
    running = asyncio.ensure_future(work(name, arguments, way))
    await asyncio.sleep(after)
    began = time.monotonic()
    running.cancel()
    for thread in threading.enumerate():
        if thread.name in (f"nb_orchestra {name.partition(' ')[0]}", "nb_orchestra function"):
            await asyncio.to_thread(thread.join)  # of a process: the thread that waits for it, until it is buried
    assert not abandoned()
    return time.monotonic() - began


def main() -> None:
    frame = table_of(ROWS)
    began = time.monotonic()
    sandbox.tier()
    print(f"the warm process stands after {time.monotonic() - began:.2f} s, once for each kernel")
    rows = []
    for name in sys.argv[1:] or [*WORK, singular_values.name]:
        arguments = {"frame": frame} | {key: value(frame) if callable(value) else value for key, value in WORK.get(name, {}).items()}
        slow = name == singular_values.name or RECIPES.elsewhere(name.partition(" ")[0], arguments)
        for way in ("thread", "process") if slow else ("thread",):
            if way == "process":
                asyncio.run(whole(name, arguments, way))  # the first time loads libraries
            took, spent = min(asyncio.run(whole(name, arguments, way)) for _ in range(2))
            if took > QUICK:
                left = max(asyncio.run(stopped(name, arguments, way, moment * took)) for moment in MOMENTS)
                rows.append((left, name, way))
                print(f"  {name:24} {way:8} {took:7.2f} s in all ({spent:.2f} s CPU), ended {left:6.2f} s after it was cancelled", flush=True)
    rows.sort(reverse=True)
    print(f"{len(rows)} of more than {QUICK} s: worst {', '.join(f'{name} ({way}) {left:.2f} s' for left, name, way in rows[:6])}")


if __name__ == "__main__":
    main()
