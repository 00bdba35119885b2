"""The kernel's end of the JupyterLab panel, over a real comm: what it pushes, what it answers, what it takes."""

from __future__ import annotations

import queue
import time
from typing import Any

import pytest

from tests.kernel.conftest import PENGUINS, Kernel

pytestmark = pytest.mark.kernel
TARGET = "nb_orchestra.panel"
SECONDS = 60


class Page:
    """A page's end of the comm that the kernel opens: what it heard, and a way to ask."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.comm, self.heard = kernel, "", []
        self.opened: dict[str, Any] = {}
        self.replies: dict[str, dict[str, Any]] = {}

    def run(self, code: str, cell: str = "") -> None:
        """Runs a cell, reading all that comes."""
        message = self.kernel.start(code, cell=cell, allow_stdin=True)
        self._read(lambda got: got["parent_header"].get("msg_id") == message and got["content"].get("execution_state") == "idle")

    def ask(self, kind: str, **data: Any) -> dict[str, Any]:
        """The kernel's answer: {"data": …} or {"error": …, "hint": …}."""
        id = f"{kind} {len(self.replies)}"
        content = {"comm_id": self.comm, "data": {"kind": kind, "id": id, **data}}
        self.kernel.client.shell_channel.send(self.kernel.client.session.msg("comm_msg", content))
        self._read(lambda got: id in self.replies)
        return self.replies[id]

    def runs(self) -> list[dict[str, Any]]:
        return [push["run"] for push in self.heard if push["kind"] == "run"]

    def _read(self, enough: Any) -> None:
        until = time.monotonic() + SECONDS
        while True:
            try:
                got = self.kernel.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                assert time.monotonic() < until, "the kernel said nothing more"
                continue
            self._note(got)
            if enough(got):
                return

    def _note(self, got: dict[str, Any]) -> None:
        content = got["content"]
        if got["msg_type"] == "comm_open" and content["target_name"] == TARGET:
            self.comm, self.opened = content["comm_id"], content["data"]
        elif got["msg_type"] == "comm_msg" and content["comm_id"] == self.comm:
            self.heard.append(content["data"])
            if content["data"]["kind"] == "reply":
                self.replies[content["data"]["to"]] = content["data"]


@pytest.fixture
def page(new_kernel: Any) -> Page:
    """A page whose kernel has just loaded nb_orchestra."""
    page = Page(new_kernel())
    page.run(PENGUINS)
    return page


def test_a_run_is_pushed_from_its_beginning_to_its_end(page: Page) -> None:
    """Every push is a whole row with the cell's own id; the last one says how the run ended."""
    assert page.opened["kind"] == "state"
    assert page.opened["runs"] == []
    page.run("%%orchestrate masses\nMean body mass by species in {penguins}", cell="cell-1")
    rows = page.runs()
    assert rows[-1]["state"] == "done"
    assert rows[-1]["done"] == rows[-1]["steps"] > 0
    assert {row["cell"] for row in rows} == {"cell-1"}
    assert {row["id"] for row in rows} == {rows[0]["id"]}
    detail = page.ask("detail", run=rows[-1]["id"])["data"]
    assert detail["goal"] == "Mean body mass by species in {penguins}"
    code = page.ask("code", run=rows[-1]["id"], step=detail["steps"][0]["id"])["data"]["code"]
    assert "groupby" in code
    past = page.ask("past")["data"]["runs"]
    assert [(run["id"], run["state"], run["notebook"]) for run in past] == [(rows[0]["id"], "done", "unknown")]


def test_a_name_is_described_at_the_level_that_is_asked_for(page: Page) -> None:
    """A level of the cell wins over the session's; rows show only at `sample`; a column narrows; an unknown name gives the nearest one."""
    assert "Adelie" not in page.ask("describe", mention="penguins", share="schema")["data"]["text"]
    assert page.ask("describe", mention="penguins")["data"]["share"] == "summary"
    assert "first rows" in page.ask("describe", mention="penguins", share="sample")["data"]["text"]
    column = page.ask("describe", mention="penguins[body_mass_g]", share="schema")["data"]["text"]
    assert "body_mass_g" in column
    assert "island" not in column
    assert "penguins" in page.ask("describe", mention="pinguins")["hint"]
    assert "share cannot be" in page.ask("describe", mention="penguins", share="everything")["error"]


def test_labs_settings_stand_between_the_environment_and_a_configuration_file(new_kernel: Any) -> None:
    """At the hello Lab's settings win over defaults only; a change made now wins over the session too; what Lab drops goes back."""
    page = Page(new_kernel(NB_ORCHESTRA_BUDGET="0.25"))
    page.run(PENGUINS + "\n%orchestrate set models none")
    told = page.ask("hello", settings={"share": "sample", "models": "auto", "budget": "9", "cache_dir": "/", "parallel": "many"})["data"]
    now = {option["name"]: (option["value"], option["origin"]) for option in told["options"]}
    assert now["share"] == ("sample", "JupyterLab's settings")
    assert now["models"] == ("none", "this session")
    assert now["budget"] == ("0.25", "the environment (NB_ORCHESTRA_BUDGET)")
    assert now["parallel"] == ("8", "default")
    assert set(told["refused"]) == {"cache_dir", "parallel"}
    told = page.ask("set", settings={"share": "schema", "models": "auto", "roles": {"writer": "provider/model"}})["data"]
    now = {option["name"]: (option["value"], option["origin"]) for option in told["options"]}
    assert now["share"] == ("schema", "JupyterLab's settings")
    assert now["models"] == ("auto", "JupyterLab's settings")
    assert now["roles"][0] == "{'writer': 'provider/model'}"
    told = page.ask("set", settings={})["data"]
    now = {option["name"]: (option["value"], option["origin"]) for option in told["options"]}
    assert (now["share"], now["models"], now["roles"]) == (("summary", "default"), ("none", "this session"), ("{}", "default"))


def test_odd_questions_are_answered_or_ignored_and_break_nothing(page: Page) -> None:
    """Unknown kinds are ignored; ids that are no ids read no file; the kernel goes on."""
    for run in ("../../etc/passwd", "", "no-such-run", "x" * 5000):
        assert "no longer on disk" in page.ask("detail", run=run)["error"]
    assert page.ask("cancel", run="no-such-run")["data"] == {"cancelled": False}
    assert "not this kernel's" in page.ask("code", run="a", step="b")["error"]
    for data in (None, [], "text", {"kind": "no such question"}, {"kind": ["hello"]}):
        page.kernel.client.shell_channel.send(page.kernel.client.session.msg("comm_msg", {"comm_id": page.comm, "data": data}))
    assert page.ask("hello", settings="nonsense")["data"]["kind"] == "state"


def test_a_page_that_refuses_the_comm_can_be_announced_to_again(page: Page) -> None:
    """After a page without the extension closed the comm, runs go on unheard; `announce` opens a new one with all runs."""
    page.kernel.client.shell_channel.send(page.kernel.client.session.msg("comm_close", {"comm_id": page.comm, "data": {}}))
    first = page.comm
    page.run("%%orchestrate masses\nMean body mass by species in {penguins}")
    assert page.runs() == []
    page.run("__import__('nb_orchestra.notebook', fromlist=['x']).announce()")
    assert page.comm != first
    assert [run["state"] for run in page.opened["runs"]] == ["done"]
