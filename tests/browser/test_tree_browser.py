"""The live tree in a real JupyterLab: what a person sees, clicks and types while a cell runs, and what stays behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hosts import hears_clicks, may_be_deaf
from nbconvert import HTMLExporter
from playwright.sync_api import expect

PATIENCE_MS = 60_000
START = "from tree_stage import *"
LIVE = "stage = Stage().show(running()).display()"
BLOCKED = f"{LIVE}; stage.block()"
READ_COLOURS = """names => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const pixel = (...colours) => { canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
    const behind = element => { const colours = [];
        for (; element; element = element.parentElement) colours.unshift(getComputedStyle(element).backgroundColor);
        return ['white', ...colours]; };
    return [...document.querySelectorAll(names)].filter(each => each.textContent && each.offsetParent)
        .map(each => [each.className, pixel(...behind(each), getComputedStyle(each).color), pixel(...behind(each))]); }"""


def luminance(pixel: list[int]) -> float:
    """Relative luminance of an sRGB pixel (0 to 255 each), as WCAG 2 defines it."""
    red, green, blue = (part / 255 / 12.92 if part / 255 <= 0.03928 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in pixel)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: list[int], back: list[int]) -> float:
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def started(lab: Any, *cells: str, **options: Any) -> Any:
    """A notebook whose first cell is run."""
    notebook = lab.open(START, *cells, **options)
    notebook.run(0)
    return notebook


def rows(notebook: Any, cell: int = 1) -> Any:
    return notebook.output(cell).locator(".nbo-item")


def test_the_tree_is_there_while_its_cell_runs(lab: Any) -> None:
    """Steps, states, kinds in people's words, models, cached and errors show while the cell is still busy."""
    notebook = started(lab, BLOCKED)
    notebook.run(1, wait=False)
    expect(rows(notebook)).to_have_count(5)
    assert notebook.is_running(1)
    for index, label in enumerate(
        (
            "mean_body_mass_by_species, done, code, built-in, cached, 0.0 s, 5 × 4 table",
            "body_mass_outliers, failed, code, 0.3 s, RecipeError: column 'weight' is all missing",
            "papers, running, tool, gpt-5-mini",
        )
    ):
        expect(rows(notebook).nth(index)).to_have_attribute("aria-label", re.compile(f"^{re.escape(label)}"))
    notebook.output(1).locator(".nbo-cancel").click()
    notebook.wait_for_end(1)


@hears_clicks
def test_cancel_reaches_a_busy_kernel(lab: Any) -> None:
    """A click on Cancel stops a cell that blocks the kernel, without an interrupt where clicks arrive."""
    notebook = started(lab, "stage = Stage(interruptible=False).show(running()).display(); stage.block()")  # on a slow machine an interrupt may come first
    notebook.run(1, wait=False)
    notebook.output(1).locator(".nbo-cancel").click()
    notebook.wait_for_end(1)
    expect(notebook.output(1)).to_contain_text("ended by wish: [Cancel()]")
    expect(notebook.output(1)).to_contain_text("■ cancelled")


def test_cancel_works_while_the_goal_is_being_read(lab: Any) -> None:
    """Cancel is there from the first moment, before there is a plan."""
    notebook = started(lab, "stage = Stage().show(runs.started(time.time())).display(); stage.block()")
    notebook.run(1, wait=False)
    expect(notebook.output(1).locator(".nbo-about")).to_contain_text("reading the goal")
    notebook.output(1).locator(".nbo-cancel").click()
    notebook.wait_for_end(1)
    expect(notebook.output(1)).to_contain_text("■ cancelled · while planning")


@may_be_deaf
def test_cancel_interrupts_where_no_click_arrives(lab: Any) -> None:
    """On a kernel that hears nothing while it is busy, Cancel becomes an interrupt."""
    deaf = "stage.view._widget.comm._reply_subshell_for = lambda data, default: None"
    notebook = started(lab, f"stage = Stage(); {deaf}; stage.show(running()).display().block()")
    notebook.run(1, wait=False)
    notebook.output(1).locator(".nbo-cancel").click()
    notebook.wait_for_end(1)
    expect(notebook.output(1)).to_contain_text("ended by interrupt: []")


