"""The static tree: safe, small, readable with all styles stripped."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
import scripted_runs as runs
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress
from nb_orchestra.values import Preview
from nb_orchestra.views import render_html
from nb_orchestra.views.html import MOST_CODES, MOST_PREVIEW, MOST_PREVIEWS

NAMING = ("data-nbo-run", "data-nbo-step", "data-nbo-kind", "data-nbo-state", "class")


class Reader(HTMLParser):
    """Tags with their attributes, text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def run_of(text: str) -> Progress:
    """A run in which every text that a model, a table or a person gives is `text`."""
    plan = {"steps": [{"id": text, "kind": "code", "name": text, "purpose": text, "clause": text}], "assumptions": [text], "not_done": [text]}
    ended = e.JobEnded(text, "failed", 2.0, error=text, message=text, hint=text, summary=text, model=text, reason=text, why=text, warnings=(text,))
    happened = [e.RunStarted("r", text, 1.0), e.PlanMade(plan, 1.0, model=text, reason=text), e.Warned(text), ended, e.NameUnbound(text)]
    return runs.fold([*happened, e.RunEnded("failed", 2.0, 1.0, text, text, text)])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</details></summary><style>*{display:none}</style>",
        "<!--",
        "&lt;b&gt; &amp; &#60;i&#62;",
        "]]><![CDATA[",
        "<svg/onload=alert(1)>",
    ],
)
def test_text_of_strangers_is_never_markup(text: str) -> None:
    """Whatever a text holds, the page has the same tags and attributes as for a harmless one, and the text is shown as it is."""
    page = Reader(render_html(run_of(text)))
    assert page.tags == Reader(render_html(run_of("no harm"))).tags
    assert text in page.text
    assert page.open == []


@given(st.text(max_size=80))
def test_no_text_at_all_is_markup(text: str) -> None:
    """The same for any text: surrogates, control characters, brackets, quotes."""
    page = Reader(render_html(run_of(f"x {text}.")))
    assert page.tags == Reader(render_html(run_of("no harm"))).tags


def test_a_tree_says_in_its_tags_which_run_and_steps_it_shows() -> None:
    """An ended run's tree names its run, and each step with its state, for the buttons that a trusted page adds; only names that a verb takes are named."""
    failed = runs.fold(runs.failed())
    tags = [dict(attributes) for tag, attributes in Reader(render_html(failed)).tags if tag == "details"]
    assert tags[0]["data-nbo-run"] == failed.run
    assert [tag["data-nbo-step"] for tag in tags if "data-nbo-step" in tag] == [row.name for row in failed.rows.values()]
    assert "data-nbo-step" not in render_html(run_of("x; y"))


def test_code_stands_in_the_saved_tree() -> None:
    """The code of a step opens with no kernel; all of it together stays within its limit."""
    done = runs.fold(runs.finished())
    codes = {id: f"{id} = 1\n" * 900 for id in done.rows}
    html = render_html(done, codes={"s1": "a < b"})
    assert '<pre style="overflow:auto">a &lt; b</pre>' in html
    assert len(render_html(done, codes=codes)) - len(render_html(done)) < 2 * MOST_CODES


def test_hidden_characters_are_dropped() -> None:
    """Bidi overrides, control and private-use characters cannot disguise what a line says; lone surrogates do not break the page."""
    html = render_html(run_of("a\u202eb\x07c\ue000d\ud800e"))
    assert "abcd\ufffde" in html
    html.encode()


DRAWN = {"svg", "title", "path", "rect", "text", "tspan"}
PLACED = {"role", "width", "height", "viewbox", "d", "x", "y", "rx"}


