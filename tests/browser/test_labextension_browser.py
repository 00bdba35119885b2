"""The JupyterLab extension, as a person meets it: goal cells, the panel of runs, the status bar, settings, the hover."""

from __future__ import annotations

import os
import pathlib
import re
from typing import Any

from hosts import IN_LAB, hears_clicks, only_in_lab
from playwright.sync_api import expect

SETUP = """
import pandas as pd
penguins = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 20, "body_mass_g": [3700.0 + 50 * (i % 7) for i in range(40)]})
limit = 4000
%load_ext nb_orchestra
"""
GOAL = "%%orchestrate masses --share schema\nMean body mass by species in {penguins}"
SLOW = """
import time
from nb_orchestra import orchestrate, tool

@tool
def slow(seconds: float) -> float:
    time.sleep(seconds)
    return seconds

def plan(seconds):
    return {"steps": [{"id": "quick", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": 0.1}}},
                      {"id": "long", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": seconds}}, "needs": ["quick"]}]}
"""
LONG = "orchestrate(plan=plan(60), tools=[slow], name='long_run')"


def picture(page: Any, name: str) -> None:
    """Keeps a screenshot where SCREENS says; tests do not need it."""
    if os.environ.get("SCREENS"):
        page.screenshot(path=pathlib.Path(os.environ["SCREENS"]) / f"lab-{name}.png", full_page=False)


def command(page: Any, name: str) -> None:
    page.evaluate("name => jupyterapp.commands.execute('nb-orchestra:' + name)", name)


def panel(page: Any) -> Any:
    """The side panel, opened."""
    command(page, "show-runs")
    found = page.locator("#nb-orchestra-runs")
    expect(found).to_be_visible()
    return found


def unfold(details: Any) -> None:
    """Opened, also where an earlier test of the same page has opened it."""
    details.evaluate("each => { each.open = true; }")


def source(page: Any, cell: int) -> str:
    return str(page.evaluate("cell => jupyterapp.shell.currentWidget.content.widgets[cell].model.sharedModel.getSource()", cell))


def select(page: Any, cell: int) -> None:
    page.evaluate("cell => { const book = jupyterapp.shell.currentWidget.content; book.activeCellIndex = cell; book.deselectAll(); book.node.focus(); }", cell)


def test_a_run_is_in_the_panel_with_its_steps_and_their_code(lab: Any) -> None:
    """A goal's run stands in the panel as soon as it ends, with its steps, why each ran, and the code behind each."""
    notebook = lab.open(SETUP, GOAL, width=1300, dark=bool(os.environ.get("DARK")), fresh=True)
    page = notebook.page
    side = panel(page)
    expect(side.get_by_role("status").first).to_have_text("nb_orchestra is not loaded in this kernel.")
    picture(page, "absent")
    notebook.run(0)
    expect(side.get_by_text("No runs yet", exact=False).or_(side.locator(".orch-run")).first).to_be_visible()
    notebook.run(1)
    run = side.locator(".orch-run").first
    expect(run).to_contain_text("masses: Mean body mass by species in {penguins}")
    expect(run).to_contain_text("done")
    run.locator(".orch-line").click()
    expect(run.locator(".orch-step").first).to_be_visible()
    run.locator("summary").first.click()
    expect(run.locator(".orch-code").first).to_contain_text("groupby")
    unfold(side.locator(".orch-foot"))
    unfold(side.locator(".orch-costs"))
    expect(side.locator(".orch-costs")).to_contain_text(notebook.path.name)
    expect(side.locator(".orch-foot")).to_contain_text("summary (default)")
    if IN_LAB:
        expect(page.locator(".orch-status")).to_contain_text("1 run")
    picture(page, "run-open")


