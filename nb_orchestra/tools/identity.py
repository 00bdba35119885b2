"""The identity of a Python function by its content.

It covers the syntax tree without positions and docstring, what the function closes over, its defaults, and the globals it
uses: functions of the person's own by the same rule, modules of installed packages by name and version, other values by
content. What cannot be named makes the whole function unnameable (''), and the step then runs uncached.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any

from nb_orchestra import values


class _Unnameable(Exception):
    pass


def code_identity(function: Callable[..., Any]) -> str:
    """A hex digest; '' where a part of the function cannot be named."""
    try:
        parts = list(_parts(function, set()))
    except _Unnameable:
        return ""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _parts(function: Any, seen: set[int]) -> Iterator[str]:
    function = inspect.unwrap(getattr(function, "function", function))
    if id(function) in seen:
        return
    seen.add(id(function))
    if not isinstance(function, types.FunctionType):
        raise _Unnameable
    yield _tree(function)
    for value in [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]:
        yield from _value(value, seen)
    closure = inspect.getclosurevars(function)
    for name, value in sorted({**closure.globals, **closure.nonlocals}.items()):
        yield name
        yield from _value(value, seen)


def _tree(function: types.FunctionType) -> str:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        raise _Unnameable from None
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        definition.decorator_list = []
        if ast.get_docstring(definition) is not None:
            definition.body = definition.body[1:] or [ast.Pass()]
    return ast.dump(definition, annotate_fields=False)


def _value(value: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(value, types.ModuleType):
        yield _package(value.__name__)
    elif isinstance(value, type):
        yield _package(value.__module__) if value.__module__ != "__main__" else _class(value)
        yield value.__qualname__
    elif isinstance(value, types.FunctionType) or hasattr(value, "function"):
        own = getattr(value, "__module__", "") in ("__main__", None) or _package(getattr(value, "__module__", "") or "") == ""
        if own:
            yield from _parts(value, seen)
        else:
            yield f"{_package(value.__module__)}:{value.__qualname__}"
    elif isinstance(value, types.BuiltinFunctionType):
        yield f"{value.__module__}:{value.__qualname__}"
    else:
        digest = values.content(value)
        if digest is None:
            raise _Unnameable
        yield digest


def _class(kind: type) -> str:
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(kind))), annotate_fields=False)
    except (OSError, TypeError, SyntaxError):
        raise _Unnameable from None


def _package(module: str) -> str:
    """'name version' of an installed package or the standard library; '' for a person's own module."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "builtins":
        return f"python {sys.version_info[0]}.{sys.version_info[1]} {module}"
    names = importlib.metadata.packages_distributions().get(top)
    return f"{module} {importlib.metadata.version(names[0])}" if names else ""
