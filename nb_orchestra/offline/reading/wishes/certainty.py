"""Wishes for how sure a number is: "95 % confidence interval of the mean", "share of yes by region with CI", "how many people to detect a difference of 2"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import groups, measures
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_INTERVAL = re.compile(
    r"\b(?:confidence|uncertainty) (?:intervals?|limits?|bounds?|ranges?)\b|\b(?:\d\d(?:\.\d+)? ?%|percent) intervals?\b|\bCIs?\b|\bmargins? of error\b"
    r"|\bhow (?:precise|precisely|certain|uncertain)\b|\bhow sure (?:are|can) (?:we|you|i)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\b(8\d|9\d)(?:\.(\d+))? ?(?:%|percent|per cent)", re.IGNORECASE)
_BETWEEN = re.compile(r"\bdifferences?\b|\bmedians?\b|\bcorrelat\w*|\bslopes?\b|\bregress\w*|\bodds\b|\beffects?\b", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:shares?|proportions?|percent(?:age)?s?|fractions?|rates?)\b", re.IGNORECASE)


def _level(text: str) -> float:
    found = _LEVEL.search(text)
    return float(f"{found[1]}.{found[2] or 0}") / 100 if found else 0.95


def _interval(clause: Clause, memory: Memory) -> list[Intent]:
    """The mean (the share, of yes and no or under conditions) with its interval; per group where one is named."""
    truth = next((name for name in clause.columns() if name in clause.table and clause.table[name].truth), None)
    values = [name for name in measures(clause, memory) if not clause.table[name].truth] if truth is None else []
    by = [name for name in groups(clause) if name != truth and name not in values]
    options = {"level": _level(clause.text)}
    memory.known |= {
        word for found in (_INTERVAL.search(clause.text), _LEVEL.search(clause.text)) if found for word in re.findall(r"\w+", found.group().casefold())
    }
    memory.known |= {"ci", "cis", "confidence", "interval", "intervals", "error", "margin"}
    if values and not (clause.has("verb", "share_of") or clause.has("stat", "share")):
        return [Intent("mean_interval", clause.text, (values[0],), tuple(by[:2]), where=clause.conditions, options=options)]
    yes: tuple[Condition, ...] = ({"column": truth, "op": "==", "value": clause.table[truth].yes},) if truth is not None else ()
    counted = yes if truth is not None and truth not in [item["column"] for item in clause.conditions] else ()
    of = clause.conditions if counted else ()
    counted = counted or clause.conditions
    return [Intent("share_interval", clause.text, (), tuple(by[:2]), where=counted, options={**options, "of": of})] if counted else []


def _asks_interval(clause: Clause, memory: Memory) -> bool:
    plain = not memory.slot_words and not clause.has("chart") and not clause.has("verb", "compare", "regress", "predict")
    return plain and _INTERVAL.search(clause.text) is not None and _BETWEEN.search(clause.text) is None


_HOW_MANY = re.compile(
    r"\bsample sizes?\b|\bpower (?:analysis|calculation)\b|\bhow (?:many|large|big)\b.*\b(?:need\w*|necessary|required?|have to|must)\b"
    r"|\bneeded\b.*\bto (?:detect|show|find|see|prove)\b",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:what|which|how (?:small|large|big)(?: an?)?) (?:is the )?(?:smallest |minimum |minimal )?(?:difference|effect)s?\b.*\b(?:detect\w*|show|find|see)\b"
    r"|\b(?:minimum|smallest|minimal) detectable\b"
    r"|\b(?:samples?|data(?: ?set)?|study|enough) .*\b(?:big|large|powerful)? ?enough\b|\benough (?:data|rows|people|power|patients)\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:difference|effect|change|drop|rise|gain|increase|decrease|fall|reduction|improvement)s? of (?:at least |about )?(\d+(?:\.\d+)?)", re.IGNORECASE
)
_POWER = re.compile(r"\b(\d\d(?:\.\d+)?) ?% power\b|\bpower (?:of |= ?|is )?(\d\d(?:\.\d+)? ?%|0?\.\d+)", re.IGNORECASE)
_ALPHA = re.compile(r"\b(?:alpha|significance(?: level)?)(?: of| =| is)? (0?\.\d+)|\b(\d(?:\.\d+)?) ?% (?:significance|level)", re.IGNORECASE)


def _size(clause: Clause, memory: Memory) -> list[Intent]:
    """The rows that a difference needs, or the difference that the table's own rows can show."""
    found, power, alpha = _DIFFERENCE.search(clause.text), _POWER.search(clause.text), _ALPHA.search(clause.text)
    values = [name for name in measures(clause, memory) if not clause.table[name].truth]
    if not values or (found is None and not _SHOWS.search(clause.text)):
        return []
    memory.known |= {word for word in re.findall(r"\w+", clause.text.casefold()) if word in _SAID or word.isdigit()}
    by = [name for name in groups(clause) if name not in values and clause.table[name].grouping]
    options = {
        "difference": float(found[1]) if found else None,
        "power": _share(next(filter(None, power.groups()))) if power else 0.8,
        "alpha": _share(next(filter(None, alpha.groups()))) if alpha else 0.05,
    }
    memory.assume(f"two groups of equal size, t-test on both sides, power {options['power']:g}, alpha {options['alpha']:g}")
    return [Intent("sample_size", clause.text, (values[0],), tuple(by[:1]), where=clause.conditions, options=options)]


_SAID = words(
    "people patients persons subjects animals plots plants samples sample size need needed needs would required detect show find see difference effect two "
    "groups group power alpha enough big large study test minimum smallest detectable more how many each per data"
)


def _share(text: str) -> float:
    number = float(text.rstrip("% "))
    return number / 100 if number >= 1 else number


def _asks_size(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and (
        _SHOWS.search(clause.text) is not None or (_HOW_MANY.search(clause.text) is not None and _DIFFERENCE.search(clause.text) is not None)
    )


_ALL = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution run rows value_counts pattern levels"
    " against_rest filter growth change describe plain gap correlate mean_per count_course count_change count_per_period from_to yes_or_no posthoc normality"
)

CERTAINTY = (
    Wish("sample_size", _size, takes=_ALL, when=_asks_size, ends=True),
    Wish("interval", _interval, takes=_ALL, when=_asks_interval, ends=True),
)
