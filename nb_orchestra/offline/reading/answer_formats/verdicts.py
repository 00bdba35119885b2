"""Rules that turn numbers into words: "linear if p < 0.05 and |r| ≥ 0.5", "a skewness above 0.5 indicates skewed_right".

Reads the sentences that state them into labels with conditions, and finds which allowed label a phrase means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rapidfuzz import fuzz

from nb_orchestra.offline.reading.answer_formats.labelling import quoted_rules, with_subjects
from nb_orchestra.offline.reading.intents import Rule
from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag, tag

QUANTITIES = frozenset({"p", "r", "r2", "skew", "kurtosis", "statistic", "accuracy", "rmse", "mse", "slope"})
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n+")
_ELSE = re.compile(r"[,;]?\s*\b(?:else|otherwise|if not)\b,?\s*", re.IGNORECASE)
_INDICATES = re.compile(
    r"\s+(?:indicates?|means?|suggests?|implies|imply|is considered(?: as)?|are considered(?: as)?|is defined as|are defined as|represents?|"
    r"signif(?:y|ies)|is classified as|shows?)\s+(?:that\s+)?",
    re.IGNORECASE,
)
_EMPTY = Table("", (), 0)


_ALPHA = re.compile(
    r"(?:alpha|significance)(?:\s+level)?\s*(?:\(alpha\)|level)?\s*(?:\([^)]*\)\s*)?(?:of|=|is|at|:|should be taken as)?\s*(?:α\s*=\s*)?(0?\.\d+)",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"(?:the\s+)?(?:chosen\s+)?(?:alpha(?:\s+level)?|significance\s+level(?:\s*\(alpha\))?|level of significance|threshold)\b(?!\s*(?:of|is|=)?\s*0?\.\d)",
    re.IGNORECASE,
)


def significance(body: str) -> float:
    """The level that a text sets for its tests; 0.05 where it sets none."""
    match = _ALPHA.search(body)
    return float(match.group(1)) if match else 0.05


def rules(body: str) -> tuple[Rule, ...]:
    """Every rule that the text states, in order."""
    found: list[Rule] = []
    level = significance(body)
    body = with_subjects(_LEVEL.sub(str(level), body))
    subject: dict[str, Any] = {}
    for sentence in _SENTENCE.split(body):
        sentence, before = sentence.strip(" .;{}"), dict(subject)
        plain = list(_sentence_rules(sentence, subject))
        quoted = quoted_rules(sentence, before, conditions)
        if len(quoted) > len(plain):
            subject.clear()
            subject.update(before)
        found.extend(quoted if len(quoted) > len(plain) else plain)
    return tuple(found)


def _sentence_rules(sentence: str, subject: dict[str, Any]) -> Iterator[Rule]:
    trailing = re.search(r",?\s*(?:and\s+)?[\"']?([\w ]{2,30}?)[\"']?\s+otherwise$", sentence, re.IGNORECASE)
    if trailing:
        sentence = f"{sentence[: trailing.start()]}, otherwise {trailing.group(1)}"
    main, *rest = _ELSE.split(sentence, maxsplit=1)
    made = [rule for piece in re.split(r"[,;]\s*(?:and\s+)?(?=if\b|when\b)", main, flags=re.IGNORECASE) for rule in _stated(piece, subject)]
    yield from made
    if made and rest and rest[0]:
        yield Rule(rest[0])


def _stated(main: str, subject: dict[str, Any]) -> Iterator[Rule]:
    start = re.match(r"(?:then\s+)?(?:if|when|where|in case)\s+", main, re.IGNORECASE)
    if start:
        condition, label = _cut_after_condition(main[start.end() :])
        yield from _rule(label, condition, subject)
        return
    inner = re.split(r"\s+(?:if|when|only if)\s+", main)
    if len(inner) > 2:
        for piece in re.split(r",\s*(?:and\s+)?", main):
            label, _, condition = piece.partition(" if ")
            yield from _rule(label, condition, subject)
        return
    if len(inner) == 2:
        yield from _rule(inner[0], inner[1], subject)
        return
    pieces = _INDICATES.split(main)
    condition = pieces[0]
    for following in pieces[1:]:
        label, condition_next = _cut_label(following)
        yield from _rule(label, condition, subject)
        condition = condition_next


def _cut_after_condition(text: str) -> tuple[str, str]:
    """ "the p-value is less than 0.05, report X" → condition, label."""
    spots = [match.start() for match in re.finditer(r",\s|\bthen\b|:\s", text)]
    for spot in spots:
        if not re.search(r"\d", text[spot:]) or spot == spots[-1]:
            return text[:spot], re.sub(r"^(,|:|then)\s*(then\s+)?", "", text[spot:])
    split = re.split(r"\s+(?:it is|it's|the \w+ is|this is|consider it|we consider it as|classify it as|label it(?: as)?|report)\s+", text, maxsplit=1)
    return (split[0], split[1]) if len(split) == 2 else (text, "")


def _cut_label(text: str) -> tuple[str, str]:
    """A label ends where the next range begins."""
    match = re.search(r",\s*(?:and\s+|while\s+)?|\s+and\s+(?=an?\b|the\b|values?\b|if\b|greater|less|above|below|between)|\s+while\s+", text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def _rule(label: str, condition: str, subject: dict[str, Any]) -> Iterator[Rule]:
    when, any_of = conditions(condition, subject)
    if when and label.strip():
        yield Rule(label.strip(), tuple(when), any_of)


def conditions(text: str, subject: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Comparisons of quantities with numbers. `subject` carries the last quantity over sentences."""
    tags = tag(text, _EMPTY)
    found: list[dict[str, Any]] = []
    absolute = False
    position = 0
    while position < len(tags):
        item = tags[position]
        key = _quantity(item)
        if key and found_before(tags, position):
            subject.update(quantity=key, absolute=absolute or tags[position - 1].text == "|")
            number, op = found_before(tags, position) or (0.0, "<")
            found.append({**subject, "op": _FLIPPED[op], "value": number})
        if item.is_a("word", "absolute") or item.text == "|":
            absolute = True
        elif key:
            subject.update(quantity=key, absolute=absolute)
            absolute = False
        if (item.kind == "lexical" and item.kinds.get("cmp") in (">", "<", ">=", "<=", "between")) or (
            item.kind == "number" and _range_follows(tags, position)
        ):
            made, position = _comparison(tags, position, subject)
            if made and subject:
                found.append({**subject, **made})
            continue
        position += 1
    any_of = len(found) > 1 and bool(re.search(r"\d\s*,?\s+or\s+", text)) and not re.search(r"\d\s*,?\s+and\s+(the|its|absolute|p|r|if)\b", text)
    return found, any_of


