"""What hides secrets in one run: those of the environment from the start, and the keys of `.env` once they are found."""

from __future__ import annotations

import os

from nb_orchestra.core.redact import Redactor, secret_values
from nb_orchestra.models.keys import Sources, redactor


class Hiding:
    """Redacts text with every secret that it knows by then. Shared by the journal, the errors and what is told of prompts."""

    def __init__(self) -> None:
        self._redact = Redactor(secret_values(os.environ))

    def learn(self, sources: Sources) -> None:
        """Hides these keys too."""
        self._redact = redactor([found.key for found in sources.found if found.key is not None])

    def __call__(self, text: str) -> str:
        return self._redact(text)

    def suspects(self, written: str) -> bool:
        """As `Redactor.suspects`."""
        return self._redact.suspects(written)

    def __repr__(self) -> str:
        return "Hiding(…)"
