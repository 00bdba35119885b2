"""Questions about what the earlier goal found: "is that significant", "which is the highest", "has it changed over the years".

They are read as a further part of the earlier goal would be (its wishes stand in memory), and answered without the parts before.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading import Intent, Reading, Table
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.reader import clauses_of, read_clause
from nb_orchestra.offline.reading.tagging import Tag, tag
from nb_orchestra.offline.reading.wishes.referring import UNWANTED

_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|now|ok)\s+)*(?:is|are|was|were|does|do|did|has|have|which|what|who|when|where|how|test|check|any)\b"
    r"|.*\b(?:significan\w*|p[- ]values?|trend)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"(?P<which>\b(?:which|what|who))\s+(?:(?:of (?:the|those|these|them)|one)\s+)?(?P<noun>[\w-]+\s+)?(?P<is>is|was|are|were|has|have|had|comes?)\b",
    re.IGNORECASE,
)
_WORST = re.compile(r"\b(?:worst|best)\b", re.IGNORECASE)
_TEST_IT = re.compile(r"\A\W*(?:and\s+|please\s+|now\s+)*(?:test|check)(?:\s+(?:it|that|this|them))?(?:\s+for significance)?\W*\Z", re.IGNORECASE)
_TESTED = re.compile(r"\bsignifican\w*|\bp[- ]?values?\b|\b(?:real|chance|differ\w*)\b|\btest\b", re.IGNORECASE)
_ANSWERS = vocabulary(
    "compare proportions group_extreme extreme peak pattern trend correlate statistics share count rank group_rank paired group_gap gap posthoc resample "
    "normality outliers regress seasonal certainty interval"
)
_KEPT = vocabulary("filter drop_missing fill dedupe convert clean derive scale encode recode remove_outliers join melt relabel stack")
_TESTING = vocabulary("compare proportions correlate trend regress partial paired one_sample adjusted")


def asked_on(text: str, table: Table, reading: Reading) -> Reading | None:
    """The earlier reading with the question's wishes in the place of its own; None where the text asks for nothing that can be had of it."""
    if not _ASKS.match(text):
        return None
    if (most := _most_of_periods(text, reading)) is not None:
        return most
    said = _TEST_IT.sub("is that significant", _of_what_was_found(text, reading))
    wished = [intent for intent in reading.intents if intent.kind not in _KEPT]
    memory = Memory(reading.table, question=text)
    for intent in wished:
        memory.learn(intent)
    before = list(memory.intents)
    for clause in clauses_of(said, memory):
        read_clause(clause, memory)
    new = [intent for intent in memory.intents if intent not in before]
    if not new and _TESTED.search(text) and any(intent.kind in _TESTING for intent in wished):
        known = reading.known | {word for word in re.findall(r"[a-z]+", text.casefold()) if _TESTED.fullmatch(word)}
        return replace(reading, known=known).noted([f"{text.strip(' ?.')}: the earlier answer says so, with its test"])
    if not new and (course := _course(text, reading)) is not None:
        return course
    if {intent.kind for intent in new} == {"correlate"} and re.search(r"\b(?:differ\w*|higher|lower|than)\b", text):
        return None
    if not new or memory.not_done or not {intent.kind for intent in new} <= _ANSWERS:
        return None
    kept = [intent for intent in reading.intents if intent.kind in _KEPT]
    new = [_turned(_of_groups(intent, wished), text) for intent in new]
    notes = [line for line in memory.assumptions if not line.startswith("the same as before")]
    asked = f"{text.strip(' .?')}?"
    known = reading.known | memory.known
    return replace(reading, intents=(*kept, *new), order="", order_by="", question=asked, known=known).noted(notes)


def _of_groups(intent: Intent, wished: list[Intent]) -> Intent:
    """ "Which one is the longest" of means by group is the group with the longest mean."""
    last = next((item for item in reversed(wished) if item.kind == "statistics" and item.by and len(item.statistics) == 1), None)
    if intent.kind != "extreme" or last is None or intent.columns[:1] != last.columns[:1]:
        return intent
    return replace(last, kind="group_extreme", clause=intent.clause, columns=last.columns[:1], options={"which": intent.option("which", "max")})


