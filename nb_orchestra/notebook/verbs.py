"""`%orchestrate VERB …`: everything but goals. One table of verbs; each is a small function that prints or returns a value."""

from __future__ import annotations

import datetime
import difflib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nb_orchestra import __version__, orchestra
from nb_orchestra.cache.why import UNCHANGED
from nb_orchestra.citing import methods_of
from nb_orchestra.config import Orchestra
from nb_orchestra.ejected import code_parts
from nb_orchestra.errors import BadOptionError
from nb_orchestra.notebook.caching import cache_words
from nb_orchestra.notebook.cast import models_table
from nb_orchestra.notebook.memory import memory
from nb_orchestra.notebook.options import LAST
from nb_orchestra.notebook.picking import moment, pick, run_with, step_id
from nb_orchestra.notebook.reports import doctor, past_runs, provenance
from nb_orchestra.notebook.verbs_bundles import export, use
from nb_orchestra.notebook.verbs_editing import edit
from nb_orchestra.notebook.verbs_history import diff, fresh, rerun, restore, resume, skip
from nb_orchestra.running import Run

if TYPE_CHECKING:
    import pandas as pd

    from nb_orchestra.notebook.magics import Notebook

MOST_VERB_WORDS = 3
LONG_CODE = 60
"""Lines of code beyond which the functions are left out."""
WHOLE, NEW_LINE = "--whole", "\n"


@dataclass(frozen=True, slots=True)
class Verb:
    """What it does for a person, in a few words, and the function that does it."""

    meaning: str
    act: Callable[[Notebook, list[str]], Any]
    arguments: str = ""


def say_verb(notebook: Notebook, line: str) -> Any:
    """Does what the line says. BadOptionError with the nearest verb; a sentence gives the right cell to copy."""
    words = _words(line)
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
        return None
    verb = VERBS.get(words[0])
    if verb is not None:
        return _act(notebook, words[0], verb, words[1:])
    if len(words) >= MOST_VERB_WORDS:
        print(f"A goal goes into a cell of its own. Copy this:\n\n%%orchestrate answer\n{line.strip()}")
        return None
    near = difflib.get_close_matches(words[0], VERBS, 1)
    raise BadOptionError(f"there is no verb {words[0]!r}", hint=f"did you mean {near[0]}?" if near else "%orchestrate alone lists them")


def _act(notebook: Notebook, name: str, verb: Verb, words: list[str]) -> Any:
    if {"-h", "--help"} & set(words):
        print(f"%orchestrate {name} {verb.arguments}".rstrip() + f": {verb.meaning}")
        return None
    if words and not verb.arguments and verb.act is not _undo:
        raise BadOptionError(f"{name} takes nothing behind it, and there is {' '.join(words)}", hint=f"%orchestrate {name}: {verb.meaning}")
    return verb.act(notebook, words)


def overview() -> str:
    """At most 12 lines, the five daily verbs first."""
    daily = ["show", "code", "why", "undo", "runs"]
    lines = [f"nb_orchestra {__version__}: a cell that starts with %%orchestrate NAME is a goal; its answer becomes NAME"]
    lines += [f"  %orchestrate {name + ' ' + VERBS[name].arguments:<17} {VERBS[name].meaning}" for name in daily]
    lines.append(f"  more: {', '.join(name for name in VERBS if name not in daily)}")
    lines.append("  on the cell: --plan --approve --fresh --replay --continue [NAME] --overwrite --strict --share LEVEL -q")
    return "\n".join(lines)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _last(notebook: Notebook, words: list[str]) -> Run:
    return notebook.find_run(LAST)


def _show(notebook: Notebook, words: list[str]) -> Any:
    """The tree of a run, or the value of a step (of a run that is named, else of the newest that has it)."""
    if not words:
        return notebook.find_run(LAST)
    if len(words) > 1:
        run = notebook.find_run(words[0])
        return run[step_id(run, words[1])] if run.plan is not None else run
    try:
        return notebook.find_run(words[0])
    except BadOptionError:
        return run_with(notebook, words[0])[words[0]]


def _code(notebook: Notebook, words: list[str]) -> None:
    """The plain Python of a value; where it is long, the steps without the functions that they call, and where these are."""
    whole = WHOLE in words
    run, step = pick(notebook, [word for word in words if word != WHOLE])
    code = orchestra.code_of(run, step)
    head, steps = code_parts(run, step, whole=False)
    if whole or code.count("\n") < LONG_CODE or len(head) < 2:
        print(code)
        return
    functions = sum("def " in part for part in head)
    name = run.name or run.id
    told = f"# {functions} functions that these steps call are left out, so it does not run as it stands ({code.count(NEW_LINE):,} lines in all)"
    print("\n".join([told, f"# the whole: %orchestrate code {' '.join([*words, WHOLE])}; as a file that runs: %orchestrate export {name} --to py", ""]))
    print("\n\n".join([*(part for part in head if part.startswith(("import", "from"))), steps]))


def _why(notebook: Notebook, words: list[str]) -> None:
    """Why steps ran or came from the cache: one step, or all of the last run."""
    run, step = pick(notebook, words)
    for id, row in run.progress.rows.items():
        if words and id == step:
            how = "from the cache" if row.cached else row.state
            print(f"{row.name}: {how}{' — ' + row.why if row.why else ''}{'; ' + row.message if row.message else ''}")
        elif not words:
            print(f"{row.name}: {_why_in_short(run, id)}")


