"""Lets the tests here import their scripted runs by name (the whole suite runs in importlib mode)."""

from __future__ import annotations

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent))
