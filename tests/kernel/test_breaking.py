"""What goes wrong around a goal cell: interrupts, killed kernels, two notebooks, a full disk, odd data. Nothing is lost."""

from __future__ import annotations

import pathlib
import queue
import time
from typing import Any

import pytest

from tests.kernel.conftest import PENGUINS, Kernel

pytestmark = pytest.mark.kernel

SLOW = """
import pathlib, time
from nb_orchestra import orchestrate, tool

@tool
def counted(folder: str, name: str, seconds: float) -> str:
    with open(f"{folder}/{name}", "a") as file:
        file.write("x")
    time.sleep(seconds)
    return name

def chain(folder, *seconds):
    steps = []
    for number, pause in enumerate(seconds):
        step = {"id": f"s{number}", "kind": "call", "name": f"step_{number}", "params": {"tool": "counted", "arguments": {"folder": folder, "name": f"n{number}", "seconds": pause}}}
        if number:
            step["needs"] = [f"s{number - 1}"]
        steps.append(step)
    return {"steps": steps}
"""


def wait_for(condition: Any, seconds: float = 90) -> None:
    """Polls until the condition holds; fails with its name after `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the condition never held"
        time.sleep(0.02)


def test_an_interrupt_while_a_step_runs_keeps_what_is_done(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """Finished steps stay bound and cached, NAME stays unbound, and the run says that it was cancelled."""
    kernel.run(SLOW)
    message = kernel.start(f"orchestrate(plan=chain({str(tmp_path)!r}, 0, 60), tools=[counted], name='stopped')")
    wait_for((tmp_path / "n1").exists)
    kernel.interrupt()
    ran = kernel.finish(message)
    assert ran.error == "RunCancelled"
    assert kernel.value("(step_0, stopped_run.state, 'stopped' in globals())") == ("n0", "cancelled", False)
    assert kernel.value("stopped_run.steps.state.tolist()") == ["done", "cancelled"]
    kernel.run(f"again = orchestrate(plan={{'steps': chain({str(tmp_path)!r}, 0)['steps']}}, tools=[counted])")
    assert (tmp_path / "n0").read_text() == "x"


def test_an_interrupt_of_an_awaited_goal_cell(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """The same for a cell that awaits."""
    kernel.run(SLOW + "\nfrom nb_orchestra import aorchestrate")
    message = kernel.start(f"await aorchestrate(plan=chain({str(tmp_path)!r}, 0, 60), tools=[counted], name='awaited')")
    wait_for((tmp_path / "n1").exists)
    kernel.interrupt()
    assert kernel.finish(message).error == "RunCancelled"
    assert kernel.value("awaited_run.state") == "cancelled"


def test_an_interrupt_while_the_goal_is_read(kernel: Kernel) -> None:
    """Cancel works from the first moment: no plan, no names, and the next cell works."""
    kernel.run(
        "from nb_orchestra import orchestra\nimport asyncio\n"
        "real = orchestra.builtin_planner()\n"
        "class Slow:\n    name = 'slow'\n    identity = 'slow/1'\n    async def plan(self, goal, catalogue):\n        print('reading', flush=True)\n        await asyncio.sleep(60)\n"
        "orchestra.builtin_planner = lambda: Slow()"
    )
    message = kernel.start("%%orchestrate early\nCompare body mass across species in {penguins}")
    while True:
        got = kernel.client.get_iopub_msg(timeout=30)
        if got["parent_header"].get("msg_id") == message and "reading" in str(got["content"].get("text", "")):
            break
    kernel.interrupt()
    assert kernel.finish(message).error == "RunCancelled"
    assert kernel.value("(early_run.state, early_run.plan)") == ("cancelled", None)
    kernel.run("orchestra.builtin_planner = lambda: real")
    assert kernel.run("%%orchestrate after\nCompare body mass across species in {penguins}").status == "ok"


def test_a_run_cancelled_from_code_ends_the_same_way(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """`run.cancel()` may come from any thread, and twice."""
    kernel.run(SLOW)
    ran = kernel.run(
        "import threading\nfrom nb_orchestra import orchestra\n"
        f"def stop():\n    while not pathlib.Path({str(tmp_path / 'n1')!r}).exists():\n        time.sleep(0.02)\n    orchestra.runs[-1].cancel(), orchestra.runs[-1].cancel()\n"
        "threading.Thread(target=stop, daemon=True).start()\n"
        f"orchestrate(plan=chain({str(tmp_path)!r}, 0, 60), tools=[counted], name='by_code')"
    )
    assert ran.error == "RunCancelled"
    assert kernel.value("by_code_run.state") == "cancelled"


def test_a_kernel_killed_in_mid_run_repeats_no_finished_step(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """After a restart, the same cell goes on where the kernel died."""
    kernel = new_kernel()
    kernel.run(PENGUINS + SLOW)
    kernel.start(f"orchestrate(plan=chain({str(tmp_path)!r}, 0, 0, 60), tools=[counted], name='killed')")
    wait_for(lambda: (tmp_path / "n2").is_file() and (tmp_path / "n2").read_text())
    kernel.restart(now=True)
    kernel.run(PENGUINS + SLOW.replace("time.sleep(seconds)", "time.sleep(seconds if seconds < 9 else 0)"))
    kernel.run(SLOW)
    assert (tmp_path / "n0").read_text() == "x"
    ran = kernel.run(f"run = orchestrate(plan={{'steps': chain({str(tmp_path)!r}, 0, 0)['steps']}}, tools=[counted])")
    assert ran.status == "ok", ran.text
    assert [(tmp_path / name).read_text() for name in ("n0", "n1")] == ["x", "x"]
    assert "interrupted" in kernel.run("%orchestrate runs").text


def test_run_all_after_a_restart_runs_no_step_and_gives_the_same_bytes(new_kernel: Any) -> None:
    """The cache outlives the kernel."""
    goal = "%%orchestrate brief\nCompare body mass across species in {penguins}, find the outliers, and write a brief with a chart."
    digest = (
        "__import__('hashlib').sha256(repr((str(brief), [c.png for c in brief.charts.values()], [c.svg for c in brief.charts.values()])).encode()).hexdigest()"
    )
    kernel = new_kernel()
    kernel.run(PENGUINS)
    assert kernel.run(goal).status == "ok"
    first = kernel.value(digest)
    kernel.restart()
    kernel.run(PENGUINS)
    ran = kernel.run(goal)
    assert kernel.value(digest) == first
    assert kernel.value("brief_run.steps.cached.all()") in (True, "np.True_")
    assert "cached" in ran.outputs[1]["data"]["text/plain"]


def test_two_notebooks_on_one_cache(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """Two kernels at once: both end well, and what one kept the other finds."""
    goal = "%%orchestrate brief\nCompare body mass across species in {penguins}, and write a brief with a chart."
    one, two = new_kernel(str(tmp_path / "shared")), new_kernel(str(tmp_path / "shared"))
    one.run(PENGUINS)
    two.run(PENGUINS)
    messages = one.start(goal), two.start(goal)
    assert [kernel.finish(message).status for kernel, message in zip((one, two), messages, strict=True)] == ["ok", "ok"]
    two.run(goal)
    assert two.value("brief_run.steps.cached.all()") in (True, "np.True_")
    assert one.value("str(brief)") == two.value("str(brief)")


def test_a_full_disk_costs_the_cache_not_the_run(new_kernel: Any) -> None:
    """Where nothing can be written, the run goes on uncached, with one warning in the tree."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run("import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))")
    ran = kernel.run("%%orchestrate full\nCompare body mass across species in {penguins}, and write a brief with a chart.")
    assert ran.status == "ok", ran.text
    assert kernel.value("full_run.state") == "done"
    assert kernel.value("1 <= len(full_run.progress.warnings) <= 3") is True


