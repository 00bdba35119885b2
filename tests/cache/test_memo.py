"""The memo: the result of an equal job comes back whole; what is broken is a miss; equal jobs at once run once."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from nb_orchestra.cache import DiskStore, Identity, Memo, MemoryStore, identify
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.usage import Usage
from nb_orchestra.values import Markdown, encode
from nb_orchestra.values.chart import Chart

PENGUINS = pd.DataFrame({"species": pd.Categorical(["Adelie", "Gentoo"]), "mass": [3750.0, float("nan")]})
RESULT = Result(
    PENGUINS,
    labels=frozenset({"private", "untrusted"}),
    sources=("https://example.org",),
    gaps=("one weight",),
    usage=Usage(10, 5, 1, None),
    model="built-in",
    reason="easy",
    taken_at="2026-11-23T12:00:00+00:00",
    warnings=("a warning",),
    seconds=1.5,
    failures=({"row": 3, "error": "bad"},),
    rows=2,
)


@pytest.fixture(params=["memory", "disk"])
def memo(request, tmp_path):
    made = Memo(MemoryStore() if request.param == "memory" else DiskStore(tmp_path / "cache", pytest.fail), pytest.fail)
    yield made
    made.close()


def identity(**parts):
    found = identify(parts)
    assert found is not None
    return found


def test_a_result_comes_back_whole_and_says_that_it_was_kept(memo):
    """Value, labels, sources, gaps, usage, model, time and warnings come back; `cached` is set."""
    job = identity(recipe="group_mean", input=PENGUINS)

    async def work():
        assert await memo.find(job) is None
        assert await memo.keep(job, RESULT) is None
        return await memo.find(job)

    back = asyncio.run(work())
    pd.testing.assert_frame_equal(back.value, PENGUINS)
    assert back.cached is True
    for name in ("labels", "sources", "gaps", "usage", "model", "reason", "taken_at", "warnings", "seconds", "failures", "rows"):
        assert getattr(back, name) == getattr(RESULT, name)


def test_every_kind_of_answer_is_kept(memo):
    """Text with charts, numbers, nothing, lists, records and series come back equal."""
    chart = Chart(PENGUINS, {"kind": "bar"}, b"\x89PNG", "<svg/>")
    values = [Markdown("# a\n\n[[c]]", {"c": chart}), chart, 4201.8, None, True, ["a", 1], {"a": {"b": [1, 2]}}, "text"]

    async def work():
        for number, value in enumerate(values):
            assert await memo.keep(identity(number=number), Result(value)) is None
        return [(await memo.find(identity(number=number))).value for number in range(len(values))]

    back = asyncio.run(work())
    assert back == values
    assert [type(value) for value in back] == [type(value) for value in values]


def test_another_job_does_not_find_it(memo):
    """A result belongs to its whole identity."""

    async def work():
        await memo.keep(identity(recipe="mean", input=PENGUINS), RESULT)
        return await memo.find(identity(recipe="mean", input=PENGUINS.iloc[:1]))

    assert asyncio.run(work()) is None


def test_what_cannot_be_kept_is_said_and_failures_never_are(memo):
    """A value of an unknown class gives a reason; a failure is no result."""

    async def work():
        assert "kept" in await memo.keep(identity(a=1), Result(object()))
        assert "only results" in await memo.keep(identity(a=1), Failure("ToolError", "no"))
        return await memo.find(identity(a=1))

    assert asyncio.run(work()) is None


def test_records_are_kept_beside_results(memo):
    """Plans and decisions are JSON data under a key of their own kind; keeping again replaces."""
    job = identity(goal="compare")

    async def work():
        assert await memo.find_record(job.key) is None
        await memo.keep_record(job.key, {"plan": [1]})
        await memo.keep_record(job.key, {"plan": [1, {"a": None}]})
        assert await memo.find(job) is None
        return await memo.find_record(job.key)

    assert asyncio.run(work()) == {"plan": [1, {"a": None}]}


@pytest.mark.parametrize(
    "data", [b"", b"rubbish", encode(1), encode({"value": 1}), encode({"value": 1, "story": {"unheard": 1, "usage": {}}}), encode({"value": 1, "story": []})]
)
def test_a_broken_entry_is_a_miss_and_one_warning(data):
    """Whatever lies under the key, finding gives None; the person hears of it once, and the job can be kept again."""
    warnings = []
    store = MemoryStore()
    memo = Memo(store, warnings.append)
    job = identity(a=1)

    async def work():
        store.write({job.key: data})
        assert await memo.find(job) is None
        assert await memo.find(job) is None
        await memo.keep(job, Result(1))
        return (await memo.find(job)).value

    assert asyncio.run(work()) == 1
    assert len(warnings) == 1


def test_a_new_run_hears_of_trouble_again():
    """`tell` sends warnings of the memo and of its store to the run that is going on."""
    first, second = [], []
    store = MemoryStore()
    memo = Memo(store, first.append)
    store.write({identity(a=1).key: b"rubbish"})
    asyncio.run(memo.find(identity(a=1)))
    memo.tell(second.append)
    asyncio.run(memo.find(identity(a=1)))
    assert (len(first), len(second)) == (1, 1)


def test_equal_jobs_at_once_run_once(memo):
    """Of many equal jobs that start together the first runs; the others wait and find its result. Other jobs are not held up."""
    ran = []

    async def one(number):
        job = identity(job=number)
        async with memo.lock(job.key):
            found = await memo.find(job)
            if found is None:
                ran.append(number)
                await asyncio.sleep(0)
                await memo.keep(job, Result(number))
                return number
            return found.value

    async def work():
        return await asyncio.gather(*(one(number % 3) for number in range(30)))

    assert asyncio.run(work()) == [number % 3 for number in range(30)]
    assert sorted(ran) == [0, 1, 2]
    assert memo._flights == {}


def test_a_cancelled_job_frees_those_that_wait(memo):
    """When the first of equal jobs is cancelled or fails, the next one runs."""
    done = []

    async def one(name, fails=False):
        async with memo.lock("k"):
            await asyncio.sleep(0)
            if fails:
                raise ValueError(name)
            done.append(name)

    async def work():
        tasks = [asyncio.create_task(one("a", True)), asyncio.create_task(one("b")), asyncio.create_task(one("c"))]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    outcomes = asyncio.run(work())
    assert [type(outcome) for outcome in outcomes] == [ValueError, asyncio.CancelledError, type(None)]
    assert done == ["c"]
    assert memo._flights == {}


def test_the_loop_is_free_while_the_disk_is_slow():
    """A store that blocks does not block the event loop."""
    import threading

    gate = threading.Event()

    class Slow(MemoryStore):
        def read(self, keys):
            assert gate.wait(10)
            return super().read(keys)

    async def work():
        finding = asyncio.create_task(Memo(Slow()).find(Identity("k")))
        await asyncio.sleep(0)
        gate.set()  # reached only because the loop goes on while the store waits
        return await finding

    assert asyncio.run(work()) is None


def test_a_memo_works_after_a_fork(tmp_path):
    """A forked child keeps and finds in the same folder."""
    code = """
