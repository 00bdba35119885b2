"""What is there, looked at in one go; who would do what; and whether it answers: for the start of a run, for
`%orchestrate models` and for `%orchestrate doctor`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import time
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nb_orchestra.core.plan import EFFORTS, ROLES
from nb_orchestra.core.prompt import Prompt
from nb_orchestra.errors import ModelError, OrchestraError
from nb_orchestra.models.chain import model_of
from nb_orchestra.models.chat import Policy
from nb_orchestra.models.keys import Found, Sources, find_keys, probe_local, with_offers
from nb_orchestra.models.litellm import ready, warm
from nb_orchestra.models.roles import Pick, choose, named

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECONDS = 0.2


def look_around(environment: Mapping[str, str] | None = None, folder: Path | None = None, ports: Mapping[str, int] | None = None) -> Sources:
    """Keys, or else local servers. Blocks for at most about 0.2 s; call it off the main thread. Nothing leaves this machine.

    A base URL on this machine is asked which models it has; LiteLLM is warmed where the first provider will need it.
    """
    sources = find_keys(environment, folder)
    if not sources.found:
        return Sources(probe_local(ports, _SECONDS), sources.notes)
    found = tuple(with_offers(one, _SECONDS) if _on_this_machine(one.base_url) else one for one in sources.found)
    if needs_litellm(found[0]) and not ready():
        warm()
    return Sources(found, sources.notes)


def warm_first() -> None:
    """Imports what the first call will need, for a thread that holds nothing up. Only where a key is found; opens no connection."""
    found = find_keys().found
    if found and needs_litellm(found[0]):
        warm().join()
    elif found:
        with contextlib.suppress(ImportError):  # whoever asks a model is told
            importlib.import_module("aiohttp")


def needs_litellm(found: Found) -> bool:
    """True for a provider that the thin client cannot speak to."""
    return not found.local and not found.provider.base_url


def _on_this_machine(base_url: str | None) -> bool:
    return base_url is not None and urllib.parse.urlsplit(base_url).hostname in _LOOPBACK


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One line of `%orchestrate models`: prices in USD per million tokens, None = unknown; `then`: who answers where the first does not."""

    role: str
    effort: str
    model: str
    then: tuple[str, ...]
    context: int
    price_in: float | None
    price_out: float | None
    prices_from: str
    reason: str


def role_table(sources: Sources) -> list[RoleRow]:
    """Who would do what, for every role and effort; empty where nothing was found."""
    choices = [(role, effort, choose(role, effort, sources)) for role in ROLES for effort in EFFORTS]
    return [
        RoleRow(
            role,
            effort,
            choice.picks[0].name,
            tuple(pick.name for pick in choice.picks[1:]),
            choice.picks[0].capability.context,
            choice.picks[0].capability.price_in,
            choice.picks[0].capability.price_out,
            choice.picks[0].capability.source,
            choice.reason,
        )
        for role, effort, choice in choices
        if choice.picks
    ]


async def diagnose(sources: Sources, redact: Callable[[str], str], seconds: float = 20.0, wanted: Iterable[str] = ()) -> list[str]:
    """One line for each place that was found, and for each model that a person set: it answers, or what is wrong (key, credit, model, proxy, network).

    Asks each for one word. Of a place for which a person set a model, that one is asked.
    """
    picks: list[Pick | str] = []
    for name in wanted:
        try:
            picks.append(named(name, sources))
        except OrchestraError as error:
            picks.append(f"{name}, as you set it: {error.message} → {error.hint}")
    asked = [pick.found for pick in picks if isinstance(pick, Pick)]
    picks += [_smallest(found) for found in sources.found if found not in asked]
    lines = await asyncio.gather(*(_diagnosis(pick, redact, seconds) for pick in picks))
    return [*lines, *sources.notes] if lines else ["no key and no local server was found: the built-in engine answers", *sources.notes]


def _smallest(found: Found) -> Pick | str:
    choice = choose("writer", "easy", Sources((found,)))
    return choice.picks[0] if choice.picks else f"{found}: {choice.reason}"


async def _diagnosis(pick: Pick | str, redact: Callable[[str], str], seconds: float) -> str:
    """A line about one model; a line that is there already stays."""
    if isinstance(pick, str):
        return pick
    found = pick.found
    model = model_of(pick, share="schema", redact=redact)
    model.policy = dataclasses.replace(Policy(), deadline=seconds, patience=seconds - 0.5, hurried=True)
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):  # a slow disk may take longer than that for the import alone
            await model.answer(Prompt("ask", "1", "Answer with the one word: ready", effort="easy"))
    except ModelError as error:
        return f"{found}: {error.message} → {error.hint.partition('; %orchestrate doctor')[0]}"
    except TimeoutError:
        return f"{found}: not asked, LiteLLM is still being imported after {seconds:.0f} s → run %orchestrate doctor again in a while"
    return f"{found}: answers ({pick.model}, {time.monotonic() - began:.1f} s)"
