"""Which tier this machine allows is found by trying to get out, not by version numbers.

A process that is fenced in tries each of these. A probe that returns got out; one that is refused raises. The probes do nothing lasting.
"""

from __future__ import annotations

import mmap
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from nb_orchestra.sandbox.limits import Limits

_REFUSALS = (PermissionError, MemoryError)


def _read(outside: Path) -> None:
    outside.read_bytes()


def _write(outside: Path) -> None:
    with outside.open("ab"):
        pass


def _connect(outside: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        pass


def _unix(outside: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM):
        pass


def _start(outside: Path) -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal(outside: Path) -> None:
    os.kill(os.getppid(), 0)


def _swell(outside: Path) -> None:
    try:
        mmap.mmap(-1, 4 * Limits().memory).close()
    except OSError as error:
        raise MemoryError from error


PROBES: dict[str, Callable[[Path], None]] = {
    "reading files": _read,
    "writing files": _write,
    "network": _connect,
    "unix sockets": _unix,
    "processes": _start,
    "signals": _signal,
    "memory": _swell,
}


def holds(bits: int) -> dict[str, bool]:
    """What a probing process's exit code says, by probe: True where it was held."""
    return {name: not bits >> place & 1 for place, name in enumerate(PROBES)}


def try_all(outside: Path) -> int:
    """Tries each probe; a number with one bit set for each that got out."""
    bits = 0
    for place, probe in enumerate(PROBES.values()):
        try:
            probe(outside)
        except _REFUSALS:
            continue
        except OSError:
            pass  # it failed for some other reason: nobody refused it
        bits |= 1 << place
    return bits


def outside_file() -> Path:
    """A file that no job was given."""
    handle, name = tempfile.mkstemp(prefix="outside-")
    os.write(handle, b"nothing to see")
    os.close(handle)
    return Path(name)
