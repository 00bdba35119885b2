"""What a person holds of a run: its plan, its state, its values. A thin reader of the journal and the results."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nb_orchestra.core.events import Event, JobEnded, RunEnded, StepRenamed
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Plan
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.usage import Usage

if TYPE_CHECKING:
    import pandas as pd


AFTER_THE_END = 8
"""So many last events are looked through for the run's end, before all are folded."""


class Run:
    """One run of a goal or a plan.

    `value`: the goal's final value (several: a mapping by name), None until it is there. `run["step"]`: the value of a step by
    id, name or variable.
    `unmet`: what of the goal is not in the result: what stands under "not done", and what a look at the end found. `steps`: a DataFrame, one row
    per step. `events`: everything that happened, in order.
    """

    def __init__(self, id: str, goal: Goal, name: str = "") -> None:
        self.id, self.goal, self.name = id, goal, name
        self.plan: Plan | None = None
        self.tools: tuple[Any, ...] = ()
        self.names: Mapping[str, str] = {}
        self.results: dict[str, Result] = {}
        self.failures: dict[str, Failure] = {}
        self.error: BaseException | None = None
        self.missed = ""
        self.events: list[Event] = []
        self._progress = Progress(run=id, goal=goal.text, name=name)
        self._folded = 0
        self._lock = threading.Lock()
        self._cancel: Callable[[], None] = lambda: None
        self._skip: Callable[[str], None] = lambda step: None
        self._note: Callable[[Event], None] = self.events.append
        self._settle: Callable[[], None] = lambda: None
        self._render: Callable[[Run], Mapping[str, str]] | None = None

    @property
    def progress(self) -> Progress:
        """The fold of all events so far."""
        self._settle()
        with self._lock:
            new = self.events[self._folded :]
            if new:
                self._progress = self._progress.after(*new)
                self._folded += len(new)
            return self._progress

    @property
    def state(self) -> str:
        """planning, running, done, partial, failed or cancelled."""
        self._settle()
        end = next((event for event in reversed(self.events[-AFTER_THE_END:]) if isinstance(event, RunEnded)), None)
        return self.progress.state if end is None else end.state

    @property
    def unmet(self) -> str:
        """What of the goal is not in the result, one line each; "" where all of it is."""
        return "\n".join(filter(None, [*(self.plan.not_done if self.plan else ()), self.missed]))

    @property
    def usage(self) -> Usage:
        """Tokens, calls and money of all steps."""
        return self.progress.usage

    @property
    def value(self) -> Any:
        """The goal's final value; a mapping by name where the plan has several results; None where it was not produced."""
        if self.plan is None or any(step not in self.results for step in self.plan.result):
            return None
        if len(self.plan.result) == 1:
            return self.results[self.plan.result[0]].value
        return {self.plan[step].name: self.results[step].value for step in self.plan.result}

    def result(self, step: str) -> Result:
        """The Result of a step, by id, name or variable. KeyError that says how the step ended where it has none."""
        ids = {**{name: id for id, name in self.names.items()}, **{s.name: s.id for s in (self.plan.steps if self.plan else ())}}
        id = step if step in self.results else ids.get(step, step)
        if id in self.results:
            return self.results[id]
        row = self.progress.rows.get(id)
        raise KeyError(f"{step}: {row.state}{': ' + row.message if row.message else ''}" if row else f"{step}: no such step; steps: {', '.join(sorted(ids))}")

    def __getitem__(self, step: str) -> Any:
        return self.result(step).value

    def evidence(self, step: str) -> pd.DataFrame:
        """Where each number, name and citation of a step's text comes from: said, kind, input, row (by position), column, value, state (found, not computed).

        KeyError for a step that has no value.
        """
        import pandas as pd

        from nb_orchestra.running.filling import Filling
        from nb_orchestra.values.tracing import Trace, trace

        text = str(self.result(step).value)
        made = next(item for item in self.plan.steps if self.results.get(item.id) is self.result(step)) if self.plan else None
        inputs = Filling(self.plan, self.goal, self.results, {}).job(made).params.get("inputs", {}) if self.plan and made else {}
        return pd.DataFrame([{name: getattr(item, name) for name in Trace.__slots__} for item in trace(text, inputs)], columns=list(Trace.__slots__))

    def edit(self, step: str, **changes: Any) -> dict[str, Any]:
        """The plan as data with one step changed, to be given to `orchestrate(plan=…)`: only that step, and what changes below, runs again.

        `changes`: question, model, done_when, … or an argument of the step's recipe or tool. The run itself stays as it is.
        KeyError for an unknown step, BadOptionError for a name that the step does not have.
        """
        from nb_orchestra.running.editing import edited

        if self.plan is None:
            raise KeyError(f"{step}: this run has no plan")
        ids = {name: id for id, name in self.names.items()}
        return edited(self.plan, ids.get(step, step), self.goal.text, **changes)

    def cancel(self) -> None:
        """Stops the run; what is finished stays. Safe from any thread, and twice."""
        self._cancel()

    def skip(self, step: str) -> None:
        """Leaves a step (by id, name or variable) out of a run under way: it ends as skipped, and so does what cannot do without it. Safe from any thread."""
        self._skip({name: id for id, name in self.names.items()}.get(step, step))

    @property
    def steps(self) -> pd.DataFrame:
        """One row per step: name, kind, state, cached, seconds, model, tokens, cost, error, and what the step is for."""
        import pandas as pd

        rows = [
            {
                "name": row.name,
                "kind": row.kind,
                "state": row.state,
                "cached": row.cached,
                "seconds": row.seconds,
                "model": row.model,
                "tokens": row.usage.tokens,
                "cost": row.usage.cost,
                "error": f"{row.error}: {row.message}" if row.error else row.message,
                "value": row.summary,
                "purpose": row.purpose,
                "why": row.why,
                "id": row.id,
            }
            for row in self.progress.rows.values()
        ]
        columns = ["name", "kind", "state", "cached", "seconds", "model", "tokens", "cost", "error", "value", "purpose", "why", "id"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def questions(self) -> pd.DataFrame:
        """What was to be found out, and whether it was: question, kind (given, to_look_up, to_derive, to_guess, gap, not_done, failed), state, step."""
        import pandas as pd

        from nb_orchestra.running.changing import questions

        return pd.DataFrame(questions(self.plan, self.results, self.names, self.failures), columns=["question", "kind", "state", "step"])

    def ended(self) -> Mapping[str, JobEnded]:
        """How each ended step ended, by id."""
        self._settle()
        return {event.step: event for event in self.events if isinstance(event, JobEnded)}

    def renamed(self) -> list[StepRenamed]:
        return [event for event in self.events if isinstance(event, StepRenamed)]

    def __repr__(self) -> str:
        return self._render(self)["text/plain"] if self._render else f"<run {self.id}: {self.state}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return dict(self._render(self)) if self._render else {"text/plain": repr(self)}
