"""The room's door is light, and every name behind it is there."""

from __future__ import annotations

import subprocess
import sys

import nb_orchestra.models as models

HEAVY = ("litellm", "aiohttp", "pandas", "numpy", "pyarrow", "json_repair", "pydantic", "openai", "httpx")


def test_the_door_loads_nothing_heavy() -> None:
    """Opening the door, finding keys and choosing a model import no client, no pandas, no LiteLLM."""
    code = (
        "import sys, nb_orchestra.models as m\n"
        "sources = m.find_keys({'OPENAI_API_KEY': 'sk-1234567890', 'ANTHROPIC_API_KEY': 'a-1234567890'})\n"
        "picks = m.choose('writer', 'hard', sources).picks\n"
        "m.chain_of(picks, share='summary', redact=m.redactor())\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    """What `__all__` says can be had."""
    assert all(getattr(models, name) is not None for name in models.__all__)
    assert not hasattr(models, "nonesuch")


def test_a_process_ends_quietly_with_connections_open() -> None:
    """A loop in a background thread, a call over it, no closing: nothing is printed at the end."""
    code = (
        "import asyncio, threading\nfrom nb_orchestra.models import ChatModel, OpenAIWire\nfrom nb_orchestra.models.mock import MockProvider\n"
        "from nb_orchestra.protocols import ModelFacts\nfrom nb_orchestra.core.prompt import Prompt\n"
        "loop = asyncio.new_event_loop()\nthreading.Thread(target=loop.run_forever, daemon=True).start()\n"
        "with MockProvider(['hello']) as provider:\n"
        "    model = ChatModel(ModelFacts('m', context_tokens=9999), OpenAIWire('m', provider.openai_url), redact=str)\n"
        "    print(asyncio.run_coroutine_threadsafe(model.answer(Prompt('ask', '1', 'hi')), loop).result().value)\n"
    )
    done = subprocess.run([sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "hello"
    assert "Unclosed" not in done.stderr
    assert "Exception ignored" not in done.stderr