def test_goal_cells_are_prose_with_marks(lab: Any) -> None:
    """A goal cell is shown as prose: magic, NAME, options and {names} are marked, words of Python are not; other cells stay code."""
    notebook = lab.open("for x in []: pass", GOAL + "\nand for $x_{i}$ in `{code}` {{not}} from class {penguins[body_mass_g]}", width=1100)
    cell = notebook.page.locator(".jp-Cell").nth(1)
    expect(cell).to_have_class(re.compile("orch-goal-cell"))
    expect(cell.locator(".orch-mention")).to_have_text(["{penguins}", "{penguins[body_mass_g]}"])
    expect(cell.locator(".orch-name")).to_have_text("masses")
    expect(cell.locator(".orch-option")).to_have_text(["--share", "schema"])
    mimes = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType)")
    assert mimes == ["text/x-ipython", "text/x-ipythongfm"]
    picture(notebook.page, "goal-cell")
    notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource('x = 1')")
    expect(cell).not_to_have_class(re.compile("orch-goal-cell"))
    assert notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets[1].model.mimeType") == "text/x-ipython"


@hears_clicks
@only_in_lab
def test_live_runs_are_pushed_while_the_kernel_is_busy_and_cancel_stops_one(lab: Any) -> None:
    """While a cell blocks the kernel the panel shows its steps, the status bar counts them, and Cancel in the panel ends the run."""
    notebook = lab.open(SETUP + SLOW, LONG, "print(quick, long_run_run.state)", width=1300)
    page = notebook.page
    notebook.run(0)
    page.locator(".orch-status-button").click()
    side = page.locator("#nb-orchestra-runs")
    expect(side).to_be_visible()
    notebook.run(1, wait=False)
    run = side.locator(".orch-run[data-state=running]").first
    expect(run).to_contain_text("1 of 2 steps done · 1 running")
    expect(page.locator(".orch-status")).to_contain_text("1 step running · 1/2 done")
    run.locator(".orch-line").click()
    expect(run.locator(".orch-step[data-state=running]")).to_contain_text("long")
    picture(page, "live")
    run.get_by_role("button", name="Cancel").click()
    notebook.wait_for_end(1)
    expect(side.locator(".orch-run[data-state=cancelled]").first).to_be_visible()
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("0.1 cancelled")


@only_in_lab
def test_a_reloaded_page_finds_the_runs_again_while_the_kernel_is_busy(lab: Any) -> None:
    """Reloading the page in the middle of a run loses nothing: the panel shows it as soon as the kernel says anything, and can cancel it."""
    notebook = lab.open(SETUP + SLOW, LONG, width=1300)
    page = notebook.page
    notebook.run(0)
    notebook.save()
    notebook.run(1, wait=False)
    expect(page.locator(".orch-status")).to_contain_text("1/2 done")
    page.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = false; }")  # else the browser asks whether to leave
    page.reload()
    page.wait_for_function("() => window.jupyterapp && jupyterapp.shell.currentWidget && jupyterapp.shell.currentWidget.context?.isReady")
    run = panel(page).locator(".orch-run").first
    expect(run).to_contain_text("1 of 2 steps done")
    run.locator(".orch-line").click()
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_have_attribute("data-state", "cancelled")


def test_after_a_restart_the_panel_says_that_nothing_is_loaded_and_loads_it(lab: Any) -> None:
    """A restarted kernel has no nb_orchestra; the panel says so, one click loads it, and the runs of before are there as past runs."""
    notebook = lab.open(SETUP, GOAL, width=1300)
    page = notebook.page
    side = panel(page)
    notebook.run(0)
    notebook.run(1)
    expect(side.locator(".orch-run").first).to_contain_text("masses")
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(side.get_by_role("status").first).to_have_text("nb_orchestra is not loaded in this kernel.")
    expect(side.locator(".orch-list")).to_be_hidden()
    side.get_by_role("button", name="Load it").click()
    run = side.locator(".orch-run").first
    expect(run).to_contain_text("masses: Mean body mass by species")
    run.locator(".orch-line").click()
    expect(run.locator(".orch-step")).to_have_count(1)
    expect(run.locator(".orch-code")).to_have_count(0)
    expect(run.get_by_role("button", name="Go to cell")).to_have_count(0)
    expect(run.get_by_role("button", name="Insert goal")).to_be_visible()
    expect(page.locator(".jp-Cell")).to_have_count(2)
    run.get_by_role("button", name="Restore").click()
    expect(page.locator(".jp-Cell")).to_have_count(3)
    expect(notebook.output(2)).to_contain_text("masses:")
    assert re.fullmatch(r"%orchestrate restore [\w-]+", source(page, 2))
    side.get_by_role("searchbox").fill("no such run")
    expect(side).to_contain_text("No run matches the search.")
    side.get_by_role("searchbox").fill("")


