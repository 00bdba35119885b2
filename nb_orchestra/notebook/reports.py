"""What the verbs print: where a variable came from, the cache, and what works here."""

from __future__ import annotations

import datetime
import importlib.util
import os
import pathlib
import platform
import time
from typing import TYPE_CHECKING, Any

from nb_orchestra import __version__, journal, orchestra, sandbox
from nb_orchestra.cache import network_kind
from nb_orchestra.config import Orchestra
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromData, FromStep, params_references
from nb_orchestra.notebook.cast import model_lines
from nb_orchestra.running import Run, portal
from nb_orchestra.threads import abandoned
from nb_orchestra.views.words import model_text

if TYPE_CHECKING:
    import pandas as pd


def provenance(run: Run, id: str) -> str:
    """Goal, step, inputs, model, time and identity of one step's value."""
    assert run.plan is not None
    step, row = run.plan[id], run.progress.rows[id]
    result = run.results.get(id)
    read = [f"{run.names.get(ref.step, ref.step)} (a step)" for ref in params_references(step.params) if isinstance(ref, FromStep)]
    read += [f"{_with_columns(ref)} (a variable)" for ref in params_references(step.params) if isinstance(ref, FromData)]
    lines = [
        f"{run.names.get(id, step.name)}: {row.summary or row.state}",
        f"  goal       {' '.join(run.goal.text.split())[:200]}",
        f"  answers    {step.clause or step.purpose or step.name}",
        f"  made by    {_maker(step, model_text(row.model))}",
        f"  reads      {'; '.join(dict.fromkeys(read)) or 'nothing'}",
        f"  run        {run.id}, {row.state}{', from the cache' if row.cached else ''}; first made {result.taken_at if result else 'never'}",
        f"  why        {row.why}",
        f"  identity   {row.key or 'none: this value is not kept'}",
    ]
    return "\n".join(lines)


def _maker(step: Step, model: str) -> str:
    made = [step.kind, str(step.params.get("recipe") or step.params.get("tool") or "")]
    return " ".join(filter(None, made)) + (f", model: {model}" if model else "")


def _with_columns(reference: FromData) -> str:
    return f"{reference.name} [{', '.join(reference.columns)}]" if reference.columns else reference.name


def past_runs() -> pd.DataFrame:
    """One row per run, newest first: those on disk, or this kernel's where the cache is off. cost and saved in USD."""
    from nb_orchestra.notebook.runs_table import RunsTable

    columns = ["when", "name", "goal", "state", "steps", "done", "cached", "seconds", "tokens", "cost", "saved", "notebook", "run"]
    settings = Orchestra.instance().settings()
    if settings.cache:
        rows = [
            [
                _when(run.when),
                run.name,
                _one_line(run.goal),
                run.state,
                run.steps,
                run.done,
                run.cached,
                run.seconds,
                run.tokens,
                run.cost,
                run.saved,
                run.notebook,
                run.id,
            ]
            for run in journal.runs(orchestra.runs_folder(settings))
        ]
    else:
        rows = [_row(run) for run in reversed(orchestra.runs)]
    return RunsTable(rows, columns=columns)


def _row(run: Run) -> list[Any]:
    now, steps = run.progress, list(run.progress.rows.values())
    done, cached, saved = sum(row.state == "done" for row in steps), sum(row.cached for row in steps), sum(row.saved for row in steps)
    cost = [now.usage.tokens, now.usage.cost, saved]
    return [_when(now.started), run.name, _one_line(now.goal), journal.state_of(now), len(steps), done, cached, now.seconds, *cost, now.notebook, run.id]


def _when(seconds: float) -> Any:
    return datetime.datetime.fromtimestamp(seconds).replace(microsecond=0)


def _one_line(goal: str) -> str:
    return " ".join(goal.split())[:80]


def doctor() -> list[str]:
    """One line per thing that matters, with what to do where it is not right."""
    return [line for check in (_versions, model_lines, _sandbox, _cache_folder, _widgets, _extras, _threads, _abandoned) for line in check()]


def _versions() -> list[str]:
    import pandas

    return [f"nb_orchestra {__version__}, Python {platform.python_version()}, pandas {pandas.__version__}, {platform.system()}"]


def _sandbox() -> list[str]:
    """How code that a model wrote would be held here: found by trying to get out."""
    tier = sandbox.tier()
    if tier == "isolated":
        return ["code of a model: isolated (no files, no network, no processes; found by trying)"]
    loose = ", ".join(name for name, held in sandbox.held().items() if not held)
    return [f"code of a model: {tier}, since this machine does not hold {loose}; each piece is shown and asked about (%orchestrate set trust_code on)"]


def _cache_folder() -> list[str]:
    settings = Orchestra.instance().settings()
    if not settings.cache:
        return ["cache: off, so every run computes everything again (%orchestrate cache on)"]
    folder = settings.cache_dir
    existing = folder
    while existing and not os.path.exists(existing):
        existing = os.path.dirname(existing)
    if not os.access(existing or "/", os.W_OK):
        return [f"cache: {folder} cannot be written, so nothing is kept (%orchestrate set cache_dir FOLDER)"]
    share = network_kind(pathlib.Path(folder))
    lines = [f"cache: {folder}{f' ({share}, a network share: one file per entry, no database)' if share else ''}"]
    return lines + ([f"cache: {settings.shared_cache} is looked up first and never written"] if settings.shared_cache else [])


def _widgets() -> list[str]:
    lacking = [name for name in ("anywidget", "ipywidgets") if importlib.util.find_spec(name) is None]
    if lacking:
        return [f"tree: {', '.join(lacking)} is missing, so the tree is plain text (pip install {' '.join(lacking)})"]
    return ["tree: live (anywidget is there)"]


_EXTRAS = {
    "ml": ("sklearn", "clusters, principal components, classification and regression models"),
    "models": ("litellm", "models of other providers than those that speak OpenAI's way"),
    "web": ("trafilatura", "pages of the web as clean text"),
    "documents": ("pypdf", "searches in PDFs"),
    "mcp": ("mcp", "tools of MCP servers"),
}
"""Extra of the package → what it brings, and what cannot be done without."""


def _extras() -> list[str]:
    lacking = {extra: purpose for extra, (module, purpose) in _EXTRAS.items() if importlib.util.find_spec(module) is None}
    told = "; ".join(f"{extra} ({purpose})" for extra, purpose in lacking.items())
    return [f'extras not installed: {told}; pip install "nb_orchestra[{",".join(lacking)}]"'] if lacking else []


def _threads() -> list[str]:
    def probe() -> str:
        return "ok"

    import asyncio

    async def ping() -> str:
        return await asyncio.to_thread(probe)

    started = time.monotonic()
    reply = portal().start(ping()).result(timeout=5)
    return [f"background loop: {reply} ({(time.monotonic() - started) * 1000:.0f} ms)"]


def _abandoned() -> list[str]:
    """Tools and recipes that were stopped and go on all the same: Python cannot end a thread."""
    left = [f"{item.name} (for {time.monotonic() - item.since:,.0f} s)" for item in abandoned()]
    return [f"abandoned threads: {len(left)} still run until they end by themselves, their values dropped: {', '.join(left)}"] if left else []
