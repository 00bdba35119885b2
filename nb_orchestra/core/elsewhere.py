"""A call that can be made in another process: by name, with its arguments, and with what is made of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A pure call by name, for a process that can be killed. `name`: as people know it; `function`: "module:name" of this package; `arguments`: makes
    them, in any thread; `load`: modules that it needs; `back`: makes of what comes back what the call gives here, or raises what it raises; `stays`:
    is told why the call was made here after all.
    """

    name: str
    function: str
    arguments: Callable[[], Mapping[str, Any]]
    load: tuple[str, ...]
    back: Callable[[Any], Any]
    stays: Callable[[NotApartError], object] = lambda why: None


class NotApartError(Exception):
    """Such a call did not happen in another process, and may be made here. `lasting`: nor would the next one."""

    def __init__(self, why: str, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting
