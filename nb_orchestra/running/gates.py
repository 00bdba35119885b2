"""Questions that only a person may answer, where no notebook is there to ask. The notebook room has the ones that ask."""

from __future__ import annotations

from nb_orchestra.errors import NotApprovedError
from nb_orchestra.protocols import Question


class NobodyThere:
    """Fails at once: a script or a scheduled run has nobody to ask."""

    async def decide(self, question: Question) -> bool:
        raise NotApprovedError(
            f"{question.text}, and nobody is there to ask",
            hint=f"run it in a notebook, or leave {question.flag} out" if question.flag else "run it in a notebook",
        )


class SaysYes:
    """Allows everything: for tests, and for a caller who has already looked."""

    async def decide(self, question: Question) -> bool:
        return True
