"""Markdown: a text answer with charts in it. To Python it is a str; a notebook draws it.

Model text is never HTML: raw HTML and images in it are off, what Markdown makes of it passes a strict allow-list, and only
then our own charts are put where a line says `[[name]]`. Mathematics between dollars stays as it was written.
"""

from __future__ import annotations

import base64
import functools
import html
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nb_orchestra.values.links import Link, fitting, linked, listed, marked
from nb_orchestra.values.preview import CARD
from nb_orchestra.values.text import clean_text, inert_tex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from nb_orchestra.values.chart import Chart

TAGS = {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "a"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_PLACE = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
_RUNNING = re.compile(r"(javascript|vbscript|data)(?=\s*:)", re.IGNORECASE)
_MATH = re.compile(r"\$\$.+?\$\$|\$(?!\s)(?:\\.|[^$\\])+?(?<!\s)\$(?!\d)", re.DOTALL)


class Markdown(str):
    """Markdown text; `charts` by the names that stand as `[[name]]` on lines of their own. `doubts`: numbers and names of it that no input holds; they are
    told below the text wherever it is shown, and are no part of it. `links`: where its numbers, names and citations come from, by place in the clean text."""

    _charts: Mapping[str, Chart]
    doubts: tuple[str, ...]
    links: tuple[Link, ...]

    def __new__(cls, text: str = "", charts: Mapping[str, Chart] | None = None, doubts: Iterable[str] = (), links: Iterable[Link] = ()) -> Markdown:
        made = super().__new__(cls, text)
        made._charts = MappingProxyType(dict(charts or {}))
        made.doubts, made.links = tuple(doubts), tuple(links)
        return made

    @property
    def charts(self) -> Mapping[str, Chart]:
        return self._charts

    def __reduce__(self) -> tuple[Any, ...]:
        return Markdown, (str(self), dict(self.charts), self.doubts, self.links)

    def __deepcopy__(self, memory: Any) -> Markdown:
        return self  # neither the text nor the charts can change

    def html(self) -> str:
        """Static, safe HTML with the charts in it."""
        doubts = f"<p><em>{html.escape(self._doubts())}</em></p>\n" if self.doubts else ""
        text = clean_text(self)
        links = fitting(text, self.links)
        return inert_tex(linked(render(marked(text, links), self.charts), links) + doubts + listed(links))

    def _doubts(self) -> str:
        return f"Not computed by any step, and in none of its inputs: {clean_text(', '.join(self.doubts))}." if self.doubts else ""

    def markdown(self) -> str:
        """Markdown that is harmless wherever it is shown; charts stand as `[[name]]` still."""
        return inert(self._with_doubts())

    def _with_doubts(self) -> str:
        return f"{clean_text(self).rstrip()}\n\n{self._doubts()}\n" if self.doubts else clean_text(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = _PLACE.sub(self._chart_in_words, self._with_doubts())
        return {"text/html": self.html(), "text/markdown": inert(text), "text/plain": text}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """At a terminal's prompt the page, not a string with its marks; inside a list or a dict the string."""
        printer.text(self._repr_mimebundle_()["text/plain"] if len(printer.stack) == 1 else repr(str(self)))

    def _chart_in_words(self, place: re.Match[str]) -> str:
        """What stands for a chart where none can be drawn."""
        chart = self.charts.get(place.group(1))
        title = clean_text(str(chart.spec.get("title", ""))) if chart is not None else ""
        return f"(chart `{place.group(1)}`{': ' + title if title else ''})" if chart is not None else place.group()


def render(text: str, charts: Mapping[str, Chart]) -> str:
    """HTML of Markdown text; the pieces between charts are cleaned, the charts are ours."""
    parser = _parser()
    environment: dict[str, Any] = {}
    pieces: list[str] = []
    waiting: list[Token] = []
    for group in _groups(parser.parse(text, environment)):
        name = _chart_name(group)
        if name is None or name not in charts:
            waiting += group
            continue
        pieces += [_clean(parser.renderer.render(waiting, parser.options, environment)), _picture(name, charts[name])]
        waiting = []
    return "".join([*pieces, _clean(parser.renderer.render(waiting, parser.options, environment))])


def _groups(tokens: list[Token]) -> list[list[Token]]:
    """Top-level blocks; a paragraph becomes one group for each of its lines that is a place, and for the lines between."""
    groups: list[list[Token]] = [[]]
    for token in tokens:
        side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        if side:  # of a table's cell; an attribute passes the cleaning, a style does not
            token.attrSet("align", side)
        groups[-1].append(token)
        if token.level == 0 and token.nesting <= 0:
            groups.append([])
    return [part for group in groups if group for part in _split_paragraph(group)]


def _split_paragraph(group: list[Token]) -> list[list[Token]]:
    if len(group) != 3 or group[0].type != "paragraph_open" or not group[1].children:
        return [group]
    opened, inline, closed = group
    lines: list[list[Token]] = [[]]
    for child in inline.children or []:
        if child.type in ("softbreak", "hardbreak"):
            lines.append([child])
        else:
            lines[-1].append(child)
    parts: list[list[Token]] = []
    for line in lines:
        if parts and _place(line) is None and _place(parts[-1]) is None:
            parts[-1] += line
        else:
            parts.append(line[1:] if line and line[0].type.endswith("break") else line)
    return [[opened, inline.copy(children=part, content=""), closed] for part in parts]


def _place(line: list[Token]) -> str | None:
    words = [token for token in line if not token.type.endswith("break")]
    if len(words) != 1 or words[0].type != "text":
        return None
    found = _PLACE.fullmatch(words[0].content.strip())
    return found.group(1) if found else None


def _chart_name(group: list[Token]) -> str | None:
    return _place(group[1].children or []) if len(group) == 3 and group[1].type == "inline" else None


def _picture(name: str, chart: Chart) -> str:
    data = base64.b64encode(chart.png).decode("ascii")
    title = html.escape(clean_text(str(chart.spec.get("title", "") or name)), quote=True)
    return f'<p><img alt="{title}" style="{CARD};max-width:min(100%,620px)" src="data:image/png;base64,{data}"></p>\n'


def _leads_somewhere(_tag: str, attribute: str, value: str) -> str | None:
    """An empty address is that of the page itself: a click on it would load the notebook anew."""
    return value if attribute != "href" or value.strip() else None


def _clean(markup: str) -> str:
    import nh3

    return nh3.clean(
        markup,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}},
        attribute_filter=_leads_somewhere,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    parser.inline.ruler.before("escape", "math", _math)
    return parser


def _math(state: StateInline, silent: bool) -> bool:
    """`$…$` and `$$…$$` pass as they stand: no emphasis, no escapes inside. For the notebook's own mathematics."""
    if state.src[state.pos] != "$":
        return False
    found = _MATH.match(state.src, state.pos)
    if not found or "\n\n" in found.group():
        return False
    if not silent:
        token = state.push("text", "", 0)
        token.content = found.group()
    state.pos = found.end()
    return True


def inert(text: str) -> str:
    """Markdown for a front end that prefers it: tags and images are no longer any, and no address has a scheme that runs something."""
    plain = re.sub(r"&(?=#|\w+;)", "&amp;", text)  # else an entity could spell such a scheme
    plain = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", plain).replace("![", "\\![")
    return inert_tex(_RUNNING.sub("\\1\N{WORD JOINER}", plain))
