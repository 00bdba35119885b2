"""A foreign bundle is decoded in a process of its own first, with limits on memory and time: what would fill this kernel's memory kills that one instead.

A process, because the ways in which a small file can become a large value (columns named many times, compressed columns, long ranges) are many and
change with pyarrow, and the limit of an operating system knows them all.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from nb_orchestra.bundle.reading import Bundle, read_bundle
from nb_orchestra.errors import BundleError

MEMORY = 4 << 30
SECONDS = 60
MOST_CELLS = 200_000_000
TOO_MUCH = "holds a value that is larger than a bundle may hold"


def vetted(bundle: Bundle) -> Bundle:
    """The bundle itself. BundleError where an entry is no value of ours, or too much for `MEMORY` bytes and `SECONDS` seconds."""
    command = [sys.executable, "-m", "nb_orchestra.bundle.vetting", str(bundle.path.absolute()), bundle.sha]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise BundleError(f"{bundle.path.name} {TOO_MUCH} (it took longer than {SECONDS} s to read)", hint="nothing of it was used") from None
    if told.returncode:
        reason = told.stdout.strip().splitlines()[-1:] or [TOO_MUCH]
        raise BundleError(f"{bundle.path.name} {reason[0]}", hint="nothing of it was used")
    return bundle


def _limit() -> None:
    """Where the system knows such limits (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for which, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(which, (most, most))


def _complaint(bundle: Bundle) -> str:
    """What is wrong with an entry; "" where all can be read."""
    from nb_orchestra import values

    for key in bundle.keys:
        try:
            cells = _cells(values.decode(bundle.entry(key)))
        except (ValueError, BundleError) as error:
            return TOO_MUCH if "MemoryError" in str(error) else f"holds an entry that is no value of ours ({error})"
        if cells > MOST_CELLS:
            return f"{TOO_MUCH}: {cells:,} cells"
    return ""


def _cells(value: Any) -> int:
    """Cells of tables and arrays, and of what holds them."""
    if isinstance(value, dict):
        return sum(map(_cells, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_cells, value))
    shape = getattr(value, "shape", ())
    cells = 1
    for size in shape if isinstance(shape, tuple) else ():
        cells *= max(1, int(size))
    return cells


def main(path: str, sha: str) -> int:
    """Decodes every entry; prints what is wrong and gives 1, else gives 0."""
    _limit()
    try:
        bundle = read_bundle(Path(path))
        complaint = _complaint(bundle) if bundle.sha == sha else "was changed while it was read"
    except MemoryError:
        complaint = TOO_MUCH
    except BundleError as error:
        complaint = error.message
    if complaint:
        print(complaint)
    return int(bool(complaint))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
