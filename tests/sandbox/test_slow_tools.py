"""Slow pure tools in a process that can be killed: the same values, exceptions and words as in a thread, and an end at once when nobody waits."""

from __future__ import annotations

import asyncio
import builtins
import collections
import ctypes
import datetime as dt
import functools
import linecache
import math
import os
import pathlib
import signal
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from nb_orchestra import orchestrate, sandbox, tool
from nb_orchestra.errors import GoalError, RunFailedError, ToolError
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.threads import abandoned
from nb_orchestra.tools import FunctionTool, function, identity
from nb_orchestra.values import content
from nb_orchestra.values.functions import CannotTravelError, packed
from tests.sandbox import test_lifetime
from tests.sandbox.test_lifetime import nothing_left, open_files, until

RATE, LIMITS = 3, {"low": 1.5, "high": [2, None]}
TABLE = pd.DataFrame({"k": ["a", "b"], "v": [1.0, np.nan]}, index=pd.Index([7, 9], name="row"))
TABLE.attrs = {"units": {"v": "g"}}


def twice(x: Any) -> Any:
    return x * 2


@functools.cache
def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@tool
def also_a_tool(x: int) -> int:
    return twice(x) + RATE


def with_all(x: int, *, more: float = 0.5, table: pd.DataFrame = TABLE) -> dict[str, Any]:
    """Reaches modules, helpers, other tools, globals, defaults, a class of a package, a function inside."""

    def inside(y: int) -> int:
        return twice(y) + len(LIMITS)

    counted = collections.Counter("abca")
    return {"n": inside(x), "fib": fib(30), "tool": also_a_tool(x), "more": math.floor(more), "t": table.assign(w=np.sqrt(table["v"])), "c": dict(counted)}


def maker(step: int) -> Callable[[int], int]:
    def climb(x: int) -> int:
        return x if x > 20 else climb(x + step)

    return climb


