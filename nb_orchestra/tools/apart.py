"""A pure tool in a process that can be killed: what goes there, what is answered, and what is made of the answer here.

There a call gives what it gives in a thread of the kernel, exactly: the same value (as the cache keeps values: exactly or not at all), the same
exception, its warnings. What cannot travel so is computed in a thread.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nb_orchestra import values
from nb_orchestra.core.elsewhere import Elsewhere, NotApartError
from nb_orchestra.core.outcome import Failure
from nb_orchestra.core.pieces import Pieces
from nb_orchestra.errors import ToolError
from nb_orchestra.values.functions import Packed, unpacked

ANSWER = f"{__name__}:answer"
ITS_OWN = ("nb_orchestra.values.encoding_tables", "nb_orchestra.values.content_tables", "threadpoolctl")
"""What every call needs, and would else import anew."""
LOADED_AHEAD = ("scipy", "sklearn")
"""Packages that the warm process imports before it forks, where a tool uses them; others are imported in each fork, for they may start threads."""
KEPT = ("HOME", "PATH", "LANG", "LC_ALL", "TZ", "USER")
"""What of the kernel's environment a tool finds there. Not its keys."""


def call_of(name: str, function: Packed, arguments: Mapping[str, Any], stays: Callable[[NotApartError], object]) -> Elsewhere:
    """A tool's call for another process."""
    load = (__name__, *ITS_OWN, *sorted(module for module in function.modules if module.partition(".")[0] in LOADED_AHEAD))
    return Elsewhere(name, ANSWER, lambda: {"call": _given(function, arguments)}, load, lambda answered: _taken(name, answered), stays)


def answer(call: Any) -> Any:
    """What the other process calls: from the bytes of a call to the bytes of what became of it."""
    given = values.decode(memoryview(call))
    _settle(given)
    function = unpacked(given["functions"], given["sources"], given["values"])
    for frame, notes in zip(_tables([given["arguments"], given["values"]]), given["notes"], strict=True):
        frame.attrs = notes
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        try:
            told = {"value": function(**given["arguments"])}
            told["notes"] = [frame.attrs for frame in _tables(told["value"])]
        except BaseException as error:  # SystemExit too: in a thread of the kernel it ends no more than the call
            told = _error(error)
    told["warned"] = [_warning(each) for each in warned]
    try:
        return _bytes(told)
    except values.NotKeepableError as error:
        raise TypeError(f"what it gives cannot travel: {error}") from None


def _given(function: Packed, arguments: Mapping[str, Any]) -> Any:
    """The bytes of a call. NotApartError, naming what it is, where a part cannot travel."""
    reached = [value for _, value in function.values]
    place = {"cwd": os.getcwd(), "path": [path for path in sys.path if path], "environment": {name: os.environ[name] for name in KEPT if name in os.environ}}
    call = {**place, "functions": function.functions, "sources": function.sources, "values": reached, "arguments": dict(arguments)}
    try:
        return _bytes(call | {"notes": [frame.attrs for frame in _tables([call["arguments"], reached])]})
    except values.NotKeepableError:
        parts = [*((f"its argument {name}", value) for name, value in arguments.items()), *function.values]
        odd = next((f"{said} is a {type(value).__qualname__}, which" for said, value in parts if not _travels(value)), "the call")
        raise NotApartError(f"{odd} cannot travel") from None


def _travels(value: Any) -> bool:
    try:
        values.encode(value)
    except values.NotKeepableError:
        return False
    return True


def _bytes(value: Any) -> Any:
    """An encoded value as one array; its pieces are copied once."""
    kept = values.encode(value)
    memory, at = np.empty(len(kept), np.uint8), 0
    for part in kept.parts if isinstance(kept, Pieces) else (kept,):
        memory[at : at + len(part)] = np.frombuffer(part, np.uint8)
        at += len(part)
    return memory


