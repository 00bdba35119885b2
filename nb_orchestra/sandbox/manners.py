"""Refusals in words. The fence refuses with "Operation not permitted"; these say what a code step may do instead, before the fence is met.

An audit hook and an import that looks at the name. Neither is a boundary (code can go around both); in the *limited* tier they are all there is,
which is why that tier asks a person first.
"""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

LIBRARIES = ("pandas", "numpy", "scipy", "matplotlib", "pyarrow", "sklearn", "dateutil", "pytz", "tzdata", "zoneinfo", "mpl_toolkits")
"""What code may import beside the standard library, where it is installed."""

_BESIDE = ("__main__", "PIL", "joblib", "threadpoolctl", "six", "packaging", "cycler", "narwhals", "openpyxl", "xlsxwriter", "lxml", "tabulate")
"""What those libraries import; a compiled function that the code calls imports by the code's own `__import__`."""

_DRAWING = ("matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_svg")
_LEARNING = ("linear_model", "ensemble", "cluster", "decomposition", "model_selection", "preprocessing", "metrics")
PRELOADS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("matplotlib", "plot", "hist", "plt"), _DRAWING),
    "scipy": ("scipy.stats", "scipy.optimize"),
    "sklearn": tuple(f"sklearn.{part}" for part in _LEARNING),
}
"""Words in the code that make the warm process load modules before it forks: the next job finds them loaded."""

_NO_NETWORK = ("socket", "ssl", "http", "ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc", "socketserver", "wsgiref")
_NO_CLIENTS = ("webbrowser", "asyncio", "urllib.request", "requests", "httpx", "urllib3", "aiohttp")
_NO_PROCESSES = ("subprocess", "multiprocessing", "pty", "ctypes", "_ctypes", "cffi", "_posixsubprocess", "posix", "nt")
_REASONS: dict[str, str] = {
    **dict.fromkeys(_NO_NETWORK + _NO_CLIENTS, "a code step has no network"),
    **dict.fromkeys(_NO_PROCESSES, "a code step starts no processes and does not reach below Python"),
    **dict.fromkeys(("nb_orchestra", "IPython", "ipykernel"), "a code step does not see the notebook: its inputs are variables, its output is one"),
}
_EVENTS: dict[str, str] = {
    "socket.": "a code step has no network",
    "urllib.": "a code step has no network",
    "http.": "a code step has no network",
    "subprocess.": "a code step starts no programs",
    "os.system": "a code step starts no programs",
    "os.exec": "a code step starts no programs",
    "os.fork": "a code step starts no processes",
    "os.forkpty": "a code step starts no processes",
    "os.posix_spawn": "a code step starts no programs",
    "os.spawn": "a code step starts no programs",
    "os.kill": "a code step sends no signals",
    "os.killpg": "a code step sends no signals",
    "signal.pthread_kill": "a code step sends no signals",
}
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.utime", "shutil.rmtree")
_LOOKS = ("os.listdir", "os.scandir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def importer() -> Callable[..., Any]:
    """An `__import__` for the code's own lines: standard library and declared libraries only. Libraries keep the real one."""
    real = builtins.__import__

    def declared_import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        top = name.partition(".")[0]
        reason = next((_REASONS[known] for known in (name, top) if known in _REASONS), "")
        if not reason and name == "urllib" and "request" in (fromlist or ()):
            reason = _REASONS["urllib.request"]
        if reason:
            raise ImportError(f"{name} cannot be imported: {reason}", name=name)
        if top not in sys.stdlib_module_names and top not in LIBRARIES + _BESIDE:
            raise ImportError(f"{name} is not among the libraries of a code step: {', '.join(LIBRARIES[:6])} and the standard library", name=name)
        return real(name, globals, locals, fromlist, level)

    return declared_import


def watch(folder: str, roots: Iterable[str]) -> None:
    """Adds the audit hook: files only in `folder`, reading also below `roots`; no network, no processes. For good."""
    own, readable = os.path.realpath(folder), tuple(os.path.realpath(root) for root in roots)

    def below(path: str, places: tuple[str, ...]) -> bool:
        return any(path == place or path.startswith(place + os.sep) for place in places)

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        prefix = next((known for known in _EVENTS if event.startswith(known)), None)
        if prefix:
            raise PermissionError(f"{_EVENTS[prefix]} ({event})")
        if event not in _LOOKS and event not in _CHANGES and event != "open":
            return
        path = _path(arguments)
        if path is None or below(path, (own,)):
            return
        if event in _CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING and path != os.devnull):
            raise PermissionError(f"a code step writes only in its own folder, by a relative path: {path}")
        if path != os.devnull and not below(path, readable):
            raise PermissionError(f"a code step reads only its inputs, which are variables: {path}")

    sys.addaudithook(look)


def _path(arguments: tuple[Any, ...]) -> str | None:
    """The real path of an event about one, None where it is about an open file."""
    path = arguments[0] if arguments else None
    if path is None:
        return os.getcwd()
    return os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else None
