"""The web as a source: loopback servers stand in for the services; what must not be asked is not."""

from __future__ import annotations

import asyncio
import functools
import http.server
import json
import sys
import threading
import types
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nb_orchestra.errors import GoalError, ToolError
from nb_orchestra.tools import arxiv, crossref, openalex, read_page, web_search, wikipedia
from nb_orchestra.tools.web import LARGEST, Fetcher, is_public
from tests.running.staging import Stage, call

pytest.importorskip("aiohttp")
WIKI = {
    "query": {
        "pages": {"7": {"index": 1, "title": "Sleep", "fullurl": "https://en.wikipedia.org/wiki/Sleep", "touched": "2026-01-02T00:00:00Z", "extract": "Rest."}}
    }
}
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>On  sleep</title><id>http://arxiv.org/abs/2001.00001v1</id>
<published>2020-01-01T00:00:00Z</published><summary>Mice
sleep.</summary></entry></feed>"""
CROSSREF = {
    "message": {
        "items": [
            {
                "title": ["Mice"],
                "URL": "https://doi.org/10.1/x",
                "issued": {"date-parts": [[2021, 3]]},
                "abstract": "<jats:p>They sleep.</jats:p>",
                "score": 9.5,
            }
        ]
    }
}
ALEX = {
    "results": [
        {
            "display_name": "Mice",
            "doi": "https://doi.org/10.1/y",
            "publication_date": "2022-05-06",
            "abstract_inverted_index": {"sleep": [1], "Mice": [0]},
            "relevance_score": 3,
        }
    ]
}


class Site(http.server.ThreadingHTTPServer):
    """Answers by path; `asked` lists the paths that came, `told` headers and bodies."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[], tuple[int, dict[str, str], bytes]]] = {}
        self.asked: list[str] = []
        self.told: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def put(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = lambda: (status, told, data)


class Answers(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.told.append((dict(self.headers), self.rfile.read(int(self.headers.get("Content-Length") or 0))))
        page = self.server.pages.get(urllib.parse.urlsplit(self.path).path)
        status, headers, body = page() if page else (404, {}, b"no")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  the name is http.server's

    def log_message(self, *words: Any) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


SERVICES = [
    (wikipedia, "/w/api.php", WIKI, ("Sleep", "2026-01-02", "Rest.", "sleep:1")),
    (arxiv, "/api/query", ATOM, ("On sleep", "2020-01-01", "Mice sleep.", "2001-00001v1:1")),
    (crossref, "/works", CROSSREF, ("Mice", "2021-03", "They sleep.", "x:1")),
    (openalex, "/works", ALEX, ("Mice", "2022-05-06", "Mice sleep", "y:1")),
]


@pytest.mark.parametrize(("service", "path", "answer", "wanted"), SERVICES, ids=[service.__name__ for service, *_ in SERVICES])
def test_each_service_gives_passages(site: Site, service: Any, path: str, answer: Any, wanted: tuple[str, ...]) -> None:
    """Title, date, text and a key to cite, from the service's own answer; the query is asked as it is."""
    site.put(path, answer)
    run = Stage(tools=(service(base=site.url, private=True),)).run(plan={"steps": [{"id": "s1", "kind": "search", "params": {"query": "mice sleep"}}]})
    row = run.value.iloc[0]
    assert (row["title"], row["date"], row["passage"], row["key"]) == wanted
    assert "mice" in site.asked[0]


def test_a_service_that_is_down_is_a_warning_while_another_answers(site: Site) -> None:
    """Only where nobody answers does the step fail."""
    site.put("/w/api.php", WIKI)
    sources = (wikipedia(base=site.url, private=True), openalex(base=f"{site.url}/none", private=True))
    result = Stage(tools=sources).run(plan={"steps": [{"id": "s1", "kind": "search", "params": {"query": "sleep"}}]}).result("s1")
    assert (len(result.value), result.warnings) == (1, ("openalex: 127.0.0.1 answered 404",))
    alone = Stage(tools=sources[1:]).run(plan={"steps": [{"id": "s1", "kind": "search", "params": {"query": "sleep"}}]})
    assert "404" in alone.failures["s1"].message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost/x",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://u:p@example.org/",
        "ftp://x",
    ],
)
def test_addresses_of_this_machine_are_not_read(url: str) -> None:
    """Nor any network of its own, nor anything that is not the web."""
    with pytest.raises(ToolError):
        asyncio.run(Fetcher(pause=0).get(url))


