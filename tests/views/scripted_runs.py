"""Scripted runs for the tests and pictures of views: real events, folded as in a real run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress

GOAL = "Compare body mass across species and islands in {penguins}, find the outliers,\nand write a one-page brief with a chart."
STEPS: list[dict[str, Any]] = [
    {
        "id": "s1",
        "kind": "code",
        "name": "mean_body_mass_by_species",
        "purpose": "Mean body mass per species and island",
        "clause": "Compare body mass across species and islands",
    },
    {"id": "s2", "kind": "code", "name": "body_mass_outliers", "purpose": "Penguins outside 1.5 IQR within their species", "clause": "find the outliers"},
    {"id": "s3", "kind": "call", "name": "papers", "purpose": "Papers on penguin body mass", "clause": "and write a one-page brief"},
    {"id": "s4", "kind": "code", "name": "mass_chart", "purpose": "Bars of mean body mass", "clause": "with a chart", "needs": ["s1"]},
    {
        "id": "s5",
        "kind": "ask",
        "name": "brief",
        "purpose": "One page from the results",
        "clause": "write a one-page brief with a chart",
        "needs": ["s1", "s2", "s4"],
    },
]
PLAN = {
    "steps": STEPS,
    "result": ["s5"],
    "assumptions": ["“body mass” → body_mass_g", "outliers: 1.5 IQR within species"],
    "not_done": ["“email it to Ann”: nothing here can send mail"],
}
SUMMARIES = {"s1": "5 × 4 table", "s2": "3 × 9 table", "s3": "12 × 5 table", "s4": "chart: bar", "s5": "text, 212 words"}


def started(at: float = 1_000.0, goal: str = GOAL) -> list[e.Event]:
    return [e.RunStarted("r1", goal, at, name="brief")]


def planned(at: float = 1_000.1, plan: dict[str, Any] | None = None, **more: Any) -> list[e.Event]:
    return [*started(at - 0.1), e.PlanMade(plan or PLAN, at, **({"model": "built-in"} | more))]


def done(step: str, at: float, seconds: float = 0.2, **more: Any) -> e.JobEnded:
    return e.JobEnded(step, "done", at, seconds, **({"summary": SUMMARIES.get(step, "1 × 1 table"), "model": "built-in"} | more))


def finished(at: float = 1_000.1) -> list[e.Event]:
    """All five steps done, three of them cached."""
    why = "same question, same recipe, same input penguins"
    ends = [done(step, at + 0.5, 0.01, cached=True, why=why) for step in ("s1", "s2", "s3")]
    return [*planned(at), *ends, done("s4", at + 0.6), done("s5", at + 0.7, 0.1), e.NameBound("brief", "s5"), e.RunEnded("done", at + 0.7, 0.8)]


def failed(at: float = 1_000.1) -> list[e.Event]:
    broken = e.JobEnded(
        "s2", "failed", at + 0.4, 0.3, error="RecipeError", message="column 'weight' is all missing", hint="name another column, for example body_mass_g"
    )
    ends = [done("s1", at + 0.3), broken, done("s3", at + 0.5), done("s4", at + 0.5), e.JobEnded("s5", "skipped", at + 0.5, blamed="body_mass_outliers")]
    return [
        *planned(at),
        *ends,
        e.RunEnded("failed", at + 0.5, 0.6, error="RunFailedError", message="step 'body_mass_outliers' failed: column 'weight' is all missing"),
    ]


def many(count: int, kind: str = "code") -> dict[str, Any]:
    """A plan of `count` steps in chains of four."""
    steps = [
        {"id": f"s{i}", "kind": kind, "name": f"step_{i}", "purpose": f"Part {i} of the work", "needs": [f"s{i - 1}"] if i % 4 else []} for i in range(count)
    ]
    return {"steps": steps, "result": [f"s{count - 1}"]}


def fold(happened: Sequence[e.Event]) -> Progress:
    return Progress().after(*happened)
