"""The web, politely: one way to fetch for all sources and pages. Addresses of this machine and its networks are refused, robots.txt is kept,
a host is asked at most so often, and nothing larger than a limit is read.

A name is looked up once, by us, and the connection goes to that very address, so that a name cannot point elsewhere a moment later. Redirects are
followed by the same rules. Servers in tests stand on loopback; they are reached only where the caller says so (`private=True`).
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
import time
import urllib.parse
import urllib.robotparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import __version__
from nb_orchestra.errors import ToolError

AGENT = f"nb_orchestra/{__version__} (+https://github.com/nb-orchestra/nb_orchestra)"
LARGEST = 5_000_000
SECONDS = 20.0
REDIRECTS = 5
PAUSE = 0.5
"""Seconds between two requests to one host, at least."""
TRIES = 2
LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Fetcher:
    """Fetches for one source. `private`: addresses of this machine are allowed. `robots`: robots.txt is asked first (for
    pages; interfaces are made for programs)."""

    private: bool = False
    robots: bool = False
    pause: float = PAUSE
    _last: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, urllib.robotparser.RobotFileParser] = field(default_factory=dict)

    async def get_json(
        self, url: str, query: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """The JSON at an address; a `body` is posted to it as JSON. `headers` may hold a key: with them no redirect is followed. ToolError for no JSON."""
        answer, _ = await self.get(url, query, headers=headers, body=body)
        try:
            return json.loads(answer)
        except ValueError:
            raise ToolError(f"{_host(url)} did not answer with JSON") from None

    async def get(
        self, url: str, query: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> tuple[bytes, str]:
        """(the body, its content type). ToolError for an address that must not be asked, a status other than 200, or too much."""
        address = f"{url}?{urllib.parse.urlencode(query)}" if query else url
        for _ in range(1 if headers or body else REDIRECTS + 1):
            if self.robots and not await self._allowed(address):
                raise ToolError(f"{_host(address)} does not want programs to read {urllib.parse.urlsplit(address).path}", hint="its robots.txt says so")
            status, told, answer = await self._politely(address, headers, body)
            if status not in (301, 302, 303, 307, 308):
                break
            address = urllib.parse.urljoin(address, told.get("Location", ""))
        if status != 200:
            raise ToolError(f"{_host(address)} answered {status}", hint="try later" if status in (429, 503) else "")
        return answer, told.get("Content-Type", "")

    async def _politely(self, url: str, given: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        """One request, not too soon after the last one to this host; once more where the host asks to wait a little."""
        for attempt in range(TRIES):
            wait = self._last.get(_host(url), 0.0) + self.pause - time.monotonic()
            self._last[_host(url)] = time.monotonic() + max(0.0, wait)
            await asyncio.sleep(max(0.0, wait))
            status, headers, answer = await self._once(url, given, body)
            if status not in (429, 503) or attempt == TRIES - 1:
                break
            told = headers.get("Retry-After", "1")
            await asyncio.sleep(min(float(told) if told.replace(".", "", 1).isdigit() else 1.0, LONGEST_WAIT))
        return status, headers, answer

    async def _once(self, url: str, given: Mapping[str, str] | None, body: Mapping[str, Any] | None) -> tuple[int, Mapping[str, str], bytes]:
        try:
            import aiohttp
        except ImportError:
            raise ToolError('searching the web needs aiohttp: pip install "nb_orchestra[web]"') from None
        address = await self._checked(url)
        connector = aiohttp.TCPConnector(resolver=_fixed(address), use_dns_cache=False)
        limit = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=limit, headers={"User-Agent": AGENT, **(given or {})}, trust_env=False) as session,
                session.request("GET" if body is None else "POST", url, json=body, allow_redirects=False) as answer,
            ):
                return answer.status, dict(answer.headers), await _capped(answer, url)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ToolError(f"{_host(url)} cannot be reached: {type(error).__name__}") from None

    async def _checked(self, url: str) -> tuple[str, int]:
        """Where a request to this address goes: (IP, family). ToolError for anything but public http and https."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ToolError(f"{url[:100]!r} is no address of the web")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        except OSError:
            raise ToolError(f"there is no host {parts.hostname!r}") from None
        family, _, _, _, place = found[0]
        if not self.private and not is_public(str(place[0]).partition("%")[0]):
            raise ToolError(f"{parts.hostname!r} is not on the public web", hint="addresses of this machine and its networks are not read")
        return str(place[0]), int(family)

    async def _allowed(self, url: str) -> bool:
        """What the host's robots.txt says; a missing one allows."""
        parts = urllib.parse.urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._rules:
            rules = urllib.robotparser.RobotFileParser()
            status, _, body = await self._politely(f"{root}/robots.txt")
            rules.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
            self._rules[root] = rules
        return self._rules[root].can_fetch("nb_orchestra", url)


_NAT64, _ODD = ipaddress.ip_network("64:ff9b::/96"), (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("::/96"))


def is_public(text: str) -> bool:
    """True for an address of the public web, also where it holds an older one (NAT64, 6to4, mapped): that one must be public too."""
    address = ipaddress.ip_address(text)
    if not address.is_global or address.is_multicast or any(address in network for network in _ODD):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address.ipv4_mapped or address.sixtofour
    return within is None or is_public(str(within))


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).hostname or "?"


async def _capped(answer: Any, url: str) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > LARGEST:
            raise ToolError(f"{_host(url)} sent more than {LARGEST / 1e6:g} MB")
    return bytes(body)


def _fixed(address: tuple[str, int]) -> Any:
    """A resolver that knows one answer: the address that was checked."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Fixed(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
            return [ResolveResult(hostname=host, host=address[0], port=port, family=address[1], proto=0, flags=socket.AI_NUMERICHOST)]

        async def close(self) -> None:
            """Nothing is held."""

    return Fixed()