@pytest.mark.parametrize("address", [
    "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1", "::", "fd00::1", "fe80::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "::127.0.0.1",
])  # fmt: skip
def test_no_form_of_a_private_address_is_public(address: str) -> None:
    """Also not inside an address of IPv6, where a gateway would unpack it."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_web_are_public(address: str) -> None:
    """IPv4, IPv6, and IPv4 by way of a NAT64 gateway."""
    assert is_public(address)


def test_a_redirect_into_the_machine_is_refused(site: Site) -> None:
    """Each hop is checked like the first."""
    site.put("/away", "", 302, Location="file:///etc/passwd")
    with pytest.raises(ToolError, match="no address of the web"):
        asyncio.run(Fetcher(private=True, pause=0).get(f"{site.url}/away"))


def test_more_than_a_limit_is_not_read(site: Site) -> None:
    """A page of any size costs no more memory than the limit."""
    site.put("/big", b"x" * (LARGEST + 1))
    with pytest.raises(ToolError, match="more than 5 MB"):
        asyncio.run(Fetcher(private=True, pause=0).get(f"{site.url}/big"))


def test_a_host_that_asks_to_wait_is_asked_once_more(site: Site) -> None:
    """Retry-After is kept, once."""
    told = iter([(429, {"Retry-After": "0"}, b""), (200, {}, b"now")])
    site.pages["/busy"] = lambda: next(told)
    assert asyncio.run(Fetcher(private=True, pause=0).get(f"{site.url}/busy"))[0] == b"now"


def test_a_page_is_read_as_clean_text(site: Site) -> None:
    """Menus and scripts are left out; the title is the page's."""
    words = "Mice sleep in the day and wake at night, as this long sentence of the article says. " * 5
    site.put(
        "/a",
        f"<html><head><title>On mice</title><script>x()</script></head><body><nav>Home</nav><article><h1>On mice</h1><p>{words}</p></article></body></html>",
        Content_Type="text/html",
    )
    run = Stage(tools=(read_page(private=True),)).run(plan={"steps": [call("s1", "read_page", url=f"{site.url}/a")]})
    assert run.value["title"] == "On mice"
    assert "wake at night" in run.value["text"]
    assert "x()" not in run.value["text"]


def test_robots_txt_is_kept(site: Site) -> None:
    """A page that programs must not read is not asked for."""
    site.put("/robots.txt", "User-agent: *\nDisallow: /private")
    site.put("/private/a", "secret")
    run = Stage(tools=(read_page(private=True),)).run(plan={"steps": [call("s1", "read_page", url=f"{site.url}/private/a")]})
    assert "does not want programs" in run.failures["s1"].message
    assert site.asked == ["/robots.txt"]


FOUND = {"title": "Seismometers", "url": "https://example.org/makers/seis", "content": "Made in <Kent>.", "publishedDate": "2026-02-03T00:00:00", "score": 2.5}
WEB = [
    ("searxng", "/search", {"results": [FOUND, {"title": "no address"}, "odd"]}, "2026-02-03"),
    ("tavily", "/search", {"results": [{**FOUND, "published_date": "2026-02-03"}]}, "2026-02-03"),
    ("brave", "/res/v1/web/search", {"web": {"results": [{**FOUND, "description": FOUND["content"], "page_age": "2026-02-03T01:00:00"}]}}, "2026-02-03"),
]
SEARCH = {"steps": [{"id": "s1", "kind": "search", "params": {"query": "makers of seismometers"}}]}


