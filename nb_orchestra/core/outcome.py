"""How a step ended: Result, Failure, Skipped or Cancelled. A step never raises through the runner; it ends as one of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.usage import Usage

_NONE = Usage()


@dataclass(frozen=True, slots=True)
class Result:
    """A value, and where it came from.

    `labels`: trusted/untrusted, private/public. `sources`: where outside facts came from. `gaps`: what the step found missing.
    `taken_at`: when it was first made (ISO 8601, UTC). `failures`: rows of a `for_each` that failed, a list of records.
    `stood_in`: the model that answered in place of the one asked, so that this is no value of that one.
    `printed`: what code printed; `tier`: how it was fenced in ("isolated", "limited", "here"; "" where no code of a model ran); `code`: that code.
    """

    value: Any
    labels: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    usage: Usage = _NONE
    model: str = ""
    reason: str = ""
    taken_at: str = ""
    warnings: tuple[str, ...] = ()
    cached: bool = False
    seconds: float = 0.0
    failures: tuple[Mapping[str, Any], ...] = ()
    rows: int = 0
    printed: str = ""
    tier: str = ""
    code: str = ""
    stood_in: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: the error's class name, its text, what to do next; `attempts` counts the tries.

    Where code of a model ran: `trace` is the traceback through its own lines, `printed`, `tier` and `code` are as in a Result.
    """

    error: str
    message: str
    hint: str = ""
    attempts: int = 1
    usage: Usage = _NONE
    seconds: float = 0.0
    exception: BaseException | None = field(default=None, compare=False, repr=False)
    trace: str = ""
    printed: str = ""
    tier: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not run, because the step named by `blamed` failed; "" where a person left it out."""

    blamed: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Not finished, because the run was stopped."""

    seconds: float = 0.0


Outcome = Result | Failure | Skipped | Cancelled
