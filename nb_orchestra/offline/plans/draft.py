"""A plan while it is being made: its steps, the table that later steps read, and what each step is good for.

Equal steps are made once. A step's name says what it holds and depends on the plan only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.plan import LONGEST_NAME, legal_name
from nb_orchestra.offline.reading import Intent, Reading, Table
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import vocabulary

Ref = dict[str, Any]

_SHORT = {"difference": "diff", "distribution": "dist", "correlation": "corr", "percentage": "percent", "number": "n", "comparison": "compared"}
_ALL_UNLESS_NAMED = {
    "correlation_matrix": "columns",
    "pca": "columns",
    "normality": "columns",
    "outlier_summary": "columns",
    "train_model": "features",
    "trends": "columns",
    "changes_compared": "columns",
}
"""Recipes that look at every column where this argument names none."""
_WHOLE_ROWS = vocabulary(
    "filter_rows drop_missing fill_missing drop_duplicates convert_types clean_text derive sort_rows head rank extreme outliers remove_outliers duplicates "
    "profile check_data table_one encode join sample_rows kmeans moving_average clip_outliers replace_values rename_columns search_texts join_report "
    "summarise_text melt stack_rows associations strongest_chart"
)
"""Recipes that give whole rows, or look at every column: they get the table uncut."""


_WHOLE_MONTH = re.compile(r"\b(\d{4}-\d\d)-00\b")
"""How months are written while a goal is read."""


@dataclass(frozen=True, slots=True)
class Product:
    """A step that answers something (a table, a chart or a changed table), with the intent that it answers."""

    id: str
    kind: str
    intent: Intent
    recipe: str


@dataclass
class Draft:
    """`present` is the table as it stands (the notebook's, or a step's). `stages` are the tables before each change, oldest first."""

    reading: Reading
    steps: list[dict[str, Any]] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    present: Ref = field(default_factory=dict)
    stages: list[Ref] = field(default_factory=list)
    given_names: list[str] = field(default_factory=list)
    reserved: frozenset[str] = frozenset()
    claimed: dict[Any, set[str]] = field(default_factory=dict)
    """Columns whose statistic an answer slot already holds."""

    def __post_init__(self) -> None:
        self.present = self.present or {"data": self.table.name}

    @property
    def table(self) -> Table:
        return self.reading.table

    def copied(self) -> dict[str, Any]:
        """What it holds now, for `restore`."""
        return {name: copy(value) for name, value in vars(self).items()}

    def restore(self, before: Mapping[str, Any]) -> None:
        vars(self).update(before)

    def assume(self, line: str) -> None:
        if line not in self.assumptions:
            self.assumptions.append(line)

    def step(
        self, recipe: str, arguments: Mapping[str, Any], intent: Intent, *, name: str, purpose: str, frame: Ref | None = None, output: str = "table"
    ) -> str:
        """Adds a step (or finds the equal one) and gives its id. Arguments that are None or empty are left out."""
        kept = {key: value for key, value in arguments.items() if value not in (None, (), [], "")}
        reads = self._cut(recipe, kept, frame or self.present)
        params = {"recipe": recipe, "arguments": {"frame": reads, **_plain(kept)}}
        for step in self.steps:
            if step["params"] == params:
                return str(step["id"])
        identity = f"s{len(self.steps) + 1}"
        made = {"id": identity, "kind": "code", "name": self.name(name), "purpose": purpose, "clause": _WHOLE_MONTH.sub(r"\1", intent.clause), "params": params}
        self.steps.append({**made, "output": {"type": output}, "effort": "easy"})
        return identity

    def _cut(self, recipe: str, arguments: Mapping[str, Any], frame: Ref) -> Ref:
        """Only the columns that the step reads, where it reads the notebook's own table: they are its identity."""
        everything = recipe in _WHOLE_ROWS or (recipe in _ALL_UNLESS_NAMED and not arguments.get(_ALL_UNLESS_NAMED[recipe]))
        if "data" not in frame or "columns" in frame or everything or not self.table.framed:
            return frame
        named = {str(item) for item in texts_in(arguments)}
        columns = [column.name for column in self.table.columns if column.name in named]
        return {**frame, "columns": columns} if columns else frame

    def change(self, recipe: str, arguments: Mapping[str, Any], intent: Intent, *, name: str, purpose: str) -> str:
        """A step that gives the table anew; what follows reads that."""
        identity = self.step(recipe, arguments, intent, name=name, purpose=purpose)
        self.stages.append(self.present)
        self.present = {"from": identity}
        return identity

    def answer(self, identity: str, intent: Intent, kind: str = "table") -> str:
        """Marks a step as an answer to its intent."""
        recipe = next((step["params"].get("recipe", "") for step in self.steps if step["id"] == identity), "")
        if identity not in [product.id for product in self.products]:
            self.products.append(Product(identity, kind, intent, recipe))
        return identity

    def rows(self, intent: Intent) -> Ref:
        """The present table, restricted to what the intent's own conditions name; the totals of its days, where these are meant."""
        date = str(intent.option("daily", ""))
        if date:
            value = intent.columns[0]
            days = self._days(intent, self._where(intent, [item for item in intent.where if item["column"] != value], self.present))
            return self._where(intent, [item for item in intent.where if item["column"] == value], days)
        frame = self._where(intent, intent.where, self.present)
        return self._dated(intent, str(intent.option("whole_days")), frame) if intent.option("whole_days") else frame

    def _where(self, intent: Intent, where: Sequence[Mapping[str, Any]], frame: Ref) -> Ref:
        if not where:
            return frame
        name, purpose = "rows_" + said(where), f"Only rows with {in_words(where)}"
        return {"from": self.step("filter_rows", {"where": list(where)}, intent, name=name, purpose=purpose, frame=frame)}

    def _dated(self, intent: Intent, date: str, frame: Ref) -> Ref:
        """The table with its dates as days, whatever time or text they hold."""
        arguments = {"name": date, "expression": {"op": "whole_day", "args": [{"column": date}]}}
        return {"from": self.step("derive", arguments, intent, name=f"rows_by_{date}", purpose=f"The day of {date}", frame=frame)}

    def _days(self, intent: Intent, frame: Ref) -> Ref:
        """One row a day (and group) with the day's total of the measure, under the measure's own name."""
        date, value = str(intent.option("daily")), intent.columns[0]
        arguments: dict[str, Any] = {"by": [date, *intent.by], "value": [value], "statistics": ["sum"]}
        summed = self.step(
            "group_summary", arguments, intent, name=f"{value}_of_each_day", purpose=f"Total {value} of each day", frame=self._dated(intent, date, frame)
        )
        arguments = {"names": {"sum": value, "n": "rows"}}
        named = self.step("rename_columns", arguments, intent, name=f"daily_{value}", purpose=f"{value}, a row a day", frame={"from": summed})
        return {"from": named}

    def name(self, wanted: str) -> str:
        """A legal name that is still free."""
        used = {step["name"] for step in self.steps} | self.reserved
        base = legal(wanted)
        if base not in used:
            return base
        for number in range(2, 1000):
            numbered = f"{base[: LONGEST_NAME - 1 - len(str(number))].rstrip('_')}_{number}"
            if numbered not in used:
                return numbered
        return base


