"""What a person's browser does for a tree: 1,000 steps to the page, 10,000 events drawn, and how large everything is.

    python -m benchmarks.drawing [--steps 1000] [--events 10000]

A real Chromium (skipped where there is none) loads the widget's own module with a model that hands it what a kernel would send. A frame is the time
between two pictures; a long task is what keeps the page from answering for more than 50 ms. Prints figures; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

import pandas as pd

import nb_orchestra
from benchmarks.tree import story
from nb_orchestra import orchestrate, views
from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress

PACKAGE = pathlib.Path(nb_orchestra.__file__).parent
STATIC = PACKAGE / "views" / "static"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
STAGE = """async ([code, css]) => {
    document.head.append(Object.assign(document.createElement('style'), {textContent: css}));
    const hears = {};
    const model = { state: { now: Date.now() / 1000, head: HEAD, rows: [] }, get: name => name === 'interruptible' || model.state, send: () => {},
                    on: (name, hear) => { hears[name] = hear; } };
    const widget = (await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})))).default();
    widget.initialize({ model });
    widget.render({ model, el: document.body });
    window.tell = hears['msg:custom'];
    window.frame = () => new Promise(requestAnimationFrame).then(() => new Promise(resolve => setTimeout(resolve, 0)));
    await frame();
}"""
PER_TURN = 10
ONCE = """async message => { await frame(); const begun = performance.now(); tell(message); await frame();
    return document.body.offsetHeight && performance.now() - begun; }"""
MANY = """async () => {
    const long = [], frames = [];
    new PerformanceObserver(list => long.push(...list.getEntries().map(each => each.duration))).observe({ entryTypes: ['longtask'] });
    let last = performance.now(), going = true;
    const beat = now => { frames.push(now - last); last = now; going && requestAnimationFrame(beat); };
    requestAnimationFrame(beat);
    const begun = performance.now();
    for (const message of messages) { tell(message); await new Promise(resolve => setTimeout(resolve, 0)); }
    await frame(); await frame();
    going = false;
    return { took: performance.now() - begun, longest: Math.max(...frames), over: frames.filter(each => each > 50).length, frames: frames.length, long };
}"""


def messages(steps: int, events: int) -> Iterator[dict[str, Any]]:
    """The whole plan first; then the changes of the run's events, ten at a time, as a kernel sends them that waits in turns."""
    begun, *happened = story(steps)[1:]
    progress = Progress().after(story(steps)[0], begun)
    yield {"all": views.tree_data(progress, 1.0)}
    rows = (e.RowsAdvanced(f"s{at % steps}", at, 0, events) for at in range(events))
    told = [*happened[:-1], *rows][:events]
    for at in range(0, events, PER_TURN):
        before, progress = progress, progress.after(*told[at : at + PER_TURN])
        yield views.tree_changes(before, progress, 1.0)


def drawn(steps: int, events: int) -> dict[str, float]:
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
    if not chromium:
        return {}
    from playwright.sync_api import sync_playwright

    whole, *changes = messages(steps, events)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.evaluate(
            STAGE.replace("HEAD", json.dumps(views.tree_data(Progress(), 1.0)["head"])), [(STATIC / "tree.js").read_text(), (STATIC / "tree.css").read_text()]
        )
        first = page.evaluate(ONCE, whole)
        page.evaluate("all => { window.messages = all; }", changes)  # reading them is no part of drawing
        browser.start_tracing(page=page, categories=["toplevel"])
        seen = page.evaluate(MANY)
        busiest = longest_task(json.loads(browser.stop_tracing())["traceEvents"])
        browser.close()
    return {
        f"{steps:,} steps to the page, ms": first,
        f"{events:,} events, s": seen["took"] / 1000,
        "  pictures drawn meanwhile": seen["frames"],
        "  longest between two, ms": seen["longest"],
        "  pictures later than 50 ms": seen["over"],
        "  longest task, ms": max(seen["long"], default=0.0),
        "  longest task, CPU ms": busiest,
    }


def longest_task(events: list[dict[str, Any]]) -> float:
    """CPU ms that the page's own thread needed for one task at most: unlike the clock, this is the same on a busy machine."""
    mains = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
    return max((event.get("tdur", 0) / 1000 for event in events if (event["pid"], event["tid"]) in mains), default=0.0)


def thirty_steps() -> Any:
    """A run of thirty steps with tables as results, as a notebook saves it."""
    frame = pd.DataFrame({"group": list("abcdef") * 50, "value": range(300), "other": [at * 1.5 for at in range(300)]})
    recipes = ("group_summary", "value_counts", "summarise", "describe", "quantile")
    steps = [{"id": f"s{at}", "kind": "code", "name": f"step_{at}", "purpose": "What the numbers say", "params": made(recipes[at % 5])} for at in range(30)]
    return orchestrate(plan={"steps": steps, "result": "s0"}, data={"frame": frame}, cache=False)


def made(recipe: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "group_summary": {"by": ["group"], "value": "value"},
        "value_counts": {"column": "group"},
        "summarise": {"column": "value"},
        "quantile": {"column": "value", "by": ["group"]},
    }
    return {"recipe": recipe, "arguments": {"frame": {"data": "frame"}, **more.get(recipe, {})}}


def sizes() -> dict[str, float]:
    run = thirty_steps()
    saved = {"output_type": "display_data", "metadata": {}, "data": run._repr_mimebundle_()}
    extension = [file.stat().st_size for file in (PACKAGE / "labextension").rglob("*") if file.is_file()]
    return {
        f"saved tree of a run of 30 steps ({run.state}), kB": len(json.dumps(saved, indent=1)) / 1000,
        "widget module and its style, kB": sum((STATIC / name).stat().st_size for name in ("tree.js", "tree.css")) / 1000,
        "JupyterLab extension, kB": sum(extension) / 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=10_000)
    given = parser.parse_args()
    for name, figure in (drawn(given.steps, given.events) | sizes()).items():
        print(f"{name:54}{figure:>12.1f}")


if __name__ == "__main__":
    main()
