"""What a model can do and what it costs: LiteLLM's price map where that is installed, a short table of our own where not.

The map is read as a file from LiteLLM's folder (20 ms); importing LiteLLM for it would cost seconds. Nothing is fetched.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_orchestra.protocols import ModelFacts

_MAP = "model_prices_and_context_window_backup.json"
_CHAT = ("chat", "responses")
OURS_FROM = "2026-11"


@dataclass(frozen=True, slots=True)
class Capability:
    """`context` and `most_out` in tokens, prices in USD per million tokens (None: unknown). `thinks`: takes an effort, and thinks before it answers."""

    context: int = 32_000
    most_out: int = 8_000
    structured: bool = False
    thinks: bool = False
    price_in: float | None = None
    price_out: float | None = None
    source: str = "unknown"

    def facts(self, name: str) -> ModelFacts:
        """As the Model socket tells it."""
        return ModelFacts(name, context_tokens=self.context, structured=self.structured, price_in=self.price_in, price_out=self.price_out)


_OURS: Mapping[str, tuple[int, int, bool, bool, float, float]] = {
    "openai/gpt-6-luna": (922_000, 128_000, True, True, 0.10, 0.50),
    "openai/gpt-5.4-nano": (272_000, 128_000, True, True, 0.20, 1.25),
    "openai/gpt-5-nano": (272_000, 128_000, True, True, 0.05, 0.40),
    "openai/gpt-5.4-mini": (272_000, 128_000, True, True, 0.75, 4.50),
    "openai/gpt-5-mini": (272_000, 128_000, True, True, 0.25, 2.00),
    "openai/gpt-6.1-sol": (922_000, 128_000, True, True, 2.00, 10.00),
    "openai/gpt-5.4": (1_050_000, 128_000, True, True, 2.50, 15.00),
    "anthropic/claude-haiku-5-5": (1_000_000, 128_000, True, True, 0.10, 0.50),
    "anthropic/claude-haiku-4-5": (200_000, 64_000, True, True, 1.00, 5.00),
    "anthropic/claude-sonnet-5-5": (1_000_000, 128_000, True, True, 2.00, 10.00),
    "anthropic/claude-opus-5-5": (1_000_000, 128_000, True, True, 4.00, 20.00),
    "gemini/gemini-flash-lite-latest": (1_048_576, 65_536, True, True, 0.30, 2.50),
    "gemini/gemini-flash-latest": (1_048_576, 65_536, True, True, 0.75, 3.75),
    "gemini/gemini-pro-latest": (1_048_576, 65_536, True, True, 2.00, 12.00),
    "mistral/mistral-small-latest": (262_144, 262_144, True, False, 0.15, 0.60),
    "mistral/mistral-medium-latest": (262_144, 262_144, True, False, 1.50, 7.50),
    "mistral/mistral-large-latest": (262_144, 262_144, True, False, 0.50, 1.50),
    "groq/openai/gpt-oss-20b": (131_072, 65_536, True, True, 0.075, 0.30),
    "groq/openai/gpt-oss-120b": (131_072, 65_536, True, True, 0.15, 0.60),
    "deepseek/deepseek-v4-flash": (1_000_000, 393_216, False, True, 0.30, 1.20),
    "deepseek/deepseek-v4-pro": (1_000_000, 393_216, False, True, 1.32, 3.96),
    "xai/grok-4.3": (1_000_000, 128_000, True, True, 1.25, 2.50),
    "xai/grok-4.7": (500_000, 128_000, True, True, 2.00, 6.00),
    "cerebras/gpt-oss-120b": (131_072, 32_768, True, True, 0.35, 0.75),
}


def capability(prefix: str, model: str) -> Capability:
    """What is known of a provider's model; a Capability of source "unknown", without a price, where nothing is."""
    known = price_map()
    for name in (f"{prefix}/{model}", model):
        row = known.get(name)
        if row is not None and (name != model or str(row.get("litellm_provider")).startswith(prefix)):
            return _of_row(row)
    ours = _OURS.get(f"{prefix}/{model}")
    return Capability() if ours is None else Capability(*ours, source=f"nb_orchestra's table of {OURS_FROM}")


def _of_row(row: Mapping[str, Any]) -> Capability:
    price_in, price_out = _per_million(row.get("input_cost_per_token")), _per_million(row.get("output_cost_per_token"))
    context, most_out = row.get("max_input_tokens") or row.get("max_tokens"), row.get("max_output_tokens")
    return Capability(
        context if isinstance(context, int) else 32_000,
        most_out if isinstance(most_out, int) else 8_000,
        bool(row.get("supports_response_schema")),
        bool(row.get("supports_reasoning")),
        price_in,
        price_out,
        "LiteLLM's price map",
    )


def _per_million(cost: object) -> float | None:
    """A price; one of 0 is a provider that was not entered, and so unknown."""
    return round(float(cost) * 1e6, 6) if isinstance(cost, (int, float)) and cost > 0 else None


@functools.cache
def price_map() -> Mapping[str, Mapping[str, Any]]:
    """LiteLLM's own copy of its price map, chat models only; empty where it is not installed or not readable."""
    try:
        spec = importlib.util.find_spec("litellm")
        folder = None if spec is None or spec.origin is None else Path(spec.origin).parent
        data = {} if folder is None else json.loads((folder / _MAP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: row for name, row in data.items() if isinstance(row, dict) and row.get("mode") in _CHAT}


@functools.cache
def provider_prefixes() -> frozenset[str]:
    """Every provider's prefix that the map knows."""
    return frozenset(str(row.get("litellm_provider")) for row in price_map().values())