def test_a_goal_cell_is_inserted_at_the_cursor_and_undo_takes_it_back(lab: Any) -> None:
    """New Goal Cell writes below the active cell, with a free NAME and the cursor in the goal; one undo removes it; nothing else changes."""
    notebook = lab.open("1", GOAL.replace("masses", "answer"), "3")
    page = notebook.page
    select(page, 0)
    page.keyboard.press("Alt+g")
    expect(page.locator(".jp-Cell")).to_have_count(4)
    assert source(page, 1) == "%%orchestrate answer_2\n"
    expect(page.locator(".jp-Cell").nth(1).locator(".cm-content")).to_be_focused()
    page.keyboard.type("don't count {pen")
    assert source(page, 1).startswith("%%orchestrate answer_2\ndon't count {pen")
    picture(page, "new-goal")
    page.keyboard.press("Escape")
    page.evaluate("() => jupyterapp.commands.execute('notebook:undo-cell-action')")
    expect(page.locator(".jp-Cell")).to_have_count(3)
    assert [source(page, cell) for cell in range(3)] == ["1", GOAL.replace("masses", "answer"), "3"]
    page.get_by_role("button", name="Insert a goal cell").first.click()
    expect(page.locator(".jp-Cell")).to_have_count(4)


@only_in_lab
def test_launcher_palette_and_keys_lead_to_goals_and_runs(lab: Any) -> None:
    """The launcher has a card for a goal notebook and one for the runs; the palette lists each command with its keys."""
    page = lab.open("1").page
    page.evaluate("() => { jupyterapp.commands.execute('apputils:activate-command-palette'); }")
    page.get_by_role("searchbox").or_(page.locator(".lm-CommandPalette-input")).last.fill("orchestra")
    found = page.locator(".lm-CommandPalette-item")
    for label, keys in (("New Goal Cell", "Alt+G"), ("Orchestra Runs", "Alt+Shift+G"), ("New Goal Notebook", "")):
        expect(found.filter(has_text=label)).to_contain_text(keys)
    page.keyboard.press("Escape")
    page.evaluate("() => { jupyterapp.commands.execute('launcher:create'); }")
    cards = page.locator(".jp-LauncherCard").filter(visible=True)  # a page that showed nothing has a launcher of its own below
    expect(cards.filter(has_text="Goal Notebook").locator("img")).to_have_attribute("src", re.compile("^data:image/svg"))
    expect(cards.filter(has_text="Orchestra Runs")).to_have_count(1)


def test_hovering_a_name_shows_what_it_would_send(lab: Any) -> None:
    """The hover says what a model would be told of the value at the cell's sharing level, and what a small value stands for."""
    notebook = lab.open(SETUP, GOAL + " above {limit}, not {pinguins}", width=1100)
    page = notebook.page
    notebook.run(0)
    expect(page.locator("#nb-orchestra-runs .orch-notice")).to_have_text("")  # the kernel has answered: before that there is nothing to show
    mentions = page.locator(".jp-Cell").nth(1).locator(".orch-mention")
    box = page.locator(".orch-hover")
    mentions.nth(0).hover()
    expect(box).to_contain_text("table, 40 rows × 2 columns")
    expect(box).to_contain_text("(share: schema)")
    expect(box).not_to_contain_text("Adelie")
    picture(page, "hover")
    page.mouse.move(5, 5)
    expect(box).to_have_count(0)
    mentions.nth(1).hover()
    expect(box).to_contain_text("4000")
    page.mouse.move(5, 5)
    expect(box).to_have_count(0)
    mentions.nth(2).hover()
    expect(box).to_contain_text("did you mean penguins")


