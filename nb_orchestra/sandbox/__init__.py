"""A separate process that runs code a model wrote.

`run_code(code, inputs={"df": frame})` gives an Outcome: a Result with the value of the variable `result`, or a Failure with the error's class name,
message, hint and the code's own lines (`trace`). Both have `printed`, `seconds` and `tier`. It may be called from any thread, also where a loop
runs; `arun_code` is the same for coroutines, and cancelling it kills the job.

One process is kept warm, and each job is a fork of it, fenced in before it sees the code: Landlock (no files but its own folder), seccomp (no network, no
processes), limits (time, memory, disk), a clean environment. Values travel as Arrow and JSON, never as pickle, and nothing that comes back is
trusted. `tier()` says how well this machine holds code, by trying to get out: *isolated* (as above) or *limited* (some of it missing, as on macOS
and Windows; code then needs `approved=True`). `here=True` is neither: the code runs in this very process, and needs `approved=True` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nb_orchestra.core.outcome import Outcome
from nb_orchestra.sandbox.limits import Limits

if TYPE_CHECKING:
    from nb_orchestra.core.elsewhere import Elsewhere
    from nb_orchestra.sandbox.jobs import Handle

__all__ = ["Limits", "arun_code", "arun_own", "close", "held", "run_code", "tier"]
_DEFAULT = Limits()


def run_code(
    code: str, inputs: Mapping[str, Any] | None = None, output: str = "result", *, limits: Limits = _DEFAULT, approved: bool = False, here: bool = False
) -> Outcome:
    """Runs Python over values and gives the value of the variable `output`.

    `inputs`: values by variable name: tables, series, arrays, texts, numbers, dates, lists and dicts of these. They are never changed.
    The value may be any of these, or a matplotlib figure (a Chart with both pictures comes back). The code also finds `pd` and `np`.
    Never raises for what the code does. Blocks; an interrupt kills the job.
    """
    from nb_orchestra.sandbox.jobs import Handle

    return _run(code, dict(inputs or {}), output, limits, approved, here, Handle())


async def arun_code(
    code: str, inputs: Mapping[str, Any] | None = None, output: str = "result", *, limits: Limits = _DEFAULT, approved: bool = False, here: bool = False
) -> Outcome:
    """`run_code` for coroutines: the loop stays free, and cancelling kills the job before CancelledError goes on."""
    from nb_orchestra.sandbox.jobs import Handle
    from nb_orchestra.sandbox.threads import in_a_thread

    handle = Handle()
    return await in_a_thread(lambda: _run(code, dict(inputs or {}), output, limits, approved, here, handle), handle.cancel)


async def arun_own(work: Elsewhere) -> Any:
    """What a function of this package gives, in a process that is killed when the waiting is cancelled, unfenced; told by `work.back`, as is a crash.

    NotApartError where it did not happen and may be done here. Arguments and value: as of `run_code`.
    """
    from nb_orchestra.sandbox.apart import acall

    return await acall(work)


def tier() -> str:
    """isolated or limited: how code would be held on this machine. Starts the warm process (about a second, once)."""
    from nb_orchestra.sandbox.warm import warm

    return warm().tier


def held() -> dict[str, bool]:
    """What the probes found at the start, by name (reading files, network, memory …): True where code is held."""
    from nb_orchestra.sandbox.warm import warm

    return warm().held


def close() -> None:
    """Ends the warm process; the next job starts one. Happens by itself at exit."""
    from nb_orchestra.sandbox.warm import close as close_warm

    close_warm()


def _run(code: str, inputs: Mapping[str, Any], output: str, limits: Limits, approved: bool, here: bool, handle: Handle) -> Outcome:
    from nb_orchestra.sandbox import here as in_this_process
    from nb_orchestra.sandbox import jobs

    if here:
        return in_this_process.run(code, inputs, output, limits, approved)
    return jobs.run(code, inputs, output, limits, approved, handle)
