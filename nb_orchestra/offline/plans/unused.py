"""What a goal with an answer format says and no step of its answer holds: a column, a value, a number, an order to fill or to leave out.

The answer of a plan that lacks one of them is the answer to another question, so it is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.remarks import EXAMPLES, PART_RANGES, REFUSES, REMARKS, each_level
from nb_orchestra.offline.reading.answer_formats.binding import bound, ignored
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.answer_formats.predictors import GOES_ON
from nb_orchestra.offline.reading.answer_formats.verdicts import rules
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import SPELLED, fold
from nb_orchestra.offline.reading.rephrasing.levelling import level_ground
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tagging import Tag, tag

_SMALL = frozenset({0.0, 1.0})

_ACTS: tuple[tuple[re.Pattern[str], frozenset[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(recipes.split()), words)
    for pattern, recipes, words in (
        (r"\b(?:fill(?:ed|ing)?|imput\w+|replac\w+ (?:\w+ ){0,3}(?:missing|nan|null))\b", "fill_missing", ()),
        (r"\b(?:map|mapped|mapping|recode\w*|harmoni[sz]e\w*|merge)\b", "replace_values encode", ('"if"', '"cases"')),
        (r"\breplac(?:e|ed|ing)\b(?! (?:the |any )?infinit)", "fill_missing replace_values clean_text", ('"if"', '"cases"')),
        (
            r"\b(?:fill|imput|replac)\w*\b[^.;]*\b(?:respective|same|corresponding|within each|by group|group-?wise|(?:of|for|in) each)\b"
            r"(?! (?:columns?|variables?|features?|missing|of the(?:se)? columns?))",
            "",
            ('"by"',),
        ),
        (r"\blog(?:arithm\w*)?(?:[- ]transform\w*)?\b(?!istic)|\bln\b", "", ('"log',)),
        (r"\bsquare[- ]root\b|\bsqrt\b", "", ('"sqrt"', "rmse")),
        (r"\bthe square of\b|(?<!r-)(?<!r )(?<!chi-)(?<!chi )(?<!mean )(?<!root )(?<!eta-)\bsquared(?! (?:error|diff|value|test|stat))\b", "", ('"**"', "r2")),
        (
            r"\b(?:is|are|as|be|defined as|calculated as|computed as|equals?)\b[^.;]*(?:\bminus\b|\bdivided by\b|\)\s*/)|\(\w[^()]*\s[-−]\s[^()]*\)\s*/",
            "derive count_rows value_counts encode regression train_model associations",
            ('"op": "-"', '"op": "/"', '"op": "%"', "zscore", "minmax", "standard", '"range"', '"iqr"'),
        ),
        (r"\b(?:encode|encoded|encoding)\b", "encode replace_values", ('"if"', '"cases"')),
        (r"\b(?:split|train-test|train/test|training set)\b", "train_model", ()),
        (r"\b(?:standardi[sz]e[ds]?|normali[sz]e[ds]?|rescale[ds]?)\b", "derive train_model", ()),
        (
            r"\boutliers?\b[^.;]*\b(?:remov|exclud|drop|discard|without)|\b(?:remov|exclud|drop|discard)\w*[^.;]*\boutliers?\b",
            "remove_outliers clip_outliers",
            (),
        ),
        (r"\bduplicate[sd]?\b", "drop_duplicates duplicates check_data", ()),
    )
)  # fmt: skip
"""Orders, and the recipes (or words in the arguments) that carry them out."""


_OTHER_SPLIT = re.compile(
    r"\b(?:(?:no|without|not|don[’']t) shuffl\w*|shuffle\s*=\s*False|(?:first|last) \d+ ?%|chronological\w*|cross[- ]validat\w*|k-?fold|"
    r"(?<!no )(?<!without )stratif\w*)",
    re.IGNORECASE,
)
"""Ways to hold rows back that no step offers."""


def unused(draft: Draft) -> str | None:
    """The first thing that was said and is in no step of the answer, as a line for "not done"; None where there is none."""
    return next(_unused(draft), None)


def _unused(draft: Draft) -> Iterator[str]:
    params = [step["params"] for step in draft.steps]
    held = _Held(params, draft)
    asked = level_ground(divide(draft.reading.question)[0])
    asked = PART_RANGES.sub(lambda found: " " * len(found.group()), asked)
    asked = EXAMPLES.sub(lambda found: " " * len(found.group()), asked)
    gaps = next(
        (item["column"] for step in params if step.get("recipe") == "filter_rows" for item in step["arguments"]["where"] if item["op"] == "missing"), ""
    )
    if gaps:  # nothing is computed of rows without a value: "without" was taken the wrong way round
        yield f"{gaps}: which rows are meant is not understood"
    if lost := next((name for name in _made(draft) if not any(name in _read(step) for step in params)), ""):
        yield f"{lost}: it is made and not used"
    for tags in split(bound(tag(asked, draft.table), asked, draft.table, _made(draft)), whole=True):
        text = asked[tags[0].start : tags[-1].end]
        if (other := _OTHER_SPLIT.search(text)) and any(_splits_by_chance(step) for step in params):
            yield f"{other.group()}: the rows are split by chance"
        if REFUSES.search(text) or ((without := ignored(text, draft.table)) and not {fold(name) for name in without} & held.texts):
            continue
        yield from _orders(text, held)
        yield from _numbered(text, held, draft)
        if REMARKS.search(text) or rules(text):
            yield from _pieces([item for item in tags if item.kind == "column" and asked[item.start - 1 : item.start] in _QUOTES], held, draft)
            continue
        yield from _methods(tags, held)
        yield from _features(text, tags, draft)
        yield from _pieces(tags, held, draft)


def _splits_by_chance(step: Mapping[str, Any]) -> bool:
    return step.get("recipe") == "train_model" and not step["arguments"].get("how", {}).get("split")


class _Held:
    """Everything that the steps of an answer name."""

    def __init__(self, params: list[Mapping[str, Any]], draft: Draft) -> None:
        self.texts = {fold(text) for text in texts_in(params)}
        self.numbers = {abs(float(number)) for number in _numbers_in(params)}
        self.recipes = {str(item.get("recipe", "")) for item in params}
        self.text = str(params).replace("'", '"')
        self.numbers |= {abs(float(number)) for rule in draft.reading.rules for number in _numbers_in(rule.when)}
        self.numbers |= {float(draft.table.rows)} | {float(number) for column in draft.table.columns for number in each_level(column, draft.reading.question)}
        self.numbers |= {1 - number for number in self.numbers} | {draft.reading.level}
        self.numbers |= {100 * number for number in self.numbers}
        self.numbers |= {float(number) for text in self.texts if not _STEP.fullmatch(text) for number in re.findall(r"\d+(?:\.\d+)?", text)}
        self.texts |= {fold(rule.label.strip(" \"'.,")) for rule in draft.reading.rules}
        self.texts |= {fold(label) for slot in draft.reading.slots for label in slot.labels}

    def number(self, number: float) -> bool:
        return any(abs(number - own) < 1e-9 * max(1.0, abs(own)) for own in self.numbers)


_STEP = re.compile(r"s\d+")


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers_in(item)


_NUMBERED = re.compile(r"\b(two|three|four|five|six|seven|eight)\s+(?:\w+\s+)?(?:columns|variables|features|predictors)\b", re.IGNORECASE)


def _numbered(text: str, held: _Held, draft: Draft) -> Iterator[str]:
    """ "The four columns involved", where the steps name three."""
    found = _NUMBERED.search(text)
    named = [column.name for column in draft.table.columns if fold(column.name) in held.texts]
    if found and 0 < len(named) < SPELLED[found.group(1).casefold()] and re.search(r"\b(?:the|these|those|all|involved)\b", text, re.IGNORECASE):
        yield f"{found.group()}: only {len(named)} are used"


def _orders(text: str, held: _Held) -> Iterator[str]:
    for pattern, recipes, words in _ACTS:
        found = pattern.search(text)
        if found and not held.recipes & recipes and not any(word in held.text for word in words):
            yield f"{found.group()}: no step does it"


_METHODS = {"zscore": "zscore", "mad": "mad", "spearman": "spearman", "kendall": "kendall"}
"""Methods that a step must name in its arguments, and no step does by itself."""


def _methods(tags: Sequence[Tag], held: _Held) -> Iterator[str]:
    for item in tags:
        method = _METHODS.get(item.kinds.get("method", ""))
        if method and method not in held.text:
            yield f"{item.text}: no step does it"


_FEATURES = re.compile(r"\b(?:features|predictors|independent variables|explanatory variables|inputs)\b", re.IGNORECASE)


def _features(text: str, tags: Sequence[Tag], draft: Draft) -> Iterator[str]:
    """Features that are listed are all of them."""
    listed = {str(item.value) for item in tags if item.kind == "column"}
    models = [step["params"]["arguments"] for step in draft.steps if step["params"].get("recipe") in ("train_model", "regression")]
    columns = [item for item in tags if item.kind == "column"]
    behind = text[columns[-1].end - tags[0].start :] if columns else ""
    listed_whole = any(_each_quoted(model.get("features") or model.get("x") or (), draft.reading.question) for model in models)
    if models and not listed_whole and GOES_ON.match(behind) and re.search(r"\b(?:predict|features|regress|using|from|based on)", text, re.IGNORECASE):
        yield f"{behind.strip(' ,')[:60]}: no column is called so"
    if len(listed) > 1 and models and _FEATURES.search(text) and not any(set(model.get("features", ())) <= {*listed, *_made(draft)} for model in models):
        yield f"{text[:60]}: other features are used"


_QUOTES = ("'", '"', "`", "“", "‘")


def _each_quoted(features: Sequence[str], question: str) -> bool:
    """Every feature stands in quotes: the list in words in front of them is told again."""
    return bool(features) and all(re.search(rf"[\"'`“‘]{re.escape(name)}[\"'`”’]", question) for name in features)


def _read(step: Mapping[str, Any]) -> set[str]:
    """Every text in a step's arguments but the name of what it makes."""
    arguments = {key: value for key, value in step.get("arguments", {}).items() if key != "name"}
    return set(texts_in(arguments))


