"""One warm process for all: many threads and loops at once, cancelled, interrupted, killed and closed, with nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.sandbox import Limits, arun_code, close, jobs, run_code
from nb_orchestra.sandbox.warm import Warm, warm

FOREVER = "while True: pass"
LONG = Limits(seconds=100)
PATIENCE = 20.0


def nothing_left(children: Callable[[], list[int]], name: str) -> None:
    """Until the process, the thread that waited for it and its folder are gone."""
    until(lambda: not children() and not warm().places.jobs() and f"nb_orchestra {name}" not in [thread.name for thread in threading.enumerate()])


def until(condition: Callable[[], object]) -> None:
    """Looks again and again until it is so; fails where it never is."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends
        threading.Event().wait(0.005)


def value_of(outcome: object) -> object:
    assert isinstance(outcome, Result), outcome
    return outcome.value


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_it_works_inside_a_running_loop() -> None:
    """Both doors work where a loop runs, as it does in a notebook."""

    async def both() -> tuple[object, object]:
        return value_of(await arun_code("result = 1")), value_of(run_code("result = 2"))

    assert asyncio.run(both()) == (1, 2)


def test_the_loop_stays_free_while_code_runs() -> None:
    """Other coroutines go on while a job runs, and jobs run side by side."""

    async def together() -> tuple[list[object], int]:
        turns, done = 0, asyncio.Event()

        async def count() -> None:
            nonlocal turns
            while not done.is_set():
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        outcomes = await asyncio.gather(*(arun_code(f"result = {number}") for number in range(8)))
        done.set()
        await counting
        return [value_of(outcome) for outcome in outcomes], turns

    values, turns = asyncio.run(together())
    assert values == list(range(8))
    assert turns > 8


def test_many_threads_and_loops_share_one_process() -> None:
    """Jobs from many threads, each with a loop of its own, get their own results from one warm process."""
    run_code("result = 0")
    before = warm().pid

    def both(number: int) -> tuple[object, object]:
        return value_of(asyncio.run(arun_code(f"result = {number}"))), value_of(run_code(f"result = {number} + 100"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(both, range(24))) == [(number, number + 100) for number in range(24)]
    assert warm().pid == before


def test_cancelling_kills_the_job(children: Callable[[], list[int]]) -> None:
    """A cancelled `arun_code` raises CancelledError once its process is gone."""
    run_code("result = 1")

    async def cancel() -> list[int]:
        task = asyncio.create_task(arun_code(FOREVER, limits=LONG))
        await asyncio.to_thread(until, children)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return children()

    assert asyncio.run(cancel()) == []
    assert not warm().places.jobs()


def test_cancelling_at_once_leaves_nothing(children: Callable[[], list[int]]) -> None:
    """Also where the job had not begun, and where the cancelling is repeated."""

    async def cancel() -> None:
        task = asyncio.create_task(arun_code(FOREVER, limits=LONG))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert children() == []


def test_a_timeout_of_asyncio_kills_the_job(children: Callable[[], list[int]]) -> None:
    """`asyncio.timeout` around a job ends it."""

    async def hurry() -> None:
        async with asyncio.timeout(0.2):
            await arun_code(FOREVER, limits=LONG)

    with pytest.raises(TimeoutError):
        asyncio.run(hurry())
    assert children() == []


def test_an_interrupt_kills_the_job(children: Callable[[], list[int]]) -> None:
    """Ctrl-C while `run_code` waits raises KeyboardInterrupt once the job is gone, and the next job runs in the same warm process."""
    run_code("result = 1")
    before = warm().pid
    main = threading.main_thread().ident
    assert main is not None
    waker = threading.Thread(target=lambda: (until(children), signal.pthread_kill(main, signal.SIGINT)))
    waker.start()
    with pytest.raises(KeyboardInterrupt):
        run_code(FOREVER, limits=LONG)
    waker.join()
    assert children() == []
    assert value_of(run_code("result = 3")) == 3
    assert warm().pid == before


def test_a_warm_process_that_died_is_replaced() -> None:
    """The next job starts another one; the old one's folder is removed."""
    run_code("result = 1")
    old, places = warm().pid, warm().places.all
    os.kill(old, signal.SIGKILL)
    assert value_of(run_code("result = 2")) == 2
    assert warm().pid != old
    assert not any(place.exists() for place in places)


def test_a_job_whose_process_dies_runs_again(children: Callable[[], list[int]]) -> None:
    """Where the warm process is killed under a job, the job is run once more: code in the sandbox has no effects."""
    run_code("result = 1")
    old = warm().pid
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(run_code("import time\ntime.sleep(1)\nresult = 5")))
    thread.start()
    until(children)
    os.kill(old, signal.SIGKILL)
    thread.join()
    assert value_of(found[0]) == 5


