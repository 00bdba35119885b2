"""Goal cells in a real kernel: what is bound, shown, refused, undone."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import Kernel

pytestmark = pytest.mark.kernel

COMPARE = "Compare body mass across species in {penguins}"


def test_a_goal_becomes_a_variable_the_cells_out_and_named_steps(kernel: Kernel) -> None:
    """NAME is the answer and the cell's Out, NAME_run the run, and every step's value is a variable too."""
    ran = kernel.run(f"%%orchestrate answer\n{COMPARE}, and write a brief with a chart.")
    assert ran.status == "ok", ran.text
    assert kernel.value("isinstance(answer, str) and answer is not None and answer_run.state") in ("done", "partial")
    assert kernel.value("Out[max(Out)] == answer and _ == answer") is True
    assert kernel.value("all(name in globals() for name in answer_run.names.values())") is True
    assert kernel.value("set(['name','kind','state','cached','seconds','model','tokens','cost','error']) <= set(answer_run.steps.columns)") is True


def test_the_answer_is_shown_once_and_above_the_tree(kernel: Kernel) -> None:
    """The first output is the answer, the second the folded tree, and no text stands in both."""
    ran = kernel.run(f"%%orchestrate shown\n{COMPARE}")
    first, tree = ran.outputs[0]["data"], ran.outputs[1]["data"]
    assert "Gentoo" in first["text/plain"]
    assert tree["text/plain"].startswith(("✓", "◐"))
    assert "widget-view" not in str(tree)
    assert len(ran.outputs) == 2
    assert first["text/plain"][:200] not in tree["text/plain"]


def test_the_second_run_of_a_cell_runs_no_step(kernel: Kernel) -> None:
    """Equal goal and equal data: every step comes from the cache, and the answer has the same bytes."""
    goal = f"%%orchestrate again\n{COMPARE}, and write a brief with a chart."
    kernel.run(goal)
    before = kernel.value("(str(again), [c.png for c in again.charts.values()])")
    kernel.run(goal)
    assert kernel.value("all(again_run.steps.cached)") is True
    assert kernel.value("(str(again), [c.png for c in again.charts.values()])") == before


def test_a_changed_column_runs_only_the_steps_that_read_it(kernel: Kernel) -> None:
    """Steps name the columns they read; a change elsewhere leaves them cached, and `why` says what changed."""
    kernel.run("changing = penguins.copy()")
    goal = "%%orchestrate changed\nCompare body mass across species in {changing}"
    kernel.run(goal)
    kernel.run("changing['flipper_length_mm'] += 1")
    kernel.run(goal)
    assert kernel.value("all(changed_run.steps.cached)") is True
    kernel.run("changing['body_mass_g'] += 1")
    kernel.run(goal)
    assert kernel.value("any(~changed_run.steps.cached)") is True
    assert "input changing (species, body_mass_g) changed" in kernel.run("%orchestrate why").printed


def test_a_name_that_holds_a_value_of_yours_is_refused_before_anything_runs(kernel: Kernel) -> None:
    """Nothing of yours is replaced unless you say so."""
    kernel.run("mine = 42")
    ran = kernel.run(f"%%orchestrate mine\n{COMPARE}")
    assert (ran.error, kernel.value("mine")) == ("NameTakenError", 42)
    assert "mine_2" in ran.text
    assert kernel.run(f"%%orchestrate mine --overwrite\n{COMPARE}").status == "ok"
    assert kernel.value("mine == 42 if isinstance(mine, int) else False") is False
    kernel.run("%orchestrate undo")
    assert kernel.value("mine") == 42


@pytest.mark.parametrize("name", ["class", "print", "1st", "a-b", "_x"])
def test_a_name_that_cannot_be_a_variable_is_refused(kernel: Kernel, name: str) -> None:
    """Keywords, builtins and what is no identifier are no names."""
    ran = kernel.run(f"%%orchestrate {name}\n{COMPARE}")
    assert ran.error == "BadOptionError"


def test_a_step_never_takes_a_name_of_yours(kernel: Kernel) -> None:
    """A step's name that is in use is changed, the same way every time, and the tree says so."""
    kernel.run(f"%%orchestrate probe\n{COMPARE}")
    name = kernel.value("list(probe_run.names.values())[0]")
    kernel.run(f"%orchestrate undo\n{name} = 'mine'")
    kernel.run(f"{name} = 'mine'")
    kernel.run(f"%%orchestrate probe2\n{COMPARE}")
    assert kernel.value(name) == "mine"
    changed = kernel.value("list(probe2_run.names.values())[0]")
    assert changed != name
    assert changed.rpartition("_")[0] in name
    assert changed in kernel.run("%orchestrate last").text
    kernel.run(f"del {name}")


