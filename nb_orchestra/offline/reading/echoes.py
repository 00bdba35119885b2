"""Words that only echo the column beside them: "deaths per hundred people", "science marks"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.tables import Table

if TYPE_CHECKING:
    from nb_orchestra.offline.reading.tagging import Tag


def without_echoes(chosen: dict[int, tuple[int, Tag]], table: Table) -> dict[int, tuple[int, Tag]]:
    """ "… per hundred people": a weak find right behind another column, by a word of that column, is its echo."""
    kept: dict[int, tuple[int, Tag]] = {}
    last_start, last_end, last = -1, -1, None
    for start in sorted(chosen):
        end, made = chosen[start]
        beside = start == last_end and last is not None and last.kind == "column"
        echo = made.kind == "column" and made.how in ("part", "synonym") and beside
        if made.kind == "column" and made.how == "part" and end == start + 1 and _owner(chosen, start):
            continue
        noun = echo and last is not None and last.how in ("named", "words") and made.how == "synonym" and lemma(made.text) in _SCORES
        if noun and last is not None and table[last.value].kind == "number" and made.value != last.value:  # "science marks", beside a column `grade`
            kept[last_start] = (end, replace(last, end=made.end, text=f"{last.text} {made.text}"))
            last_end = end
            continue
        suffix = echo and last is not None and last.value.casefold().endswith(made.text.casefold())  # "domestic gross": domgross
        if not (echo and last is not None and (suffix or set(table[made.value].words) & set(table[last.value].words))):
            if beside and made.kind == "column" and last is not None and last.how == "part" and last_end - last_start == 1 and last_start in kept:
                del kept[last_start]
            kept[start] = (end, made)
        last_start, last_end, last = start, end, made
    return kept


_SCORES = frozenset({"score", "mark", "grade", "point", "result", "rating"})


def _owner(chosen: dict[int, tuple[int, Tag]], start: int) -> bool:
    """ "the duration of the trajectories": what stands behind "of" owns the column in front and is none itself."""
    before = [chosen[position][1] for position in sorted(chosen) if position < start][-3:]
    words = [tag.text.casefold() for tag in before if tag.kind != "column"]
    return len(before) == 3 and before[0].kind == "column" and words in (["of", "the"], ["of", "each"], ["of", "all"])
