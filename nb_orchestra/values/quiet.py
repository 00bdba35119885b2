"""Silence for foreign warnings while our own code computes, in any number of threads at once.

`warnings.catch_warnings` saves and restores the state of the whole process: two threads that overlap restore it in the wrong order, and a
notebook is left without warnings for good. Here the first one in saves, the last one out restores, and each thread collects its own.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOCK = threading.Lock()
_collected: dict[int, list[list[str]]] = {}
_saved: list[Any] = []  # the catch_warnings in force, and the showwarning before it
_NOT_TELLING = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, RuntimeWarning, ResourceWarning)


@contextmanager
def quiet() -> Iterator[list[str]]:
    """No warning of this thread is shown inside; the list fills with the telling ones, each once. Other threads' warnings go on as before."""
    mine: list[str] = []
    here = threading.get_ident()
    with _LOCK:
        if not _saved:
            state = warnings.catch_warnings()
            state.__enter__()
            _saved.extend((state, warnings.showwarning))
            warnings.simplefilter("always")
            warnings.showwarning = _collect
        _collected.setdefault(here, []).append(mine)
    try:
        yield mine
    finally:
        with _LOCK:
            _collected[here].pop()
            if not _collected[here]:
                del _collected[here]
            if not _collected:
                state = _saved[0]
                _saved.clear()
                state.__exit__(None, None, None)


def _collect(message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: str | None = None) -> None:
    lists = _collected.get(threading.get_ident())
    if lists is None:
        if _saved:
            _saved[1](message, category, filename, lineno, file, line)
    elif not issubclass(category, _NOT_TELLING) and category.__name__ != "PerformanceWarning" and str(message) not in lists[-1]:
        lists[-1].append(str(message))
