"""Every error of nb_orchestra, sorted by who must act.

OrchestraError                       has .hint: what to do next
├── GoalError                        you, fix the cell
│   ├── UnknownVariableError         {name} is no variable here
│   ├── BadOptionError               a flag or a setting that does not exist, or a value it cannot take
│   ├── NameTakenError               a name that you gave holds a value of yours
│   ├── NotApprovedError             the plan was refused, or nobody was there to ask
│   ├── BundleError                  a file that is no bundle, or not one that may be used
│   └── UnreadableGoalError          the built-in engine could read no part of the goal
├── PlanError                        the planner (it gets two repairs)
│   ├── PlanCycleError
│   ├── UnknownNeedError
│   ├── UnknownToolError
│   ├── UnknownKindError
│   └── UnknownRecipeError
├── StepError                        the step: its input or its code; siblings go on
│   ├── RecipeError                  a recipe cannot do this with this table
│   ├── OutputError                  the result is not what the step promised
│   ├── FlowError                    a value was about to go where it must not, and nobody allowed it
│   └── ToolError                    a tool raised
├── ModelError                       the provider
│   ├── ModelUnavailableError        wait
│   ├── ModelRefusedError            choose another
│   │   └── ModelClosedError         key, credit or name: whatever is asked, it will not answer
│   ├── PromptTooLongError           shorten
│   └── BadAnswerError               ask again
├── ReplayMissError                  a replay would have had to run something
├── OtherModelError                  another model made the answer that is no longer kept: accept the present one, or bring the other back
├── LimitError                       you: a limit on steps, seconds or rows was reached
├── BudgetExceededError              you: raise the budget; what is done is bound
└── RunFailedError                   the wanted output was not produced; has .run

In a notebook an OrchestraError shows as a few lines (what happened, the culprit, what to do next) and no traceback.
Programming errors keep their full traceback.
"""

from __future__ import annotations

from typing import Any


class OrchestraError(Exception):
    """Base of all errors that a person may meet. `hint` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else type(self).__name__

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.hint}" if self.hint else self.message

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback (`%tb` shows nothing more useful: the fault is in the cell)."""
        lines = [f"{type(self).__name__}: {self.message}"]
        if self.hint:
            lines.append(f"  → {self.hint}")
        return lines


class GoalError(OrchestraError):
    """The cell needs a fix by its author."""


class UnknownVariableError(GoalError):
    """A `{name}` in the goal is no variable here."""


class BadOptionError(GoalError):
    """An option that does not exist, or a value that it cannot take."""


class NameTakenError(GoalError):
    """A name that the person gave would replace a value of theirs."""


class NotApprovedError(GoalError):
    """A gate was refused, or there was nobody to ask."""


class BundleError(GoalError):
    """A file that is no bundle of runs, or was changed, or holds more than one may; nothing of it was used."""


class UnreadableGoalError(GoalError):
    """The built-in engine could read no part of the goal."""


class PlanError(OrchestraError):
    """The planner made a plan that cannot be carried out."""


class PlanCycleError(PlanError):
    """Steps wait for each other."""


class UnknownNeedError(PlanError):
    """A reference names a step or a value that is not there."""


class UnknownToolError(PlanError):
    """A `call` step names a tool that was not given."""


class UnknownKindError(PlanError):
    """A step's kind is not in the closed list."""


class UnknownRecipeError(PlanError):
    """A `code` step names a recipe that does not exist, or arguments it does not take."""


class StepError(OrchestraError):
    """One step could not be done; its siblings go on."""


class RecipeError(StepError):
    """A recipe cannot do what was asked with this table (for example: fewer than two groups)."""


class OutputError(StepError):
    """A step's result is not what the plan promised."""


class FlowError(StepError):
    """A value was about to go where its labels forbid it, and a person did not allow it."""


class ToolError(StepError):
    """A tool raised; the message holds the exception's type and text."""


class ModelError(OrchestraError):
    """The provider of a model."""


class ModelUnavailableError(ModelError):
    """Busy, down or out of reach: waiting helps."""


class ModelRefusedError(ModelError):
    """Key, credit, permission or content: waiting does not help."""


class ModelClosedError(ModelRefusedError):
    """Key, credit, permission or the model's name: no question will be answered. `everywhere`: by none of the place's models."""

    everywhere: bool = False


class PromptTooLongError(ModelError):
    """The prompt is longer than the model's context."""


class BadAnswerError(ModelError):
    """The answer is empty, cut off or not of the asked form."""


class ReplayMissError(OrchestraError):
    """A replay would have had to run something that is not kept."""


class OtherModelError(OrchestraError):
    """An equal question was answered by another model, and its answer is not kept any more."""


class LimitError(OrchestraError):
    """A limit on steps, attempts, seconds or rows was reached."""


class BudgetExceededError(OrchestraError):
    """The money or token budget is spent; what is done is bound to its variables."""


class RunFailedError(OrchestraError):
    """The wanted output was not produced. `run` is the Run with everything that was."""

    def __init__(self, message: str, *, hint: str = "", run: Any = None) -> None:
        super().__init__(message, hint=hint)
        self.run = run
