"""What a function of ours needs to run: every definition below it, found by reading sources.

The source is read, not run: starting from one function, every name that it uses is looked up in its module, and what stands in another
module of ours is followed there. Tables that map words to functions keep only the entries whose word is used, so that the code of one step
does not carry the whole library. The same walk, untrimmed, gives a recipe its identity for the cache.
"""

from __future__ import annotations

import ast
import copy
import functools
import importlib.metadata
import pathlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.offline.recipe import RECIPES_ROOM
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.values.syntax import parse

OURS = "nb_orchestra."
ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES = f"{RECIPES_ROOM}.tables"
DRAWING = "nb_orchestra.values.drawing"


@dataclass(frozen=True, slots=True)
class Module:
    """One module's source, taken apart: what is defined at the top, and what is imported there (name → (module, name there or None))."""

    name: str
    source: str
    defined: Mapping[str, ast.stmt]
    imported: Mapping[str, tuple[str, str | None]]


def names_of(statement: ast.stmt) -> list[str]:
    """What a top-level statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@functools.cache
def read_module(name: str) -> Module:
    """The module's source as data. It is read from its file, not imported: an identity must not cost the import of SciPy."""
    source = ROOT.joinpath(*name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    defined: dict[str, ast.stmt] = {}
    imported: dict[str, tuple[str, str | None]] = {}
    for statement in parse(source).body:
        defined |= dict.fromkeys(names_of(statement), statement)
        if isinstance(statement, ast.Import):
            imported |= {alias.asname or alias.name.partition(".")[0]: (alias.name, None) for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            imported |= {alias.asname or alias.name: (statement.module, alias.name) for alias in statement.names}
    return Module(name, source, defined, imported)


@dataclass(slots=True)
class Walk:
    """Collects definitions in an order in which each stands below what it needs.

    `words`: trims tables of functions to these keys, None keeps all. `filtered`: False leaves out the line by which a recipe takes conditions.
    """

    words: set[str] | None = None
    filtered: bool = True
    seen: set[tuple[str, str]] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    found: list[tuple[Module, ast.stmt]] = field(default_factory=list)

    def follow(self, module: str, name: str) -> None:
        """A name and all that it needs."""
        if (module, name) in self.seen:
            return
        self.seen.add((module, name))
        read = read_module(module)
        if name in read.defined:
            statement = read.defined[name]
            for used in self._names(statement):
                self.follow(module, used)
            if not any(known is statement for _, known in self.found):
                self.found.append((read, statement))
        elif name in read.imported:
            self._import(name, *read.imported[name])

    def _names(self, statement: ast.stmt) -> Iterator[str]:
        parts: Iterable[ast.AST] = [statement]
        if isinstance(statement, ast.FunctionDef) and not self.filtered:
            parts = [*(part for part in statement.body if not takes_conditions(part)), statement.args, *([statement.returns] if statement.returns else [])]
        table = table_of(statement)
        if table is not None and self.words is not None:
            parts = [part for key, value in zip(table.keys, table.values, strict=True) if kept(key, self.words) for part in (key, value) if part is not None]
            parts = [*parts, *([statement.annotation] if isinstance(statement, ast.AnnAssign) else [])]
        for part in parts:
            for inner in ast.walk(part):
                if isinstance(inner, ast.Name):
                    yield inner.id
                elif isinstance(inner, ast.ImportFrom | ast.Import):  # what is loaded only where it is needed, such as scikit-learn
                    names = [inner.module or ""] if isinstance(inner, ast.ImportFrom) else [alias.name for alias in inner.names]
                    self.packages.update(name.partition(".")[0] for name in names if not name.startswith(OURS))

    def _import(self, name: str, module: str, original: str | None) -> None:
        if module.startswith(OURS) and original is not None:
            self.follow(module, original)
            return
        if module == "__future__":
            return
        self.packages.add(module.partition(".")[0])
        if original is None:
            self.imports.add(f"import {module}" if name == module.partition(".")[0] else f"import {module} as {name}")
        else:
            self.imports.add(f"from {module} import {original}" if name == original else f"from {module} import {original} as {name}")


def takes_conditions(statement: ast.stmt) -> bool:
    """True for `frame = rows_where(frame, where)`: the one line through which a recipe filters first."""
    return isinstance(statement, ast.Assign) and ast.unparse(statement) == "frame = rows_where(frame, where)"


def table_of(statement: ast.stmt) -> ast.Dict | None:
    """The dict of a top-level table that maps words to functions, else None."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    if not isinstance(value, ast.Dict) or not any(isinstance(inner, ast.Lambda | ast.Name | ast.Call) for item in value.values for inner in ast.walk(item)):
        return None
    return value if all(key is None or (isinstance(key, ast.Constant) and isinstance(key.value, str)) for key in value.keys) else None


def kept(key: ast.expr | None, words: set[str]) -> bool:
    """True for a table's entry that can be reached: its word is used, or it is a table spread into this one."""
    return key is None or (isinstance(key, ast.Constant) and key.value in words)


def words_in(statements: Iterable[ast.stmt]) -> set[str]:
    """Every text constant of the code, but docstrings and the keys of tables of functions."""
    found: set[str] = set()
    for statement in statements:
        table = table_of(statement)
        for part in table.values if table is not None else [statement]:
            found |= {inner.value for inner in ast.walk(part) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)}
    return found


def texts_in(value: Any) -> set[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return set().union(*(texts_in(item) for pair in value.items() for item in pair))
    return set().union(*(texts_in(item) for item in value)) if isinstance(value, list | tuple) else set()


def walk_from(starts: Sequence[tuple[str, str]], words: set[str] | None, filtered: bool = True) -> Walk:
    """All that the starts need. The words grow with the code that they let in, until nothing new comes."""
    while True:
        walk = Walk(None if words is None else set(words), filtered)
        for module, name in starts:
            walk.follow(module, name)
        if words is None:
            return walk
        grown = words | words_in(statement for _, statement in walk.found)
        if grown == words:
            return walk
        words = grown


def identity_text(path: str) -> str:
    """Syntax trees (no positions) of a recipe and all of ours below it, with the names and versions of the packages used."""
    walk = walk_from(starts_of(path), None)
    trees = sorted(f"{module.name}: {_tree(statement)}" for module, statement in walk.found)
    return "\n".join([*trees, *(f"{package} {version_of(package)}" for package in sorted(installed_names(walk.packages)))])


def packages_of(recipe: str) -> set[str]:
    """The packages that a recipe and all of ours below it use, by the names under which they are installed."""
    return installed_names(walk_from(starts_of(RECIPES[recipe].path), None).packages)


def installed_names(packages: Iterable[str]) -> set[str]:
    """Names of modules as names of packages, without the standard library."""
    return {{"sklearn": "scikit-learn"}.get(name, name) for name in packages if name not in sys.stdlib_module_names}


def version_of(package: str) -> str:
    """A package's version, "missing" where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


@functools.cache
def _tree(statement: ast.stmt) -> str:
    """The statement without positions and docstrings: words about code are not code."""
    bare = copy.deepcopy(statement)
    for inner in ast.walk(bare):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inner, clean=False) is not None:
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.dump(bare)


def starts_of(path: str) -> list[tuple[str, str]]:
    module, _, function = path.partition(".")
    starts = [(f"{RECIPES_ROOM}.{module}", function), (TABLES, "as_table")]
    figure = any(row.path == path and row.gives.get("type") == "figure" for row in RECIPES.values())
    return [*starts, (DRAWING, "draw")] if figure else starts
