"""The identity of a Python function by its content.

It covers the syntax tree without positions and docstring, what the function closes over, its defaults, and the globals that it
or a function inside it uses: functions, classes and modules of the person's own by the same rule, installed packages by name and
version, other values by content. What cannot be named makes the whole function unnameable (''), and the step then runs uncached.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from nb_orchestra import values
from nb_orchestra.values.functions import LOOKING_UP, loaded_names
from nb_orchestra.values.packages import package_of
from nb_orchestra.values.syntax import parse


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
    function = getattr(function, "function", function)
    if not isinstance(function, types.FunctionType):
        function = getattr(function, "__wrapped__", None)
    if not isinstance(function, types.FunctionType):
        raise _Unnameable
    if id(function) in seen:
        return
    seen.add(id(function))
    yield _tree(function)
    for value in [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]:
        yield from _value(value, seen)
    for name, value in sorted(_reached(function).items()):
        yield name
        yield from _value(value, seen)


def _reached(function: types.FunctionType) -> dict[str, Any]:
    """What a function closes over, and the globals that it or a function inside it names."""
    loaded = loaded_names(function.__code__)
    if any(name in loaded and name not in function.__globals__ for name in LOOKING_UP):
        raise _Unnameable
    names = {*_names(function.__code__), *loaded}
    reached = {name: value for name, value in function.__globals__.items() if name in names}
    try:
        return reached | {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)}
    except ValueError:  # a cell that is still empty
        raise _Unnameable from None


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


_trees: dict[int, tuple[weakref.ref[types.CodeType], str]] = {}
"""By the code object itself (two that compare equal may differ in their hints): it never changes, its source may be read a hundred times a run."""


def _tree(function: types.FunctionType) -> str:
    """The definition's syntax tree. The code object is asked, because a wrapper's source would be that of what it wraps."""
    code = function.__code__
    known = _trees.get(id(code))
    if known is not None and known[0]() is code:
        return known[1]
    tree = _read_tree(function)
    place = id(code)

    def forget(gone: weakref.ref[types.CodeType]) -> None:
        _trees.pop(place, None)

    _trees[place] = (weakref.ref(code, forget), tree)
    return tree


def _read_tree(function: types.FunctionType) -> str:
    try:
        tree = parse(textwrap.dedent(inspect.getsource(function.__code__)))
    except (OSError, TypeError, SyntaxError):
        raise _Unnameable from None
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        definition.decorator_list = []
        if ast.get_docstring(definition) is not None:
            definition.body = definition.body[1:] or [ast.Pass()]
    return ast.dump(definition, annotate_fields=False)


def _value(value: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(value, types.ModuleType):
        yield from _module(value, seen)
    elif isinstance(value, type):
        yield from _class(value, seen)
    elif isinstance(value, types.BuiltinFunctionType):
        yield f"{value.__module__}:{value.__qualname__}"
    elif isinstance(value, types.FunctionType) or hasattr(value, "function") or hasattr(value, "__wrapped__"):
        package = package_of(getattr(value, "__module__", "") or "")
        yield from [f"{package}:{value.__qualname__}"] if package else _parts(value, seen)
    else:
        digest = values.content(value)
        if digest is None:
            raise _Unnameable
        yield digest


def _module(module: types.ModuleType, seen: set[int]) -> Iterator[str]:
    """An installed package by its version; a person's own module by its source, and that of its own modules."""
    package = package_of(module.__name__)
    if package or id(module) in seen:
        yield package
        return
    seen.add(id(module))
    yield _source(module)
    for _, member in sorted(vars(module).items()):
        if isinstance(member, types.ModuleType):
            yield from _module(member, seen)


def _class(kind: type, seen: set[int]) -> Iterator[str]:
    """A class of an installed package by its version; a person's own by its bases, fields and methods (its source is not there in a notebook)."""
    package = package_of(kind.__module__)
    yield f"{package}:{kind.__qualname__}"
    if package or id(kind) in seen:
        return
    seen.add(id(kind))
    for base in kind.__bases__:
        yield from _class(base, seen)
    yield str({name: str(hint) for name, hint in vars(kind).get("__annotations__", {}).items()})
    for name, member in sorted(vars(kind).items()):
        method = inspect.unwrap(getattr(member, "fget", None) or getattr(member, "__func__", member))
        written = isinstance(method, types.FunctionType) and not _made_by_dataclass(method)
        if written or not (name.startswith("__") or isinstance(method, types.FunctionType)):
            yield name
            yield from _parts(method, seen) if written else _value(member, seen)


def _made_by_dataclass(method: types.FunctionType) -> bool:
    """Its fields say all; `__replace__` (since Python 3.13) is a function of the library's own."""
    return method.__code__.co_filename == "<string>" or method.__module__ == "dataclasses"


def _source(value: types.ModuleType) -> str:
    try:
        return ast.dump(parse(textwrap.dedent(inspect.getsource(value))), annotate_fields=False)
    except (OSError, TypeError, SyntaxError):
        raise _Unnameable from None
