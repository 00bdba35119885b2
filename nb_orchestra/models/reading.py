"""Text that a model wrote → data. The one place where model text is parsed, for plans and for every structured answer.

In order: strict JSON; the same with thoughts, fences, tags and prose around it taken off; Python literals (44 % of real
outputs are single-quoted, and `ast.literal_eval` reads those exactly); only then the repair library, and a repaired
answer is marked so. That library reads 96 % of what is left but silently corrupts 4 %, mostly by making keys out of
"text, Key: value" inside a string: so nothing it gives is believed unless every key and number stands in the text as a key and a number, and
no letter was lost (models/guarding). Text that ends too early is an error and never completed: nobody knows what would have followed.
"""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.guarding import faithful
from nb_orchestra.models.spans import Span, spans

LONGEST_TEXT = 4_000_000
DEEPEST = 100
_THOUGHTS = re.compile(r"<(think|thinking|reasoning|thought|analysis)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_LOST_OPENING = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```+[ \t]*[\w+-]*[ \t]*\r?\n(.*?)^[ \t]*```+[ \t]*$", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"<(json|answer|output|result|plan|response|tool_call|function_call)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_AGAIN = "answer again with one JSON value and nothing around it"


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` is JSON data. `how` it was read: strict, unwrapped, python or repaired; a repaired one is to be told to the person."""

    value: Any
    how: str

    @property
    def repaired(self) -> bool:
        return self.how == "repaired"


class _Unread(Exception):
    """This way of reading does not apply to this text; another may."""


def read(text: str, wanted: tuple[type, ...] = (dict, list)) -> Reading:
    """The one value of a `wanted` type (dict, list, str, int, float, bool) that the text holds.

    BadAnswerError: empty, cut off, several different values, a key twice, another type, or not readable without guessing.
    """
    text = text.strip("\ufeff \t\r\n")
    if not text:
        raise BadAnswerError("the answer is empty", hint=_AGAIN)
    if len(text) > LONGEST_TEXT:
        raise BadAnswerError(f"the answer has {len(text):,} characters, more than {LONGEST_TEXT:,}", hint=_AGAIN)
    whole = _try(_strict, text)
    if whole is not None:
        return Reading(_of_type(_opened(whole.value, wanted), wanted), "strict")
    return _read_wrapped(text, wanted)


def _read_wrapped(text: str, wanted: tuple[type, ...]) -> Reading:
    bare = _LOST_OPENING.sub("", _THOUGHTS.sub("", text)).strip()
    for how, parse in (("unwrapped", _strict), ("python", _python)):
        for candidates in _candidates(bare, wanted):
            found = [reading.value for candidate in candidates if (reading := _try(parse, candidate)) is not None]
            right = [value for value in found if isinstance(value, wanted) and not (isinstance(value, bool) and bool not in wanted)]
            if right:
                return Reading(_only(right), how)
    return _read_damaged(bare, wanted)


def _candidates(text: str, wanted: tuple[type, ...]) -> Iterator[list[str]]:
    """Pieces that may be the whole value, from the surest sort to the least sure."""
    yield [text]
    fenced = _FENCE.findall(text)
    yield fenced
    yield [inner for _, inner in _TAG.findall(text)]
    if dict in wanted or list in wanted:
        yield [span.text for span in _outer(text, wanted) if span.closed]


def _outer(text: str, wanted: tuple[type, ...]) -> list[Span]:
    """Bracketed pieces that could be a wanted value: `[1]` in prose is no object."""
    return [span for span in spans(text) if (dict if span.text[0] == "{" else list) in wanted]


def _read_damaged(text: str, wanted: tuple[type, ...]) -> Reading:
    pieces = [inner for inner in (*_FENCE.findall(text), *(inner for _, inner in _TAG.findall(text))) if inner.strip()[:1] in ("{", "[")]
    candidates = _outer(pieces[0] if len(pieces) == 1 else text, wanted)
    if not candidates:
        raise BadAnswerError(f"the answer holds no {_words(wanted)}: {_start(text)}", hint=_AGAIN)
    if any(not span.closed for span in candidates):
        raise BadAnswerError("the answer is cut off: what it opens it never closes", hint="ask for less at once, or allow more tokens")
    repaired = [value for span in candidates if isinstance(value := _repair(span.text), wanted) and faithful(value, span.text)]
    if not repaired:
        raise BadAnswerError(f"the answer cannot be read without guessing: {_start(text)}", hint=_AGAIN)
    return Reading(_only(repaired), "repaired")


def _try(parse: Callable[[str], Any], text: str) -> Reading | None:
    try:
        return Reading(parse(text), "")
    except (_Unread, ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _no_constant(word: str) -> NoReturn:
    raise _Unread(word)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadAnswerError(f"the answer has the key {twice!r} twice in one object", hint=_AGAIN)
    return data


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_pairs)
_FREE_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_pairs)


def _strict(text: str) -> Any:
    """JSON and nothing but JSON: no NaN; a key that stands twice is an error and not the last one's value."""
    return _shallow(_DECODER.decode(text))


def _shallow(value: Any) -> Any:
    """The value itself. What is nested too deep is not read, however much this Python's own decoder bears."""
    level, depth = [value], 0
    while level := [child for one in level if isinstance(one, dict | list) for child in (one.values() if isinstance(one, dict) else one)]:
        depth += 1
        if depth > DEEPEST:
            raise _Unread("too deep")
    return value


def _python(text: str) -> Any:
    """A Python literal, or JSON with Python's liberties: single quotes, trailing commas, NaN, raw line ends in strings. Runs nothing."""
    text = text.strip()
    try:
        return _shallow(_FREE_DECODER.decode(text))
    except ValueError:
        pass
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" inside a model's string is the model's business
        tree = ast.parse(text, mode="eval")
    return _plain(tree.body, 0)


_NAMES = {"true": True, "false": False, "null": None, "NaN": math.nan, "nan": math.nan, "Infinity": math.inf}


def _plain(node: ast.expr, depth: int) -> Any:
    """`ast.literal_eval` for what JSON can hold, plus JSON's own words; sets, bytes and calls are not data."""
    if depth > DEEPEST:
        raise _Unread("too deep")
    match node:
        case ast.Constant(value=str() | int() | float() | bool() | None as value):
            return value
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if not isinstance(value, bool):
            return -value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_plain(item, depth + 1) for item in items]
        case ast.Dict(keys=keys, values=items):
            return _pairs([(_key(key), _plain(item, depth + 1)) for key, item in zip(keys, items, strict=True)])
    raise _Unread(type(node).__name__)


def _key(node: ast.expr | None) -> str:
    value = None if node is None else _plain(node, 0)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _Unread("key")


def _repair(text: str) -> Any:
    """What the repair library makes of it, None where that is not installed or fails."""
    try:
        import json_repair
    except ImportError:
        return None
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, TypeError, IndexError):
        return None


def _opened(value: Any, wanted: tuple[type, ...]) -> Any:
    """JSON inside a JSON string, as some write tool arguments, opened once."""
    if isinstance(value, str) and str not in wanted:
        inner = _try(_strict, value)
        return value if inner is None else inner.value
    return value


def _of_type(value: Any, wanted: tuple[type, ...]) -> Any:
    if isinstance(value, wanted) and not (isinstance(value, bool) and bool not in wanted):
        return value
    raise BadAnswerError(f"the answer is {_words((type(value),))}, not {_words(wanted)}", hint=_AGAIN)


def _only(values: list[Any]) -> Any:
    if any(value != values[0] for value in values[1:]):
        raise BadAnswerError(f"the answer holds {len(values)} different values, and nothing says which is meant", hint=_AGAIN)
    return values[0]


_TYPE_WORDS = {dict: "object", list: "list", str: "text", bool: "true or false", int: "number", float: "number", type(None): "null"}


def _words(types: tuple[type, ...]) -> str:
    return " or ".join(dict.fromkeys(_TYPE_WORDS[kind] for kind in types))


def _start(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "…")
