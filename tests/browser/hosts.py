"""Which host the browser tests run on, and what that host's kernels can hear. The host matrix (`just matrix`) names another environment."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PYTHON = os.environ.get("HOST_PYTHON", sys.executable)
"""Server and kernels come from this one's environment."""
IN_LAB = os.environ.get("HOST_APP", "lab") == "lab"
"""Else Notebook 7: one page for each notebook, and no status bar."""
_ASKED = "import importlib.metadata as m; print(m.version('ipykernel'))"
_VERSION = subprocess.run([PYTHON, "-c", _ASKED], capture_output=True, text=True, check=True).stdout
IPYKERNEL = tuple(map(int, _VERSION.split(".")[:2]))

hears_clicks = pytest.mark.skipif(IPYKERNEL < (7, 0), reason="no kernel before 7 hears a click while a cell runs")
may_be_deaf = pytest.mark.skipif(IPYKERNEL < (7, 4), reason="only from 7.4 on a kernel can be made deaf by a word")
only_in_lab = pytest.mark.skipif(not IN_LAB, reason="Notebook 7 has no status bar, and opens what Lab shows beside a notebook in pages of their own")
