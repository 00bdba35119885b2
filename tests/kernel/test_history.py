"""What was done before, in a real kernel: past runs, rerun, resume, edit, fresh, diff, restore."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from nb_orchestra.core.events import JobEnded, JobStarted
from nb_orchestra.journal import read_events
from tests.kernel.conftest import PENGUINS, Kernel
from tests.kernel.test_breaking import SLOW, wait_for

pytestmark = pytest.mark.kernel

GOAL = "Compare body mass across species in {penguins}, and write a brief with a chart."
BYTES = "__import__('hashlib').sha256(repr((str(brief), [c.png for c in brief.charts.values()], [c.svg for c in brief.charts.values()])).encode()).hexdigest()"
MEANS = "mean_body_mass_g_by_species"


def test_a_past_run_is_shown_explained_and_restored_after_a_restart(new_kernel: Any) -> None:
    """Without running a cell: show, why, code, provenance and runs know it, and restore gives the same bytes, with date and state of the inputs."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    assert kernel.run(f"%%orchestrate brief\n{GOAL}").status == "ok"
    first, run = kernel.value(BYTES), kernel.value("brief_run.id")
    kernel.restart()
    kernel.run(PENGUINS)
    assert "✓" in kernel.run("%orchestrate show brief").text
    assert "Gentoo" in kernel.run(f"%orchestrate show {MEANS}").text
    assert "penguins" in kernel.run(f"%orchestrate code {MEANS}").printed
    assert run in kernel.run(f"%orchestrate provenance {MEANS}").printed
    assert kernel.value(f"(_r := get_ipython().run_line_magic('orchestrate', 'runs')).loc[_r.run == '{run}', 'notebook'].item()") == "unknown"
    told = kernel.run("%orchestrate restore brief")
    assert "penguins as it was" in told.printed, told.text
    assert kernel.value(BYTES) == first
    assert kernel.value(f"('{MEANS}' in globals(), brief_run.state, brief_run.id)") == (True, "done", run)
    assert "question = " in kernel.run("%orchestrate edit brief_text").printed
    kernel.run("%orchestrate undo")
    assert kernel.value("'brief' in globals()") is False
    kernel.run(f"{MEANS} = 'mine'\npenguins['body_mass_g'] += 1")
    told = kernel.run("%orchestrate restore brief")
    assert "penguins changed" in told.printed
    assert "left alone" in told.printed
    assert kernel.value(MEANS) == "mine"


