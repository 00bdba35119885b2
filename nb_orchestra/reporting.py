"""A run as a report: the answer, how it came about (each step: model, time, cost, code), its inputs, and what made it. Markdown or one HTML file.

Text of models and data stays text: Markdown is written inert, HTML is the cleaned HTML that a notebook shows, under a policy that lets nothing load or run.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from nb_orchestra import values, views
from nb_orchestra.bundle.writing import versions
from nb_orchestra.ejected import code_of_step
from nb_orchestra.running import Run
from nb_orchestra.values.markdown import inert

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = (
    ":root{color-scheme:light dark}body{font-family:system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "th,td{padding:.1rem .5rem}pre{overflow:auto;background:#8881;padding:.6rem}"
)
MOST_LINES = 40
FENCE = "'''"
"""What stands for three backticks inside of a block of code, which they would end."""
_TITLE = re.compile(r"\s*# +(\S[^\n]*)\n")
COLUMNS = ("step", "kind", "state", "model", "seconds", "tokens", "USD", "cached")


def as_html(run: Run) -> str:
    """One file that needs nothing else."""
    previews = {id: values.preview(result.value) for id, result in run.results.items()}
    title, told, answer = _headed(run)
    parts = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(line)}</p>" for line in told), _answer_html(answer)]
    parts += ["<h2>How it came about</h2>", views.render_html(run.progress, previews, folded=False)]
    parts += ["<h2>From what</h2>", _list_html(_inputs(run)), *_notes_html(run), *_code_html(run)]
    parts += ["<h2>Made with</h2>", _list_html([f"{name} {version}" for name, version in versions().items()])]
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f"<!doctype html>\n<html><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def as_markdown(run: Run, folder: str) -> tuple[str, dict[str, bytes]]:
    """The text, and the pictures that stand beside it in `folder`, by name."""
    pictures: dict[str, bytes] = {}
    title, told, answer = _headed(run)
    parts = [f"# {inert(title)}", *map(inert, told), _answer_markdown(answer, folder, pictures), "## How it came about", _table(run)]
    parts += ["## From what", "\n".join(f"- {inert(line)}" for line in _inputs(run))]
    left = _left_open(run)
    parts += ["## Open", "\n".join(f"- {inert(' '.join(line.split()))}" for line in left)] if left else []
    parts += _code_markdown(run)
    parts += ["## Made with", ", ".join(f"{name} {version}" for name, version in versions().items())]
    return "\n\n".join(parts) + "\n", pictures


def write_picture(name: str, chart: Any, folder: str, pictures: dict[str, bytes]) -> str:
    """The Markdown that shows a chart; its PNG joins `pictures`."""
    file = f"{name}.png"
    pictures[file] = chart.png
    return f"![{inert(values.clean_text(chart.title or name).replace('[', '(').replace(']', ')'))}]({Path(folder).name}/{file})"


def _headed(run: Run) -> tuple[str, list[str], Any]:
    """Title, what stands below it, the answer. A text that begins with a title of its own gives the report's; the goal then follows it."""
    goal, value = values.clean_text(" ".join(run.goal.text.split())), run.value
    own = _TITLE.match(value) if values.kind_of(value) == "text" else None
    if own is None:
        return goal or f"Run {run.id}", [_when(run)], value
    rest = value[own.end() :]
    links = (link._replace(start=link.start - own.end()) for link in getattr(value, "links", ()))
    answer = values.Markdown(rest, value.charts, value.doubts, links) if hasattr(value, "charts") else rest
    return values.clean_text(own[1].strip()), [*([f"Goal: {goal}"] if goal else []), _when(run)], answer


def _when(run: Run) -> str:
    now = run.progress
    moment = datetime.datetime.fromtimestamp(now.started).strftime("%Y-%m-%d %H:%M")
    cost = "unknown" if now.usage.cost is None else f"{now.usage.cost:.4f}"
    return f"{moment}, run {run.id}: {now.state}, {len(now.rows)} step{'' if len(now.rows) == 1 else 's'}, {now.usage.tokens:,} tokens, {cost} USD"


