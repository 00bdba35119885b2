"""What the sandbox's tests share: a small table, something outside to reach for, and short limits."""

from __future__ import annotations

import ctypes
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from nb_orchestra.sandbox import Limits, tier

MEGABYTE = 1 << 20


def kernel_can() -> bool:
    """Asked of the kernel itself, not of the sandbox: a sandbox that forgot a layer must fail these tests, not skip them."""
    if sys.platform != "linux":
        return False
    landlock = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
    return landlock >= 1 and "Seccomp:" in Path("/proc/self/status").read_text()


@pytest.fixture(scope="session")
def isolated() -> None:
    """For tests of the isolated tier: where the kernel can, the tier must be that."""
    if not kernel_can():
        pytest.skip("this machine's kernel has no Landlock or no seccomp")
    assert tier() == "isolated"


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"x": [1.0, 2.5, 4.0, 8.0], "y": [1, 2, 3, 4], "g": ["a", "b", "a", "b"], "s": ["one", None, "three", "four"]})


class Outside:
    """A secret that no code should read, and a folder that no code should write into."""

    def __init__(self, folder: Path) -> None:
        self.token = secrets.token_hex(16)
        self.folder, self.secret = folder, folder / "secret.txt"
        self.secret.write_text(self.token)
        self.before = self.state()

    def state(self) -> list[tuple[str, int, int, bytes]]:
        return sorted((path.name, path.stat().st_mode, path.stat().st_nlink, path.read_bytes()) for path in self.folder.iterdir())


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return Outside(tmp_path)


@pytest.fixture
def short() -> Limits:
    return Limits(seconds=5, memory=512 * MEGABYTE, disk=32 * MEGABYTE, entries=500, printed=1_000, value=64 * MEGABYTE)


@pytest.fixture
def children() -> Callable[[], list[int]]:
    """The processes of jobs that run at this moment."""
    import psutil

    from nb_orchestra.sandbox.warm import warm

    return lambda: [child.pid for child in psutil.Process(warm().pid).children()]
