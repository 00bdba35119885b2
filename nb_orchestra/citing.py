"""A Methods paragraph for a variable: its data, what was done to them in order, by which method from which source, with which versions.

Everything in it stands in the run (plan, results) or in a recipe's row of the table; nothing is phrased by a model.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nb_orchestra import offline, values
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromData, find_references
from nb_orchestra.ejected import with_needs
from nb_orchestra.running import Run

UNTOLD = frozenset({"chart", "fill_answer", "head", "select_columns", "rename_columns"})
SENTENCES = {
    "group_summary": "{value} was summarised by {by}",
    "compare_groups": "differences in {value} between the groups of {by}{ within |within} were tested",
    "compare_proportions": "the association of {outcome} with {by} was tested",
    "confounding": "how far {first} and {second} can be told apart was examined",
    "post_hoc": "pairs of groups of {by} were compared in {value}",
    "correlate": "the association of {x} and {y} was measured{ within |by}{ by the method of |method}",
    "correlation_matrix": "all pairs of {columns} were correlated",
    "partial_correlation": "{x} and {y} were correlated, controlling for {controls}",
    "regression": "{y} was regressed on {x} by ordinary least squares, and the residuals were checked",
    "one_sample": "{value} was compared with {expected}",
    "paired": "paired values were compared",
    "normality": "{columns} was tested for normality{ within |by}",
    "outliers": "outliers of {column} were found by the rule {method}{ within |by}",
    "remove_outliers": "outliers of {columns} were left out",
    "filter_rows": "only rows with {where} were used",
    "drop_missing": "rows without {columns} were left out",
    "fill_missing": "missing values of {columns} were filled by the {method}",
    "drop_duplicates": "repeated rows were left out",
    "clean_text": "text was cleaned of HTML entities and padding",
    "derive": "{name} was computed",
    "join": "the tables were joined",
    "rank": "rows were ranked by {by}",
    "describe": "{columns} was described",
    "summarise": "the {statistic} of {column} was computed",
    "table_one": "characteristics were tabulated by {by}",
    "trend": "the trend of {value} over {date} was estimated",
    "time_pattern": "{value} was summarised by {by} of {date}",
    "resample": "{value} was summarised per {every}",
    "kmeans": "rows were clustered by k-means on {columns}",
    "pca": "principal components of {columns} were computed",
    "train_model": "a model of {target} was fitted on one part of the rows and judged on the rest",
}
_HOLE = re.compile(r"\{([^{}]*)\}")
PACKAGES = ("pandas", "numpy", "scipy", "matplotlib", "scikit-learn")
_CITED = re.compile(r"[A-ZÉ][\w'’–-]+(?:,? (?:and |[A-Z][\w'’–-]+,? )?[A-Z]?[\w'’–-]*)* \(?\d{4}(?:, \d{4})*\)?|Holm|Levene|Shapiro–Wilk")


def methods_of(run: Run, id: str) -> str:
    """The paragraph, in the past tense, for the step `id` and all that it stands on."""
    assert run.plan is not None
    steps = with_needs(run.plan, id)
    parts = [_data(run, steps), *_done(run, steps), _models(run, steps), _software(run)]
    return " ".join(part for part in parts if part)


def _data(run: Run, steps: list[Step]) -> str:
    """Which tables, how large, from where (`frame.attrs["source"]`), and a fingerprint by which to know them again."""
    names = dict.fromkeys(reference.name for step in steps for reference in find_references(step.params) if isinstance(reference, FromData))
    told = []
    for name in names:
        value = run.goal.data.get(name)
        source = str(getattr(value, "attrs", {}).get("source", "")) if value is not None else ""
        digest = (values.content(value) or "")[:12] if value is not None else ""
        known = [values.short(value) if value is not None else "", f"source: {source}" if source else "", f"content {digest}" if digest else ""]
        told.append(f"`{name}` ({'; '.join(part for part in known if part)})")
    return f"Data: {', '.join(told)}." if told else ""


def _done(run: Run, steps: list[Step]) -> Iterator[str]:
    """One sentence per computation, with the test that was really used, its n and its source."""
    recipes = offline.RecipeTable()
    for step in steps:
        if step.kind == "code" and "recipe" in step.params and step.params["recipe"] not in UNTOLD:
            source = recipes[step.params["recipe"]].source
            used, cited = _tests(run, step), ", ".join(dict.fromkeys(found.group().strip() for found in _CITED.finditer(source)))
            details = "; ".join(part for part in (used, cited) if part)
            yield f"{_sentence(step)}{f' ({details})' if details else ''}."


def _sentence(step: Step) -> str:
    """What was done, in the past tense; the step's purpose where a recipe has no sentence of its own."""
    arguments = {name: _words(value) for name, value in step.params.get("arguments", {}).items() if name != "frame" and value}
    template = SENTENCES.get(step.params["recipe"])
    if template is None:
        return f"Step `{step.name}`: {step.purpose.rstrip('.?')}"
    told = _HOLE.sub(lambda hole: _part(hole, arguments), template)
    return told if template.startswith("{") else told[:1].upper() + told[1:]


def _part(hole: re.Match[str], arguments: Mapping[str, str]) -> str:
    """`{by}` is the argument; `{ within |within}` is " within " and the argument, or nothing where it was not given."""
    before, bar, name = hole.group(1).rpartition("|")
    value = arguments.get(name, "")
    return (f"{before}{value}" if value else "") if bar else value or "all columns"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_words(part) for part in value.values())
    return ", ".join(_words(part) for part in value) if isinstance(value, list | tuple) else str(value)


def _tests(run: Run, step: Step) -> str:
    """The tests named in a result table, with their n."""
    result = run.results.get(step.id)
    if result is None or values.kind_of(result.value) != "table" or "test" not in result.value.columns:
        return ""
    return ", ".join(dict.fromkeys(_test(line) for line in result.value.to_dict("records") if isinstance(line["test"], str)))


def _test(line: dict[str, Any]) -> str:
    n = line.get("n")
    return f"{line['test']}, n = {int(n)}" if n and n == n else str(line["test"])


def _models(run: Run, steps: list[Step]) -> str:
    rows = run.progress.rows
    names = dict.fromkeys(rows[step.id].model for step in steps if step.kind == "ask" and step.id in rows and rows[step.id].model not in ("", "built-in"))
    return f"Text was written by {', '.join(names)}." if names else "No language model took part." if steps else ""


def _software(run: Run) -> str:
    versions = [f"Python {platform.python_version()}", *(f"{name} {version}" for name in PACKAGES if (version := _version(name)))]
    taken = [result.taken_at[:10] for result in run.results.values() if result.taken_at]
    when = f"; first computed {min(taken)}" if taken else ""
    return f"Computed with {', '.join(versions)} through nb_orchestra {_version('nb_orchestra')} (run {run.id}{when})."


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
