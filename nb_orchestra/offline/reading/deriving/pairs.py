"""Columns measured twice, before and after: "the drop in blood pressure", "does pain go down more with the drug", "pressure before and after"."""

from __future__ import annotations

from nb_orchestra.offline.reading.deriving.combining import declare, without_formula
from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_EARLIER = vocabulary("before pre baseline initial start first old pretest")
_LATER = vocabulary("after post followup final end last new posttest")
_FALLING = vocabulary("drop dropped reduction reduce reduced decrease decreased decreasing fall fell fallen decline declined loss lower lowered")
_RISING = vocabulary("increase increased gain gained rise rose risen grow grew")
_CHANGING = _FALLING | _RISING | vocabulary("change changed difference improve improved improvement")


def twins(table: Table) -> list[tuple[str, str]]:
    """The pairs of numeric columns whose names differ only in a word for before and one for after."""
    numeric = table.of_kind("number")
    words = {column.name: _apart(column.words) for column in numeric}
    stems = {(column.name, side): words[column.name] - sided for column in numeric for side, sided in (("first", _EARLIER), ("last", _LATER))}
    firsts = [column.name for column in numeric if _EARLIER & words[column.name] and stems[column.name, "first"]]
    lasts = [column.name for column in numeric if _LATER & words[column.name]]
    return [(first, last) for first in firsts for last in lasts if stems[first, "first"] == stems[last, "last"]]


def _apart(words: tuple[str, ...]) -> frozenset[str]:
    """ "Prewt" as "pre" and "wt", "postscore" as "post" and "score"."""
    return frozenset(part for word in words for part in (_prefix(word), word.removeprefix(_prefix(word))) if part)


def _prefix(word: str) -> str:
    side = next((side for side in ("post", "pre") if word.startswith(side)), "")
    return side if side and len(word) - len(side) >= 2 and word not in _EARLIER | _LATER else ""


def changes(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The later minus the earlier column (the earlier minus the later one, where it is said to fall), as one made column where its stem is named."""
    pairs = twins(memory.table)
    verbs = [(n, length, kind) for n in range(len(tags)) for length, kind in [_change_at(tags, n)] if kind] if pairs else []
    for position, tag in enumerate(tags):
        pair = _pair_of(tag, tags, position, pairs, memory)
        near = [item for item in verbs if -5 <= item[0] - position <= 4 and item[0] != position]
        if pair is None or not near:
            continue
        at, length, kind = min(near, key=lambda item: abs(item[0] - position))
        ends = [{"column": name} for name in (pair if kind == "fall" else pair[::-1])]
        word = lemma(tags[at].text.split()[0]) if kind == "fall" and lemma(tags[at].text.split()[0]) in _FALLING else "change" if kind != "fall" else "fall"
        stem = "_".join(piece for piece in memory.table[pair[1]].words if piece not in _LATER)
        name = declare(memory, f"{word}_{stem}", {"op": "-", "args": ends}, f"{word} → {ends[0]['column']} − {ends[1]['column']}")
        memory.known |= {item.text.casefold() for item in tags[at : at + length]}
        made = Tag("column", tag.start, tag.end, name, value=name, how="named")
        kept = [made if n == position else item for n, item in enumerate(tags) if n == position or not at <= n < at + length]
        return _with_mean(tuple(without_formula(kept, kept.index(made))), kept.index(made))
    return tags


def _pair_of(tag: Tag, tags: tuple[Tag, ...], position: int, pairs: list[tuple[str, str]], memory: Memory) -> tuple[str, str] | None:
    """The pair that a word means which could be either column; not where one of the two is named in full."""
    if tag.kind != "column" or tag.how == "named":
        return None
    named = {str(tag.value), *tag.rivals}
    side = {lemma(item.text) for item in tags[position + 1 : position + 2]} & (_EARLIER | _LATER)
    return next((pair for pair in pairs if set(pair) <= named and not side), None)


def _change_at(tags: tuple[Tag, ...], n: int) -> tuple[int, str]:
    """How many tags a word of change takes, and fall, rise or change; (0, "") where there is none."""
    word = lemma(tags[n].text.split()[0])
    behind = tags[n + 1].text.casefold() if n + 1 < len(tags) else ""
    if word in ("go", "went", "goes", "come", "came") and behind in ("down", "up"):
        return 2, "fall" if behind == "down" else "rise"
    if tags[n].kind == "column" or tags[n].text.casefold() in ("go down", "goes down", "went down", "go up", "went up"):
        return (1, "fall" if "down" in tags[n].text.casefold() else "rise") if tags[n].kind != "column" else (0, "")
    return (1, "fall" if word in _FALLING else "rise" if word in _RISING else "change") if word in _CHANGING else (0, "")


def _with_mean(tags: tuple[Tag, ...], position: int) -> tuple[Tag, ...]:
    """ "By how much did it drop": its mean, where no statistic and no comparison is asked for."""
    said = " ".join(tag.text.casefold() for tag in tags)
    if "how much" not in said or any("stat" in tag.kinds for tag in tags) or " than " in said:
        return tags
    column = tags[position]
    mean = Tag("lexical", column.start, column.start, "mean", PHRASES["mean",])
    return (*tags[:position], mean, *tags[position:])
