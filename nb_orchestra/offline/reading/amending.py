"""Sentences that only say how: "use the IQR method", "80 % for training", "a Welch test". They amend what was already wished."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.counting import having

_TESTS = {"t": "t", "welch": "welch", "anova": "anova", "kruskal": "kruskal", "mannwhitney": "mann_whitney", "paired": "paired_t", "wilcoxon": "wilcoxon"}
_SHARE = re.compile(r"(\d{2})\s*%?\s*(?:/|:|-|and|to|% train(?:ing)?(?: set)? and(?: a)?)\s*(\d{2})\b")
_TRAIN = re.compile(r"(\d{2})\s*%[^.%]{0,40}\btrain", re.IGNORECASE)
_TEST = re.compile(r"(\d{2})\s*%[^.%]{0,40}\btest|test[_ ]size\s*(?:of|=|is)?\s*(0?\.\d+)", re.IGNORECASE)
_TRAIN_SIZE = re.compile(r"train[_ ]size\s*(?:of|=|is)?\s*(0?\.\d+)", re.IGNORECASE)
_SEED = re.compile(r"(?:random[_ ]state|seed)\D{0,20}?(\d+)", re.IGNORECASE)


def amend(clause: Clause, memory: Memory) -> None:
    """Fills what earlier intents left open, from the words of this clause."""
    _method(clause, memory, ("correlate", "matrix", "partial"), ("pearson", "spearman", "kendall"), "method")
    _method(clause, memory, ("normality",), ("shapiro", "ks", "dagostino", "anderson", "jarque_bera"), "test")
    _method(clause, memory, ("proportions",), ("chi2", "fisher"), "test")
    _method(clause, memory, ("train", "regress"), ("linear", "logistic", "tree", "forest"), "kind")
    if clause.has("verb", "outlier") or clause.has("method", "iqr", "zscore", "mad"):
        _outliers(clause, memory)
    keys = sorted((key for key in clause.keys("method") if key in _TESTS), key=lambda key: key == "t")  # a plain "t test" says least
    test = _TESTS[keys[0]] if keys else None
    unequal = re.search(r"\bunequal variances?\b|equal_var\s*=\s*False|\bequal variances? (?:is |are |was |were )?not\b", clause.text, re.IGNORECASE)
    if unequal is not None:
        test = "welch"
        memory.retest("t", "welch")
    if test:
        memory.amend(("compare",), {"test": test}, unless="auto")
    common = having(clause.text)
    last = memory.find("statistics")
    if common and last is not None and "distinct" in last.statistics:
        memory.amend(("statistics",), common)
    _model(clause, memory)


def _method(clause: Clause, memory: Memory, kinds: tuple[str, ...], keys: tuple[str, ...], option: str) -> None:
    found = next((key for key in clause.keys("method") if key in keys), None)
    if found:
        memory.amend(kinds, {option: found})


def _outliers(clause: Clause, memory: Memory) -> None:
    method = next((key for key in clause.keys("method") if key in ("zscore", "mad", "iqr")), None)
    method = "zscore" if clause.has("method", "zscore") else method
    low, high = {"iqr": (1.0, 5.0), "zscore": (1.0, 6.0)}.get(method or "iqr", (1.0, 10.0))
    threshold = next((abs(number) for number in clause.numbers if low <= abs(number) <= high), None)
    options: dict[str, Any] = {"method": method, "threshold": threshold}
    memory.amend(("outliers", "remove_outliers"), {key: value for key, value in options.items() if value})


def split_said(text: str) -> dict[str, Any]:
    """The share of rows kept for testing and the seed, as far as a text names them."""
    options: dict[str, Any] = {}
    split, train, test, seed = _SHARE.search(text), _TRAIN.search(text), _TEST.search(text), _SEED.search(text)
    if split and int(split.group(1)) + int(split.group(2)) == 100:
        options["test_share"] = min(int(split.group(1)), int(split.group(2))) / 100
    elif train:
        options["test_share"] = round(1 - int(train.group(1)) / 100, 2)
    elif test:
        options["test_share"] = int(test.group(1)) / 100 if test.group(1) else float(test.group(2))
    elif size := _TRAIN_SIZE.search(text):
        options["test_share"] = round(1 - float(size.group(1)), 4)
    if seed:
        options["seed"] = int(seed.group(1))
    return options


def _model(clause: Clause, memory: Memory) -> None:
    options = split_said(clause.text)
    if options:
        memory.retype("regress", "train")
        memory.amend(("train",), options)
        memory.pending.update(options)


_SAYS_HOW = re.compile(r"(?:please\s+)?(?:use|using|with|by|apply)\b[\w\s’'-]*\Z|[\w\s’'-]*\b(?:if you can|if possible|please)\Z", re.IGNORECASE)
_DEFINES = re.compile(r"\bdefined as\b|\bnull hypothesis\b|\bconsider(?:ed)?\b.*\b(?:if|as|to be)\b|\btreat(?:ed)?\b.*\bas\b|\bif the p.value\b", re.IGNORECASE)


def only_says_how(clause: Clause, memory: Memory) -> bool:
    """ "Use Welch's test", and sentences of an answer format that only define a word: they amend what was wished, and wish for nothing."""
    how = memory.intents and clause.keys("method") and not clause.columns() and _SAYS_HOW.match(clause.text)
    defines = memory.slot_words and _DEFINES.search(clause.text) and (memory.intents or not clause.columns())
    return bool(how or defines) or _asks_what_was_done(clause, memory)


_WHAT_CHANGED = re.compile(
    r"\bwhat (?:was|were|has been|have been|you|you have|it|got|did you) (?:changed|cleaned|fixed|done|change|clean|fix|do)\b", re.IGNORECASE
)
_CLEANED = frozenset({"clean", "convert", "dedupe", "recode", "fill", "drop_missing"})


def _asks_what_was_done(clause: Clause, memory: Memory) -> bool:
    """ "… and say what was changed", behind a cleaning: its report and its assumptions do."""
    asks = _WHAT_CHANGED.search(clause.text) is not None and not clause.columns() and not clause.conditions
    if not asks or memory.slot_words or not any(intent.kind in _CLEANED for intent in memory.intents):
        return False
    memory.known |= {tag.text.casefold() for tag in clause.tags}
    return True
