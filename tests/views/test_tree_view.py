"""The live tree's Python side: in a real kernel with a page that speaks by messages, and with no kernel at all."""

from __future__ import annotations

import os
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
import scripted_runs as runs
from jupyter_client.manager import KernelManager

from nb_orchestra.core import events as e
from nb_orchestra.core.commands import Command
from nb_orchestra.core.progress import Progress
from nb_orchestra.values import Preview
from nb_orchestra.views import TreeView, tree_data
from nb_orchestra.views.tree import STATIC

WIDGET = "application/vnd.jupyter.widget-view+json"
START = """
import time
import scripted_runs as runs
from IPython.display import publish_display_data
from nb_orchestra import values
from nb_orchestra.core import events as e
from nb_orchestra.core.commands import Cancel, Decide
from nb_orchestra.core.progress import Progress
from nb_orchestra.views import TreeView
def publish(bundle, display_id, update):
    publish_display_data(dict(bundle), transient={"display_id": display_id}, update=update)
wishes = []
view = TreeView(wishes.append, lambda step: values.preview({"<b>": 1}))
progress = Progress()
def show(*happened):
    global progress
    for event in happened:
        progress = progress.after(event)
        view.show(progress)
"""


class Page:
    """A front end without a screen: runs cells, sends a widget's messages, keeps what the kernel sends."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.comm = ""

    def until_idle(self, parent: str) -> list[dict[str, Any]]:
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != parent:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            messages.append(message)
            if message["msg_type"] == "comm_open":
                self.comm = message["content"]["comm_id"] if "state" in message["content"]["data"].get("state", {}) else self.comm

    def run(self, code: str) -> list[dict[str, Any]]:
        messages = self.until_idle(self.client.execute(code))
        assert not [message["content"] for message in messages if message["msg_type"] == "error"]
        return messages

    def say(self, content: Any) -> list[Any]:
        """Sends what the page's script would send; gives the kernel's answers."""
        data = {"comm_id": self.comm, "data": {"method": "custom", "content": content}}
        message = self.client.session.msg("comm_msg", data)
        self.client.shell_channel.send(message)
        return customs(self.until_idle(message["header"]["msg_id"]))


def customs(messages: list[dict[str, Any]]) -> list[Any]:
    return [message["content"]["data"]["content"] for message in messages if message["content"].get("data", {}).get("method") == "custom"]


def states(messages: list[dict[str, Any]]) -> list[Any]:
    updates = [message["content"]["data"] for message in messages if message["content"].get("data", {}).get("method") == "update"]
    return [update["state"]["state"] for update in updates if "state" in update["state"]]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parent)})
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def page(kernel: Any) -> Page:
    opened = Page(kernel)
    opened.run(START)
    return opened


@pytest.mark.kernel
def test_the_output_is_a_widget_while_it_runs_and_html_afterwards(page: Page) -> None:
    """The same output first holds the live tree (with HTML and text for hosts without widgets), and at the end only HTML and text."""
    [shown] = [message["content"] for message in page.run("view.display(publish)") if message["msg_type"] == "display_data"]
    assert sorted(shown["data"]) == [WIDGET, "text/html", "text/plain"]
    messages = page.run("show(*runs.finished()); view.close(progress); view.close(progress)")
    [last] = [message["content"] for message in messages if message["msg_type"] == "update_display_data"]
    assert last["transient"] == shown["transient"]
    assert sorted(last["data"]) == ["text/html", "text/plain"]
    assert last["data"]["text/plain"].startswith("✓ 5 steps")
    assert [message["content"]["comm_id"] for message in messages if message["msg_type"] == "comm_close"].count(page.comm) == 1


@pytest.mark.kernel
def test_hello_is_answered_with_the_present(page: Page) -> None:
    """A page that comes late says hello and gets everything; from then on the kernel knows that clicks arrive."""
    page.run("assert not view.live; show(*runs.failed()[:-1])")
    [answer] = page.say({"kind": "hello"})
    assert answer["ack"] == "hello"
    assert [row["state"] for row in answer["all"]["rows"]] == ["done", "failed", "done", "done", "skipped"]
    page.run("assert view.live")


@pytest.mark.kernel
def test_the_page_sends_wishes(page: Page) -> None:
    """Cancel, and the answer to a question that is open, become commands; both are acknowledged."""
    page.run("show(*runs.planned(), e.Asked('q', 'Run it?', 1.0))")
    assert page.say({"kind": "cancel"}) == [{"ack": "cancel"}]
    assert page.say({"kind": "decide", "question": "q", "yes": True}) == [{"ack": "decide"}]
    page.say({"kind": "decide", "question": "another", "yes": True})
    page.run("assert wishes == [Cancel(), Decide('q', True)], wishes")


@pytest.mark.kernel
@pytest.mark.parametrize(
    "odd", [None, [], "cancel", {}, {"kind": "eval"}, {"kind": ["cancel"]}, {"kind": "open"}, {"kind": "open", "step": {"a": 1}}, {"kind": "decide", "yes": 1}]
)
def test_odd_messages_do_nothing(page: Page, odd: Any) -> None:
    """A message that our page would not send is no wish and no error."""
    page.run("show(*runs.planned())")
    assert [answer for answer in page.say(odd) if answer not in ({"ack": "open"}, {"ack": "decide"})] == []
    page.run("assert wishes == []")


@pytest.mark.kernel
def test_a_step_that_is_opened_gets_its_result_as_data(page: Page) -> None:
    """The page gets columns and rows as text, never HTML; what was open stays open in the saved tree."""
    page.run("show(*runs.finished()[:-1])")
    [answer] = page.say({"kind": "open", "step": "s1"})
    assert answer["detail"] == "s1"
    assert answer["data"]["table"] == {"columns": ["name", "value"], "types": [], "rows": [["<b>", "1"]], "more": ""}
    page.say({"kind": "open", "step": "s2"})
    page.say({"kind": "shut", "step": "s2"})
    [last] = [message for message in page.run("view.display(publish); view.close(progress)") if message["msg_type"] == "update_display_data"]
    assert last["content"]["data"]["text/html"].count("<details open") == 2


@pytest.mark.kernel
def test_changes_are_many_and_whole_states_are_few(page: Page) -> None:
    """A burst of events sends each change once, but the whole state only now and then, and always at the end."""
    before = time.monotonic()
    messages = page.run("show(*runs.planned(plan=runs.many(300)), *[runs.done(f's{i}', 1.0) for i in range(300)]); show(e.RunEnded('done', 2.0, 1.0))")
    seconds = time.monotonic() - before
    assert len(customs(messages)) >= 302
    assert 1 <= len(states(messages)) <= seconds / 0.25 + 2
    assert {row["state"] for row in states(messages)[-1]["rows"]} == {"done"}


class Shelf(list[tuple[dict[str, Any], str, bool]]):
    """Where a publisher puts its bundles."""

    def put(self, bundle: Any, display_id: str, update: bool) -> None:
        self.append((dict(bundle), display_id, update))


def test_without_a_kernel_it_still_draws() -> None:
    """In a plain script the view takes every call, and its last bundle is the finished tree."""
    wishes: list[Command] = []
    shelf = Shelf()
    view = TreeView(wishes.append, lambda step: Preview("5 × 4 table", "text", "<i>rows</i>"))
    view.display(shelf.put)
    progress = Progress()
    for event in runs.finished():
        progress = progress.after(event)
        view.show(progress)
    view.stream("s5", "some words")
    view.close(progress)
    assert [update for _, _, update in shelf] == [False, True]
    assert "<i>rows</i>" in shelf[1][0]["text/html"]
    assert WIDGET not in view._repr_mimebundle_()


def test_a_preview_that_fails_costs_only_its_place(caplog: pytest.LogCaptureFixture) -> None:
    """A value whose preview raises does not stop the run's drawing; the log says which step it was."""
    shelf = Shelf()
    view = TreeView(lambda wish: None, lambda step: 1 / 0)  # type: ignore[arg-type, return-value]
    view.display(shelf.put)
    view.close(runs.fold(runs.finished()))
    assert "5 × 4 table" in shelf[1][0]["text/html"]
    assert "no preview of step s1" in caplog.text


