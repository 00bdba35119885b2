"""How a step names what it reads: references inside a step's params, as plain data.

{"from": "s1"} · {"from": "s1", "column": "title"} · {"from": "s1", "row": 0} (with a column: one cell)
{"data": "penguins"} · {"data": "penguins", "columns": [...]} · {"data": "sales", "levels": "region"}
Of a table, both also a part: "where": [conditions, as recipes take them] · "rows": 3 (the first three, -3 the last) · "columns": [...], in that order
{"row": "title"} · {"row": true}, inside `for_each` only
{"template": "{topic} review", "values": {"topic": ref}} · {"value": ...}, a literal that would look like a reference

The mappings `inputs` and `arguments` of a step's params hold names chosen by others ("value", "row", "data" among them), so
they are never read as references themselves, only what stands under each name: `params_references` and `params_filler` know that.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FromStep:
    """The result of an earlier step, whole, a part of its table (`where`, then `rows`, then `columns`), one column, one row or one cell (of that part)."""

    step: str
    column: str | None = None
    row: int | None = None
    columns: tuple[str, ...] | None = None
    rows: int | None = None
    where: tuple[Mapping[str, Any], ...] = ()

    @property
    def in_part(self) -> bool:
        """True where less than the whole table is meant."""
        return self.columns is not None or self.rows is not None or bool(self.where)


@dataclass(frozen=True, slots=True)
class FromData:
    """A value of the notebook. `columns` is also the identity: only these columns are read. `levels`: distinct values of a column.

    `where` and `rows`: only these rows of it.
    """

    name: str
    columns: tuple[str, ...] | None = None
    levels: str | None = None
    rows: int | None = None
    where: tuple[Mapping[str, Any], ...] = ()

    @property
    def in_part(self) -> bool:
        """True where less than all rows are meant."""
        return self.rows is not None or bool(self.where)


@dataclass(frozen=True, slots=True)
class FromRow:
    """The present row of `for_each`: one column of it, or all of it (True)."""

    column: str | bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """Text with holes, each filled by a reference or a plain value."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain value that would otherwise be read as a reference."""

    value: Any


Reference = FromStep | FromData | FromRow | Template | Literal

_HOLE = re.compile(r"\{([^{}]*)\}")
NAMED = ("inputs", "arguments")
"""Params that map names to values."""

FROM_FIELDS = {"from", "column", "row", "columns", "rows", "where"}
_ALLOWED = {"from": FROM_FIELDS, "data": {"data", "columns", "levels", "rows", "where"}, "row": {"row"}, "template": {"template", "values"}, "value": {"value"}}


def read_reference(value: Any) -> Reference | None:
    """The reference that a piece of plan data is, else None. ValueError where it looks like one and is not."""
    if isinstance(value, str) or not isinstance(value, Mapping):
        return None
    mark = next((key for key in ("from", "data", "template", "row", "value") if key in value), None)
    if mark is None or (mark == "row" and len(value) > 1):
        return None
    if mark in ("data", "value", "row", "template") and not set(value) <= _ALLOWED[mark]:
        if mark == "data" and isinstance(value["data"], str):
            raise ValueError(f"unknown fields {sorted(set(value) - _ALLOWED[mark])} in a reference to data")
        return None
    return _READERS[mark](value)


def _read_from(value: Mapping[str, Any]) -> Reference | None:
    extra = set(value) - _ALLOWED["from"]
    if extra or not isinstance(value["from"], str):
        raise ValueError(f"not a reference to a step: {dict(value)!r} (a literal is written {{'value': …}})")
    name, row, column = value["from"], value.get("row"), value.get("column")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool)):
        raise ValueError(f"the row of {name!r} must be a number, not {row!r}")
    if column is not None and value.get("columns") is not None:
        raise ValueError(f"a reference to {name!r} names either a column or columns")
    return FromStep(name, column, row, _columns(value, name), _rows(value, name), _where(value, name))


def _read_data(value: Mapping[str, Any]) -> Reference | None:
    if not isinstance(value["data"], str):
        return None
    name = value["data"]
    return FromData(name, _columns(value, name), value.get("levels"), _rows(value, name), _where(value, name))


def _columns(value: Mapping[str, Any], of: str) -> tuple[str, ...] | None:
    columns = value.get("columns")
    if columns is not None and not (isinstance(columns, list | tuple) and all(isinstance(name, str) for name in columns)):
        raise ValueError(f"columns of {of!r} must be a list of names, not {columns!r}")
    return None if columns is None else tuple(columns)


