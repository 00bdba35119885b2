"""Where each number and name of a text comes from: the cell of an input that holds it. Numbers as shown, so 3,701 finds 3700.66.

Where several cells hold a number, the one whose row and column are spoken of in the same sentence is taken. Citations lead to the row of their key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.values.entities import NAME, WORD, bare, stray_names
from nb_orchestra.values.grounding import DATE, LONGEST_TABLE, NUMBER, SKIPPED, reading

MOST_CELLS = 200
CITED = re.compile(r"\[([a-z0-9][\w.-]*:\d+)\]")
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\d)[^.!?\n]*)*[.!?]?")


@dataclass(frozen=True, slots=True)
class Trace:
    """`said` as written; `kind`: number, name or citation; where it stands (`row` by position; -1 and "" where that says nothing); `value` of that cell.

    `state`: found, or "not computed"."""

    said: str
    kind: str
    input: str = ""
    row: int = -1
    column: str = ""
    value: Any = None
    state: str = "not computed"


def trace(text: str, inputs: Mapping[str, Any]) -> list[Trace]:
    """A Trace for each number, citation and name of a text, in its order. `inputs` by name: tables, charts, texts, records, numbers."""
    return [item for _, item in traced(text, inputs)]


def traced(text: str, inputs: Mapping[str, Any]) -> list[tuple[int, Trace]]:
    """The same with the place where each begins."""
    plain = DATE.sub(lambda found: " " * len(found.group()), re.sub(r"`[^`]*`|\[\[[^\]]*\]\]", lambda found: " " * len(found.group()), text))
    uncited = CITED.sub(lambda cited: " " * len(cited.group()), plain)
    known_cells = Cells(inputs)
    found = [(match.start(), _number(match, _sentence(plain, match.start()), known_cells)) for match in NUMBER.finditer(uncited)]
    found += [(match.start(), _citation(match.group(1), inputs)) for match in CITED.finditer(plain)]
    strays = set(stray_names(text, inputs.values()))
    for match in NAME.finditer(SKIPPED.sub(lambda skipped: " " * len(skipped.group()), plain)):
        said = bare(match.group())
        known = known_cells.holding(said) if said else None
        if known is not None or said in strays:
            found.append((match.start(), known or Trace(said, "name")))
    return sorted(found, key=lambda pair: pair[0])


def _sentence(text: str, at: int) -> str:
    return next((found.group() for found in _SENTENCE.finditer(text) if found.start() <= at < found.end()), text).casefold()


def _number(match: re.Match[str], sentence: str, known: Cells) -> Trace:
    number, half = reading(match)
    shown = [(number, half), (number / 100, half / 100)] if match.group(5) else [(number, half)]
    cells = [cell for x, reach in shown for cell in known.near(x, reach)]
    if not cells:
        return Trace(match.group().strip(), "number")
    name, row, column, value = max(cells, key=lambda cell: known.spoken_of(cell, sentence))  # of equal ones the first
    return Trace(match.group().strip(), "number", name, row, column, value, "found")


Cell = tuple[str, int, str, Any]
"""(input, row, column, value)."""


class Cells:
    """Every number of the inputs with its place, read once: a text asks for hundreds."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._inputs = inputs
        self._texts: list[tuple[str, Cell]] | None = None
        self._tables = {name: table_of(value) for name, value in inputs.items()}
        self._labels: dict[tuple[str, int], list[str]] = {}
        self._columns: list[tuple[Any, Callable[[int], Cell]]] = []
        for name, value in inputs.items():
            self._read(name, value)

    def near(self, x: float, half: float) -> Iterator[Cell]:
        """The places that hold a number, as it is shown."""
        reach = half * (1 + 1e-9) + abs(x) * 1e-12
        for sizes, cell in self._columns:
            places = (abs(sizes - x) <= reach).nonzero()[0][:MOST_CELLS]
            yield from map(cell, places.tolist())

    def holding(self, said: str) -> Trace | None:
        """The first cell or text that holds a name as it is written."""
        if self._texts is None:
            self._texts = [(str(text).casefold(), place) for name in self._tables for text, place in self._texts_of(name)]
        wanted = said.casefold()
        found = next((place for text, place in self._texts if wanted in text), None)
        return None if found is None else Trace(said, "name", *found, "found")

    def _texts_of(self, name: str) -> Iterator[tuple[Any, Cell]]:
        table = self._tables[name]
        if table is None and isinstance(self._inputs[name], str):
            yield self._inputs[name], (name, -1, "", None)
        for at in range(table.shape[1] if table is not None else 0):
            column = table.iloc[:, at]
            if getattr(column.dtype, "kind", "O") not in "iufbM":
                yield from ((cell, (name, row, str(table.columns[at]), cell)) for row, cell in enumerate(column))

    def spoken_of(self, cell: Cell, sentence: str) -> int:
        """How much of the cell's row and column the sentence names."""
        name, row, column, _ = cell
        named = sum(2 for label in self._row(name, row) if label in sentence)
        return named + sum(part in sentence for part in WORD.findall(column.casefold().replace("_", " ")) if len(part) > 2)

    def _row(self, name: str, row: int) -> list[str]:
        table = self._tables[name]
        if (name, row) not in self._labels:
            found = table.iloc[row].tolist() if table is not None and row >= 0 else []
            self._labels[name, row] = [item.casefold() for item in found if isinstance(item, str) and len(item) < 80]
        return self._labels[name, row]

    def _read(self, name: str, value: Any) -> None:
        others: list[tuple[float, Cell]] = []
        table = self._tables[name]
        if table is None:
            others += _loose(name, value)
        for at, label in enumerate(map(str, table.columns) if table is not None else ()):
            column = table.iloc[:, at]
            kind = getattr(column.dtype, "kind", "O")
            if kind in "iuf":
                sizes = abs(column.to_numpy("float64", na_value=float("nan")))
                self._columns.append((sizes, lambda row, label=label, column=column: (name, row, label, column.iloc[row])))  # type: ignore[misc]
            elif kind in "OU":
                texts = [(row, item) for row, item in enumerate(column.head(MOST_CELLS)) if isinstance(item, str)]
                others += [(size, (name, row, label, found)) for row, item in texts for size, (*_, found) in _loose(name, item)]
        if table is not None:
            others.append((float(len(table)), (name, -1, "", len(table))))
        self._add(others)

    def _add(self, others: list[tuple[float, Cell]]) -> None:
        import numpy

        self._columns.append((numpy.array([size for size, _ in others], "float64"), lambda at: others[at][1]))


