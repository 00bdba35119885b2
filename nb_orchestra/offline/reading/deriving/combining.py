"""Several columns as one measure: "beer and wine together", "all servings", "temperature range", "A exceeds B by 5", "ten times B"."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.language.words import lemma, parts, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag


def together(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Beer and wine together": their sum in each row."""
    for position, tag in enumerate(tags):
        if tag.text.casefold() not in ("together", "combined") or position < 3:
            continue
        start = position
        while start >= 2 and numeric(tags[start - 1], memory) and tags[start - 2].text.casefold() in ("and", ",", "&", "plus"):
            start -= 2
        if start == position or not start or not numeric(tags[start - 1], memory):
            continue
        names = [str(item.value) for item in tags[start - 1 : position] if item.kind == "column"]
        tree: Any = {"op": "row_sum", "args": [{"column": name} for name in names]}
        name = declare(memory, f"sum_of_{len(names)}_columns", tree, f"together: {' + '.join(names)}")
        made = Tag("column", tags[start - 1].start, tag.end, name, value=name, how="named")
        return (*tags[: start - 1], made, *tags[position + 1 :])
    return tags


def all_of(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "All servings", "the total number of servings", where several columns are servings of a kind: their sum in each row."""
    for position, tag in enumerate(tags):
        names = sorted({str(tag.value), *tag.rivals}) if tag.kind == "column" and tag.rivals and tag.how == "part" else []
        before = [item.text.casefold() for item in tags[max(0, position - 3) : position]]
        if (
            len(names) < 2
            or not {"all", "total", "total number"} & set(before)
            or any(not numeric(Tag("column", 0, 0, "", value=name), memory) for name in names)
        ):
            continue
        tree: Any = {"op": "row_sum", "args": [{"column": name} for name in names]}
        name = declare(memory, f"all_{lemma(tag.text)}s", tree, f"all {tag.text}: {' + '.join(names)}")
        made = Tag("column", tag.start, tag.end, name, value=name, how="named")
        start = next((n for n in range(max(0, position - 3), position) if tags[n].text.casefold() == "all"), position)
        return (*tags[:start], made, *tags[position + 1 :])
    return tags


def spans(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Temperature range", where the table has a largest and a smallest one: their difference in each row."""
    for position, tag in enumerate(tags[:-1]):
        names = [str(tag.value), *tag.rivals] if tag.kind == "column" else []
        ends = [next((name for name in names if side in parts(name)), None) for side in ("max", "min")]
        if None in ends or len(names) != 2 or tags[position + 1].text.casefold() not in ("range", "difference", "spread", "gap", "swing"):
            continue
        tree: Any = {"op": "-", "args": [{"column": name} for name in ends]}
        name = declare(memory, f"{lemma(tag.text)}_range".replace(" ", "_"), tree, f"{tag.text} range: {ends[0]} − {ends[1]}")
        made = Tag("column", tag.start, tags[position + 1].end, name, value=name, how="named")
        return tuple(without_formula([*tags[:position], made, *tags[position + 2 :]], position))
    return tags


def without_formula(tags: list[Tag], position: int) -> list[Tag]:
    """What follows, without "(after minus before)"."""
    rest = tags[position + 1 :]
    closing = next((n for n, tag in enumerate(rest) if tag.text == ")"), None)
    return [*tags[: position + 1], *rest[closing + 1 :]] if closing is not None and rest[0].text == "(" else tags


_OWN = vocabulary("their its own each the same that")


def above_own_group(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Above the average of their variety": the statistic of each row's own group, as a made column."""
    for n, tag in enumerate(tags):
        if tag.kinds.get("cmp") not in _TESTS:
            continue
        behind = [m for m in range(n + 1, len(tags)) if tags[m].text.casefold() not in ("the", "a", "an")]
        stat = behind[0] if behind and tags[behind[0]].kinds.get("stat") in ("mean", "median") else None
        of = next((m for m in behind[1:2] if tags[m].text.casefold() in ("of", "for", "in", "within")), None)
        group = next((m for m in behind[2:6] if tags[m].kind == "column" and memory.table[str(tags[m].value)].grouping), None)
        value = next((item for item in reversed(tags[:n]) if numeric(item, memory)), None)
        owned = of is not None and group is not None and any(tags[m].text.casefold() in _OWN for m in range(of + 1, group))
        if stat is None or group is None or value is None or not owned:
            continue
        key, by = tags[stat].kinds["stat"], str(tags[group].value)
        tree: Any = {"op": key, "args": [{"column": value.value}], "by": [by]}
        name = declare(memory, f"{key}_{value.value}_of_{by}"[:40], tree, f"{tags[stat].text} of {by}: that of each row's own {by}")
        made = Tag("column", tags[n + 1].start, tags[group].end, name, value=name, how="named")
        ahead = Tag("column", tag.start, tag.start, str(value.value), value=value.value, how="named")
        kept = tuple(item for item in tags[:n] if item is not value)
        return (*kept, ahead, tag, made, *tags[group + 1 :])
    return tags


def rates_named(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Return rate by product", where `return` is an order elsewhere and a column is called returned: that column."""

    def column_at(n: int) -> Tag:
        tag = tags[n]
        rate = n + 1 < len(tags) and lemma(tags[n + 1].text) == "rate"
        truth = (
            rate
            and tag.kind in ("lexical", "unknown")
            and next((item for item in memory.table.columns if item.truth and _one_root(tag.text, item.words)), None)
        )
        return Tag("column", tag.start, tag.end, tag.text, value=truth.name, how="words") if truth else tag

    named = [column_at(n) for n in range(len(tags))]
    rates = {n + 1 for n, tag in enumerate(named) if tag is not tags[n]}
    return tuple(Tag("unknown", tag.start, tag.end, tag.text, value="rate") if n in rates else tag for n, tag in enumerate(named))


def _one_root(word: str, words: tuple[str, ...]) -> bool:
    plain = word.casefold()
    return any(other in (plain, f"{plain}ed", f"{plain}d", f"{plain}{plain[-1]}ed") for other in words) and len(plain) > 3


_TESTS = (">", "<", ">=", "<=")


def statistics_named(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "A median above 60000", where a column is called Median: that column."""

    def column_at(n: int) -> Tag:
        tag = tags[n]
        tested = n + 2 < len(tags) and tags[n + 1].kinds.get("cmp") in _TESTS and tags[n + 2].kind == "number" and n > 0
        if tested and "stat" in tag.kinds and tag.spare is not None and numeric(Tag("column", 0, 0, "", value=tag.spare.column), memory):
            return Tag("column", tag.start, tag.end, tag.text, value=tag.spare.column, how="words")
        return tag

    return tuple(column_at(n) for n in range(len(tags)))


def multiples(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "A is at least ten times B": the ratio of the two is at least ten."""
    for n, tag in enumerate(tags[:-2]):
        if tag.kinds.get("cmp") not in _TESTS or tags[n + 1].kind != "number" or tags[n + 2].text.casefold() != "times":
            continue
        first = next((m for m in range(n - 1, -1, -1) if numeric(tags[m], memory)), None)
        second = next((m for m in range(n + 3, min(n + 6, len(tags))) if numeric(tags[m], memory)), None)
        if first is None or second is None:
            continue
        names = [str(tags[m].value) for m in (first, second)]
        name = declare(memory, f"ratio_{'_'.join(names)}"[:40], {"op": "/", "args": [{"column": name} for name in names]}, f"times: {names[0]} ÷ {names[1]}")
        made = Tag("column", tags[first].start, tags[first].end, name, value=name, how="named")
        return (*tags[:first], made, *tags[first + 1 : n + 2], *tags[second + 1 :])
    return tags


_EXCEEDS = re.compile(r"exceed\w*|surpass\w*|beat\w*", re.IGNORECASE)


def exceeding(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "A exceeds B by more than 5": the difference of the two is more than 5."""
    for position, tag in enumerate(tags):
        if not _EXCEEDS.fullmatch(tag.text) or not position:
            continue
        first = next((n for n in range(position - 1, -1, -1) if numeric(tags[n], memory)), None)
        second = next((n for n in range(position + 1, min(position + 4, len(tags))) if numeric(tags[n], memory)), None)
        if first is None or second is None or second + 2 >= len(tags) or tags[second + 1].text.casefold() != "by" or "cmp" not in tags[second + 2].kinds:
            continue
        names = [str(tags[n].value) for n in (first, second)]
        tree = {"op": "-", "args": [{"column": name} for name in names]}
        name = declare(memory, f"difference_{'_'.join(names)}"[:40], tree, f"exceeds by: {names[0]} − {names[1]}")
        memory.known.add(tag.text.casefold())
        made = Tag("column", tags[first].start, tags[second].end, name, value=name, how="named")
        return (*tags[:first], made, *tags[second + 2 :])
    return tags


def numeric(tag: Tag, memory: Memory) -> bool:
    return tag.kind == "column" and tag.value in memory.table and memory.table[tag.value].kind == "number"


def declare(memory: Memory, name: str, tree: Any, said: str) -> str:
    memory.made[name] = tree
    memory.inline.add(name)
    memory.table = memory.table.with_column(name, "number")
    memory.assume(said)
    return name
