"""Tags → the tags of each clause. A clause ends at a sentence's end, at "then", and at "and" or a comma before a verb or question word of its own."""

from __future__ import annotations

from collections.abc import Iterator

from nb_orchestra.offline.reading.language.lexicon import FOREIGN_ORDERS
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tagging import Tag

_ENDS = frozenset(".;?!")
_OPENERS = ("do", "question")
_SPLITTING_VERBS = vocabulary(
    "compare outlier chart brief regress predict check profile clean rank sort fill drop keep create convert describe count cluster encode classify train join "
    "pivot table_one digest search resample correlate scale dedupe trend bin"
)
_NOUNS_TOO = vocabulary("outlier count correlate describe trend chart brief cluster resample compare dedupe scale profile clean fill keep drop sort check rank")


def split(tags: list[Tag], *, whole: bool = False) -> Iterator[tuple[Tag, ...]]:
    """The clauses' tags, without the marks between them; whole sentences where asked."""
    clause: list[Tag] = []
    for position, tag in enumerate(tags):
        if (
            tag.kind == "line"
            or (tag.kind == "mark" and tag.text in _ENDS and not _abbreviation(tags, position))
            or (not whole and _joins(tag) and _complete(clause) and (tag.text.casefold() == "then" or _opens(tags, position + 1)))
            or (not whole and tag.text.casefold() in (",", "and") and _second_part(clause, tags[position + 1 :]))
        ):
            yield from _whole(clause)
            clause = []
        else:
            clause.append(tag)
    yield from _whole(clause)


def _second_part(clause: list[Tag], rest: list[Tag]) -> bool:
    """ "mean units by region | and mean price by product", "the hottest day | and the average wind", "a histogram of … | and a scatter of …"."""
    rest = rest[next((n for n, tag in enumerate(rest) if tag.text.casefold() not in ("and", "the", "a", "an", "also", "my", "our", "your")), len(rest)) :]
    ends = next((n for n, tag in enumerate(rest) if tag.kind == "line" or (tag.kind == "mark" and tag.text in _ENDS)), len(rest))
    if not rest or not any(tag.kind == "column" for tag in rest[:ends]):
        return False
    if len(rest) > 1 and rest[0].kind == "number" and "super" in rest[1].kinds:  # "… and the 5 heaviest"
        return True
    if "chart" in rest[0].kinds:
        own = len(rest) > 1 and rest[1].text.casefold() == "of" and _asks_of_a_column(clause)
        return own or (any("chart" in tag.kinds for tag in clause) and clause[-1].kind == "column")
    if "stat" not in rest[0].kinds and not _called(rest[0]):
        return False
    if (
        clause
        and clause[0].is_a("word", "question")
        and any("super" in tag.kinds for tag in clause[1:])
        and any(tag.kinds.get("group") == "by" for tag in rest[:ends])
    ):
        return True  # "which transport is most common, | mean absences by transport"
    if not _asks_of_a_column(clause):
        return False
    grouped = [any(tag.kinds.get("group") == "by" for tag in part) for part in (clause, rest[:ends])]
    pointed = any("super" in tag.kinds and "point" in tag.kinds for tag in clause) and not grouped[0]  # "my fastest run | , the mean pulse per quarter"
    return all(grouped) or pointed or (any("super" in tag.kinds and "stat" not in tag.kinds for tag in clause) and not grouped[1])


_CALLED = vocabulary("average mean median avg total")
"""First words of columns that are called by a statistic: "and average heart rate per shoes"."""


def _called(tag: Tag) -> bool:
    return tag.kind == "column" and " " in tag.text and tag.text.split()[0].casefold() in _CALLED


def _asks_of_a_column(clause: list[Tag]) -> bool:
    """True for a part that names what it computes and of what."""
    at = next((n for n, tag in enumerate(clause) if tag.kinds.keys() & {"stat", "super"}), None)
    return at is not None and any(tag.kind == "column" or "point" in tag.kinds for tag in clause[at:])


def _whole(clause: list[Tag]) -> Iterator[tuple[Tag, ...]]:
    if any(tag.kind not in ("mark", "line") for tag in clause):
        yield tuple(clause)


def _abbreviation(tags: list[Tag], position: int) -> bool:
    """A dot inside "e.g." or after a list number ends nothing."""
    tag = tags[position]
    if tag.text != ".":
        return False
    before = tags[position - 1] if position else None
    after = tags[position + 1] if position + 1 < len(tags) else None
    glued = after is not None and after.start == tag.end and after.kind != "line"
    return glued or (before is not None and before.kind == "number" and position == 1)