@pytest.mark.parametrize(("service", "path", "answer", "date"), WEB, ids=[service for service, *_ in WEB])
def test_the_whole_web_is_one_source_whichever_service_answers(site: Site, service: str, path: str, answer: Any, date: str) -> None:
    """What is no result is left out; a key goes with the request and nowhere else: not into an address, a repr or a result."""
    site.put(path, answer)
    source = web_search(service, base=site.url, key="k-12345", private=True)
    result = Stage(tools=(source,)).run(plan=SEARCH).result("s1")
    rows = result.value[["title", "source", "date", "passage", "key"]].values.tolist()
    assert rows == [["Seismometers", "https://example.org/makers/seis", date, "Made in <Kent>.", "seis:1"]]
    headers, body = site.told[0]
    assert "seismometers" in site.asked[0] + body.decode()
    assert ("k-12345" in str(headers)) == (service != "searxng")
    assert "k-12345" not in f"{source!r} {site.asked} {result}"


def test_a_key_does_not_follow_a_redirect(site: Site) -> None:
    """A service that sends elsewhere is an error: whoever stands there would get the key."""
    site.put("/search", "", 302, Location=f"{site.url}/elsewhere")
    with pytest.raises(ToolError, match="answered 302"):
        asyncio.run(web_search("tavily", base=site.url, key="k-12345", private=True).search("x", limit=3))
    assert site.asked == ["/search"]


def test_a_server_that_gives_no_list_says_what_to_set(site: Site) -> None:
    """Many SearXNG servers answer with pages only."""
    site.put("/search", {"error": "format not allowed"})
    with pytest.raises(ToolError, match="no list of results") as failed:
        asyncio.run(web_search(base=site.url, private=True).search("x", limit=3))
    assert "json" in failed.value.hint