def test_there_is_nothing_to_load_or_run() -> None:
    """No script, style sheet, link, image or event: only inline styles, words for whoever typesets formulas, and a picture of boxes and lines."""
    page = Reader(render_html(runs.fold(runs.finished())))
    assert {tag for tag, _ in page.tags} <= {"details", "summary", "div", "span", "b", "ul", "li"} | DRAWN
    assert {name for tag, attributes in page.tags for name, _ in attributes if tag not in DRAWN} <= {"style", "open", *NAMING}
    assert {name for _, attributes in page.tags for name, _ in attributes} <= {"style", "open", *NAMING, *PLACED}


def test_a_run_is_one_fold_with_a_fold_per_step() -> None:
    """Folded it is one line; each step opens to its facts and its result; steps that the person opened stay open."""
    preview = Preview("5 × 4 table", "plain", "<table><tr><td>3706</td></tr></table>")
    progress = runs.fold(runs.finished())
    page = Reader(render_html(progress, {"s1": preview}))
    assert [tag for tag, _ in page.tags].count("details") == 6
    assert not any(name == "open" for _, attributes in page.tags for name, _ in attributes)
    assert "3706" in page.text
    opened = Reader(render_html(progress, folded=False, opened={"s2"}))
    assert sum(name == "open" for _, attributes in opened.tags for name, _ in attributes) == 2


def test_colours_work_with_and_without_jupyter() -> None:
    """Every colour is a variable of JupyterLab's theme with a fallback, so dark and light themes and bare pages both work."""
    html = render_html(runs.fold(runs.failed()))
    assert "color:var(--jp-error-color1,#" in html
    assert "color:#" not in html
    assert "background" not in html


def test_big_previews_give_way_to_text() -> None:
    """One huge preview becomes its plain text, and many together stay under the cap, each at least with its short line."""
    big = Preview("a wide table", "<plain>", "<i>" + "x" * MOST_PREVIEW + "</i>")
    html = render_html(runs.fold(runs.finished()), {"s1": big})
    assert "&lt;plain&gt;" in html
    assert "<i>" not in html
    fair = Preview("a table & more", "plain", "<i>" + "x" * (MOST_PREVIEW - 10) + "</i>")
    crowded = render_html(runs.fold(runs.finished()), dict.fromkeys(runs.SUMMARIES, fair) | {f"t{i}": fair for i in range(9)})
    assert len(crowded) < MOST_PREVIEWS + 10_000
    assert len(render_html(runs.fold(runs.planned(plan=runs.many(6))), {f"s{i}": fair for i in range(6)})) < MOST_PREVIEWS + 10_000


def test_a_thousand_steps_stay_small() -> None:
    """1,000 steps are under 135 kB, 1,200 are cut and say so, 30 with tables are under 60 kB."""
    html = render_html(runs.fold(runs.planned(plan=runs.many(1_000))))
    assert len(html) < 135_000
    assert "and 200 steps more" in render_html(runs.fold(runs.planned(plan=runs.many(1_200))))
    table = Preview("10 × 4 table", "", "<table>" + "<tr><td style='padding:2px 8px'>1</td></tr>" * 10 + "</table>")
    assert len(render_html(runs.fold(runs.planned(plan=runs.many(30))), {f"s{i}": table for i in range(30)})) < 60_000


def test_prices_are_no_formulas() -> None:
    """Pages typeset what stands between two dollars: the tree says that it has none, but for what a step itself gave."""
    shown = {"s1": Preview("short", "$x^2$", "<p>$x^2$</p>")}
    html = render_html(runs.fold(runs.finished()), shown)
    assert 'class="mathjax_ignore tex2jax_ignore"' in html.partition(">")[0]
    assert html.count('<div class="mathjax_process tex2jax_process"><p>$x^2$</p></div>') == html.count("mathjax_process") == 1


def test_a_tree_saved_in_mid_run_says_so() -> None:
    """A notebook saved while the cell runs, or by a kernel that died, does not pretend to show an end."""
    assert "still running when this was saved" in render_html(runs.fold(runs.planned()))
    assert "still running" not in render_html(runs.fold(runs.finished()))
