"""Texts of strangers in a real page: hundreds of payloads of every known class, in every place that shows text; none runs, none loads."""

from __future__ import annotations

from typing import Any

from payloads import payloads
from playwright.sync_api import expect

SETUP = """
from tree_stage import *
from payloads import payloads
from nb_orchestra import orchestrate, tool, values
from nb_orchestra.errors import RunFailedError
from nb_orchestra.notebook.answer import answer_bundle
from IPython.display import publish_display_data
%load_ext nb_orchestra
BAD, NOW = payloads(), time.time()
WALL = pd.DataFrame([(BAD[i : i + 30] + [""] * 30)[:30] for i in range(0, len(BAD), 30)], dtype=object)
"""
LIVE = """
steps = [{"id": f"s{i}", "kind": "code", "name": bad, "purpose": bad, "clause": bad} for i, bad in enumerate(BAD)]
plan = {"steps": steps, "assumptions": BAD[:300], "not_done": BAD[300:]}
happened = [e.RunStarted("r", BAD[0], NOW), e.PlanMade(plan, NOW, model=BAD[1], reason=BAD[2]), *(e.Warned(bad) for bad in BAD)]
happened += [e.JobEnded(f"s{i}", ("done", "failed")[i % 2], NOW, summary=bad, model=bad, reason=bad, why=bad, warnings=(bad,), error=bad, message=bad, hint=bad)
             for i, bad in enumerate(BAD)]
stage = Stage(WALL)
stage.progress = stage.progress.after(*happened)
stage.view.show(stage.progress)
stage.display()
for i, bad in enumerate(BAD): stage.view.stream(f"s{i}", bad)
"""
ANSWERS = """
publish_display_data(answer_bundle({f"part {i}": values.Markdown(bad) for i, bad in enumerate(BAD)}))
publish_display_data(answer_bundle({bad: bad for bad in BAD}))
publish_display_data(answer_bundle(WALL))
publish_display_data(answer_bundle(WALL.set_axis(pd.Index(BAD[:30], dtype=object), axis=1)))
for first in range(0, len(BAD), 30):
    bundle = answer_bundle(values.Markdown("\\n\\n".join(BAD[first : first + 30])))
    publish_display_data(bundle)
    publish_display_data({"text/markdown": bundle["text/markdown"]})
"""
RUNS = """
@tool
def fails(text: str) -> str:
    raise ValueError(text)

for part in (BAD[at : at + 180] for at in range(0, len(BAD), 180)):
    steps = [{"id": f"s{i}", "kind": "call", "purpose": bad, "params": {"tool": "fails", "arguments": {"text": bad}}} for i, bad in enumerate(part)]
    goal = " ".join(bad for bad in part[:40] if "{" not in bad)
    try:
        orchestrate(goal, data={}, plan={"steps": steps, "result": ["s0"]}, tools=[fails])
    except RunFailedError:
        pass
raise ValueError("\\n".join(BAD))
"""


SOURCES = """
from nb_orchestra.protocols import Passage

class Hostile:
    name, description, outside, identity = "library", BAD[0], False, ""

    async def search(self, query, *, limit, since="", full_text=False):
        found = BAD[int(query.split()[-1]) :][:limit]
        return [Passage(bad, f"javascript:window.pwned=1//{bad}" if i % 2 else bad, bad[:20], f"About scripts {bad}.", 1 / (i + 1), f"h:{i}") for i, bad in enumerate(found)]

library = Hostile()
searches = [{"id": f"s{at}", "kind": "search", "params": {"query": f"scripts {at}", "limit": 200}} for at in range(0, len(BAD), 200)]
every = {"id": "every", "kind": "gather", "params": {"inputs": {step["id"]: {"from": step["id"]} for step in searches}}}
orchestrate(plan={"steps": [*searches, every]}, tools=[library], name="found", overwrite=True)
for row in found.values():
    display(row)
quoted = {at: orchestrate(f"What do {{library}} say about scripts {at}", data={"library": library}, tools=[library]).value for at in (0, 200, 400, 600, 800)}
assert all(text.count("About scripts") > 6 for text in quoted.values())
publish_display_data(answer_bundle(quoted))
"""
FILES = """
gather = {{"id": "s0", "kind": "gather", "purpose": BAD[0], "params": {{"inputs": {{f"part {{i}}": bad for i, bad in enumerate(BAD)}}}}, "output": {{"type": "record"}}}}
asked = [{{"id": f"s{{i + 1}}", "kind": "gather", "purpose": bad, "clause": bad, "params": {{"inputs": {{"text": bad}}}}}} for i, bad in enumerate(BAD[:60])]
run = orchestrate(" ".join(bad for bad in BAD if "{{" not in bad)[:19_000], data={{}}, plan={{"steps": [gather, *asked], "assumptions": BAD, "not_done": BAD, "result": "s0"}}, name="hostile")
%orchestrate export hostile {folder}/report.html
%orchestrate export hostile {folder}/report.md
%orchestrate export hostile {folder}/cells.ipynb
%orchestrate export hostile {folder}/bundle.zip
%orchestrate use {folder}/bundle.zip
%orchestrate use off
%orchestrate sent
display(get_ipython().run_line_magic("orchestrate", "runs"))
run
"""
TELLS = "['alert', 'confirm', 'prompt', 'print'].forEach(name => { window[name] = () => { window.pwned = name; }; }); delete window.pwned;"


