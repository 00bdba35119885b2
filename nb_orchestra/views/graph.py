"""The picture of a plan: where each step stands, which needs lead to it, and the longest chain through them.

Steps stand in columns by how many must come before them (a layered drawing, Sugiyama 1981, with one sweep of barycentres), so that what stands
below one another may run at once. A line that passes a column has a place of its own in it. Python places; tree.js and the static HTML draw.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from nb_orchestra.core.progress import Row
from nb_orchestra.views import words
from nb_orchestra.views.layers import depth_of_rows

MOST_NODES = 200
MOST_NODES_SAVED = 40
"""A larger picture is drawn live, but not kept in the notebook."""
WIDE, HIGH = 164, 22
"""A step's box in px."""
APART, BELOW = 36, 8
"""Room between columns, and between boxes of a column, in px."""
LONGEST_NAME = 20

_Slot = tuple[str, int]
"""A step and a column: its own column for its box, a later one for the line that leaves it and passes there."""
_Layered = tuple[tuple[str, tuple[str, ...], int], ...]
"""(step id, what it needs, its column) of each step, in plan order."""


@dataclass(frozen=True, slots=True)
class Graph:
    """`places`: step id → (x, y) of its box's upper left corner in px. `lines`: (need, step, SVG path)."""

    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lines: tuple[tuple[str, str, str], ...] = ()


def graph_of(rows: Mapping[str, Row], most: int = MOST_NODES) -> Graph:
    """The picture; an empty one where it says nothing (no step needs another) or would be too large."""
    if len(rows) > most or not any(row.needs for row in rows.values()):
        return Graph()
    depths = depth_of_rows(rows)
    return _drawn(tuple((row.id, tuple(need for need in row.needs if need in rows), depths[row.id]) for row in rows.values()))


@functools.lru_cache(maxsize=16)
def _drawn(layered: _Layered) -> Graph:
    column_of = {step: column for step, _, column in layered}
    ways = {(need, step): _way(need, step, column_of) for step, needs, _ in layered for need in needs}
    columns: dict[int, dict[_Slot, list[_Slot]]] = {}
    for step, _, column in layered:
        columns.setdefault(column, {})[step, column] = []
    for way in ways.values():
        for before, slot in itertools.pairwise(way):
            columns[slot[1]].setdefault(slot, []).append(before)
    height: dict[_Slot, int] = {}
    for column in sorted(columns):
        heights = {slot: [height[one] for one in before] for slot, before in columns[column].items()}
        order = {slot: index for index, slot in enumerate(columns[column])}
        middles = {slot: sum(each) / len(each) if each else float(order[slot]) for slot, each in heights.items()}
        height |= {slot: index for index, slot in enumerate(sorted(order, key=lambda slot, at=middles, order=order: (at[slot], order[slot])))}  # type: ignore[misc]
    places = {step: _corner((step, column), height) for step, _, column in layered}
    return Graph(places, tuple((need, step, _path(way, height)) for (need, step), way in ways.items()))


def _way(need: str, step: str, column_of: Mapping[str, int]) -> list[_Slot]:
    """The slots that a line goes through, its ends included."""
    return [*((need, column) for column in range(column_of[need], column_of[step])), (step, column_of[step])]


def _corner(slot: _Slot, height: Mapping[_Slot, int]) -> tuple[int, int]:
    return slot[1] * (WIDE + APART), height[slot] * (HIGH + BELOW)


def _path(way: list[_Slot], height: Mapping[_Slot, int]) -> str:
    """From the right edge of the first box, straight through the columns between, to the left edge of the last box."""
    corners = [_corner(slot, height) for slot in way]
    parts = [f"M{corners[0][0] + WIDE} {corners[0][1] + HIGH // 2}"]
    for (_, level), (x, to_level) in itertools.pairwise(corners):
        left, start, end = x - APART, level + HIGH // 2, to_level + HIGH // 2
        parts.append(f"C{left + APART // 2} {start} {left + APART // 2} {end} {x} {end}")
        parts.append(f"H{x + WIDE}")
    return "".join(parts[:-1])


def critical_path(rows: Mapping[str, Row]) -> list[str]:
    """The chain of needs that took longest, first step first: only a shorter one makes the run shorter. Steps that are not done yet count by their number.

    [] where no step needs another, or the plan is too large for a picture.
    """
    if len(rows) > MOST_NODES:
        return []
    depths = depth_of_rows(rows)
    longest: dict[str, tuple[float, int]] = {}
    before: dict[str, str] = {}
    for step in sorted(rows, key=lambda step: depths[step]):
        last = max((need for need in rows[step].needs if need in longest), key=lambda need: longest[need], default="")
        seconds, count = longest.get(last, (0.0, 0))
        longest[step] = (seconds + rows[step].seconds, count + 1)
        if last:
            before[step] = last
    chain = [max(longest, key=lambda step: longest[step])] if before else []
    while chain and chain[-1] in before:
        chain.append(before[chain[-1]])
    return chain[::-1] if len(chain) > 1 else []


def graph_html(rows: Mapping[str, Row], colours: Mapping[str, str]) -> str:
    """The picture as inline SVG; "" where there is none. A host that strips it (an untrusted notebook) leaves the list below, which says the same."""
    graph = graph_of(rows, MOST_NODES_SAVED)
    if not graph.places:
        return ""
    chain = critical_path(rows)
    wide, high = (max(place[axis] for place in graph.places.values()) + (WIDE, HIGH)[axis] + 2 for axis in (0, 1))
    lines = [f'<path d="{path}" style="{_stroke(need, step, chain)}"/>' for need, step, path in graph.lines]
    boxes = [_box(rows[step], place, colours.get(rows[step].state, "currentColor")) for step, place in graph.places.items()]
    title = f"<title>longest chain: {escape(' → '.join(words.one_line(rows[step].name, 60) for step in chain))}</title>"
    drawn = f'<svg role="img" width="{wide}" height="{high}" viewBox="-1 -1 {wide} {high}">{title}{"".join([*lines, *boxes])}</svg>'
    return f'<div style="overflow:auto;max-height:260px;margin:6px 0">{drawn}</div>'


def _stroke(need: str, step: str, chain: list[str]) -> str:
    critical = (need, step) in itertools.pairwise(chain)
    return f"fill:none;stroke:currentColor;stroke-opacity:{0.75 if critical else 0.25};stroke-width:{2 if critical else 1}"


def _box(row: Row, place: tuple[int, int], colour: str) -> str:
    x, y = place
    name = escape(words.cut(words.one_line(row.name, 60), LONGEST_NAME))
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4" style="fill:none;stroke:{colour};stroke-opacity:.7"/>'
        f'<text x="{x + 8}" y="{y + 15}" style="font-size:11px;fill:currentColor"><tspan style="fill:{colour}">{words.GLYPHS[row.state]}</tspan>'
        f"<tspan> {name}</tspan></text>"
    )
