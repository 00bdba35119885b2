"""Time, memory, disk, files: code that takes more is ended, and what it left is removed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.sandbox import Limits, folders, run_code
from nb_orchestra.sandbox.warm import warm

pytestmark = pytest.mark.usefixtures("isolated")

TOO_MUCH = {
    "a loop": ("while True: pass", "TimeoutError"),
    "a sleep": ("import time\ntime.sleep(3600)", "TimeoutError"),
    "a loop in C": ("sum(range(10**12))", "TimeoutError"),
    "a loop that refuses to end": ("while True:\n  try:\n    while True: pass\n  except BaseException: pass", "TimeoutError"),
    "a lock": ("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", "TimeoutError"),
    "threads that stay": (
        "import threading, time\nfor _ in range(9): threading.Thread(target=time.sleep, args=(99,)).start()\nimport time\ntime.sleep(99)",
        "TimeoutError",
    ),
    "threads without end": (
        "import threading, time\nthreading.stack_size(32768)\nwhile True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "RuntimeError",
    ),
    "one large list": ("x = [0] * (1 << 30)", "MemoryError"),
    "numpy": ("x = np.ones(1 << 30)", "MemoryError"),
    "many small": ("x = []\nwhile True: x.append(bytearray(1 << 20))", "MemoryError"),
    "a large file": ("f = open('f', 'wb')\nwhile True: f.write(b'0' * (1 << 20)); f.flush()", "OSError"),
    "many files": ("i = 0\nwhile True:\n  i += 1\n  open(f'f{i}', 'wb').write(b'0' * (1 << 20))", "OSError"),
    "many empty files": ("i = 0\nwhile True:\n  i += 1\n  open(f'f{i}', 'w').close()", "OSError"),
    "files in folders": ("import os\ni = 0\nwhile True:\n  i += 1\n  os.mkdir(f'd{i}')\n  open(f'd{i}/f', 'wb').write(b'0' * (1 << 20))", "OSError"),
    "files that are removed but open": (
        "import os, time\nkept = []\nfor _ in range(20):\n  f = open('f', 'wb')\n  kept.append(f)\n  os.unlink('f')\n  f.write(b'0' * (8 << 20))\n  f.flush()\n"
        "time.sleep(99)",
        "OSError",
    ),
    "folders without end": ("import os\nwhile True:\n  os.mkdir('d')\n  os.chdir('d')", "OSError"),
    "open files": ("import os\nfiles = [os.open('.', 0) for _ in range(9999)]", "OSError"),
    "a cell that is too large": ("result = 'x' * (40 << 20)", "ValueError"),
    "a table that is too large": ("result = pd.DataFrame({'x': np.zeros(20 << 20)})", "OSError"),
}


@pytest.mark.parametrize("how", TOO_MUCH)
def test_code_that_takes_too_much_is_ended(how: str) -> None:
    """It is a Failure that says of what, the folder is removed, and the next job runs."""
    code, error = TOO_MUCH[how]
    limits = Limits(seconds=0.5 if error == "TimeoutError" else 60, memory=512 << 20, disk=32 << 20, entries=500, threads=99)
    outcome = run_code(code, limits=limits)
    assert isinstance(outcome, Failure)
    assert outcome.error == error, outcome
    folders.wait_until_removed()
    assert not warm().places.jobs()
    assert isinstance(run_code("result = 1"), Result)


def test_inputs_do_not_count(frame: pd.DataFrame) -> None:
    """Memory and disk limits are for what the code takes, not for what it was given."""
    table = pd.DataFrame({"x": np.arange(8 << 20, dtype=float)})
    outcome = run_code("result = float(df.x.sum())", {"df": table}, limits=Limits(seconds=10, memory=64 << 20, disk=1 << 20))
    assert isinstance(outcome, Result), outcome
    assert outcome.value == float(table.x.sum())


def test_nobody_waits_for_thousands_of_folders_to_be_removed(tmp_path: Path) -> None:
    """What takes longer than half a second is removed by a thread, which the sandbox's end waits for."""
    (tmp_path / "top").mkdir()
    deepen(tmp_path / "top", 30)
    assert not folders.remove(tmp_path / "top", patience=0.0)
    folders.PATIENCE, patience = 0.0, folders.PATIENCE
    try:
        folders.remove_soon(tmp_path / "top")
    finally:
        folders.PATIENCE = patience
    folders.wait_until_removed()
    assert not (tmp_path / "top").exists()


def test_any_folder_is_removed(tmp_path: Path) -> None:
    """Folders deeper than Python recurses, without permissions, full of links: all are removed, and what links point to stays."""
    top, kept = tmp_path / "top", tmp_path / "kept"
    top.mkdir()
    kept.mkdir()
    (kept / "file").write_text("x")
    (top / "link").symlink_to(kept)
    (top / "closed").mkdir(0o000)
    (top / "a").mkdir()
    (top / "a" / "closed").mkdir(0o000)
    deepen(top, 400)
    folders.remove(top)
    assert not top.exists()
    assert (kept / "file").read_text() == "x"


def deepen(top: Path, levels: int) -> None:
    import os

    place = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=place)
        os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=place))
        below = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)


def test_arrow_takes_its_memory_where_a_fork_and_a_limit_are_safe() -> None:
    """Arrow's own allocator fails now and then in a forked process under a limit ("malloc of size 64 failed"); the system's does not."""
    outcome = run_code("import pyarrow; result = pyarrow.default_memory_pool().backend_name", limits=Limits(memory=256 << 20))
    assert isinstance(outcome, Result)
    assert outcome.value == "system"