def watched(page: Any) -> list[str]:
    """The addresses that the page asks for from now on, apart from its own server's, and the dialogs that it opens."""
    asked: list[str] = []
    home = page.url.split("/doc")[0]
    page.evaluate(f"() => {{ {TELLS} }}")
    page.on("request", lambda request: request.url.startswith((home, "ws", "blob:", "data:")) or asked.append(request.url))
    page.on("dialog", lambda dialog: (asked.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    return asked


def harmless(notebook: Any, asked: list[str], *places: Any) -> None:
    """Nothing ran, nothing was asked for, no script waits for a click; a plain link to another page may stay one."""
    assert notebook.page.evaluate("() => window.pwned") is None
    assert asked == []
    for place in places:
        assert place.evaluate_all(
            """places => places.flatMap(place => [...place.querySelectorAll('*')]).filter(each => each.closest('.jp-OutputArea-output, #nb-orchestra-runs, .orch-hover, .jp-MarkdownViewer, .jp-MarkdownOutput, body:not([data-jp-theme-name])'))
               .filter(each => /^(script|iframe|object|embed|link|base|form|meta|marquee)$/i.test(each.tagName)
                 || [...each.attributes].some(({name, value}) => /^on/i.test(name) || /^\\s*javascript:/i.test(value) || !each.matches('a') && /evil\\.test/.test(value) && /^(src|href|poster|data|srcset|background|action)$/.test(name)))
               .map(each => each.outerHTML.slice(0, 200))"""
        ) == []  # fmt: skip


def test_the_tree_shows_hundreds_of_payloads_as_text(lab: Any) -> None:
    """Live and saved: names, purposes, models, reasons, results, errors, hints, warnings, streams, cells of tables."""
    notebook = lab.open(SETUP, LIVE, "stage.close(e.RunEnded('failed', NOW, 1, BAD[0], BAD[1], BAD[2]))")
    asked = watched(notebook.page)
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    expect(output.locator(".nbo-item")).to_have_count(len(payloads()))
    output.locator(".nbo-item").evaluate_all("items => items.slice(0, 30).forEach(item => item.querySelector('.nbo-line').click())")
    expect(output.locator(".nbo-detail table")).to_have_count(30)
    harmless(notebook, asked, output)
    notebook.run(2)
    expect(output.locator("details details")).not_to_have_count(0)
    output.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    harmless(notebook, asked, output)


def test_answers_show_hundreds_of_payloads_as_text(lab: Any) -> None:
    """Texts that render as Markdown, each payload alone and twenty together, tables with payloads as cells and as columns."""
    notebook = lab.open(SETUP, ANSWERS)
    asked = watched(notebook.page)
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1).locator("table").first).to_be_visible()
    harmless(notebook, asked, notebook.output(1))


def test_what_a_search_found_shows_hundreds_of_payloads_as_text(lab: Any) -> None:
    """Titles, addresses (javascript: too), dates and passages of a search: in its step, in its table, and quoted in a text."""
    notebook = lab.open(SETUP, SOURCES)
    asked = watched(notebook.page)
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    expect(output.locator("table").first).to_be_visible()
    expect(output.get_by_text("About scripts").last).to_be_attached()
    output.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    harmless(notebook, asked, output)


def test_the_panel_shows_hundreds_of_payloads_as_text(lab: Any) -> None:
    """Goals, purposes and errors of real runs in the side panel, and an error in the cell."""
    notebook = lab.open(SETUP, RUNS, width=1300)
    asked = watched(notebook.page)
    notebook.run(0)
    notebook.page.evaluate("() => jupyterapp.commands.execute('nb-orchestra:show-runs')")
    side = notebook.page.locator("#nb-orchestra-runs")
    expect(side).to_be_visible()
    notebook.run(1)
    for index in range(-(-len(payloads()) // 180)):
        run = side.locator(".orch-run").nth(index)
        run.locator(".orch-line").click()
        expect(run.locator(".orch-step")).not_to_have_count(0)
    harmless(notebook, asked, side, notebook.output(1))


def test_files_and_the_hover_show_hundreds_of_payloads_as_text(lab: Any) -> None:
    """A report as HTML and as Markdown, the ejected notebook, a bundle in use, the table of runs, and what a {name} would send."""
    folder = lab.server.root / "hostile"
    folder.mkdir()
    notebook = lab.open(SETUP, FILES.format(folder=folder), "%%orchestrate\n{WALL}", width=1300)
    page = notebook.page
    asked = watched(page)
    for cell in range(2):
        notebook.run(cell)
    expect(notebook.output(1).locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    expect(page.locator("#nb-orchestra-runs .orch-notice")).to_have_text("")  # the kernel has answered: before that there is nothing to show
    page.locator(".orch-mention").hover()
    hover = page.locator(".orch-hover")
    expect(hover).to_contain_text("table")
    harmless(notebook, asked, hover, notebook.output(1))
    page.mouse.move(5, 5)
    for file, options, shown in (("report.md", {"factory": "Markdown Preview"}, ".jp-MarkdownViewer"), ("cells.ipynb", {}, ".jp-MarkdownOutput")):
        page.evaluate("async what => { await jupyterapp.commands.execute('docmanager:open', what); }", {"path": f"hostile/{file}", **options})
        expect(page.locator(shown).first).to_contain_text("pwned")
        harmless(notebook, asked, page.locator(shown))
    report = lab.browser.new_page()
    report.add_init_script(TELLS)
    asked = watched(report)
    # without its policy, which would hide what the text itself does
    report.set_content((folder / "report.html").read_text().replace("default-src 'none'", "default-src *"))
    report.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    harmless(Page(report), asked, report.locator("body"))
    report.close()


class Page:
    """A page outside of a notebook, for `harmless`."""

    def __init__(self, page: Any) -> None:
        self.page = page
