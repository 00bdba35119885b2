"""The 30 steps of reruns.py on LangGraph's node cache (SQLite) and joblib, and which changes of a step their caches see. Runs in a venv of its own:

    python benchmarks/peers.py          # with langgraph, langgraph-checkpoint-sqlite and joblib installed; nothing of ours is imported

A change "must miss" where the value would be another, "must hit" where it would be the same. Printed as a table, ours beside it from
tests/cache/test_mutations.py, where each of these rows is a test.
"""

import linecache
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

STEPS = 30
NUMBERS = 20_000


def needs_of(number: int) -> list[int]:
    """Which steps a step reads: two of the ten before its ten."""
    return [] if number < 10 else [number - 10, (number - 10) // 10 * 10 + (number + 3) % 10]


def work(seed: int, inputs: list) -> list:  # type: ignore[type-arg]
    """Numbers from a seed and the first numbers of the inputs."""
    import random

    chance = random.Random(seed + sum(item[0] for item in inputs))
    return [chance.random() for _ in range(20_000)]


def best(function: Callable[[], Any], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def langgraph_app(folder: str, made: list[int]) -> Any:
    """The 30 steps as a StateGraph with a cache policy on each node."""
    from typing import TypedDict

    from langgraph.cache.sqlite import SqliteCache
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import CachePolicy

    state = TypedDict("state", {f"n{number}": list for number in range(STEPS)}, total=False)  # type: ignore[misc]
    graph = StateGraph(state)
    for number in range(STEPS):

        def node(given: Any, number: int = number) -> Any:
            made.append(number)
            return {f"n{number}": work(number, [given[f"n{need}"] for need in needs_of(number)])}

        graph.add_node(f"s{number}", node, cache_policy=CachePolicy())
    for number in range(STEPS):
        needs = [f"s{need}" for need in dict.fromkeys(needs_of(number))]
        graph.add_edge(needs or START, f"s{number}") if len(needs) != 1 else graph.add_edge(needs[0], f"s{number}")
    for number in range(20, STEPS):
        graph.add_edge(f"s{number}", END)
    return graph.compile(cache=SqliteCache(path=str(Path(folder) / "cache.db")))


def langgraph_times() -> None:
    made: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        app = langgraph_app(folder, made)
        started = time.perf_counter()
        app.invoke({})
        cold, first = time.perf_counter() - started, len(made)
        again = best(lambda: app.invoke({}))
        print(f"LangGraph node cache (SQLite): new {cold * 1e3:,.0f} ms, cached {again * 1e3:,.0f} ms; {len(made) - first} steps run in the 5 re-runs")


def joblib_times() -> None:
    import joblib

    with tempfile.TemporaryDirectory() as folder:
        kept = joblib.Memory(folder, verbose=0).cache(work)

        def all_steps() -> None:
            given: dict[int, Any] = {}
            for number in range(STEPS):
                given[number] = kept(number, [given[need] for need in needs_of(number)])

        started = time.perf_counter()
        all_steps()
        cold = time.perf_counter() - started
        print(f"joblib.Memory: new {cold * 1e3:,.0f} ms, cached {best(all_steps) * 1e3:,.0f} ms")


SOURCE = "FACTOR = 2\ndef helper(x):\n    return x * FACTOR\n\ndef step(x):\n    CALLS.append(1)\n    return helper(x) + 1\n"
CHANGES: Sequence[tuple[str, str, bool]] = (
    ("nothing", SOURCE, True),
    ("its own body", SOURCE.replace("+ 1", "+ 5"), False),
    ("the body of what it calls", SOURCE.replace("x * FACTOR", "x + FACTOR"), False),
    ("a global that it reaches", SOURCE.replace("FACTOR = 2", "FACTOR = 3"), False),
    ("moved two lines down", "\n\n" + SOURCE, True),
    ("reformatted", SOURCE.replace("helper(x) + 1", "(helper(x)\n            + 1)"), True),
    ("a comment", SOURCE.replace("CALLS.append(1)", "CALLS.append(1)  # counted"), True),
)


def defined(source: str, calls: list[int]) -> Callable[[int], int]:
    """The function as a cell of a notebook defines it: a file name per text, as ipykernel gives it."""
    name = f"<ipython-input-{abs(hash(source))}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "__main__", "CALLS": calls}
    exec(compile(source, name, "exec"), space)
    made: Callable[[int], int] = space["step"]
    return made


def by_langgraph(folder: str) -> Callable[[Callable[[int], int]], Any]:
    from typing import TypedDict

    from langgraph.cache.sqlite import SqliteCache
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import CachePolicy

    cache = SqliteCache(path=str(Path(folder) / "mutations.db"))

    class Given(TypedDict, total=False):
        x: int
        y: int

    def run(function: Callable[[int], int]) -> Any:
        graph = StateGraph(Given)
        graph.add_node("step", lambda given: {"y": function(given["x"])}, cache_policy=CachePolicy())
        graph.add_edge(START, "step")
        graph.add_edge("step", END)
        return graph.compile(cache=cache).invoke({"x": 4})["y"]

    return run


def by_joblib(folder: str) -> Callable[[Callable[[int], int]], Any]:
    import joblib

    memory = joblib.Memory(folder, verbose=0)
    return lambda function: memory.cache(function)(4)


def mutations() -> None:
    print(f"{'changed':<28}{'should':<8}{'LangGraph':<22}joblib")
    for what, source, same in CHANGES:
        told = [what.ljust(28), ("hit" if same else "miss").ljust(8)]
        told += [_tried(make, source, same).ljust(22) for make in (by_langgraph, by_joblib)]
        print("".join(told))


def _tried(make: Callable[[str], Any], source: str, same: bool) -> str:
    calls: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        run = make(folder)
        run(defined(SOURCE, calls))
        before = len(calls)
        try:
            value = run(defined(source, calls))
        except Exception as error:
            return f"error: {type(error).__name__}"
        hit = len(calls) == before
        right = value == defined(source, [])(4)
    return f"{'hit' if hit else 'miss'}{'' if hit == same else ' ✗ stale answer' if not right else ' ✗ run again'}"


def main() -> None:
    random.seed(1)
    langgraph_times()
    joblib_times()
    mutations()


if __name__ == "__main__":
    main()