def test_the_kernels_completer_serves_goal_cells(lab: Any) -> None:
    """Tab completes options on the magic's line and names inside braces."""
    notebook = lab.open(SETUP, "%%orchestrate masses --sh")
    page = notebook.page
    notebook.run(0)
    select(page, 1)
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item")).to_contain_text(["--share"])
    page.keyboard.press("Enter")
    assert source(page, 1) == "%%orchestrate masses --share"
    page.keyboard.press("Control+End")
    page.keyboard.type("\nof {pen")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item").first).to_contain_text("penguins")
    page.keyboard.press("Enter")
    assert source(page, 1) == "%%orchestrate masses --share\nof {penguins"


@only_in_lab
def test_what_lab_sets_reaches_the_kernel_and_is_taken_back(lab: Any, server: Any) -> None:
    """A sharing level from Lab's settings editor holds in a running kernel at once; restoring the default takes it back."""
    notebook = lab.open(SETUP, width=1200)
    page = notebook.page
    notebook.run(0)
    side = panel(page)
    foot = side.locator(".orch-foot")
    unfold(foot)
    expect(foot).to_contain_text("summary (default)")
    try:
        page.evaluate("() => { window.notebook = jupyterapp.shell.currentWidget; jupyterapp.commands.execute('settingeditor:open', {query: 'Orchestra'}); }")
        page.locator(".jp-SettingsForm select").first.select_option(label="sample")
        expect(foot).to_contain_text("sample (JupyterLab's settings)")
        picture(page, "settings")
        page.get_by_role("button", name="Restore to Defaults").click()
        expect(foot).to_contain_text("summary (default)")
    finally:
        page.evaluate("() => jupyterapp.shell.activateById(notebook.id)")
        page.wait_for_function("() => jupyterapp.shell.currentWidget === notebook")
        forget_settings(server)


