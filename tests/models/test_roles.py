"""Which models a step gets, and why."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from nb_orchestra.core.plan import EFFORTS, ROLES
from nb_orchestra.errors import BadOptionError
from nb_orchestra.models import prices
from nb_orchestra.models.keys import Found, Sources, find_keys
from nb_orchestra.models.prices import capability
from nb_orchestra.models.providers import PROVIDERS, TIERS, Provider
from nb_orchestra.models.roles import Needs, choose, named

BOTH = find_keys({"OPENAI_API_KEY": "sk-1234567890", "ANTHROPIC_API_KEY": "a-1234567890"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("effort", EFFORTS)
def test_every_role_and_effort_has_models_and_a_reason(role: str, effort: str) -> None:
    """A chain of different models, and a reason that names role, effort and where the key came from."""
    choice = choose(role, effort, BOTH)
    names = [pick.name for pick in choice.picks]
    assert len(names) == len(set(names)) >= 2
    assert role in choice.reason
    assert effort in choice.reason
    assert "OPENAI_API_KEY from the environment" in choice.reason


def test_more_effort_never_gives_a_smaller_model() -> None:
    """Easy, normal, hard go up the tiers."""
    for role in ROLES:
        tiers = [TIERS.index(choose(role, effort, BOTH).picks[0].tier) for effort in EFFORTS]
        assert tiers == sorted(tiers)


def test_what_does_not_suit_is_left_out_with_its_reason() -> None:
    """Too long a prompt, too little money, a failure before: each is named."""
    first = choose("writer", "hard", BOTH).picks[0]
    failed = choose("writer", "hard", BOTH, Needs(failed={first.name: "no credit"}))
    assert failed.picks[0] != first
    assert "no credit" in failed.reason
    assert "USD" in choose("writer", "hard", BOTH, Needs(tokens_in=10_000, money=0.01)).reason
    long = choose("writer", "hard", BOTH, Needs(tokens_in=50_000_000))
    assert long.picks == ()
    assert "50,000,000" in long.reason


def test_with_no_key_there_is_no_choice() -> None:
    """Nothing found: no models, and the reason says so."""
    choice = choose("writer", "easy", Sources())
    assert choice.picks == ()
    assert "no key" in choice.reason


def test_a_local_server_is_one_model_for_all() -> None:
    """A second local model would push the first out of memory."""
    local = Found(Provider("ollama", "Ollama", (), ""), None, "http://127.0.0.1:11434/v1", ("llama3:8b", "qwen:4b"), local=True)
    names = {choose(role, effort, Sources((local,))).picks[0].model for role in ROLES for effort in EFFORTS}
    assert names == {"llama3:8b"}
    assert choose("writer", "easy", Sources((local,))).picks[0].capability.price_in == 0.0


def test_a_server_of_ones_own_is_asked_for_what_it_lists() -> None:
    """Where the address is the person's own, only models that it lists are chosen."""
    mine = Found(PROVIDERS[0], None, "http://127.0.0.1:8765/v1", ("by-hand",))
    assert [pick.model for pick in choose("planner", "hard", Sources((mine,))).picks] == ["by-hand"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("openai/gpt-5-mini", "openai/gpt-5-mini"),
        ("openai:gpt-5-mini", "openai/gpt-5-mini"),
        ("gpt-5.4-mini", "openai/gpt-5.4-mini"),
        ("anthropic:claude-opus-5-5", "anthropic/claude-opus-5-5"),
        ("bedrock/amazon.nova-pro-v1:0", "bedrock/amazon.nova-pro-v1:0"),
        ("something/else:7b", "something/else:7b"),
    ],
)
def test_a_model_is_named_with_a_slash_a_colon_or_alone(text: str, name: str) -> None:
    """provider/model and provider:model mean the same; a tag after a colon stays the model's."""
    assert named(text, BOTH).name == name


def test_a_local_model_with_a_tag_is_found_where_it_is_offered() -> None:
    """`llama3:8b` is a model of the server that lists it, not of a provider llama3."""
    local = Found(Provider("ollama", "Ollama", (), ""), None, "http://127.0.0.1:11434/v1", ("llama3:8b",), local=True)
    assert named("llama3:8b", Sources((*BOTH.found, local))).found is local
    assert named("ollama/llama3:8b", Sources((*BOTH.found, local))).found is local


def test_a_name_with_a_slash_is_a_model_of_ones_own_address_where_no_provider_is_called_so() -> None:
    """A gateway serves meta-llama/Llama-3.1-8B; openai/… and groq/… stay what they are."""
    gateway = Found(Provider("openai", "OpenAI", (), "https://api.openai.com/v1"), None, "https://models.example.org/v1")
    assert named("meta-llama/Llama-3.1-8B", Sources((gateway,))).name == "openai/meta-llama/Llama-3.1-8B"
    assert named("openai/gpt-5.4-mini", Sources((gateway,))).name == "openai/gpt-5.4-mini"
    assert named("something/else:7b", BOTH).name == "something/else:7b"


def test_a_model_that_cannot_be_placed_or_has_no_key_is_an_error_with_the_way_out() -> None:
    """Unknown names and missing keys say what to write or to set."""
    with pytest.raises(BadOptionError, match="provider/model"):
        named("nonesuch-9", BOTH)
    with pytest.raises(BadOptionError, match="GROQ_API_KEY"):
        named("groq/openai/gpt-oss-20b", BOTH)


@pytest.mark.parametrize(("model", "variable"), [("gpt-4o", "OPENAI_API_KEY"), ("o3", "OPENAI_API_KEY"), ("gemini-2.5-pro", "GEMINI_API_KEY")])
def test_a_bare_name_is_its_makers_and_the_error_says_which_key_is_missing(model: str, variable: str) -> None:
    """A dozen providers resell gpt-4o; who writes its name alone means OpenAI's, in every process alike."""
    with pytest.raises(BadOptionError, match=variable):
        named(model, Sources())


def test_prices_are_known_without_importing_litellm() -> None:
    """The price map is read as a file; every model of the table of providers has a price, or is a router whose price varies."""
    loaded = "litellm" in sys.modules
    for provider in PROVIDERS:
        for names in provider.tiers.values():
            for name in names[:1]:
                known = capability(provider.prefix, name)
                assert known.price_in is not None or provider.prefix in ("openrouter", "together_ai", "cohere_chat"), (provider.prefix, name)
    assert ("litellm" in sys.modules) == loaded


def test_without_litellm_our_own_table_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The main providers' models have prices with no LiteLLM installed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    prices.price_map.cache_clear()
    try:
        assert capability("openai", "gpt-5-mini").source.startswith("nb_orchestra")
        assert capability("openai", "nonesuch").price_in is None
        assert choose("writer", "hard", BOTH).picks
    finally:
        prices.price_map.cache_clear()


@pytest.mark.skipif(importlib.util.find_spec("litellm") is None, reason="litellm is not installed")
def test_our_table_says_what_the_price_map_says() -> None:
    """The short table and LiteLLM's map name the same prices where both know a model."""
    for name, (_, _, _, _, price_in, price_out) in prices._OURS.items():
        prefix, _, model = name.partition("/")
        known = capability(prefix, model)
        if known.source == "LiteLLM's price map":
            assert (known.price_in, known.price_out) == (pytest.approx(price_in), pytest.approx(price_out)), name
