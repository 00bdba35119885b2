"""A tree of 1,000 steps: what drawing it costs the kernel, and what is saved in the notebook.

    python -m benchmarks.tree [--steps 100 1000 3000]

Per event: the fold, the change that is sent to the page, and its bytes. Then the whole state, the static HTML and the text at the end.
Prints figures and their growth; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from nb_orchestra import views
from nb_orchestra.core import events as e
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.progress import Progress


def story(steps: int) -> list[e.Event]:
    """A run of `steps` steps, each started and done."""
    made = tuple(
        Step(f"s{at}", "gather", {"inputs": {"a": {"from": f"s{at - 1}"}} if at % 10 else {}}, name=f"step_{at}", purpose="Collects what came before")
        for at in range(steps)
    )
    told: list[e.Event] = [e.RunStarted("bench", "a goal", 0.0), e.PlanMade(Plan(made).as_data(), 0.0)]
    for at in range(steps):
        told += [e.JobStarted(f"s{at}", float(at)), e.JobEnded(f"s{at}", "done", at + 1.0, 1.0, summary="3 × 3 table", model="code", why="first time")]
    return [*told, e.RunEnded("done", float(steps), float(steps))]


def seconds(function: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    value = function(*arguments)
    return time.perf_counter() - began, value


def measured(steps: int) -> dict[str, float]:
    """Figures of one run that is drawn after every tenth event, as a busy run is at drawing rate."""
    events, progress = story(steps), Progress()
    fold = change = size = 0.0
    draws = 0
    for at in range(0, len(events), 10):
        before = progress
        took, progress = seconds(lambda at=at, before=before: before.after(*events[at : at + 10]))
        fold += took
        took, changes = seconds(views.tree_changes, before, progress, 1.0)
        change += took
        if at:
            size += len(json.dumps(changes))
            draws += 1
    state, data = seconds(views.tree_data, progress, 1.0)
    html, page = seconds(views.render_html, progress, {})
    text, lines = seconds(views.render_text, progress)
    return {
        "fold, ms per drawing": 1000 * fold / draws,
        "change, ms per drawing": 1000 * change / draws,
        "change, bytes per drawing": size / draws,
        "whole state, ms": 1000 * state,
        "whole state, kB": len(json.dumps(data)) / 1000,
        "static HTML, ms": 1000 * html,
        "static HTML, kB": len(page) / 1000,
        "text, ms": 1000 * text,
        "text, kB": len(lines) / 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, nargs="+", default=[100, 1_000, 3_000])
    sizes = parser.parse_args().steps
    measured(sizes[0])
    found = [measured(size) for size in sizes]
    print(f"{'steps':30}" + "".join(f"{size:>12,}" for size in sizes))
    for name in found[0]:
        print(f"{name:30}" + "".join(f"{one[name]:>12.2f}" for one in found))


if __name__ == "__main__":
    main()
