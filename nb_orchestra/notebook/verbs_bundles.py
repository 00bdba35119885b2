"""The verbs about files: a run leaves as one file, a notebook looks into such a file first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nb_orchestra import bundle, ejecting, orchestra, planning, recalling, reporting
from nb_orchestra.config import Orchestra
from nb_orchestra.errors import BadOptionError
from nb_orchestra.notebook.options import LAST
from nb_orchestra.running import Run, portal
from nb_orchestra.running.editing import remembering

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook

ALL = "all"
BUNDLE = "zip"


def export(notebook: Notebook, words: list[str]) -> None:
    """`export [RUN …|all] [FILE]`: runs as one file that a replay can use. A FILE that ends in .md, .html, .ipynb or .py (or `--to` one of these): a report,
    or the plan as plain cells that need nothing of ours; .yaml: the plan. Without FILE: named after the run. A file that is there stays (`--overwrite`)."""
    words, overwrite = [word for word in words if word != "--overwrite"], "--overwrite" in words
    names, kind = _target(words)
    runs, path = _runs_and_file(notebook, names)
    if not runs:
        raise BadOptionError("nothing was run yet in this kernel", hint="run a cell, or name a past run (%orchestrate runs lists them)")
    path = path or Path(f"{runs[0].name or 'run'}.{kind or BUNDLE}")
    kind = kind or path.suffix.lower().removeprefix(".") or BUNDLE
    path = path if path.suffix else path.with_suffix(f".{kind}")
    _check_file(path, kind, overwrite)
    try:
        _bundled(runs, path) if kind == BUNDLE else _written_as(kind, runs, path)
    except OSError as error:
        raise BadOptionError(f"{path} cannot be written: {error.strerror or error}", hint="name a file in a folder of yours") from None


def _runs_and_file(notebook: Notebook, names: list[str]) -> tuple[list[Run], Path | None]:
    """Which runs, and the file where one is named: the last word, unless it names a run too. No run named: the newest one with a result."""
    file = names[-1] if names and not _names_run(notebook, names[-1]) else None
    wanted = names if file is None else names[:-1]
    if wanted == [ALL]:
        return _newest_runs(), Path(file).expanduser() if file else Path(f"runs.{BUNDLE}")
    runs = [notebook.find_run(name) for name in wanted] or _newest_runs()[-1:] or [notebook.find_run(LAST)]
    return runs, Path(file).expanduser() if file else None


def _names_run(notebook: Notebook, word: str) -> bool:
    if word == ALL:
        return True
    if Path(word).suffix or "/" in word:
        return False
    try:
        notebook.find_run(word)
    except BadOptionError:
        return False
    return True


def _check_file(path: Path, kind: str, overwrite: bool) -> None:
    """Nothing of the person's is replaced unless they say so, and no file gets an ending that says something else."""
    if kind != BUNDLE and kind not in _FORMS:
        raise BadOptionError(f"no export ends in .{kind}", hint=f"a bundle: {path.stem}.{BUNDLE}; a report or plain cells: --to {'|'.join(_FORMS)}")
    if path.exists() and not overwrite:
        raise BadOptionError(f"{path} is there already", hint="name another file, or add --overwrite")


def _target(words: list[str]) -> tuple[list[str], str]:
    """The names on the line, and what `--to` says."""
    if "--to" not in words:
        return [word for word in words if not word.startswith("--")], ""
    at = words.index("--to")
    kind = words[at + 1].removeprefix(".") if at + 1 < len(words) else ""
    if kind not in _FORMS:
        raise BadOptionError(f"--to takes {', '.join(_FORMS)}, not {kind!r}", hint="without --to: a bundle that a replay can use")
    return words[:at] + words[at + 2 :], kind


def _bundled(runs: list[Run], path: Path) -> None:
    written = recalling.export(runs, path)
    print(f"{path}: {', '.join(run.name or run.id for run in runs)}, {written.bytes / 1e3:,.0f} kB")
    for step, why in written.lacking.items():
        print(f"  a replay would have to run {step}: {why}")
    print(f"at the top of a notebook, `%orchestrate use {path}` makes it the first place to look")


