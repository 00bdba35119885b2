"""A step's promised output ↔ what goes over the wire: the JSON schema to ask for, and the answer's text as a value of that form.

Every structured answer is one JSON object, because that is what providers can enforce: a table is {"rows": […]}, a number,
a list or a yes/no is {"answer": …}. A key that nobody asked for, one that is missing and a
value that is none of those allowed are errors: the model gets one turn to mend them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from nb_orchestra import values
from nb_orchestra.core.plan import Output
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.reading import Reading, read

TEXT_TYPES = ("any", "text", "figure")
MOST_TOLD = 3
REPAIRED = "the answer was not valid JSON and was repaired; its keys, numbers and words are those of the answer"
_JSON_TYPES = {"text": "string", "number": "number", "integer": "integer", "date": "string", "boolean": "boolean"}
_CELL_WORDS = {"text": "text", "number": "number", "integer": "whole number", "date": "YYYY-MM-DD", "boolean": "true or false", "any": "value"}


Shown = TypeVar("Shown")


def _last_kept(function: Callable[[Output], Shown]) -> Callable[[Output], Shown]:
    """Remembers the last promise's result: the rows of a `for_each` all have the same one, and often the steps of a plan."""
    last: tuple[Output, Shown] | None = None

    @functools.wraps(function)
    def found(output: Output) -> Shown:
        nonlocal last
        known = last
        if known is None or not (known[0] is output or _alike(known[0], output)):
            known = last = (output, function(output))
        return known[1]

    return found


def _alike(one: Output, other: Output) -> bool:
    """The same promise, its columns in the same order."""
    return one == other and list(one.columns or ()) == list(other.columns or ())


def is_text(output: Output) -> bool:
    """True where the answer is prose and is not parsed."""
    return output.type in TEXT_TYPES


@_last_kept
def schema_of(output: Output) -> tuple[Mapping[str, Any] | None, bool]:
    """The JSON schema to ask for (None: free text), and whether it is fully typed, as providers' strict modes need it."""
    if is_text(output):
        return None, False
    if output.type == "table":
        item, strict = _record(output.columns)
        return _object({"rows": {"type": "array", "items": item}}), strict
    if output.type == "record":
        return _record(output.columns)
    inner = {"number": {"type": "number"}, "boolean": {"type": "boolean"}, "list": {"type": "array"}}[output.type]
    return _object({"answer": inner}), output.type != "list"


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def _record(columns: Mapping[str, Any] | None) -> tuple[dict[str, Any], bool]:
    if not columns:
        return {"type": "object"}, False
    return _object({name: _cell(promise) for name, promise in columns.items()}), True


def _cell(promise: Any) -> dict[str, Any]:
    """One cell. Every one may be null: a model that must give a value invents one."""
    levels = values.levels_of(promise)
    kind = _JSON_TYPES.get(values.type_of(promise))
    if levels is not None and kind is not None:
        return {"type": [kind, "null"], "enum": [*levels, None]}
    bounded = {"description": values.promise_words(promise)} if isinstance(promise, Mapping) and kind else {}  # as limits, not every provider takes them
    return {"type": [kind, "null"], **bounded} if kind else {"type": ["string", "number", "boolean", "null"]}


@_last_kept
def shape_words(output: Output) -> str:
    """The form as an example line, for the prompt."""
    units = {name: f" in {unit}" for name, unit in (output.units or {}).items()}
    cells = [f"{json.dumps(name, ensure_ascii=False)}: {_cell_words(promise)}{units.get(name, '')}" for name, promise in (output.columns or {}).items()]
    record = "{" + ", ".join(cells) + "}"
    shapes = {
        "table": f'{{"rows": [{record if output.columns else "{…one object per row, all with the same keys…}"}, …]}}',
        "record": record if output.columns else "{…}",
        "number": '{"answer": number}',
        "boolean": '{"answer": true or false}',
        "list": '{"answer": [item, …]}',
    }
    return shapes[output.type]


def _cell_words(promise: Any) -> str:
    if isinstance(promise, Mapping) and isinstance(promise.get("enum"), Sequence):
        return "one of " + json.dumps(list(promise["enum"]), ensure_ascii=False, default=str)
    return values.promise_words(promise, _CELL_WORDS) if isinstance(promise, Mapping) else _CELL_WORDS.get(promise, "value")


