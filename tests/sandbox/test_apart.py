"""Slow recipes in a process that can be killed: the same values, words and refusals as in a thread, and an end at once when nobody waits."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import sandbox
from nb_orchestra.core.elsewhere import Elsewhere, NotApartError
from nb_orchestra.errors import RecipeError
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.protocols import Computed
from nb_orchestra.sandbox import apart, places
from nb_orchestra.sandbox.cold import Cold
from nb_orchestra.sandbox.jobs import Handle
from nb_orchestra.sandbox.warm import warm
from nb_orchestra.threads import abandoned
from tests.sandbox.test_lifetime import nothing_left, until

pytest.importorskip("sklearn")
SLOW = RecipeTable({name: dataclasses.replace(row, slow=1, slow_by=("", ())) for name, row in RECIPES.items() if row.slow})
MODELS = [{"target": target, "kind": kind} for target, kind in (("x", "tree"), ("x", "knn"), ("g", "forest"), ("g", "svm"), ("g", "auto"))]
CASES = [("kmeans", {"columns": ["x", "y"], "k": 3}), ("kmeans", {}), *(("train_model", model) for model in MODELS)]
MINUTES = {"target": "x", "features": ["y"], "kind": "svm"}


def odd(rows: int = 400) -> pd.DataFrame:
    """Gaps, texts, categories, moments with a zone, whole numbers with gaps, notes on the table."""
    chance = np.random.default_rng(3)
    frame = pd.DataFrame({"x": chance.normal(size=rows), "y": chance.normal(size=rows), "g": chance.choice(["a", "b", "c"], rows)})
    frame.loc[::9, "x"] = np.nan
    frame["kind"] = pd.Categorical(chance.choice(["low", "high"], rows), ["low", "mid", "high"], ordered=True)
    frame["when"] = pd.date_range("2020-01-01", periods=rows, freq="h", tz="Europe/Berlin")
    frame["whole"] = pd.array(chance.integers(0, 9, rows), "Int64")
    frame["mixed"] = pd.Series(["one", None, 3, 4.5] * (rows // 4), dtype=object)
    frame.attrs = {"source": "a field book", "units": {"x": "g"}}
    return frame.set_index(pd.Index(range(5, rows + 5), name="row"))


async def elsewhere(name: str, arguments: dict[str, Any]) -> Any:
    work = SLOW.elsewhere(name, arguments)
    assert work is not None
    return await sandbox.arun_own(work)


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=str)
def test_a_slow_recipe_gives_the_same_in_a_process_of_its_own(name: str, arguments: dict[str, Any]) -> None:
    """Values to the last bit, types, index, notes, and the warnings with their words."""
    given = {"frame": odd(), **arguments}
    here, there = SLOW.run(name, given), asyncio.run(elsewhere(name, given))
    pd.testing.assert_frame_equal(here.value, there.value, check_exact=True)
    assert (there.value.attrs, there.warnings) == (here.value.attrs, here.warnings)


def test_a_slow_recipe_refuses_in_the_same_words() -> None:
    """What the data do not allow is told as in a thread, with what to do next."""
    given = {"frame": odd(), "target": "nothing"}
    with pytest.raises(RecipeError) as here:
        SLOW.run("train_model", given)
    with pytest.raises(RecipeError) as there:
        asyncio.run(elsewhere("train_model", given))
    assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)


def test_only_what_is_slow_goes_to_another_process() -> None:
    """By the recipe's row: the length of its table, and the kind of model where others are quick."""
    table, short = pd.DataFrame({"x": range(20_000), "y": 1.0}), pd.DataFrame({"x": [1, 2], "y": 1.0})
    recipes = RecipeTable()
    assert recipes.elsewhere("train_model", {"frame": table, **MINUTES})
    assert recipes.elsewhere("train_model", {"frame": table, **MINUTES, "kind": "linear"}) is None
    assert recipes.elsewhere("train_model", {"frame": short, **MINUTES}) is None
    assert recipes.elsewhere("describe", {"frame": table}) is None
    assert recipes.elsewhere("train_model", {"frame": 3, **MINUTES}) is None


