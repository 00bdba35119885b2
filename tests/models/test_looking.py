"""What is there, who would do what, and whether it answers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb_orchestra.core.plan import EFFORTS, ROLES
from nb_orchestra.models import looking
from nb_orchestra.models.keys import Sources, find_keys, redactor
from nb_orchestra.models.litellm import LiteLLMWire
from nb_orchestra.models.looking import diagnose, look_around, needs_litellm, role_table
from nb_orchestra.models.mock import MockProvider
from nb_orchestra.models.openai import close_sessions

SECRET = "sk-planted-a9b8c7d6e5f4a3b2c1d0"


def told(sources: Sources, *wanted: str) -> list[str]:
    async def run() -> list[str]:
        try:
            return await diagnose(sources, redactor([found.key for found in sources.found if found.key]), 3.0, wanted)
        finally:
            await close_sessions()

    return asyncio.run(run())


def test_with_no_key_a_local_server_is_found_and_chosen_for_everything(tmp_path: Path) -> None:
    """Zero configuration: a server on a usual port that lists models does all roles, at no price."""
    with MockProvider(models=("llama3:8b",)) as provider:
        sources = look_around({}, tmp_path, {"Ollama": provider.port})
    rows = role_table(sources)
    assert len(rows) == len(ROLES) * len(EFFORTS)
    assert {(row.model, row.price_in) for row in rows} == {("ollama/llama3:8b", 0.0)}


def test_a_key_comes_before_a_local_server(tmp_path: Path) -> None:
    """Where there is a key, ports are not looked at."""
    with MockProvider() as provider:
        sources = look_around({"OPENAI_API_KEY": SECRET}, tmp_path, {"Ollama": provider.port})
        assert [found.provider.prefix for found in sources.found] == ["openai"]
        assert provider.asked == []
    assert not needs_litellm(sources.found[0])


def test_a_server_of_ones_own_on_this_machine_does_every_role(tmp_path: Path) -> None:
    """OPENAI_BASE_URL on loopback: its own models are used, and every line says where from."""
    with MockProvider(["ready"], models=("by-hand",)) as provider:
        sources = look_around({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": provider.openai_url}, tmp_path)
        assert {row.model for row in role_table(sources)} == {"openai/by-hand"}
        lines = told(sources)
    assert len(lines) == 1
    assert provider.openai_url in lines[0]
    assert "answers (by-hand" in lines[0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("bad key", "does not accept the key"),
        ("quota", "no credit"),
        ("unknown model", "does not know this model"),
        ("page", "web page"),
        ("moved", "elsewhere"),
    ],
)
def test_the_doctor_says_in_one_line_what_is_wrong(tmp_path: Path, fault: str, words: str) -> None:
    """Key, credit, model, proxy: one line with what to do, and no key in it."""
    with MockProvider([fault], models=("m",)) as provider:
        lines = told(look_around({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": provider.openai_url}, tmp_path))
    assert len(lines) == 1
    assert words in lines[0]
    assert "→" in lines[0]
    assert "\n" not in lines[0]
    assert SECRET not in lines[0]


def test_the_doctor_asks_the_models_that_a_person_set(tmp_path: Path) -> None:
    """Not another one of the same place; a model that cannot be placed is a line too."""
    with MockProvider(["unknown model"], models=("m",)) as provider:
        sources = look_around({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": provider.openai_url}, tmp_path)
        unknown, unplaced = told(sources, "openai/gpt-nope", "anthropic/claude-haiku-4-5")
        assert [asked.body["model"] for asked in provider.asked] == ["gpt-nope"]
    assert "openai/gpt-nope (OpenAI) does not know this model" in unknown
    assert "anthropic/claude-haiku-4-5, as you set it: Anthropic needs a key" in unplaced


def test_an_address_where_nobody_answers_is_told_in_words(tmp_path: Path) -> None:
    """No class of an HTTP library's errors, and no advice to do what is being done."""
    with MockProvider() as provider:
        gone = provider.openai_url
    (line,) = told(look_around({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": gone}, tmp_path))
    assert "nobody answers there" in line
    assert "Error" not in line
    assert "doctor" not in line


def test_an_import_that_takes_long_is_named_and_no_fault_of_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LiteLLM on a slow disk: the doctor says so in one line and does not wait for it."""

    async def slowly(self: LiteLLMWire) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(LiteLLMWire, "open", slowly)
    (line,) = asyncio.run(diagnose(find_keys({"ANTHROPIC_API_KEY": SECRET}, tmp_path), redactor(), seconds=0.6))
    assert "still being imported" in line
    assert "→" in line


def test_with_nothing_there_the_built_in_engine_is_named(tmp_path: Path) -> None:
    """No key, no server: no rows, and one line that says who answers."""
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://evil.example/v1")
    sources = look_around({}, tmp_path, {})
    assert role_table(sources) == []
    lines = told(sources)
    assert "built-in engine" in lines[0]
    assert "not used" in lines[1]


@pytest.mark.parametrize(("key", "there"), [("sk-planted-0123456789", True), ("", False)])
def test_what_the_first_call_needs_is_loaded_while_a_person_types(key: str, there: bool, tmp_path: Path) -> None:
    """Only where a key is found."""
    code = "import sys\nfrom nb_orchestra.models import warm_first\nwarm_first()\nprint('aiohttp' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")} | {"OPENAI_API_KEY": key}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(there)]


@pytest.mark.parametrize(("names", "there"), [(("ANTHROPIC_API_KEY",), 1), (("OPENAI_API_KEY", "ANTHROPIC_API_KEY"), 0), ((), 0)])
def test_litellm_is_loaded_as_soon_as_a_key_is_seen_that_needs_it(names: tuple[str, ...], there: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a thread beside the look around, once, and only where the first provider is not reached by the thin client."""
    begun: list[str] = []
    monkeypatch.setattr(looking, "ready", lambda: bool(begun))
    monkeypatch.setattr(looking, "warm", lambda: begun.append("litellm"))
    for _ in range(2):
        look_around(dict.fromkeys(names, SECRET), tmp_path, {})
    assert len(begun) == there