def value_of(text: str, output: Output) -> tuple[Any, tuple[str, ...]]:
    """The answer as a value: text, number, bool, list, dict or DataFrame; and warnings. BadAnswerError says what to mend."""
    if is_text(output):
        return text.strip(), ()
    reading = _read(text, output)
    value = _FORMED[output.type](_unwrapped(reading.value, output), output)
    if wrong := values.check(value, output):
        raise BadAnswerError("; ".join(wrong[:MOST_TOLD]), hint=f"answer as {shape_words(output)}; null where there is no value")
    return value, (REPAIRED,) if reading.repaired else ()


def told_as(value: Any, output: Output) -> str:
    """The value as a text that `value_of` reads back: what a recording keeps."""
    if is_text(output):
        return str(value)
    if output.type == "table":
        return '{"rows": ' + str(value.to_json(orient="records", date_format="iso", force_ascii=True, double_precision=15)) + "}"
    return json.dumps(value if output.type == "record" else {"answer": value}, default=str)


def _read(text: str, output: Output) -> Reading:
    wanted: tuple[type, ...] = {"table": (dict, list), "list": (dict, list), "number": (dict, int, float), "boolean": (dict, bool)}.get(output.type, (dict,))
    return read(text, wanted)


def _unwrapped(value: Any, output: Output) -> Any:
    """Without the wrapping object, which some leave out."""
    name = "rows" if output.type == "table" else "answer"
    if output.type != "record" and isinstance(value, dict):
        if set(value) == {name}:
            return value[name]
        raise BadAnswerError(f"the answer has the keys {_names(value)}, not only {name!r}", hint=f"answer as {shape_words(output)}")
    return value


def _names(keys: Any) -> str:
    return ", ".join(repr(str(key)[:60]) for key in list(keys)[:12]) or "none"


def _number(value: Any, output: Output) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise BadAnswerError("the answer is not a number", hint=f"answer as {shape_words(output)}")


def _boolean(value: Any, output: Output) -> Any:
    if isinstance(value, bool):
        return value
    raise BadAnswerError("the answer is not true or false", hint=f"answer as {shape_words(output)}")


def _list(value: Any, output: Output) -> Any:
    if isinstance(value, list):
        return value
    raise BadAnswerError("the answer is not a list", hint=f"answer as {shape_words(output)}")


def _record_value(value: Any, output: Output) -> Any:
    if output.columns:
        _check_keys(value, output, "the answer")
    return value


def _check_keys(row: Any, output: Output, where: str) -> None:
    columns = output.columns or {}
    if not isinstance(row, dict):
        raise BadAnswerError(f"{where} is no object", hint=f"answer as {shape_words(output)}")
    missing, extra = [name for name in columns if name not in row], [name for name in row if name not in columns]
    if missing or extra:
        told = "; ".join(f"{word} {_names(names)}" for word, names in (("lacks", missing), ("has besides", extra)) if names)
        raise BadAnswerError(f"{where} {told}", hint=f"answer as {shape_words(output)}; null where there is no value")


def _table(value: Any, output: Output) -> Any:
    """A DataFrame, columns in the promised order; whole numbers with gaps are Int64, dates are dates."""
    if not isinstance(value, list):
        raise BadAnswerError("the answer holds no list of rows", hint=f"answer as {shape_words(output)}")
    first = value[0] if value and isinstance(value[0], dict) else {}
    promised = output if output.columns else Output("table", dict.fromkeys(first, "any"))
    for at, row in enumerate(value, 1):
        _check_keys(row, promised, f"row {at}")
    import pandas

    columns = promised.columns or {}
    return pandas.DataFrame({name: _typed([row[name] for row in value], promise) for name, promise in columns.items()}, columns=list(columns))


def _typed(cells: list[Any], promise: Any) -> Any:
    """The column as its promised type, as it is where it is not that: the step's check says so."""
    import pandas

    kinds, promise = {type(cell) for cell in cells if cell is not None}, values.type_of(promise)
    if promise == "date" and kinds == {str}:
        try:
            return pandas.to_datetime(pandas.Series(cells), format="ISO8601")
        except (ValueError, TypeError):
            return pandas.Series(cells)
    if promise == "integer" and kinds == {int}:
        return pandas.Series(cells, dtype="Int64" if None in cells else "int64")
    return pandas.Series(cells, dtype=object if kinds & {list, dict} else None)


_FORMED = {"number": _number, "boolean": _boolean, "list": _list, "record": _record_value, "table": _table}