def odd_table(x: int) -> pd.DataFrame:
    """Every kind of column, labels of many kinds, notes."""
    frame = pd.DataFrame({"x": [1.5, None, -0.0], 2: [1, 2, 3], ("a", "b"): ["é", None, ""], "mixed": pd.Series([1, "one", None], dtype=object)})
    frame["kind"] = pd.Categorical(["lo", None, "hi"], ["lo", "mid", "hi"], ordered=True)
    frame["when"] = pd.date_range("2020-03-29", periods=3, freq="h", tz="Europe/Berlin")
    frame["whole"] = pd.array([1, None, x], "Int64")
    frame["span"] = pd.period_range("2020-01", periods=3, freq="M")
    frame["list"] = pd.Series([[1], {"a": 2}, (3,)], dtype=object)
    frame.attrs = {"source": "a field book", "units": {"x": "g"}}
    return frame.set_index(pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")], names=["n", None]))


VALUES: dict[str, Callable[[int], Any]] = {
    "all it reaches": with_all,
    "itself, and what it closes over": maker(4),
    "an odd table": odd_table,
    "a name in pandas' own language": lambda x: TABLE.query("v < @RATE").eval("v + @x").tolist(),
    "nothing": lambda x: None,
    "numpy's numbers": lambda x: [np.float64(x), np.int8(3), np.bool_(True), np.datetime64("2020-01-01"), math.nan, -0.0, 1 << 80],
    "arrays": lambda x: (np.arange(x, dtype="float32").reshape(-1, 1), np.array(["a", None], dtype=object), np.array([1 + 2j])),
    "a series": lambda x: pd.Series([1, 2], name=("a", 1), index=pd.to_datetime(["2020-01-01", "2020-01-02"])),
    "containers": lambda x: {1: {2, 3}, "t": (1, [2.0, "\ud800"]), None: b"\x00", "r": range(x), "d": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
    "a text": lambda x: "é\x1b[31m" * x,
    "where it runs": lambda x: [os.getcwd(), __name__],
}
ERRORS: dict[str, Callable[[int], Any]] = {
    "a key": lambda x: {}[x],
    "a file": lambda x: os.stat("/no/such/file"),
    "a connection, which is tried again": lambda x: (_ for _ in ()).throw(ConnectionResetError("gone")),
    "of a library": lambda x: np.linalg.inv(np.zeros((2, 2))),
    "with fields of its own": lambda x: b"\xff".decode(),
    "of this package": lambda x: (_ for _ in ()).throw(GoalError("cannot", hint="do otherwise")),
}


def there(made: Callable[..., Any] | FunctionTool, **arguments: Any) -> Any:
    """What a tool gives in a process of its own, or NotApartError."""
    slow = made if isinstance(made, FunctionTool) else FunctionTool(made, pure=True, slow=True)
    work = slow.elsewhere(arguments)
    assert work is not None, slow.where
    return asyncio.run(sandbox.arun_own(work))


def run(made: FunctionTool, **options: Any) -> Any:
    plan = {"steps": [{"id": "s1", "kind": "call", "name": "found", "params": {"tool": made.name, "arguments": options.pop("arguments", {})}}]}
    return orchestrate(plan=plan, tools=[made], fresh=True, **options)


@pytest.mark.parametrize("name", VALUES)
def test_a_slow_tool_gives_the_same_in_a_process_of_its_own(name: str) -> None:
    """The same value and type to the last bit, with a table's notes; it finds what it reaches and the folder of the notebook."""
    here, told = VALUES[name](4), there(VALUES[name], x=4)
    assert type(told) is type(here)
    assert content(told) == content(here) is not None
    assert getattr(told, "attrs", None) == getattr(here, "attrs", None)


def test_tables_travel_to_a_tool_with_their_notes() -> None:
    """Arguments arrive as they are in a thread, also inside lists and mappings, and are the tool's own to change."""

    def look(frame: pd.DataFrame, many: list[Any]) -> list[Any]:
        frame["new"] = 1
        return [frame.attrs, many[1]["t"].attrs, many[1]["t"], list(frame)]

    given = odd_table(1)
    notes, others, table, names = there(look, frame=given, many=[1, {"t": TABLE}])
    assert (notes, others) == (given.attrs, TABLE.attrs)
    pd.testing.assert_frame_equal(table, TABLE)
    assert names[-1] == "new"
    assert "new" not in given


@pytest.mark.parametrize("name", ERRORS)
def test_a_slow_tool_raises_the_same_in_a_process_of_its_own(name: str) -> None:
    """The same class, words and fields, so that it is told and tried again as in a thread; its own lines are the cause."""
    with pytest.raises(Exception) as here:  # noqa: PT011  # compared below
        ERRORS[name](4)
    with pytest.raises(Exception) as told:  # noqa: PT011
        there(ERRORS[name], x=4)
    assert type(told.value) is type(here.value)
    assert (str(told.value), told.value.args, vars(told.value)) == (str(here.value), here.value.args, vars(here.value))
    assert pathlib.Path(__file__).name in str(told.value.__cause__)


def test_an_exception_that_this_kernel_has_not_keeps_its_name() -> None:
    """Also of a class that is made inside of the tool, by its nearest known relative."""

    def fails(x: int) -> None:
        class FieldBookError(LookupError):
            def __init__(self, a: int, b: int) -> None:
                super().__init__(f"{a} of {b}")

        raise FieldBookError(x, 9)

    with pytest.raises(LookupError, match="4 of 9") as told:
        there(fails, x=4)
    assert type(told.value).__name__ == "FieldBookError"
    with pytest.raises(RunFailedError, match="tool 'fails' raised FieldBookError: 4 of 9"):
        run(FunctionTool(fails, pure=True, slow=True), arguments={"x": 4})


def test_what_a_slow_tool_prints_and_warns_of_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """As in a thread: also what it had printed when its process crashed."""

    def chatty(crash: bool) -> int:
        print("looking")
        warnings.warn("a gap", RuntimeWarning, stacklevel=1)
        if crash:
            os.write(1, b"last words\n")
            os._exit(3)
        return 1

    with pytest.warns(RuntimeWarning, match="a gap"):
        assert there(chatty, crash=False) == 1
    assert capsys.readouterr().out == "looking\n"
    with pytest.raises(ToolError):
        there(chatty, crash=True)
    assert "looking\nlast words" in capsys.readouterr().out


def test_each_call_draws_its_own_random_numbers() -> None:
    """As in a thread: the forks of one process would all draw the same."""
    assert there(lambda: float(np.random.random())) != there(lambda: float(np.random.random()))


@pytest.mark.parametrize(("how", "said"), [("exits", "exit code 3"), ("crashes", "SIGSEGV"), ("is killed", "SIGKILL")])
def test_a_slow_tool_whose_process_dies_fails_its_step_only(how: str, said: str) -> None:
    """The kernel lives, the failure names the tool and what became of its process."""

    def deadly() -> None:
        if how == "exits":
            os._exit(3)
        ctypes.string_at(0) if how == "crashes" else os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(RunFailedError, match=f"tool 'deadly': its? .*process.*{said}"):
        run(FunctionTool(deadly, pure=True, slow=True))


class Own:
    """A class of the person's own."""


COUNT, MODEL = 0, Own()


def counts() -> None:
    global COUNT
    COUNT += 1


def keeps() -> Callable[[], int]:
    kept = 0

    def keep() -> int:
        nonlocal kept
        kept += 1
        return kept

    return keep


def shows() -> None:
    of_the_notebook()  # type: ignore[name-defined]  # noqa: F821  # as IPython's `display` is


STAYS: dict[str, tuple[Callable[..., Any], str]] = {
    "a class of its own": (lambda: Own(), "its global Own is the class Own, which is defined here"),
    "a global that it changes": (counts, "it changes the global COUNT"),
    "a name that only it knows": (lambda: eval("RATE"), "it looks up names while it runs (eval)"),
    "a name that notebooks have": (shows, "it uses of_the_notebook, which only a notebook has"),
    "a variable around it that it changes": (keeps(), "it changes kept, which is not its own"),
}


@pytest.mark.parametrize("name", STAYS)
def test_a_tool_that_cannot_travel_stays_in_a_thread_and_says_why(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its step is done as before; the step's reason and the tool itself tell why."""
    monkeypatch.setattr(builtins, "of_the_notebook", test_lifetime.open_files, raising=False)
    made = FunctionTool(STAYS[name][0], name="stays", pure=True, slow=True)
    done = run(made)
    assert done.state == "done"
    assert STAYS[name][1] in done.results["s1"].reason
    assert STAYS[name][1] in repr(made)


def test_helpers_of_ones_own_modules_travel_but_not_the_modules() -> None:
    """A function that was imported from a file beside the notebook goes along; the module itself may be another one by now."""
    assert packed(lambda: open_files())
    with pytest.raises(CannotTravelError, match=r"its global test_lifetime is the module tests\.sandbox\.test_lifetime, which is not of an installed package"):
        packed(lambda: test_lifetime.open_files())


def test_a_function_travels_only_as_the_code_that_would_run_here(tmp_path: pathlib.Path) -> None:
    """One whose file was edited since it was loaded, or that has no source, stays; a lambda travels, whichever of its line it is."""
    space: dict[str, Any] = {}
    file = tmp_path / "mine.py"
    file.write_text("def rate(x):\n    return x + 1\n")
    exec(compile(file.read_text(), str(file), "exec"), space)
    assert there(space["rate"], x=4) == 5
    file.write_text("def rate(x):\n    return x + 2\n")
    linecache.checkcache(str(file))
    for gone in (space["rate"], eval("lambda x: x")):
        with pytest.raises(CannotTravelError, match="not to be had, or was changed since"):
            packed(gone)
    first, second = (lambda x: x + 1), (lambda x: x * 10)
    assert [there(first, x=4), there(second, x=4)] == [5, 40]


def test_a_tool_of_a_notebook_cell_travels_with_its_imports_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell is compiled statement by statement, and `np.ones` is other code there than in a file that imports numpy."""
    shell = InteractiveShell()
    for cell in ("import numpy as np\ndef size(n):\n    return float(np.ones(n).sum())", "def size(n):\n    return float(np.ones(n).sum())"):
        assert shell.run_cell(cell, store_history=True).success
        assert there(shell.user_ns["size"], n=3) == 3.0


def test_what_a_tool_is_given_or_gives_may_keep_it_in_a_thread() -> None:
    """An argument that cannot travel keeps that call, a global that cannot each, a value that cannot every later one; each tells what it was."""

    @tool(pure=True, slow=True)
    def where(it: Any) -> int:
        return os.getpid()

    executor = LocalExecutor(apart=sandbox.arun_own)

    def call(made: FunctionTool, **given: Any) -> Any:
        return asyncio.run(executor.run(functools.partial(made, **given), elsewhere=made.elsewhere(given)))

    assert call(where, it=Own()) == os.getpid()
    assert "its argument it is a Own, which cannot travel" in where.where
    assert call(where, it=1) != os.getpid()
    assert where.where == "in a process of its own"

    @tool(pure=True, slow=True)
    def known() -> str:
        return type(MODEL).__name__

    assert call(known) == "Own"
    assert "its global MODEL is a Own, which cannot travel" in known.where

    @tool(pure=True, slow=True)
    def draws() -> Any:
        from matplotlib.figure import Figure

        return Figure()

    assert type(call(draws)).__name__ == "Figure"
    assert "what it gives cannot travel: a " in draws.where
    assert draws.elsewhere({}) is None


def test_a_tool_that_was_slow_once_runs_in_a_process_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when its cell was run again; one that says slow=False never does, one that is quick does not pay for it."""
    monkeypatch.setattr(function, "_slow", set())

    def where(salt: int) -> int:
        return os.getpid() + 0 * salt

    assert run(tool(pure=True)(where), arguments={"salt": 0}).value == os.getpid()
    assert run(tool(pure=True)(where), arguments={"salt": 1}).value == os.getpid()
    monkeypatch.setattr(function, "SLOW_SECONDS", 0.0)
    assert run(tool(pure=True)(where), arguments={"salt": 2}).value == os.getpid()
    assert run(tool(pure=True, slow=False)(where), arguments={"salt": 3}).value == os.getpid()
    assert run(tool(where), arguments={"salt": 4}).value == os.getpid()
    again = tool(pure=True)(where)
    assert run(again, arguments={"salt": 5}).value != os.getpid()
    with pytest.raises(GoalError, match="slow=True is for pure tools"):
        tool(slow=True)(where)


def test_slow_tools_run_beside_each_other(tmp_path: pathlib.Path) -> None:
    """Two at once: each waits until the other has begun."""

    @tool(pure=True, slow=True)
    def meet(own: str, other: str) -> str:
        pathlib.Path(own).touch()
        for _ in range(2_000):
            if pathlib.Path(other).exists():
                return "met"
            time.sleep(0.01)
        return "alone"

    places = [f"{tmp_path}/a", f"{tmp_path}/b"]
    steps = [
        {"id": id, "kind": "call", "params": {"tool": "meet", "arguments": {"own": own, "other": other}}}
        for id, own, other in (("s1", *places), ("s2", *places[::-1]))
    ]
    done = orchestrate(plan={"steps": steps, "result": ["s1", "s2"]}, tools=[meet], fresh=True)
    assert list(done.value.values()) == ["met", "met"]


def hold() -> None:
    """One long call into a library: no thread that is in it can be stopped."""
    ctypes.CDLL(None).sleep(600)


SLEEPER = FunctionTool(hold, pure=True, slow=True)


def test_a_slow_tool_that_is_cancelled_is_killed(children: Callable[[], list[int]]) -> None:
    """The caller goes on at once; then the process is gone, nothing is named as left, and no folder stands."""
    sandbox.tier()

    async def cancel() -> None:
        executor = LocalExecutor(apart=sandbox.arun_own)
        work = asyncio.ensure_future(executor.run(SLEEPER, elsewhere=SLEEPER.elsewhere({})))
        await asyncio.to_thread(until, children)
        began = time.monotonic()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert not abandoned(began)  # it does not run on, so nobody is told that it does

    asyncio.run(cancel())
    nothing_left(children, "hold")


def test_a_deadline_kills_a_slow_tool(children: Callable[[], list[int]]) -> None:
    """Its step fails at its limit, and nothing of it runs on."""
    sandbox.tier()
    with pytest.raises(RunFailedError, match="took longer than"):
        run(SLEEPER, step_seconds=0.3)
    nothing_left(children, "hold")


def test_an_interrupt_kills_a_slow_tool(children: Callable[[], list[int]]) -> None:
    """Ctrl-C while the run waits: KeyboardInterrupt, and the tool's process is gone."""
    sandbox.tier()
    main = threading.main_thread().ident
    assert main is not None
    waker = threading.Thread(target=lambda: (until(children), signal.pthread_kill(main, signal.SIGINT)))
    waker.start()
    with pytest.raises(KeyboardInterrupt):
        run(SLEEPER)
    waker.join()
    nothing_left(children, "hold")


@pytest.mark.slow
def test_two_hundred_calls_leave_nothing_behind(children: Callable[[], list[int]]) -> None:
    """Done, failed, crashed and cancelled ones: no process, no thread, no open file, no folder."""

    def one(x: int) -> int:
        if x % 5 == 1:
            raise ValueError("odd")
        if x % 5 == 2:
            os._exit(1)
        if x % 5 == 3:
            hold()
        return x

    made = FunctionTool(one, pure=True, slow=True)

    async def storm(calls: int) -> None:
        executor = LocalExecutor(apart=sandbox.arun_own)
        for number in range(calls):
            work = asyncio.ensure_future(executor.run(functools.partial(made, x=number), elsewhere=made.elsewhere({"x": number})))
            if number % 5 == 3:
                await asyncio.to_thread(until, children)
                work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    def left() -> tuple[int, int]:
        nothing_left(children, "one")
        return open_files(), threading.active_count()

    asyncio.run(storm(5))
    before = left()
    asyncio.run(storm(200))
    assert left() == before


def test_the_identity_of_a_tool_does_not_depend_on_where_it_runs() -> None:
    """What was computed in a thread is found again when the tool is marked slow."""
    assert identity.code_identity(FunctionTool(with_all, pure=True, slow=True)) == identity.code_identity(FunctionTool(with_all))
