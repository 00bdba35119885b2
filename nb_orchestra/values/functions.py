"""A person's function as data, for another process of this very Python: the source that it stands in, and what it reaches.

What it closes over, its defaults and the globals that it loads go along: modules, classes and functions of installed packages by name, functions of
the person's own as data too, other values by value. The source (a cell, a file) is compiled and the function's code looked up in it: where none is equal
to the code that would run here, because the file was edited since, the function does not travel. No line of the source is run but the function itself.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import dis
import functools
import importlib
import linecache
import operator
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.values.packages import package_of

_LOADS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_FUTURE = functools.reduce(operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names))
_QUERIED = re.compile(r"@([A-Za-z_]\w*)")
_PYTHONS = ("builtins", "io", "_io")
LOOKING_UP = ("globals", "eval", "exec")
"""Python's own functions by which a name is reached that nothing in the code tells."""
_CHANGES = ("STORE_GLOBAL", "DELETE_GLOBAL")


class CannotTravelError(Exception):
    """What of the function cannot be taken along, in words."""


@dataclass(slots=True)
class Packed:
    """Functions as data, the first is the one that was asked for. `values`: what they reach by value, as (what people call it, value).

    `sources`: text by file name; a function's `code` is its place in there.
    """

    functions: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, Any]] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)
    _known: dict[int, int] = field(default_factory=dict)

    def add(self, function: types.FunctionType, cache: tuple[Any, ...] = ()) -> int:
        """The function's number. `cache`: of functools.lru_cache around it."""
        if id(function) in self._known:
            return self._known[id(function)]
        if vars(function).keys() - {"__wrapped__"}:
            raise CannotTravelError(f"{function.__name__} keeps values of its own ({', '.join(vars(function))})")
        number = self._known[id(function)] = len(self.functions)
        row: dict[str, Any] = {"code": self._place(function.__code__), "module": function.__module__ or "", "cache": cache}
        self.functions.append(row)
        row["name"], row["qualname"] = function.__name__, function.__qualname__
        row["defaults"] = [self._reference("a default", value) for value in function.__defaults__ or ()]
        row["named"] = [(name, self._reference(f"its default {name}", value)) for name, value in (function.__kwdefaults__ or {}).items()]
        row["closed"] = [self._reference(f"its {name}", value) for name, value in _closed(function)]
        row["globals"] = [(name, self._reference(f"its global {name}", value)) for name, value in _globals(function)]
        return number

    def _reference(self, said: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, types.ModuleType):
            return "module", self._name(value.__name__, said, f"the module {value.__name__}")
        if isinstance(value, functools._lru_cache_wrapper):
            asked = value.cache_parameters()
            return "function", self.add(_plain(value.__wrapped__, said), (asked["maxsize"], asked["typed"]))
        if _by_name(value):
            return "named", [self._name(value.__module__, said, value.__qualname__), value.__qualname__]
        if isinstance(value, type):
            raise CannotTravelError(f"{said} is the class {value.__qualname__}, which is defined here and not in an installed package")
        if isinstance(value, types.FunctionType) or isinstance(getattr(value, "function", None), types.FunctionType):
            return "function", self.add(_plain(value, said))
        if id(value) not in self._known:
            self._known[id(value)] = len(self.values)
            self.values.append((said, value))
        return "value", self._known[id(value)]

    def _place(self, code: types.CodeType) -> tuple[str, int, int]:
        file, future = code.co_filename, code.co_flags & _FUTURE
        self.sources.setdefault(file, "".join(linecache.getlines(file)))
        try:
            return file, future, _codes(file, self.sources[file], future).index(code)
        except (SyntaxError, ValueError):
            raise CannotTravelError(f"the source of {code.co_name} is not to be had, or was changed since") from None

    def _name(self, module: str, said: str, what: str) -> str:
        if not _installed(module):
            raise CannotTravelError(f"{said} is {what}, which is not of an installed package")
        self.modules.add(module)
        return module


def packed(function: Callable[..., Any]) -> Packed:
    """The function as data. CannotTravelError where it cannot be had in another process."""
    found = Packed()
    found.add(_plain(function, "it"))
    return found


