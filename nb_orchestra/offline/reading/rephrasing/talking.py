"""A goal as people talk, brought to the point: greetings and asides left out, "1) … 2) …" and "say whether …" as sentences of their own, "Among women: …" as
what restricts all of it."""

from __future__ import annotations

import re

_ORDERS = "compare|count|show|what|which|how|is|are|do|does|plot|list"
_OCCASIONS = "meeting|report|class|lesson|talk|presentation|newsletter|poster|homework|boss"
AS_WRITTEN = re.compile(
    r"[,(]?\s*\b(?:(?:spell(?:ed|t)|taken|grouped|counted|kept|all|each) )*(?:exactly )?as (?:it is |they are |they stand )?"
    r"(?:written|spelled|spelt|typed|entered)\b\)?"
    r"|[,(]?\s*\b(?:by|per|with|using|in|for) (?:the |their |its |each |every )?exact (?:spellings?|writing)\b\)?"
    r"|[,(]?\s*\b(?:each|every|all|different|with) spellings? (?:apart|separate(?:ly)?|on (?:its|their) own|of (?:its|their) own)\b\)?"
    r"|[,(]?\s*\b(?:exact spellings?|case[- ]sensitive(?:ly)?)\b\)?",
    re.IGNORECASE,
)
"""Words that keep the spellings of a value apart."""
_ASIDES = (
    AS_WRITTEN,
    *(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\A\W*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))\b(?:(?! (?:{_ORDERS})\b)[\w ’']){{0,30}}[,.!:]\s*",
            r"\b(?:many )?thanks(?: a lot| so much| in advance)?\b[.! ]*|\bthank you(?: very much| so much)?\b[.! ]*",
            r"(?:(?<=[.;,!?])|(?<=\n))\s*(?:please )?(?:keep it|make it|be) (?:short|brief|simple|concise)\b(?: please)?\s*(?=[.!;]|\Z)[.!]?",
            rf"\A\W*for (?:our|my|the|a|an|this|next|tomorrow[’']s) (?:[\w’-]+ ){{0,3}}(?:{_OCCASIONS})\b[:,]\s*",
            r",? (?:they|these|those|which) (?:are|must be|were) (?:all )?(?:just )?(?:typos?|errors?|mistakes?|wrong|not real)\b",
            r"\((?:please|thanks|sorry)[^()]{0,40}\)",
            r"\((?:the|this|these)\b(?![^()]*(?:\d|remov|exclu|drop|only|ignor|without|not\b))[^()]{3,60}\b(?:has|have|is|are|contains?|holds?)\b[^()]{0,60}\)",
            r"\b(?:could|can|would|will) you (?:please |kindly )?(?=\w)(?!be\b|have\b)",
        )
    ),
)
_SAY = "say|tell me|tell us|state|check|test|see|find out|let me know"
_WHETHER = re.compile(
    rf"(?<=\w)[,;]?\s+(?:and\s+)?(?:then\s+)?(?:also\s+)?(?:{_SAY})\s+(?:whether|if)\s+(?=[^,;.]*\b(?:is|are|was|were|have|has)\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(rf"(?<=\w)[,;]?\s+(?:and\s+)?(?:then\s+)?(?:also\s+)?(?:{_SAY})\s+(?=(?:which|who|what|how many)\b)", re.IGNORECASE)
_VERB = re.compile(r"\b(is|are|was|were)\b", re.IGNORECASE)
_AND_SHOW = re.compile(r",? and (?=(?:show|draw|plot|make|give|add|chart)\b)", re.IGNORECASE)
_START = r"(?:\A\s*|(?<=[.;])\s*)"
_AMONG = "among|amongst|within|considering|looking at|(?:look|looking) only at|of|in|for"
_SCOPE = re.compile(rf"(?P<lead>{_START})(?:{_AMONG})\s+(?:only\s+)?(?P<which>[^:;.\n]{{3,70}}):(?=\s)", re.IGNORECASE)
_LOOK = re.compile(rf"(?P<lead>{_START})(?:please )?(?:(?:look|looking) (?:only|just) at|(?:consider|use|take) (?:only|just))\b", re.IGNORECASE)
_MARKER = re.compile(r"(?:(?<=\s)|(?<=\A)|(?<=[.:;,]))\(?(?P<mark>[1-9]|[a-h])\)(?=\s+\w)")
_SINCE = re.compile(r"\b(?:the )?(?:years? |from )?((?:1[5-9]|20)\d\d) (?:and|or) (?:later|after|onwards?|newer|more recent)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:the )?(?:years? )?((?:1[5-9]|20)\d\d) (?:and|or) (?:earlier|before|older)\b", re.IGNORECASE)
_HELD = re.compile(r"\{[^}\n]*\}|`[^`\n]*`|\"[^\"\n]*\"")


def to_the_point(text: str) -> str:
    """The goal's text in plain sentences; what stands in braces, backticks and quotes is left as it is."""
    held: list[str] = []

    def keep(found: re.Match[str]) -> str:
        held.append(found.group())
        return f"\x00{len(held) - 1}\x00"

    whole = _HELD.sub(keep, text)
    plain = without_asides(whole)
    plain = _UNTIL.sub(r"until \1", _SINCE.sub(r"since \1", _WHICH.sub("; ", plain)))
    plain = _questions(_LOOK.sub(lambda found: f"{found['lead']}only", _SCOPE.sub(_only, _listed(plain))))
    plain = plain if plain == whole else re.sub(r" (?=;)", "", re.sub(r"[ \t]{2,}", " ", plain)).strip()
    return re.sub("\x00(\\d+)\x00", lambda found: held[int(found[1])], plain)


def without_asides(text: str) -> str:
    """The text without greetings, thanks and remarks on its length."""
    for aside in _ASIDES:
        text = aside.sub(" ", text)
    return text


def _listed(text: str) -> str:
    """ "1) … 2) …", "a) … b) …": each a sentence, where the marks go up from the first."""
    marks = [found["mark"] for found in _MARKER.finditer(text)]
    if len(marks) < 2 or (marks != list("123456789"[: len(marks)]) and marks != list("abcdefgh"[: len(marks)])):
        return text
    return _MARKER.sub(lambda found: "; " if text[: found.start()].strip() and text[: found.start()].strip()[-1] not in ".;:" else " ", text)


def _only(found: re.Match[str]) -> str:
    return f"{found['lead']}only {found['which']};"


def _questions(text: str) -> str:
    """ "…, say whether males are heavier than females" → "…; are males heavier than females"."""
    while (found := _WHETHER.search(text)) is not None:
        rest = text[found.end() :]
        verb = _VERB.search(re.split(r"[,;.]", rest, maxsplit=1)[0])
        if verb is None:  # "whether males have longer flippers"
            text = f"{text[: found.start()]}; do {_AND_SHOW.sub('; ', rest, count=1)}"
            continue
        text = f"{text[: found.start()]}; {verb.group().casefold()} {rest[: verb.start()]}{rest[verb.end() :].lstrip()}"
    return text
