"""Starts a process that runs code: this Python, a clean environment, the libraries' folders and nothing else on its path."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nb_orchestra
from nb_orchestra.sandbox.limits import THREADS
from nb_orchestra.sandbox.manners import LIBRARIES
from nb_orchestra.sandbox.places import Places

_KEPT = ("TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")
_PROGRAM = "import sys, json; sys.path[:] = json.loads(sys.argv[1])['path']; from nb_orchestra.sandbox.{} import main; main()"


class LostError(Exception):
    """The warm process ended before the job did, or could not start."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job's process ended. `code`: exit code, negative for a signal. `stopped`: time, disk, entries, cancelled or "". `peak`: bytes."""

    code: int
    stopped: str
    peak: int


def start(program: str, places: Places, setup: Mapping[str, Any], pipe: int) -> subprocess.Popen[bytes]:
    """Runs `main` of a module of this room, with `setup` as JSON. No key of the kernel's reaches it. `pipe`: for stdin and stdout."""
    home = str(places.disk)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | dict.fromkeys(THREADS, "1")
    environment |= {"PATH": "", "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, "MPLCONFIGDIR": home, "MPLBACKEND": "agg"}
    environment |= {"MALLOC_ARENA_MAX": "2"}  # glibc reserves 64 MB of address space per thread, which the memory limit would count
    environment |= {
        "ARROW_DEFAULT_MEMORY_POOL": "system"
    }  # Arrow's own allocator reserves a GB at once and sometimes has none after a fork; glibc's is safe there
    libraries, package = _libraries(), Path(nb_orchestra.__file__).parent
    standard = [path for path in sys.path if path.startswith((sys.base_prefix, sysconfig.get_path("stdlib")))]
    path = list(dict.fromkeys([*standard, *libraries, str(package.parent)]))
    roots = list(dict.fromkeys([*standard, *libraries, str(package), str(Path(sys.base_prefix, "lib")), str(Path(sys.prefix, "lib"))]))
    told = json.dumps({**setup, "path": path, "roots": roots, "scratch": home, "places": [str(place) for place in places.all]})
    with Path(home, "errors.txt").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM.format(program), told],
            stdin=pipe, stdout=pipe, stderr=errors, env=environment, cwd=home, start_new_session=True,
        )  # fmt: skip


def _libraries() -> list[str]:
    """The folders that hold the declared libraries (site-packages), and no other folder of sys.path: those may hold a person's files."""
    found = (importlib.util.find_spec(name) for name in LIBRARIES)
    return [str(Path(spec.origin).parent.parent) for spec in found if spec is not None and spec.origin and spec.origin.endswith("__init__.py")]