def forget_settings(server: Any) -> None:
    import urllib.request

    url = f"{server.url}/lab/api/settings/nb-orchestra-lab:plugin"
    headers = {"Authorization": f"token {server.token}", "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url, b'{"raw": "{}"}', headers, method="PUT")).close()


def test_text_from_data_is_never_html_in_the_panel(lab: Any) -> None:
    """Names, goals, errors and values that look like HTML are shown as they are: nothing runs, nothing is loaded."""
    evil = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
    steps = [{"id": "s1", "kind": "call", "purpose": evil, "params": {"tool": "fails", "arguments": {}}}]
    code = f"""
from nb_orchestra import orchestrate, tool
evil = {evil!r} * 20
@tool
def fails() -> float:
    raise ValueError(evil)
try:
    orchestrate("Sum of {{penguins}} " + {evil!r}, data={{"penguins": penguins}}, plan={{"steps": {steps!r}}}, tools=[fails])
except Exception:
    pass
"""
    notebook = lab.open(SETUP, code, "%%orchestrate\n{evil}", width=1300)
    page = notebook.page
    notebook.run(0)
    side = panel(page)
    notebook.run(1)
    run = side.locator(".orch-run").first
    run.locator(".orch-line").click()
    expect(run.locator(".orch-step")).to_contain_text("<img src=x")
    page.locator(".orch-mention").hover()
    expect(page.locator(".orch-hover")).to_contain_text("text")
    expect(side.locator("img, script")).to_have_count(0)
    expect(page.locator(".orch-hover").locator("img, script")).to_have_count(0)
    picture(page, "evil")
    assert page.evaluate("() => window.hit") is None


def test_two_runs_are_compared_in_a_new_cell(lab: Any) -> None:
    """Compare in one run and then in another inserts one cell below the active one, with what differs, the older run first."""
    notebook = lab.open(SETUP, GOAL, GOAL.replace("masses", "more").replace("Mean", "Median"), width=1300)
    page = notebook.page
    notebook.run(0)
    side = panel(page)
    notebook.run(1)
    notebook.run(2)
    runs = [side.locator(".orch-run").filter(has_text=name).first for name in ("more: Median", "masses: Mean")]
    for run in runs:
        run.locator(".orch-line").click()
        run.get_by_role("button", name="Compare").click()
        if run is runs[0]:
            expect(side.locator(".orch-told")).to_contain_text("Choose Compare in another run")
    expect(page.locator(".jp-Cell")).to_have_count(4)
    assert re.fullmatch(r"%orchestrate diff \S+ \S+", source(page, 3))
    older, newer = source(page, 3).split()[2:]
    assert older < newer
    expect(notebook.output(3)).to_contain_text("before")


def test_each_button_of_a_past_run_in_the_panel_does_what_it_says(lab: Any) -> None:
    """Open, Run again and Export write their verb below the active cell; Free cache asks first and tells what went."""
    notebook = lab.open(SETUP, GOAL, width=1300)
    page = notebook.page
    notebook.run(0)
    side = panel(page)
    notebook.run(1)
    notebook.wait_for_end(1)
    run = side.locator(".orch-run").filter(has_text="masses").first
    run.locator(".orch-line").click()
    expect(run.locator(".orch-actions button")).to_have_text(["Go to cell", "Run again", "Open", "Compare", "Export…", "Insert goal"])
    run.get_by_role("button", name="Open").click()
    expect(notebook.output(2).locator("details").first).to_be_visible()
    assert re.fullmatch(r"%orchestrate show [\w-]+", source(page, 2))
    run.get_by_role("button", name="Go to cell").click()
    page.wait_for_function("() => jupyterapp.shell.currentWidget.content.activeCellIndex === 1")
    run.get_by_role("button", name="Export…").click()
    expect(page.locator(".jp-Cell").nth(2).locator(".cm-content")).to_be_focused()
    assert re.fullmatch(r"%orchestrate export [\w-]+ report.html", source(page, 2))
    page.keyboard.press("Shift+Enter")
    expect(notebook.output(2)).to_contain_text("report.html")
    before = side.locator(".orch-run").filter(has_text="masses").count()
    run.get_by_role("button", name="Run again").click()
    expect(side.locator(".orch-run").filter(has_text="masses")).to_have_count(before + 1)
    unfold(side.locator(".orch-foot"))
    expect(side.locator(".orch-cache")).not_to_be_empty()
    side.get_by_role("button", name="Free cache…").click()
    page.get_by_role("button", name="Free cache", exact=True).click()
    expect(side.locator(".orch-told")).not_to_be_empty()
    expect(side.locator(".orch-told")).not_to_have_class(re.compile("orch-bad"))


def test_a_finished_tree_has_buttons_that_write_verbs_below_its_cell(lab: Any) -> None:
    """In a trusted tree each step can be opened, done again, edited, skipped and copied, the run done again and exported; a name that is none gets no button."""
    fake = "from IPython.display import HTML\nHTML('<details data-nbo-step=\"x; import os\" open><summary>x</summary><div>fake</div></details>')"
    notebook = lab.open(SETUP, GOAL, fake, width=1100)
    page = notebook.page
    for cell in range(3):
        notebook.run(cell)
    tree = notebook.output(1).locator("details").first
    tree.locator("summary").first.click()
    expect(tree.locator(":scope > div > .orch-verbs button")).to_have_text(["Run again", "Export…", "Undo"])
    step = tree.locator("details[data-nbo-step]").first
    step.locator("summary").first.click()
    expect(step.locator(".orch-verbs button")).to_have_text(["Open", "Run again", "Edit…", "Skip", "Copy"])
    picture(page, "buttons")
    step.get_by_role("button", name="Open").click()
    expect(page.locator(".jp-Cell")).to_have_count(4)
    assert re.fullmatch(r"%orchestrate show \S+ masses", source(page, 2))
    expect(notebook.output(2).locator("td").first).to_be_visible()
    step.get_by_role("button", name="Edit…").click()
    expect(page.locator(".jp-Cell")).to_have_count(6)
    assert source(page, 2).endswith("--cell")
    assert source(page, 3).startswith("%%orchestrate masses --from-plan\n")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    step.get_by_role("button", name="Copy").click()
    expect(step.get_by_role("button", name="Copied")).to_be_visible()
    assert "species\t" in page.evaluate("() => navigator.clipboard.readText()")
    tree.get_by_role("button", name="Export…").click()
    expect(page.locator(".jp-Cell").nth(2).locator(".cm-content")).to_be_focused()
    assert source(page, 2).endswith("report.html")
    expect(notebook.output(6).get_by_text("fake")).to_be_attached()
    notebook.output(6).locator("details").evaluate(
        "each => { each.open = true; return new Promise(done => setTimeout(() => setTimeout(done))); }"
    )  # as toggles come
    expect(notebook.output(6).locator(".orch-verbs")).to_have_count(0)


def test_a_failed_tree_retries_resumes_and_chooses_another_model(lab: Any) -> None:
    """Retry does the failed step anew, Resume goes on with the run, and Model… leaves the cursor where the model's name goes."""
    flaky = """
@tool
def flaky() -> float:
    if not healed:
        raise ValueError("not yet")
    return 1.0
healed = False
steps = [{"id": "s1", "kind": "call", "params": {"tool": "flaky", "arguments": {}}},
         {"id": "s2", "kind": "ask", "name": "brief", "params": {"question": "About the weight", "inputs": {"weight": {"from": "s1"}}}}]
"""
    notebook = lab.open(
        SETUP + SLOW + flaky,
        "orchestrate(plan={'steps': steps, 'result': 's1'}, tools=[flaky], name='mended')",
        "healed = True",
        "mended",
        width=1100,
        fresh=True,  # runs are told with the notebook that their kernel was started for
    )
    page = notebook.page
    for cell in range(3):
        notebook.run(cell)
    tree = notebook.output(1).locator("details[data-nbo-run]")
    tree.locator("summary").first.click()
    expect(tree.locator(":scope > div > .orch-verbs button")).to_have_text(["Resume", "Export…", "Undo"])
    mended, brief = (tree.locator(f"details[data-nbo-step={name}]") for name in ("mended", "brief"))
    brief.locator("summary").first.click()
    brief.get_by_role("button", name="Model…").click()
    expect(page.locator(".jp-Cell").nth(2).locator(".cm-content")).to_be_focused()
    assert source(page, 2) == "%orchestrate edit brief model="
    mended.locator("summary").first.click()
    expect(mended.locator(".orch-verbs button").nth(0)).to_have_text("Retry")
    mended.get_by_role("button", name="Retry").click()
    expect(page.locator(".jp-Cell")).to_have_count(6)
    assert source(page, 2) == "%orchestrate fresh mended"
    notebook.wait_for_end(2)
    tree.get_by_role("button", name="Resume").click()
    expect(page.locator(".jp-Cell")).to_have_count(7)
    assert re.fullmatch(r"%orchestrate resume [\w-]+", source(page, 2))
    notebook.wait_for_end(2)
    notebook.run(6)
    expect(notebook.output(6)).to_contain_text("1.0")
    failed = panel(page).locator(".orch-run[data-state=failed]").filter(has_text=notebook.path.name)
    expect(failed).to_have_count(1)  # other tests' runs stand there too
    failed.locator(".orch-line").click()
    failed.get_by_role("button", name="Resume").click()
    expect(notebook.output(1)).to_contain_text("2 steps · 1 done · 1 failed: brief · 1 cached")
