"""The words that every view shares: how a run, a step, a time and a price are said to a person.

One place, so that text, static HTML and the live tree never differ. The inner words (role, fingerprint, gather, journal,
portal) stop here: people read "model", "why cached", "collect".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.core.usage import Usage
from nb_orchestra.values.text import clean_text

GLYPHS = {"planning": "◌", "waiting": "○", "running": "◌", "done": "✓", "partial": "◐", "failed": "✗", "skipped": "–", "cancelled": "■"}
KIND_WORDS = {"ask": "model", "code": "code", "call": "tool", "search": "search", "judge": "check", "gather": "collect"}
NOT_READ = "words not read: "
UNDO = "%orchestrate undo brings back what they held"
_CHOICE = "(also possible: "
"""How the built-in engine says a word that it read one of several ways."""
MOST_NOTES = 8
LONGEST_REASON = LONGEST_WARNING = 600
"""Characters of what may leave the kernel, and of what left it first: cut in the middle, nobody could agree to it."""
NO_MODEL = ("", "code", "tool")
"""What a step's `model` says where no model was asked: its kind says it already."""
_SPACE = re.compile(r"\s+")


def clean(text: object, most: int = 2_000) -> str:
    """Text that is safe to show: no control, bidi or private-use characters, lone surrogates replaced, at most `most` characters."""
    return cut(clean_text(str(text)[: most * 2]), most)


def one_line(text: object, most: int = 160) -> str:
    return cut(_SPACE.sub(" ", clean(str(text)[: most * 4], most * 4)).strip(), most)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def seconds_text(seconds: float) -> str:
    """0.84 → '0.8 s', 75 → '1 min 15 s', 7500 → '2 h 05 min'."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def money_text(cost: float | None) -> str:
    """USD: '$0', '$0.0031', '$1.20'; '$?' where the price is not known."""
    if cost is None:
        return "$?"
    if cost == 0:
        return "$0"
    return f"${cost:.2f}" if cost >= 0.995 else f"${cost:.2g}" if cost >= 0.0001 else "<$0.0001"


def count_text(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def model_text(model: str) -> str:
    """A model's name; '' where no model was asked."""
    return "" if model in NO_MODEL else one_line(model, 40)


def used_text(usage: Usage) -> str:
    """Tokens and money of one step; '' where it used none."""
    if not usage.tokens and usage.cost == 0:
        return ""
    return f"{usage.tokens:,} tok · {money_text(usage.cost)}"


def kind_word(kind: str) -> str:
    return KIND_WORDS.get(kind, one_line(kind, 12))


def elapsed(progress: Progress, now: float) -> float:
    return progress.seconds if progress.ended else max(now - progress.started, 0.0) if progress.started else 0.0


def plan_lines(progress: Progress, field: str) -> list[str]:
    """`assumptions` or `not_done` of the plan, one cleaned line each."""
    return [one_line(line, 240) for line in (progress.plan or {}).get(field, ())]


def answer_notes(progress: Progress) -> list[str]:
    """What a person must know beside the answer: what was not done, which words were not read, which rows failed, were left out or repeat."""
    read = [line for line in plan_lines(progress, "assumptions") if line.startswith(NOT_READ) or _CHOICE in line]
    lines = [f"Not done: {'; '.join(plan_lines(progress, 'not_done'))}"] if plan_lines(progress, "not_done") else []
    lines += [f"Not read: {line.removeprefix(NOT_READ)}" if line.startswith(NOT_READ) else f"Read as: {line}" for line in read]
    lines += [_failed_rows(row, progress) for row in progress.rows.values() if row.state == "done" and row.message]
    lines += [
        f"Note: {one_line(text, 240)}"
        for text in dict.fromkeys(text for row in progress.rows.values() if row.reason.startswith("recipe ") for text in row.warnings)
    ]
    return lines[:MOST_NOTES]


def _failed_rows(row: Row, progress: Progress) -> str:
    """ "Failed: papers: 1 of 8 rows failed; row 2: no luck; the whole list: papers_failures". A step that is done has a message only for this."""
    told = next((text for text in row.warnings if text.startswith(row.message)), row.message)
    table = f"{one_line(row.name, 60)}_failures"
    where = table if table in progress.bound else f"run.results[{row.id!r}].failures"
    return f"Failed: {one_line(row.name, 60)}: {one_line(told, 240)}; the whole list: {where}"


def planner_line(progress: Progress) -> str:
    """Who turned the goal into steps."""
    if progress.plan is None:
        return "no plan was made" if progress.ended else "reading the goal"
    who = one_line(progress.planner, 60)
    made = "built-in engine read the goal" if who.startswith("built-in") else f"{who} made the plan" if who else ""
    reason = one_line(progress.planner_reason, LONGEST_REASON)
    return " · ".join(part for part in ("kept plan" if progress.plan_kept else made, reason) if part) or "plan given"


def models_text(progress: Progress) -> str:
    """The models of a run in order of first use: 'built-in', 'gpt-5 + built-in', 'a + b + 2 more'."""
    asked = [model_text(row.model) for row in progress.rows.values()] + ([model_text(progress.planner)] if not progress.plan_kept else [])
    names = list(dict.fromkeys(name.rpartition("/")[2] for name in asked if name))  # a provider leaves its own name out
    local = progress.planner.startswith("built-in") or any(name.startswith("built-in") for name in names)
    shown = [name for name in names if not name.startswith("built-in")] or ["built-in"] * local
    return " + ".join(shown[:2]) + (f" + {len(shown) - 2} more" if len(shown) > 2 else "")


