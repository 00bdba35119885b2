"""Python's parser for many threads: one at a time.

`ast.parse` counts its depth for the whole interpreter. When the garbage collector runs Python code in the midst of it and another thread parses
meanwhile, the count is off and it raises "SystemError: AST constructor recursion depth mismatch" (CPython issue 106905; still seen in 3.11.7).
"""

from __future__ import annotations

import ast
import threading

_one_at_a_time = threading.RLock()


def parse(source: str) -> ast.Module:
    """The tree of a module's source. SyntaxError where it is none."""
    with _one_at_a_time:
        return ast.parse(source)
