"""Give a notebook cell a goal; get back variables.

`%load_ext nb_orchestra`, then a cell that starts with `%%orchestrate`. The same from Python: `orchestrate("…", data={"df": df})`.
Importing this costs next to nothing: pandas, models and widgets are imported when a goal first needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb_orchestra.conducting import aorchestrate, orchestrate
    from nb_orchestra.running import Run
    from nb_orchestra.tools import tool

__version__ = "0.1.0"
__all__ = ["Run", "aorchestrate", "documents", "load_ipython_extension", "orchestrate", "tool", "unload_ipython_extension"]

_HOMES = {
    "orchestrate": "nb_orchestra.conducting",
    "aorchestrate": "nb_orchestra.conducting",
    "Run": "nb_orchestra.running",
    "tool": "nb_orchestra.tools",
    "documents": "nb_orchestra.tools",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext nb_orchestra`: registers the magics, nothing else."""
    from nb_orchestra.notebook import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    from nb_orchestra.notebook import unload

    unload(shell)
