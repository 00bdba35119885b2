"""Text that grows, told to a listener a few times a second: the whole of it each time, so that a lost or late tick does no harm."""

from __future__ import annotations

import contextlib
import time

from nb_orchestra.models.wire import ToldText

EVERY = 0.05


class Shown:
    """Collects pieces; tells the listener at most every 50 ms, and at the end."""

    def __init__(self, listener: ToldText) -> None:
        self._listener = listener
        self._pieces: list[str] = []
        self._told = 0.0

    def add(self, piece: str) -> None:
        if not piece:
            return
        self._pieces.append(piece)
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            self._tell(self._joined())

    def end(self) -> str:
        """All of it."""
        text = self._joined()
        self._tell(text)
        return text

    def _tell(self, text: str) -> None:
        with contextlib.suppress(Exception):  # whoever draws may fail; the answer must not
            self._listener(text)

    def _joined(self) -> str:
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]
