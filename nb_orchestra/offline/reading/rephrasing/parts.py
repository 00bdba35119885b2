"""A goal that lists what it asks for ("fees per year, the number of denials, and who paid most"): each ask becomes a sentence of its own.

So no ask takes a group or a restriction of another. Groups that are said once, behind the last ask, are said of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.sense import sensed
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

LONGEST = 600
"""Characters: a longer goal is a text of whole sentences."""

_JOINS = vocabulary(", and plus also then & as well")
_SMALL = vocabulary("the a an and also then plus finally please what's")
_LEADING = vocabulary("for if when once by based using in to with given while because since where from considering of among within on at during")
_HELD = vocabulary("between difference compare compared vs versus relation relationship related ratio minus than either both")
"""What is open until its second half is said."""
_MAKING = vocabulary("create")
_BESIDE = vocabulary("beside besides alongside next too")
_NOUNS = frozenset({"column", "level", "unknown"})


def in_parts(text: str, table: Table) -> str:
    """The text with a semicolon between its asks."""
    if len(text) > LONGEST or not re.search(r",|\band\b|\bplus\b", text):
        return text
    tags = sensed(text, table)
    for cut in reversed(list(_cuts(tags))):
        shared = "".join(f" {text[tags[first].start : tags[last].end]}" for first, last in cut.shared)
        text = f"{text[: tags[cut.last].end]}{shared}; {text[tags[cut.following].start :]}"
    return text


@dataclass(frozen=True, slots=True)
class _Cut:
    """The places of the last tag of an ask, of the first of the next, and of the groups that the first shares with it."""

    last: int
    following: int
    shared: tuple[tuple[int, int], ...] = ()


def _cuts(tags: Sequence[Tag]) -> Iterator[_Cut]:
    begin = 0
    for place, tag in enumerate(tags):
        if tag.kind == "line" or (tag.kind == "mark" and tag.text in ".;?!:"):
            begin = place + 1
        elif place > begin and tag.text.casefold() in (",", "and", "plus") and tags[place - 1].text.casefold() not in _JOINS:
            following = next((n for n in range(place, len(tags)) if tags[n].text.casefold() not in _JOINS), len(tags))
            comma = any(item.text == "," for item in tags[place:following])
            rest = _to_the_end(tags[following:])
            if _parts(tags[begin:place], rest, comma=comma):
                yield _Cut(place - 1, following, _shared(tags[begin:place], rest, following))
                begin = following


def _to_the_end(tags: Sequence[Tag]) -> Sequence[Tag]:
    ends = next((n for n, tag in enumerate(tags) if tag.kind == "line" or (tag.kind == "mark" and tag.text in ".;?!")), len(tags))
    return tags[:ends]


def _parts(clause: Sequence[Tag], rest: Sequence[Tag], *, comma: bool) -> bool:
    """True where what stands before is an ask of its own, and another kind of ask begins."""
    own = _kind(rest) or ("question" if comma and _is_sentence(rest[: _next_comma(rest)]) else "")
    if not own or not _whole(clause) or (not comma and any(tag.text.casefold() in _HELD or tag.is_a("verb", "correlate") for tag in clause)):
        return False
    grouped, later = _grouped(clause), _grouped(rest[: _next_comma(rest)])
    if own in ("statistic", "measure") and _kind(clause) in ("statistic", "measure"):
        return comma and grouped and later
    leans = any(tag.text.casefold().split()[-1] == "each" for tag in rest[: _next_comma(rest)])
    if own in _NOMINAL and (leans or (not comma and not later)):
        return False
    return own != "measure" or (comma and grouped)


_NOMINAL = frozenset({"statistic", "measure", "count"})


def _shared(clause: Sequence[Tag], rest: Sequence[Tag], at: int) -> tuple[tuple[int, int], ...]:
    """ "Mean age and share of events per arm": both per arm."""
    first = next((n for n, tag in enumerate(rest) if tag.kinds.get("group") == "by"), None)
    if first is None or _grouped(clause) or not {_kind(clause), _kind(rest)} <= _NOMINAL:
        return ()
    last = max(n for n, tag in enumerate(rest[: first + 1 + _next_comma(rest[first + 1 :])]) if tag.kind != "frame")
    return ((at + first, at + last),)


def _next_comma(tags: Sequence[Tag]) -> int:
    return next((n for n, tag in enumerate(tags) if tag.text == ","), len(tags))


def _grouped(tags: Sequence[Tag]) -> bool:
    return any(tag.kinds.get("group") == "by" or tag.is_a("verb", "resample") for tag in tags)


def _whole(clause: Sequence[Tag]) -> bool:
    """True for a part that names what it wants and of what: not "the mean", nor "for the five heaviest cars"."""
    words = [tag for tag in clause if tag.text.casefold() not in _SMALL]
    if len(words) < 2 or any(tag.is_a("verb", *_MAKING) for tag in words):
        return False
    if words[0].text.casefold().split()[0] in _LEADING and not words[1].is_a("word", "question"):
        return False
    if words[-1].kind not in (*_NOUNS, "frame", "number", "date", "mark") and "time" not in words[-1].kinds and not _asks(words[0]):
        return False
    head = next((n for n, tag in enumerate(words) if _asks(tag)), None)
    if head is None:
        return any(tag.kinds.get("group") == "by" and n and words[n - 1].kind in (*_NOUNS, "mark") for n, tag in enumerate(words))
    return any(tag.kind in _NOUNS or "time" in tag.kinds for tag in words[head:] if tag.kind != "frame")


def _asks(tag: Tag) -> bool:
    return (
        bool(tag.kinds.keys() & {"stat", "super", "chart"})
        or tag.is_a("verb", "count", "share_of", "correlate", "compare", "rank", "run")
        or tag.is_a("word", "question")
    )


def _kind(tags: Sequence[Tag]) -> str:
    """What kind of ask begins here; "" for none."""
    words = [tag for tag in tags if tag.kind != "frame"]
    while words and words[0].text.casefold() in _SMALL:
        words = words[1:]
    if len(words) < 2:
        return ""
    first, second = words[:2]
    if second.text.casefold() in _BESIDE or first.text.casefold().startswith(("in ", "as ")):
        return ""
    if _is_question(words):
        return "question"
    if first.is_a("verb", "count", "share_of") or first.is_a("stat", "share") or (first.is_a("stat", "n") and "of" in first.text.casefold()):
        return "count"
    if first.is_a("verb", "correlate") and first.kind != "column":
        return "relation"
    if first.kind == "number" and second.kinds.keys() & {"super", "point"}:
        return "rank"
    if first.text.casefold().split()[0] == "top" and len(words) > 2:
        return "rank"
    if first.kind in ("column", "unknown") and second.kinds.get("group") == "by":  # "revenue per device"
        return "measure"
    if "stat" in first.kinds and "super" not in first.kinds and second.kind in _NOUNS:
        return "statistic"
    if "super" in first.kinds and (second.kind in _NOUNS or "time" in second.kinds) and len(words) > 1:
        return "rank"
    if first.kind == "number":  # "the five counties with the most …"
        words = words[1:]
        first, second = words[0], words[1] if len(words) > 1 else words[0]
    led = first.kind in _NOUNS or "time" in first.kinds
    if led and second.text.casefold() == "overall":
        return "overall"
    return "rank" if led and second.text.casefold() == "with" and any("super" in tag.kinds for tag in words[2:4]) else ""


_VERBS = vocabulary("is are was were do does did has have had")


def _is_sentence(tags: Sequence[Tag]) -> bool:
    """ "which ward was fined", "is it the same in winter": not ", which is the largest one"."""
    words = [tag.text.casefold() for tag in tags if tag.kind != "frame"]
    named = any(tag.kind in ("column", "level") for tag in tags)  # "is there a difference" leans on what stands before
    if len(words) < 3 or words[0] in ("has", "have", "had") or (words[0] in _VERBS and not named):
        return False
    return words[0] in _VERBS or words[0] in ("what", "when") or (words[0] == "which" and words[1] not in _VERBS and any(word in _VERBS for word in words[2:5]))


def _is_question(words: Sequence[Tag]) -> bool:
    """ "how many were denied", "on which day was …", "who earns the most"."""
    first, second = words[0], words[1]
    said = first.text.casefold()
    if said in ("how many", "how much", "how often", "how long"):
        return True
    if said in ("on", "in", "at") and second.text.casefold() in ("which", "what"):
        return len(words) > 3 and any(tag.text.casefold() in ("is", "was", "are", "were", "did", "do", "does", "has", "had") for tag in words[2:6])
    if said == "who":
        return any("super" in tag.kinds for tag in words[1:5])
    return any(pair[0].text.casefold() in ("which", "what") and "super" in pair[1].kinds for pair in pairwise(words[:2]))