def test_undo_gives_back_every_variable_as_it_was(kernel: Kernel) -> None:
    """Names that the run made are gone, and names that it replaced hold their old values."""
    kernel.run("before = set(globals())")
    kernel.run(f"%%orchestrate to_undo\n{COMPARE}")
    assert kernel.value("'to_undo' in globals()") is True
    kernel.run("%orchestrate undo")
    assert kernel.value("sorted(n for n in set(globals()) - before if not n.startswith('_') and n != 'before')") == []


def test_names_that_the_cell_no_longer_makes_are_taken_back(kernel: Kernel) -> None:
    """A cell that is edited and run again leaves no old data behind for the cells below."""
    kernel.run("%%orchestrate edited\nFind the outliers of body mass in {penguins}", cell="c-1")
    old = set(kernel.value("list(edited_run.names.values())"))
    kernel.run("%%orchestrate edited\nHow do body mass and flipper length relate in {penguins}?", cell="c-1")
    new = set(kernel.value("list(edited_run.names.values())"))
    for name in old - new:
        assert kernel.value(f"'{name}' in globals()") is False


def test_a_failed_run_binds_the_run_but_not_the_name(kernel: Kernel) -> None:
    """NAME never shows an old value after a failure, and a later cell can still look at NAME_run."""
    kernel.run("from nb_orchestra import orchestrate, tool")
    kernel.run(
        "def broken(x: int) -> int:\n    raise ValueError('no luck')\nplan = {'steps': [{'id': 'a', 'kind': 'call', 'params': {'tool': 'broken', 'arguments': {'x': 1}}}]}"
    )
    ran = kernel.run("orchestrate(plan=plan, tools=[broken], name='failing')")
    assert ran.error == "RunFailedError"
    assert "no luck" in ran.text
    assert kernel.value("'failing' in globals()") is False
    assert kernel.value("failing_run.state") == "failed"
    assert kernel.value("type(failing_run.error).__name__") == "RunFailedError"


def test_the_same_from_python_inside_the_running_loop(kernel: Kernel) -> None:
    """`orchestrate()` blocks and `await aorchestrate()` does not; both work in a cell, and without a name bind nothing."""
    kernel.run(
        "from nb_orchestra import orchestrate, aorchestrate\nrun = orchestrate('Compare body mass across species in {penguins}', data={'penguins': penguins})"
    )
    assert kernel.value("run.state") in ("done", "partial")
    kernel.run("run2 = await aorchestrate('Compare body mass across species in {penguins}', data={'penguins': penguins})")
    assert kernel.value("all(run2.steps.cached)") is True
    assert kernel.value("run.value.equals(run2.value) if hasattr(run.value, 'equals') else run.value == run2.value") is True


def test_the_plan_alone_can_be_shown_and_then_runs_exactly_so(kernel: Kernel) -> None:
    """--plan runs nothing; the same cell without it runs that plan."""
    ran = kernel.run("%%orchestrate planned --plan\nFind the outliers of flipper length in {penguins}")
    assert ran.status == "ok", ran.text
    assert kernel.value("'planned' in globals()") is False
    steps = kernel.value("[s.name for s in planned_run.plan.steps]")
    kernel.run("%%orchestrate planned\nFind the outliers of flipper length in {penguins}")
    assert kernel.value("[s.name for s in planned_run.plan.steps]") == steps
    assert kernel.value("planned_run.progress.plan_kept") is True


def test_approve_fails_at_once_where_nobody_is_there_and_shows_the_plan(kernel: Kernel) -> None:
    """In a scheduled notebook there is nobody to ask."""
    ran = kernel.run(f"%%orchestrate asked --approve\n{COMPARE}")
    assert ran.error == "NotApprovedError"
    assert "body_mass" in ran.text
    assert kernel.value("asked_run.results") == {}


@pytest.mark.parametrize(("typed", "state"), [("y", "done"), ("n", "failed")])
def test_approve_asks_in_the_cell_where_the_page_does_not_answer(kernel: Kernel, typed: str, state: str) -> None:
    """Without a page that says hello the question is put by input()."""
    kernel.run("from nb_orchestra.notebook import approving; approving.SECONDS_FOR_PAGE = 0.1")
    kernel.run(f"%%orchestrate approved_{typed} --approve --overwrite\n{COMPARE}", typed=typed)
    assert kernel.value(f"approved_{typed}_run.state") == state


