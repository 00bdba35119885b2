"""Which installed package a module is of."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping


@functools.cache
def package_of(module: str) -> str:
    """'name version' of an installed package or the standard library; '' for a person's own module."""
    top = module.partition(".")[0]
    if top == "__main__" or not top:
        return ""
    if top in sys.stdlib_module_names or top == "builtins":
        return f"python {sys.version_info[0]}.{sys.version_info[1]} {module}"
    names = _distributions().get(top)
    if not names:
        return ""
    import importlib.metadata

    return f"{module} {importlib.metadata.version(names[0])}"


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    """Which distribution each installed module is of; reading this takes a tenth of a second."""
    import importlib.metadata  # here, because it costs `%load_ext` a tenth of its time

    return importlib.metadata.packages_distributions()
