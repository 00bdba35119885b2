"""A text's numbers and names lead to their cells where it is shown, and nothing that a stranger wrote can look like such a mark, or come to life by it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from nb_orchestra import values
from nb_orchestra.steps.evidence import links_of
from nb_orchestra.values.links import Link, fitting, linked, marked
from tests.running.staging import FunctionModel, Stage

MASSES = pd.DataFrame({"species": ["Adelie", "Gentoo"], "mass_g": [3700.66, 5076.02], "n": [152, 124]})
TITLES = re.compile(r'title="([^"]*)">([^<]*)</span>')


def shown(text: str, inputs: dict[str, object] | None = None, doubts: tuple[str, ...] = ()) -> str:
    return values.Markdown(text, links=links_of(text, inputs or {"masses": MASSES}, {"masses": "mean_mass"}, doubts)).html()


def test_a_number_tells_its_variable_row_column_and_value() -> None:
    """Where one points at it, and in a list below that opens with a click; what was not computed says so."""
    page = shown("**Gentoo** weigh 5,076 g, Adelies 99 g.", doubts=("99",))
    assert dict(map(reversed, TITLES.findall(page))) == {
        "Gentoo": "mean_mass, row 1, column species: Gentoo",
        "5,076": "mean_mass, row 1 (Gentoo), column mass_g: 5076.02",
        "99": "not computed by any step, and in none of its inputs",
    }
    assert "<strong><span" in page
    assert "(2 of 3 found)</summary>" in page
    assert "<td>5,076</td><td>mean_mass, row 1 (Gentoo), column mass_g: 5076.02</td>" in page


UNMARKED = ["see [it](http://a.example/152)", "`152`", "```\n152\n```", "$x = 152$", "$$\n152\n$$", "| a | b |\n|---|---|\n| 152 | 124 |\n\nEnd.",
            "http://a.example/152", "152. first", "[a]: http://152.example", "&#152;", "a\\152", "<b 152>"]  # fmt: skip


@pytest.mark.parametrize("text", UNMARKED)
def test_what_is_no_running_text_stays_as_it_is(text: str) -> None:
    """Code, addresses, formulas, tables, lists' own numbers: the page is the same as without links."""
    links = [Link(found.start(), found.group(), "somewhere") for found in re.finditer("152", text)]
    assert fitting(text, links) == []
    assert values.Markdown(text, links=links).html() == values.Markdown(text).html()


def test_the_text_itself_never_changes() -> None:
    """Without its tags the page reads as the page without links; Python, Markdown and terminal have the plain text."""
    text = "# Of 152 Adelies\n\n| n |\n|---|\n| 124 |\n\n[a]: http://a.example/124\n\n- *152* or __124__ of `152`\n- Gentoo: 5,076 g [x](http://a.example/124)\n\n1. 124\n2. 3,700.7"
    linked_page, plain = shown(text), values.Markdown(text)
    body = linked_page.partition("<details>")[0]
    assert re.sub(r"</?span[^>]*>", "", body) == plain.html()
    made = values.Markdown(text, links=links_of(text, {"masses": MASSES}, {}, ()))
    assert made == text
    assert made._repr_mimebundle_()["text/plain"] == plain._repr_mimebundle_()["text/plain"]
    assert len(TITLES.findall(body)) == 6


HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    "\ue000\ue010\ue001x\ue002",
    "</span><script>alert(1)</script>",
    "javascript:alert(1)",
    "\\href{javascript:alert(1)}{x}",
]


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_hostile_cell_or_text_is_only_told(evil: str) -> None:
    """In names of variables, columns and rows, in values, and in the text itself."""
    frame = pd.DataFrame({"who": [evil], f"n{evil}": [777]})
    page = shown(f"It is 777. {evil} 777", {evil: frame}) + shown("It is 777.", {"a": frame})
    tags = re.findall("<[^>]*>", page)
    assert all(re.fullmatch(r'</?(p|details|summary|table|tr|td|span)>|<span tabindex="0" style="[^"<>]*" title="[^"<>]*">', tag) for tag in tags), tags
    assert not re.search("[\ue000-\uf8ff]", page)
    assert "\\href" not in page


def test_marks_that_do_not_fit_are_left_out() -> None:
    """Links of another text, over each other, outside, across lines: the text is shown without them."""
    odd = [Link(-3, "It", "a"), Link(0, "Is", "a"), Link(3, "is", "b"), Link(4, "s 7", "c"), Link(99, "x", "d"), Link(6, "\n", "e"), Link(0, "", "f")]
    assert [link.cell for link in fitting("It is\n7", odd)] == ["b"]
    assert "not computed" in linked("\ue000\ue019\ue019\ue001x\ue002", [])
    assert linked("\ue000\ue010 left \ue002", []) == " left "
    assert marked("ab", []) == "ab"


def test_links_stay_with_a_text_that_was_kept() -> None:
    """A step's text from the cache leads to the same cells; one of another kind has none."""
    ask = {"id": "s1", "kind": "ask", "name": "brief", "params": {"question": "How heavy?", "inputs": {"masses": {"data": "masses"}}}}
    stage = Stage(model=FunctionModel(lambda prompt: "Gentoo weigh 5,076 g."))
    for cached in (False, True):
        run = stage.run(plan={"steps": [ask]}, data={"masses": MASSES})
        assert run.progress.rows["s1"].cached is cached
        assert [link.said for link in run["brief"].links] == ["Gentoo", "5,076"]
        assert "masses, row 1 (Gentoo), column mass_g: 5076.02" in run["brief"].html()


def test_a_kept_text_leads_to_the_variables_of_this_run() -> None:
    """The same table under another name: the text comes from the cache, and its cells are told by the name that they have now."""
    stage = Stage(model=FunctionModel(lambda prompt: "Gentoo weigh 5,076 g."))
    for name, cached in (("masses", False), ("weights", True)):
        ask = {"id": "s1", "kind": "ask", "name": "brief", "params": {"question": "How heavy?", "inputs": {"given": {"data": name}}}}
        run = stage.run(plan={"steps": [ask]}, data={name: MASSES})
        assert run.progress.rows["s1"].cached is cached
        assert f"{name}, row 1 (Gentoo), column mass_g: 5076.02" in run["brief"].html()
        assert str(run["brief"]) == "Gentoo weigh 5,076 g."