def unpacked(functions: list[Mapping[str, Any]], sources: Mapping[str, str], values: list[Any]) -> Callable[..., Any]:
    """The first of the functions, as it was. ImportError or AttributeError where a package is not there."""
    made = [_bare(row, sources) for row in functions]
    usable = [functools.lru_cache(*row["cache"])(function) if row["cache"] else function for row, function in zip(functions, made, strict=True)]
    readers: dict[str, Callable[[Any], Any]] = {
        "module": importlib.import_module,
        "named": lambda name: _found(importlib.import_module(name[0]), name[1]),
        "function": usable.__getitem__,
        "value": values.__getitem__,
    }

    def read(reference: tuple[str, Any]) -> Any:
        return readers[reference[0]](reference[1])

    for row, function in zip(functions, made, strict=True):
        function.__defaults__ = tuple(map(read, row["defaults"])) or None
        function.__kwdefaults__ = {name: read(each) for name, each in row["named"]} or None
        for cell, each in zip(function.__closure__ or (), row["closed"], strict=True):
            cell.cell_contents = read(each)
        function.__globals__.update((name, read(each)) for name, each in row["globals"])
    return usable[0]


def _bare(row: Mapping[str, Any], sources: Mapping[str, str]) -> types.FunctionType:
    file, future, place = row["code"]
    code = _codes(file, sources[file], future)[place]
    space = {"__name__": row["module"], "__builtins__": builtins}
    function = types.FunctionType(code, space, row["name"], None, tuple(types.CellType() for _ in code.co_freevars))
    function.__qualname__, function.__module__ = row["qualname"], row["module"]
    return function


@functools.lru_cache(maxsize=64)
def _codes(file: str, source: str, future: int) -> list[types.CodeType]:
    """Every piece of code in a source, in order: of the source compiled as a whole, as a file is, and statement by statement, as a notebook does it.

    They differ: Python 3.11 calls `np.ones` otherwise where `import numpy as np` is compiled with it. A cell may await outside of any function, and
    what an earlier one imported from `__future__` holds.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future
    tree = compile(source, file, "exec", ast.PyCF_ONLY_AST | flags, dont_inherit=True)
    wholes = [tree, *(ast.Module([statement], []) for statement in tree.body)]
    found = [compile(whole, file, "exec", flags, dont_inherit=True) for whole in wholes]
    for code in found:
        found += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return found


def _plain(value: Any, said: str) -> types.FunctionType:
    """A function, or the one that a tool is made from."""
    function = value if isinstance(value, types.FunctionType) else getattr(value, "function", value)
    if not isinstance(function, types.FunctionType):
        raise CannotTravelError(f"{said} is a {type(value).__qualname__}, not a plain function")
    return function


def _closed(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    outside = function.__code__.co_freevars
    for step in _steps(function.__code__):
        if step.opname == "STORE_DEREF" and step.argval in outside:
            raise CannotTravelError(f"it changes {step.argval}, which is not its own")
    for name, cell in zip(outside, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            raise CannotTravelError(f"its {name} has no value yet") from None


def _globals(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """What of the module's names the function, or one inside it, loads. What a notebook puts among Python's own names (`display`) is not there elsewhere."""
    changed = next((step.argval for step in _steps(function.__code__) if step.opname in _CHANGES), None)
    if changed:
        raise CannotTravelError(f"it changes the global {changed}")
    for name in loaded_names(function.__code__):
        own = getattr(builtins, name, None)
        if name in function.__globals__:
            yield name, function.__globals__[name]
        elif name in LOOKING_UP:
            raise CannotTravelError(f"it looks up names while it runs ({name})")
        elif (getattr(own, "__module__", None) or type(own).__module__) not in _PYTHONS:
            raise CannotTravelError(f"it uses {name}, which only a notebook has")


def loaded_names(code: types.CodeType) -> list[str]:
    """The names that are looked up outside of a function, by it or by one inside it; pandas looks up those that stand as `@name` in a text."""
    names = [step.argval for step in _steps(code) if step.opname in _LOADS]
    return list(dict.fromkeys(names + [name for text in _texts(code) for name in _QUERIED.findall(text)]))


def _texts(code: types.CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _texts(constant)
        elif isinstance(constant, str):
            yield constant


def _steps(code: types.CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _steps(constant)


def _by_name(value: Any) -> bool:
    """Is this a class or function that its installed package has under its own name?"""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not _installed(module):
        return False
    try:
        return _found(sys.modules[module], name) is value
    except (AttributeError, KeyError):
        return False


def _installed(module: str) -> bool:
    """Can it be imported in the other process? This package may be an editable install, which no list of files names."""
    return bool(package_of(module)) or module.partition(".")[0] == __name__.partition(".")[0]


def _found(module: types.ModuleType, name: str) -> Any:
    return functools.reduce(getattr, name.split("."), module)
