"""Which key or local server is there: the first found chooses the models. Keys are read anew for each run and never shown.

`.env` gives keys and nothing else: a downloaded project's file must not be able to send keys and prompts to another
address, so a base URL in it is named and ignored. A local server is looked for on its usual ports.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from nb_orchestra.core.redact import Redactor, secret_values
from nb_orchestra.errors import BadOptionError
from nb_orchestra.models.providers import PROVIDERS, Provider

PORTS = {"Ollama": 11434, "LM Studio": 1234, "vLLM": 8000}
PROBE_SECONDS = 0.2
_LARGEST_LIST = 1_000_000
_LARGEST_ENV = 100_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NO_CHAT = re.compile(r"embed|bge-|whisper|rerank|tts|clip", re.IGNORECASE)


class Key:
    """A key that shows itself to nobody: `repr`, `str`, pickles and tracebacks have only its variable's name and where that stood."""

    __slots__ = ("__value", "source", "variable")

    def __init__(self, value: str, variable: str = "", source: str = "given") -> None:
        """BadOptionError where the value holds what no key has: a blank, a line end, a letter beyond ASCII."""
        self.__value = value.strip()
        if not (self.__value.isascii() and self.__value.isprintable() and " " not in self.__value):
            raise BadOptionError(
                f"{variable or 'the key'} from {source} holds characters that no key has", hint="copy it again, without line ends or quotation marks"
            )
        self.variable = variable
        self.source = source

    def reveal(self) -> str:
        """The key itself: for a header, never for a variable that lives longer."""
        return self.__value

    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.__value}"}

    def __repr__(self) -> str:
        return f"Key({self.variable or '…'} from {self.source})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not written anywhere")


def redactor(keys: Iterable[Key] = (), environment: Mapping[str, str] | None = None) -> Redactor:
    """Hides these keys, and every secret of the environment."""
    return Redactor([*(key.reveal() for key in keys), *secret_values(os.environ if environment is None else environment)])


@dataclass(frozen=True, slots=True)
class Found:
    """A way to models. `offered`: the names that the server itself lists (empty: not asked). `base_url`: None for the provider's own."""

    provider: Provider
    key: Key | None = None
    base_url: str | None = None
    offered: tuple[str, ...] = ()
    local: bool = False

    @property
    def own_place(self) -> str:
        """Its address, where that is not the provider's; "" where it is."""
        return "" if self.base_url in (None, self.provider.base_url) else str(self.base_url)

    def __str__(self) -> str:
        if self.key is None:
            return f"{self.provider.title} at {self.base_url}"
        return f"{self.provider.title}, {self.key.variable} from {self.key.source}" + (f", {self.base_url}" if self.base_url else "")


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was found, the first one first, and what a person should know about it."""

    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()


def find_keys(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Sources:
    """Keys in the environment, then in `folder`/.env, in the order of the table of providers. Opens no connection."""
    outer = os.environ if environment is None else environment
    file = (Path.cwd() if folder is None else folder) / ".env"
    inner, notes = _read_env(file)
    found: list[Found] = []
    for values, source in ((outer, "the environment"), (inner, ".env")):
        for provider in PROVIDERS:
            variable = next((name for name in provider.variables if values.get(name, "").strip()), None)
            if variable is None or any(other.provider is provider for other in found):
                continue
            try:
                found.append(Found(provider, Key(values[variable], variable, source), outer.get(provider.base_url_variable, "").strip() or None))
            except BadOptionError as error:
                notes.append(f"{error.message} → {error.hint}")
    notes += [
        f"{name} in .env is not used: set it in the environment if you mean it"
        for name in inner
        if name.endswith(("_BASE_URL", "_API_BASE", "_PROXY", "_HOST"))
    ]
    return Sources(tuple(found), tuple(notes))


def _read_env(file: Path) -> tuple[dict[str, str], list[str]]:
    """NAME=value lines of a .env file: quotes, `export` and comments as usual, no interpolation."""
    try:
        if not file.is_file():
            return {}, []
        if file.stat().st_size > _LARGEST_ENV:
            return {}, [".env is too large and was not read"]
        lines = file.read_text("utf-8-sig", "replace").splitlines()
    except OSError as error:
        return {}, [f".env cannot be read: {error.strerror}"]
    pairs = (line.strip().removeprefix("export ").partition("=") for line in lines)
    return {name.strip(): _unquoted(value.strip()) for name, sign, value in pairs if sign and _NAME.match(name.strip())}, []


def _unquoted(value: str) -> str:
    """A value without its quotes, or without the comment behind it."""
    if value[:1] in ("'", '"') and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return value.partition(" #")[0].strip()


def probe_local(ports: Mapping[str, int] | None = None, seconds: float = PROBE_SECONDS) -> tuple[Found, ...]:
    """Local servers that list models on the OpenAI wire, asked all at once; takes at most about `seconds`. Call it off the main thread."""
    asked = {title: f"http://127.0.0.1:{port}/v1" for title, port in (PORTS if ports is None else ports).items()}
    listed = _listed([(url, None) for url in asked.values()], seconds)
    servers = ((Provider(title.lower().replace(" ", "_"), title, (), url), models) for (title, url), models in zip(asked.items(), listed, strict=True))
    return tuple(Found(provider, None, provider.base_url, models, local=True) for provider, models in servers if models)


def with_offers(found: Found, seconds: float = 2.0) -> Found:
    """The same with the models that its server lists: for a base URL of the person's own, whose models no table knows. Blocks for at most about
    `seconds`; sends the key."""
    address = found.base_url or found.provider.base_url
    return dataclasses.replace(found, offered=_listed([(address, found.key)], seconds)[0]) if address else found


def _listed(places: Sequence[tuple[str, Key | None]], seconds: float) -> list[tuple[str, ...]]:
    """The chat models that each of these endpoints lists, asked all at once; () for one that takes longer in all than `seconds`."""
    listed: dict[int, tuple[str, ...]] = {}

    def ask(at: int) -> None:
        address, key = places[at]
        listed[at] = list_models(address, key, seconds)

    # Daemon threads: a port that drips for ever must not hold up the end of the kernel, as a pool's thread would.
    threads = [threading.Thread(target=ask, args=(at,), name="nb_orchestra-probe", daemon=True) for at in range(len(places))]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return [listed.get(at, ()) for at in range(len(places))]


def list_models(base_url: str, key: Key | None = None, seconds: float = PROBE_SECONDS) -> tuple[str, ...]:
    """The chat models that an endpoint lists; () where nobody answers in the right form. Blocks up to about `seconds` per read."""
    secure, _, rest = base_url.rpartition("://")
    host, _, path = rest.partition("/")
    make = http.client.HTTPSConnection if secure == "https" else http.client.HTTPConnection
    connection = make(host, timeout=seconds)
    try:
        connection.request("GET", f"/{path.rstrip('/')}/models", headers=key.header() if key else {})
        answer = connection.getresponse()
        data = json.loads(answer.read(_LARGEST_LIST)) if answer.status == 200 else {}
        listed = data.get("data") or []
        return tuple(item["id"] for item in listed if isinstance(item["id"], str) and not _NO_CHAT.search(item["id"]))
    except (OSError, http.client.HTTPException, ValueError, AttributeError, KeyError, TypeError):
        return ()
    finally:
        connection.close()
