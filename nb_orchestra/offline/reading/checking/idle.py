"""A word that changes nothing when it is left out was not used: the goal is planned again without it, and an equal plan tells.

Asked only of words that compute, compare, order or restrict. What several words of a goal say together ("the share … as percent")
is left out together, and what the plan does anyway ("total revenue", where revenue is added up unasked) is no loss.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import lemma, parts, vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

LONGEST_ASKED = 600
"""Characters: a longer goal is a text with instructions, whose words are not weighed one by one."""
MOST_ASKED = 12

_FAMILIES = {
    "super": "order", "point": "order", "rank": "order", "sort": "order", "share_of": "part", "percent_of": "part", "share": "part", "rate": "part",
    "formula": "formula", "not": "not", "than": "than", "absolute": "absolute",
}  # fmt: skip
"""What words wish for, by kind or key: words of one family say the same thing."""
_STATISTICS = vocabulary("median sd var sem min max sum range iqr q1 q3 mode skew kurtosis geometric_mean harmonic_mean cv mad quantile p5 p10 p90 p95 p99")
_VERBS = vocabulary("compare correlate outlier normality regress predict cluster fill scale bin weighted partial moving run posthoc seasonal dedupe encode")
_SIDES = vocabulary("> < >= <= !=")
_REFERRING = vocabulary("other others rest remaining remainder instead leader")
"""Words that mean nothing to the grammar by themselves, and other rows or another number in a goal that holds them."""
_TALK = vocabulary("first best after before since then next latest recent present kind type different nor")
"""Words that belong to a family and are often mere talk."""
_PER = vocabulary("per each every")
_UNITS = vocabulary("item unit piece article")

_COMPARING = vocabulary(
    "compare_groups compare_columns compare_proportions paired one_sample post_hoc correlate correlation_matrix partial_correlation regression crosstab pivot "
    "odds_ratios adjusted_effect associations change_within changes_compared first_and_last against_level"
)
_DOES: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "order": (
        vocabulary(
            "head rank extreme group_extreme group_rank sort_rows longest_run trend peak moving_average outliers time_pattern associations "
            "fall_from_peak against_level"
        ),
        ('"sort"', '"rank"'),
    ),
    "part": (vocabulary("count_rows value_counts compare_proportions crosstab missing_values interval_of_share "
        "fall_from_peak against_level first_and_last"), ("percent", "pct", '"/"')),
    "formula": (vocabulary("derive"), ()),
    "than": (_COMPARING | {"fall_from_peak"}, ('"-"', "filter", '">', '"<')),
    "others": (vocabulary("compare_groups correlation_matrix associations"), ("others",)),
    "verb compare": (_COMPARING, ('"-"',)),
    "verb correlate": (_COMPARING, ()),
    "verb partial": (vocabulary("adjusted_effect odds_ratios partial_correlation"), ()),
    "verb odds": (vocabulary("odds_ratios adjusted_effect"), ()),
    "verb seasonal": (vocabulary("time_pattern seasonality"), ()),
    "verb posthoc": (vocabulary("post_hoc"), ()),
    "verb regress": (vocabulary("pca regression train_model"), ()),
    "verb dedupe": (vocabulary("drop_duplicates duplicates"), ()),
    "verb run": (vocabulary("longest_run"), ()),
    "stat sum": (vocabulary("fall_from_peak against_level first_and_last"), ()),
    "stat max": (vocabulary("fall_from_peak against_level"), ()),
    "stat min": (vocabulary("fall_from_peak against_level"), ()),
}  # fmt: skip
"""Which recipes, and which words in their arguments, do what a family wishes for, asked or not."""
_WHOLE = vocabulary("table_one check_data profile sample_size")
"""Recipes of one fixed form, whose words describe it."""


def idle(tags: Sequence[Tag], text: str, table: Table, mine: Sequence[object], planned: Callable[[str], Sequence[object] | None]) -> list[str]:
    """The words, as they stand in the goal, without which the plan is the same. `mine`: the parameters of its steps; `planned`: those of another text's."""
    families = list(_families(tags, table)) if len(text) <= LONGEST_ASKED and mine else []
    if not families:
        return []
    plan = json.dumps(mine, default=str, ensure_ascii=False)
    recipes = {str(step["recipe"]) for step in mine if isinstance(step, dict) and "recipe" in step}
    asked = [family for family in dict.fromkeys(family for _, family in families) if not _done(family, recipes, plan)]
    found: list[str] = []
    for family in asked[:MOST_ASKED]:
        places = [place for place, own in families if own == family]
        if planned(_without(text, tags, places)) == mine:
            found.append(_said(text, tags, places[0]))
    return found


