"""`for_each` over many rows: one row first, results kept many at a time, failures done again alone."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pandas as pd

from nb_orchestra.cache import Memo, MemoryStore
from tests.running.staging import Stage, call

MANY = pd.DataFrame({"n": range(1000)})


class Counting(MemoryStore):
    """Counts how often it is asked."""

    reads = writes = 0

    def read(self, keys: Any) -> dict[str, bytes]:
        self.reads += 1
        return super().read(keys)

    def write(self, items: Any) -> None:
        self.writes += 1
        super().write(items)


def each(tool: str) -> dict[str, Any]:
    return {"steps": [{**call("s1", tool, number={"row": "n"}), "for_each": {"data": "many"}, "name": "made"}]}


def test_the_store_is_asked_for_many_rows_at_once() -> None:
    """A thousand rows cost a few looks, not a thousand."""

    async def twice(number: int) -> int:
        return 2 * number

    store = Counting()
    run = Stage(tools=(twice,), memo=Memo(store)).run(plan=each("twice"), data={"many": MANY})
    assert run.value["made"].tolist() == (2 * MANY["n"]).tolist()
    assert store.reads < 50


def test_only_failed_rows_are_done_again() -> None:
    """The next run takes what succeeded from the cache and tries the failures alone."""
    done: list[int] = []
    broken = {3, 500, 999}

    async def mostly(number: int) -> int:
        done.append(number)
        if number in broken:
            raise ValueError("not now")
        return number

    stage = Stage(tools=(mostly,))
    first = stage.run(plan=each("mostly"), data={"many": MANY})
    assert [row["n"] for row in first.result("s1").failures] == [3, 500, 999]
    done.clear()
    again = stage.run(plan=each("mostly"), data={"many": MANY})
    assert (sorted(done), len(again.value)) == ([3, 500, 999], 997)


def test_a_first_row_that_shows_that_all_would_fail_stops_the_step() -> None:
    """One call tells that a model refuses; 999 more would say the same."""
    from nb_orchestra.errors import ModelRefusedError

    done: list[int] = []

    async def refuses(number: int) -> int:
        done.append(number)
        raise ModelRefusedError("no credit")

    failure = Stage(tools=(refuses,)).run(plan=each("refuses"), data={"many": MANY}).failures["s1"]
    assert (done, failure.error) == ([0], "ModelRefusedError")
    assert "the other 999" in failure.message


def test_one_row_is_tried_before_the_others_start() -> None:
    """While the first row runs, no other does; then as many as are allowed."""
    running: list[int] = []
    most: list[int] = []

    async def watched(number: int) -> int:
        running.append(number)
        most.append(len(running))
        await asyncio.sleep(0)
        running.remove(number)
        return number

    Stage(tools=(watched,)).run(plan=each("watched"), data={"many": MANY[:50]}, parallel=5)
    assert most[0] == 1
    assert max(most) == 5


DONE: list[int] = []
RUNNERS: list[Any] = []


async def stopped_at_600(number: int) -> int:
    here = vars(sys.modules[__name__])  # looked up, because what a tool reaches by name is part of its identity
    here["DONE"].append(number)
    if number == 600:
        here["RUNNERS"][-1].cancel()
        await asyncio.Event().wait()
    return number


def test_what_was_done_before_a_stop_is_kept() -> None:
    """Rows that ended are written before the run has ended."""
    stage = Stage(tools=(stopped_at_600,))
    for _ in range(2):
        RUNNERS.append(stage.runner(plan=each("stopped_at_600"), data={"many": MANY}, parallel=1))
        asyncio.run(RUNNERS[-1].go())
    assert [*range(601), 600] == DONE
