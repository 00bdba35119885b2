"""The table of providers: whose key is whose, where they are, and which of their models is small, middle and large.

Order is preference. Names are those of LiteLLM's price map (its own copy on disk, read by models/prices). A provider with
a base URL speaks the OpenAI wire and needs no LiteLLM. `latest`-style names are preferred where a provider keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """`prefix`: its word before the slash in `provider/model`. `tiers`: small, middle, large → model names, first choice first."""

    prefix: str
    title: str
    variables: tuple[str, ...]
    base_url: str = ""
    tiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: str = "max_tokens"
    base_url_variable: str = ""


TIERS = ("small", "middle", "large")


def _tiers(small: str, middle: str, large: str) -> Mapping[str, tuple[str, ...]]:
    return {"small": tuple(small.split()), "middle": tuple(middle.split()), "large": tuple(large.split())}


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "openai",
        "OpenAI",
        ("OPENAI_API_KEY",),
        "https://api.openai.com/v1",
        _tiers("gpt-6-luna gpt-5.4-nano gpt-5-nano", "gpt-5.4-mini gpt-5-mini", "gpt-6.1-sol gpt-5.4 gpt-5.2"),
        limit="max_completion_tokens",
        base_url_variable="OPENAI_BASE_URL",
    ),
    Provider(
        "anthropic",
        "Anthropic",
        ("ANTHROPIC_API_KEY",),
        "",
        _tiers("claude-haiku-5-5 claude-haiku-4-5", "claude-sonnet-5-5 claude-sonnet-4-6", "claude-opus-5-5 claude-opus-4-8"),
        base_url_variable="ANTHROPIC_BASE_URL",
    ),
    Provider(
        "gemini",
        "Google Gemini",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        "",
        _tiers("gemini-flash-lite-latest", "gemini-flash-latest", "gemini-pro-latest gemini-2.5-pro"),
    ),
    Provider(
        "mistral",
        "Mistral",
        ("MISTRAL_API_KEY",),
        "https://api.mistral.ai/v1",
        _tiers("mistral-small-latest", "mistral-medium-latest", "mistral-large-latest"),
    ),
    Provider("groq", "Groq", ("GROQ_API_KEY",), "https://api.groq.com/openai/v1", _tiers("openai/gpt-oss-20b", "openai/gpt-oss-120b", "openai/gpt-oss-120b")),
    Provider("deepseek", "DeepSeek", ("DEEPSEEK_API_KEY",), "https://api.deepseek.com/v1", _tiers("deepseek-v4-flash", "deepseek-v4-flash", "deepseek-v4-pro")),
    Provider("xai", "xAI", ("XAI_API_KEY",), "https://api.x.ai/v1", _tiers("grok-4.3", "grok-4.3", "grok-4.7")),
    Provider(
        "openrouter", "OpenRouter", ("OPENROUTER_API_KEY",), "https://openrouter.ai/api/v1", _tiers("openrouter/auto", "openrouter/auto", "openrouter/auto")
    ),
    Provider("cerebras", "Cerebras", ("CEREBRAS_API_KEY",), "https://api.cerebras.ai/v1", _tiers("gpt-oss-120b", "gpt-oss-120b", "gpt-oss-120b")),
    Provider(
        "together_ai",
        "Together",
        ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),
        "https://api.together.xyz/v1",
        _tiers("openai/gpt-oss-20b", "openai/gpt-oss-120b", "openai/gpt-oss-120b"),
    ),
    Provider(
        "cohere_chat", "Cohere", ("COHERE_API_KEY", "CO_API_KEY"), "", _tiers("command-a-plus-05-2026", "command-a-plus-05-2026", "command-a-plus-05-2026")
    ),
)


def provider_named(prefix: str) -> Provider | None:
    """The table's row for `openai`, `anthropic` …; None for one that only LiteLLM knows."""
    return next((provider for provider in PROVIDERS if provider.prefix == prefix), None)