def _of_what_was_found(text: str, reading: Reading) -> str:
    """ "Which day is the highest" of means by day is "which is the highest"."""
    found = _WHICH.search(text)
    if found is None or found["noun"] is None:
        return text
    groups = {name for intent in reading.intents for name in (*intent.by, *([intent.option("date")] if intent.option("date") else []))}
    named = {str(item.value) for item in tag(found["noun"], reading.table) if item.kind == "column"}
    if not named & groups:
        return text
    return f"{text[: found.start()]}{found['which']} {found['is']}{text[found.end() :]}"


_MOST = re.compile(
    r"\W*(?:and\s+|but\s+|so\s+)*(?:which|what|when)\b[\w\s]*?\b(?:(?P<max>highest|most|largest|biggest|best|greatest|maximum|max|peak\w*)"
    r"|(?P<min>lowest|least|fewest|smallest|worst|minimum|min))\b",
    re.IGNORECASE,
)


def _most_of_periods(text: str, reading: Reading) -> Reading | None:
    """ "Which is the highest" of totals or means per period: the period that has it."""
    found, last = _MOST.match(text), next((intent for intent in reversed(reading.intents) if intent.kind not in _KEPT and intent.kind != "chart"), None)
    if found is None or last is None or last.kind != "resample" or any(tag.kind == "column" for tag in _spoken(text, reading, last)):
        return None
    options = {"date": last.option("date"), "every": last.option("every"), "which": "max" if found["max"] else "min", "n": 0}
    peak = _turned(Intent("peak", text, last.columns, (), last.statistics, last.where, options), text)
    kept = [intent for intent in reading.intents if intent.kind in _KEPT]
    notes = [f"all {name} together" for name in last.by]
    return replace(reading, intents=(*kept, peak), order="", order_by="", question=f"{text.strip(' .?')}?").noted(notes)


def _spoken(text: str, reading: Reading, last: Intent) -> list[Tag]:
    """The tags of columns that the last answer was not about."""
    own = {*last.columns, last.option("date")}
    return [item for item in tag(text, reading.table) if item.kind == "column" and item.value not in own]


_COURSE = re.compile(
    r"\bover (?:the )?(?:years|time|months|weeks|days|decades)\b|\b(?:has|have|did|does|do|is|are) (?:it|that|this|they|those|these)\b.*\b"
    r"(?:chang|increas|decreas|declin|grow|grew|improv|ris|rose|fall|fell|drop|get|got|becom|became|go|gone|went)\w*",
    re.IGNORECASE,
)


def _course(text: str, reading: Reading) -> Reading | None:
    """ "Has it gotten slower over the years": the course in time of what was measured."""
    last = next((intent for intent in reversed(reading.intents) if intent.kind in ("statistics", "resample", "compare") and intent.columns), None)
    if last is None or reading.table.date is None or _COURSE.search(text) is None:
        return None
    trend = Intent("trend", text, last.columns[:1], where=last.where, options={"date": reading.table.date})
    kept = [intent for intent in reading.intents if intent.kind in _KEPT]
    words = frozenset(re.findall(r"[a-z]+", text.casefold()))
    notes = [f"{text.strip(' ?.')}: the course of {last.columns[0]} in time", *(f"all {name} together" for name in last.by)]
    return replace(reading, intents=(*kept, trend), order="", order_by="", known=reading.known | words, question=f"{text.strip(' .?')}?").noted(notes)


def _turned(intent: Intent, text: str) -> Intent:
    """ "Worst" of cases, deaths or delays is the most."""
    said = _WORST.search(text)
    if said is None or intent.kind not in ("peak", "pattern") or not any(UNWANTED.search(name) or "case" in name.casefold() for name in intent.columns):
        return intent
    return replace(intent, options={**intent.options, "which": "max" if said.group().casefold() == "worst" else "min"})
