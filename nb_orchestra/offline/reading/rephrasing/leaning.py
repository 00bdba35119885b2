"""Second parts that lean on the first, said in full: "which ward is the largest and which the smallest" asks the whole question twice.

And "… in each", of which the first part said the groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_EACH = re.compile(r"(?:^|\s)(?:each|every one|every)(?: (?:one|of them|group))?\W*$", re.IGNORECASE)


def each_of_before(tags: tuple[Tag, ...], roles: Iterable[tuple[str, str]], memory: Memory) -> tuple[tuple[str, str], ...]:
    """ "How many visits per clinic, and what is the no-show rate in each": the groups of the part before."""
    if memory.slot_words or not memory.intents or not memory.groups or any(role in ("by", "within") for _, role in roles):
        return ()
    last = " ".join(tag.text for tag in tags if tag.kind != "frame")
    column = memory.groups[-1]
    return ((column, "by"),) if _EACH.search(last) and column in memory.intents[-1].by and column not in [name for name, _ in roles] else ()


_ENDS = r"(?:\w+est|most|least|fewest|best|worst)"
_WHICH = re.compile(
    rf"\b(?P<front>in |on |at )?(?P<ask>which|what) (?P<thing>(?!(?:is|are|was|were|has|have|had)\b)[\w ]{{2,40}}?)(?P<where> (?:in|of|from) \{{\w+\}})? "
    rf"(?P<verb>is|are|was|were|has|have|had) (?P<said>[^,;.?]*?\b{_ENDS}\b[^,;.?]*?),? (?:and|but) (?:in |on |at )?(?:which|what)(?: one| ones)? "
    rf"(?:(?:is|are|was|were|has|have|had) )?(?:it )?(?P<the>the )?(?P<end>{_ENDS})\b(?P<rest>[^,;.?{{]*)",
    re.IGNORECASE,
)
_END = re.compile(rf"\b{_ENDS}\b", re.IGNORECASE)


_TIME = r"(?:weekday|month|hour|day|week|quarter|year)s?(?: of (?:the )?(?:day|week|year))?"
_TWO_TIMES = re.compile(
    rf"\b(?P<in>(?:in |on |at )?)which (?P<a>{_TIME}) and (?:in |on |at )?(?:which )?(?P<b>{_TIME}) (?P<rest>[^;.?]{{4,80}})", re.IGNORECASE
)


_SUPERLATIVE = r"(?:(?:most|least) \w+|\w+est|best|worst)"
_DOING = r"(?:is|are|was|were|has|have|had|did|does|do)"
_BOTH_ENDS = rf"\bwhich (was|is) the ({_SUPERLATIVE}) (\w+),? and (?:which |what )?(?:(?:was|is) )?the ({_SUPERLATIVE})(?: one)?(?=\s*(?:[?.;,{{]|\Z))"
_FASTER_SINCE = rf"\b({_DOING} [^,.;?]{{3,60}}? \w+er),? and (?:even )?(?:faster|quicker|more so|more strongly) (?:since|from) (\d{{4}})(?: on)?\b"
_BOTH_SIDES = r"([^.;:?{}]{8,120}?),? (?:both )?before (\d{4}),? and (?:from|since) \2(?: on(?:wards?)?)?\b"
_TIME_WITH = r"(\A|[.;,:] |\band )(?:the )?(hour|weekday|month|day|week|quarter|year) with the (most|fewest) (?=\w+s\b)"
_NUMBERS = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
_LAST_WORD = r"\b(?:lowest|highest|largest|smallest|biggest|heaviest|lightest|longest|shortest|oldest|youngest)"
_HALVES = (
    (re.compile(rf"\bthe ({_NUMBERS}) (\w+s) ({_LAST_WORD})(?=\s*(?:[,;.?{{]|\Z))", re.IGNORECASE), r"the \1 \3 \2"),
    (re.compile(_BOTH_ENDS, re.IGNORECASE), r"which \1 the \2 \3; which \1 the \4 \3"),
    (re.compile(_FASTER_SINCE, re.IGNORECASE), r"\1; \1 before \2; \1 since \2"),
    (re.compile(_BOTH_SIDES, re.IGNORECASE), r"\1 before \2; \1 since \2"),
    (re.compile(_TIME_WITH, re.IGNORECASE), r"\1which \2 has the \3 "),
)
"""Questions that are asked twice with one half of their words: both ends, both sides of a year."""


def whole_questions(text: str) -> str:
    """The text with the question of an elided superlative said again: thing, verb and all that the first part says around its own superlative."""
    for pattern, form in _HALVES:
        text = pattern.sub(form, text)
    text = _TWO_TIMES.sub(r"\g<in>which \g<a> \g<rest>; \g<in>which \g<b> \g<rest>", text)
    return _WHICH.sub(_twice, text)


def _twice(found: re.Match[str]) -> str:
    rest, front = found["rest"].strip(), found["front"] or ""
    own = found["said"] if not rest else found["said"][: _END.search(found["said"]).start()] + found["end"] + " " + rest  # type: ignore[union-attr]  # the pattern holds one
    second = own if rest else _END.sub(found["end"], found["said"], count=1)
    first = f"{front}{found['ask']} {found['thing']}{found['where'] or ''} {found['verb']} {found['said']}"
    return f"{first}, and {front}which {found['thing']} {found['verb']} {second.strip()} "


_DEFINED = re.compile(
    r"(?:(?<=^)|(?<=[.;:,]\s))(?:(?:compute|calculate|define|let|take|with|using|where|get|the|an?)\s+)*(?P<name>[A-Za-z][A-Za-z_ ]{2,40}?)\s*=\s*"
    r"(?P<formula>[^,;=<>?]*?[-+*/÷×−][^,;=<>?]*?)(?P<rest>\s*,[^;.]*|\s+(?:by|per|for each|in each)\b[^;.]*)(?=[;.]|\Z)",
    re.IGNORECASE,
)


_OPERATION = r"(?:[-+*/÷×−]|\b(?:divided by|minus|times|multiplied by|plus|per|x)\b)"
_BRACKETED = re.compile(rf"\b(?P<name>[A-Za-z][A-Za-z_]{{2,}}) \((?:= ?)?(?P<formula>[^()=<>?]*?{_OPERATION}[^()=<>?]*?)\)", re.IGNORECASE)
_LAST = re.compile(
    rf"[?.;,:]\s*(?:where |with )?(?P<name>[A-Za-z][A-Za-z_]{{2,}})\s*=\s*(?P<formula>[^,;=<>?]*?{_OPERATION}[^,;=<>?{{]*?)\s*(?P<frame>\{{[^}}]*\}}\s*)?\Z",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:did|does|do|has|have|is|are)\b.*\bmore (?:on|in|for|with|under|among) (?P<one>.+?) than (?:(?:on|in|for|with|under|among) )?(?P<other>[^,;?.]+)",
    re.IGNORECASE,
)
_COURSE = re.compile(r"\b(?:am|are|is|was|were|did|have|has) \w+ (?:getting|become|becoming|got|get|gotten) (?P<how>\w+er)\b", re.IGNORECASE)


def _whole_name(word: str, names: frozenset[str]) -> str:
    """ "Price", where one column alone holds the word: unit_price."""
    holding = [name for name in names if word.casefold() in re.split(r"[\W_]+", name)]
    return holding[0] if word.casefold() not in names and len(holding) == 1 else word


_TIMES = "hour day week month quarter year"


def _of_each_period(text: str, found: re.Match[str], formula: str) -> str:
    """ "What did it cost me each month (kwh * price)": the formula is no month, but what is added up in each."""
    front = re.search(r"\b(?:each|per|every|by|a) $", text[: found.start()], re.IGNORECASE)
    if front is None or found["name"].casefold() not in _TIMES.split():
        return ""
    noun = next(
        (word for word in re.findall(r"[a-z]+", text[: found.start()].casefold()) if word in ("cost", "revenue", "spend", "income", "turnover")), "amount"
    )
    return f"create {noun} = {formula}; total `{noun}` per {found['name']}{text[found.end() :]}"


def _formula(found: re.Match[str], names: frozenset[str]) -> str:
    """The formula in signs, or nothing where it is no formula of the table's columns."""
    said = found["formula"].strip()
    for word, sign in (("multiplied by", "*"), ("x", "*"), ("divided by", "/"), ("per", "/"), ("minus", "-"), ("times", "*"), ("plus", "+")):
        said = re.sub(rf"\b{word}\b", sign, said, flags=re.IGNORECASE)
    for name in sorted((name for name in names if len(re.split(r"[\W_]+", name)) > 1), key=len, reverse=True):  # "crate price" of crate_price
        said = re.sub(rf"\b{' '.join(map(re.escape, re.split(r'[^a-z0-9]+', name)))}\b", name, said, flags=re.IGNORECASE)
    said = re.sub(r"[A-Za-z_]\w*", lambda word: _whole_name(word[0], names), said)
    words = re.findall(r"[A-Za-z_]\w*", said)
    own = found["name"].casefold() not in names and bool(words) and all(word.casefold() in names for word in words)
    return re.sub(r"[A-Za-z_]\w*", lambda word: f"`{word[0]}`", said) if own else ""