def fold_line(progress: Progress) -> str:
    """The whole run in one line, without its glyph: '5 steps · 3 cached · 0.8 s · $0 · built-in'."""
    parts = list(_counts(progress))
    if progress.ended:
        parts.append(seconds_text(progress.seconds))
        if progress.plan is not None and not only_planned(progress):
            parts += _bill(progress)
    parts.append(f"{progress.sent:,} sent" if progress.sent else "")
    return " · ".join(part for part in parts if part)


def _bill(progress: Progress) -> Iterable[str]:
    saved = sum(row.saved for row in progress.rows.values())
    yield money_text(progress.usage.cost)
    yield f"{money_text(saved)} saved" if saved else ""
    yield count_text(progress.usage.tokens, "token") if progress.usage.tokens else ""
    yield models_text(progress)


def _counts(progress: Progress) -> Iterable[str]:
    states = Counter(row.state for row in progress.rows.values())
    total = len(progress.rows)
    if progress.state in ("partial", "cancelled"):
        yield progress.state
    if progress.plan is None:
        yield {"failed": "no plan", "cancelled": "while planning"}.get(progress.state, "planning")
    elif not progress.ended:
        yield f"{total - states['waiting'] - states['running']:,} of {count_text(total, 'step')}"
    elif only_planned(progress):
        yield f"plan of {count_text(total, 'step')}, not run"
    else:
        yield count_text(total, "step")
        yield f"{states['done']:,} done" if states["done"] < total else ""
    failed = [one_line(row.name, 40) for row in progress.rows.values() if row.state == "failed"]
    if failed:
        yield f"{len(failed):,} failed" + (f": {failed[0]}" + (" …" if len(failed) > 1 else "") if progress.ended else "")
    yield f"{states['skipped']:,} skipped" if states["skipped"] else ""
    cached = sum(row.cached for row in progress.rows.values())
    yield f"{cached:,} cached" if cached else ""
    missing = len(plan_lines(progress, "not_done"))
    yield f"{count_text(missing, 'part')} of the goal not done" if missing and progress.ended else ""


def only_planned(progress: Progress) -> bool:
    """True for a run that stopped after its plan, as asked."""
    return progress.state in ("done", "partial") and all(row.state == "waiting" for row in progress.rows.values())


def note(row: Row) -> str:
    """The one thing worth saying about a step now: its result, its error, or what it waits for."""
    if row.state == "failed":
        return one_line(f"{row.error}: {row.message}" if row.error else row.message, 200)
    if row.state == "skipped":
        how = "was left out" if row.message.endswith("was left out") else "failed"
        return f"skipped, because {one_line(row.blamed, 60)} {how}" if row.blamed else "left out by you" if row.message == how else "skipped"
    if row.state == "running" and row.waiting_for:
        return f"waits for {one_line(row.waiting_for, 120)}"
    if row.state == "running" and row.rows_total:
        failures = f", {row.rows_failed:,} failed" if row.rows_failed else ""
        left = f", about {seconds_text(row.rows_left)} left" if row.rows_left >= 1 else ""
        return f"{row.rows_done:,} of {row.rows_total:,} rows{failures}{left}"
    if row.state == "running" and row.attempt > 1:
        return one_line(f"try {row.attempt}: {row.message}", 200)
    if row.state == "cancelled" and row.rows_total:
        return f"stopped at {row.rows_done:,} of {row.rows_total:,} rows; what was done is kept"
    return one_line(", ".join(filter(None, (row.summary, row.message))), 200) if row.state == "done" else ""


@dataclass(frozen=True, slots=True)
class Names:
    """Step id → the name that people see, and the name that the plan gave it. Made once per drawing: asking per row would be quadratic."""

    shown: Mapping[str, str]
    planned: Mapping[str, str]

    @classmethod
    def of(cls, progress: Progress) -> Names:
        planned = {step["id"]: step.get("name", step["id"]) for step in (progress.plan or {}).get("steps", ())}
        return cls({row.id: one_line(row.name, 60) for row in progress.rows.values()}, planned)


def facts(row: Row, names: Names) -> list[tuple[str, str]]:
    """Everything else that is known about a step, as (label, text) in reading order; empty ones left out."""
    needs = ", ".join(names.shown.get(need, need) for need in row.needs[:12]) + (f" and {len(row.needs) - 12} more" if len(row.needs) > 12 else "")
    error = f"{row.error}: {row.message}" if row.error else row.message
    planned = names.planned.get(row.id, row.name)
    candidates = [
        ("purpose", one_line(row.purpose, 300)),
        ("in the goal", one_line(row.clause, 300)),
        ("needs", needs),
        ("model" if model_text(row.model) else "by", " — ".join(part for part in (model_text(row.model), one_line(row.reason, 200)) if part)),
        ("why cached" if row.cached else "why run", one_line(row.why, 300)),
        ("tokens", f"{row.usage.tokens_in:,} in, {row.usage.tokens_out:,} out, {money_text(row.usage.cost)}" if row.usage.tokens else ""),
        ("saved", money_text(row.saved) if row.saved else ""),
        ("tries", str(row.attempt) if row.attempt > 1 else ""),
        ("rows", f"{row.rows_done:,} of {row.rows_total:,}, {row.rows_failed:,} failed" if row.rows_total else ""),
        ("planned name", f"{one_line(planned, 60)} (that name is taken)" if planned != row.name else ""),
        *(("warning", one_line(text, 300)) for text in row.warnings[:8]),
        ("error", clean(error, 1_200) if row.state == "failed" else ""),
        ("next", one_line(row.hint, 400)),
    ]
    return [(label, text) for label, text in candidates if text]
