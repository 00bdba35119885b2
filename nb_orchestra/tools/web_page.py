"""A page of the web as clean text: `read_page(url)` as a tool. The text by trafilatura (an optional extra), else all words of the page.

The address is plain words of the plan or of a search's table; what a page says is untrusted. robots.txt is kept, private addresses are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.errors import ToolError
from nb_orchestra.tools.passages import PASSAGE, READERS, document_of, words_of_page
from nb_orchestra.tools.web import Fetcher


class PageTool:
    """Fills protocols.Tool: url → {title, date, url, text}."""

    name = "read_page"
    description = "Reads a web page (or a PDF, a text) as clean text: title, date, url, text."
    schema: Mapping[str, Any] = {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
    identity = "read_page/1"
    effects, pure, outside, permission = False, False, True, ""

    def __init__(self, *, private: bool = False) -> None:
        self._fetcher = Fetcher(private, robots=True)

    async def call(self, arguments: Mapping[str, Any]) -> dict[str, str]:
        """ToolError where the page cannot be had or has no text."""
        url = str(arguments["url"])
        body, kind = await self._fetcher.get(url)
        if "pdf" in kind:
            told = document_of(READERS[".pdf"](body), url)
        elif "html" in kind or body.lstrip()[:1] == b"<":
            told = document_of(_main_text(body), url)
        else:
            told = document_of(READERS[".txt"](body), url)
        if not told.text.strip():
            raise ToolError(f"{url[:100]} has no text")
        return {"title": told.title, "date": told.date, "url": url, "text": told.text}


def read_page(*, private: bool = False) -> PageTool:
    """The tool, for `tools=[read_page()]`. `private`: addresses of this machine are allowed (for servers of your own)."""
    return PageTool(private=private)


def _main_text(body: bytes) -> str:
    """What the page is about, without menus and adverts."""
    try:
        import trafilatura
    except ImportError:
        return words_of_page(body)
    page = body.decode("utf-8", "replace")
    text = trafilatura.extract(page, output_format="markdown", with_metadata=True, include_comments=False) or ""
    return text if len(text) > PASSAGE // 20 else words_of_page(body)