_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def found_before(tags: list[Tag], position: int) -> tuple[float, str] | None:
    """ "0.3 <= |r|": the number and sign in front of a quantity."""
    front = [item for item in tags[max(0, position - 4) : position] if item.text != "|"][-2:]
    if len(front) == 2 and front[0].kind == "number" and front[1].kinds.get("cmp") in _FLIPPED and front[1].text in ("<", "<=", ">", ">=", "≤", "≥"):
        return float(front[0].value), front[1].kinds["cmp"]
    return None


def _quantity(item: Tag) -> str:
    for kind in ("measure", "stat"):
        if item.kinds.get(kind) in QUANTITIES:
            return item.kinds[kind]
    if item.kind == "unknown" and item.text == "r":
        return "r"
    return ""


def _range_follows(tags: list[Tag], position: int) -> bool:
    """Two numbers joined by "and" or "to" with nothing before: a range."""
    following = [item for item in tags[position + 1 : position + 4] if item.text != "+"]
    return len(following) > 1 and following[0].text.casefold() in ("and", "to", "–") and following[1].kind == "number"


def _comparison(tags: list[Tag], position: int, subject: dict[str, Any]) -> tuple[dict[str, Any], int]:
    op = tags[position].kinds.get("cmp", "between") if tags[position].kind == "lexical" else "between"
    numbers: list[float] = []
    end = position if tags[position].kind == "number" else position + 1
    while end < len(tags) and len(numbers) < (2 if op == "between" else 1):
        if tags[end].kind == "number":
            numbers.append(_signed(tags, end))
        elif tags[end].kinds.get("cmp") in (">", "<", ">=", "<=") and numbers:
            break
        elif tags[end].is_a("cmp", ">=", "<=") and not numbers and tags[end].text != tags[position].text:
            op = tags[end].kinds["cmp"]
        end += 1
    if op == "between":
        return ({"op": "between", "value": sorted(numbers)} if len(numbers) == 2 else {}), max(end, position + 1)
    if not numbers:
        return {}, position + 1
    following = " ".join(item.text.casefold() for item in tags[end : end + 3])
    if op in (">", "<") and re.match(r"or equal|or more|or less", following):
        op += "="
    return {"op": op, "value": numbers[0]}, max(end, position + 1)


def _signed(tags: list[Tag], position: int) -> float:
    value: float = tags[position].value
    before = tags[position - 1] if position else None
    minus = (
        before is not None
        and before.text in ("-", "−", "–")
        and before.end == tags[position].start
        and not (position > 1 and tags[position - 2].kind == "number")
    )
    return -value if minus else value


_NEGATIVE = re.compile(
    r"\b(no|not|none|non|isn't|doesn't|insignificant|false|never|cannot|neither|reject|nonsignificant|insufficient|fail)\b|"
    r"\bnon[-_ ]?\w+|\bin(?:significant|dependent)\b",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """True where a phrase says that something is not so."""
    cleaned = re.sub(
        r"null hypothesis is (?:not )?rejected(?: and)?|we (?:reject|fail to reject) the null hypothesis(?: and)?|reject the null hypothesis(?: and)?",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return bool(_NEGATIVE.search(re.sub(r"nonlinear|non-linear", "nonlinear_", cleaned).replace("nonlinear_", "curved")))


def allowed(label: str, options: tuple[str, ...]) -> str | None:
    """The option that a rule's wording means: by its words first, else by whether it affirms or denies."""
    said = _stems(label)
    scored = sorted(((_overlap(_stems(option), said), -len(option), option) for option in options), reverse=True)
    same = [item for item in scored if item[0] > 0.99 and denies(item[2]) == denies(label)]
    if same:
        return max(same, key=lambda item: len(_stems(item[2])))[2]
    sided = [option for option in options if denies(option) == denies(label)]
    if len(sided) == 1:
        return sided[0]
    best = max(((fuzz.token_set_ratio(label, option), option) for option in sided or options), default=(0, ""))
    return best[1] if best[0] >= 75 else None


def _stems(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]+", text.casefold().replace("non-", "non").replace("-", " ").replace("_", " "))
    return frozenset(re.sub(r"(ation|ed|ing|ly|e|es|al)$", "", lemma(word)) for word in words)


def _overlap(option: frozenset[str], said: frozenset[str]) -> float:
    return len(option & said) / len(option) if option else 0.0
