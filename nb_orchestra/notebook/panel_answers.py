"""What the page's panel may ask, one small function each. They run in any thread and only read, except where their name says more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nb_orchestra import journal, orchestra, planning, values
from nb_orchestra.config import Orchestra
from nb_orchestra.core.settings import SHARE_LEVELS
from nb_orchestra.errors import BadOptionError, GoalError
from nb_orchestra.notebook.caching import cleared, report
from nb_orchestra.notebook.inputs import variables
from nb_orchestra.notebook.panel_rows import past_row, run_detail

if TYPE_CHECKING:
    from nb_orchestra.notebook.panel import Panel
    from nb_orchestra.running import Run

Asked = Mapping[str, Any]
LONGEST_TOLD = 6_000
_RUN_ID = re.compile(r"[\w-]{1,80}")


def _hello(panel: Panel, asked: Asked) -> dict[str, Any]:
    """The page is there: it tells its settings, and gets all that it needs to begin."""
    refused = _take(panel, asked, now=False)
    return panel.state() | {"refused": refused}


def _set(panel: Panel, asked: Asked) -> dict[str, Any]:
    """The person changed a setting in Lab."""
    refused = _take(panel, asked, now=True)
    return {"options": panel.settings.told(), "refused": refused}


def _take(panel: Panel, asked: Asked, now: bool) -> dict[str, str]:
    wanted = asked.get("settings")
    return panel.settings.take(wanted, now) if isinstance(wanted, Mapping) else {}


def _past(panel: Panel, asked: Asked) -> dict[str, Any]:
    """The runs on disk, newest first, and what the cache holds."""
    settings = Orchestra.instance().settings()
    rows = [past_row(run) for run in journal.runs(orchestra.runs_folder(settings))] if settings.cache else []
    return {"runs": rows, "cache": report()}


def _detail(panel: Panel, asked: Asked) -> dict[str, Any]:
    """One run with its steps: of this kernel, else from disk."""
    id = str(asked.get("run", ""))
    run = _run(id)
    if run is not None:
        return run_detail(run.progress, has_code=run.plan is not None)
    path = orchestra.runs_folder(Orchestra.instance().settings()) / f"{id}.jsonl"
    if not _RUN_ID.fullmatch(id) or not path.is_file():
        raise BadOptionError(f"the run {id[:80]!r} is no longer on disk")
    return run_detail(journal.progress_of(path), has_code=False)


def _run(id: str) -> Run | None:
    return next((run for run in reversed(list(orchestra.runs)) if run.id == id), None)


def _code(panel: Panel, asked: Asked) -> dict[str, Any]:
    """The plain Python behind one step's value."""
    run, step = _run(str(asked.get("run", ""))), str(asked.get("step", ""))
    if run is None or run.plan is None or step not in run.progress.rows:
        raise BadOptionError("that step is not this kernel's")
    return {"code": orchestra.code_of(run, step)}


def _cancel(panel: Panel, asked: Asked) -> dict[str, Any]:
    """Stops a run of this kernel; what is finished is kept."""
    run = _run(str(asked.get("run", "")))
    if run is not None:
        run.cancel()
    return {"cancelled": run is not None}


def _clear_cache(panel: Panel, asked: Asked) -> dict[str, Any]:
    """Empties the cache, as `%orchestrate cache clear --yes` does: the page has asked already. The runs' journals stay."""
    return {"told": cleared(), "cache": report()}


def _describe(panel: Panel, asked: Asked) -> dict[str, Any]:
    """What a `{mention}` of a goal would send at a sharing level: the option of the cell, else the one that holds here."""
    share = str(asked.get("share") or Orchestra.instance().share)
    if share not in SHARE_LEVELS:
        raise BadOptionError(f"share cannot be {share!r}", hint=f"use one of {', '.join(SHARE_LEVELS)}")
    shell, mention = panel.shell, str(asked.get("mention", ""))[:LONGEST_TOLD]
    mentioned = planning.read_mentions(f"{{{mention}}}", variables(dict(shell.user_ns), shell.user_ns_hidden))
    told = [values.describe(_shown(value, mentioned.columns.get(name)), share, name) for name, value in mentioned.data.items()]
    text = "\n".join(told) if told else mentioned.text
    cut = len(text) > LONGEST_TOLD
    return {"share": share, "inline": not told, "text": text[:LONGEST_TOLD], "left": len(text) - LONGEST_TOLD if cut else 0}


def _shown(value: Any, columns: tuple[str, ...] | None) -> Any:
    """A table with the columns that the mention names, where it names some."""
    if not columns:
        return value
    chosen = [label for label in value.columns if str(label) in columns]
    if not chosen:
        raise GoalError(f"there is no column {', '.join(columns)}")
    return value[chosen]


ANSWERS: dict[str, Callable[[Panel, Asked], dict[str, Any]]] = {
    "hello": _hello,
    "set": _set,
    "past": _past,
    "detail": _detail,
    "code": _code,
    "cancel": _cancel,
    "clear_cache": _clear_cache,
    "describe": _describe,
}