@may_be_deaf
def test_a_run_in_the_background_is_never_interrupted(lab: Any) -> None:
    """Where an interrupt would hit another cell, the tree says what works instead."""
    deaf = "stage.view._widget.comm._reply_subshell_for = lambda data, default: None"
    notebook = started(lab, f"stage = Stage(interruptible=False); {deaf}; stage.show(running()).display().block()")
    notebook.run(1, wait=False)
    notebook.output(1).locator(".nbo-cancel").click()
    expect(notebook.output(1).locator(".nbo-clock")).to_contain_text("use the notebook's stop button")
    assert notebook.is_running(1)
    notebook.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    notebook.wait_for_end(1)


def test_a_tree_whose_kernel_is_gone_says_so(lab: Any) -> None:
    """After a restart in mid-run the tree stops its clock and says what to do, instead of running for ever."""
    notebook = started(lab, BLOCKED)
    notebook.run(1, wait=False)
    expect(rows(notebook)).to_have_count(5)
    notebook.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(notebook.output(1).locator(".nbo-title")).to_contain_text("stopped with its kernel", timeout=PATIENCE_MS)
    expect(notebook.output(1).locator(".nbo-cancel")).to_be_hidden()


@hears_clicks
def test_a_result_opens_while_the_kernel_is_busy(lab: Any) -> None:
    """A click on a step shows its purpose, why it was cached, the first rows of its table and its code."""
    notebook = started(lab, BLOCKED)
    notebook.run(1, wait=False)
    rows(notebook).first.locator(".nbo-line").click()
    detail = rows(notebook).first.locator(".nbo-detail")
    expect(detail.locator("td")).to_have_text(["Adelie", "152", "Gentoo", "124"])
    expect(detail).to_contain_text("why cached")
    expect(detail).to_contain_text("Mean body mass per species and island")
    detail.locator("summary").click()
    expect(detail.locator("pre")).to_have_text("FRAME.head()")
    notebook.output(1).locator(".nbo-cancel").click()
    notebook.wait_for_end(1)
    expect(notebook.output(1).locator("details details").first.locator("table")).to_be_visible()


