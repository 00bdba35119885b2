"""A run as static HTML: what a saved notebook shows with no kernel, no script and no network.

Every style is inline and every text escaped, because hosts differ in what they strip: GitHub and untrusted notebooks keep
only tags, offline nbconvert keeps the styles. So the tags alone (<details>, <summary>, lists) already read well.
Colours come from JupyterLab's variables with fallbacks that are readable on white and on black. The data attributes tell our JupyterLab
extension which run and step a part is of: it adds the buttons, where there is a page that can act and the output is trusted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape

from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.values import Preview, inert_tex
from nb_orchestra.views import words
from nb_orchestra.views.graph import graph_html
from nb_orchestra.views.layers import depth_of_rows

MOST_ROWS = 1_000
MOST_DETAILED = 100
"""Steps beyond these are one line without details, so that a thousand steps stay near 100 kB; failed ones always say why."""
MOST_PREVIEW = 12_000
"""Characters of one preview's HTML; a longer one (a chart, a wide table) is shown by its short line only."""
MOST_PREVIEWS = 24_000
"""Characters of all previews of one run together."""
MOST_CODE, MOST_CODES = 1_600, 10_000
"""Characters of one step's code, and of all steps' together; `%orchestrate code NAME --whole` has the rest."""

_COLOURS = {
    "done": "var(--jp-success-color1,#3a9a40)",
    "failed": "var(--jp-error-color1,#e0433f)",
    "partial": "var(--jp-warn-color1,#d9822b)",
    "running": "var(--jp-brand-color1,#3d8fe0)",
    "planning": "var(--jp-brand-color1,#3d8fe0)",
}
_ROOT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:var(--jp-ui-font-size1,13px);line-height:1.5"
_SUMMARY = "cursor:pointer;overflow-wrap:anywhere;padding-left:1.2em;text-indent:-1.2em"
_DIM = "opacity:.72"
_NO_TEX, _TEX = "mathjax_ignore tex2jax_ignore", "mathjax_process tex2jax_process"
"""Pages take what stands between two dollars for a formula: prices are none, a step's own text may hold some."""
_WRAP = ' style="white-space:pre-wrap"'
NEW_LINE = "\n"


def render_html(
    progress: Progress,
    previews: Mapping[str, Preview] | None = None,
    folded: bool = True,
    opened: Collection[str] = (),
    codes: Mapping[str, str] | None = None,
) -> str:
    """The run as one <details>; `previews`, `codes` and `opened` (with their details) by step id. At most 1,000 steps, 24 kB of previews, 10 kB of code."""
    shown, written = _within_limits(previews or {}), _codes(codes or {})
    rows = list(progress.rows.values())[:MOST_ROWS]
    names, depths = words.Names.of(progress), depth_of_rows(progress.rows)
    body = [
        *_head(progress),
        graph_html(progress.rows, _COLOURS),
        *(_row(row, names, depths[row.id], shown.get(row.id, "") + written.get(row.id, ""), row.id in opened) for row in rows[:MOST_DETAILED]),
    ]
    body += [_row(row, names, depths[row.id], "", False) if row.state == "failed" else _plain_row(row, names) for row in rows[MOST_DETAILED:]]
    if len(progress.rows) > len(rows):
        body.append(f"<div>… and {words.count_text(len(progress.rows) - len(rows), 'step')} more</div>")
    state = "" if progress.ended else " · still running when this was saved"
    summary = f'<summary style="{_SUMMARY}">{_glyph(progress.state)} {escape(words.fold_line(progress) + state)}</summary>'
    body_html = "".join(body)
    run = f' data-nbo-run="{progress.run}" data-nbo-state="{progress.state}"' if progress.ended and progress.run.replace("-", "").isalnum() else ""
    return inert_tex(
        f'<details{"" if folded else " open"}{run} style="{_ROOT}" class="{_NO_TEX}">{summary}<div style="margin:4px 0 4px 18px">{body_html}</div></details>'
    )


