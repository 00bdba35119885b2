"""The answer of a goal cell, shown above its tree: text as Markdown with its charts, a table's first rows, a chart, a number.

The place is taken when the cell starts and filled at the end, so that the answer comes first although the tree was there before.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from IPython.display import publish_display_data

from nb_orchestra import values

MOST_WHOLE_ROWS, FIRST_ROWS = 30, 10
"""A table of up to 30 rows is shown whole, of a longer one the first 10."""
_NOTE = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);border-left:3px solid var(--jp-warn-color1,#d9822b);padding-left:8px;margin:2px 0"
EMPTY = {"text/html": "", "text/plain": ""}


class AnswerPlace:
    """One output of the cell, empty until `fill`."""

    def __init__(self, in_page: bool) -> None:
        self._in_page = in_page
        self._id = uuid.uuid4().hex
        if in_page:
            publish_display_data(dict(EMPTY), transient={"display_id": self._id})

    def fill(self, value: Any, notes: Sequence[str] = ()) -> None:
        """Shows the answer, and above it what a person must know beside it: a table or a number cannot say itself what it leaves out."""
        bundle = answer_bundle(value)
        if notes and values.kind_of(value) != "text":  # a text says it in its own words, at its end
            bundle = noted(bundle, value, notes)
        if self._in_page:
            publish_display_data(bundle, _sizes(value), transient={"display_id": self._id}, update=True)
        else:
            print(bundle["text/plain"])


def _sizes(value: Any) -> dict[str, Any]:
    """MIME type → {"width": px} of a chart, whose picture has more dots than that."""
    bundle = value._repr_mimebundle_() if values.kind_of(value) == "figure" and hasattr(value, "_repr_mimebundle_") else {}
    return dict(bundle[1]) if isinstance(bundle, tuple) else {}


def noted(bundle: dict[str, Any], value: Any, notes: Sequence[str]) -> dict[str, Any]:
    """The answer with lines above it, in HTML and in text."""
    shown = bundle.get("text/html") or values.preview(value).html
    html = "".join(f'<div style="{_NOTE}">{escape(note)}</div>' for note in notes)
    return {"text/html": values.inert_tex(html + shown), "text/plain": "\n".join([*notes, bundle["text/plain"]])}


def answer_bundle(value: Any) -> dict[str, Any]:
    """MIME type → content. Never lets IPython guess: its Markdown class would read files and fetch addresses."""
    if values.kind_of(value) in ("text", "figure") and hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        return dict(bundle[0] if isinstance(bundle, tuple) else bundle)
    if (
        isinstance(value, Mapping)
        and value
        and values.kind_of(value) == "record"
        and any(values.kind_of(part) in ("table", "figure", "text") for part in value.values())
    ):
        return _several(value)
    whole = values.kind_of(value) == "table" and len(value) <= MOST_WHOLE_ROWS
    preview = values.preview(value, rows=MOST_WHOLE_ROWS if whole else FIRST_ROWS)
    return {"text/html": values.inert_tex(preview.html), "text/plain": preview.text}


def _several(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Several results, one below the other, each with its name."""
    html, text = [], []
    for name, value in parts.items():
        bundle = answer_bundle(value)
        shown = bundle.get("text/html") or values.preview(value).html
        title = values.clean_text(str(name))
        html.append(f"<p><b>{escape(title)}</b></p>{shown}")
        text.append(f"{title}\n{bundle['text/plain']}")
    return {"text/html": values.inert_tex("".join(html)), "text/plain": "\n\n".join(text)}
