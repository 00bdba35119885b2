"""What hides secrets in one run: those of the environment from the start, and the keys of `.env` once they are found."""

from __future__ import annotations

import os

from nb_orchestra.core.redact import Redactor, secret_values
from nb_orchestra.models.keys import Sources


class Hiding:
    """Redacts text with every secret that it knows by then. Shared by the journal, the errors and what is told of prompts."""

    def __init__(self) -> None:
        self._values = frozenset(secret_values(os.environ))
        self._redact = Redactor(self._values)

    def learn(self, sources: Sources) -> None:
        """Hides these keys too."""
        more = {found.key.reveal() for found in sources.found if found.key is not None} - self._values
        if more:
            self._values |= more
            self._redact = Redactor(self._values)

    def __call__(self, text: str) -> str:
        return self._redact(text)

    def suspects(self, written: str) -> bool:
        """As `Redactor.suspects`."""
        return self._redact.suspects(written)

    def __repr__(self) -> str:
        return "Hiding(…)"