import asyncio, os, sys
from nb_orchestra.cache import DiskStore, Identity, Memo
from nb_orchestra.core.outcome import Result
memo = Memo(DiskStore(sys.argv[1], print), print)
asyncio.run(memo.keep(Identity('a'), Result(1)))
child = os.fork()
if not child:
    asyncio.run(memo.keep(Identity('b'), Result(2)))
    os._exit(asyncio.run(memo.find(Identity('a'))).value)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), asyncio.run(memo.find(Identity('b'))).value)
"""
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "cache")], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert printed.strip() == "1 2"


KILLED = """
import asyncio, sys
from nb_orchestra.cache import DiskStore, Memo, identify
from nb_orchestra.core.outcome import Result
import numpy as np
import pandas as pd
memo = Memo(DiskStore(sys.argv[1], print), print)
async def steps():
    for number in range(120):
        job = identify({'step': number})
        async with memo.lock(job.key):
            if await memo.find(job) is None:
                print('ran', number, flush=True)
                await memo.keep(job, Result(pd.DataFrame({'n': [number] * (10 if number % 4 else 20_000)})))
                print('kept', number, flush=True)
asyncio.run(steps())
print('end', flush=True)
"""


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])])
def test_a_killed_run_goes_on_and_repeats_no_kept_step(kills, tmp_path):
    """kill -9 at random moments of a run of 120 steps: no step that was kept runs again, and every value is right at the end."""
    chance, kept, repeated, ended = random.Random(kills), set(), [], False
    for turn in range(kills + 1):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "cache")], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = 10**9 if turn == kills else chance.randint(1, max(2, 400 // kills))
        for read, line in enumerate(process.stdout, 1):
            if read == lines:
                process.kill()
            word, number = (*line.split(), "")[:2]
            repeated += [number] if word == "ran" and number in kept else []
            kept |= {number} if word == "kept" else set()
            ended = ended or word == "end"
        process.wait()
        process.stdout.close()
    assert (repeated, ended, len(kept) <= 120) == ([], True, True)
    memo = Memo(DiskStore(tmp_path / "cache", pytest.fail), pytest.fail)
    found = [asyncio.run(memo.find(identity(step=number))).value["n"].unique().tolist() for number in range(120)]
    memo.close()
    assert found == [[number] for number in range(120)]


def large_frame():
    return pd.DataFrame({"n": range(200_000), "x": np.linspace(0, 1, 200_000), "text": [f"row {number % 7}" for number in range(200_000)]})


def test_a_large_table_is_the_readers_own(tmp_path):
    """What a person does to a table that was read from the cache reaches neither the cache nor another reader."""
    memo = Memo(DiskStore(tmp_path / "cache"))
    frame = large_frame()
    identity = identify({"a": 1})
    asyncio.run(memo.keep(identity, Result(frame)))
    for _ in range(2):
        read = asyncio.run(memo.find(identity)).value
        pd.testing.assert_frame_equal(read, frame)
        read["n"].to_numpy(copy=False)
        read.loc[3, "n"], read.loc[3, "x"], read.loc[3, "text"] = -1, -1.0, "mine"
        read["x"] *= 2
        assert read["n"].iloc[3] == -1
    again = asyncio.run(Memo(DiskStore(tmp_path / "cache")).find(identity)).value
    pd.testing.assert_frame_equal(again, frame)


def test_a_table_that_was_read_outlives_its_entry(tmp_path):
    """Clearing or trimming the cache takes nothing from a variable."""
    store = DiskStore(tmp_path / "cache")
    memo = Memo(store)
    asyncio.run(memo.keep(identify({"a": 1}), Result(large_frame())))
    read = asyncio.run(memo.find(identify({"a": 1}))).value
    assert store.trim(0).entries == 1
    assert asyncio.run(memo.find(identify({"a": 1}))) is None
    pd.testing.assert_frame_equal(read, large_frame())


@pytest.mark.parametrize("columns", [3, 60])
def test_columns_of_a_kept_table_can_be_written_to(columns, tmp_path):
    """Every column of a table from the cache can be changed in place, however many there are."""
    frame = pd.DataFrame({f"c{number}": np.arange(10_000.0) for number in range(columns)})
    memo = Memo(DiskStore(tmp_path / "cache"))
    asyncio.run(memo.keep(identify({"a": 1}), Result(frame)))
    read = asyncio.run(memo.find(identify({"a": 1}))).value
    read.iloc[0, :] = -1.0
    read["new"] = 1
    assert (read.iloc[0, :columns] == -1.0).all()


class CountingStore(MemoryStore):
    """Knows how many writes there were, and with which keys."""

    def __init__(self):
        super().__init__()
        self.writes = []

    def write(self, items):
        self.writes.append(set(items))
        super().write(items)


def test_results_that_end_together_are_written_together():
    """Each is there when its `keep` returns, and what came while others were written went in one write; one that cannot be kept hinders no other."""
    store = CountingStore()
    memo = Memo(store)
    jobs = [identity(number=number) for number in range(8)]

    async def keep(number):
        value = Result(object() if number == 3 else number)
        reason = await memo.keep(jobs[number], value, {f"question {number}".replace(" ", "-"): number})
        return reason, jobs[number].key in store.read([jobs[number].key])

    async def work():
        return await asyncio.gather(*(keep(number) for number in range(8)))

    ended = asyncio.run(work())
    assert [there for _, there in ended] == [number != 3 for number in range(8)]
    assert [reason is not None for reason, _ in ended] == [number == 3 for number in range(8)]
    assert len(store.writes) == 1
    assert "record-question-3" not in store.writes[0]
    memo.close()


def test_a_step_that_is_cancelled_while_its_value_is_written_stops_no_other():
    """The others' values are kept, and the memo goes on."""
    store = CountingStore()
    memo = Memo(store)

    async def work():
        tasks = [asyncio.create_task(memo.keep(identity(number=number), Result(number))) for number in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await memo.keep(identity(number=9), Result(9))
        return ended, [(await memo.find(identity(number=number))).value for number in (1, 2, 3, 9)]

    ended, kept = asyncio.run(work())
    assert isinstance(ended[0], asyncio.CancelledError)
    assert (ended[1:], kept) == ([None] * 3, [1, 2, 3, 9])
    memo.close()


def test_a_store_that_refuses_a_write_is_told_to_all_who_wait_for_it():
    """Nobody waits for ever, and the next write is tried again."""
    store = CountingStore()
    memo = Memo(store)
    bad, good = Identity("no key for a store", {}), identity(number=1)

    async def work():
        together = await asyncio.gather(memo.keep(bad, Result(1)), memo.keep(good, Result(2)), return_exceptions=True)
        return together, await memo.keep(good, Result(2))

    together, alone = asyncio.run(work())
    assert [type(end) for end in together] == [ValueError, ValueError]
    assert alone is None
    memo.close()
