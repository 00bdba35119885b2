# size: the closed list of events reads in one place
"""What happened, in the past tense. A run's journal is a list of these, and every view is a fold of them (progress).

Events hold plain data only (`as_data` and `from_data` are exact inverses), never a step's value: that is in the cache.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nb_orchestra.core.frozen import PLAIN, freeze, thaw


def _frozen(value: Any) -> Any:
    """Read-only, as `freeze` leaves it: what is a read-only mapping already was frozen by ours, and is not copied."""
    return value if type(value) is MappingProxyType else freeze(value)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`notebook` is the notebook's identity (path or 'unknown'); `options` the options of the cell."""

    run: str
    goal: str
    at: float
    notebook: str = "unknown"
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", freeze(self.options))
        object.__setattr__(self, "data", freeze(self.data))


@dataclass(frozen=True, slots=True)
class PlanMade:
    """`plan` is Plan.as_data(); `kept` says that it was found in the cache; `reason` says who made it and why; `keys`: its records in the cache."""

    plan: Mapping[str, Any]
    at: float
    kept: bool = False
    model: str = ""
    reason: str = ""
    seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cost: float | None = 0.0
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", _frozen(self.plan))


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """The plan changed while it ran: `plan` is the whole new one, `gone` the ids that left it, `added` those that came in."""

    plan: Mapping[str, Any]
    at: float
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    reason: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cost: float | None = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", _frozen(self.plan))


@dataclass(frozen=True, slots=True)
class GoalChecked:
    """A model looked whether the result answers the goal."""

    passed: bool
    reason: str
    model: str
    at: float
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class StepRenamed:
    """A step's result is bound to another name than the plan says, because the plan's is taken."""

    step: str
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class JobStarted:
    step: str
    at: float
    attempt: int = 1
    model: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JobMissed:
    """No equal step is kept, so this one is done now. `parts` of its identity: told before it ends, for a kernel that is killed meanwhile."""

    step: str
    parts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _frozen(self.parts))


@dataclass(frozen=True, slots=True)
class JobWaiting:
    """The step goes on `running`, but waits for `waiting_for` (a person, a rate limit)."""

    step: str
    waiting_for: str = ""


@dataclass(frozen=True, slots=True)
class JobRetried:
    """One try failed and another follows."""

    step: str
    at: float
    attempt: int
    message: str


@dataclass(frozen=True, slots=True)
class RowsAdvanced:
    """`left`: seconds that the other rows will take at the pace so far; 0 where that is not known."""

    step: str
    done: int
    failed: int
    total: int
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class JobEnded:
    """How a step ended: state is done, failed, skipped or cancelled. `key` is its identity in the cache ('' = not cacheable)."""

    step: str
    state: str
    at: float
    seconds: float = 0.0
    cached: bool = False
    key: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    model: str = ""
    reason: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cost: float | None = 0.0
    saved: float = 0.0
    error: str = ""
    message: str = ""
    hint: str = ""
    blamed: str = ""
    attempts: int = 1
    warnings: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class NameBound:
    """A variable of the notebook now holds a step's value (or, for the goal's NAME, the run's value)."""

    name: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class NameUnbound:
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A gate waits for a person. `brings`: the text to carry elsewhere, where a text is to be brought back and no yes or no."""

    question: str
    text: str
    at: float
    brings: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    question: str
    yes: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A prompt left the kernel: to which model, how long, and where its exact text is kept."""

    step: str
    model: str
    characters: int
    at: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class CancelRequested:
    at: float
    by: str = ""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """state: done, partial, failed or cancelled."""

    state: str
    at: float
    seconds: float = 0.0
    error: str = ""
    message: str = ""
    hint: str = ""


Event = (
    RunStarted
    | PlanMade
    | PlanChanged
    | GoalChecked
    | StepRenamed
    | JobStarted
    | JobMissed
    | JobWaiting
    | JobRetried
    | RowsAdvanced
    | JobEnded
    | NameBound
    | NameUnbound
    | Asked
    | Decided
    | Sent
    | Warned
    | CancelRequested
    | RunEnded
)

_BY_NAME: dict[str, type] = {kind.__name__: kind for kind in Event.__args__}
_FIELDS = {kind: tuple(item.name for item in dataclasses.fields(kind)) for kind in Event.__args__}


def as_data(event: Event) -> dict[str, Any]:
    """{"event": its class, field: value, …}, as JSON data."""
    return {name: value if type(value) in PLAIN else thaw(value) for name, value in frozen_data(event).items()}


def frozen_data(event: Event) -> dict[str, Any]:
    """The same, with what is read-only in the event left so: for those who write it down at once."""
    return {"event": type(event).__name__} | {name: getattr(event, name) for name in _FIELDS[type(event)]}


def from_data(data: Mapping[str, Any]) -> Event | None:
    """The event that `as_data` gave; None for a kind this version does not know (a newer journal). Unknown fields are left out."""
    kind = _BY_NAME.get(data.get("event", ""))
    if kind is None:
        return None
    known = {item.name for item in dataclasses.fields(kind)}
    event: Event = kind(**{name: freeze(value) for name, value in data.items() if name in known})
    return event