def _rows(value: Mapping[str, Any], of: str) -> int | None:
    rows = value.get("rows")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool) or rows == 0):
        raise ValueError(f"rows of {of!r} must be a number of rows (3: the first three, -3: the last three), not {rows!r}")
    return rows


def _where(value: Mapping[str, Any], of: str) -> tuple[Mapping[str, Any], ...]:
    """Conditions as recipes take them; what their ops and values mean is not known here."""
    where = value.get("where")
    conditions = () if where is None else (where,) if isinstance(where, Mapping) else where
    good = isinstance(conditions, list | tuple) and all(isinstance(one, Mapping) and isinstance(one.get("column"), str) and "op" in one for one in conditions)
    if not good or (where is not None and not conditions):
        raise ValueError(f'where of {of!r} must be a list of conditions such as {{"column": "age", "op": ">", "value": 60}}, not {where!r}')
    return tuple(conditions)


def _read_template(value: Mapping[str, Any]) -> Reference | None:
    holes = value.get("values", {})
    if not isinstance(value["template"], str) or not isinstance(holes, Mapping):
        raise ValueError('a template is {"template": text, "values": {hole: value}}')
    return Template(value["template"], holes)


def _read_row(value: Mapping[str, Any]) -> Reference | None:
    if value["row"] is not True and not isinstance(value["row"], str):
        raise ValueError(f"a row is {{'row': column}} or {{'row': true}}, not {value['row']!r}")
    return FromRow(value["row"])


def _read_literal(value: Mapping[str, Any]) -> Reference | None:
    return Literal(value["value"])


_READERS: dict[str, Callable[[Mapping[str, Any]], Reference | None]] = {
    "from": _read_from,
    "data": _read_data,
    "template": _read_template,
    "row": _read_row,
    "value": _read_literal,
}


def find_references(value: Any) -> Iterator[Reference]:
    """Every reference in a piece of plan data, holes of templates included."""
    if value is None or isinstance(value, str):
        return
    reference = read_reference(value)
    if isinstance(reference, Template):
        yield from find_references(reference.values)
    elif isinstance(reference, Literal):
        return
    elif reference is not None:
        yield reference
        if isinstance(reference, FromStep | FromData):
            yield from find_references(reference.where)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from find_references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from find_references(item)


def params_references(params: Mapping[str, Any]) -> Iterator[Reference]:
    """Every reference in the params of a step."""
    for name, item in params.items():
        named = name in NAMED and isinstance(item, Mapping)
        for part in item.values() if named else (item,):
            yield from find_references(part)


Resolve = Callable[[Reference], Any]
"""Gives the value that a reference names."""


def params_filler(params: Mapping[str, Any]) -> Callable[[Resolve], dict[str, Any]]:
    """The params of a step, as `filler` fills plan data."""
    named = {name for name, item in params.items() if name in NAMED and isinstance(item, Mapping)}
    fillers = {name: _filler_of_all(item) if name in named else filler(item) for name, item in params.items()}
    return lambda resolve: {name: filled(resolve) for name, filled in fillers.items()}


def filler(value: Any) -> Callable[[Resolve], Any]:
    """The plan data with every reference replaced by what is given for it; templates become text. Read once, to be filled many times."""
    if value is None or isinstance(value, str):
        return lambda resolve: value
    reference = read_reference(value)
    if isinstance(reference, Literal):
        return lambda resolve: reference.value
    if isinstance(reference, Template):
        holes = _filler_of_all(reference.values)
        return lambda resolve: _fill_text(reference.text, holes(resolve))
    if isinstance(reference, FromStep | FromData) and reference.where:
        where = [filler(one) for one in reference.where]
        return lambda resolve: resolve(dataclasses.replace(reference, where=tuple(filled(resolve) for filled in where)))
    if reference is not None:
        return lambda resolve: resolve(reference)
    if isinstance(value, Mapping):
        return _filler_of_all(value)
    if isinstance(value, list | tuple):
        items = [filler(item) for item in value]
        return lambda resolve: [filled(resolve) for filled in items]
    return lambda resolve: value


def _filler_of_all(value: Mapping[str, Any]) -> Callable[[Resolve], dict[str, Any]]:
    items = {name: filler(item) for name, item in value.items()}
    return lambda resolve: {name: filled(resolve) for name, filled in items.items()}


def _fill_text(text: str, values: Mapping[str, Any]) -> str:
    """One pass, names only: what is put in is never read again."""
    return _HOLE.sub(lambda hole: str(values[hole[1]]) if hole[1] in values else hole[0], text)