def _loose(name: str, value: Any) -> Iterator[tuple[float, Cell]]:
    """(number without its sign, its place) of what is no table: texts, records, lists, numbers, and tables in these."""
    if table_of(value) is not None:
        within = Cells({name: value})
        yield from ((abs(float(size)), cell(at)) for sizes, cell in within._columns for at, size in enumerate(sizes))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from ((size, (name, row, column or str(key), found)) for size, (_, row, column, found) in _loose(name, item))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from ((size, (name, at, column, found)) for size, (_, _, column, found) in _loose(name, item))
    elif isinstance(value, str):
        yield from ((reading(found)[0], (name, -1, "", found.group().strip())) for found in NUMBER.finditer(value))
    elif isinstance(value, int | float):
        yield abs(float(value)), (name, -1, "", value)


def table_of(value: Any) -> Any:
    """The table of a frame, a series or a chart; its head where it is very long."""
    table = value.table if hasattr(value, "table") and hasattr(value, "spec") else value.to_frame() if hasattr(value, "to_frame") else value
    if not (hasattr(table, "columns") and hasattr(table, "iloc")):
        return None
    return table.head(1_000) if len(table) > LONGEST_TABLE else table


def _citation(key: str, inputs: Mapping[str, Any]) -> Trace:
    for name, value in inputs.items():
        table = table_of(value)
        if table is not None and "key" in table.columns:
            rows = (table["key"].astype(str) == key).to_numpy().nonzero()[0]
            if len(rows):
                return Trace(f"[{key}]", "citation", name, int(rows[0]), "key", key, "found")
    return Trace(f"[{key}]", "citation")
