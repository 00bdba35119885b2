"""A Methods paragraph for a variable: its data, what was done to them in order, by which method from which source, with which versions.

Everything in it stands in the run (plan, results) or in a recipe's row of the table; nothing is phrased by a model.
"""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterator
from typing import Any

from nb_orchestra import offline, values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromData, find_references
from nb_orchestra.ejected import with_needs
from nb_orchestra.running import Run

BUILT_IN = "built-in"
USED = ("numpy", "scipy", "matplotlib", "scikit-learn")
_TWO_SIDED = "Tests are two-sided; effects and coefficients are given with 95 % intervals."


def methods_of(run: Run, id: str) -> str:
    """The paragraph, in the past tense, for the step `id` and all that it stands on."""
    assert run.plan is not None
    steps = with_needs(run.plan, id)
    done = list(dict.fromkeys(_done(run, steps)))
    tested = _TWO_SIDED if any(_is_test(run, step) for step in steps) else ""
    parts = [_data(run, steps), *done, tested, *_models(run, steps), _software(run, steps)]
    return " ".join(part for part in parts if part)


def _data(run: Run, steps: list[Step]) -> str:
    """Which tables, how large, from where (`frame.attrs["source"]`), and a fingerprint by which to know them again."""
    names = dict.fromkeys(reference.name for step in steps for reference in find_references(step.params) if isinstance(reference, FromData))
    told = []
    for name in names:
        value = run.goal.data.get(name)
        source = str(getattr(value, "attrs", {}).get("source", "")) if value is not None else ""
        digest = (values.content(value) or "")[:12] if value is not None else ""
        origin = f"source: {source}" if source else f'source not stated: set {name}.attrs["source"]'
        known = [values.short(value) if value is not None else "", origin, f"content {digest}" if digest else ""]
        told.append(f"`{name}` ({'; '.join(part for part in known if part)})")
    return f"Data: {', '.join(told)}." if told else ""


def _done(run: Run, steps: list[Step]) -> Iterator[str]:
    """One sentence per computation, with the tests that were really used."""
    for step in steps:
        recipe = _recipe(step)
        if recipe is not None:
            sentence = offline.method_of(recipe, thaw(step.params.get("arguments", {})), _table(run, step))
            notes = "; ".join(run.results[step.id].warnings) if step.id in run.results else ""
            yield f"{sentence}{f' – {notes}' if notes else ''}." if sentence else ""
        elif step.kind == "code":
            yield f"{step.purpose.rstrip('.?') or step.name}: computed by code, which `%orchestrate code {run.names.get(step.id, step.name)}` prints."


def _recipe(step: Step) -> offline.Recipe | None:
    return offline.RecipeTable().recipes.get(str(step.params.get("recipe"))) if step.kind == "code" else None


def _table(run: Run, step: Step) -> Any:
    """A step's table, None where there is none."""
    result = run.results.get(step.id)
    return result.value if result is not None and values.kind_of(result.value) == "table" else None


def _is_test(run: Run, step: Step) -> bool:
    recipe = _recipe(step)
    return recipe is not None and ("p" in recipe.gives.get("columns", ()) or recipe.name == "table_one")


def _models(run: Run, steps: list[Step]) -> Iterator[str]:
    """Who planned and who wrote: models by name, or that none took part."""
    rows, planner = run.progress.rows, run.progress.planner
    planned = planner if planner and not planner.startswith(BUILT_IN) else ""
    names = dict.fromkeys(rows[step.id].model for step in steps if step.kind in ("ask", "judge") and step.id in rows)
    wrote = [name for name in names if name and not name.startswith(BUILT_IN)]
    if planned:
        yield f"The analysis was planned by {planned}."
    if wrote:
        yield f"Text was written by {', '.join(wrote)}."
    if not planned and not wrote:
        yield "No language model took part."


def _software(run: Run, steps: list[Step]) -> str:
    """Versions of what the steps use, the run, the day."""
    used = {package for step in steps if (recipe := _recipe(step)) is not None for package in offline.packages_of(recipe.name)}
    packages = ["pandas", *(name for name in USED if name in used)]
    versions = [f"Python {platform.python_version()}", *(f"{name} {version}" for name in packages if (version := _version(name)))]
    taken = [result.taken_at[:10] for result in run.results.values() if result.taken_at]
    when = f"; first computed {min(taken)}" if taken else ""
    return f"Computed with {', '.join(versions)} through nb_orchestra {_version('nb_orchestra')} (run {run.id}{when})."


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
