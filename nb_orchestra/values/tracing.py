"""Where each number and name of a text comes from: the cell of an input that holds it. Numbers as shown, so 3,701 finds 3700.66.

Where several cells hold a number, the one whose row and column are spoken of in the same sentence is taken. Citations lead to the row of their key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.values.entities import NAME, WORD, bare, stray_names
from nb_orchestra.values.grounding import DATE, LONGEST_TABLE, NUMBER, SKIPPED, proved, reading

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
    plain = DATE.sub(lambda found: " " * len(found.group()), re.sub(r"`[^`]*`|\[\[[^\]]*\]\]", lambda found: " " * len(found.group()), text))
    uncited = CITED.sub(lambda cited: " " * len(cited.group()), plain)
    found = [(match.start(), _number(match, _sentence(plain, match.start()), inputs)) for match in NUMBER.finditer(uncited)]
    found += [(match.start(), _citation(match.group(1), inputs)) for match in CITED.finditer(plain)]
    strays = set(stray_names(text, inputs.values()))
    for match in NAME.finditer(SKIPPED.sub(lambda skipped: " " * len(skipped.group()), plain)):
        said = bare(match.group())
        known = _name(said, inputs) if said else None
        if known is not None or said in strays:
            found.append((match.start(), known or Trace(said, "name")))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _sentence(text: str, at: int) -> str:
    return next((found.group() for found in _SENTENCE.finditer(text) if found.start() <= at < found.end()), text).casefold()


def _number(match: re.Match[str], sentence: str, inputs: Mapping[str, Any]) -> Trace:
    number, half = reading(match)
    shown = [(number, half), (number / 100, half / 100)] if match.group(5) else [(number, half)]
    cells = [cell for x, reach in shown for name, value in inputs.items() for cell in _cells(name, value, x, reach)]
    if not cells:
        return Trace(match.group().strip(), "number")
    name, row, column, value = max(cells, key=lambda cell: _spoken_of(cell, inputs, sentence))  # of equal ones the first
    return Trace(match.group().strip(), "number", name, row, column, value, "found")


Cell = tuple[str, int, str, Any]
"""(input, row, column, value)."""


def _cells(name: str, value: Any, x: float, half: float) -> Iterator[Cell]:
    """The places of an input that hold a number, as it is shown."""
    table = _table(value)
    if table is not None:
        yield from _cells_of_table(name, table, x, half)
        if float(len(table)) == x:
            yield name, -1, "", len(table)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from ((name, row, column or str(key), found) for _, row, column, found in _cells(name, item, x, half))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from ((name, at, column, found) for _, _, column, found in _cells(name, item, x, half))
    elif isinstance(value, str):
        yield from ((name, -1, "", found.group().strip()) for found in NUMBER.finditer(value) if proved(x, half, [reading(found)[0]]))
    elif isinstance(value, int | float) and proved(x, half, [abs(float(value))]):
        yield name, -1, "", value


def _cells_of_table(name: str, table: Any, x: float, half: float) -> Iterator[Cell]:
    for at, label in enumerate(map(str, table.columns)):
        column = table.iloc[:, at]
        kind = getattr(column.dtype, "kind", "O")
        for row in _rows_near(column, x, half) if kind in "iuf" else ():
            yield name, row, label, column.iloc[row]
        texts = column.head(MOST_CELLS) if kind in "OU" else ()
        yield from ((name, row, label, found) for row, item in enumerate(texts) if isinstance(item, str) for *_, found in _cells(name, item, x, half))


def _rows_near(column: Any, x: float, half: float) -> list[int]:
    near = (column.abs() - x).abs() <= half * (1 + 1e-9) + abs(x) * 1e-12
    rows: list[int] = near.fillna(False).to_numpy(bool).nonzero()[0][:MOST_CELLS].tolist()
    return rows


def _table(value: Any) -> Any:
    """The table of a frame, a series or a chart; its head where it is very long."""
    table = value.table if hasattr(value, "table") and hasattr(value, "spec") else value.to_frame() if hasattr(value, "to_frame") else value
    if not (hasattr(table, "columns") and hasattr(table, "iloc")):
        return None
    return table.head(1_000) if len(table) > LONGEST_TABLE else table


def _spoken_of(cell: Cell, inputs: Mapping[str, Any], sentence: str) -> int:
    """How much of the cell's row and column the sentence names."""
    name, row, column, _ = cell
    table = _table(inputs[name])
    labels = [item for item in table.iloc[row].tolist() if isinstance(item, str) and len(item) < 80] if table is not None and row >= 0 else []
    named = sum(2 for label in labels if label.casefold() in sentence)
    return named + sum(part in sentence for part in WORD.findall(column.casefold().replace("_", " ")) if len(part) > 2)


def _citation(key: str, inputs: Mapping[str, Any]) -> Trace:
    for name, value in inputs.items():
        table = _table(value)
        if table is not None and "key" in table.columns:
            rows = (table["key"].astype(str) == key).to_numpy().nonzero()[0]
            if len(rows):
                return Trace(f"[{key}]", "citation", name, int(rows[0]), "key", key, "found")
    return Trace(f"[{key}]", "citation")


def _name(said: str, inputs: Mapping[str, Any]) -> Trace | None:
    """The first cell or text that holds a name as it is written."""
    return next((found for name, value in inputs.items() for found in _places_of_name(said, name, value)), None)


def _places_of_name(said: str, name: str, value: Any) -> Iterator[Trace]:
    table = _table(value)
    if isinstance(value, str) and said.casefold() in value.casefold():
        yield Trace(said, "name", name, state="found")
    for at in range(table.shape[1] if table is not None else 0):
        texts = table.iloc[:, at]
        if getattr(texts.dtype, "kind", "O") not in "iufbM":
            rows = texts.astype(str).str.casefold().str.contains(said.casefold(), regex=False).to_numpy(bool).nonzero()[0]
            yield from (Trace(said, "name", name, int(row), str(table.columns[at]), texts.iloc[int(row)], "found") for row in rows[:1])