_STATED = re.compile(
    r"\b(?:mean|average|avg|median|total|sum|max\w*|min\w*|highest|lowest|largest|smallest|top|best|most|least|compare|rank\w*|plot|chart|histogram|monthly|weekly|daily|"
    r"yearly|how|what|which|is|are|did|does|do|tell|revenue)\b",
    re.IGNORECASE,
)


_RATIO = re.compile(r"`(?P<over>\w+)` ?/ ?`(?P<under>\w+)`")


def _without_noun(front: str) -> str:
    """ "Weight gain (…)": without the word that belongs to the name."""
    return re.sub(r"(?<=[:;,.] )[A-Za-z]+ $|\A[A-Za-z]+ $", "", front)


def defined_first(text: str, names: frozenset[str], told: list[str]) -> str:
    """ "Monthly revenue (quantity * price)", "is it getting faster? pace = time / distance": the column is made first, and the question is about it."""
    bracketed = _BRACKETED.search(text)
    if bracketed is not None and (formula := _formula(bracketed, names)):
        if period := _of_each_period(text, bracketed, formula):
            return period
        front, rest = text[: bracketed.start()], text[bracketed.end() :]
        plain = re.match(r" (?:per|by|for each|in each)\b", rest, re.IGNORECASE) is not None and not _STATED.search(front)
        ratio = _RATIO.fullmatch(formula) if plain else None  # of groups the parts are added up first
        weighed = f" weighted by `{ratio['under']}`" if ratio is not None else ""
        if ratio is not None:
            told.append(f"{bracketed['name']}: the total {ratio['over']} ÷ the total {ratio['under']} of each group")
        return f"create {bracketed['name']} = {formula}; {_without_noun(front) + 'mean ' if plain else front}{bracketed['name']}{weighed}{rest}"
    last = _LAST.search(text)
    formula = _formula(last, names) if last is not None else ""
    if last is None or not formula:
        return text
    asked, name = text[: last.start()], last["name"]
    if not re.search(rf"\b{name}\b", asked, re.IGNORECASE):
        held = _HELD.search(asked)
        asked = f"compare `{name}` between {held['one']} and {held['other']}" if held else _COURSE.sub(rf"is `{name}` getting \g<how>", asked)
    return f"create {name} = {formula}; {asked} {last['frame'] or ''}"


def definitions_apart(text: str, names: frozenset[str], told: list[str]) -> str:
    """ "Waste rate = waste / units, by product" makes a column, and then asks for it by product. `names`: those of the columns."""
    text = defined_first(text, names, told)

    def twice(found: re.Match[str]) -> str:
        name = "_".join(found["name"].split()).casefold()
        if name in names or not re.search(r"[A-Za-z]", found["formula"]):
            return found.group()
        rest = found["rest"].strip(" ,")
        mean = "mean " if re.match(r"(?:by|per|for each|in each)\b", rest, re.IGNORECASE) else ""
        formula = re.sub(r"(?<!`)\b\w+\b(?!`)", lambda word: f"`{word[0]}`" if word[0].casefold() in names else word[0], found["formula"].strip())
        return f"create {name} = {formula}; {mean}{name} {rest}"

    return _DEFINED.sub(twice, text)