def test_a_cache_folder_that_cannot_be_made_costs_the_cache_not_the_run(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    kernel = new_kernel(str(tmp_path / "file" / "cache"))
    kernel.run(PENGUINS)
    ran = kernel.run("%%orchestrate nowhere\nCompare body mass across species in {penguins}")
    assert ran.status == "ok", ran.text


def test_text_that_looks_like_code_does_no_harm(kernel: Kernel) -> None:
    """Quotes, triple quotes, braces, dollars, backslashes, emoji and right-to-left text in a goal change nothing but words."""
    odd = "Compare body mass across species in {penguins}; it's \"quoted\" '''thrice''' {\"a\": 1} {{x}} ${HOME} $x_{i}$ `{code}` \\frac{1}{2} 🐧 שלום %s {0}"
    ran = kernel.run(f"%%orchestrate odd\n{odd}")
    assert ran.status == "ok", ran.text
    assert kernel.value("odd_run.state") in ("done", "partial")


def test_hostile_cells_and_columns_stay_text(kernel: Kernel) -> None:
    """Markup in data is shown, never run: no tag of the data's stands in any HTML output."""
    kernel.run(
        "import pandas as pd\nhostile = pd.DataFrame({'<script>alert(1)</script>': ['<img src=x onerror=alert(1)>', 'b', '<b>c</b>'] * 10, 'n': range(30)})"
    )
    ran = kernel.run("%%orchestrate markup\nProfile {hostile}")
    assert ran.status == "ok", ran.text
    assert "<script" not in ran.html
    assert "<img src=x" not in ran.html


def test_a_huge_goal_and_an_empty_one_are_refused_in_one_line(kernel: Kernel) -> None:
    """1 MB of text is data, not a goal."""
    assert "keep long text in a variable" in kernel.run("%%orchestrate big\n" + "word " * 200_000).text
    assert kernel.run("%%orchestrate none").error == "GoalError"
    assert kernel.run("%%orchestrate none\n   \n").error == "GoalError"


def test_prints_of_a_tool_stand_in_the_cell_that_ran_it(kernel: Kernel) -> None:
    """What a tool prints is not lost and not misplaced."""
    kernel.run("def talks(x: int) -> int:\n    print('working on', x)\n    return x")
    ran = kernel.run(
        "from nb_orchestra import orchestrate\nrun = orchestrate(plan={'steps': [{'id': 'a', 'kind': 'call', 'params': {'tool': 'talks', 'arguments': {'x': 1}}}]}, tools=[talks])"
    )
    assert "working on 1" in ran.printed


def test_nothing_is_left_waiting_on_the_wire(kernel: Kernel) -> None:
    """After all this the kernel still answers at once."""
    assert kernel.value("1 + 1") == 2
    with pytest.raises(queue.Empty):
        kernel.client.get_shell_msg(timeout=0.3)
