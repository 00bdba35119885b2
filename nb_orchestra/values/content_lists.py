"""Long lists of one type as memory, a hundred times faster than item by item."""

from __future__ import annotations

import marshal
import math
import operator
import struct
from collections.abc import Sequence
from typing import Any

LARGEST = 1 << 63


def of_one_type(value: Sequence[Any]) -> tuple[str, bytes] | None:
    """A name and the memory of a list of numbers or texts (not empty); None where it is another, has a gap or a huge number."""
    if type(value[0]) is float:
        return _of_floats(value)
    kinds = set(map(type, value))
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is int and min(value) >= -LARGEST and max(value) < LARGEST:
        return "int", struct.pack(f"<{len(value)}q", *value)
    if kind is str:
        return "text", struct.pack(f"<{len(value)}Q", *map(len, value)) + "".join(value).encode("utf-8", "surrogatepass")
    return None


def _of_floats(value: Any) -> tuple[str, bytes] | None:
    """marshal's second format gives each float as "g" and 8 bytes, and any other type another tag: type and memory at a third of the price of both apart.

    The sum of floats of which one is NaN is NaN.
    """
    memory = marshal.dumps(value, 2)[5:]
    if memory[::9] != b"g" * len(value) or (math.isnan(sum(value)) and any(map(operator.ne, value, value))):
        return None
    return "floats", memory
