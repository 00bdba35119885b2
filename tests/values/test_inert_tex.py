"""Formulas in what is shown."""

from __future__ import annotations

import pytest

from nb_orchestra import values
from nb_orchestra.notebook.answer import answer_bundle


@pytest.mark.parametrize("command", ["href", "url", "style", "class", "cssId", "data", "require", "mmlToken", "HREF"])
def test_no_formula_can_link_load_or_style(command: str) -> None:
    """Commands of MathJax that make links, styles or attributes are broken in texts, tables and Markdown; formulas stay formulas."""
    text = f"$\\{command}{{javascript:x}}{{y}} + \\frac{{a}}{{b}}$"
    for bundle in (answer_bundle(values.Markdown(text)), answer_bundle({text: text}), answer_bundle({"a": values.Markdown(text)})):
        shown = bundle["text/html"] + bundle.get("text/markdown", "")
        assert f"\\{command}" not in shown
        assert "\\frac" in shown


@pytest.mark.parametrize("text", ["\\hrefs", "C:\\data_new", "\\datafoo", "\\frac{a}{b}", "href"])
def test_other_words_stay_as_they_are(text: str) -> None:
    """Only whole commands are touched."""
    assert values.inert_tex(text).replace("\N{WORD JOINER}", "") == text
    assert values.inert_tex("\\hrefs \\frac") == "\\hrefs \\frac"


def test_names_of_parts_are_text() -> None:
    """A mapping's keys are shown as text, not as markup, and lone surrogates do not break the output."""
    shown = answer_bundle({"<img src=x onerror=alert(1)>\ud800": values.Markdown("x")})
    assert "<img" not in shown["text/html"]
    shown["text/html"].encode()
    shown["text/plain"].encode()
