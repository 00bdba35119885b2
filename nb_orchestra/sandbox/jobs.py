"""One piece of code, from its inputs to its Outcome, as the kernel sees it: fill a folder, have it run, read what was left, remove the folder.

Nothing that was left is believed: files are opened as if an enemy had made them, their contents checked in full, and whatever is odd is a Failure.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.sandbox import carrying, folders
from nb_orchestra.sandbox.child import NOT_FENCED
from nb_orchestra.sandbox.cold import Cold
from nb_orchestra.sandbox.limits import Limits
from nb_orchestra.sandbox.performing import MESSAGE
from nb_orchestra.sandbox.places import size_of
from nb_orchestra.sandbox.starting import Ended, LostError
from nb_orchestra.sandbox.warm import Warm, warm
from nb_orchestra.sandbox.wording import crashed, failure_of, hint_for, stopped
from nb_orchestra.values.text import clean_text

_ENDED_BYTES = 1 << 20
SMALL = 8 << 20
"""Bytes of inputs up to which a folder in memory is worth it for the time it takes; a large table would be in memory once more."""


@dataclass(slots=True)
class Handle:
    """Lets another thread stop a job, at any time of its life."""

    _stop: Any = None
    _cancelled: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._stop is not None:
                self._stop()

    def started(self, stop: Any) -> None:
        """Called once the job runs; a handle that was cancelled before stops it at once."""
        with self._lock:
            self._stop = stop
            if self._cancelled:
                stop()


def run(code: str, inputs: Mapping[str, Any], output: str, limits: Limits, approved: bool, handle: Handle, process: Warm | Cold | None = None) -> Outcome:
    """Runs code in a process of its own and waits. Raises only what interrupts the wait; the job is then killed and gone."""
    began = time.monotonic()
    outcome: Outcome
    try:
        outcome = _attempt(code, inputs, output, limits, approved, handle, process or warm())
    except LostError:
        outcome = _again(code, inputs, output, limits, approved, handle, process)
    except (OSError, TimeoutError) as error:
        outcome = _not_started(error)
    return replace(outcome, seconds=time.monotonic() - began) if isinstance(outcome, Result | Failure) else outcome


def _again(code: str, inputs: Mapping[str, Any], output: str, limits: Limits, approved: bool, handle: Handle, process: Warm | Cold | None) -> Outcome:
    """The warm process died under the job, whoever killed it. Code in here has no effects, so once more does no harm."""
    try:
        return _attempt(code, inputs, output, limits, approved, handle, process or warm())
    except (LostError, OSError, TimeoutError) as error:
        return _not_started(error)


def _not_started(error: Exception) -> Failure:
    return Failure("StepError", str(error) or "the sandbox did not start", "is pandas installed where this kernel runs? see `%orchestrate doctor`")


def _attempt(code: str, inputs: Mapping[str, Any], output: str, limits: Limits, approved: bool, handle: Handle, process: Warm | Cold) -> Outcome:
    tier = process.tier
    if not process.alive:
        raise LostError("the sandbox is closed")
    if tier != "isolated" and not approved:
        message = f"code that a model wrote would run {tier}, not isolated, on this machine"
        return Failure("NotApprovedError", message, "read it, then run it with approved=True", tier=tier)
    size = size_of(inputs)
    folder = process.places.folder(size + limits.disk if size < SMALL else float("inf"))
    try:
        refusal = fill(folder, code, inputs)
        if refusal is not None:
            return refusal
        ended = wait(process, lambda number: process.submit(number, folder, output, limits, code), handle)
        return _outcome(folder, ended, limits, inputs, output, tier)
    finally:
        folders.remove_soon(folder)


def fill(folder: Path, code: str, inputs: Mapping[str, Any]) -> Failure | None:
    """Writes the code and the inputs. A Failure for an input that cannot travel. The inputs are only read."""
    (folder / "code.py").write_text(code, encoding="utf-8", errors="surrogatepass")
    name = ""
    try:
        carrying.leave(folder, "inputs", inputs)
    except (TypeError, ValueError, RecursionError) as error:
        bad = ", ".join(name for name, value in inputs.items() if not _travels(value))
        return Failure(
            "TypeError", f"the input {bad or name} cannot be given to a code step: {error}".replace("leave", "enter"), "give tables, arrays, texts, numbers"
        )
    return None


def _travels(value: Any) -> bool:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        try:
            carrying.leave(Path(folder), "inputs", {"value": value})
        except (TypeError, ValueError, RecursionError):
            return False
    return True


def wait(process: Warm | Cold, submit: Callable[[int], Future[Ended]], handle: Handle) -> Ended:
    """How the job ended. Where the wait is interrupted, the job is killed first: its folder must be nobody's when it is removed."""
    number = process.reserve()
    try:
        future = submit(number)
        handle.started(lambda: process.stop(number))
        return future.result()
    except LostError:
        raise
    except BaseException:
        process.end(number)
        raise


def _outcome(folder: Path, ended: Ended, limits: Limits, inputs: Mapping[str, Any], output: str, tier: str) -> Outcome:
    printed = _printed(folder, limits)
    if ended.stopped:
        return stopped(ended.stopped, limits, printed, tier)
    if ended.code == NOT_FENCED:
        return Failure("StepError", "the process could not be fenced in, so the code did not run", "see `%orchestrate doctor`", tier=tier)
    if ended.code != 0:
        return crashed(ended.code, limits, printed, tier)
    try:
        raised = raised_in(folder)
        if raised is not None:
            return failure_of(*raised, hint_for(raised[0], raised[1], inputs, output, limits), printed, tier)
        return Result(value_in(folder, limits), printed=printed, tier=tier)
    except Exception as error:  # whatever hostile files may cause: it is the code's failure, and the border ends here
        return refused(error, printed, tier)


def refused(error: Exception, printed: str, tier: str) -> Failure:
    """What the code left was not taken."""
    reason = clean_text(str(error))[:MESSAGE] or type(error).__name__
    return Failure("OutputError", f"the result was refused: {reason}", "let the code set the variable and end by itself", printed=printed, tier=tier)


def raised_in(folder: Path) -> tuple[str, str, str] | None:
    try:
        data = json.loads(folders.read(folder / "ended.json", _ENDED_BYTES).tobytes())
    except FileNotFoundError:
        raise ValueError("the code ended its process before it gave a result") from None
    raised = data["raised"] if type(data) is dict else data
    if raised is None:
        return None
    parts = [raised[name] for name in ("error", "message", "trace")]
    if any(type(part) is not str for part in parts):
        raise ValueError("not an error")
    error, message, trace = (clean_text(part) for part in parts)
    return error[:100], message[:MESSAGE], trace[:MESSAGE]


def value_in(folder: Path, limits: Limits) -> Any:
    tree = folders.read(folder / "result.json", carrying.TREE_BYTES).tobytes()
    memory: np.ndarray[Any, Any] = folders.read(folder / "result.arrow", limits.value)
    return carrying.take(tree, memory)["value"]


def _printed(folder: Path, limits: Limits) -> str:
    return clean_text(printed_in(folder, limits))[: limits.printed + 100]  # what it prints could rule the terminal that shows it


def printed_in(folder: Path, limits: Limits) -> str:
    """What a job printed, as it did."""
    try:
        raw = folders.read(folder / "printed.txt", 4 * limits.printed + 200, cut=True)
    except (OSError, ValueError):
        return ""
    return raw.tobytes().decode("utf-8", "replace")
