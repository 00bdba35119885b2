"""What every executor must do; a new one is one more parameter."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.executors import EXECUTORS
from nb_orchestra.protocols import Executor

PATIENCE = 20


@pytest.fixture(params=sorted(EXECUTORS))
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    made = EXECUTORS[request.param]()
    yield made
    made.close()


def total(frame: pd.DataFrame, column: str) -> float:
    return float(frame[column].sum())


def fail(words: str) -> None:
    raise LookupError(words)


def test_a_function_gives_its_value(executor: Executor) -> None:
    """Tables go in as they are, values come out as they are."""
    assert asyncio.run(executor.run(total, pd.DataFrame({"a": [1.0, 2.5]}), "a")) == 3.5


def test_what_a_function_raises_comes_through(executor: Executor) -> None:
    """The exception keeps its type and words."""
    with pytest.raises(LookupError, match="not here"):
        asyncio.run(executor.run(fail, "not here"))


def test_the_loop_goes_on_meanwhile(executor: Executor) -> None:
    """Work runs off the event loop: the loop can release what the work waits for."""
    released = threading.Event()

    async def both() -> Any:
        work = asyncio.ensure_future(executor.run(released.wait, PATIENCE))
        await asyncio.sleep(0)
        released.set()
        return await work

    assert asyncio.run(both()) is True


def test_two_functions_run_at_once(executor: Executor) -> None:
    """At least two at a time, whatever the machine."""
    meeting = threading.Barrier(2, timeout=PATIENCE)

    async def both() -> Any:
        return await asyncio.gather(executor.run(meeting.wait), executor.run(meeting.wait))

    assert sorted(asyncio.run(both())) == [0, 1]


def test_abandoned_work_hurts_nobody(executor: Executor) -> None:
    """A cancelled caller gets its cancellation at once; the executor goes on to work."""
    hold = threading.Event()

    async def abandon() -> float:
        work = asyncio.ensure_future(executor.run(hold.wait, PATIENCE))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        hold.set()
        return float(await executor.run(total, pd.DataFrame({"a": [1.0]}), "a"))

    assert asyncio.run(abandon()) == 1.0


def test_closing_twice_is_fine(executor: Executor) -> None:
    """`close` may be called at any time, again too, and an executor that was closed can start anew."""
    executor.close()
    executor.close()
    assert asyncio.run(executor.run(len, "abc")) == 3


def test_any_amount_of_abandoned_work_leaves_room(executor: Executor) -> None:
    """Work that was given up and goes on all the same keeps no place that other work waits for."""
    hold = threading.Event()

    async def abandon() -> float:
        for _ in range(20):
            work = asyncio.ensure_future(executor.run(hold.wait, PATIENCE))
            await asyncio.sleep(0)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
        async with asyncio.timeout(PATIENCE):
            return float(await executor.run(total, pd.DataFrame({"a": [1.0]}), "a"))

    assert asyncio.run(abandon()) == 1.0
    hold.set()