def _done(family: str, recipes: set[str], plan: str) -> bool:
    """True where the plan does it anyway."""
    kind, _, key = family.partition(" ")
    if family == "overall":
        return '"by"' not in plan and '"where"' not in plan
    doing, words = _DOES.get(family, (frozenset(), ()))
    return bool(recipes & (doing | _WHOLE)) or any(word in plan for word in words) or (kind == "stat" and f'"{key}"' in plan)


def _families(tags: Sequence[Tag], table: Table) -> Iterator[tuple[int, str]]:
    """Each word that is asked about, with the family of wishes that it belongs to."""
    for place, tag in enumerate(tags):
        behind = tags[place + 1 : place + 4]
        family = _family(tag)
        if tag.text.casefold() in _PER and behind and _is_another_unit(behind[0], table):
            yield place, "per"
        elif not family or tag.text.casefold() in _TALK or _belongs(family, tag, tags[place - 1 : place], behind):
            continue
        else:
            yield place, family


def _belongs(family: str, tag: Tag, before: Sequence[Tag], behind: Sequence[Tag]) -> bool:
    """True where the word is part of what stands beside it: "10 percent", "non-smokers", "all other columns", "over time"."""
    beside = behind[0] if behind else None
    if family == "part" and before and before[0].kind == "number":
        return not tag.text.casefold().endswith(" of") and (beside is None or not beside.is_a("group", "of"))
    if family == "overall":  # the mean of all, beside those of groups or chosen rows; "overall, which …" says nothing
        return not any("stat" in item.kinds for item in (*before, *behind[:2]))
    if tag.text.casefold() == "min" and before and before[0].text.casefold() == "in":  # "pace in min per km"
        return True
    if tag.text.casefold() == "plus" and any(item.kinds.keys() & {"chart", "verb"} or item.is_a("word", "question") for item in behind):  # "plus a chart"
        return True
    if beside is not None and beside.is_a("verb", "brief", "explore"):  # "a short report"
        return True
    if before and before[0].text.casefold() == "how":  # "how long": a question
        return True
    if tag.text.casefold() in ("lower", "upper") and any(item.text.casefold() == "case" for item in behind):
        return True
    if family == "verb bin" and any(item.kind == "number" for item in behind):  # "by age band 15–29, 30–49": the bands are named
        return True
    if tag.text.casefold() == "product" and (beside is None or not beside.is_a("group", "of")):  # "per product category"
        return True
    if family == "not":
        return beside is not None and beside.kind == "column"
    if tag.text.casefold() == "instead":  # "the median instead of the mean"
        return any("stat" in item.kinds for item in behind)
    if family.startswith("stat ") and beside is not None and beside.kind == "column":  # "total alcohol" of total_litres_of_alcohol
        return lemma(tag.text) in parts(str(beside.value))
    if family == "others" and tag.text.casefold() == "other":
        return any(item.is_a("method", "column") or lemma(item.text) in ("column", "variable") for item in behind)
    return family.startswith("cmp ") and not any(item.kind == "number" or "stat" in item.kinds for item in behind)


def _is_another_unit(tag: Tag, table: Table) -> bool:
    """ "Per item", where the table knows how many items a row has, or says what its rows are."""
    word = lemma(tag.text)
    counted = any(same_notion("quantity", own) for column in table.columns for own in column.words)
    return word in _UNITS and word not in table.row_nouns and (counted or bool(table.row_nouns))


def _family(tag: Tag) -> str:
    if tag.text.casefold() == "overall":
        return "overall"
    if tag.kind == "unknown":
        return "others" if tag.text.casefold() in _REFERRING else ""
    if tag.kind != "lexical" or tag.kinds.keys() & {"chart", "method", "time"}:
        return ""
    if "point" in tag.kinds and tag.text.casefold().endswith(("er", "worse")):
        return "than"
    for kind, key in tag.kinds.items():
        if kind in ("super", "point") or (kind in ("verb", "stat", "word") and key in _FAMILIES):
            return _FAMILIES[kind if kind in ("super", "point") else key]
    named = ((kind, tag.kinds.get(kind), keys) for kind, keys in (("stat", _STATISTICS), ("cmp", _SIDES), ("verb", _VERBS)))
    return next((f"{kind} {key}" for kind, key, keys in named if key in keys), "")


def _without(text: str, tags: Sequence[Tag], places: Iterable[int]) -> str:
    for place in sorted(places, reverse=True):
        last = place + (tags[place].text.casefold() in _PER)
        text = f"{text[: tags[place].start].rstrip()} {text[tags[last].end :].lstrip()}"
    return text.strip()


def _said(text: str, tags: Sequence[Tag], place: int) -> str:
    """The word, with the one behind it where it says little alone: "per item", "at least 3"."""
    alone = not (tags[place].kinds.keys() & {"cmp"} or tags[place].text.casefold() in _PER) or place + 1 == len(tags)
    return text[tags[place].start : tags[place if alone else place + 1].end]
