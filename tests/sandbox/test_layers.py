"""Each layer is needed: without it, a snippet that the whole fence holds gets out, and the tier says so."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.sandbox import Limits, jobs, run_code
from nb_orchestra.sandbox.fence import LAYERS
from nb_orchestra.sandbox.warm import Warm

pytestmark = pytest.mark.usefixtures("isolated")

READ = "import pyarrow as pa\nresult = pa.OSFile({secret!r}).read().decode()"
SEND = "import sys\nlibc = sys.modules['ctypes'].CDLL(None)\nresult = libc.socket(2, 2, 0)"
SWELL = "import mmap\nresult = len(mmap.mmap(-1, 16 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000))"
FRIENDLY = "open('/etc/hostname')"


@contextmanager
def fence_without(layer: str) -> Iterator[Warm]:
    process = Warm([each for each in LAYERS if each != layer])
    try:
        yield process
    finally:
        process.close()


def run_in(process: Warm, code: str, approved: bool = True) -> Outcome:
    return jobs.run(code, {}, "result", Limits(seconds=10), approved, jobs.Handle(), process)


@pytest.mark.parametrize(
    ("layer", "code", "got_out", "probes"),
    [
        ("landlock", READ, lambda outcome, token: outcome.value == token, {"reading files", "writing files"}),
        ("seccomp", SEND, lambda outcome, token: outcome.value > 0, {"network", "unix sockets", "processes"}),
        ("limits", SWELL, lambda outcome, token: outcome.value == 16 << 30, {"memory"}),
    ],
)
def test_without_a_layer_code_gets_out(layer: str, code: str, got_out: Any, probes: set[str], outside: Any) -> None:
    """The whole fence holds the snippet; without the layer it gets out, the probes that the layer answers for see it, and the tier is limited."""
    code = code.format(secret=str(outside.secret))
    whole = run_code(code)
    assert isinstance(whole, Failure) or whole.value == -1  # type: ignore[union-attr]
    with fence_without(layer) as process:
        outcome = run_in(process, code)
        assert isinstance(outcome, Result)
        assert got_out(outcome, outside.token)
        assert (outcome.tier, process.tier) == ("limited", "limited")
        assert probes <= {name for name, held in process.held.items() if not held}


def test_without_the_hook_only_the_words_are_missing() -> None:
    """The audit hook is no boundary: without it code is held as well, in the system's words."""
    friendly = run_code(FRIENDLY)
    with fence_without("hook") as process:
        bare = run_in(process, FRIENDLY, approved=False)
        assert process.tier == "isolated"
    assert isinstance(friendly, Failure)
    assert isinstance(bare, Failure)
    assert "reads only its inputs" in friendly.message
    assert "Permission denied" in bare.message


def test_limited_code_needs_approval() -> None:
    """Where a layer is missing, code that nobody approved does not run."""
    with fence_without("seccomp") as process:
        outcome = run_in(process, "result = 1", approved=False)
        assert isinstance(outcome, Failure)
        assert (outcome.error, outcome.tier) == ("NotApprovedError", "limited")
        assert run_in(process, "result = 1").value == 1  # type: ignore[union-attr]


def test_processes_left_behind_are_ended() -> None:
    """Also where code can start processes (limited), none of them outlives its job."""
    import psutil

    code = "import sys, os\nlibc = sys.modules['ctypes'].CDLL(None)\nif libc.fork() == 0:\n  libc.setsid()\n  libc.pause()\nresult = 1"
    with fence_without("seccomp") as process:
        run_in(process, code)
        run_in(process, "result = 1")
        left = psutil.Process(process.pid).children(recursive=True)
        psutil.wait_procs(left, timeout=5)
        assert not [child for child in left if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_sockets_work_where_nothing_is_fenced() -> None:
    """The test above would be worth nothing on a machine without UDP."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        assert udp.fileno() > 0