_POPULATION = {
    "skew": re.compile(r"\bscipy\b|\bstats\.skew", re.IGNORECASE),
    "kurtosis": re.compile(r"\bscipy\b|\bstats\.kurtosis", re.IGNORECASE),
    "sd": re.compile(r"\bpopulation standard deviation|ddof\s*=\s*0|\bnp\.std", re.IGNORECASE),
    "var": re.compile(r"\bpopulation variance|ddof\s*=\s*0|\bnp\.var", re.IGNORECASE),
}


def estimator(statistic: str, question: str) -> str:
    """The statistic as the named library computes it: scipy's skewness is the population's, pandas' corrects for bias."""
    pattern = _POPULATION.get(statistic)
    return f"{statistic}_population" if pattern and pattern.search(question) else statistic


def legal(text: str) -> str:
    """Lower case, words joined by _, cut at a word's end."""
    words = re.sub(r"[^a-z0-9]+", "_", text.casefold().encode("ascii", "ignore").decode()).strip("_").split("_")
    if sum(map(len, words)) + len(words) > LONGEST_NAME:
        words = [_SHORT.get(word, word) for word in words]
    name = ""
    for word in words:
        if len(name) + len(word) + bool(name) > LONGEST_NAME:
            break
        name = f"{name}_{word}" if name else word
    name = name or words[0][:LONGEST_NAME] or "result"
    name = name if name[0].isalpha() else f"t_{name}"[:LONGEST_NAME]
    return name if legal_name(name) else f"{name[: LONGEST_NAME - 6]}_table"


def _plain(value: Any) -> Any:
    """Plan data: lists and dicts that JSON knows."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


_OPS = {"==": "", "!=": "not ", "in": "", "not in": "not ", "year": "", ">": "over ", ">=": "at least ", "<": "under ", "<=": "at most "}


_NESTED = {"any": "_or_", "all": "_and_"}


def said(where: Iterable[Mapping[str, Any]]) -> str:
    """Conditions as part of a name: "species_gentoo"."""
    pieces = []
    for condition in where:
        value = condition.get("value", condition["op"])
        if condition["op"] in _NESTED:
            pieces.append(_NESTED[condition["op"]].join(said([item]) for item in value))
            continue
        if condition["op"] == "among":
            pieces.append(f"{'last' if value['ascending'] else 'first'}_{value['n']}_{condition['column']}")
            continue
        if condition["op"] == "occurs":
            pieces.append(f"{condition['column']}_{_OPS[value['op']]}{value['n']}_rows")
            continue
        text = "_".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        pieces.append(f"{condition['column']}_{_OPS.get(condition['op'], condition['op'] + ' ')}{text}")
    return "_".join(pieces)


def in_words(where: Iterable[Mapping[str, Any]]) -> str:
    """Conditions as people read them."""
    pieces = []
    for condition in where:
        value = condition.get("value", "")
        if condition["op"] in _NESTED:
            pieces.append(_NESTED[condition["op"]].replace("_", " ").join(in_words([item]) for item in value))
            continue
        if condition["op"] == "among":
            pieces.append(f"{condition['column']} among the {'lowest' if value['ascending'] else 'highest'} {value['n']}")
            continue
        if condition["op"] == "occurs":
            pieces.append(f"a {condition['column']} of {_OPS[value['op']]}{value['n']} rows")
            continue
        text = " and ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        pieces.append(f"{condition['column']} {condition['op']} {text}".strip())
    return ", ".join(pieces)