def test_the_keyboard_walks_the_tree_and_nothing_else(lab: Any) -> None:
    """Arrows, Home, End, Enter and Space work in the tree; the notebook's own shortcuts stay quiet until Escape."""
    notebook = started(lab, LIVE, "1")
    notebook.run(1)
    page = notebook.page
    rows(notebook).first.focus()
    here = """() => { const { activeCellIndex, widgets } = jupyterapp.shell.currentWidget.content;
                      return [document.activeElement.dataset.id, activeCellIndex, widgets.length]; }"""
    for key, step in {"ArrowDown": "s2", "End": "s5", "ArrowUp": "s4", "ArrowLeft": "s1", "d": "s1", "b": "s1", "Home": "s1"}.items():
        page.keyboard.press(key)
        assert page.evaluate(here) == [step, 1, 3], key
    page.keyboard.press("Enter")
    expect(rows(notebook).first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press(" ")
    expect(rows(notebook).first).to_have_attribute("aria-expanded", "false")
    assert [rows(notebook).nth(index).get_attribute("tabindex") for index in range(5)] == ["0", "-1", "-1", "-1", "-1"]
    notebook.output(1).locator(".nbo-fold").focus()
    page.keyboard.press("Enter")
    expect(rows(notebook).first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(rows(notebook).first).to_be_visible()
    rows(notebook).first.focus()
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    page.keyboard.press("Escape")
    assert page.evaluate(here)[0] is None
    assert page.evaluate("() => !!document.activeElement.closest('.jp-Notebook')")


@hears_clicks
def test_a_question_is_answered_by_a_button(lab: Any) -> None:
    """A gate's question shows with Approve and Reject, and the answer reaches a busy kernel."""
    question = "e.Asked('q1', 'Run this plan?', time.time())"
    notebook = started(lab, f"stage = Stage().show([*runs.planned(time.time()), {question}]).display(); stage.block(lambda stage: bool(stage.wishes))")
    notebook.run(1, wait=False)
    expect(notebook.output(1).locator(".nbo-asked")).to_contain_text("Run this plan?")
    notebook.output(1).locator(".nbo-yes").click()
    notebook.wait_for_end(1)
    expect(notebook.output(1)).to_contain_text("Decide(question='q1', yes=True")


def test_a_question_that_is_asked_in_the_cell_has_no_buttons_in_the_tree(lab: Any) -> None:
    """Where no click is heard the question stands in the cell, and the tree says so instead of showing buttons that do nothing."""
    question = "e.Asked('q1', 'Run this plan?', time.time())"
    notebook = started(lab, f"stage = Stage().show([*runs.planned(time.time()), {question}]).display()", "stage.view.typed('q1')")
    notebook.run(1)
    asked = notebook.output(1).locator(".nbo-asked")
    expect(asked.locator("button")).to_have_count(2)
    notebook.run(2)
    expect(asked).to_contain_text("Answer in the field below")
    expect(asked).to_contain_text("Run this plan?")
    expect(asked.locator("button")).to_have_count(0)


@hears_clicks
def test_a_reply_is_pasted_into_the_tree(lab: Any) -> None:
    """The text to carry can be copied, the reply is pasted below it, many lines long, and a redraw meanwhile loses nothing of it."""
    question = "e.Asked('paste-1', 'Paste 1 of about 2', time.time(), 'Make a plan')"
    notebook = started(
        lab,
        f"stage = Stage().show([*runs.planned(time.time()), {question}]).display()",
        "stage.show([e.Warned('meanwhile')]).block(lambda stage: bool(stage.wishes))",
    )
    notebook.run(1)
    prompt, reply = (notebook.output(1).locator("textarea").nth(at) for at in (0, 1))
    expect(prompt).to_have_value("Make a plan")
    reply.fill("one\ntwo {")
    notebook.run(2, wait=False)
    expect(notebook.output(1)).to_contain_text("meanwhile")
    expect(reply).to_have_value("one\ntwo {")
    notebook.output(1).locator(".nbo-yes").click()
    notebook.wait_for_end(2)
    expect(notebook.output(2)).to_contain_text("Bring(question='paste-1', text='one\\ntwo {')")


def test_a_reader_hears_only_changes_of_the_run(lab: Any) -> None:
    """The polite live region says that the run started, that a step failed and how it ended."""
    notebook = started(lab, "stage = Stage().show(runs.planned(time.time())).display()", "stage.show(running()[2:])", "stage.close(*runs.failed()[-1:])")
    voice = notebook.page.locator("#nbo-voice")
    for cell, said in ((1, "Run started"), (2, "Step body_mass_outliers failed"), (3, "Run failed: 5 steps")):
        notebook.run(cell)
        expect(voice).to_contain_text(said)
    assert voice.get_attribute("aria-live") == "polite"


def test_what_stays_is_plain_html(lab: Any) -> None:
    """At the end one line is left, a click opens it, and the saved notebook holds no widget."""
    notebook = started(lab, "Stage().display().show(runs.finished(time.time())).close()")
    notebook.run(1)
    tree = notebook.output(1).locator("details").first
    expect(tree.locator("summary").first).to_have_text("✓ 5 steps · 3 cached · 1 part of the goal not done · 0.8 s · $0 · built-in")
    assert tree.get_attribute("open") is None
    tree.locator("summary").first.click()
    expect(tree.locator("details").nth(4)).to_be_visible()
    expect(notebook.output(1).locator(".nbo-root")).to_have_count(0)
    saved = notebook.save()
    assert [sorted(output["data"]) for output in saved.cells[1].outputs] == [["text/html", "text/plain"]]
    assert "widgets" not in saved.metadata


def test_a_saved_tree_shows_with_no_kernel_and_in_offline_html(lab: Any, tmp_path: Any) -> None:
    """Re-opened with no kernel, also when not trusted, the finished tree is there with results and code; converted to HTML it shows with no network."""
    notebook = started(lab, "Stage().display().show(runs.failed(time.time())).close()")
    notebook.run(1)
    expect(notebook.output(1).locator("details").first).to_be_visible()
    notebook.save()
    lab.shut_down()
    stranger = notebook.path.with_name(f"untrusted-{notebook.path.name}")
    stranger.write_text(notebook.path.read_text().replace("all missing", "all  missing"))
    for path in (notebook.path, stranger):
        again = lab.reopen(path, kernel=False)
        expect(again.output(1).locator("summary").first).to_contain_text("1 failed: body_mass_outliers")
        again.output(1).locator("summary").first.click()
        step = again.output(1).locator("details details").first
        step.locator("summary").first.click()
        step.get_by_text("code", exact=True).last.click()
        expect(step.locator("td").first).to_be_visible()
        expect(step.locator("pre")).to_have_text("FRAME.head()")
    html, _ = HTMLExporter().from_filename(str(notebook.path))
    (tmp_path / "offline.html").write_text(html)
    context = lab.browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "offline.html").as_uri(), wait_until="commit")
    expect(page.locator("details summary").first).to_contain_text("1 failed: body_mass_outliers")
    context.close()


