"""*Here*: the code runs in this very process, with all that the kernel can reach. Only where a person has seen and approved it.

The values still travel as in the other tiers, so inputs are not changed and results are of the same types. Nothing limits time or memory.
"""

from __future__ import annotations

import builtins
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.sandbox import carrying, folders
from nb_orchestra.sandbox.child import read_inputs
from nb_orchestra.sandbox.jobs import fill, refused
from nb_orchestra.sandbox.limits import Limits
from nb_orchestra.sandbox.performing import Printed, Raised, perform, raised
from nb_orchestra.sandbox.wording import failure_of, hint_for

TIER = "here"


def run(code: str, inputs: Mapping[str, Any], output: str, limits: Limits, approved: bool) -> Outcome:
    """Runs approved code in this process. KeyboardInterrupt passes through."""
    if not approved:
        return Failure("NotApprovedError", "code would run in this very process", "read it, then run it with approved=True", tier=TIER)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="nb-orchestra-here-"))
    try:
        refusal = fill(folder, code, inputs)
        return refusal or _run(folder, code, inputs, output, limits, began)
    finally:
        folders.remove(folder)


def _run(folder: Path, code: str, inputs: Mapping[str, Any], output: str, limits: Limits, began: float) -> Outcome:
    words: list[str] = []
    printed = Printed(limits.printed, words.append)
    values = read_inputs(folder)

    def own_print(*objects: Any, file: Any = None, **options: Any) -> None:
        print(*objects, file=file or printed, **options)

    value = perform(code, values, output, builtins.__import__, own_print, {})
    if not isinstance(value, Raised):
        value = _copy(folder, value, code)
    printed.say_lost()
    text, seconds = "".join(words), time.monotonic() - began
    if isinstance(value, Raised):
        hint = hint_for(value.error, value.message, inputs, output, limits)
        failure = failure_of(value.error, value.message, value.trace, hint, text, TIER)
        return Failure(failure.error, failure.message, failure.hint, trace=failure.trace, printed=text, tier=TIER, seconds=seconds)
    return value if isinstance(value, Failure) else Result(value, printed=text, tier=TIER, seconds=seconds)


def _copy(folder: Path, value: Any, code: str) -> Any:
    """The value as it comes back from a sandbox: of plain types, sharing nothing with the inputs."""
    try:
        carrying.leave(folder, "result", {"value": value})
        memory = folders.read(folder / "result.arrow", 1 << 40)
        return carrying.take((folder / "result.json").read_bytes(), memory)["value"]
    except (TypeError, ValueError, RecursionError) as error:
        return raised(error, code)


__all__ = ["refused", "run"]
