"""A measure held against the mean of one value's rows: "normalise the OD to the DMSO mean of the same plate", "yield as percent of the untreated mean"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.deriving.combining import declare
from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_AGAINST = re.compile(
    r"(?:\brelative to|\bdivided by|\bas (?:an? )?(?:percent\w*|%|fraction|share|ratio|proportion) of|\b(?:in )?(?:percent|%) of"
    r"|\bnormali[sz]ed (?:to|by|against)"
    r"|(?P<plain>\b(?:to|by|against)))\s+(?:the |its |their )*(?:(?:mean|median|average)(?: value)? of (?:the )?)?$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bpercent|%|\bper cent\b", re.IGNORECASE)
_SAME = vocabulary("same each own within every per")
_PASSED = vocabulary(
    "mean median average control controls value values well wells row rows sample samples level levels baseline group of on in within from the same each its "
    "own per for every"
)


def held_against_control(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags with such a measure as one column, made as its ratio to the mean (or median) of those rows, within groups where some are named."""
    measure = next((n for n, tag in enumerate(tags) if _is_measure(tag, memory)), None)
    level = next((n for n, tag in enumerate(tags) if tag.kind == "level" and measure is not None and n > measure), None)
    if measure is None or level is None or memory.slot_words:
        return tags
    scales = any(tag.kinds.get("verb") == "scale" for tag in tags[:level])
    found = _AGAINST.search(" ".join(tag.text for tag in tags[measure + 1 : level]) + " ")
    if found is None or (found["plain"] and not scales):
        return tags
    memory.known |= {"relative", "normalised", "normalized", "divided"}
    end, group = _behind(tags, level, memory)
    said = " ".join(tag.text for tag in tags[measure:end])
    percent = _PERCENT.search(" ".join(tag.text for tag in tags[measure:])) is not None
    column = _declared(str(tags[measure].value), tags[level].value, group, "median" if "median" in said.casefold() else "mean", percent, memory)
    made = Tag("column", tags[measure].start, tags[end - 1].end, column, value=column, how="named")
    before = tuple(replace(tag, kinds={"verb": "create"}) if tag.kinds.get("verb") == "scale" else tag for tag in tags[:measure])
    return (*before, made, *_without_percent(tags[end:]))


def _is_measure(tag: Tag, memory: Memory) -> bool:
    column = memory.table.by_name.get(str(tag.value)) if tag.kind == "column" else None
    return column is not None and column.kind == "number" and not column.labelling and not column.looks_like_year


def _behind(tags: tuple[Tag, ...], level: int, memory: Memory) -> tuple[int, str]:
    """Where the words for the control end, and the column within whose groups it is taken."""
    end, same = level + 1, False
    for n in range(level + 1, len(tags)):
        tag = tags[n]
        column = memory.table.by_name.get(str(tag.value)) if tag.kind == "column" else None
        if column is not None and same and (column.kind in ("text", "boolean") or column.grouping):
            return n + 1, column.name
        words = tag.text.casefold().split()
        if not set(words) <= _PASSED:
            break
        same = same or bool(_SAME & set(words))
        end = n + 1 if {"mean", "median", "average", "control", "controls", "baseline"} & set(words) else end
    return end, ""


def _declared(measure: str, value: tuple[str, Any], group: str, statistic: str, percent: bool, memory: Memory) -> str:
    own = {"op": "if", "args": [{"op": "==", "args": [{"column": value[0]}, value[1]]}, {"column": measure}, None]}
    control: dict[str, Any] = {"op": statistic, "args": [own], **({"by": [group]} if group else {})}
    tree: dict[str, Any] = {"op": "/", "args": [{"column": measure}, control]}
    tree = {"op": "*", "args": [tree, 100]} if percent else tree
    bare = fold(memory.table[measure].bare or measure).replace(" ", "_")
    unit = "percent" if percent else "ratio"
    where = f" of the same {group}" if group else ""
    line = f"{measure} ÷ {statistic} {measure} of {value[1]}{where}" + (", in percent" if percent else "")
    return declare(memory, f"{bare}_{unit}_of_{fold(str(value[1])).replace(' ', '_')}", tree, line)


def _without_percent(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """ "…, in percent" is in the column."""
    kept = list(tags)
    for n in range(len(kept) - 1, -1, -1):
        if _PERCENT.search(kept[n].text) and kept[n].kind != "column":
            del kept[n]
            while n and kept[n - 1].text.casefold() in ("in", "as", "a", "the", ",") and n - 1 < len(kept):
                n -= 1
                del kept[n]
            break
    return tuple(kept)
