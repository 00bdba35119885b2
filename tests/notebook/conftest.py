"""A shell of IPython in this very process: cells cost no kernel. What needs a page or a kernel is in tests/kernel."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from nb_orchestra import notebook, orchestra
from nb_orchestra.config import Orchestra

SALES = """
import pandas as pd
from nb_orchestra import orchestrate, tool
sales = pd.DataFrame({"region": ["North", "South", "East"] * 20, "units": [i * 7 % 20 + 1 for i in range(60)], "price": [2.5, 3.0, 4.5, 5.0] * 15})
"""


@dataclass(slots=True)
class Shell:
    """Cells and what a terminal shows of them."""

    ip: InteractiveShell

    def run(self, cell: str) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            self.ip.run_cell(cell, store_history=True)
        return out.getvalue()

    def complete(self, cell: str) -> list[str]:
        return list(self.ip.complete("", cell.rsplit("\n", 1)[-1], len(cell.rsplit("\n", 1)[-1]))[1])

    def __getitem__(self, name: str) -> Any:
        return self.ip.user_ns[name]

    def __contains__(self, name: str) -> bool:
        return name in self.ip.user_ns


@pytest.fixture
def shell(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A shell with the extension loaded and a table `sales`; no model, a cache of its own."""
    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    ip = InteractiveShell()
    ip.run_line_magic("colors", "nocolor")
    orchestra.runs.clear()
    notebook.load(ip)
    made = Shell(ip)
    made.run(SALES)
    yield made
    notebook.unload(ip)
    ip.history_manager.end_session() if ip.history_manager else None