def test_a_slow_recipe_that_nobody_waits_for_is_killed(children: Callable[[], list[int]]) -> None:
    """The caller goes on at once; then the process is gone, nothing is named as left, and no folder stands."""
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(20_000, 2)), columns=["x", "y"])
    sandbox.tier()
    executor = LocalExecutor(apart=sandbox.arun_own)

    async def cancel() -> None:
        given = {"frame": frame, **MINUTES}
        work = asyncio.ensure_future(executor.run(SLOW.run, "train_model", given, elsewhere=SLOW.elsewhere("train_model", given)))
        await asyncio.to_thread(until, children)
        began = time.monotonic()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert not abandoned(began)

    asyncio.run(cancel())
    nothing_left(children, "train_model")


def test_a_slow_recipe_whose_process_dies_is_told(children: Callable[[], list[int]]) -> None:
    """Where the machine ends it for want of memory, it is not tried again in the kernel, which would end as well."""
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(20_000, 2)), columns=["x", "y"])
    sandbox.tier()

    async def kill() -> None:
        work = asyncio.ensure_future(elsewhere("train_model", {"frame": frame, **MINUTES}))
        await asyncio.to_thread(until, children)
        os.kill(children()[0], signal.SIGKILL)
        with pytest.raises(RecipeError, match="SIGKILL: often too little memory"):
            await work

    asyncio.run(kill())


class Own:
    """A cell that cannot travel."""


@pytest.mark.parametrize("why", ["cannot travel", "cannot fork", "raises"])
def test_where_no_other_process_can_do_it_the_kernel_does(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that cannot be carried, a system without fork, a fault in the other process: the same answer from a thread."""
    frame = odd()
    if why == "cannot travel":
        frame["own"] = [Own() for _ in range(len(frame))]
    cold = Cold()
    if why == "cannot fork":
        monkeypatch.setattr(apart, "warm", lambda: cold)
    given = {"frame": frame, "columns": ["x", "y"]}
    work = SLOW.elsewhere("kmeans", given)
    assert work is not None
    work = dataclasses.replace(work, function="nb_orchestra.offline.apart:nothing") if why == "raises" else work
    with pytest.raises(NotApartError):
        apart.call(work, Handle())
    computed: Computed = asyncio.run(LocalExecutor(apart=sandbox.arun_own).run(SLOW.run, "kmeans", given, elsewhere=work))
    assert len(computed.value) == frame["x"].notna().sum()
    cold.close()


def test_what_was_cancelled_before_it_began_does_not_begin() -> None:
    """Neither the table is written nor a process forked."""
    handle = Handle()
    handle.cancel()
    work = Elsewhere("kmeans", "nb_orchestra.offline.apart:answer", lambda: {"recipe": "kmeans"}, (), lambda answer: answer)
    with pytest.raises(NotApartError, match="cancelled"):
        apart.call(work, handle)
    assert not warm().places.jobs()


def test_folders_in_memory_need_room_and_leave_none_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A job's folder stands in memory where twice of what it needs is free, else on the disk; what a killed kernel left is swept, what is claimed stays."""
    monkeypatch.setattr(places, "MEMORY", tmp_path)
    monkeypatch.setattr(places, "SETTLED", -60.0)
    nobodys = tmp_path / "nb-orchestra-left"
    (nobodys / "job-1").mkdir(parents=True)
    first = places.Places()
    assert not nobodys.exists()
    second = places.Places()
    assert first.memory is not None
    assert second.memory is not None
    assert first.memory.exists()
    assert first.folder(1).parent == first.memory
    assert first.folder(float("inf")).parent == first.disk
    assert len(first.jobs()) == 2
    for place in (first, second):
        place.remove()
        assert not any(folder.exists() for folder in place.all)
    monkeypatch.setattr(places, "MEMORY", tmp_path / "none")
    third = places.Places()
    assert third.folder(1).parent == third.disk
    third.remove()
