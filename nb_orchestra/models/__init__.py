"""Things that answer prompts. A prompt comes in as data, is put into words here, and comes back as a value of the asked form.

Models: openai (thin, over aiohttp, for everything that speaks that wire) · litellm (everything else) · scripted (the fake
that tests and documentation use) · recorded (answers kept from an earlier time) · chain (the next one where one fails).
What they share: rendering (values → words, as far as sharing allows) · forms and reading (words → values; the one place
where model text is parsed) · chat (tries, deadline, prices) · faults (what went wrong, one table) · lanes (one limiter per
provider). Which model for which step: keys (what is there) · providers and prices (tables) · roles (the choice and its reason).

Light: nothing third-party is loaded until a model is asked.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb_orchestra.models.chain import WENT_ON, ChainModel, chain_of, model_of
    from nb_orchestra.models.chat import ChatModel, Policy
    from nb_orchestra.models.keys import Found, Key, Sources, find_keys, list_models, probe_local, redactor, with_offers
    from nb_orchestra.models.lanes import WAITING
    from nb_orchestra.models.litellm import LiteLLMWire, close_clients, warm
    from nb_orchestra.models.looking import RoleRow, diagnose, look_around, needs_litellm, role_table, warm_first
    from nb_orchestra.models.openai import OpenAIWire, close_sessions
    from nb_orchestra.models.reading import Reading, read
    from nb_orchestra.models.recorded import RecordedModel, RecordingModel
    from nb_orchestra.models.rendering import render, wording_version
    from nb_orchestra.models.roles import Choice, Needs, Pick, choose, named, only_or_first
    from nb_orchestra.models.scripted import ScriptedModel

_HOMES = {
    "WENT_ON": "chain",
    "ChainModel": "chain",
    "chain_of": "chain",
    "model_of": "chain",
    "ChatModel": "chat",
    "Policy": "chat",
    "Found": "keys",
    "Key": "keys",
    "Sources": "keys",
    "find_keys": "keys",
    "list_models": "keys",
    "probe_local": "keys",
    "redactor": "keys",
    "with_offers": "keys",
    "WAITING": "lanes",
    "LiteLLMWire": "litellm",
    "close_clients": "litellm",
    "warm": "litellm",
    "RoleRow": "looking",
    "diagnose": "looking",
    "look_around": "looking",
    "needs_litellm": "looking",
    "role_table": "looking",
    "warm_first": "looking",
    "OpenAIWire": "openai",
    "close_sessions": "openai",
    "Reading": "reading",
    "read": "reading",
    "RecordedModel": "recorded",
    "RecordingModel": "recorded",
    "render": "rendering",
    "wording_version": "rendering",
    "Choice": "roles",
    "Needs": "roles",
    "Pick": "roles",
    "choose": "roles",
    "named": "roles",
    "only_or_first": "roles",
    "ScriptedModel": "scripted",
}

__all__ = [
    "WAITING",
    "WENT_ON",
    "ChainModel",
    "ChatModel",
    "Choice",
    "Found",
    "Key",
    "LiteLLMWire",
    "Needs",
    "OpenAIWire",
    "Pick",
    "Policy",
    "Reading",
    "RecordedModel",
    "RecordingModel",
    "RoleRow",
    "ScriptedModel",
    "Sources",
    "chain_of",
    "choose",
    "close_clients",
    "close_sessions",
    "diagnose",
    "find_keys",
    "list_models",
    "look_around",
    "model_of",
    "named",
    "needs_litellm",
    "only_or_first",
    "probe_local",
    "read",
    "redactor",
    "render",
    "role_table",
    "warm",
    "warm_first",
    "with_offers",
    "wording_version",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"nb_orchestra.models.{_HOMES[name]}"), name)
    raise AttributeError(name)
