"""What the clauses so far spoke of, so that "that", "the outliers" and a missing column can be filled in; and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.matching.dimensions import by_unit
from nb_orchestra.offline.reading.matching.likeness import of_notions
from nb_orchestra.offline.reading.tables import Column, Table


@dataclass
class Memory:
    """Grows clause by clause. `measures` and `groups` hold the columns last spoken of, newest last."""

    table: Table
    question: str = ""
    slot_words: frozenset[str] = frozenset()
    measures: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    wants: str = ""
    order: str = ""
    """descending or ascending, where a clause orders groups by what is computed of them."""
    derivations: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Words that conditions have taken, in small letters."""
    made: dict[str, Any] = field(default_factory=dict)
    """New columns that the goal makes: name → expression tree."""
    recoded: list[str] = field(default_factory=list)
    """Those of them that write the values of a column anew, or sort its numbers into classes."""
    anew: dict[str, str] = field(default_factory=dict)
    """Columns whose numbers the goal transforms → the column that holds these."""
    inline: set[str] = field(default_factory=set)
    """Those of them that are made where they are named."""
    mentioned: list[str] = field(default_factory=list)
    features: tuple[str, ...] = ()
    spoken_times: list[Any] = field(default_factory=list)
    """Conditions on the time of clauses before, newest last: "… in 2008–2010, and which sectors lost most"."""
    loose: list[Any] = field(default_factory=list)
    """Conditions of clauses that wished for nothing: an answer format may be about them."""
    daily: str = ""
    """The measure of which each day's total is meant."""
    pending: dict[str, Any] = field(default_factory=dict)
    """How a model is to be fitted, said before the model was."""

    def assume(self, line: str) -> None:
        if line not in self.assumptions:
            self.assumptions.append(line)

    def learn(self, intent: Intent) -> None:
        """Keep an intent (joined with an earlier one that says the same less fully), and what it is about for what follows."""
        for name in () if self.slot_words or intent.kind == "derive" else (*intent.columns, *intent.by):
            self._make(name, intent)
        if intent.kind == "train" and self.pending:
            intent = replace(intent, options={**self.pending, **{key: value for key, value in intent.options.items() if value not in (None, "")}})
        if self.slot_words and not intent.where and intent.kind in _CARRIED:
            earlier = next(
                (other for other in reversed(self.intents) if other.where and other.kind in _CARRIED and other.columns[:1] == intent.columns[:1]), None
            )
            intent = replace(intent, where=earlier.where) if earlier is not None else intent
        twin = next((n for n, other in enumerate(self.intents) if _same_wish(other, intent)), None)
        if twin is None:
            self.intents.append(intent)
        else:
            self.intents[twin] = _joined(self.intents[twin], intent)
        for column in intent.columns:
            if column in self.table and self.table[column].kind == "number":
                _last(self.measures, column)
        for column in intent.by:
            _last(self.groups, column)

    def _make(self, name: str, intent: Intent) -> None:
        """A declared column that an adjective pointed at ("my fastest run"), made before it is used."""
        if name in self.made and name not in self.recoded and not any(other.option("name") == name for other in self.intents):
            self.intents.append(Intent("derive", intent.clause, (name,), options={"name": name, "expression": self.made[name]}))

    @property
    def measure(self) -> str | None:
        return self.measures[-1] if self.measures else None

    def amend(self, kinds: tuple[str, ...], options: dict[str, Any], unless: str = "") -> None:
        """Sets options that intents of these kinds left open."""
        for position, intent in enumerate(self.intents):
            if intent.kind in kinds:
                open_ = {key: value for key, value in options.items() if intent.option(key) in (None, "", unless)}
                self.intents[position] = replace(intent, options={**intent.options, **open_})

    def retest(self, test: str, wanted: str) -> None:
        """The test of the comparisons, where a later sentence names its kind."""
        self.intents[:] = [replace(intent, options={**intent.options, "test": wanted}) if intent.option("test") == test else intent for intent in self.intents]

    def retype(self, kind: str, wanted: str) -> None:
        """A line becomes a trained model once a split is spoken of."""
        self.intents[:] = [replace(intent, kind=wanted) if intent.kind == kind else intent for intent in self.intents]

    def find(self, *kinds: str) -> Intent | None:
        """The latest intent of one of these kinds."""
        return next((intent for intent in reversed(self.intents) if intent.kind in kinds), None)

    def measure_for(self, notions: tuple[str, ...]) -> str | None:
        """The numeric column that an adjective or a verb points at: wettest → precipitation, earn → income."""
        for notion in notions:
            kinds = ("number", "date") if notion in ("date", "year") else ("number",)
            found = [column for column in self.table.of_kind(*kinds) if any(same_notion(notion, word) for word in column.words)]
            if found and not (self._only_statistic() and not any(same_notion(notion, column.words[-1]) for column in found)):
                return found[0].name
        named = (column.name for notion in notions for column in by_unit(notion, self.table))
        return next(named, None) or next((column.name for column in (*self._only_statistic(), *of_notions(notions, self.table))), None)

    def _only_statistic(self) -> list[Column]:
        """The one column that is called by a statistic alone: `Median` holds the medians of what the table is about."""
        found = [column for column in self.table.of_kind("number") if column.words in (("median",), ("mean",), ("average",))]
        return found if len(found) == 1 else []


def _last(items: list[str], item: str) -> None:
    if item in items:
        items.remove(item)
    items.append(item)


_CARRIED = frozenset({"statistics", "compare", "outliers", "normality", "group_extreme"})
_JOINING = frozenset(
    {
        "correlate",
        "outliers",
        "remove_outliers",
        "normality",
        "missing",
        "statistics",
        "fill",
        "drop_missing",
        "train",
        "regress",
        "compare",
        "extreme",
        "group_extreme",
        "scale",
        "derive",
        "dedupe",
        "convert",
    }
)


def _same_wish(earlier: Intent, later: Intent) -> bool:
    """True where the later one only says more of the earlier: same kind and columns, nothing contradicting."""
    if earlier.kind != later.kind or earlier.kind not in _JOINING:
        return False
    covers = earlier.kind in ("scale", "fill") and (not later.columns or not earlier.columns)
    covers = covers or (earlier.kind in ("train", "regress") and earlier.columns[:1] == later.columns[:1] and 1 in (len(earlier.columns), len(later.columns)))
    if set(earlier.columns) != set(later.columns) and not covers:
        return False
    if (earlier.by and later.by and earlier.by != later.by) or (earlier.where and later.where and earlier.where != later.where):
        return False
    if earlier.kind in ("statistics", "compare") and (bool(earlier.by) != bool(later.by) or bool(earlier.where) != bool(later.where)):
        return False
    open_ = (None, "", "auto", False, ())
    both = [key for key in earlier.options if earlier.options[key] not in open_ and later.option(key) not in open_]
    return all(earlier.options[key] == later.options[key] for key in both)


def _joined(earlier: Intent, later: Intent) -> Intent:
    options = {**earlier.options, **{key: value for key, value in later.options.items() if value not in (None, "", "auto", False, ())}}
    statistics = tuple(dict.fromkeys((*earlier.statistics, *later.statistics)))
    columns = max(earlier.columns, later.columns, key=len)
    return replace(earlier, columns=columns, by=earlier.by or later.by, where=earlier.where or later.where, statistics=statistics, options=options)
