"""What the process of one job gives up before it touches code that a model wrote, layer by layer. Nothing of it can be taken back.

`LAYERS` is what makes the *isolated* tier. Landlock alone lets UDP, unix sockets and signals through, seccomp alone lets files through,
neither counts memory: each is needed, and the tests take each away in turn.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from nb_orchestra.sandbox import landlock, seccomp
from nb_orchestra.sandbox.limits import Limits

LAYERS = ("limits", "landlock", "seccomp", "hook")
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_CHILD_SUBREAPER, _SIGKILL = 1, 38, 36, 9
_CAPABILITIES_V3 = 0x20080522
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
READABLE = (  # shared libraries, time zones, fonts, and how many processors there are
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime", "/usr/share/fonts", "/etc/fonts",
    "/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/proc/self/maps", *_DEVICES,
)  # fmt: skip
LINUX = sys.platform == "linux"


def fence_in(folder: Path, roots: Sequence[str], limits: Limits, inputs: int, layers: Collection[str]) -> None:
    """Applies the layers to this process. `roots`: folders of libraries; `inputs`: bytes that the job was given. OSError where one fails."""
    if "limits" in layers:
        _limit(limits, inputs)
    if not LINUX:
        return
    _give_up_privileges()
    steps: dict[str, Callable[[], None]] = {
        "landlock": lambda: landlock.restrict((*roots, *READABLE), (str(folder), "/dev/null")),
        "seccomp": seccomp.restrict,
    }
    for name, restrict in steps.items():
        if name in layers:
            restrict()


def end_with_parent(parent: int) -> None:
    """The kernel ends this process when the one that started it ends."""
    if LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _limit(limits: Limits, inputs: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = int(limits.seconds) + 2
    wanted = {
        resource.RLIMIT_CPU: seconds * (os.cpu_count() or 1),
        resource.RLIMIT_AS: _address_space() + limits.memory + 3 * inputs,
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except ValueError as error:  # macOS knows some limits by name only
            raise OSError(str(error)) from error


def _address_space() -> int:
    """Bytes of address space that this process has already; libraries reserve far more than they use."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 4 << 30


def _give_up_privileges() -> None:
    """No capabilities (a kernel in a container often runs as root), and no way to new ones."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    libc.capset(header, nothing)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs: " + os.strerror(ctypes.get_errno()))


def adopt_orphans() -> None:
    """Processes that a job leaves behind become children of this one, which can then end them."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