_SAME = {"code": "recipe, code, inputs", "ask": "question, model, inputs", "call": "tool, code, arguments", "search": "query, sources"}


def _why_in_short(run: Run, id: str) -> str:
    """One line; which parts of a step were compared is told by `why NAME`."""
    row, result = run.progress.rows[id], run.results.get(id)
    if row.cached and row.why.startswith(UNCHANGED):
        taken = result.taken_at if result is not None else ""
        on = f" as on {moment(datetime.datetime.fromisoformat(taken).timestamp())}" if taken else " as before"
        return f"from the cache: same {_SAME.get(row.kind, 'kind, inputs')} and settings{on}"
    why = "done anew, though nothing that it reads has changed" if row.why.startswith(UNCHANGED) else row.why
    return "; ".join(filter(None, (f"{'from the cache' if row.cached else row.state}{' — ' + why if why else ''}", row.message)))


def _undo(notebook: Notebook, words: list[str]) -> None:
    bound = notebook.ledger.undoable()
    if any(word not in bound for word in words):
        changed = ", ".join(bound) or "nothing"
        raise BadOptionError(f"undo takes back the last run as a whole, and that did not change {' '.join(words)}", hint=f"it changed: {changed}")
    told = notebook.ledger.undo()
    if not told:
        print("nothing to undo")
    for name, what in told.items():
        print(f"{name}: {what}")
    if told and notebook.edits:
        print("an edit waits for %orchestrate rerun as before; %orchestrate edit STEP --drop takes it back")


def _runs(notebook: Notebook, words: list[str]) -> pd.DataFrame:
    """The runs, those of earlier kernels too, newest first, as a DataFrame."""
    return past_runs()


def _sent(notebook: Notebook, words: list[str]) -> None:
    from nb_orchestra.core.events import Sent

    run = notebook.find_run(words[0] if words else LAST)
    left = [event for event in run.events if isinstance(event, Sent)]
    if not left:
        print("nothing left the kernel")
    for event in left:
        print(f"{event.step} → {event.model}, {event.characters:,} characters\n{event.text}\n")


def _provenance(notebook: Notebook, words: list[str]) -> None:
    """Where a variable came from: goal, step, inputs, when, which model."""
    if not words:
        raise BadOptionError("provenance of which variable?", hint="%orchestrate provenance NAME")
    run, id = pick(notebook, words)
    print(provenance(run, id))


def _cite(notebook: Notebook, words: list[str]) -> None:
    """A Methods paragraph: data, steps, tests with their sources, versions."""
    run, id = pick(notebook, words)
    print(methods_of(run, id))


def _cache(notebook: Notebook, words: list[str]) -> None:
    print(cache_words(notebook, words))


def _set(notebook: Notebook, words: list[str]) -> None:
    config = Orchestra.instance()
    name, _, value = " ".join(words).partition("=")
    words = [name.strip(), value.strip()] if value.strip() and len(name.split()) == 1 else words
    if len(words) >= 2:
        config.set_option(words[0], " ".join(words[1:]))
    for name in words[:1] or config.option_names():
        print(config.describe_option(name))


def _models(notebook: Notebook, words: list[str]) -> pd.DataFrame:
    return models_table()


def _doctor(notebook: Notebook, words: list[str]) -> None:
    for line in doctor():
        print(line)


VERBS: dict[str, Verb] = {
    "show": Verb("a run's steps, or a step's value", _show, "[RUN] [NAME]"),
    "code": Verb("the plain Python behind a variable", _code, "[NAME] [--whole]"),
    "why": Verb("why each step ran or came from the cache", _why, "[NAME]"),
    "undo": Verb("every variable as it was before the last run", _undo),
    "runs": Verb("the runs so far, as a table", _runs),
    "rerun": Verb("a run once more, with what you edited", rerun, "[RUN]"),
    "resume": Verb("go on with a run that was interrupted", resume, "[RUN]"),
    "edit": Verb("change one step for the next rerun", edit, "STEP [NAME=VALUE …] [--cell | --drop]"),
    "fresh": Verb("do one step anew, and keep it", fresh, "STEP"),
    "skip": Verb("a run once more without one step", skip, "STEP"),
    "diff": Verb("what differs between two runs", diff, "[RUN RUN]"),
    "restore": Verb("a past run's variables, without running anything", restore, "NAME [--overwrite]"),
    "export": Verb("runs as one file for a replay; as report, notebook, script", export, "[RUN …|all] [FILE] [--to md|html|ipynb|py] [--overwrite]"),
    "memory": Verb("what goals of this notebook may name; pin, unpin, forget", memory, "[pin|unpin|forget NAME]"),
    "use": Verb("look into such a file first", use, "FILE [--replay] | off"),
    "last": Verb("the last run", _last),
    "sent": Verb("exactly what left the kernel", _sent, "[RUN]"),
    "provenance": Verb("where a variable came from", _provenance, "NAME"),
    "cite": Verb("a Methods paragraph for a variable", _cite, "[NAME]"),
    "cache": Verb("where results are kept; clear, on, off", _cache, "[clear [NAME|--yes]|on|off]"),
    "set": Verb("options, their values and where each came from", _set, "[OPTION [VALUE]]"),
    "models": Verb("which model answers for which part, and its price", _models),
    "doctor": Verb("what works here, and what does not", _doctor),
}
