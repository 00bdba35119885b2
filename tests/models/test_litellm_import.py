"""What importing LiteLLM does, and what it must not do."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import pytest

CODE = """
import json, os, socket, sys, threading
reached = []
connect = socket.socket.connect
def note(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        reached.append(str(address))
    return connect(self, address)
socket.socket.connect = note
look = socket.getaddrinfo
def note_name(host, *rest, **more):
    reached.append(str(host))
    return look(host, *rest, **more)
socket.getaddrinfo = note_name  # without a network nobody gets as far as to connect
before = dict(os.environ)
from nb_orchestra.models import warm
from nb_orchestra.models.litellm import ready
early = ready()
thread = warm()
thread.join()
litellm = sys.modules["litellm"]
print(json.dumps({
    "early": early, "ready": ready(), "daemon": thread.daemon, "reached": reached, "environment": before == dict(os.environ),
    "telemetry": litellm.telemetry, "debug": litellm.suppress_debug_info, "cache": litellm.cache is None, "callbacks": litellm.callbacks,
}))
"""


@pytest.mark.skipif(importlib.util.find_spec("litellm") is None and "CI" not in os.environ, reason="litellm is not installed")
def test_warming_up_reaches_nobody_and_reads_no_project_file(tmp_path: pathlib.Path) -> None:
    """Importing in the background looks no name up and opens no connection, leaves the environment as it was (also where a project has a .env), and sends no telemetry."""
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://evil.example\nSOMETHING_NEW=1\n")
    done = subprocess.run([sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {
        "early": False,
        "ready": True,
        "daemon": True,
        "reached": [],
        "environment": True,
        "telemetry": False,
        "debug": True,
        "cache": True,
        "callbacks": [],
    }
    assert done.stderr == ""


def test_without_litellm_warming_up_is_harmless_and_a_call_says_what_to_install() -> None:
    """Not installed: no error in the background; the model's error names the extra."""
    code = (
        "import sys, asyncio\nsys.modules['litellm'] = None\n"
        "from nb_orchestra.models import warm, ChatModel, LiteLLMWire\nfrom nb_orchestra.protocols import ModelFacts\n"
        "from nb_orchestra.core.prompt import Prompt\nfrom nb_orchestra.errors import ModelRefusedError\n"
        "warm().join()\n"
        "try:\n    asyncio.run(ChatModel(ModelFacts('a/b'), LiteLLMWire('a/b'), redact=str).answer(Prompt('ask', '1', 'hi')))\n"
        "except ModelRefusedError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "nb_orchestra[models]" in done.stdout
    assert done.stderr == ""
