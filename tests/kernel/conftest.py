"""A real kernel for tests: run cells, read what a front end would get."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_client.manager import KernelManager


@dataclass(slots=True)
class CellRun:
    """What one cell gave: display outputs (updates applied by display_id), printed text, the error's name and lines."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    printed: str = ""
    error: str = ""
    lines: list[str] = field(default_factory=list)
    status: str = ""

    @property
    def text(self) -> str:
        """Everything a person would read as plain text."""
        return "\n".join([self.printed, *(str(output["data"].get("text/plain", "")) for output in self.outputs), *self.lines])

    @property
    def html(self) -> str:
        return "\n".join(str(output["data"].get("text/html", "")) for output in self.outputs)


class Kernel:
    """One kernel; `run` waits for a cell to end, `start` does not."""

    def __init__(self, cache: str, **environment: str) -> None:
        import os

        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env={**os.environ, "NB_ORCHESTRA_CACHE_DIR": cache, **environment})
        self.client = self._manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def start(self, code: str, *, allow_stdin: bool = False, cell: str = "") -> str:
        if not cell:
            return str(self.client.execute(code, allow_stdin=allow_stdin))
        message = self.client.session.msg(
            "execute_request",
            {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": allow_stdin},
            metadata={"cellId": cell},
        )
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def run(self, code: str, *, timeout: float = 90, typed: str | None = None, cell: str = "") -> CellRun:
        return self.finish(self.start(code, allow_stdin=typed is not None, cell=cell), timeout=timeout, typed=typed)

    def finish(self, message: str, *, timeout: float = 90, typed: str | None = None) -> CellRun:
        """Reads until the cell is idle again."""
        seen, until = CellRun(), time.monotonic() + timeout
        places: dict[str, int] = {}
        while True:
            if typed is not None:
                self._type(typed)
            try:
                got = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                assert time.monotonic() < until, f"the cell did not end within {timeout} s; so far: {seen.text[-500:]}"
                continue
            if got["parent_header"].get("msg_id") != message:
                continue
            if got["msg_type"] == "status" and got["content"]["execution_state"] == "idle":
                break
            _note(got, seen, places)
        reply = self.client.get_shell_msg(timeout=timeout)
        while reply["parent_header"].get("msg_id") != message:
            reply = self.client.get_shell_msg(timeout=timeout)
        seen.status = reply["content"]["status"]
        return seen

    def _type(self, text: str) -> None:
        try:
            self.client.get_stdin_msg(timeout=0.01)
        except queue.Empty:
            return
        self.client.input(text)

    def value(self, expression: str) -> Any:
        """The repr of an expression, read back where it is a literal."""
        import ast

        reply = self.client.execute("", user_expressions={"v": expression}, reply=True, timeout=60)
        got = reply["content"]["user_expressions"]["v"]
        assert got["status"] == "ok", got
        text = got["data"]["text/plain"]
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def restart(self, *, now: bool = False) -> None:
        self._manager.restart_kernel(now=now)
        self.client.wait_for_ready(timeout=60)

    def kill(self) -> None:
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _note(got: dict[str, Any], seen: CellRun, places: dict[str, int]) -> None:
    content, kind = got["content"], got["msg_type"]
    if kind == "stream":
        seen.printed += content["text"]
    elif kind == "error":
        seen.error, seen.lines = content["ename"], content["traceback"]
    elif kind in ("display_data", "execute_result"):
        place = (content.get("transient") or {}).get("display_id")
        if place:
            places[place] = len(seen.outputs)
        seen.outputs.append(dict(content))
    elif kind == "update_display_data":
        place = content["transient"]["display_id"]
        if place in places:
            seen.outputs[places[place]] = dict(content)


PENGUINS = """
import pandas as pd
penguins = pd.DataFrame({
    "species": ["Adelie", "Gentoo", "Chinstrap"] * 40,
    "island": ["Torgersen", "Biscoe", "Dream"] * 40,
    "body_mass_g": [3700.0 + (i * 37) % 500 + (1300 if i % 3 == 1 else 0) for i in range(120)],
    "flipper_length_mm": [190.0 + (i * 13) % 20 + (25 if i % 3 == 1 else 0) for i in range(120)],
})
%load_ext nb_orchestra
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel with the extension loaded and a frame `penguins`; shared by the tests of one file."""
    shared = Kernel(str(tmp_path_factory.mktemp("cache")))
    assert shared.run(PENGUINS).status == "ok"
    yield shared
    shared.kill()


@pytest.fixture
def new_kernel(tmp_path: Any) -> Iterator[Any]:
    """Makes kernels of their own; all are ended after the test."""
    made: list[Kernel] = []

    def make(cache: str = "", **environment: str) -> Kernel:
        made.append(Kernel(cache or str(tmp_path / "cache"), **environment))
        return made[-1]

    yield make
    for item in made:
        item.kill()
