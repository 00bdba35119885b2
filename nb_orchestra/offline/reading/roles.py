"""What the columns of a clause are there for, by the words in front of them: "by", "per" and "across" group, "between" pairs, "from" and "using" predict,
"which X" asks for X."""

from __future__ import annotations

from dataclasses import dataclass, field

from nb_orchestra.offline.reading.tagging import Tag


@dataclass
class _Roles:
    found: list[tuple[str, str]] = field(default_factory=list)
    role: str = "target"


_ROLE_OF = {"by": "by", "between": "pair", "within": "within", "from": "from", "control": "control", "weighted": "weight", "of": "target", "with": "with"}


def roles(tags: tuple[Tag, ...], skip: frozenset[int]) -> tuple[tuple[str, str], ...]:
    """Each column of a clause with its role; `skip` are tags that conditions have used."""
    state = _Roles()
    for position, tag in enumerate(tags):
        if position in skip:
            continue
        if tag.kind == "column":
            before = tags[position - 1].text.casefold() if position else ""
            role = "which" if before in ("which", "what", "who", "whose") else "by" if before.split()[-1:] in (["different"], ["various"]) else state.role
            role = "by" if [item.text.casefold() for item in tags[position + 1 : position + 3]] in (["as", "columns"], ["as", "rows"]) else role
            state.found.append((tag.value, role))
        elif "group" in tag.kinds and tag.kinds["group"] in _ROLE_OF:
            state.role = _next_role(state.role, tag, tags, position)
        elif tag.is_a("verb", "resample") and "time" in tag.kinds and position + 1 < len(tags) and tags[position + 1].text.casefold() in ("and", "&"):
            state.role = "by"  # "per year and school"
        elif (tag.text == "," and not _lists_on(tags, position)) or (
            (tag.kinds.get("verb", "count") != "count" and tag.kinds.get("verb") not in ("describe", "percent_of"))
            or ("super" in tag.kinds and state.role != "from")
            or tag.is_a("word", "question")
            or (tag.kind == "mark" and tag.text in "(:")
            or (state.role == "by" and tag.text.casefold() in ("had", "has", "have"))
            or (state.role == "by" and "stat" in tag.kinds and state.found and state.found[-1][1] == "by" and _begins_anew(tags, position))
        ):
            state.role = "target"
    return tuple(state.found)


def _begins_anew(tags: tuple[Tag, ...], position: int) -> bool:
    """ "…, and the median score": a statistic behind a comma or "and" begins the next thing of a list."""
    before = next((item for item in reversed(tags[:position]) if item.text.casefold() not in ("the", "a", "an", "also")), None)
    return before is not None and (before.text == "," or before.is_a("group", "and"))


def _lists_on(tags: tuple[Tag, ...], position: int) -> bool:
    """True for a comma between columns of one list."""
    following = [item for item in tags[position + 1 : position + 4] if not item.is_a("group", "and") and item.text.casefold() not in ("the", "a", "an")]
    return bool(following) and following[0].kind == "column"


def _next_role(role: str, tag: Tag, tags: tuple[Tag, ...], position: int) -> str:
    wanted = _ROLE_OF[tag.kinds["group"]]
    following = next((item for item in tags[position + 1 : position + 3] if item.text.casefold() not in ("the", "a", "an")), None)
    if wanted == "target" and (role in ("pair", "from") or (role == "by" and (following is None or following.kind != "column"))):
        return role
    if wanted == "with" and role in ("by", "from"):
        return role if role == "from" else "target"
    return wanted
