"""What a goal wished for and no step does: a test, a statistic, a share, an order, a rhythm. Without it the answer is another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.ordering import PLACE_OF
from nb_orchestra.offline.reading.tagging import Tag

_MOVING_ROWS = frozenset({"filter_rows", "head", "sort_rows", "drop_missing", "dedupe", "rank", "extreme"})
"""Recipes that compute nothing: they choose, order and show rows."""
_ORDERING = frozenset({"head", "rank", "extreme", "group_extreme", "group_rank", "sort_rows", "longest_run", "trend", "peak", "moving_average", "dedupe"}) | {
    "change_within",
    "changes_compared",
    "fall_from_peak",
    "first_and_last",
    "pca",
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that wish for something, and what in the steps shows that it was done: recipes, or words in their arguments."""

    pattern: re.Pattern[str]
    recipes: frozenset[str]
    words: tuple[str, ...]


def _phrase(pattern: str, recipes: str, *words: str) -> _Phrase:
    return _Phrase(re.compile(pattern, re.IGNORECASE), frozenset(recipes.split()), words)


_PHRASES = (
    _phrase(r"\bwith and without (?:the |any )?(?:outliers|them|these|those)\b", ""),
    _phrase(r"\bmore than (?:once|twice)\b|\b(?:appears?|occurs?|listed) (?:twice|repeatedly)\b", "dedupe duplicates check_data value_counts group_summary"),
    _phrase(
        r"\b(?:all|everything|everyone|anywhere) but\b|\b(?:excluding|except) the (?:smallest|largest|lowest|highest|top|bottom)\b",
        "",
        '"!="',
        '"not',
        "not_in",
    ),
    _phrase(r"\b(?:person|patient|subject)[- ](?:years?|months?|days?)(?: at risk)?\b", "", "person_", "patient_years", "patient_days"),
    _phrase(r"\bwith (?:(?:row|column|grand|sub) ?)?totals\b", "", '"margins"', '"totals"'),
    _phrase(r"\b(?:mean|average)s? and (?:the |its |their |a )?(?:\w+-)?weighted\b", "group_summary summarise"),
    _phrase(r"\b(?:brings?|brought) in (?:the )?(?:most|least)\b", "group_extreme group_rank"),
    _phrase(r"\bper (?:dollar|euro|pound)\b", "", '"/"', "_per_"),
    _phrase(r"\b(?:rows?|records?|cases?)\b[^.;]*\b(?:at least one|any|one or more)\b[^.;]*\bmissing\b", "check_data drop_missing count_rows filter_rows"),
)

_OF_GAPS = vocabulary("drop_missing fill_missing check_data profile table_one resample correlation_matrix train_model")
_TESTS = vocabulary("t welch paired anova kruskal mannwhitney wilcoxon levene chi2 fisher shapiro ks dagostino anderson jarque_bera")
_TESTING = vocabulary(
    "compare_groups compare_columns compare_proportions paired one_sample post_hoc normality correlate correlation_matrix partial_correlation "
    "regression odds_ratios adjusted_effect train_model crosstab"
)
"""Recipes that test something: where a test is named by its name, one of them must be there."""


_CALLED = {
    "correlate": vocabulary("correlate correlation_matrix partial_correlation regression associations adjusted_effect"),
    "predict": vocabulary("train_model regression odds_ratios"),
}
"""Verbs that call for one family of recipes, and no other will do."""


def unmet(text: str, tags: Sequence[Tag], recipes: Iterable[str], arguments: str) -> Iterator[str]:
    """Lines for "not done". `arguments`: those of all steps, as small letters."""
    done = frozenset(recipes) - {""}
    yield from _lost_extremes(tags, done, arguments)
    for item in tags:
        named = item.kinds.get("method") or item.kinds.get("stat")
        if (item.kinds.get("method") in _TESTS and done and not done & _TESTING) or (
            named and done <= _MOVING_ROWS and named != "n" and f'"{named}"' not in arguments and not item.kinds.keys() & {"super", "chart"}
        ):
            yield f"{item.text}: not computed"
        elif (item.kinds.get("point") in ("first", "earliest") and not done & _ORDERING and "first" not in arguments and '"min' not in arguments) or (
            item.kinds.get("cmp") == "missing" and not done & _OF_GAPS and '"missing' not in arguments and len(item.text) > 2
        ):
            yield f"{item.text}: not looked for"
        elif done and not done & _CALLED.get(item.kinds.get("verb", ""), done) and item.text.casefold().startswith(("correlat", "predict")):
            yield f"{item.text}: not computed"
    place = PLACE_OF.search(text)
    if place and done <= {"filter_rows", "rank"}:
        yield f"{place.group()}: its place among the others was not looked for"
    for phrase in _PHRASES:
        said = phrase.pattern.search(text)
        if said and not done & phrase.recipes and not any(word in arguments for word in phrase.words):
            yield f"{said.group()}: not computed"


def _lost_extremes(tags: Sequence[Tag], done: frozenset[str], arguments: str) -> Iterator[str]:
    """ "The hottest year" that nobody looked for, "the least" where the most frequent are counted, "the most missing" where means are compared, a lost rate."""
    for item in tags:
        asked = item.kinds.get("super") if not item.kinds.keys() & {"stat", "word", "chart"} else None
        if asked and (done <= {"describe", "filter_rows"} or (asked == "min" and done <= {"value_counts", "filter_rows"})):
            yield f"{item.text}: not looked for"
        elif item.kinds.get("cmp") == "missing" and "group_extreme" in done and '"statistic": "mean"' in arguments:
            yield f"{item.text}: not counted"
        elif item.kinds.get("verb") == "drop" and done <= {"count_rows", "describe"}:  # "how many dropped out": rows are counted, and none was chosen
            yield f"{item.text}: which rows are meant was not understood"
        elif item.kind == "unknown" and item.text.casefold() in ("rate", "rates") and done <= _MOVING_ROWS | {"chart"}:
            yield f"{item.text}: not computed"