def _within_limits(previews: Mapping[str, Preview]) -> dict[str, str]:
    shown: dict[str, str] = {}
    left = MOST_PREVIEWS
    for step, preview in previews.items():
        html = preview.html if len(preview.html) <= MOST_PREVIEW else f"<pre>{escape(words.clean(preview.text, 2_000))}</pre>"
        if len(html) > left:
            html = escape(words.one_line(preview.short, 200))
        shown[step] = html
        left -= len(html)
    return shown


def _codes(codes: Mapping[str, str]) -> dict[str, str]:
    drawn: dict[str, str] = {}
    left = MOST_CODES
    for step, code in codes.items():
        text = _both_ends(words.clean(code, len(code)), min(MOST_CODE, left), step) if code else ""
        left -= len(text)
        if text:
            drawn[step] = f'<details><summary style="cursor:pointer;{_DIM}">code</summary><pre style="overflow:auto">{escape(text)}</pre></details>'
    return drawn


def _both_ends(code: str, most: int, step: str) -> str:
    """Long code by its first and its last lines: what a recipe is called with stands at the end."""
    if len(code) <= most:
        return code
    if most < MOST_CODE:
        return ""
    return f"{code[: most // 3].rpartition(NEW_LINE)[0]}\n# … %orchestrate code {step} --whole has all of it …\n{code[-most // 2 :].partition(NEW_LINE)[2]}"


def _head(progress: Progress) -> Iterable[str]:
    yield f"<div><b>{escape(words.one_line(progress.goal, 400))}</b></div>"
    yield f'<div style="{_DIM}">{escape(words.planner_line(progress))}</div>'
    yield _list(words.plan_lines(progress, "assumptions"), "")
    yield _list(words.plan_lines(progress, "not_done"), "not done: ")
    yield _list([words.one_line(text, words.LONGEST_WARNING) for text in progress.warnings[:20]], "note: ")
    if progress.unbound:
        yield f"<div>no longer bound: {escape(', '.join(words.one_line(name, 60) for name in progress.unbound))} ({escape(words.UNDO)})</div>"
    if progress.state == "failed" and progress.message:
        yield f'<div style="white-space:pre-wrap"><b>{escape(words.clean(progress.message, 1_200))}</b></div>'
        yield f"<div>→ {escape(words.one_line(progress.hint, 400))}</div>" if progress.hint else ""


def _list(lines: list[str], label: str) -> str:
    items = "".join(f"<li>{escape(label + line)}</li>" for line in lines)
    return f'<ul style="margin:2px 0;padding-left:18px">{items}</ul>' if items else ""


def _row(row: Row, names: words.Names, depth: int, preview: str, opened: bool) -> str:
    facts = "".join(f'<div{_WRAP * (label == "error")}><span style="{_DIM}">{label}:</span> {escape(text)}</div>' for label, text in words.facts(row, names))
    shown = f'<div class="{_TEX}">{preview}</div>' if preview else ""
    inside = f'<div style="margin:2px 0 8px 20px">{facts}{shown}</div>'
    name = f'<summary style="{_SUMMARY}">{_glyph(row.state)} <b>{escape(names.shown[row.id])}</b> <span style="{_DIM}">{escape(_about(row))}</span></summary>'
    named = names.shown[row.id].isidentifier() and row.kind.isidentifier()  # a verb takes no other
    about = f' data-nbo-step="{names.shown[row.id]}" data-nbo-kind="{row.kind}" data-nbo-state="{row.state}"' if named else ""
    return f'<details{" open" * opened}{about} style="margin-left:{min(depth, 4) * 14}px">{name}{inside}</details>'


def _plain_row(row: Row, names: words.Names) -> str:
    return f"<div>{_glyph(row.state)} {escape(names.shown[row.id])} {escape(_about(row))}</div>"


def _about(row: Row) -> str:
    time = words.seconds_text(row.seconds) if row.state in ("done", "failed") else row.state
    parts = [words.kind_word(row.kind), words.model_text(row.model), time, "cached" if row.cached else "", words.used_text(row.usage), words.note(row)]
    return "· " + " · ".join(part for part in parts if part)


def _glyph(state: str) -> str:
    colour = _COLOURS.get(state, "")
    return f'<span style="color:{colour}">{words.GLYPHS[state]}</span>' if colour else words.GLYPHS[state]
