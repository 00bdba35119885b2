"""What one answer slot asks: its quantity, column, level, and whether before or after the goal's changes.

Read from the slot's name first, then from its placeholder, then from what the format says of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.plans.explained import defined_level, explained_level, of_a_test, taken_column
from nb_orchestra.offline.reading import Slot
from nb_orchestra.offline.reading.answer_formats.binding import exactly_named
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.tagging import Tag, tag

STATISTICS = vocabulary("mean median sd var sem min max sum range iqr q1 q3 mode skew kurtosis distinct geometric_mean harmonic_mean cv mad p5 p10 p90 p95 p99")
_BY_PATTERN = tuple(
    (re.compile(pattern), quantity)
    for pattern, quantity in (
        (r"\bp[ _-]?val|^p$|\bp[ _]", "p"),
        (r"\b(percent\w*|proportion|share|rate)\b.*\boutlier|\boutlier.*\b(percent\w*|proportion|share)\b", "outlier_percent"),
        (r"\b(number|num|no|count|n|total|how many)\b.*\boutlier|\boutliers?\b.*\b(count|number|num|n|total)\b", "outlier_n"),
        (r"\b(lower|low)\b.*\b(bound|limit|fence)", "low_limit"),
        (r"\b(upper|high)\b.*\b(bound|limit|fence)", "high_limit"),
        (
            r"\b(percent\w*|proportion|share|ratio|pct|rate)\b.*\b(missing|null|nan)|\b(missing|null|nan)\b.*\b(percent\w*|proportion|ratio|pct|rate)\b",
            "missing_percent",
        ),
        (r"\b(missing|null|nan)s?\b.*\b(count|number|num|total|values?|entries|n)\b|\b(count|number|num|total|n)\b.*\b(missing|null|nan)", "missing"),
        (r"\b(n|number|count|num)\b.*\b(imputed|filled)|\b(imputed|filled)\b.*\b(count|number|n|values)\b", "missing"),
        (r"\b(?:dof|degrees? of freedom)\b|^df$", "df"),
        (r"\br[ _-]?squared?\b|\br2\b|coefficient of determination|\br2 score", "r2"),
        (r"\brmse\b|root mean square", "rmse"),
        (r"\bmse\b|mean squared? error", "mse"),
        (r"\bmae\b|mean absolute error", "mae"),
        (r"\baccuracy\b", "accuracy"), (r"\bprecision\b", "precision"), (r"\brecall\b", "recall"), (r"\bf1\b", "f1"), (r"\bauc\b", "auc"),
        (r"\bcorr(elation)?\b|\br[ _]value\b|^r$|^r (?!squared?|2)|\bpearson|\bspearman|\brho\b|\btau\b|\bkendall|\bcorr[ _]coef", "r"),
        (r"\bskew", "skew"), (r"\bkurt", "kurtosis"),
        (r"\bshapiro[ _](w|stat)", "statistic"),
        (r"\b(test|t|f|u|w|h|chi2?|chi square|ks|z(?!score)|shapiro)[ _]?(stat\w*|score|value)\b|\bstatistic$|^(t|f|u|w|h|chi2)$", "statistic"),
        (r"^chi[ _]?(2|sq)|^chi squared?|^(t|f|u|w|h|z|ks)$", "statistic"),
        (r"\bslope\b|\b(?:regression )?coefficient\b|\bcoefs?\b|\bbeta\b", "slope"), (r"\bintercept\b", "intercept"),
    )
)  # fmt: skip
_BEFORE = vocabulary("before pre original initial originally with raw old uncleaned")
_AFTER = vocabulary("after post new without updated clean cleaned trimmed filtered remaining imputed final")


@dataclass(frozen=True)
class Wanted:
    """What one slot asks."""

    slot: Slot
    quantity: str
    columns: tuple[str, ...] = ()
    levels: tuple[tuple[str, Any], ...] = ()
    stage: str = ""
    text: str = ""
    statistics: tuple[str, ...] = ()
    lists: bool = False
    words: frozenset[str] = field(default_factory=frozenset)


def wanted(slot: Slot, draft: Draft) -> Wanted:
    """Reads a slot's name, placeholder and explanation: which quantity, of which column, which level, before or after what."""
    name = slot.name.replace("_", " ").replace("-", " ")
    spelled = re.sub(r"\bnon(?=[a-z]{4})", "non ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    exact = _exact_names(slot.name, draft)
    bare = _without_name(spelled, exact)
    tags = _spoken(tag(f"{exact} {bare}", draft.table), draft)
    if not any(item.kind == "column" for item in tags):
        tags = tags + [item for item in tag(f"{slot.inside} . {slot.about}", draft.table) if item.kind == "column" and item.how in ("named", "words")]
    text = f"{bare.casefold()} | {'' if _numbered(slot, draft) else slot.inside.replace('_', ' ').casefold()}"
    words = frozenset(re.findall(r"[a-z]+", spelled.casefold()))
    statistics = tuple(
        dict.fromkeys(
            item.kinds["stat"]
            for item in tag(bare + " . " + ("" if slot.inside == "number" else slot.inside.replace("_", " ")), draft.table)
            if "stat" in item.kinds
        )
    )
    stage = "before" if words & _BEFORE else "after" if words & _AFTER else ""
    inner = set(re.findall(r"[a-z]+", slot.inside.casefold().replace("_", " ")))
    stage = stage or ("before" if inner & (_BEFORE - {"with"}) else "after" if inner & (_AFTER - {"without"}) else "")
    spoken = [name for intent in draft.reading.intents for name in intent.columns]
    columns = tuple(dict.fromkeys(_part_of_date(_spoken_of(item, spoken), draft) for item in tags if item.kind == "column" and not _only_a_stage(item)))
    levels = _group_levels(name, draft) or tuple(dict.fromkeys(_level(item) for item in tags if item.kind == "level"))
    levels = tuple(pair for pair in levels if not of_a_test(str(pair[1]), name)) or defined_level(words, draft) or explained_level(slot, draft)
    truths = _truths(columns, spelled, draft)
    taken_from = taken_column(slot, draft)
    if taken_from:
        columns, levels, truths = (taken_from,), (), ()
    return Wanted(
        slot,
        "which" if taken_from or _names_values(slot, draft) else _quantity(slot, text, statistics, tests=_has_tests(draft), correlating=_correlates(draft)),
        tuple(column for column in columns if column not in {name for name, _ in (*truths, *levels)}),
        (*levels, *truths),
        stage,
        f"{text} {slot.about.casefold()}",
        tuple(key for key in statistics if key in STATISTICS),
        bool(re.search(r"\.\.\.|list|,", slot.inside)) or "list" in slot.about,
        words,
    )


def _numbered(slot: Slot, draft: Draft) -> bool:
    """ "@r_before[r1], @r_after[r2]": numbers of slots, and no R²."""
    beside = {other.inside for other in draft.reading.slots if other.name != slot.name}
    return re.fullmatch(r"[a-z]\d", slot.inside) is not None and any(re.fullmatch(rf"{slot.inside[0]}\d", inside) for inside in beside)


def _spoken(tags: list[Tag], draft: Draft) -> list[Tag]:
    """A slot's name chooses among what the goal speaks of: a loose word of it is no other column where the goal names its own exactly."""
    exact = exactly_named(tag(divide(draft.reading.question)[0], draft.table), draft.table)
    numeric = any(draft.table[name].kind == "number" for name in exact)
    spoken = {name for intent in draft.reading.intents for name in (*intent.columns, *intent.by)} | exact
    loose = [item for item in tags if item.kind == "column" and item.how in ("part", "synonym", "typo")]
    return [item for item in tags if not numeric or item not in loose or spoken & {str(item.value), *item.rivals}]


def _only_a_stage(item: Tag) -> bool:
    """ "std before": when, and no column called pain_before."""
    return item.text.casefold() in (_BEFORE | _AFTER) - {"original", "final"} and item.how != "named"


def _spoken_of(item: Tag, spoken: list[str]) -> str:
    """Of the columns that a slot's word may mean, the one that the question is about."""
    return next((name for name in (str(item.value), *item.rivals) if name in spoken), str(item.value))


def _part_of_date(name: str, draft: Draft) -> str:
    """Of a date whose year (or month …) the goal extracts, the column that holds it."""
    dated = name in draft.table and draft.table[name].kind == "date"
    return draft.reading.anew.get(name, name) if dated else name


def _names_values(slot: Slot, draft: Draft) -> bool:
    """True where the words that a slot may hold are values of a column: the answer is one of them, not a verdict."""
    levels = {fold(str(level)) for column in draft.table.of_kind("text") for level in column.levels}
    return (
        len(slot.labels) >= 2
        and all(fold(label) in levels for label in slot.labels)
        and not any(re.fullmatch(r"yes|no|true|false", fold(label)) for label in slot.labels)
    )


def _group_levels(name: str, draft: Draft) -> tuple[tuple[str, Any], ...]:
    """A value of a column that the goal groups by: "rain mean", "average age class1"."""
    by = list(dict.fromkeys(column for intent in draft.reading.intents for column in intent.by if column in draft.table))
    folded = f" {fold(re.sub(r'(?<=[a-z])(?=[0-9])', ' ', name.casefold()))} "
    found = [(column, level) for column in by for level in draft.table[column].levels if f" {fold(str(level))} " in folded]
    longest = max((len(str(level)) for _, level in found), default=0)
    return tuple(pair for pair in found if len(str(pair[1])) == longest)[:1]


def _truths(columns: tuple[str, ...], name: str, draft: Draft) -> tuple[tuple[str, Any], ...]:
    """ "mean fare of non-survivors": a yes/no column in the name of a slot about another measure says which rows."""
    measured = [column for intent in draft.reading.intents for column in intent.columns if column in draft.table and not draft.table[column].truth]
    said = [column for column in columns if column in draft.table and draft.table[column].truth]
    if not said or not measured or re.search(r"rate|percent|proportion|share", name):
        return ()
    no = re.search(r"\b(non|not|no|without|un)\b|\bnon[a-z]", name.casefold()) is not None
    column = draft.table[said[0]]
    return ((column.name, column.no if no else column.yes),)


def _without_name(spelled: str, name: str) -> str:
    """The slot's words that are not its column's: they say which quantity."""
    return re.sub(re.escape(fold(name.strip("`"))), " ", spelled.casefold()) if name else spelled


def _exact_names(name: str, draft: Draft) -> str:
    """Columns whose whole name stands inside the slot's name: mean_body_mass_g."""
    folded = f" {fold(name)} "
    fitting = [column.name for column in draft.table.columns if len(fold(column.name)) > 3 and f" {fold(column.name)} " in folded]
    best = max(fitting, key=len, default="")
    return f"`{best}`" if best else ""


def _level(item: Tag) -> tuple[str, Any]:
    return item.value[0], item.value[1]


_TESTING = vocabulary("compare correlate normality proportions one_sample trend partial regress train paired matrix compare_columns")


def _correlates(draft: Draft) -> bool:
    kinds = {intent.kind for intent in draft.reading.intents}
    return bool(kinds & {"correlate", "matrix", "partial"}) and not kinds & {"regress", "train", "trend"}


def _has_tests(draft: Draft) -> bool:
    return any(intent.kind in _TESTING for intent in draft.reading.intents)


def _quantity(slot: Slot, text: str, statistics: tuple[str, ...], *, tests: bool, correlating: bool = False) -> str:
    said = f"{slot.inside} {slot.about}".casefold()
    stringy = re.search(r"\b(strings?|name of|list of strings?)\b", said) and not re.search(r"\b(numbers?|float|integer|numeric)\b", said)
    if len(slot.labels) >= 2:
        return "label"
    if correlating and re.search(r"\bcoefficient\b", text) and "regression" not in text:
        return "r"
    if stringy and not re.search(r"outlier", text):
        return "which"
    name, _, inside = text.partition(" | ")
    letter = len(inside.strip()) == 1 and (not tests or "n" in statistics)  # "@count_F[f]": no F statistic
    for piece in (name, "" if letter else inside):
        for pattern, quantity in _BY_PATTERN:
            if pattern.search(piece):
                return quantity
        named = [key for key in statistics if key in STATISTICS]
        if piece is name and not named and re.search(r"\b(?:percentage|percent|proportion|share|pct)\b", name):
            return "share"
        if named and piece is name:
            return _first_statistic(name, named)
    if not statistics and re.search(r"\b(rate|percentage|percent|proportion|share|pct)\b", name):
        return "share"
    if "outlier" in text:
        counted = re.search(r"\b(?:count|integer|number of)\b|^(?:n|number)\b", said) and not re.search(r"\blist\b|\bstrings?\b|,", said)
        return "outlier_n" if counted else "outlier_list"
    ends = re.search(r"\b(?:(smallest|lowest|minimum|shortest)|(largest|highest|maximum|longest|biggest))\b", name)
    if ends and not statistics and re.search(r"\b(?:float|number|integer|decimals?)\b", said):
        return "min" if ends.group(1) else "max"
    if re.search(r"\b(?:missing|null|nan)\b", name):
        return "missing"
    if statistics:
        return {"n": "n", "share": "share"}.get(statistics[0], statistics[0])
    return "which" if stringy else "value"


def _first_statistic(name: str, named: list[str]) -> str:
    """Of several words ("average of the highest"), the first that is no superlative."""
    return next((key for key in named if key not in ("min", "max", "sum")), named[0])


def stage_of(draft: Draft, want: Wanted) -> Ref:
    """The table before the first change, or as it stands now."""
    return draft.stages[0] if want.stage == "before" and draft.stages else draft.present
