"""Does a word that nothing took change the answer? Names of the rows, words of courtesy and of telling do not; any other one may."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.takings import TAKINGS
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.synonyms import DERIVED, same_notion
from nb_orchestra.offline.reading.language.words import fold, lemma, plural, vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.restricting.truths import PEOPLE
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

WHEN = vocabulary(
    "january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday weekend "
    "holiday half fortnight negative positive failed passed"
)
"""Words that restrict: where a condition did not take one of these, other rows are meant than were counted."""

NOT_READ = "not read, so the answer may leave out what is meant"

_LIGHT = vocabulary(
    "people thing item unit money overall general generally typically usually actually roughly approximately currently really simply exactly "
    "respectively recorded measured collected observed listed included involved contained available named called known given made make taken took "
    "seen found brought bring brings come came went going look looking want wanted like need needed know think believe wonder curious interested "
    "interesting understand clear nice short quick brief question answer insight context information detail figure result finding number analysis "
    "study research course student teacher class lesson homework exercise report boss manager team hello thanks thank dear help kindly strongly "
    "highly closely clearly much more many several various different difference together separately side full complete entire possible time "
    "amount level value size kind sort type way part rest most least best effect role case point fact order hundred thousand million billion "
    "trillion whole increase increased decrease decreased growth grew grow drop dropped rise rose fall fell decline declined gain gained lost change "
    "blood changed improve improved worsen worsened exceeded surpassed busiest quietest other others numeric numerical categorical world human live "
    "coloured colored colour color lived living belong within between across there here them they their will shall able also still even well good whether "
    "ones anything something everything took ppl stuff log perhaps occur occurs occurred happen happens happened "
    "got put see say try ask way lot bit via too yet off ago few may hey yes him she use out own ran job now big set fit any"
)


def weighty(tags: Sequence[Tag], table: Table, used: Collection[str]) -> list[str]:
    """The words nothing took whose loss may change the answer, each once. `used`: what the steps name."""
    unknown = [(n, tag.text) for n, tag in enumerate(tags) if tag.kind == "unknown"]
    found = [text for n, text in unknown if _outweighs(tags, n, table, used) or not (is_light(text, table, used) or _stands_light(tags, n, table))]
    return list(dict.fromkeys(found))


_STRANGERS = (PEOPLE - vocabulary("person adult people man woman male female")) | vocabulary(
    "inhabitant spectator owner seller subscriber household family company shop store"
)
"""Those who may be counted: what a table of other things does not know."""
_OF_PERSONS = vocabulary("age sex gender birthday birth dob surname firstname education occupation job salary married")


def _counted_strangers(tags: Sequence[Tag], n: int, table: Table) -> bool:
    """ "How many customers" of a table that holds none: its rows are something else, and their number is no answer."""
    before = tags[n - 1] if n else None
    word = lemma(tags[n].text)
    if before is None or word not in _STRANGERS or not (before.is_a("verb", "count") or before.is_a("stat", "n", "distinct")):
        return False
    known = {piece for column in table.columns for piece in column.words} | {lemma(piece) for piece in fold(table.name).split()}
    named = any(same_notion(word, other) for other in known)
    return not named and not (_OF_PERSONS & known and not table.row_nouns & _STRANGERS)


def _outweighs(tags: Sequence[Tag], n: int, table: Table, used: Collection[str]) -> bool:
    """True for a word that is told however light it is elsewhere."""
    return _asked_for(tags, n, table) or _echoes_unused(tags[n].text, table, used) or _counted_strangers(tags, n, table)


_THINGS = vocabulary("teacher lesson course class manager boss team")


def _asked_for(tags: Sequence[Tag], n: int, table: Table) -> bool:
    """ "Which teacher …": a thing that the table does not hold, and that is elsewhere mere talk ("for my teacher")."""
    said = lemma(tags[n].text)
    return said in _THINGS and n > 0 and tags[n - 1].text.casefold() in ("which", "what") and not any(same_notion(said, noun) for noun in table.row_nouns)


def _echoes_unused(word: str, table: Table, used: Collection[str]) -> bool:
    """ "Best customers", where a column `customer_id` is there and no step has it."""
    plain = lemma(word)
    ids = [column for column in table.columns if column.labelling and column.name not in used]
    return any(plain in column.words and 0 < column.distinct <= 0.9 * column.rows for column in ids)


def names_rows(word: str, table: Table) -> bool:
    """What the rows are called, or a word of a column's name: nothing is lost with it."""
    plain = lemma(word)
    return (
        plain in PEOPLE or any(same_notion(plain, other) for other in table.row_nouns) or plain in {piece for column in table.columns for piece in column.words}
    )


def is_light(word: str, table: Table, used: Collection[str]) -> bool:
    """What the rows are called, an echo of the name of a column that is used, or a word of talk."""
    plain = lemma(word)
    if plain in _LIGHT or word.casefold() in _LIGHT or plain in PEOPLE or word.casefold() in ("people", "persons"):
        return True
    called = fold(table.name).replace(" ", "")
    if len(plain) > 4 and (plain in called or called.startswith(plain[:-1])):  # "crimes" of `statecrime`, "a house" of `housing`
        return True
    names = {lemma(piece) for piece in fold(table.name).split()} | {lemma(piece) for name, _ in table.others for piece in fold(name).split()}
    owned = {piece for column in table.columns if column.name in used or column.labelling or column.identifying for piece in column.words}
    if any(same_notion(plain, other) for other in names | table.row_nouns) or plain in owned:
        return True
    return len(word) > 3 and any(piece.endswith(word.casefold()) for column in table.columns for piece in fold(column.name).split())  # "gross": intgross