def test_replay_runs_nothing(kernel: Kernel) -> None:
    """What is kept comes back; what is not is an error that names the step."""
    goal = "Rank {penguins} by body mass"
    missed = kernel.run(f"%%orchestrate replayed --replay\n{goal}")
    assert missed.error == "ReplayMissError"
    kernel.run(f"%%orchestrate replayed\n{goal}")
    assert kernel.run(f"%%orchestrate replayed --replay\n{goal}").status == "ok"
    assert kernel.value("all(replayed_run.steps.cached)") is True


def test_fresh_runs_again_and_still_keeps(kernel: Kernel) -> None:
    """--fresh looks nothing up, and writes."""
    kernel.run(f"%%orchestrate anew\n{COMPARE}")
    kernel.run(f"%%orchestrate anew --fresh\n{COMPARE}")
    assert kernel.value("any(anew_run.steps.cached)") is False
    kernel.run(f"%%orchestrate anew\n{COMPARE}")
    assert kernel.value("all(anew_run.steps.cached)") is True


def test_quiet_shows_the_answer_only(kernel: Kernel) -> None:
    """-q leaves the tree out."""
    ran = kernel.run(f"%%orchestrate hushed -q\n{COMPARE}")
    assert len(ran.outputs) == 1
    assert "Gentoo" in ran.text


def test_comments_and_blank_lines_may_stand_above_the_magic(kernel: Kernel) -> None:
    """A goal cell may begin with what people write above code."""
    assert kernel.run(f"# first look\n\n%%orchestrate commented\n{COMPARE}").status == "ok"


@pytest.mark.parametrize(
    "code",
    [
        "%%time\n%%orchestrate around\n{goal}",
        "%%time\n# how long?\n\n%%orchestrate around\n{goal}",
        "%%capture held\n%%orchestrate around\n{goal}",
        "get_ipython().run_cell('%%orchestrate around\\n{goal}').raise_error()",
        "get_ipython().run_cell_magic('orchestrate', 'around', '{goal}')",
    ],
)
def test_a_goal_cell_works_inside_other_magics(kernel: Kernel, code: str) -> None:
    """Where a cell is already running, the magic blocks instead of awaiting."""
    ran = kernel.run(code.replace("{goal}", COMPARE))
    assert ran.status == "ok", ran.text
    assert kernel.value("around_run.state") in ("done", "partial")


def test_a_notebook_run_by_run_binds_too(kernel: Kernel, tmp_path: object) -> None:
    """`%run x.ipynb` with a goal cell."""
    import nbformat

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("%load_ext nb_orchestra"), nbformat.v4.new_code_cell(f"%%orchestrate from_file\n{COMPARE}")]
    )
    path = f"{tmp_path}/goal.ipynb"
    nbformat.write(notebook, path)
    ran = kernel.run(f"%run -i {path}")
    assert ran.status == "ok", ran.text
    assert kernel.value("from_file_run.state") in ("done", "partial")


def test_which_table_is_meant_is_asked_where_there_are_several(kernel: Kernel) -> None:
    """A goal without {names} is about the frame named in the prose, else the only one, else nothing runs."""
    kernel.run("other = penguins.head(5)")
    ran = kernel.run("%%orchestrate unclear\nFind the outliers of body mass")
    assert ran.error == "GoalError"
    assert "120 × 4" in ran.text
    assert kernel.run("%%orchestrate clear_enough\nFind the outliers of body mass in penguins").status == "ok"
    kernel.run("del other")


def test_an_edit_of_an_earlier_goal_continues_its_run(kernel: Kernel) -> None:
    """--continue reads "same but only Gentoo" as an edit of that run's plan."""
    kernel.run(f"%%orchestrate whole\n{COMPARE}")
    ran = kernel.run("%%orchestrate part --continue whole\nsame but only Gentoo")
    assert ran.status == "ok", ran.text
    assert kernel.value("part_run.state") in ("done", "partial")


def test_bare_orchestrate_fits_in_twelve_lines_with_the_daily_verbs_first(kernel: Kernel) -> None:
    """Help that can be read at a glance."""
    lines = kernel.run("%orchestrate").printed.rstrip().splitlines()
    assert len(lines) <= 12
    assert [line.split()[1] for line in lines[1:6]] == ["show", "code", "why", "undo", "runs"]


