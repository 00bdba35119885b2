"""The journal in memory: a list of events, and whoever wants to hear of each.

Most of an event's cost is in telling it (its line on disk, the panel), and requests should not wait for that: what may wait is told a few milliseconds
later, when they have left. Order is kept: an event that cannot wait goes after all that do.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import Callable, Sequence

from nb_orchestra.core.events import Event

Sink = Callable[[Event], None]
PATIENCE_SECONDS = 0.02
"""How long an event waits at most: in this time a wave of requests has left."""


class LiveJournal:
    """Events in order. Sinks are called in the appending thread, in the order given, before `append` returns: a durable one
    first means that an event is on disk before it shows. One append at a time; a sink may append in turn. A sink with a method
    `append_all` gets events that come together in one call."""

    def __init__(self, *sinks: Sink) -> None:
        self.events: list[Event] = []
        self._sinks: list[Sink] = list(sinks)
        self._waiting: list[Event] = []
        self._lock = threading.RLock()
        _open.add(self)

    def append(self, event: Event) -> None:
        """At once, after all that waits."""
        with self._lock:
            self._waiting.append(event)
            self.settle()

    def later(self, event: Event) -> None:
        """In `PATIENCE_SECONDS`, or with the next event that cannot wait; at once where no event loop runs. A kill may take what waits."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.append(event)
            return
        with self._lock:
            self._waiting.append(event)
            if len(self._waiting) == 1:
                loop.call_later(PATIENCE_SECONDS, self.settle)

    def settle(self) -> None:
        """Nothing waits any more."""
        with self._lock:
            events, self._waiting = self._waiting, []
            self.events.extend(events)
            for sink in tuple(self._sinks) if events else ():
                _tell(sink, events)

    def subscribe(self, sink: Sink, *, from_start: bool = False) -> Callable[[], None]:
        """Adds a sink (`from_start`: it first hears everything so far); gives back a function that removes it."""
        with self._lock:
            self.settle()
            if from_start:
                _tell(sink, tuple(self.events))
            self._sinks.append(sink)

        def remove() -> None:
            with self._lock:
                if sink in self._sinks:
                    self._sinks.remove(sink)

        return remove


def _tell(sink: Sink, events: Sequence[Event]) -> None:
    together: Callable[[Sequence[Event]], None] | None = getattr(sink, "append_all", None)
    if together is not None:
        together(events)
        return
    for event in events:
        sink(event)


_open: weakref.WeakSet[LiveJournal] = weakref.WeakSet()
_pid = os.getpid()


@atexit.register
def _settle_all() -> None:
    """An interpreter that ends tells what waits; a forked child leaves that to its parent."""
    for journal in tuple(_open) if os.getpid() == _pid else ():
        journal.settle()
