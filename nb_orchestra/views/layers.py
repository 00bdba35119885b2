"""How deep each step of a plan stands."""

from __future__ import annotations

from collections.abc import Mapping

from nb_orchestra.core.progress import Row


def depth_of_rows(rows: Mapping[str, Row]) -> dict[str, int]:
    """How many steps must come before each one, counted along its longest chain of needs (0: it could start at once)."""
    depths: dict[str, int] = {}
    for first in rows:
        waiting = [first]
        while waiting:
            needs = [need for need in rows[waiting[-1]].needs if need in rows and need not in depths and need not in waiting]
            if needs:
                waiting += needs[:1]
                continue
            step = waiting.pop()
            depths[step] = max((depths[need] + 1 for need in rows[step].needs if need in depths), default=0)
    return depths