def test_a_plan_that_was_only_shown_stays_open() -> None:
    """`--plan` shows the plan, so its tree is not folded."""
    shelf = Shelf()
    view = TreeView(lambda wish: None, lambda step: None)
    view.display(shelf.put)
    view.close(runs.fold([*runs.planned(), e.RunEnded("done", 1_000.2, 0.1)]))
    assert shelf[1][0]["text/html"].startswith("<details open")


def test_a_dead_page_is_no_reason_to_stop() -> None:
    """Showing after the end, and closing twice, do nothing."""
    shelf = Shelf()
    view = TreeView(lambda wish: None, lambda step: None)
    view.display(shelf.put)
    progress = runs.fold(runs.failed())
    for _ in range(2):
        view.close(progress)
        view.show(progress.after(e.Warned("late")))
        view.stream("s1", "late")
    assert len(shelf) == 2


def test_the_script_is_small_and_reads_no_html() -> None:
    """The widget's script and style are under 40 kB together, and no text ever becomes markup."""
    script = (STATIC / "tree.js").read_text()
    assert len(script) + len((STATIC / "tree.css").read_text()) < 40_000
    for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert door not in script


def test_a_thousand_rows_are_one_state() -> None:
    """The whole state of 1,000 steps holds each step once and no result."""
    data = tree_data(runs.fold(runs.planned(plan=runs.many(1_000))), 1.0)
    assert [row["id"] for row in data["rows"]] == [f"s{i}" for i in range(1_000)]
