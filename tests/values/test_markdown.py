"""Markdown answers: drawn safely, with charts where they stand and mathematics as written."""

from __future__ import annotations

import html.parser

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb_orchestra.values import Markdown, preview
from nb_orchestra.values.chart import Chart

BARS = Chart(pd.DataFrame({"a": [1]}), {"kind": "bar", "title": 'Mass "<b>"'}, b"\x89PNGbars", "<svg/>")
LINE = Chart(pd.DataFrame({"a": [2]}), {"kind": "line"}, b"\x89PNGline", "<svg/>")


class Tags(html.parser.HTMLParser):
    """Collects the tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def drawn(text, **charts):
    return Tags(Markdown(text, charts).html())


def test_it_is_a_text():
    """An answer compares, prints and slices as the text it is."""
    text = Markdown("# Mass\n", {"bars": BARS})
    assert text == "# Mass\n"
    assert isinstance(text, str)
    assert text.upper() == "# MASS\n"


def test_the_usual_markdown_is_drawn():
    """Headings, lists, emphasis, code, quotes, tables with sides and links become HTML."""
    seen = drawn("# A\n\n*b* **c** ~~d~~ `e`\n\n- f\n\n1. g\n\n> h\n\n```\ni\n```\n\n|x|y|\n|--|--:|\n|1|2|\n\n[j](https://example.org)\n\n---\n")
    tags = [tag for tag, _ in seen.tags]
    assert {"h1", "em", "strong", "s", "code", "ul", "li", "ol", "blockquote", "pre", "table", "th", "td", "a", "hr"} <= set(tags)
    assert ("td", {"align": "right"}) in seen.tags
    assert next(attributes["href"] for tag, attributes in seen.tags if tag == "a") == "https://example.org"


@pytest.mark.parametrize(
    "text", ["[[bars]]", "before\n\n[[bars]]\n\nafter", "before\n[[bars]]\nafter", "  [[bars]]  \n", "a  \n[[bars]]", "# t\n[[bars]]\n- l"]
)
def test_a_chart_stands_where_its_name_stands_on_a_line(text):
    """`[[name]]` on a line of its own becomes the chart, once, between what is before and after it."""
    seen = drawn(text, bars=BARS)
    pictures = [(attributes["alt"], attributes["src"]) for tag, attributes in seen.tags if tag == "img"]
    assert pictures == [('Mass "<b>"', "data:image/png;base64,iVBOR2JhcnM=")]
    assert "[[" not in seen.text
    assert all(word in seen.text for word in ("before", "after") if word in text)


def test_several_charts_keep_their_order():
    """Two charts, one of them twice, each at its place."""
    sources = [attributes["src"] for tag, attributes in drawn("[[line]]\n[[bars]]\n\nx\n\n[[line]]", bars=BARS, line=LINE).tags if tag == "img"]
    assert len(sources) == 3
    assert sources[0] == sources[2] != sources[1]


@pytest.mark.parametrize(
    "text", ["see [[bars]] here", "```\n[[bars]]\n```", "    [[bars]]", "`[[bars]]`", "[[other]]", "[[ba\nrs]]", "- [[bars]]", "[[bars]](https://x.org)"]
)
def test_elsewhere_a_name_in_brackets_is_text(text):
    """In a sentence, in code, in a list, or with a name that is no chart, nothing is put in."""
    assert "img" not in [tag for tag, _ in drawn(text, bars=BARS).tags]


@pytest.mark.parametrize(
    "math", ["$a_1 * b_1 * c$", "$$\\sum_{i=1}^{n} x_i * y_i * 2$$", "$a < b > c$", "$\\{x\\}$", "$$\na_1 *\nb * c\n$$", "$\\alpha\\_1$", "$[a](b)$", "$`x`$"]
)
def test_mathematics_survives_as_written(math):
    """What stands between dollars reaches the notebook's own mathematics unchanged: no emphasis, escapes, links or tags."""
    seen = drawn(f"So {math} holds.")
    assert math in seen.text
    assert {tag for tag, _ in seen.tags} == {"p"}


