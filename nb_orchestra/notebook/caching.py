"""`%orchestrate cache`: where results are kept, how much there is, and what would be lost by emptying it: told first, done with a name or `--yes`.

The folder is the person's, not the notebook's: results of all their notebooks lie in it, and each was paid for once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nb_orchestra import journal, orchestra
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import JobEnded, PlanMade
from nb_orchestra.errors import BadOptionError
from nb_orchestra.running.past import ENDINGS

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook

YES = "--yes"
MOST_NAMED = 8
MOST_RUNS = 10_000


def cache_words(notebook: Notebook, words: list[str]) -> str:
    """What `cache` says: nothing behind it: where and how much; `on`, `off`; `clear`: what would go; `clear NAME` or `clear --yes`: what went."""
    word, rest = (words or [""])[0], words[1:]
    if word not in ("", "on", "off", "clear") or (rest and word != "clear") or len(rest) > 1:
        raise BadOptionError(f"cache takes clear, on or off, not {' '.join(words)!r}", hint=f"clear takes the name of a run, or {YES} for all that is kept")
    config = Orchestra.instance()
    if word in ("on", "off"):
        config.set_option("cache", word)
        return f"the cache is {word}"
    if not config.settings().cache:
        return "the cache is off (%orchestrate cache on)"
    if word == "clear" and rest:
        return cleared() if rest == [YES] else _cleared_of(notebook, rest[0])
    return would_clear() if word == "clear" else report()


def report() -> str:
    """Where results are kept and how much there is."""
    settings = Orchestra.instance().settings()
    if not settings.cache:
        return "the cache is off (%orchestrate cache on)"
    size = orchestra.memo_for(settings).store.size()
    ways = "%orchestrate cache clear says what emptying it would lose, cache off stops keeping"
    return f"{settings.cache_dir}\n  {size / 1e6:,.1f} MB, at most {settings.cache_gb:g} GB; {ways}"


def would_clear() -> str:
    """What is kept, and of which notebooks it is. Nothing goes."""
    settings = Orchestra.instance().settings()
    store = orchestra.memo_for(settings).store
    runs = journal.runs(orchestra.runs_folder(settings), MOST_RUNS)
    notebooks = Counter(run.notebook for run in runs).most_common()
    named = [f"{name} ({_counted(count, 'run')})" for name, count in notebooks[:MOST_NAMED]]
    more = [f"{len(notebooks) - MOST_NAMED} more"] if len(notebooks) > MOST_NAMED else []
    whose = f", of {_counted(len(runs), 'run')} of {_counted(len(notebooks), 'notebook')}: {', '.join([*named, *more])}" if runs else ""
    return (
        f"nothing was cleared. In {settings.cache_dir}: {_counted(store.count(), 'entry', 'entries')}, {store.size() / 1e6:,.1f} MB{whose}\n"
        f"  %orchestrate cache clear {YES} removes all of it: every step of these notebooks is then computed, or asked and paid for, once more\n"
        "  %orchestrate cache clear NAME removes what the newest run of that name kept"
    )


def cleared() -> str:
    """Empties the cache; the runs' journals stay."""
    settings = Orchestra.instance().settings()
    if not settings.cache:
        return "the cache is off (%orchestrate cache on)"
    store = orchestra.memo_for(settings).store
    size = store.size()
    gone = store.clear()
    return f"cleared {_counted(gone, 'entry', 'entries')}, {size / 1e6:,.1f} MB, in {settings.cache_dir}"


def _cleared_of(notebook: Notebook, name: str) -> str:
    """Removes what one run kept: its plan and its steps' values. BadOptionError where there is no such run."""
    run = notebook.find_run(name)
    store = orchestra.memo_for(Orchestra.instance().settings()).store
    keys = list(dict.fromkeys(key for event in run.events for key in _keys(event)))
    before = store.count()
    store.remove(keys)
    rows = "; answers of single rows stay" if any(step.for_each is not None for step in (run.plan.steps if run.plan else ())) else ""
    return f"cleared {_counted(before - store.count(), 'entry', 'entries')} of {name}: its next run computes and asks anew{rows}"


def _keys(event: Any) -> list[str]:
    if isinstance(event, PlanMade):
        return list(event.keys)
    return [f"{event.key}{ending}" for ending in ENDINGS] if isinstance(event, JobEnded) and event.key else []


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