def test_which_web_search_is_used_and_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment is used; without one, the client that needs none. What is missing is named before anything runs."""
    for name in ("TAVILY_API_KEY", "BRAVE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert web_search().identity == "web/ddgs/1/"
    monkeypatch.setenv("BRAVE_API_KEY", "k-12345")
    assert web_search().identity == "web/brave/1/https://api.search.brave.com"
    for service, word in (("tavily", "TAVILY_API_KEY"), ("searxng", "base="), ("altavista", "searxng, tavily, brave, ddgs")):
        with pytest.raises(GoalError) as failed:
            web_search(service)
        assert word in failed.value.hint


def test_private_words_do_not_become_a_query_of_the_web(site: Site) -> None:
    """The whole web is outside, like every other service."""
    site.put("/search", {"results": [FOUND]})
    plan = {"steps": [{"id": "s1", "kind": "search", "params": {"query": {"data": "secret"}}}]}
    run = Stage(tools=(web_search(base=site.url, private=True),)).run(plan=plan, data={"secret": "Ann earns 91234"})
    assert run.failures["s1"].error in ("FlowError", "NotApprovedError")
    assert site.asked == []


JUNK: list[Any] = [[], None, 7, "text", {"message": {"items": None}}, {"message": {"items": [None]}}, {"message": {"items": [{"title": [None], "abstract": 3}]}},
                   {"results": None}, {"results": [None]}, {"results": [{"abstract_inverted_index": {"a": 3}}]}, {"results": [{"display_name": 3, "publication_date": []}]},
                   {"query": []}, {"query": {"pages": {"1": {}}}}, {"query": {"pages": {"1": []}}}, {"error": {"info": "too busy"}}, {"web": []}]  # fmt: skip
ALL = [*((service, path) for service, path, *_ in SERVICES), *((functools.partial(web_search, service, key="k"), path) for service, path, *_ in WEB)]
RAW = [b"", b"<html><body>Busy</body></html>", b"\xff\xfe\x00", b"[" * 100_000, b'{"results": ', b"NaN", b"1" * 10_000]
ODD: list[Any] = [
    None,
    7,
    True,
    [],
    ["x"],
    {"a": 1},
    "",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://[",
    "\ud800",
    float("nan"),
    float("inf"),
    10**400,
]


@pytest.mark.parametrize("at", range(len(ALL)))
def test_an_answer_of_another_form_is_a_complaint_of_that_source(site: Site, at: int) -> None:
    """Whatever a service sends is passages or a ToolError, so that other sources are still heard."""
    service, path = ALL[at]
    source = service(base=site.url, private=True)
    source.fetcher.pause = 0.0
    for junk in [*RAW, *map(json.dumps, JUNK)]:
        site.put(path, junk)
        try:
            found = asyncio.run(source.search("sleep", limit=3))
        except ToolError:
            continue
        assert all(isinstance(passage.title, str) and isinstance(passage.date, str) for passage in found)


class Client:
    """A ddgs of our own: gives what `found` says, in the form of its `DDGS.text`."""

    found: Any = None

    def __init__(self, timeout: int) -> None:
        self.timeout = timeout

    def text(self, query: str, max_results: int) -> Any:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def result(names: tuple[str, ...], field: str, value: Any) -> dict[str, Any]:
    return {**dict.fromkeys(names, "https://example.org/a"), field: value}


def heard(source: Any) -> list[Any]:
    """The passages, each fit to be shown and clicked; none where the source complains."""
    try:
        found = asyncio.run(source.search("sleep", limit=3))
    except ToolError:
        return []
    for passage in found:
        assert passage.source.startswith("https://example.org/")
        assert 0 <= passage.score < 100
        assert "['x']" not in f"{passage}".replace("\\", "")
    return list(found)


@pytest.mark.parametrize("at", range(len(WEB)))
def test_an_odd_result_of_a_search_engine_costs_that_result_only(site: Site, at: int) -> None:
    """A field of another type is as if it were not there, an address that no browser opens leaves its result out, the others are still heard."""
    service, path, *_ = WEB[at]
    source = web_search(service, base=site.url, key="k", private=True)
    source.fetcher.pause = 0.0
    names = ("title", "url", "content", "description", "published_date", "publishedDate", "page_age", "score")
    for field in names:
        for odd in ODD:
            found = [result(names, field, odd), result(names, "title", "fine")]
            site.put(path, json.dumps({"results": found, "web": {"results": found}}))
            assert len(heard(source)) == (1 if field == "url" else 2)


def test_the_client_that_needs_no_key_may_answer_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ddgs gives, if it is no list of results or an error of any of its engines, is told; an odd result costs that result only."""
    module = types.ModuleType("ddgs")
    module.DDGS = Client  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ddgs", module)
    source, names = web_search("ddgs"), ("title", "href", "body")
    for junk in (None, 7, True, OSError("no network"), RecursionError(), KeyError("x")):
        Client.found = junk
        with pytest.raises(ToolError):
            asyncio.run(source.search("sleep", limit=3))
    for nothing in ([], {}, "text", [None], [[]], [{"href": None}]):
        Client.found = nothing
        assert heard(source) == []
    for field in names:
        for odd in ODD:
            Client.found = [result(names, field, odd), result(names, "title", "fine")]
            assert len(heard(source)) == (1 if field == "href" else 2)


def test_what_arxiv_calls_an_error_is_no_finding(site: Site) -> None:
    """It tells errors as an entry of the feed."""
    site.put("/api/query", ATOM.replace("http://arxiv.org/abs/2001.00001v1", "http://arxiv.org/api/errors#incorrect_id_format"))
    with pytest.raises(ToolError, match="arXiv answered: Mice sleep"):
        asyncio.run(arxiv(base=site.url, private=True).search("sleep", limit=3))


def test_marks_of_a_search_engine_are_taken_off(site: Site) -> None:
    """Brave marks the words that were looked for; other marks are the page's own words."""
    site.put("/search", {"results": [{**FOUND, "content": "<strong>Made</strong> in <Kent>."}]})
    (passage,) = asyncio.run(web_search("searxng", base=site.url, private=True).search("made", limit=3))
    assert passage.passage == "Made in <Kent>."
