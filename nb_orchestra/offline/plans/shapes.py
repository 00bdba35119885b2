"""Intents that change the table: each adds a step, and what follows reads its result."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.plans.draft import Draft, in_words, said
from nb_orchestra.offline.plans.spellings import merge
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.language.words import vocabulary

_CHANGING = vocabulary("filter drop_missing fill dedupe convert clean derive scale encode sort remove_outliers recode")


def _filter(draft: Draft, intent: Intent) -> None:
    purpose = f"Only rows with {in_words(intent.where)}"
    made = draft.change("filter_rows", {"where": list(intent.where)}, intent, name="rows_" + said(intent.where), purpose=purpose)
    if intent.clause.casefold().startswith(("which ", "who ")) and not draft.reading.slots:  # the rows are asked for, whatever comes behind
        draft.answer(made, intent, "rows")


def _melt(draft: Draft, intent: Intent) -> None:
    """Several columns as one of their names and one of their numbers."""
    noun, value = str(intent.option("noun") or "name"), str(intent.option("value") or "value")
    arguments = {"columns": list(intent.columns), "names_to": noun, "values_to": value}
    made = draft.change("melt", arguments, intent, name=f"{value}_by_{noun}", purpose=f"One row for each {noun}")
    if intent.option("told"):
        draft.assume(str(intent.option("told")))
    else:
        draft.answer(made, intent)


def _relabel(draft: Draft, intent: Intent) -> None:
    """The codes of a column under the labels that the goal gives them."""
    arguments = {"column": intent.columns[0], "mapping": dict(intent.option("mapping"))}
    draft.change("replace_values", arguments, intent, name=f"{intent.columns[0]}_by_label", purpose=f"{intent.columns[0]}: labels for codes")
    draft.assume(str(intent.option("told")))


def _drop_missing(draft: Draft, intent: Intent) -> None:
    if intent.option("measured"):
        asked = [other for other in draft.reading.intents if other.kind not in _CHANGING and any(name in draft.table for name in other.columns)]
        apart = {tuple(sorted(other.columns)) for other in asked}
        if intent.option("each") and (len(apart) > 1 or any(other.kind == "statistics" and len(other.columns) > 1 for other in asked)):
            return  # values, not rows: each statistic leaves out its own gaps
        intent = replace(intent, columns=tuple(dict.fromkeys(name for other in asked for name in other.columns if name in draft.table)))
        if not intent.columns:
            return
    what = ", ".join(intent.columns) or "any column"
    draft.change(
        "drop_missing", {"columns": intent.columns}, intent, name="rows_without_missing_" + "_".join(intent.columns), purpose=f"Rows without gaps in {what}"
    )


def _fill(draft: Draft, intent: Intent) -> None:
    method = intent.option("method") or "auto"
    if not intent.option("method"):
        draft.assume("missing values: numbers by the median, text by the most common value")
    arguments = {"columns": intent.columns, "method": method, "value": intent.option("value"), "by": intent.by}
    draft.change("fill_missing", arguments, intent, name=f"filled_{'_'.join(intent.columns)}", purpose=f"Missing values filled ({method})")


def _dedupe(draft: Draft, intent: Intent) -> None:
    draft.change("drop_duplicates", {"columns": intent.columns}, intent, name="without_duplicates", purpose="Repeated rows removed")


def _convert(draft: Draft, intent: Intent) -> None:
    numeric = [name for name in intent.columns if name in draft.table and draft.table[name].kind == "number"]
    if intent.option("to") == "number" and len(numeric) == len(intent.columns):
        return
    draft.change(
        "convert_types", {"columns": intent.columns, "to": intent.option("to", "auto")}, intent, name="converted", purpose="Columns converted to their type"
    )


def _clean(draft: Draft, intent: Intent) -> None:
    label = "_".join(intent.columns) or "text"
    report = draft.step("text_report", {"columns": intent.columns}, intent, name=f"cleaning_of_{label}", purpose="What the cleaning changes")
    draft.change("clean_text", {"columns": intent.columns}, intent, name=f"clean_{label}", purpose="Entities, padding and repeated blanks cleaned")
    every = [] if draft.reading.slots else [column.name for column in draft.table.columns if column.spelt]
    for name in intent.columns or every:
        if name in draft.table:
            merge(draft, draft.table[name], intent)
    draft.answer(report, intent, "changed")


def _recode(draft: Draft, intent: Intent) -> None:
    """The values of a column in the wanted spellings, and how often each then stands."""
    column = intent.columns[0]
    if mapping := intent.option("mapping"):
        arguments = {"column": column, "mapping": mapping}
        draft.change("replace_values", arguments, intent, name=f"recoded_{column}", purpose=f"{column} in the wanted spellings")
    draft.answer(draft.step("value_counts", {"column": column}, intent, name=f"counts_of_{column}", purpose=f"How often each {column} stands"), intent)


def _derive(draft: Draft, intent: Intent) -> None:
    name = str(intent.option("name"))
    draft.change("derive", {"name": name, "expression": intent.option("expression")}, intent, name=f"with_{name}", purpose=f"New column {name}")


def _scale(draft: Draft, intent: Intent) -> None:
    how = intent.option("how", "minmax")
    columns = intent.columns or tuple(column.name for column in draft.table.of_kind("number"))
    for column in columns[:30]:
        expression = {"op": how, "args": [{"column": column}]}
        draft.change("derive", {"name": column, "expression": expression}, intent, name=f"{how}_{column}", purpose=f"{column} scaled ({how})")


def _encode(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "method": intent.option("method", "onehot")}
    draft.change("encode", arguments, intent, name=f"encoded_{'_'.join(intent.columns)}", purpose="Categories as numbers")


def _sort(draft: Draft, intent: Intent) -> None:
    arguments = {"by": intent.columns, "ascending": bool(intent.option("ascending", True))}
    draft.change("sort_rows", arguments, intent, name=f"sorted_by_{'_'.join(intent.columns)}", purpose=f"Rows in order of {', '.join(intent.columns)}")


def _remove_outliers(draft: Draft, intent: Intent) -> None:
    intent = with_method(draft, intent)
    method = intent.option("method") or "iqr"
    if not intent.option("method"):
        draft.assume("outliers: 1.5 IQR beyond the quartiles")
    arguments = {"columns": intent.columns, "method": method, "threshold": intent.option("threshold"), "by": intent.by}
    draft.change("remove_outliers", arguments, intent, name=f"without_outliers_{'_'.join(intent.columns)}", purpose="Rows without outliers")


def with_method(draft: Draft, intent: Intent) -> Intent:
    """The outliers of a clause that names no method are those that another clause defines."""
    others = [other for other in draft.reading.intents if other.kind in ("outliers", "remove_outliers") and set(other.columns) & set(intent.columns)]
    options = dict(intent.options)
    for key in ("method", "threshold"):
        options[key] = options.get(key) or next((other.option(key) for other in others if other.option(key)), None)
    return replace(intent, options=options)


def convert_disguised(draft: Draft) -> None:
    """Numbers stored as text are read as numbers before anything else, where the goal measures them."""
    used = dict.fromkeys(name for intent in draft.reading.intents for name in (*intent.columns, *intent.by))
    for column in [draft.table[name] for name in used if name in draft.table]:
        if column.kind != "number" or not column.disguised:
            continue
        intent = Intent("convert", f"{column.name} is measured", (column.name,))
        if column.disguised == "leading":
            expression = {"op": "extract_number", "args": [{"column": column.name}]}
            draft.change("derive", {"name": column.name, "expression": expression}, intent, name=f"numbers_{column.name}", purpose=f"{column.name} as numbers")
        else:
            draft.change(
                "convert_types", {"columns": [column.name], "to": "number"}, intent, name=f"numbers_{column.name}", purpose=f"{column.name} as numbers"
            )
        draft.assume(f"{column.name}: numbers stored as text are read as numbers, the rest counts as missing")
    draft.stages.clear()


SHAPES = {
    "filter": _filter, "drop_missing": _drop_missing, "fill": _fill, "dedupe": _dedupe, "convert": _convert, "clean": _clean, "derive": _derive, "melt": _melt,
    "relabel": _relabel, "recode": _recode,
    "scale": _scale, "encode": _encode, "sort": _sort, "remove_outliers": _remove_outliers,
}  # fmt: skip