def _written_as(kind: str, runs: list[Run], path: Path) -> None:
    """One run as a report, a notebook or a script; secrets are hidden as in the journal."""
    if len(runs) != 1 or runs[0].plan is None:
        told = "that run has no plan, so there is nothing to write" if len(runs) == 1 else f"one run becomes a .{kind} file, and there are {len(runs)}"
        raise BadOptionError(told, hint=f"%orchestrate export RUN {path.name}; %orchestrate runs lists them")
    text, files = _FORMS[kind](runs[0], f"{path.stem}_files")
    path.write_text(orchestra.redactor()(text), encoding="utf-8", errors="replace")  # data may hold half a character (a lone surrogate)
    ejecting.write_files(path, files, f"{path.stem}_files")
    print(f"{path}: {runs[0].name or runs[0].id}{_with(files, path)}")


def _with(files: Mapping[str, bytes], path: Path) -> str:
    return f", with {len(files)} {'picture' if len(files) == 1 else 'pictures'} in {path.stem}_files" if files else ""


def _as_notebook(run: Run, folder: str) -> tuple[str, dict[str, bytes]]:
    made = ejecting.eject(run, folder)
    return made.notebook(), made.files


def _as_script(run: Run, folder: str) -> tuple[str, dict[str, bytes]]:
    made = ejecting.eject(run, folder)
    return made.script(), made.files


def _as_plan(run: Run, folder: str) -> tuple[str, dict[str, bytes]]:
    assert run.plan is not None
    return planning.plan_text(remembering(run.plan, run.goal.text)), {}


_FORMS: dict[str, Callable[[Run, str], tuple[str, dict[str, bytes]]]] = {
    "md": reporting.as_markdown,
    "html": lambda run, folder: (reporting.as_html(run), {}),
    "ipynb": _as_notebook,
    "py": _as_script,
    "yaml": _as_plan,
}


def _newest_runs() -> list[Run]:
    """The newest finished run of each NAME (of each goal, where it has none), oldest first."""
    newest = {run.name or run.goal.text: run for run in orchestra.runs if run.state in ("done", "partial")}
    return list(newest.values())


def use(notebook: Notebook, words: list[str]) -> None:
    """`use FILE`: the first place to look, for every cell; with `--replay` the only one. `use off`: no more. `use`: which are in use."""
    names = [word for word in words if not word.startswith("--")]
    strange = [word for word in words if word.startswith("--") and word != "--replay"]
    if strange or len(names) > 1:
        raise BadOptionError(f"use takes a FILE and --replay, not {' '.join(strange or names)}", hint="%orchestrate use FILE [--replay], or use off")
    if names == ["off"]:
        gone = bundle.use_none()
        print(f"no longer in use: {', '.join(item.path.name for item in gone)}" if gone else "no file was in use")
        return
    if names:
        memo = orchestra.memo_for(Orchestra.instance().settings())

        def known(sha: str) -> bool:
            return bool(portal().start(memo.find_record(f"bundle-{sha}")).result(timeout=30))

        path = Path(names[0]).expanduser()
        named = path if path.exists() or path.suffix else path.with_suffix(".zip")  # as `export` called it
        opened = bundle.use(named, only="--replay" in words, known=known)
        portal().start(memo.keep_record(f"bundle-{opened.sha}", "read whole within its limits")).result(timeout=30)
    _tell_used()


def _tell_used() -> None:
    for item in bundle.in_use.bundles:
        told = ", ".join(f"{run['name'] or run['id']}" for run in item.runs)
        print(f"{item.path}: {told}; {len(item.keys)} results and records")
    if not bundle.in_use.bundles:
        print("no file is in use (%orchestrate use FILE)")
    elif bundle.in_use.only:
        print("nothing else is looked up, and nothing is run (%orchestrate use off ends that)")
