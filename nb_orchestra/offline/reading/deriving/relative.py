"""One measure held against another, or against the mean of all rows, as a column made where it is named.

"The ratio of shipping to total", "over 20 percent of the total", "shipping per item", "compared with the overall average".
"""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.deriving.combining import declare, numeric
from nb_orchestra.offline.reading.deriving.formulas import made_name
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_GLUE = vocabulary("the a an of its their our all")
_TO = vocabulary("to and over by divided between / :")
_ITEMS = vocabulary("item unit piece article")
_COUNTS = vocabulary("quantity qty item unit piece article count number")
_PRICES = vocabulary("price cost rate value fee")
_TESTS = (">", "<", ">=", "<=")


def relative(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags with each such measure as one column, declared in memory."""
    return _against_all(_percent_of(_per_item(_ratio_of(tags, memory), memory), memory), memory)


def _as_measure(tag: Tag, memory: Memory) -> Tag | None:
    """The tag as a numeric column, also where its word is a statistic too ("total", "median")."""
    if numeric(tag, memory):
        return None if memory.table[str(tag.value)].looks_like_year else tag
    spare = tag.spare.column if tag.spare is not None else ""
    words = memory.table[spare].words if spare in memory.table and memory.table[spare].kind == "number" else ()
    exact = words == (lemma(tag.text),) or (tag.kinds.keys() <= {"word"} and lemma(tag.text) in words[:1])
    return Tag("column", tag.start, tag.end, tag.text, value=spare, how="words") if exact else None


def _next_measure(tags: tuple[Tag, ...], start: int, memory: Memory) -> tuple[int, Tag] | None:
    """The first measure behind `start`, past articles only."""
    while start < len(tags) and tags[start].text.casefold() in _GLUE:
        start += 1
    found = _as_measure(tags[start], memory) if start < len(tags) else None
    return None if found is None else (start, found)


def _made(memory: Memory, tags: tuple[Tag, ...], first: int, last: int, name: str, tree: Any, said: str) -> tuple[Tag, ...]:
    declare(memory, name, tree, said)
    return (*tags[:first], Tag("column", tags[first].start, tags[last].end, name, value=name, how="named"), *tags[last + 1 :])


def _quotient(left: str, right: str, factor: float | None = None) -> Any:
    tree: Any = {"op": "/", "args": [{"column": left}, {"column": right}]}
    return tree if factor is None else {"op": "*", "args": [tree, factor]}


def _ratio_of(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Ratio of A to B", "ratio between A and B": A ÷ B in each row."""
    for n, tag in enumerate(tags):
        if lemma(tag.text.split()[0]) != "ratio" or tag.kind == "column":
            continue
        first = _next_measure(tags, n + 1 + (n + 1 < len(tags) and tags[n + 1].text.casefold() in ("of", "between")), memory)
        if first is None or first[0] + 1 >= len(tags) or tags[first[0] + 1].text.casefold().split()[0] not in _TO:
            continue
        second = _next_measure(tags, first[0] + 2, memory)
        if second is not None and first[1].value != second[1].value:
            left, right = str(first[1].value), str(second[1].value)
            tree = _quotient(left, right)
            return _made(memory, tags, n, second[0], made_name(tree), tree, f"ratio: {left} ÷ {right} in each row")
    return tags


def _per_item(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Shipping per item", where a column says how many items a row has."""
    counts = [column.name for column in memory.table.of_kind("number") if _COUNTS & set(column.words) and not _PRICES & set(column.words)]
    counts = [name for name in counts if not memory.table[name].labelling and not memory.table[name].numbering]
    if len(counts) != 1:
        return tags
    for n, tag in enumerate(tags[:-2]):
        measure = _as_measure(tag, memory)
        per = tags[n + 1].text.casefold() in ("per", "for each", "for every") and lemma(tags[n + 2].text) in _ITEMS
        if measure is not None and per and measure.value != counts[0]:
            name = f"{measure.value}_per_{lemma(tags[n + 2].text)}"
            said = f"{name}: {measure.value} ÷ {counts[0]} in each row"
            return _made(memory, tags, n, n + 2, name, _quotient(str(measure.value), counts[0]), said)
    return tags


def _percent_of(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Shipping over 20 percent of the total": A as percent of B, above 20."""
    for n, tag in enumerate(tags[1:-2], 1):
        if tag.kinds.get("cmp") not in _TESTS or tags[n + 1].kind != "number":
            continue
        percent = tags[n + 2].text.casefold()
        behind = n + 3 if percent in ("%", "percent", "percent of", "percentage of", "per cent of") else 0
        second = _next_measure(tags, behind, memory) if behind and (percent.endswith("of") or _of(tags, behind)) else None
        first = next((m for m in range(n - 1, max(-1, n - 4), -1) if _as_measure(tags[m], memory) is not None), None)
        if second is None or first is None:
            continue
        left, right = str(_as_measure(tags[first], memory).value), str(second[1].value)  # type: ignore[union-attr]  # is not None where `first` was found
        name = f"{left}_percent_of_{right}"[:60]
        made = _made(memory, tags, first, first, name, _quotient(left, right, 100.0), f"{name}: 100 × {left} ÷ {right} in each row")
        return (*made[: n + 2], *made[second[0] + 1 :])
    return tags


def _of(tags: tuple[Tag, ...], position: int) -> bool:
    return position < len(tags) and tags[position].text.casefold() == "of"


_AGAINST = vocabulary("compare compares compared than from versus vs against to with relative above below")
_ALL = vocabulary("overall general total grand")


def _against_all(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "… compared with the overall average": beside the measure, how far it is from the mean of all rows."""
    for n, tag in enumerate(tags):
        stat = tag.kinds.get("stat", "") if tag.kind == "lexical" else ""
        before = [item.text.casefold() for item in tags[max(0, n - 4) : n]]
        behind = [item.text.casefold() for item in tags[n + 1 : n + 3]]
        against = any(word.split()[0] in _AGAINST for word in before)
        if stat not in ("mean", "median") or not against or not (_ALL & set(before) or behind[:1] == ["overall"]):
            continue
        own = next((m for m in range(len(tags)) if m != n and _as_measure(tags[m], memory) is not None), None)
        start = next((m for m in range(n - 1, -1, -1) if tags[m].text.casefold().split()[0] in _AGAINST), n)
        while start and tags[start - 1].text.casefold().split()[0] in _AGAINST:
            start -= 1
        memory.known |= {"far", "away"}
        if own is None or memory.table.rows == 0:
            continue
        value = str(_as_measure(tags[own], memory).value)  # type: ignore[union-attr]  # found on the line above
        name = declare(memory, *_distance(value, stat))
        again = n + 1 < len(tags) and tags[n + 1].kind == "column" and tags[n + 1].value == value
        end = max(n, own) if own > n else n + (behind[:1] == ["overall"] or again)
        gap = Tag("column", tags[start].start, tags[end].end, name, value=name, how="named")
        return _beside(tags, own, gap, (start, end))
    return tags


def _distance(value: str, stat: str) -> tuple[str, Any, str]:
    tree: Any = {"op": "-", "args": [{"column": value}, {"op": stat, "args": [{"column": value}]}]}
    return f"{value}_from_overall_{stat}"[:60], tree, f"{value}_from_overall_{stat}: {value} − the {stat} of all rows"


def _beside(tags: tuple[Tag, ...], own: int, gap: Tag, cut: tuple[int, int]) -> tuple[Tag, ...]:
    """The measure and its distance as one list, without the words that held it against all."""
    joint = Tag("lexical", gap.start, gap.start, "and", {"group": "and", "word": "stop"})
    rest = [(n, tag) for n, tag in enumerate(tags) if not cut[0] <= n <= cut[1]]
    if cut[0] <= own <= cut[1]:  # "how far is A from the overall mean time"
        mean = Tag("lexical", gap.start, gap.start, "mean", {"stat": "mean"})
        return (*(tag for n, tag in rest if n < cut[0]), mean, gap, *(tag for n, tag in rest if n > cut[1]))
    return tuple(item for n, tag in rest for item in ((tag, joint, gap) if n == own else (tag,)))