_SIZES = vocabulary("total count n number population headcount")


def _sized(name: str, table: Table) -> bool:
    """True for a column that says how many a row stands for, and not of what."""
    return name in table.by_name and bool(table[name].words) and set(table[name].words) <= _SIZES


_WAYS = vocabulary("rule criterion criteria method procedure approach correction adjustment corrected adjusted")
_MUCH = vocabulary("more less fewer most least higher lower")
_COUNTING = vocabulary("the all these those of which what many number count top each every any")
_ASKING = vocabulary("is are was were did does do can")


def _stands_light(tags: Sequence[Tag], n: int, table: Table) -> bool:
    """A name for the rows where the table has none ("requests per hour"), or the name of what it is all about ("is Seattle getting warmer")."""
    before = tags[n - 1] if n else None
    after = tags[n + 1] if n + 1 < len(tags) else None
    said = before.text.casefold().split()[-1] if before is not None else ""
    if tags[n].text.istitle() and before is not None and ((said == "in" and table.of_one_place) or (said in _ASKING and not before.is_a("group", "of"))):
        return True
    if before is not None and before.kind == "column" and plural(tags[n].text) and _sized(str(before.value), table):  # "weighted by total graduates"
        return True
    if before is not None and "method" in before.kinds and tags[n].text.casefold() in _WAYS:  # "the MAD rule", "Holm correction"
        return True
    if tags[n].text.istitle() and after is not None and after.text.casefold() == "test" and any(tag.kind == "level" for tag in tags[max(0, n - 3) : n]):
        return True  # "that pass the Bechdel test"
    doing = n > 0 and after is not None and after.text.casefold() in _MUCH and tags[0].text.casefold() in (*_ASKING, "who", "which")
    if doing:  # "do red hens lay more eggs": what is done with the measure
        return True
    if after is not None and (after.value in DERIVED or after.text in DERIVED or after.value in TAKINGS):
        return True
    if plural(tags[n].text) and before is not None and (before.kind == "level" or _shared(tags, n) or _told_apart(tags, n)):
        return True
    heads = after is None or (after.kind not in ("column", "level", "unknown") and "time" not in after.kinds)
    named = tags[n].text.casefold().endswith("s") and (before is None or before.kind in ("number", "line") or said in _COUNTING or "stat" in before.kinds)
    return not table.row_nouns and heads and named


def _shared(tags: Sequence[Tag], n: int) -> bool:
    """ "The share of applications", "the number of pupils"."""
    return n > 1 and tags[n - 1].text.casefold() == "of" and bool(tags[n - 2].kinds.keys() & {"stat", "verb"})


def _told_apart(tags: Sequence[Tag], n: int) -> bool:
    """ "List the mammals that sleep more than 17 hours": the rows' own name in front of what tells them apart."""
    said, behind = tags[n - 1].text.casefold().split()[-1], tags[n + 1].text.casefold() if n + 1 < len(tags) else ""
    told = behind in _ASKING and any(tag.kind == "level" for tag in tags[n + 2 : n + 5])  # "how many requests were approved"
    return said in _COUNTING and (told or behind in ("that", "which", "who", "whose", "with"))


def leading_verbs(tags: tuple[Tag, ...], found: Filters) -> set[str]:
    """ "Who work at least 3 days", "stayed longer than 7 days": the verb that leads into a condition says no more than it."""
    firsts = [min(places) for places in found.places if places]
    leading = {tags[n - 1].text.casefold() for n in firsts if n > 1 and tags[n - 1].kind == "unknown" and not tags[n - 1].text.istitle()}
    beside = {
        tag.text.casefold()
        for before, tag in pairwise(tags)
        if tag.kind == "unknown" and tag.text.endswith("ing") and (before.kind == "column" or "super" in before.kinds)  # "wine drinking", "best selling"
    }
    beside |= {
        tag.text.casefold()
        for before, tag, behind in zip(tags, tags[1:], tags[2:], strict=False)
        if tag.kind == "unknown" and before.kind == "column" and behind.kinds.get("cmp") in (">", "<", ">=", "<=")  # "users appear more than 30 times"
    }
    return leading | beside


_COMPARING = frozenset({"compare", "gap", "paired", "proportions", "correlate", "change", "compare_columns"})
_COMPARATIVES = vocabulary("less significant significantly better worse bigger smaller greater larger higher lower fewer closer further")


def comparatives(clause: Clause, intents: Iterable[Intent]) -> set[str]:
    """Comparatives of a clause whose comparison was read: "how much better is A than B"."""
    compared = any(intent.kind in _COMPARING for intent in intents)
    return {tag.text.casefold() for tag in clause.tags if tag.text.casefold() in _COMPARATIVES} if compared else set()


def lost_restriction(tags: tuple[Tag, ...], found: Filters) -> list[str]:
    """ "who …", "whose …" without a condition that could be read: which rows are meant stays open."""
    text = " ".join(item.text for item in tags)
    nested = re.search(r"\bof the (?:top )?\w+ \w+ with the (?:highest|lowest|most|least|largest|smallest)\b", text, re.IGNORECASE)
    if nested and any("stat" in item.kinds for item in tags):
        return [nested.group()]
    opened = re.search(r"(?<!^)\b(who|whose)\b.*", text, re.IGNORECASE)
    defines = re.search(r"\boutliers?\b|\bdefined as\b", text, re.IGNORECASE)
    return [opened.group()] if opened and not defines and not found.conditions else []