def _inputs(run: Run) -> list[str]:
    """What was read, by name and shape; the identity of each step is in the bundle."""
    started = next((event.data for event in run.events if type(event).__name__ == "RunStarted" and hasattr(event, "data")), {})
    read: Mapping[str, str] = started or {name: values.short(value) for name, value in run.goal.data.items()}
    steps = run.plan.steps if run.plan is not None else ()
    searched = [f"a search for {step.params.get('query')}: {values.short(run[step.id])}" for step in steps if step.kind == "search" and step.id in run.results]
    return [*(f"{name}: {shape}" for name, shape in read.items()), *searched] or ["nothing"]


def _answer_html(value: Any) -> str:
    if isinstance(value, Mapping) and values.kind_of(value) == "record":
        return "".join(f"<h3>{escape(values.clean_text(str(name)))}</h3>{_answer_html(part)}" for name, part in value.items())
    if values.kind_of(value) == "text" and hasattr(value, "html"):
        return str(value.html())
    return values.preview(value, rows=50).html


def _answer_markdown(value: Any, folder: str, pictures: dict[str, bytes]) -> str:
    if isinstance(value, Mapping) and values.kind_of(value) == "record":
        return "\n\n".join(
            f"### {inert(' '.join(values.clean_text(str(name)).split()))}\n\n{_answer_markdown(part, folder, pictures)}" for name, part in value.items()
        )
    if values.kind_of(value) == "figure" and hasattr(value, "png"):
        return write_picture(f"chart_{len(pictures) + 1}", value, folder, pictures)
    if values.kind_of(value) == "text" and hasattr(value, "charts"):
        text = str(value.markdown())
        for name, chart in value.charts.items():
            text = text.replace(f"[[{name}]]", write_picture(name, chart, folder, pictures))
        return text
    return f"```\n{values.preview(value, rows=50).text.replace('```', FENCE)}\n```"


def _table(run: Run) -> str:
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    for row in run.progress.rows.values():
        cost = "?" if row.usage.cost is None else f"{row.usage.cost:.4f}"
        cells = (row.name, row.kind, row.state, row.model, f"{row.seconds:.2f}", f"{row.usage.tokens:,}", cost, "yes" if row.cached else "no")
        lines.append("| " + " | ".join(inert(values.clean_text(cell).replace("\n", " ")).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _codes(run: Run) -> dict[str, str]:
    steps = run.plan.steps if run.plan is not None else ()
    found = {step.name: code_of_step(run, step.id).rstrip() for step in steps if step.for_each is None}
    return {name: code.replace("```", FENCE) for name, code in found.items() if code}


def _code_markdown(run: Run) -> list[str]:
    """Short code as it is, long code folded in: a report is read first and computed again later."""
    blocks = {name: f"```python\n{code}\n```" for name, code in _codes(run).items()}
    shown = [
        block if block.count("\n") <= MOST_LINES else f"<details><summary>{inert(name)}</summary>\n\n{block}\n\n</details>" for name, block in blocks.items()
    ]
    return ["## As code", *shown] if shown else []


def _code_html(run: Run) -> list[str]:
    """As above."""
    whole = []
    for name, code in _codes(run).items():
        block = f"<pre>{escape(values.clean_text(code))}</pre>"
        long = code.count("\n") > MOST_LINES
        whole.append(f"<details><summary>{escape(name)}</summary>{block}</details>" if long else f"<h3>{escape(name)}</h3>{block}")
    return ["<h2>As code</h2>", *whole] if whole else []


def _list_html(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(values.clean_text(line))}</li>' for line in lines)}</ul>"


def _notes_html(run: Run) -> list[str]:
    left = _left_open(run)
    return ["<h2>Open</h2>", _list_html(left)] if left else []


def _left_open(run: Run) -> list[str]:
    """Clauses that were not done, gaps that steps named, steps that failed."""
    not_done = run.plan.not_done if run.plan is not None else ()
    gaps = [gap for result in run.results.values() for gap in result.gaps]
    failed = [f"{row.name}: {row.message}" for row in run.progress.rows.values() if row.state in ("failed", "skipped")]
    return [values.clean_text(line) for line in (*not_done, *gaps, *failed)]