def test_a_page_that_comes_late_sees_the_present(lab: Any) -> None:
    """A second view of the same run, and one opened after many changes, show the newest state."""
    notebook = started(lab, LIVE, "stage.show([e.JobStarted('s5', time.time())]); stage.view")
    notebook.run(1)
    notebook.run(2)
    for cell in (1, 2):
        expect(rows(notebook, cell).nth(4)).to_have_attribute("data-state", "running")


def test_a_repaired_plan_takes_the_place_of_the_old_one(lab: Any) -> None:
    """Steps that a repair adds, drops or moves are added, dropped and moved on the page."""
    repaired = "{'steps': [runs.STEPS[4], runs.STEPS[0], {'id': 's9', 'kind': 'code', 'name': 'added'}]}"
    notebook = started(lab, LIVE, f"stage.progress = Progress(); _ = stage.show(runs.planned(time.time(), {repaired}))")
    notebook.run(1)
    expect(rows(notebook)).to_have_count(5)
    notebook.run(2)
    expect(rows(notebook).locator(".nbo-name")).to_have_text(["brief", "mean_body_mass_by_species", "added"])


def test_a_model_is_heard_as_it_writes(lab: Any) -> None:
    """Streamed text shows in its step's line while the step runs, and goes when the step ends."""
    notebook = started(
        lab, LIVE, "stage.view.stream('s3', 'Penguins of '); stage.view.stream('s3', '<b>Biscoe</b>')", "_ = stage.show([runs.done('s3', time.time())])"
    )
    notebook.run(1)
    notebook.run(2)
    expect(rows(notebook).nth(2).locator(".nbo-note")).to_have_text("Penguins of <b>Biscoe</b>")
    notebook.run(3)
    expect(rows(notebook).nth(2).locator(".nbo-note")).to_have_text("12 × 5 table")