def _tables(value: Any) -> Iterator[Any]:
    """The tables and series in a value, in order: their notes (`attrs`) are no part of what is encoded."""
    if isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _tables(item)
    elif isinstance(getattr(value, "attrs", None), dict):
        yield value


def _settle(given: Mapping[str, Any]) -> None:
    """The kernel's folder, packages and home; random numbers that are not those of every other fork."""
    os.environ.update(given["environment"])
    os.chdir(given["cwd"])
    sys.path += [path for path in given["path"] if path not in sys.path]
    random.seed()
    np.random.seed()


def _error(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    places = [[frame.filename, frame.lineno, frame.name] for frame in traceback.extract_tb(error.__traceback__, -50) if frame.filename != __file__]
    state = [_made_of(error), error.args, vars(error)]
    kinds = [[each.__module__, each.__qualname__] for each in kind.__mro__ if issubclass(each, BaseException)]
    return {"kinds": kinds, "text": _text(error), "state": state if _travels(state) else [(), (), {}], "places": places}


def _made_of(error: BaseException) -> tuple[Any, ...]:
    """The arguments of an exception of Python's own, as copying asks for them: an OSError has more than it says."""
    return tuple(error.__reduce__()[1]) if type(error).__module__ == "builtins" else error.args


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # its __str__ may be the person's own
        return ""


def _warning(warned: warnings.WarningMessage) -> list[Any]:
    return [str(warned.message), warned.category.__module__, warned.category.__qualname__, warned.filename, warned.lineno]


_shown: dict[Any, Any] = {}


def _taken(name: str, answered: Any) -> Any:
    """In the kernel: the call's value, or its exception, after its warnings."""
    if isinstance(answered, Failure):
        message = answered.message.replace("the code's process", "its process").replace("the code", "it")
        raise ToolError(f"tool {name!r}: {message}", hint="the kernel is as it was; look into the tool, or give it fewer rows")
    told = values.decode(memoryview(answered))
    for text, module, kind, file, line in told["warned"]:
        warnings.warn_explicit(text, _class(module, kind, Warning) or UserWarning, file, line, registry=_shown)
    if "kinds" in told:
        raise _rebuilt(told)
    for frame, notes in zip(_tables(told["value"]), told["notes"], strict=True):
        frame.attrs = notes
    return told["value"]


class _ThereError(Exception):
    """Where in the other process an exception was raised: the cause of the one that is raised here."""

    def __str__(self) -> str:
        return "\n" + str(self.args[0])


def _rebuilt(told: Mapping[str, Any]) -> BaseException:
    """The exception, of its own class where this kernel has that, with its own lines as the cause."""
    text, (module, name) = told["text"], told["kinds"][0]
    known = next(found for place in told["kinds"] if (found := _class(place[0], place[1], BaseException)))
    error = _remade(known, *told["state"])
    if error is None or _text(error) != text or known.__qualname__ != name:
        base = known if issubclass(known, Exception) else Exception
        error = _remade(type(name.rpartition(".")[2], (base,), {"__module__": module, "__str__": lambda _: text}), (text,), (text,), {}) or RuntimeError(text)
    lines = traceback.StackSummary.from_list([(*place, None) for place in told["places"]]).format()
    error.__cause__ = _ThereError("".join(["in a process of its own:\n", *lines]))
    return error


def _remade(kind: type[BaseException], made_of: tuple[Any, ...], arguments: tuple[Any, ...], state: Mapping[str, Any]) -> BaseException | None:
    """One of Python's own is made anew; any other without its `__init__`, which may want other arguments."""
    try:
        error = kind(*made_of) if kind.__module__ == "builtins" else kind.__new__(kind, *made_of)
        error.args = arguments
        error.__dict__.update(state)
    except Exception:
        return None
    return error


def _class(module: str, name: str, base: type) -> Any:
    """A class of that name that is loaded here, None where there is none."""
    place: Any = sys.modules.get(module)
    for part in name.split("."):
        place = getattr(place, part, None)
    return place if isinstance(place, type) and issubclass(place, base) else None
