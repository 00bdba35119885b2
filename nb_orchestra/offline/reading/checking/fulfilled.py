"""Clauses that ask for nothing more: they point at the table, or at what a step before gives anyway."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.checking.weighing import is_light
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory

_BEGIN = r"^(?:(?:and|then|also|but|please|,)\s+)*"
_ORDER = r"(?:(?:can you\s+)?(?:tell|show|give|let)\s+(?:me|us)(?:\s+know)?|report|list|show|print|include|state|give|say|check|see|with)"
_TABLE = re.compile(
    _BEGIN + r"(?:us(?:e|ing)|work(?:ing)? with|look(?:ing)? at|take|from|in)\s+(?:the\s+)?(?:(?:data|table|dataset)\s+)?\{(\w+)\}\W*$", re.IGNORECASE
)
_TESTS = frozenset(["compare", "paired", "one_sample", "proportions", "association", "correlate", "partial", "regress", "trend", "normality"])
_ROWS = frozenset(
    ["outliers", "remove_outliers", "rank", "group_rank", "filter", "duplicates", "extreme", "group_extreme", "missing", "rank_within", "value_counts"]
)
_MOST = frozenset(["extreme", "group_extreme", "rank", "group_rank", "peak", "pattern", "statistics", "best_of_each"])
_MODELS = frozenset(["predict", "classify", "model", "train", "regress"])
_IT = r"(?:it|that|this|the (?:difference|effect|result|relation\w*|correlation))"
_ROW_NOUNS = vocabulary("row record entry case value one item")
_FITTED = r"(?:coefficients?|estimates|slopes?|r[- ]?squared|r2)"
_GIVEN = (
    (rf"(?:please\s+)?(?:test|check|verify)\s+(?:{_IT}|for significance|(?:if|whether)\s+{_IT}\s+is\s+significant)", _TESTS),
    (rf"(?:{_ORDER}\s+)?(?:if|whether)?\s*(?:{_IT}(?:\s+is|['’]?s)|is {_IT})\s+(?:statistically\s+)?significant(?:\s+or not)?", _TESTS),
    (rf"{_ORDER}\s+(?:the\s+|all\s+|its\s+)*p[- ]?values?", _TESTS),
    (rf"{_ORDER}\s+(?:me\s+)?(?:the\s+|all\s+|its\s+|their\s+)*(?:regression\s+|model\s+)?{_FITTED}(?:\s+table)?", frozenset({"regress"})),
    (rf"{_ORDER}\s+(?:me\s+)?(?:them|these|those|it)(?:\s+all)?", _ROWS),
    (rf"{_ORDER}\s+(?:me\s+)?(?:all\s+)?(?:the|these|those)\s+(?P<noun>\w+)", _ROWS),
    (r"how \w+ (?:was|is|were|are) (?:it|they|that)(?:\s+(?:then|there|that day))?", _MOST),
    (r"(?:and\s+)?(?:when|from when to when)(?:\s+(?:was|is|were|did)\s+(?:it|that|this)(?:\s+\w+)?)?", frozenset({"run", "longest_run"})),
    (r"how (?:accurate|good|well)\b(?:\s+(?:is|was|does|are)\s+(?:it|that|this|the (?:model|prediction)s?)(?:\s+(?:work|do|perform|predict))?)?", _MODELS),
    (r"what(?: is|['’]s)? (?:the|its) (?:accuracy|error)(?: (?:of|for|on) (?:it|that|the (?:model|predictions?|test (?:set|data|rows))))?", _MODELS),
    (
        r"which (?:of (?:them|these|those) )?(?:predictors?|variables?|factors?|features?|columns?|ones?|coefficients?|effects?)?\s*"
        r"(?:matters?|are significant|is significant|are important|have an effect)(?: (?:the )?most)?",
        frozenset({"regress"}),
    ),
    (
        r"how much (?:of the variance |variance )?(?:does|do|is|are) (?:the )?(?:first|second|two|first two|they|it)(?: (?:principal )?components?)? "
        r"(?:explain(?:ed)?|account for|cover|hold)(?: (?:together|in total|of the (?:variance|variation)|each))*",
        frozenset({"pca"}),
    ),
)
_PATTERNS = tuple((re.compile(rf"{_BEGIN}{pattern}\W*$", re.IGNORECASE), kinds) for pattern, kinds in _GIVEN)
"""What is asked, and the kinds of intents whose result holds it."""


def fulfilled(clause: Clause, memory: Memory) -> bool:
    """True where what went before holds what the clause asks for, or the clause only says which table is meant."""
    table = _TABLE.match(clause.text)
    if table is not None:
        return table.group(1) in (clause.table.name, *(name for name, _ in clause.table.others))
    kinds = {intent.kind for intent in memory.intents}
    asked = re.sub(r"\s*\{\w+\}", "", clause.text)
    found = ((pattern.match(asked), given) for pattern, given in _PATTERNS)
    return any(match is not None and kinds & given and _of_rows(match, clause) for match, given in found)


def _of_rows(match: re.Match[str], clause: Clause) -> bool:
    """ "List the films": the noun, where there is one, is what the rows are called."""
    noun = match.groupdict().get("noun")
    return noun is None or lemma(noun) in _ROW_NOUNS or is_light(noun, clause.table, ())
