"""One job, in the process that was forked for it: fence in, read the inputs, run the code, leave the outcome, end.

Runs as `run(...)`, which never returns. It writes three files into the job's folder: printed.txt, result.json with result.arrow, and last of all
ended.json. None of them is believed by the kernel: by then the code may have had this process for itself.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import mmap
import os
import shutil
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from nb_orchestra.sandbox import carrying, manners
from nb_orchestra.sandbox.fence import READABLE, end_with_parent, fence_in
from nb_orchestra.sandbox.limits import THREADS, Limits
from nb_orchestra.sandbox.performing import Printed, Raised, perform, raised

NOT_FENCED, NO_OUTCOME = 71, 70
SPARE_FILES = 8


@dataclass(frozen=True, slots=True)
class Fence:
    """What the fence of this warm process is made of. `strict`: a layer that fails ends the job (the *isolated* tier)."""

    roots: Sequence[str]
    layers: Collection[str]
    strict: bool


def run(folder: Path, output: str, limits: Limits, fence: Fence, parent: int, own: str = "") -> None:
    """Does the job and ends this process: exit code 0 where an outcome was left, whether a value or an error.

    `own`: a function of this package, which is called in place of any code; no line of it is a stranger's, so nothing is fenced in.
    """
    code = NOT_FENCED
    try:
        _detach(folder, parent)
        if not own:
            enter(folder, limits, fence)
        if "hook" in fence.layers and not own:
            manners.watch(str(folder), (*fence.roots, *READABLE))
        code = NO_OUTCOME
        _leave_outcome(folder, limits, functools.partial(_call, folder, own) if own else functools.partial(_perform, folder, output))
        code = 0
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))  # for whoever looks into why: it is shown as printed
    finally:
        os._exit(code)


def enter(folder: Path, limits: Limits, fence: Fence) -> None:
    """Fences this process in. OSError where a layer fails and the fence is strict."""
    given = folder / "inputs.arrow"
    size = given.stat().st_size if given.exists() else 0
    for layer in fence.layers:
        try:
            fence_in(folder, fence.roots, limits, size, (layer,))
        except OSError:
            if fence.strict:
                raise


def _detach(folder: Path, parent: int) -> None:
    """Away from the parent's files, signals and environment."""
    if hasattr(os, "fork"):
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if os.getsid(0) != os.getpid():
            os.setsid()
    end_with_parent(parent)
    os.umask(0o077)
    nothing = os.open(os.devnull, os.O_RDWR)
    printed = os.open(folder / "printed.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    for file, number in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(file, number)
    os.closerange(3, 4096)
    work = folder / "work"
    work.mkdir()
    os.chdir(work)
    kept = {name: os.environ[name] for name in ("TZ", "LANG") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=str(work), TMPDIR=str(work), PATH="", MPLCONFIGDIR=str(work), MPLBACKEND="agg", LOKY_MAX_CPU_COUNT="1")


def _leave_outcome(folder: Path, limits: Limits, work: Callable[[], Any]) -> None:
    printed = Printed(limits.printed, lambda text: os.write(1, text.encode("utf-8", "replace")))
    sys.stdout = sys.stderr = printed
    _warn_as_usual()
    tempfile.tempdir = None  # the warm process has looked it up already
    shutil.copymode = shutil.copystat = _nothing  # type: ignore[assignment]
    spare = [os.dup(0) for _ in range(SPARE_FILES)]
    outcome = work()
    for number in spare:  # code that used up all open files can still say so
        os.close(number)
    if not isinstance(outcome, Raised):
        outcome = _leave_value(folder, outcome)
    printed.say_lost()
    ended = {"raised": None if outcome is None else asdict(outcome)}
    with (folder / "ended.json").open("x", encoding="ascii") as file:
        json.dump(ended, file)


def _perform(folder: Path, output: str) -> Any:
    """The code's value, or a Raised."""
    code = _code(folder)
    main = sys.modules["__main__"] = types.ModuleType("__main__")  # where dataclasses and picklers look for the code's classes
    try:
        return perform(code, read_inputs(folder), output, manners.importer(), print, vars(main))
    except KeyboardInterrupt as error:  # nobody presses Ctrl-C in here: the code raised it
        return raised(error, code)


def _code(folder: Path) -> str:
    return (folder / "code.py").read_text(encoding="utf-8", errors="surrogatepass")


def _call(folder: Path, own: str) -> Any:
    """What the function gives, or a Raised. It may use as many threads as it would in the kernel."""
    module, _, name = own.partition(":")
    try:
        inputs = dict(read_inputs(folder))
        use_threads(inputs.pop("threads"))
        return getattr(importlib.import_module(module), name)(**inputs)
    except Exception as error:
        return raised(error, "")


def use_threads(number: int) -> None:
    """The warm process computes in one thread, for its own sake; libraries that are loaded, and those that will be, may use more from here on."""
    os.environ.update(dict.fromkeys((*THREADS, "LOKY_MAX_CPU_COUNT"), str(number)))
    pa.set_cpu_count(number)
    with contextlib.suppress(ImportError):
        importlib.import_module("threadpoolctl").threadpool_limits(number)


def _leave_value(folder: Path, value: Any) -> Raised | None:
    try:
        carrying.leave(folder, "result", {"value": value})
    except BaseException as error:
        return raised(error, _code(folder) if (folder / "code.py").exists() else "")
    return None


def read_inputs(folder: Path) -> Mapping[str, Any]:
    """The inputs, their numbers in memory that is shared with the file until it is written to."""
    tree = (folder / "inputs.json").read_bytes()
    with (folder / "inputs.arrow").open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        memory = np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY), np.uint8) if size else np.empty(0, np.uint8)
    return carrying.take(tree, memory, float("inf"))


def _warn_as_usual() -> None:
    """Warnings are printed but for those that nobody can act on: the warm process had switched all off."""
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("ignore", message=".*non-interactive, and thus cannot be shown")  # plt.show() is how many a plot ends


def _nothing(source: Any, target: Any, *, follow_symlinks: bool = True) -> None:
    """Copying a file also copies its mode and times, which the fence refuses; the copy itself is what was asked for."""
