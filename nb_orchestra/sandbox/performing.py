"""Runs a piece of code over values and gathers what became of it. The same for the fenced-in process and for *here*.

The code's value is the variable that it was told to set; where that is missing and a figure was drawn, the figure.
"""

from __future__ import annotations

import builtins
import io
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NAME = "<step>"
MESSAGE = 2_000


@dataclass(frozen=True, slots=True)
class Raised:
    """An error of the code: its class name, its text, and the code's own lines that it passed through."""

    error: str
    message: str
    trace: str


class Printed(io.TextIOBase):
    """Passes the first characters that are printed on, and counts the rest."""

    def __init__(self, most: int, keep: Callable[[str], object]) -> None:
        self._left, self._keep, self._lost = most, keep, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        kept = text[: self._left]
        if kept:
            self._keep(kept)
        self._left -= len(kept)
        self._lost += len(text) - len(kept)
        return len(text)

    def say_lost(self) -> None:
        """Adds how much was left out, at the end."""
        if self._lost:
            self._keep(f"\n… {self._lost:,} characters more")


def perform(code: str, values: Mapping[str, Any], output: str, importer: Callable[..., Any], printer: Callable[..., None], space: dict[str, Any]) -> Any:
    """The value of `output` after the code ran in the namespace `space`, or a Raised. Never raises, KeyboardInterrupt apart.

    The code's `__name__` is "__main__", since models like to end with `if __name__ == "__main__":`.
    """
    _seed()
    names = dict(vars(builtins), __import__=importer, print=printer)
    space.update({**_usual(), **values, "__name__": "__main__", "__builtins__": names})
    try:
        exec(compile(code, NAME, "exec", dont_inherit=True), space)
        return _value(space, output)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return raised(error, code)


def raised(error: BaseException, code: str) -> Raised:
    """An error as data. The person's code is in it, the libraries' lines are not."""
    lines = code.splitlines()
    try:
        message = str(error)
    except BaseException:  # __str__ may be the code's own
        message = ""
    return Raised(type(error).__name__[:100], message[:MESSAGE], "\n".join(_places(error, lines)))


def _places(error: BaseException, lines: list[str]) -> list[str]:
    if isinstance(error, SyntaxError) and error.filename == NAME:
        return [f"line {error.lineno}: {(error.text or '').strip()[:200]}"]
    numbers = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == NAME]
    shown = numbers if len(numbers) <= 8 else [*numbers[:4], *numbers[-4:]]  # an endless recursion passes the same line a thousand times
    return [f"line {number}: {lines[number - 1].strip()[:200] if number <= len(lines) else ''}" for number in shown]


def _usual() -> dict[str, Any]:
    import numpy
    import pandas

    return {"pd": pandas, "np": numpy}


def _seed() -> None:
    """The same code over the same inputs gives the same value, also where it draws random numbers without a seed."""
    import numpy

    random.seed(0)
    numpy.random.seed(0)


def _value(space: dict[str, Any], output: str) -> Any:
    if output in space:
        return space[output]
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and pyplot.get_fignums():
        return pyplot.gcf()
    raise NameError(f"the code sets no variable {output!r}")
