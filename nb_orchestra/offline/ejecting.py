"""Plain code of a step: a few lines of pandas where they do (short_code), else the recipe's own source and all of ours that it calls
(sources), then the call on the person's variables. No import of ours.
"""

from __future__ import annotations

import ast
import pprint
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.references import FromData, FromStep, Literal, Template, read_reference
from nb_orchestra.offline.ordinary import UNKNOWN, ordinary
from nb_orchestra.offline.recipe import Recipe
from nb_orchestra.offline.short_code import short_lines
from nb_orchestra.offline.sources import Module, Walk, kept, starts_of, table_of, takes_conditions, texts_in, walk_from, words_in
from nb_orchestra.offline.table import RECIPES

WHOLE = ("filter_rows", "sort_rows", "head", "drop_missing", "drop_duplicates", "rank", "derive", "rename_columns")  # give back all columns that they read


@dataclass(frozen=True, slots=True)
class Script:
    """Plain code of steps: imports, functions, and for each step the lines that make its value. `own`: the imports that these lines need themselves."""

    imports: list[str]
    definitions: list[str]
    calls: list[str]
    own: list[str]


def _source(module: Module, statement: ast.stmt, words: set[str], filtered: bool) -> str:
    """A definition as it is written, tables trimmed, without the line that filters where nothing is filtered."""
    table = table_of(statement)
    if table is None:
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
        body = () if filtered else getattr(statement, "body", ())
        gone = {line for part in body if takes_conditions(part) for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)}
        lines = module.source.splitlines()
        return "\n".join(lines[line - 1] for line in range(first, (statement.end_lineno or first) + 1) if line not in gone)
    lines = [f"    {_entry(module, key, value)}," for key, value in zip(table.keys, table.values, strict=True) if kept(key, words)]
    head = (ast.get_source_segment(module.source, statement) or "").partition("{")[0]
    return "\n".join([f"{head}{{", *lines, "}"])


def _entry(module: Module, key: ast.expr | None, value: ast.expr) -> str:
    text = ast.get_source_segment(module.source, value) or ""
    return f"**{text}" if key is None else f"{ast.get_source_segment(module.source, key)}: {text}"


def code_of(recipe: str, arguments: Mapping[str, Any], names: Mapping[str, str], result: str = "result", tables: Mapping[str, Any] | None = None) -> str:
    """Plain Python that computes a step anew in a fresh namespace.

    `arguments`: plan data with its references; `names`: a variable for each notebook value and step id that they name (itself when left out);
    `result`: the variable that is assigned. A chart is assigned as a matplotlib Figure. `tables`: see code_of_steps.
    """
    return code_of_steps([{"recipe": recipe, "arguments": arguments, "name": result}], names, tables)


def code_of_steps(steps: Sequence[Mapping[str, Any]], names: Mapping[str, str], tables: Mapping[str, Any] | None = None) -> str:
    """The plain code of several steps in their order ({"recipe", "arguments", "name"} each): imports and functions once, then the calls.

    `tables`: the value of each notebook value and step id, as far as it is at hand; only then is short code for conditions on text shown to be right.
    """
    script = script_of_steps(steps, names, tables)
    parts = ["\n".join(script.imports), *script.definitions, "\n".join(script.calls)]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def script_of_steps(steps: Sequence[Mapping[str, Any]], names: Mapping[str, str], tables: Mapping[str, Any] | None = None) -> Script:
    """The same in its parts, for who shows the calls one by one."""
    calls: list[str] = []
    long: list[Mapping[str, Any]] = []
    for step in steps:
        short = _short(step, names, tables or {})
        calls.append("\n".join(short or [_call(RECIPES[step["recipe"]], step["arguments"], names, step["name"])]))
        long += [] if short else [step]
    walk, definitions = _definitions(long)
    own = [line for mark, line in (("np.", "import numpy as np"), ("pd.", "import pandas as pd")) if any(mark in text for text in calls)]
    return Script(sorted({*walk.imports, *own}, key=lambda line: (not line.startswith("import"), line)), definitions, calls, own)


def _short(step: Mapping[str, Any], names: Mapping[str, str], tables: Mapping[str, Any]) -> list[str] | None:
    """A step as a few lines of pandas, where that gives the same value."""
    reference = read_reference(step["arguments"].get("frame"))
    if isinstance(reference, FromData):
        frame = names.get(reference.name, reference.name) + (f"[{list(reference.columns)!r}]" if reference.columns and step["recipe"] in WHOLE else "")
    elif isinstance(reference, FromStep) and reference.column is None and reference.row is None:
        frame = names.get(reference.step, reference.step)
    else:
        return None
    arguments = thaw(step["arguments"])
    lines = short_lines(step["recipe"], arguments, frame, step["name"])
    table = tables.get(reference.name if isinstance(reference, FromData) else reference.step, UNKNOWN)
    return lines if lines and ordinary(step["recipe"], arguments, table) else None


def _definitions(steps: Sequence[Mapping[str, Any]]) -> tuple[Walk, list[str]]:
    """What the recipes of these steps need, as source."""
    starts: list[tuple[str, str]] = []
    words: set[str] = set()
    for step in steps:
        recipe = RECIPES[step["recipe"]]
        starts += [start for start in starts_of(recipe.path) if start not in starts]
        words |= texts_in(thaw(step["arguments"])) | texts_in([argument.default for argument in recipe.needs])
    filtered = any(step["arguments"].get("where") for step in steps)
    walk = walk_from(starts, words, filtered)
    words |= words_in(statement for _, statement in walk.found)
    return walk, [_source(module, statement, words, filtered) for module, statement in walk.found]


def _call(recipe: Recipe, arguments: Mapping[str, Any], names: Mapping[str, str], result: str) -> str:
    function = recipe.path.partition(".")[2]
    first = recipe.needs[0].name
    shown = {name: _shown(recipe, name, value, names) for name, value in arguments.items() if recipe.argument(name) is not None}
    call = f"{function}({', '.join([shown.pop(first), *(f'{name}={text}' for name, text in shown.items())])})"
    if recipe.gives.get("type") != "figure":
        return f"{result} = {call}"
    return f"{result}_table, {result}_spec = {call}\n{result} = draw({result}_spec, {result}_table)"


def _shown(recipe: Recipe, name: str, value: Any, names: Mapping[str, str]) -> str:
    """An argument as code."""
    argument = recipe.argument(name)
    reference = read_reference(value)
    is_frame = argument is not None and argument.type == "frame"
    if isinstance(reference, FromData):
        variable = names.get(reference.name, reference.name)
        return f"as_table({variable}, {list(reference.columns)!r})" if is_frame and reference.columns else f"as_table({variable})" if is_frame else variable
    if isinstance(reference, FromStep):
        variable = names.get(reference.step, reference.step)
        column = "" if reference.column is None else f"[{reference.column!r}]"
        row = "" if reference.row is None else f".iloc[{reference.row}]"
        return f"as_table({variable}{column}{row})" if is_frame else f"{variable}{column}{row}"
    if isinstance(reference, Literal | Template):
        return pprint.pformat(thaw(reference.value if isinstance(reference, Literal) else reference.text), width=120, sort_dicts=False)
    return pprint.pformat(thaw(value), width=120, sort_dicts=False)
