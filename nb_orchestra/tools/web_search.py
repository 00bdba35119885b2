"""A general search of the web as one source, `web_search()`: a service of your own, one with a key, or the well-kept client `ddgs`, which needs none.

    orchestrate("Who makes seismometers in Europe?", tools=[web_search()])

SERVICES is the table of services: how each is asked and how its results are read. Without a choice the first that can be used is taken: a SearXNG
server where `base` names one, a service whose key stands in the environment, else ddgs. Snippets are what these give; `read_page` reads a whole page.
"""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb_orchestra.errors import GoalError, ToolError
from nb_orchestra.protocols import Passage
from nb_orchestra.threads import in_thread
from nb_orchestra.tools.web import Fetcher
from nb_orchestra.tools.web_sources import Ask, WebSource, found_passage

SECONDS = 15
_MARKED = re.compile(r"</?(?:strong|b|em)>", re.IGNORECASE)
"""Brave marks the words that were looked for."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One interface. `key`: the variable of the environment that holds its key. `asked(key, query, limit)` → (query, headers, body); `found`: the path
    to the list of results in the answer; `fields`: what title, address, date, text and score are called there."""

    base: str
    path: str
    key: str
    asked: Callable[[str, str, int], tuple[Mapping[str, Any] | None, Mapping[str, str], Mapping[str, Any] | None]]
    found: tuple[str, ...]
    fields: tuple[str, str, str, str, str]


SERVICES: Mapping[str, Endpoint] = {
    "searxng": Endpoint(
        "",
        "/search",
        "",
        lambda key, query, limit: ({"q": query, "format": "json"}, {}, None),
        ("results",),
        ("title", "url", "publishedDate", "content", "score"),
    ),
    "tavily": Endpoint(
        "https://api.tavily.com",
        "/search",
        "TAVILY_API_KEY",
        lambda key, query, limit: (None, {"Authorization": f"Bearer {key}"}, {"query": query, "max_results": limit}),
        ("results",),
        ("title", "url", "published_date", "content", "score"),
    ),
    "brave": Endpoint(
        "https://api.search.brave.com",
        "/res/v1/web/search",
        "BRAVE_API_KEY",
        lambda key, query, limit: ({"q": query, "count": min(limit, 20)}, {"X-Subscription-Token": key, "Accept": "application/json"}, None),
        ("web", "results"),
        ("title", "url", "page_age", "description", ""),
    ),
}
DDGS = "ddgs"


def web_search(service: str = "", *, base: str = "", key: str = "", private: bool = False) -> WebSource:
    """The web as a source named `web`.

    service: searxng, tavily, brave or ddgs; by default what can be used here. base: the service's address (a SearXNG server has to be named).
    key: by default from the service's variable (TAVILY_API_KEY, BRAVE_API_KEY). private: addresses of this machine are allowed (for servers of your own).
    GoalError for an unknown service, or one whose key or address is missing.
    """
    chosen = service or _usable(base)
    if chosen == DDGS:
        return _source(DDGS, "", _by_client, private)
    if chosen not in SERVICES:
        raise GoalError(f"there is no web search called {service!r}", hint=f"use one of {', '.join([*SERVICES, DDGS])}")
    told = SERVICES[chosen]
    address, secret = (base or told.base).rstrip("/"), key or os.environ.get(told.key, "")
    if not address:
        raise GoalError(f"{chosen} needs the address of its server", hint=f'web_search("{chosen}", base="https://…")')
    if told.key and not secret:
        raise GoalError(f"{chosen} needs a key", hint=f"set {told.key} in the environment, or use web_search() without one")
    return _source(chosen, address, _by_interface(told, secret), private)


def _usable(base: str) -> str:
    keyed = (name for name, service in SERVICES.items() if service.key and os.environ.get(service.key))
    return "searxng" if base else next(keyed, DDGS)


def _source(service: str, base: str, ask: Ask, private: bool) -> WebSource:
    return WebSource("web", "pages of the whole web, with the words around what was looked for", base, ask, Fetcher(private), f"{service}/1")


def _by_interface(service: Endpoint, secret: str) -> Ask:
    """Asks by HTTP. The key lives in this closure only: no repr shows it."""

    async def ask(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> Sequence[Passage]:
        asked, headers, body = service.asked(secret, query, limit)
        data = await fetcher.get_json(f"{base}{service.path}", asked, headers=headers, body=body)
        for part in service.found:
            data = data.get(part) if isinstance(data, Mapping) else None
        if not isinstance(data, list):
            hint = "try later, or another service" if service.key else "a SearXNG server must allow the format json (search: formats in its settings)"
            raise ToolError("the web search gave no list of results", hint=hint)
        return list(_passages(data[:limit], service.fields))

    return ask


async def _by_client(fetcher: Fetcher, base: str, query: str, limit: int, since: str) -> Sequence[Passage]:
    """Asks through ddgs, which needs no key. It goes to public search engines itself, in a thread."""
    try:
        import ddgs
    except ImportError:
        hint = 'pip install "nb_orchestra[web]", or name a service: web_search("searxng", base="https://…")'
        raise ToolError("searching the web without a key needs ddgs", hint=hint) from None

    def search() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ddgs.DDGS(timeout=SECONDS).text(query, max_results=limit)
        return found

    try:
        found = await in_thread(search)
    except Exception as error:  # one of its engines' many errors; none is about the query
        raise ToolError(f"the web could not be searched ({type(error).__name__})", hint="is there a network? else try later, or another service") from None
    return list(_passages(found, ("title", "href", "", "body", "")))


def _passages(found: Sequence[Any], fields: tuple[str, str, str, str, str]) -> Iterator[Passage]:
    """Results as passages; what is no result, or has no address of the web, is left out."""
    title, address, date, text, score = fields
    for rank, item in enumerate(found, 1):
        if isinstance(item, Mapping) and _of_web(item.get(address)):
            said = {name: item[name] if isinstance(item.get(name), str) else "" for name in (title, date, text)}
            shown = _MARKED.sub("", said[text])
            yield found_passage(said[title] or item[address], item[address], said[date][:10], shown, rank, item.get(score))


def _of_web(address: Any) -> bool:
    """Whoever sees a result may click on its address."""
    try:
        parts = urllib.parse.urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
