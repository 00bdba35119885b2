"""The journal in memory: a list of events, and whoever wants to hear of each."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nb_orchestra.core.events import Event

Sink = Callable[[Event], None]


class LiveJournal:
    """Events in order. Sinks are called in the appending thread, in the order given, before `append` returns: a durable one
    first means that an event is on disk before it shows. One append at a time; a sink may append in turn."""

    def __init__(self, *sinks: Sink) -> None:
        self.events: list[Event] = []
        self._sinks: list[Sink] = list(sinks)
        self._lock = threading.RLock()

    def append(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
            for sink in tuple(self._sinks):
                sink(event)

    def subscribe(self, sink: Sink, *, from_start: bool = False) -> Callable[[], None]:
        """Adds a sink (`from_start`: it first hears everything so far); gives back a function that removes it."""
        with self._lock:
            if from_start:
                for event in tuple(self.events):
                    sink(event)
            self._sinks.append(sink)

        def remove() -> None:
            with self._lock:
                if sink in self._sinks:
                    self._sinks.remove(sink)

        return remove