def _made(draft: Draft) -> list[str]:
    return [str(intent.option("name")) for intent in draft.reading.intents if intent.kind == "derive"]


def _pieces(tags: Sequence[Tag], held: _Held, draft: Draft) -> Iterator[str]:
    for position, item in enumerate(tags):
        if item.kind in ("level", "text") and _is_alias(tags, position):
            held.texts.add(fold(item.text.strip("\"'")))
        elif said := _said(item, draft):
            missed = fold(said) not in held.texts and not _held_number(item, held) and not (item.kind == "text" and _is_label(tags, position))
            yield from [f"{said}: no step uses it"] if missed else []
        elif item.kind == "number" and abs(float(item.value)) not in _SMALL and not (_spelled(tags, position) or held.number(abs(float(item.value)))):
            yield f"{item.text}: this number was not used"


def _held_number(item: Tag, held: _Held) -> bool:
    """A code that the goal gives a word for."""
    value = item.value[1] if item.kind == "level" else None
    return isinstance(value, int | float) and (abs(value) in _SMALL or held.number(abs(float(value))))


def _said(item: Tag, draft: Draft) -> str:
    """The name or value that a piece of a sentence fixes; nothing for a word that may mean something else."""
    if item.kind == "column":
        return str(item.value) if _named(item, draft) else ""
    return str(item.value[1]) if item.kind == "level" else str(item.value) if item.kind == "text" else ""


def _spelled(tags: Sequence[Tag], position: int) -> bool:
    """ "The three columns": a number in words that nothing is held against."""
    return tags[position].text.isalpha() and not (position and tags[position - 1].kinds.get("cmp", "==") != "==")


def _is_alias(tags: Sequence[Tag], position: int) -> bool:
    """ "The 'Wins' in the 'A' column": another name of a column that stands behind it."""
    behind = tags[position + 1 : position + 4]
    return [item.text.casefold() for item in behind[:2]] == ["in", "the"] and len(behind) == 3 and behind[2].kind == "column"


def _named(item: Tag, draft: Draft) -> bool:
    """True for a column by its whole name, or by all of its several words."""
    return item.how == "named" or (item.how == "words" and not item.rivals and len(draft.table[str(item.value)].words) > 1)


def _is_label(tags: Sequence[Tag], position: int) -> bool:
    """ "Defined as 'heavy' if …": a word for a result, not a value of the table."""
    return position > 0 and tags[position - 1].text.casefold().split()[-1] in ("as", "called", "named", "considered", "state", "answer", "label")
