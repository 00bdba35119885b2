"""What the scheduler and the runner cost: makespan over critical path, and microseconds per step.

    python -m benchmarks.plans [--plans 200] [--sizes 100 1000 10000] [--profile]

Random plans of sleeping steps, whose critical path (the longest chain of sleeps) is 1.0 s: the ideal makespan is the critical path
itself; a scheduler with barriers needs twice as long. Then plans of steps that do nothing, so that what is left is ours: without a
cache, with one in memory, and with one on disk. Prints ratios; nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from nb_orchestra.cache import DiskStore, Memo, MemoryStore
from nb_orchestra.conducting import orchestrate
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.settings import Settings
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.offline import BuiltinModel, BuiltinPlanner, RecipeTable
from nb_orchestra.planning import read_plan
from nb_orchestra.protocols import Catalogue
from nb_orchestra.running import Naming, NobodyThere, Run, Runner, Wiring
from nb_orchestra.running.context import Chosen
from nb_orchestra.steps import STEP_KINDS
from nb_orchestra.tools import as_tool

CRITICAL_SECONDS = 1.0


async def rest(seconds: float, after: list[Any] | None = None) -> float:
    """Sleeps; `after` only makes it wait for other steps."""
    await asyncio.sleep(seconds)
    return seconds


@dataclass(frozen=True)
class Sleepers:
    """A plan of sleeping steps, and its critical path in seconds."""

    plan: dict[str, Any]
    critical: float
    work: float


def sleepers(chance: random.Random) -> Sleepers:
    """10 to 40 steps; each needs up to three earlier ones; scaled so that the critical path is CRITICAL_SECONDS."""
    count = chance.randint(10, 40)
    seconds = [chance.random() ** 2 for _ in range(count)]
    needs = [sorted(chance.sample(range(at), min(at, chance.randint(0, 3)))) for at in range(count)]
    ends: list[float] = []
    for at in range(count):
        ends.append(seconds[at] + max((ends[need] for need in needs[at]), default=0.0))
    scale = CRITICAL_SECONDS / max(ends)
    steps = [
        {
            "id": f"s{at}",
            "kind": "call",
            "params": {"tool": "rest", "arguments": {"seconds": seconds[at] * scale, "after": [{"from": f"s{need}"} for need in needs[at]]}},
        }
        for at in range(count)
    ]
    return Sleepers({"steps": steps}, CRITICAL_SECONDS, sum(seconds) * scale)


def makespans(plans: int) -> None:
    """Through `orchestrate()`, as a person would."""
    chance = random.Random(7)
    ratios, parallel = [], []
    for _ in range(plans):
        one = sleepers(chance)
        began = time.perf_counter()
        run = orchestrate(plan=one.plan, tools=[rest], cache=False, parallel=64, fresh=True)
        ratios.append((time.perf_counter() - began) / one.critical)
        parallel.append(one.work / one.critical)
        assert run.state == "done", run
    ordered = sorted(ratios)
    middle, late = statistics.median(ratios), ordered[int(0.95 * (plans - 1))]
    print(f"\nmakespan over critical path, {plans} plans: median {middle:.3f}, p95 {late:.3f}, most {ordered[-1]:.3f}")
    print(f"  (one step after the other would take {statistics.mean(parallel):.1f} × the critical path)")


def wide(count: int) -> Iterator[dict[str, Any]]:
    for at in range(count):
        yield {"id": f"s{at}", "kind": "gather", "params": {"inputs": {"a": at}, "how": "list"}}


def web(count: int) -> Iterator[dict[str, Any]]:
    """Each step needs up to three of the fifty before it, and sees one number of each."""
    chance = random.Random(3)
    for at in range(count):
        needs = chance.sample(range(max(0, at - 50), at), min(at, 3))
        yield {"id": f"s{at}", "kind": "gather", "params": {"inputs": {"n": at, **{f"i{need}": {"from": f"s{need}", "column": "n"} for need in needs}}}}


def chain(count: int) -> Iterator[dict[str, Any]]:
    """Each step needs the one before it, and sees one number of it, so that values do not nest."""
    for at in range(count):
        yield {"id": f"s{at}", "kind": "gather", "params": {"inputs": {"n": at, "before": {"from": f"s{at - 1}", "column": "n"} if at else 0}}}


SHAPES: dict[str, Callable[[int], Iterator[dict[str, Any]]]] = {"wide": wide, "chain": chain, "web": web}


def runner_for(plan: dict[str, Any], memo: Memo | None) -> Runner:
    """A runner with nothing around it: no notebook, no journal on disk."""
    settings, recipes, tools = Settings(steps=1_000_000, parallel=8), RecipeTable(), {"rest": as_tool(rest)}
    run = Run("bench", Goal("bench"))
    chosen = Chosen(BuiltinModel(), "")
    wiring = Wiring(
        settings=settings,
        kinds=STEP_KINDS,
        planner=BuiltinPlanner(),
        recipes=recipes,
        tools=tools,
        memo=memo,
        executor=LocalExecutor(),
        approver=NobodyThere(),
        choose=lambda step: chosen,
        read_plan=read_plan,
        append=run.events.append,
    )
    return Runner(run, wiring, Naming(), read_plan(plan, Catalogue(tools, recipes, tuple(STEP_KINDS), settings.steps)))


def microseconds(steps: list[dict[str, Any]], memo: Memo | None) -> tuple[float, float, float]:
    """(reading the plan, carrying it out, folding its events) in µs per step."""
    began = time.perf_counter()
    runner = runner_for({"steps": steps}, memo)
    read = time.perf_counter()
    asyncio.run(runner.go())
    done = time.perf_counter()
    assert runner.run.state == "done", runner.run.error
    folded = time.perf_counter()
    return tuple(1e6 * seconds / len(steps) for seconds in (read - began, done - read, folded - done))  # type: ignore[return-value]


def per_step(sizes: list[int]) -> None:
    print(f"\nµs per step that does nothing {'':12}" + "".join(f"{size:>22,}" for size in sizes) + f"{'largest / smallest':>22}")
    for shape, make in SHAPES.items():
        for kind in ("no cache", "in memory", "on disk", "from disk"):
            found = [one_size(list(make(size)), kind) for size in sizes]
            told = "".join(f"{f'{read:6.0f} {done:7.0f} {folded:6.0f}':>22}" for read, done, folded in found)
            print(f"  {shape:10}{kind:30}{told}{sum(found[-1]) / sum(found[0]):>22.2f}")
    print("  (three figures: plan read and checked, carried out, events folded)")


def one_size(steps: list[dict[str, Any]], kind: str) -> tuple[float, float, float]:
    """`microseconds` with a cache of this kind; `from disk` is the second of two runs."""
    with tempfile.TemporaryDirectory() as folder:
        memo = _memo(kind, folder)
        if kind == "from disk":
            microseconds(steps, memo)
        found = microseconds(steps, memo)
        if memo is not None:
            memo.close()
    return found


def _memo(kind: str, folder: str) -> Memo | None:
    if kind == "no cache":
        return None
    return Memo(MemoryStore()) if kind == "in memory" else Memo(DiskStore(folder, print))


def profile(size: int) -> None:
    """Where the time of one large plan goes."""
    steps = list(web(size))
    watch = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        runner = runner_for({"steps": steps}, Memo(DiskStore(folder, print)))
        watch.runcall(asyncio.run, runner.go())
    pstats.Stats(watch).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if options.profile:
        profile(options.sizes[-1])
        return
    per_step(options.sizes)
    if options.plans:
        makespans(options.plans)


if __name__ == "__main__":
    main()
