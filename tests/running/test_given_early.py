"""Questions need not wait for a disk: the next begin while an answer is being kept, and leave one by one. What may have effects waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nb_orchestra.cache import Memo, MemoryStore
from nb_orchestra.cache import memo as memo_room
from nb_orchestra.cache.fingerprint import Identity
from nb_orchestra.core import events as e
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import ModelRefusedError
from nb_orchestra.journal import live, read_events
from nb_orchestra.orchestra import Request, start
from nb_orchestra.protocols import ModelFacts
from tests.running.staging import FunctionModel, Stage, call, states


class SlowDisk(MemoryStore):
    """Writes when it may, and counts how often."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.may_write, self.log, self.writes = threading.Event(), log, 0

    def write(self, items: Mapping[str, Any]) -> None:
        assert self.may_write.wait(20), "nobody let it write"
        super().write(items)
        self.writes += 1
        self.log.append("kept")


def ask(id: str, *needs: str) -> dict[str, Any]:
    return {"id": id, "kind": "ask", "params": {"question": f"{id}?", "inputs": {need: {"from": need} for need in needs}}}


def _name(prompt: Prompt) -> str:
    return prompt.task.partition("?")[0]


def _staged(log: list[str], asked: Callable[[str], object]) -> tuple[Stage, SlowDisk]:
    disk = SlowDisk(log)

    def answer(prompt: Prompt) -> str:
        log.append(f"{_name(prompt)} asked")
        asked(_name(prompt))
        return "an answer"

    async def touch(text: str) -> str:
        """Changes something."""
        log.append("touched")
        return text

    return Stage(tools=(touch,), model=FunctionModel(answer), memo=Memo(disk)), disk


def test_a_question_begins_while_the_answer_that_it_stands_on_is_being_kept() -> None:
    """The next question leaves before the disk has written; a tool that may have effects is called when it has."""
    log: list[str] = []
    stage, disk = _staged(log, lambda name: name == "b" and disk.may_write.set())
    run = stage.run(plan={"steps": [ask("a"), ask("b", "a"), call("c", "touch", text={"from": "a"})], "result": ["b", "c"]}, fresh=True)
    assert states(run) == {"a": "done", "b": "done", "c": "done"}
    assert log.index("b asked") < log.index("kept") < log.index("touched")
    assert next(event.step for event in run.events if isinstance(event, e.JobEnded)) == "a"


def test_who_skips_a_step_whose_value_is_there_comes_too_late() -> None:
    """Steps below it have begun with its value, so it stays."""
    log: list[str] = []

    def late(name: str) -> None:
        if name == "b":
            runner.skip("a")
            disk.may_write.set()

    stage, disk = _staged(log, late)
    runner = stage.runner(plan={"steps": [ask("a"), ask("b", "a")]}, fresh=True)
    asyncio.run(runner.go())
    assert states(runner.run) == {"a": "done", "b": "done"}


def test_an_answer_that_cannot_be_kept_stays_and_says_so() -> None:
    """Where the store breaks, the value is still there, as others stand on it; `why` says that it is not kept."""

    class Broken(MemoryStore):
        def write(self, items: Mapping[str, Any]) -> None:
            raise OSError("no disk")

    run = Stage(memo=Memo(Broken())).run(plan={"steps": [ask("a"), ask("b", "a")]}, fresh=True)
    assert states(run) == {"a": "done", "b": "done"}
    assert run.progress.rows["a"].why == "cannot be kept: OSError: no disk"


@dataclass
class Leaving:
    """A model whose requests leave a turn of the loop after they are made ready."""

    log: list[str] = field(default_factory=list)
    facts: ModelFacts = field(default_factory=lambda: ModelFacts("leaving"))

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        self.log.append(f"{_name(prompt)} ready")
        await asyncio.sleep(0)
        self.log.append(f"{_name(prompt)} left")
        return Answer("text", "leaving")


def test_the_first_requests_of_a_wave_leave_while_the_last_are_made_ready() -> None:
    """Twenty questions that may begin at once do not wait for each other."""
    model = Leaving()
    Stage(model=model).run(plan={"steps": [ask(f"s{number}") for number in range(20)]})
    assert model.log.index("s0 left") < model.log.index("s19 ready")


def test_answers_that_come_together_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a write, what can wait does so for company; what cannot does not."""
    monkeypatch.setattr(memo_room, "COMPANY_SECONDS", 0.3)
    disk = SlowDisk([])
    disk.may_write.set()

    async def keep_all() -> None:
        memo = Memo(disk)
        await memo.keep(Identity("first"), Result(0))
        keeping = []
        for number in range(5):
            keeping.append(asyncio.ensure_future(memo.keep(Identity(f"k{number}"), Result(number), patient=True)))
            await asyncio.sleep(0.001)
        assert disk.writes == 1
        await asyncio.gather(*keeping)
        assert disk.writes == 2
        keeping = [asyncio.ensure_future(memo.keep(Identity(name), Result(1), patient=name == "x")) for name in "xy"]
        await asyncio.gather(*keeping)
        memo.close()

    asyncio.run(keep_all())
    assert disk.read(["first", *(f"k{number}" for number in range(5)), "x", "y"]).keys() == {"first", "k0", "k1", "k2", "k3", "k4", "x", "y"}


async def _endless(prompt: Prompt) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError("it has no end")


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_a_run_that_has_ended_has_told_everything(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is done, fails or is cancelled: nothing waits any more, the journal on disk says what the run says, and its end comes last."""
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 1e6)
    asked = threading.Event()

    class Model:
        facts = ModelFacts("one")

        async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
            asked.set()
            if end == "failed":
                raise ModelRefusedError("no")
            return Answer("text", "one") if end == "done" else await _endless(prompt)

    started = start(Request(plan={"steps": [ask("a"), ask("b", "a")]}, model=Model(), options={"cache_dir": str(tmp_path)}))
    assert asked.wait(20)
    if end == "cancelled":
        started.run.cancel()
    started.future.result(20)
    started.close()
    assert started.run.state == end
    assert list(read_events(tmp_path / "runs" / f"{started.run.id}.jsonl")) == started.run.events
    assert isinstance(started.run.events[-1], e.RunEnded)


def test_what_may_have_effects_is_on_disk_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that is killed while it works was told as begun, and all that it stands on as done."""
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 1e6)
    seen: list[e.Event] = []

    def touch(text: str) -> str:
        """Changes something."""
        seen.extend(event for path in (tmp_path / "runs").glob("*.jsonl") for event in read_events(path))
        return text

    plan = {"steps": [ask("a"), call("c", "touch", text={"from": "a"})]}
    started = start(Request(plan=plan, tools=(touch,), model=FunctionModel(lambda prompt: "text"), options={"cache_dir": str(tmp_path), "approve": False}))
    started.future.result(20)
    started.close()
    told = [(type(event).__name__, getattr(event, "step", "")) for event in seen]
    assert ("PlanMade", "") in told
    assert [each for each in told if each[0] in ("JobStarted", "JobEnded")] == [("JobStarted", "a"), ("JobEnded", "a"), ("JobStarted", "c")]
