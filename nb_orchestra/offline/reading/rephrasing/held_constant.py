"""What is held constant, in the one form that the grammar reads: "take lunch into account", "given the heat", "at the same age" → "controlling for …"."""

from __future__ import annotations

import re

_WHAT = r"(?P<what>[^.;?!{}\n]{2,80}?)"
_END = r"(?=\s*(?:[.;?!{]|\Z))"
_ADJUST = r"(?:controll?(?:ing|ed|s)?|adjust(?:ing|ed|s)?|correct(?:ing|ed|s)?|account(?:ing|ed|s)?|allow(?:ing|ed)?)"
_LEAD = r"(?P<lead>[.?;,]?\s*)\b(?:and |but |please |also |then )*(?:(?:after|when|while|by|once) )?"
_ACCOUNT = r"(?:in|into) (?:account|consideration)"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LEAD}(?:tak(?:e|ing)|having taken) {_WHAT} {_ACCOUNT}\b",
        rf"{_LEAD}(?:tak(?:e|ing)|having taken) {_ACCOUNT} {_WHAT}{_END}",
        rf"(?P<lead>[.?;,]?\s*)\b(?:and |but |please )*(?:hold|keep)(?:ing)? {_WHAT} (?:constant|fixed|equal|the same)\b",
        rf"(?P<lead>[.?;,]\s*)(?:and |but |please |also |now )*{_ADJUST} for {_WHAT}{_END}",
        rf"(?P<lead>\s)(?:(?:and|but) )?(?:(?:when|once|after|if|while) (?:we |you |i |they )?)?{_ADJUST} for {_WHAT}{_END}",
        rf"(?P<lead>[,.?;]? ?)\bgiven {_WHAT}{_END}",
        rf"(?P<lead>,? )(?:at|for|of|with|in|among) (?:a |the )?(?:same|equal|fixed|constant) {_WHAT}{_END}",
        rf"(?P<lead>,? )(?:among|for|between|of) \w+ (?:of|with|at) (?:a |the )?(?:same|equal) {_WHAT}{_END}",
    )
)
_NO_EFFECT = re.compile(r"\b(?:predict\w*|probab\w*|estimat\w*|how many|count|list|show)\b", re.IGNORECASE)
"""Of such goals "given" and "the same" mean what a prediction starts from, or rows."""
_EFFECT = re.compile(
    r"\b(?:effect|differ\w*|relat\w*|depend\w*|correlat\w*|associat\w*|influence\w*|affect\w*|impact|compare\w*|than|"
    r"go (?:up|down)|went (?:up|down)|rise|fall|raise|reduce|"
    r"higher|lower|more|less|fewer|longer|shorter|increase\w*|decrease\w*|change\w*|\w+er|matters?|explain\w*)\b",
    re.IGNORECASE,
)
_LOOSE = 5
"""From this form on the words may also say something else, so a goal about an effect is needed."""


def held_constant(text: str) -> str:
    """The text with what is held constant as "controlling for …", joined to the sentence in front of it."""
    for number, pattern in enumerate(_FORMS):
        if number >= _LOOSE and (_NO_EFFECT.search(text) or not _EFFECT.search(text)):
            continue
        asks, text = "?" in text, pattern.sub(_controlling, text)
        text += "?" if asks and "?" not in text else ""
    return text


def _controlling(found: re.Match[str]) -> str:
    what = re.sub(r"^(?:the|their|its|his|her|a) ", "", found["what"].strip(), flags=re.IGNORECASE)
    lead = " " if found["lead"] or found.start() else ""
    return f"{lead}controlling for {what}"