def test_money_is_no_mathematics():
    """Prices stay prices: text after them is still Markdown."""
    assert ("em", {}) in drawn("It costs $5 and *not* $6.").tags


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "![x][r]\n\n[r]: https://evil.example/x.png",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.org "onmouseover=alert(1)")',
    "[x](https://a.org){onclick=alert(1)}",
    "<iframe src=https://evil.example></iframe>",
    "<style>@import 'https://evil.example'</style>",
    '<a href="https://a.org" class="jp-x" data-commandlinker-command="x" style="position:fixed">x</a>',
    "$<script>alert(1)</script>$",
    "$$<img src=x onerror=alert(1)>$$",
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    "|<script>|\n|--|\n|<img src=x onerror=alert(1)>|",
    "[[<script>alert(1)</script>]]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "<!-- x --><svg onload=alert(1)>",
    "[<img src=x onerror=alert(1)>](https://a.org)",
]
PERMITTED = {"a": {"href", "rel"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}


def _check(markup):
    for tag, attributes in Tags(markup).tags:
        assert tag not in ("script", "img", "iframe", "style", "svg", "object", "form", "input", "link", "meta", "base")
        assert set(attributes) <= PERMITTED.get(tag, set())
        assert attributes.get("href", "https:").lower().startswith(("https:", "http:", "mailto:")) or attributes["href"].startswith(("#", "/", "%"))


@pytest.mark.parametrize("text", HOSTILE)
def test_model_text_is_never_html(text):
    """No script, image, frame, style, handler, class or foreign address comes out of an answer."""
    _check(Markdown(text).html())


PIECES = st.sampled_from([*"<>!/[]()*_`$\\|&;:#- \"'abijxs=\n", "<img src=x>", "<script>", "javascript:", "[[bars]]", "data:", "https://", "\n\n", "```\n"])


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_becomes_active(text):
    """Whatever the letters, only permitted tags and attributes come out."""
    _check(Markdown(text).html())
    pictures = [attributes for tag, attributes in Tags(Markdown(text, {"bars": BARS}).html()).tags if tag == "img"]
    assert all(set(attributes) == {"alt", "style", "src"} and attributes["src"].startswith("data:image/png;base64,") for attributes in pictures)


def test_a_front_end_gets_three_forms():
    """HTML with the charts; Markdown in which tags and images are no longer any; the text as it is."""
    bundle = Markdown("# A <b>\n\n![x](https://e.org/x.png)\n\n[[bars]]", {"bars": BARS})._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/markdown", "text/plain"}
    assert "data:image/png;base64," in bundle["text/html"]
    assert "<b" not in bundle["text/markdown"]
    assert "\\![x]" in bundle["text/markdown"]
    assert bundle["text/plain"].startswith("# A <b>")


def test_texts_that_name_files_and_addresses_are_only_texts():
    """IPython's own Markdown would read the file or fetch the page; ours shows the text."""
    assert "/etc/passwd" in Markdown("/etc/passwd").html()
    assert "https://example.org" in Markdown("https://example.org").html()


def test_characters_that_must_not_show_are_dropped():
    """Bidi, control and surrogate characters do not reach any form."""
    bundle = Markdown("a\u202eb\x00\ud800c")._repr_mimebundle_()
    assert all(form.encode("utf-8") for form in bundle.values())
    assert "\u202e" not in "".join(bundle.values())


def test_very_deep_and_very_long_texts_are_drawn():
    """Thousands of brackets, quotes and stars neither raise nor hang."""
    for text in (">" * 5000 + "x", "[" * 5000, "*a " * 5000, "- " * 2000 + "x", "$" * 5001, "`" * 3000, "<" * 5000, "a\n" * 20_000):
        assert Markdown(text).html() is not None


def test_drawing_twice_gives_the_same_bytes():
    """A saved notebook does not change when it is run again."""
    text = Markdown("# A\n\n[[bars]]\n", {"bars": BARS})
    assert text.html() == Markdown("# A\n\n[[bars]]\n", {"bars": BARS}).html()
    assert preview(text).html == text.html()


def test_a_chart_is_told_in_words_where_none_can_be_drawn() -> None:
    """In a terminal, and in Markdown, its place says its name and its title; brackets that are no chart's stay as they are."""
    bundle = Markdown("Seen.\n\n[[bars]]\n\n[[no_chart]]", {"bars": BARS})._repr_mimebundle_()
    assert "(chart `bars`: Mass" in bundle["text/plain"]
    assert "[[no_chart]]" in bundle["text/plain"]
    assert "(chart `bars`: Mass" in bundle["text/markdown"]
    assert "<b>" not in bundle["text/markdown"]


def test_a_link_to_nowhere_is_no_link() -> None:
    """An empty address would load the page anew."""
    assert "href" not in Markdown("[[bars]]() and [more](  )").html()
