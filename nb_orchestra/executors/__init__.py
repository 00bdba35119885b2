"""Where pure functions over values run. EXECUTORS names the fillings; a cluster is one file more."""

from __future__ import annotations

from nb_orchestra.executors.local import LocalExecutor

EXECUTORS = {"local": LocalExecutor}

__all__ = ["EXECUTORS", "LocalExecutor"]