def test_jobs_end_with_the_warm_process(children: Callable[[], list[int]]) -> None:
    """When the warm process is killed, so are its jobs."""
    thread = threading.Thread(target=lambda: run_code(FOREVER, limits=Limits(seconds=2)))
    thread.start()
    until(children)
    job = psutil.Process(children()[0])
    os.kill(warm().pid, signal.SIGKILL)
    job.wait(PATIENCE)
    assert not job.is_running()
    thread.join()


def test_nothing_is_left_after_many_runs(children: Callable[[], list[int]]) -> None:
    """Two hundred jobs, good and bad, leave no thread, process, file handle or folder behind."""
    run_code("result = 1")
    threads, files = threading.active_count(), open_files()
    for number in range(100):
        run_code("result = 1" if number % 2 else "1 / 0")
    asyncio.run(many())
    assert threading.active_count() == threads
    assert open_files() == files
    assert children() == []
    assert not warm().places.jobs()


async def many() -> None:
    for _ in range(10):
        await asyncio.gather(*(arun_code("result = 1") for _ in range(10)))


def test_closing_leaves_nothing() -> None:
    """After `close`, thread, process, pipes and folder are gone; the next job starts anew."""
    close()
    threads, files = threading.active_count(), open_files()
    run_code("result = 1")
    process, places = psutil.Process(warm().pid), warm().places.all
    close()
    assert not process.is_running()
    assert not any(place.exists() for place in places)
    assert (threading.active_count(), open_files()) == (threads, files)
    assert value_of(run_code("result = 2")) == 2


SCRIPT = """
from nb_orchestra.sandbox import run_code
from nb_orchestra.sandbox.warm import warm
assert run_code("result = 1").value == 1
print(warm().pid, *warm().places.all, flush=True)
"""


@pytest.mark.parametrize("end", ["", "import os; os.kill(os.getpid(), 9)", "import os; os._exit(0)", "raise RuntimeError"])
def test_the_warm_process_ends_with_its_kernel(end: str) -> None:
    """However a kernel ends, also killed, its warm process ends too and removes its folder."""
    told = subprocess.run([sys.executable, "-c", SCRIPT + end], capture_output=True, text=True)
    pid, *places = told.stdout.split()
    until(lambda: not psutil.pid_exists(int(pid)) and not any(Path(place).exists() for place in places))
    assert not psutil.pid_exists(int(pid))


def test_a_forked_kernel_has_a_warm_process_of_its_own() -> None:
    """After a fork, parent and child do not share one."""
    run_code("result = 1")
    script = SCRIPT + (
        "import os\nparent, (r, w) = warm().pid, os.pipe()\n"
        "if os.fork() == 0:\n  ok = run_code('result = 2').value == 2 and warm().pid != parent\n  from nb_orchestra.sandbox import close\n  close()\n"
        "  os.write(w, b'yes' if ok else b'no')\n  os._exit(0)\n"
        "assert os.read(r, 9) == b'yes'\nassert run_code('result = 3').value == 3 and warm().pid == parent"
    )
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def test_the_warm_process_has_a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor file handles of the kernel reach the warm process itself."""
    monkeypatch.setenv("SOME_TOKEN", "a-secret-token")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    process = Warm()
    try:
        assert process.tier in ("isolated", "limited")
        assert b"a-secret-token" not in Path(f"/proc/{process.pid}/environ").read_bytes()
        links = [os.readlink(path) for path in Path(f"/proc/{process.pid}/fd").iterdir()]
        assert not set(links) & {os.readlink(f"/proc/self/fd/{reading}"), os.readlink(f"/proc/self/fd/{writing}")}
    finally:
        process.close()
        os.close(reading)
        os.close(writing)


def test_a_handle_cancelled_before_the_start_stops_the_job() -> None:
    """Nothing runs on for a job that was given up before it began."""
    handle = jobs.Handle()
    handle.cancel()
    outcome = jobs.run(FOREVER, {}, "result", LONG, True, handle)
    assert isinstance(outcome, Failure)
    assert outcome.error == "CancelledError"


def test_a_closed_process_says_so() -> None:
    """A job for a process that was closed is a Failure, not an exception."""
    process = Warm()
    process.close()
    outcome = jobs.run("result = 1", {}, "result", LONG, True, jobs.Handle(), process)
    assert isinstance(outcome, Failure)
    assert (outcome.error, outcome.message) == ("StepError", "the sandbox is closed")


def test_importing_the_room_starts_nothing() -> None:
    """The door is light: no process, no pandas, no pyarrow until code is run."""
    script = "import sys, nb_orchestra.sandbox\nassert not {'pandas', 'pyarrow', 'numpy', 'subprocess'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
