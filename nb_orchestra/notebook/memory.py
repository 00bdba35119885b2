"""What earlier runs of this notebook found, by name: a later goal may speak of it as `{name}`, also after a restart, when no variable of that name is there.

Nothing is pasted into a prompt: a remembered result is read only where a goal names it. What is remembered can be listed, pinned (kept as it is now, safe
from a cleared cache and from later runs of that name) and forgotten. The choices stand in one small file beside the journals.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb_orchestra import bundle, orchestra, recalling
from nb_orchestra.cache import Memo
from nb_orchestra.config import Orchestra
from nb_orchestra.core.progress import Progress
from nb_orchestra.errors import BadOptionError, BundleError
from nb_orchestra.notebook.picking import step_id
from nb_orchestra.running import Run
from nb_orchestra.running.past import rebuilt

if TYPE_CHECKING:
    import pandas as pd

    from nb_orchestra.notebook.magics import Notebook

FILE = "memory.json"
_NAMED = re.compile(r"\{\s*([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Remembered:
    """One name: which step of which run it was, and what it held."""

    name: str
    what: str
    when: float
    run: str
    pinned: bool = False


def memory(notebook: Notebook, words: list[str]) -> pd.DataFrame | None:
    """`memory` lists what goals of this notebook may name; `memory pin NAME`, `memory unpin NAME`, `memory forget NAME|all`."""
    if not words:
        return _table(notebook)
    act = _ACTS.get(words[0])
    if act is None or len(words) != 2:
        raise BadOptionError(f"memory takes {', '.join(_ACTS)} and a NAME", hint="%orchestrate memory lists the names")
    print(act(notebook, words[1]))
    return None


def recalled(notebook: Notebook, goal: str, found: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The values of names that a goal mentions and that only memory knows, and what to tell of them."""
    values: dict[str, Any] = {}
    told: list[str] = []
    for name in dict.fromkeys(_NAMED.findall(goal)):
        known = None if name in found else _known(notebook, name)
        if known is not None:
            values[name] = known[0]
            told.append(f"{name} from the run of {_day(known[1].progress.started)}")
    return values, f"remembered: {', '.join(told)}" if told else ""


def _known(notebook: Notebook, name: str) -> tuple[Any, Run] | None:
    """A remembered value and its run."""
    choices = _choices(notebook)
    run = _pinned_run(choices["pinned"].get(name, "")) or _newest(notebook, name, choices["forgotten"])
    if run is None or run.plan is None:
        return None
    if name == run.name and run.value is not None:
        return run.value, run
    with contextlib.suppress(KeyError):
        id = step_id(run, name)
        return (run.results[id].value, run) if id in run.results else None
    return None


def _newest(notebook: Notebook, name: str, forgotten: Mapping[str, str]) -> Run | None:
    """The newest run of this notebook that made the name, this kernel's first, and after the one up to which it was forgotten."""
    after = max(forgotten.get(name, ""), forgotten.get("all", ""))
    for run in reversed(orchestra.runs):
        if run.id > after and run.results and (name == run.name or name in run.names.values()):
            return run

    def fits(progress: Progress) -> bool:
        return progress.notebook == notebook.identity and progress.run > after

    return recalling.find(step=name, notebook=notebook.identity, accept=fits)


def _table(notebook: Notebook) -> pd.DataFrame:
    from nb_orchestra.notebook.runs_table import Listing

    rows = [[item.name, item.what, datetime.datetime.fromtimestamp(item.when).replace(microsecond=0), item.pinned, item.run] for item in _all(notebook)]
    return Listing(rows, columns=["name", "what", "when", "pinned", "run"])


def _all(notebook: Notebook) -> list[Remembered]:
    """Every name, newest first; pinned ones on top."""
    choices, known = _choices(notebook), dict[str, Remembered]()
    for name, id in choices["pinned"].items():
        run = _pinned_run(id)
        if run is not None:
            known[name] = _remembered(name, run.progress, pinned=True)
    here = [run.progress for run in reversed(orchestra.runs)]
    for progress in [*here, *recalling.progresses(notebook.identity)]:
        for name in [*([progress.name] if progress.name else []), *(row.name for row in progress.rows.values() if row.state == "done")]:
            after = max(choices["forgotten"].get(name, ""), choices["forgotten"].get("all", ""))
            if name not in known and progress.run > after:
                known[name] = _remembered(name, progress)
    return list(known.values())


def _remembered(name: str, progress: Progress, *, pinned: bool = False) -> Remembered:
    what = next((row.summary for row in progress.rows.values() if row.name == name), "the answer")
    return Remembered(name, what, progress.started, progress.run, pinned)


def _pin(notebook: Notebook, name: str) -> str:
    """Keeps a name's run in a file of its own."""
    known = _known(notebook, name)
    if known is None:
        raise BadOptionError(f"nothing of the name {name!r} is remembered", hint="%orchestrate memory lists the names")
    run = known[1]
    path = _folder() / f"{run.id}.zip"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    recalling.export([run], path)
    _choose(notebook, "pinned", {name: run.id})
    return f"{name} is pinned as it was in the run of {_day(run.progress.started)}"


def _unpin(notebook: Notebook, name: str) -> str:
    _choose(notebook, "pinned", {}, without=name)
    return f"{name} is not pinned"


def _forget(notebook: Notebook, name: str) -> str:
    """Hides what was found so far; a later run of that name is remembered again."""
    newest = max([run.id for run in orchestra.runs] + [progress.run for progress in recalling.progresses(notebook.identity)], default="")
    _choose(notebook, "forgotten", {name: newest})
    _choose(notebook, "pinned", {}, without=name)
    return f"{'everything' if name == 'all' else name} is forgotten: goals know no more of it (%orchestrate runs and restore still do)"


_ACTS = {"pin": _pin, "unpin": _unpin, "forget": _forget}


def _folder() -> Path:
    return Path(Orchestra.instance().settings().cache_dir) / "pinned"


def _pinned_run(id: str) -> Run | None:
    """The run of a pin; None where its file is gone or is none of ours."""
    path = _folder() / f"{id}.zip"
    if not id or not recalling.ID.match(id) or not path.exists():
        return None
    try:
        opened = bundle.read_bundle(path)
    except BundleError:
        return None
    return rebuilt(opened.events(id), Memo(bundle.BundleStore(opened)).found)


def _choices(notebook: Notebook) -> dict[str, dict[str, str]]:
    """This notebook's pins and what it forgot: name → run."""
    data = _read().get(notebook.identity, {})
    return {kind: {str(name): str(run) for name, run in data.get(kind, {}).items()} for kind in ("pinned", "forgotten")}


def _choose(notebook: Notebook, kind: str, more: Mapping[str, str], *, without: str = "") -> None:
    data, choices = _read(), _choices(notebook)
    kept = {} if without == "all" else {name: run for name, run in choices[kind].items() if name != without}
    data[notebook.identity] = {**choices, kind: {**kept, **more}}
    path = _folder().parent / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}", suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(data, file, indent=1, sort_keys=True)
    os.replace(name, path)


def _read() -> dict[str, Any]:
    try:
        data = json.loads((_folder().parent / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): item for name, item in data.items() if isinstance(item, dict)} if isinstance(data, dict) else {}


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
