"""What the panel shows of runs and steps, as small JSON: one shape for a run under way, an ended one and one read from disk."""

from __future__ import annotations

import math
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.journal import PastRun

LONGEST_GOAL = 200
LONGEST_TEXT = 400
MOST_STEPS = 300


def run_row(id: str, progress: Progress, cell: str = "") -> dict[str, Any]:
    """One run of this kernel. `when`: seconds since 1970; `cost`: USD, None = unknown; `cell`: the cell's own id, '' = unknown."""
    steps = list(progress.rows.values())
    return {
        "id": id,
        "name": progress.name,
        "goal": _line(progress.goal, LONGEST_GOAL),
        "state": progress.state,
        "when": progress.started,
        "notebook": values.clean_text(progress.notebook),
        "steps": len(steps),
        "done": sum(row.state == "done" for row in steps),
        "running": sum(row.state == "running" for row in steps),
        "cached": sum(row.cached for row in steps),
        "seconds": progress.seconds,
        "cost": _money(progress.usage.cost),
        "saved": _money(sum(row.saved for row in steps)),
        "asked": len(progress.asked),
        "cell": cell,
        "here": True,
    }


def past_row(run: PastRun) -> dict[str, Any]:
    """The same of a run on disk, which may be another kernel's."""
    return {
        "id": run.id,
        "name": run.name,
        "goal": _line(run.goal, LONGEST_GOAL),
        "state": run.state,
        "when": run.when,
        "notebook": values.clean_text(run.notebook),
        "steps": run.steps,
        "done": run.done,
        "running": 0,
        "cached": run.cached,
        "seconds": run.seconds,
        "cost": _money(run.cost),
        "saved": _money(run.saved),
        "asked": 0,
        "cell": "",
        "here": False,
    }


def run_detail(progress: Progress, has_code: bool) -> dict[str, Any]:
    """What stands below an opened run: the whole goal, what went wrong, and its steps. `has_code`: the page may ask for their code."""
    rows = list(progress.rows.values())
    return {
        "goal": values.clean_text(progress.goal),
        "name": progress.name,
        "message": _line(progress.message),
        "hint": values.clean_text(progress.hint[:LONGEST_TEXT]),
        "planner": _line(" · ".join(part for part in (progress.planner, progress.planner_reason) if part)),
        "sent": progress.sent,
        "warnings": [_line(text) for text in progress.warnings[:MOST_STEPS]],
        "steps": [_step(row) for row in rows[:MOST_STEPS]],
        "more": max(0, len(rows) - MOST_STEPS),
        "has_code": has_code,
    }


def _step(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "purpose": _line(row.purpose),
        "seconds": row.seconds,
        "cached": row.cached,
        "why": _line(row.why),
        "summary": _line(row.summary),
        "model": _line(" · ".join(part for part in (row.model, row.reason) if part)),
        "cost": _money(row.usage.cost),
        "tokens": row.usage.tokens,
        "message": _line(" → ".join(part for part in (row.message, row.hint) if part)),
        "waiting_for": _line(row.waiting_for),
    }


def _line(text: str, most: int = LONGEST_TEXT) -> str:
    """One clean line; cut at a size, so that no push is large."""
    text = " ".join(values.clean_text(text[: 4 * most]).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _money(amount: float | None) -> float | None:
    """JSON has no infinity and no NaN: such a price is unknown."""
    return amount if amount is None or math.isfinite(amount) else None
