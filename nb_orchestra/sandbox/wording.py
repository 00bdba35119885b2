"""Failures in words: what happened, and what to write instead. Read by a person, and by the model that tries again."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.outcome import Failure
from nb_orchestra.sandbox.limits import MEGABYTE, Limits

_STOPPED = {
    "time": ("TimeoutError", "the code took more than {seconds:g} seconds and was stopped", "use fewer rows or vectorised operations, or allow more seconds"),
    "disk": ("OSError", "the code wrote more than {disk:,} MB and was stopped", "keep results in variables instead of files"),
    "entries": ("OSError", "the code made more than {entries:,} files and was stopped", "keep results in variables instead of files"),
    "threads": ("RuntimeError", "the code started more than {threads:,} threads and was stopped", "use vectorised operations; threads do not make them faster"),
    "cancelled": ("CancelledError", "the code was stopped", ""),
}
_CRASHES = {
    signal.SIGSEGV: "often an endless recursion",
    signal.SIGKILL: "often too little memory on the machine",
    signal.SIGABRT: "often too little memory",
    signal.SIGSYS: "the code asked the system for something that no code step may",
}
_HINTS = {
    "MemoryError": "at most {memory:,} MB beyond the inputs: use fewer columns or rows, or smaller types",
    "PermissionError": "a code step has no network, starts no programs, and sees no files but its own folder; its inputs are variables",
    "FileNotFoundError": "a code step sees no files of yours; its inputs are variables: {inputs}",
    "ImportError": "use pandas, numpy, scipy, matplotlib, pyarrow, scikit-learn (where installed) or the standard library",
    "RecursionError": "a value that holds itself, or is nested too deep, cannot be given back; a function that calls itself needs an end",
    "SystemExit": "let the code run to its end instead of exiting",
}
_COLUMNS = 40


def stopped(why: str, limits: Limits, printed: str, tier: str) -> Failure:
    """The failure of a job that was killed."""
    error, message, hint = _STOPPED.get(why, _STOPPED["cancelled"])
    facts = {"seconds": limits.seconds, "disk": limits.disk // MEGABYTE, "entries": limits.entries, "threads": limits.threads}
    return Failure(error, message.format(**facts), hint, printed=printed, tier=tier)


def crashed(code: int, limits: Limits, printed: str, tier: str) -> Failure:
    """The failure of a process that ended without leaving an outcome."""
    if code >= 0:
        message = f"the code ended its process (exit code {code}) before it gave a result"
        return Failure("StepError", message, "let the code run to its end", printed=printed, tier=tier)
    if -code == getattr(signal, "SIGXCPU", 0):
        return stopped("time", limits, printed, tier)
    names = {number.value: number.name for number in signal.Signals}
    why = _CRASHES.get(-code, "the code or a library crashed")  # type: ignore[call-overload]
    return Failure("StepError", f"the code's process crashed ({names.get(-code, -code)}: {why})", "write it another way", printed=printed, tier=tier)


def failure_of(error: str, message: str, trace: str, hint: str, printed: str, tier: str) -> Failure:
    """The failure of code that raised."""
    return Failure(error, message, hint, trace=trace, printed=printed, tier=tier)


def hint_for(error: str, message: str, inputs: Mapping[str, Any], output: str, limits: Limits) -> str:
    """What to write instead, by the kind of error. Names columns of the inputs where a name was wrong."""
    if error == "NameError" and repr(output) in message:
        return f"end with `{output} = …`"
    if error == "NameError":
        return f"the variables are {', '.join((*inputs, 'pd', 'np'))}; import what else you need"
    if error in ("KeyError", "AttributeError", "UndefinedVariableError"):
        return _columns_of(inputs)
    text = _HINTS.get("ImportError" if error == "ModuleNotFoundError" else error, "")
    if "cannot leave the sandbox" in message:
        text = "give a table, series, array, figure, text, number, or a list or dict of these"
    return text.format(memory=limits.memory // MEGABYTE, inputs=", ".join(inputs) or "none")


def _columns_of(inputs: Mapping[str, Any]) -> str:
    lines = []
    for name, value in inputs.items():
        columns = getattr(value, "columns", None)
        if columns is not None:
            names = [str(column) for column in list(columns)[:_COLUMNS]]
            more = ", …" if len(columns) > _COLUMNS else ""
            lines.append(f"{name} has the columns {', '.join(names)}{more}")
    return "; ".join(lines)