def test_the_cell_takes_over_what_was_restored(new_kernel: Any) -> None:
    """After a restore, running the cell replaces the names and doubles none."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run(f"%%orchestrate brief\n{GOAL}", cell="c1")
    names = kernel.value("sorted(brief_run.names.values())")
    kernel.restart()
    kernel.run(PENGUINS)
    kernel.run("%orchestrate restore brief")
    assert kernel.run(f"%%orchestrate brief\n{GOAL}", cell="c1").status == "ok"
    assert kernel.value("sorted(brief_run.names.values())") == names


def test_one_step_is_edited_and_only_it_and_what_changes_below_runs(kernel: Kernel) -> None:
    """edit shows, changes and refuses; rerun does the edited step and the text that reads it, in the same names; diff says what differs."""
    kernel.run(f"%%orchestrate brief\n{GOAL}")
    kernel.run("first = brief_run.id")
    assert "by = ['species']" in kernel.run(f"%orchestrate edit {MEANS}").printed
    assert kernel.run(f"%orchestrate edit {MEANS} nothing=5").error == "UnknownRecipeError"
    told = kernel.run(f"%orchestrate edit {MEANS} by=[island]")
    assert "['species'] → ['island']" in told.printed, told.text
    assert kernel.run("%orchestrate rerun").status == "ok"
    assert kernel.value(f"'island' in {MEANS}.columns") is True
    cached = kernel.value("{row.name: row.cached for row in brief_run.progress.rows.values()}")
    assert [name for name, hit in cached.items() if not hit] == [MEANS, "brief"]
    differs = kernel.run("%orchestrate diff $first brief".replace("$first", str(kernel.value("first"))))
    assert "island" in differs.text, differs.text
    assert kernel.run("%orchestrate rerun").status == "ok"
    assert kernel.value("brief_run.plan['s1'].params['arguments']['by'] == ('island',)") is True
    assert kernel.value("all(brief_run.steps.cached)") is True


def test_an_edit_from_python_keeps_the_rest_cached(kernel: Kernel) -> None:
    """`run.edit(...)` is plan data for orchestrate(plan=…); the run itself stays as it is, the text that reads the same values stays cached."""
    kernel.run(f"from nb_orchestra import orchestrate\nrun = orchestrate({GOAL!r}, data={{'penguins': penguins}})")
    kernel.run(f"plan = run.edit({MEANS!r}, done_when='one row per species')\nagain = orchestrate(plan=plan, data={{'penguins': penguins}})")
    assert kernel.value("all(again.steps.cached)") is True
    kernel.run(f"plan = run.edit({MEANS!r}, statistics=['mean'])\nagain = orchestrate(plan=plan, data={{'penguins': penguins}})")
    assert kernel.value("again.steps.loc[~again.steps.cached.astype(bool), 'name'].tolist()") == [MEANS, "brief_text"]
    assert kernel.value("run.plan['s1'].params['arguments']['statistics']") != ("mean",)


def test_an_edited_plan_becomes_a_cell_that_a_clone_can_run(kernel: Kernel) -> None:
    """`edit --cell` writes %%orchestrate NAME --from-plan with the plan as YAML; the cell gives the same answer from the cache; broken YAML is said."""
    kernel.run(f"%%orchestrate brief\n{GOAL}", cell="c7")
    text = kernel.value("str(brief)")
    message = kernel.start(f"%orchestrate edit {MEANS} --cell")
    written = _payload(kernel, message)
    assert written.startswith("%%orchestrate brief --from-plan\ngoal: "), written
    ran = kernel.run(written, cell="c7")
    assert ran.status == "ok", ran.text
    assert kernel.value("str(brief)") == text
    assert kernel.value("all(brief_run.steps.cached)") is True
    assert kernel.run("%%orchestrate brief --from-plan --overwrite\nsteps: [").error == "PlanError"


def _payload(kernel: Kernel, message: str) -> str:
    """The text of the cell that a reply asks the front end to make."""
    while True:
        reply = kernel.client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message:
            assert reply["content"]["status"] == "ok", reply["content"]
            return str(next(item["text"] for item in reply["content"]["payload"] if item["source"] == "set_next_input"))


def test_a_killed_run_is_resumed_and_repeats_no_finished_call(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """`resume` goes on with the same plan: finished calls are not made again, the one under way is named and begun again."""
    kernel = new_kernel()
    kernel.run(PENGUINS + SLOW)
    kernel.start(f"orchestrate(plan=chain({str(tmp_path)!r}, 0, 0, 60), tools=[counted], name='killed')")
    wait_for(lambda: (tmp_path / "n2").is_file() and (tmp_path / "n2").read_text())
    kernel.restart(now=True)
    kernel.run(PENGUINS + SLOW)
    assert "not here now" in kernel.run("del counted\n%orchestrate resume").text
    kernel.run("import time\ntime.sleep = lambda seconds: None")
    kernel.run(SLOW)
    ran = kernel.run("%orchestrate resume")
    assert ran.status == "ok", ran.text
    assert "2 of 3 steps" in ran.printed
    assert "begun again: killed" in ran.printed
    assert [(tmp_path / name).read_text() for name in ("n0", "n1", "n2")] == ["x", "x", "xx"]
    assert kernel.value("killed") == "n2"
    assert kernel.run("%orchestrate resume").error == "BadOptionError"


def test_a_plan_that_was_cut_short_says_so_when_it_is_given_again(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """A cell with a plan and no goal goes on where it stopped, and names the call that is made twice; another plan hears nothing of it."""
    kernel = new_kernel()
    kernel.run(PENGUINS + SLOW)
    kernel.start(f"orchestrate(plan=chain({str(tmp_path)!r}, 0, 0, 60), tools=[counted], name='killed')")
    wait_for(lambda: (tmp_path / "n2").is_file() and (tmp_path / "n2").read_text())
    kernel.restart(now=True)
    kernel.run(PENGUINS + SLOW)
    kernel.run("time.sleep = lambda seconds: None")
    (tmp_path / "x").mkdir()
    kernel.run(f"other = orchestrate(plan=chain({str(tmp_path / 'x')!r}, 0), tools=[counted], name='other')")
    assert kernel.value("other.progress.warnings") == ()
    kernel.run(f"again = orchestrate(plan=chain({str(tmp_path)!r}, 0, 0, 60), tools=[counted], name='killed')")
    assert "2 of 3 steps are finished and not done again; under way at that moment, so begun again: killed" in str(kernel.value("again.progress.warnings"))


def test_diff_without_names_compares_the_last_two_runs(kernel: Kernel) -> None:
    """After an edit and a rerun, `diff` alone shows what they changed; an edited choice stands in the brief in place of the plan's own words."""
    kernel.run(f"%%orchestrate brief\n{GOAL}")
    kernel.run(f"%orchestrate edit {MEANS} statistics=[mean]")
    assert kernel.run("%orchestrate rerun").status == "ok"
    assert MEANS in kernel.run("%orchestrate diff").text
    assert f"statistics of {MEANS}: ['mean'], as edited by hand" in kernel.value("str(brief)")