def _joins(tag: Tag) -> bool:
    return tag.text in (",", ":", "&") or tag.text.casefold() in ("and", "then", "but", "also", "afterwards", "next", "finally")


def _opens(tags: list[Tag], position: int) -> bool:
    """True where a new wish begins: an order or a question of its own."""
    while position < len(tags) and (_joins(tags[position]) or tags[position].text.casefold() in ("please", "the", "a", "if", "so")):
        position += 1
    if position >= len(tags):
        return False
    tag = tags[position]
    if tag.is_a("word", "do") or foreign(tag) or _part_of_before(tags, position) or _asks_how_many(tags, position):
        return True
    if position + 1 < len(tags) and tags[position + 1].text.casefold() == "not":  # "stayed for ten days and did not fall"
        return False
    if tag.text.casefold() in ("where", "who") or (tag.text.casefold() == "which" and not _asks_which(tags, position)):
        return False
    if (tag.is_a("word", "question") and not tag.is_a("cmp")) or (tag.text.casefold() in ("is", "are", "was", "were") and position + 2 < len(tags)):
        return tags[position - 1].text not in ("that", "which")
    verb = tag.kinds.get("verb", "")
    if verb not in _SPLITTING_VERBS or tag.kind == "column":
        return False
    if verb in _NOUNS_TOO:
        following = tags[position + 1] if position + 1 < len(tags) else None
        imperative = tag.text.split()[0].casefold() in _IMPERATIVES
        return imperative and following is not None and following.text not in (",", ".") and not following.is_a("group", "and")
    return True


_BEFORE = vocabulary("it them this that these those is are was were")


def _part_of_before(tags: list[Tag], position: int) -> bool:
    """ "(and) what share of them", "(and) what percentage were returned"."""
    asked = tags[position].is_a("verb", "share_of") and tags[position].text.casefold().startswith(("what", "which"))
    behind = [tag.text.casefold() for tag in tags[position + 1 : position + 3]]
    return asked and bool(behind) and (behind[0] in _BEFORE or (behind[0] == "of" and behind[-1] in _BEFORE))


def _asks_how_many(tags: list[Tag], position: int) -> bool:
    """ "(mean salary by rank,) and how many people have a salary over 150": a question with a subject and a verb of its own."""
    if tags[position].text.casefold() not in ("how many", "how much"):
        return False
    ends = next((n for n in range(position, len(tags)) if tags[n].kind in ("line", "mark")), len(tags))
    own = tags[position + 1 : ends]
    restricts = any(tag.kind == "level" or tag.kinds.get("cmp") in (">", "<", ">=", "<=") or tag.is_a("word", "not") for tag in own[1:])
    return restricts and any(tag.text.casefold() in _HAVE for tag in own[1:]) and not any("group" in tag.kinds and tag.kinds["group"] == "by" for tag in own)


_HAVE = vocabulary("is are was were has have had")


def foreign(tag: Tag) -> bool:
    """True for an order that nothing here can carry out, such as "email"."""
    return tag.kind == "unknown" and tag.text.casefold() in FOREIGN_ORDERS


_IS_OR_HAS = vocabulary("is are was were has have had")


def _asks_which(tags: list[Tag], position: int) -> bool:
    """ "which months are" asks; "which represents" explains."""
    following = tags[position + 1] if position + 1 < len(tags) else None
    if following is not None and following.text.casefold() in _IS_OR_HAS:  # "…, and which has the lowest profit"
        return any("super" in tag.kinds for tag in tags[position + 2 : position + 5])
    return (
        following is not None
        and (following.kind in ("column", "level", "unknown") or "time" in following.kinds)
        and (following.kind == "column" or following.text.casefold()[-2:] not in ("es", "ts"))
    )


_IMPERATIVES = vocabulary(
    "compare count correlate describe summarize summarise chart plot draw graph visualize visualise cluster resample scale normalize standardize profile "
    "clean tidy fill impute keep drop remove exclude sort order check rank ignore relate replace only filter explore outliers find list"
)


_LEADING_IN = vocabulary("for if when once by based using in to with given while because since where from considering")


def _complete(clause: list[Tag]) -> bool:
    """The part before "and" says something by itself ("For the outliers, use …" does not)."""
    if clause and clause[0].text.casefold().split()[0] in _LEADING_IN:
        return False
    asks = bool(clause) and clause[0].text.casefold() in ("which", "what", "who")
    if asks and any(tag.kinds.get("cmp") in (">", "<", ">=", "<=") for tag in clause):  # "which films have a profit below 0"
        return True
    return any(tag.kinds.keys() & {"verb", "stat", "measure", "super", "word"} - {"word"} or tag.is_a("word", "do") or _called(tag) for tag in clause)