def test_the_verbs_answer(kernel: Kernel) -> None:
    """show, code, why, runs, last, sent, provenance, cache, set and doctor each say something true."""
    kernel.run(f"%%orchestrate verbs\n{COMPARE}")
    name = kernel.value("list(verbs_run.names.values())[0]")
    assert "penguins" in kernel.run(f"%orchestrate code {name}").printed
    assert "nb_orchestra" not in kernel.run(f"%orchestrate code {name}").printed
    assert name in kernel.run("%orchestrate why").printed
    assert "verbs" in kernel.run("%orchestrate runs").text
    assert "✓" in kernel.run("%orchestrate last").text or "◐" in kernel.run("%orchestrate last").text
    assert kernel.run("%orchestrate sent").printed == "nothing left the kernel\n"
    assert "body_mass_g" in kernel.run(f"%orchestrate provenance {name}").printed
    assert "MB" in kernel.run("%orchestrate cache").printed
    assert "default" in kernel.run("%orchestrate set share").printed
    assert "pandas" in kernel.run("%orchestrate doctor").printed
    assert kernel.run("%orchestrate shwo").error == "BadOptionError"
    assert "%%orchestrate" in kernel.run("%orchestrate compare mass by species").printed


def test_tab_completes_flags_verbs_and_names(kernel: Kernel) -> None:
    """Completion knows the options of a goal cell, the verbs, and the variables inside braces."""

    def complete(code: str) -> list[str]:
        reply = kernel.client.complete(code, reply=True, timeout=30)
        return list(reply["content"]["matches"])

    assert "--fresh" in complete("%%orchestrate x --fr")
    assert "undo" in complete("%orchestrate un")
    assert any("penguins" in match for match in complete("%%orchestrate x\nCompare {peng"))
    assert "schema" in complete("%%orchestrate x --share sch")


def test_the_goal_may_fix_a_steps_name(kernel: Kernel) -> None:
    """ "save the outliers as `odd`" binds `odd`; where that is yours, nothing runs."""
    goal = "Save the outliers of body mass in {penguins} as `odd`"
    kernel.run(f"%%orchestrate saved\n{goal}")
    assert kernel.value("type(odd).__name__") == "DataFrame"
    kernel.run("%orchestrate undo")
    kernel.run("odd = 'mine'")
    ran = kernel.run(f"%%orchestrate saved\n{goal}")
    assert (ran.error, kernel.value("odd"), kernel.value("saved_run.results")) == ("NameTakenError", "mine", {})


def test_config_and_set_change_the_same_options(kernel: Kernel) -> None:
    """`%config Orchestra.x`, `%orchestrate set x` and the environment meet in one place, and say where a value came from."""
    kernel.run("%config Orchestra.rows = 1234")
    assert "1234 (this session)" in kernel.run("%orchestrate set rows").printed
    kernel.run("%orchestrate set rows 100000")
    assert "NB_ORCHESTRA_CACHE_DIR" in kernel.run("%orchestrate set cache_dir").printed
    assert kernel.run("%orchestrate set rows many").error == "BadOptionError"


def test_a_frame_is_never_changed_in_place(kernel: Kernel) -> None:
    """Neither the person's table by a run, nor a run's result by what the person does to its variable."""
    kernel.run("before = penguins.copy()")
    kernel.run("%%orchestrate cleaned\nDrop rows missing species, then rank {penguins} by body mass")
    assert kernel.value("penguins.equals(before)") is True
    kernel.run("kept = cleaned_run.value.copy()\nif hasattr(cleaned, 'iloc'): cleaned.iloc[0, 0] = None")
    assert kernel.value("cleaned_run.value.equals(kept) if hasattr(kept, 'equals') else True") is True


def test_what_undo_gives_back_is_still_the_runs_own(kernel: Kernel) -> None:
    """After undo, NAME of an earlier run may be given again."""
    kernel.run(f"%%orchestrate twice\n{COMPARE}")
    kernel.run("%%orchestrate twice\nFind the outliers of body mass in {penguins}")
    kernel.run("%orchestrate undo")
    ran = kernel.run(f"%%orchestrate twice\n{COMPARE}")
    assert ran.status == "ok", ran.text


def test_the_answer_has_one_variable(kernel: Kernel) -> None:
    """The step that is the answer is NAME itself."""
    kernel.run(f"%%orchestrate lone\n{COMPARE}")
    assert kernel.value("lone_run.names[lone_run.plan.result[0]]") == "lone"
    assert kernel.value("lone_run['lone'] == lone") is True


def test_cite_writes_a_methods_paragraph(kernel: Kernel) -> None:
    """Data, tests, versions."""
    kernel.run(f"%%orchestrate cited\n{COMPARE}")
    assert "pandas" in kernel.run("%orchestrate cite cited").printed