def _under_way(cache: pathlib.Path) -> set[str]:
    """Steps that a journal on disk says have begun and not ended."""
    events = [event for path in (cache / "runs").glob("*.jsonl") for event in read_events(path)]
    return {event.step for event in events if isinstance(event, JobStarted)} - {event.step for event in events if isinstance(event, JobEnded)}


def test_a_goal_that_was_cut_short_says_what_is_there_when_it_is_run_again(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """The offer to go on is the cell itself: it repeats nothing that was finished, and says so."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run(
        "from nb_orchestra.steps import STEP_KINDS\nimport asyncio\nreal = type(STEP_KINDS['ask']).perform\n"
        f"async def slow(self, job, context):\n    open({str(tmp_path / 'begun')!r}, 'w').close()\n    await asyncio.sleep(60)\n"
        "type(STEP_KINDS['ask']).perform = slow"
    )
    kernel.start(f"%%orchestrate brief\n{GOAL}")
    wait_for((tmp_path / "begun").exists)
    wait_for(lambda: _under_way(tmp_path / "cache"))  # what a question says of itself may wait for 20 ms
    kernel.restart(now=True)
    kernel.run(PENGUINS)
    ran = kernel.run(f"%%orchestrate brief\n{GOAL}")
    assert ran.status == "ok", ran.text
    cached = kernel.value("brief_run.steps.cached.tolist()")
    assert cached == [True] * (len(cached) - 1) + [False]
    assert "brief_text" in kernel.run("%orchestrate diff").text  # with the run of the kernel that was killed
    warnings = str(kernel.value("brief_run.progress.warnings"))
    assert f"was interrupted: {len(cached) - 1} of {len(cached)} steps" in warnings, warnings
    assert "begun again: brief" in warnings


def test_fresh_renews_one_step_and_equal_values_leave_the_rest(kernel: Kernel) -> None:
    """The step runs although it is kept; it gives the same value, so nothing below runs."""
    kernel.run(f"%%orchestrate brief\n{GOAL}")
    assert kernel.run(f"%orchestrate fresh {MEANS}").status == "ok"
    assert kernel.value("brief_run.steps.loc[~brief_run.steps.cached.astype(bool), 'name'].tolist()") == [MEANS]


def test_a_past_run_can_be_continued(new_kernel: Any) -> None:
    """--continue builds on a run of an earlier kernel."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run("%%orchestrate whole\nCompare body mass across species in {penguins}")
    kernel.restart()
    kernel.run(PENGUINS)
    ran = kernel.run("%%orchestrate part --continue=whole\nsame but only Gentoo and Adelie")
    assert ran.status == "ok", ran.text
    assert kernel.value("part_run.state") in ("done", "partial")


def test_a_plan_runs_from_a_yaml_file(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """The same shape from Python, a file and text; a file that is not there is said."""
    (tmp_path / "plan.yaml").write_text("steps:\n- id: s1\n  kind: gather\n  params: {inputs: {a: 1}, how: dict}\n")
    kernel.run(f"from nb_orchestra import orchestrate\nrun = orchestrate(plan={str(tmp_path / 'plan.yaml')!r})")
    assert kernel.value("run.value") == {"a": 1}
    assert kernel.run("orchestrate(plan='nowhere.yaml')").error == "PlanError"
