"""The one small JSON shape between Python and JavaScript: a run's whole state, and what changed since the last drawing.

Python says everything in words (views/words.py), JavaScript only places them. Times are seconds since the epoch of the
kernel's clock; `now` lets the page find the difference to its own clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nb_orchestra.core.commands import PLAN_ASKED
from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.views import words
from nb_orchestra.views.graph import critical_path, graph_of
from nb_orchestra.views.layers import depth_of_rows


def tree_data(progress: Progress, now: float) -> dict[str, Any]:
    """{"now", "head": {…}, "rows": [{…}]}: all that the tree shows, results aside."""
    return {"now": now, "head": head_data(progress), "rows": _rows_data(progress, progress.rows.values())}


def tree_changes(before: Progress, after: Progress, now: float) -> dict[str, Any]:
    """What `after` says differently: {"now", "head": only changed fields, "rows": only changed rows}, {} where nothing changed.

    Rows that moved or vanished give {"now", "all": tree_data(after)}.
    """
    if before is after:
        return {}
    ids = list(after.rows)
    if ids[: len(before.rows)] != list(before.rows):
        return {"now": now, "all": tree_data(after, now)}
    old = head_data(before)
    head = {key: value for key, value in head_data(after).items() if old[key] != value}
    changed = [row for row in after.rows.values() if before.rows.get(row.id) is not row]
    rows = _rows_data(after, changed) if changed else []
    return {"now": now, "head": head, "rows": rows} if head or rows else {}


def head_data(progress: Progress) -> dict[str, Any]:
    states = [row.state for row in progress.rows.values()]
    graph = graph_of(progress.rows)
    return {
        "state": progress.state,
        "goal": words.one_line(progress.goal, 240),
        "line": words.fold_line(progress),
        "started": progress.started,
        "done": sum(state not in ("waiting", "running") for state in states),
        "total": len(states),
        "cancelling": progress.cancelling and not progress.ended,
        "planner": words.planner_line(progress),
        "read": words.plan_lines(progress, "assumptions"),
        "not_done": words.plan_lines(progress, "not_done"),
        "warnings": [words.one_line(text, words.LONGEST_WARNING) for text in progress.warnings[:20]],
        "graph": {"places": {step: list(place) for step, place in graph.places.items()}, "lines": [list(line) for line in graph.lines]},
        "critical": critical_path(progress.rows),
        "asked": [_asked(progress, key) for key in progress.asked],
        "unbound": [words.one_line(name, 60) for name in progress.unbound],
        "error": [words.clean(progress.message, 1_200), words.one_line(progress.hint, 400)] if progress.state == "failed" and progress.message else [],
    }


def _asked(progress: Progress, key: str) -> list[Any]:
    """[key, question, text to carry, whether its plan may be edited]."""
    return [key, words.clean(progress.asked[key], 4_000), words.clean(progress.brings.get(key, ""), 60_000), key.startswith(PLAN_ASKED)]


def _rows_data(progress: Progress, rows: Iterable[Row]) -> list[dict[str, Any]]:
    names, depths = words.Names.of(progress), depth_of_rows(progress.rows)
    return [row_data(row, names, depths[row.id]) for row in rows]


def row_data(row: Row, names: words.Names, depth: int) -> dict[str, Any]:
    """One step; fields that say nothing are left out."""
    said: dict[str, Any] = {
        "model": words.model_text(row.model),
        "cached": row.cached,
        "used": words.used_text(row.usage),
        "note": words.note(row),
        "started": row.started if row.state == "running" else 0,
        "time": words.seconds_text(row.seconds) if row.state in ("done", "failed") else "",
        "needs": list(row.needs),
        "facts": words.facts(row, names),
        "warned": bool(row.warnings),
    }
    always = {"id": row.id, "name": names.shown[row.id], "kind": words.kind_word(row.kind), "state": row.state, "depth": depth}
    return always | {key: value for key, value in said.items() if value}
