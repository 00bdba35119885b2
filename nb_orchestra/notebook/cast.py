"""`%orchestrate models`: which model would answer for which part, in which order, at what price, and where each setting came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra import models
from nb_orchestra.casting import BUILT_IN, PASTE, Casting, casting_for
from nb_orchestra.config import Orchestra
from nb_orchestra.core.plan import ROLES
from nb_orchestra.errors import OrchestraError
from nb_orchestra.running.portal import portal

if TYPE_CHECKING:
    import pandas as pd


SECONDS_FOR_DOCTOR = 20.0


def models_table() -> pd.DataFrame:
    """One row per part of a plan and model in its chain: part, order, model, price_in and price_out (USD per million tokens), context (tokens), why,
    the key with where it came from, and the place."""
    import pandas as pd

    casting = present_casting()
    rows = [row for role in ROLES for row in _rows(role, casting)]
    return pd.DataFrame(rows, columns=["part", "order", "model", "price_in", "price_out", "context", "why", "key", "place"])


def present_casting() -> Casting:
    """What a goal would meet now. Looks for keys and local servers, asks nobody else."""
    settings = Orchestra.instance().settings()
    casting = casting_for(settings, {}, lambda event: None)
    portal().start(casting.look_around()).result(timeout=5)
    return casting


def _rows(role: str, casting: Casting) -> list[list[Any]]:
    option = "roles" if role in casting.settings.roles else "models"
    named = casting.settings.roles.get(role) or ("" if casting.settings.models == "auto" else casting.settings.models)
    as_set = f"as set ({Orchestra.instance().origins.get(option, 'default')})"
    if named in BUILT_IN or casting.local_only:
        notes = "".join(f"; {note}" for note in casting.sources.notes)
        return [[role, 1, "built-in", 0.0, 0.0, None, as_set if named else f"no key and no local server was found{notes}", "", "this kernel"]]
    if named == PASTE:
        return [[role, 1, PASTE, 0.0, 0.0, None, as_set, "", "a chat window, by copy and paste"]]
    if named:
        return [_row(role, 1, models.named(named, casting.sources), as_set)]
    picks = models.choose(role, "normal", casting.sources).picks
    why = f"{picks[0].tier} model, for normal effort" if picks and picks[0].tier else models.only_or_first(picks[0]) if picks else ""
    return [_row(role, at, pick, why if at == 1 else "if the one before fails") for at, pick in enumerate(picks, 1)]


def _row(role: str, at: int, pick: models.Pick, why: str) -> list[Any]:
    known, found = pick.capability, pick.found
    key = f"{found.key.variable} ({found.key.source})" if found.key is not None else ""
    place = ", ".join(filter(None, (found.provider.title, found.own_place)))
    return [role, at, pick.name, known.price_in, known.price_out, known.context, why, key, place]


def model_lines() -> list[str]:
    """For doctor: each place of models answers, or what is wrong with it (key, credit, name, proxy), one line each. Asks each for one word."""
    try:
        casting = present_casting()
    except OrchestraError as error:
        return [f"models: {error.message}"]
    where = Orchestra.instance().origins.get("models", "default")
    if casting.settings.models in BUILT_IN:
        return [f"models: only the built-in engine, as set ({where}); nothing leaves the kernel"]
    set_ = [name for name in dict.fromkeys([casting.settings.models, *casting.settings.roles.values()]) if name not in ("auto", PASTE, *BUILT_IN)]
    if not casting.sources.found and not set_:
        return [
            "models: the built-in engine (no key and no local server was found; nothing leaves the kernel)",
            *(f"models: {note}" for note in casting.sources.notes),
        ]
    answers = models.diagnose(casting.sources, casting.hide, SECONDS_FOR_DOCTOR, set_)
    return [f"models: {line}" for line in portal().start(answers).result(timeout=SECONDS_FOR_DOCTOR + 5)]
