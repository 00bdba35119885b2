"""What surrounds a run that Python code starts: a notebook, once its extension is loaded, may show it, ask, and bind.

A small module of its own: the notebook room announces itself here at `%load_ext`, long before anything that runs goals is imported.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nb_orchestra.orchestra import Request
    from nb_orchestra.running import Run


class Host(Protocol):
    """What surrounds a run: a notebook shows it, asks, binds. Both return the ended run or raise its error."""

    def conduct(self, request: Request) -> Run: ...
    async def aconduct(self, request: Request) -> Run: ...


_host: Host | None = None


def set_host(host: Host | None) -> None:
    """The notebook room announces itself here."""
    global _host
    _host = host


def host_here() -> Host | None:
    """The host, on the thread that may show and bind; a run that a tool starts from its own thread is nobody's to show."""
    return _host if threading.current_thread() is threading.main_thread() else None