def test_a_thousand_steps_are_drawn(lab: Any) -> None:
    """A thousand steps are all there, scroll inside the tree, and a change of the last one reaches the page."""
    notebook = started(lab, "stage = Stage().show(runs.planned(time.time(), runs.many(1000))).display()", "_ = stage.show([runs.done('s999', time.time())])")
    notebook.run(1)
    expect(rows(notebook)).to_have_count(1000)
    notebook.run(2)
    expect(rows(notebook).nth(999)).to_have_attribute("data-state", "done")
    assert notebook.output(1).locator(".nbo-root").bounding_box()["height"] < 600
    rows(notebook).first.focus()
    notebook.page.keyboard.press("End")
    expect(rows(notebook).nth(999)).to_be_in_viewport()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_enough_contrast(lab: Any, dark: bool) -> None:
    """In both themes each text of the tree has a contrast of at least 4.5 to what is behind it (WCAG 2 AA)."""
    notebook = started(lab, LIVE, dark=dark)
    notebook.run(1)
    rows(notebook).nth(1).locator(".nbo-line").click()
    expect(rows(notebook).nth(1).locator(".nbo-detail")).to_contain_text("name another column")
    names = ".nbo-title, .nbo-clock, .nbo-button, .nbo-dim, .nbo-read, .nbo-missing, .nbo-line > span:not(.nbo-glyph), .nbo-label, .nbo-text"
    measured = {name: round(contrast(front, back), 1) for name, front, back in notebook.page.evaluate(READ_COLOURS, names)}
    assert len(measured) > 10
    assert {name: ratio for name, ratio in measured.items() if ratio < 4.5} == {}


def test_three_hundred_pixels_are_enough(lab: Any) -> None:
    """At 300 px nothing sticks out, and every step's name and time can be read."""
    notebook = started(lab, f"{LIVE}\nfrom IPython.display import HTML, display\ndisplay(HTML('<style>.nbo-root {{ width: 300px }}</style>'))")
    notebook.run(1)
    root = notebook.output(1).locator(".nbo-root")
    expect(rows(notebook)).to_have_count(5)
    expect(root).to_have_css("width", "300px")
    assert root.evaluate("root => root.scrollWidth <= root.clientWidth")
    clipped = root.evaluate(
        "root => [...root.querySelectorAll('.nbo-name, .nbo-time')].filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"
    )
    assert clipped == []


HOSTILE = """
BAD = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>[x](javascript:window.pwned=3)<a href="javascript:window.pwned=4">q</a>\\u202e'
plan = {"steps": [{"id": BAD, "kind": "code", "name": BAD, "purpose": BAD, "clause": BAD}], "assumptions": [BAD], "not_done": [BAD]}
now = time.time()
begun = [e.RunStarted("r", BAD, now), e.PlanMade(plan, now, model=BAD, reason=BAD), e.Warned(BAD), e.Asked(BAD, BAD, now)]
stage = Stage(pd.DataFrame({BAD: [BAD]})).show(begun).display()
_ = stage.show([e.JobEnded(BAD, "done", now, summary=BAD, model=BAD, reason=BAD, why=BAD, warnings=(BAD,), error=BAD, message=BAD, hint=BAD)])
"""


def test_text_of_strangers_stays_text(lab: Any) -> None:
    """Markup in a goal, plan, name, model, result, error or table cell is shown as text: no script runs, nothing is fetched."""
    notebook = started(lab, HOSTILE, "stage.view.stream(BAD, BAD); stage.close(e.RunEnded('failed', now, 1, BAD, BAD, BAD))")
    asked: list[str] = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    notebook.run(1)
    rows(notebook).first.locator(".nbo-line").click()
    expect(rows(notebook).first.locator("td")).to_contain_text("<img src=x")
    assert notebook.output(1).locator(".nbo-root :is(img, script, a)").count() == 0
    notebook.run(2)
    expect(notebook.output(1).locator("details").first).to_be_visible()
    notebook.output(1).locator("details details").first.evaluate("element => { element.open = true; }")
    assert notebook.output(1).locator(":is(img, script, a)").count() == 0
    assert notebook.page.evaluate("() => window.pwned") is None
    assert [url for url in asked if not url.startswith((lab.server.url, "ws", "blob:", "data:"))] == []
