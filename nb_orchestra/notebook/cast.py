"""`%orchestrate models`: which model would answer for which part, in which order, at what price, and where each setting came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra import models
from nb_orchestra.casting import BUILT_IN, Casting, casting_for
from nb_orchestra.config import Orchestra
from nb_orchestra.core.plan import ROLES
from nb_orchestra.errors import OrchestraError
from nb_orchestra.running.portal import portal

if TYPE_CHECKING:
    import pandas as pd


SECONDS_FOR_DOCTOR = 20.0


def models_table() -> pd.DataFrame:
    """One row per part of a plan and model in its chain: part, order, model, price_in and price_out (USD per million tokens), context (tokens), why."""
    import pandas as pd

    casting = present_casting()
    rows = [row for role in ROLES for row in _rows(role, casting)]
    return pd.DataFrame(rows, columns=["part", "order", "model", "price_in", "price_out", "context", "why"])


def present_casting() -> Casting:
    """What a goal would meet now. Looks for keys and local servers, asks nobody else."""
    settings = Orchestra.instance().settings()
    casting = casting_for(settings, {}, lambda event: None)
    portal().start(casting.look_around()).result(timeout=5)
    return casting


def _rows(role: str, casting: Casting) -> list[list[Any]]:
    named = casting.settings.roles.get(role) or ("" if casting.settings.models == "auto" else casting.settings.models)
    if named in BUILT_IN or casting.local_only:
        return [[role, 1, "built-in", 0.0, 0.0, None, "no model is set; nothing leaves the kernel" if not named else "as you set it"]]
    if named:
        pick = models.named(named, casting.sources)
        return [[role, 1, pick.name, pick.capability.price_in, pick.capability.price_out, pick.capability.context, "as you set it"]]
    choice = models.choose(role, "normal", casting.sources)
    return [
        [
            role,
            at,
            pick.name,
            pick.capability.price_in,
            pick.capability.price_out,
            pick.capability.context,
            choice.reason if at == 1 else "if the one before fails",
        ]
        for at, pick in enumerate(choice.picks, 1)
    ]


def model_lines() -> list[str]:
    """For doctor: each place of models answers, or what is wrong with it (key, credit, name, proxy), one line each. Asks each for one word."""
    try:
        casting = present_casting()
    except OrchestraError as error:
        return [f"models: {error.message}"]
    where = Orchestra.instance().origins.get("models", "default")
    if casting.settings.models in BUILT_IN:
        return [f"models: only the built-in engine, as set ({where}); nothing leaves the kernel"]
    if not casting.sources.found:
        return [
            "models: the built-in engine (no key and no local server was found; nothing leaves the kernel)",
            *(f"models: {note}" for note in casting.sources.notes),
        ]
    answers = models.diagnose(casting.sources, casting.hide, SECONDS_FOR_DOCTOR)
    return [f"models: {line}" for line in portal().start(answers).result(timeout=SECONDS_FOR_DOCTOR + 5)]
