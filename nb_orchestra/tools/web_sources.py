"""Sources on the web for `search` steps, a function each: Wikipedia, arXiv, Crossref, OpenAlex. No keys; each reads its service's own interface.

    orchestrate("What is known about sleep in mice?", tools=[arxiv(), crossref()])

Queries leave this machine, so private words reach them only where you allow that (running/flow). `base` is the service's address.
"""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb_orchestra import values
from nb_orchestra.errors import ToolError
from nb_orchestra.protocols import Passage
from nb_orchestra.tools.passages import words_of_page
from nb_orchestra.tools.web import Fetcher

Ask = Callable[[Fetcher, str, str, int, str], Awaitable[Sequence[Passage]]]
"""(fetcher, base, query, limit, since) → what the service found."""
MOST_POINTS = 1e9
"""What no service gives: no number, or one that nothing can be compared with."""
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class WebSource:
    """Fills protocols.Source with one service."""

    name: str
    description: str
    base: str
    ask: Ask
    fetcher: Fetcher
    version: str = "1"

    @property
    def outside(self) -> bool:
        return True

    @property
    def identity(self) -> str:
        """What was found is kept until a run is made fresh; `retrieved_at` says from when it is."""
        return f"{self.name}/{self.version}/{self.base}"

    async def search(self, query: str, *, limit: int, since: str = "", full_text: bool = False) -> Sequence[Passage]:
        """Abstracts or openings of articles; these services give no whole texts."""
        try:
            found = await self.ask(self.fetcher, self.base, values.clean_text(query)[:300], min(limit, 50), since)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:  # whatever a changed or broken service may send
            raise ToolError(f"{self.name} answered in a form that is not its own ({type(error).__name__})", hint="try another source, or later") from None
        return [passage for passage in found if not since or passage.date >= since][:limit]


def wikipedia(language: str = "en", *, base: str = "", private: bool = False) -> WebSource:
    """Articles of Wikipedia, each with its opening paragraphs."""
    return WebSource("wikipedia", "encyclopedia articles", base or f"https://{language}.wikipedia.org", _wikipedia, Fetcher(private))


def arxiv(*, base: str = "https://export.arxiv.org", private: bool = False) -> WebSource:
    """Preprints of arXiv with their abstracts. Its rule of one request every three seconds is kept."""
    return WebSource("arxiv", "preprints in physics, mathematics, computer science, biology, with abstracts", base, _arxiv, Fetcher(private, pause=3.0))


def crossref(*, base: str = "https://api.crossref.org", private: bool = False) -> WebSource:
    """Scholarly works registered with Crossref; those that have an abstract show it."""
    return WebSource("crossref", "scholarly works of all fields, by DOI", base, _crossref, Fetcher(private))


def openalex(*, base: str = "https://api.openalex.org", private: bool = False) -> WebSource:
    """Scholarly works of OpenAlex with their abstracts."""
    return WebSource("openalex", "scholarly works of all fields, with abstracts", base, _openalex, Fetcher(private))


async def _wikipedia(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> list[Passage]:
    asked = {"action": "query", "format": "json", "generator": "search", "gsrsearch": query, "gsrlimit": limit}
    asked |= {"prop": "extracts|info", "exintro": 1, "explaintext": 1, "exlimit": "max", "inprop": "url"}
    data = await fetcher.get_json(f"{base}/w/api.php", asked)
    if wrong := _mapping(data.get("error")):
        raise ToolError(f"wikipedia answered: {values.clean_text(str(wrong.get('info', 'an error')))[:200]}")
    pages = sorted(_mapping(_mapping(data.get("query")).get("pages")).values(), key=lambda page: page.get("index", 0))
    return [
        found_passage(page["title"], page.get("fullurl", ""), str(page.get("touched", ""))[:10], page.get("extract", ""), rank)
        for rank, page in enumerate(pages, 1)
    ]


async def _arxiv(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> list[Passage]:
    words = " AND ".join(f"all:{word}" for word in re.findall(r"\w+", query)[:10])
    body, _ = await fetcher.get(f"{base}/api/query", {"search_query": words, "max_results": limit, "sortBy": "relevance"})
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ToolError("arXiv did not answer with a plain feed")
    try:
        entries = ET.fromstring(body).findall(f"{_ATOM}entry")
    except ET.ParseError:
        raise ToolError("arXiv did not answer with a feed") from None
    told = [{name: " ".join((entry.findtext(f"{_ATOM}{name}") or "").split()) for name in ("title", "id", "published", "summary")} for entry in entries]
    if wrong := next((item for item in told if "/api/errors" in item["id"]), None):  # it tells errors as entries of the feed
        raise ToolError(f"arXiv answered: {values.clean_text(wrong['summary'])[:200]}")
    return [found_passage(item["title"], item["id"], item["published"][:10], item["summary"], rank) for rank, item in enumerate(told, 1)]


async def _crossref(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> list[Passage]:
    asked = {"query": query, "rows": limit} | ({"filter": f"from-pub-date:{since}"} if since else {})
    data = await fetcher.get_json(f"{base}/works", asked)
    items = _mapping(data.get("message")).get("items", [])
    return [
        found_passage(
            " ".join(item.get("title") or ["(no title)"]), item.get("URL", ""), _issued(item), _unmarked(item.get("abstract", "")), rank, item.get("score")
        )
        for rank, item in enumerate(items, 1)
    ]


async def _openalex(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> list[Passage]:
    asked = {"search": query, "per-page": limit} | ({"filter": f"from_publication_date:{since}"} if since else {})
    data = await fetcher.get_json(f"{base}/works", asked)
    return [
        found_passage(
            item.get("display_name") or "(no title)",
            item.get("doi") or item.get("id", ""),
            item.get("publication_date") or "",
            _from_positions(item.get("abstract_inverted_index")),
            rank,
            item.get("relevance_score"),
        )
        for rank, item in enumerate(data.get("results", []), 1)
    ]


def found_passage(title: Any, source: Any, date: str, text: str, rank: int, score: Any = None) -> Passage:
    """One find, its texts cleaned. Without a score of the service's own, 1 / rank."""
    address = str(source)
    path = urllib.parse.urlsplit(address).path.rstrip("/").rpartition("/")[2]
    stem = re.sub(r"[^a-z0-9]+", "-", (path or str(title)).lower()).strip("-")[-24:].strip("-") or "page"
    points = float(score) if type(score) in (int, float) and 0 <= score < MOST_POINTS else 1 / rank
    return Passage(values.clean_text(str(title))[:300], values.clean_text(address)[:500], date, values.clean_text(text), points, f"{stem}:1")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _issued(item: Mapping[str, Any]) -> str:
    parts = (_mapping(item.get("issued")).get("date-parts") or [[]])[0]
    return "-".join(f"{part:02d}" for part in parts if isinstance(part, int))


def _unmarked(abstract: str) -> str:
    """Crossref's abstracts are marked up."""
    return " ".join(words_of_page(abstract.encode()).split())


def _from_positions(index: Any) -> str:
    """OpenAlex tells an abstract as the positions of its words."""
    placed = [(at, word) for word, places in _mapping(index).items() for at in places]
    return " ".join(word for _, word in sorted(placed))
