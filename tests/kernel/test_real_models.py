"""Models in a real kernel, over real HTTP: what is shown and announced, and that a key is nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nb_orchestra.models.mock import FAULTS, MockProvider, Turn
from tests.kernel.conftest import PENGUINS, Kernel

pytestmark = pytest.mark.kernel
KEY, SECOND = "sk-planted-0123456789abcdefXYZ", "planted/second+key=0123456789"
GOAL = "Write a haiku about the heaviest species of {penguins}"
HEAVIEST = {"frame": {"data": "penguins", "columns": ["species", "body_mass_g"]}, "by": ["species"], "value": "body_mass_g"}
HAIKU = {"question": "A haiku on it", "inputs": {"heaviest": {"from": "s1"}}}
PLAN = {
    "steps": [
        {"id": "s1", "kind": "code", "name": "heaviest", "params": {"recipe": "group_extreme", "arguments": HEAVIEST}},
        {"id": "s2", "kind": "ask", "name": "haiku", "params": HAIKU, "output": {"type": "text"}},
    ]
}


TOOL = """
from nb_orchestra import orchestrate
def sign_in(at: int) -> str:
    import os
    raise RuntimeError("no entry for https://me:" + os.environ["OPENAI_API_KEY"] + "@example.org")
orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "params": {"tool": "sign_in", "arguments": {"at": 1}}}]}, tools=[sign_in])
"""


def answers(body: Mapping[str, Any]) -> Turn | str:
    said = str(body["messages"])
    if "Make a plan" in said:
        return json.dumps(PLAN)
    if "repeat it" in said:
        return f"Gentoo on the ice. You sent {KEY}"
    return FAULTS["bad key"] if "refuse me" in said else Turn("Gentoo on the ice", drip=0.02)


@pytest.fixture
def with_provider(new_kernel: Callable[..., Kernel], tmp_path: Path) -> Iterator[tuple[Kernel, MockProvider]]:
    """A kernel that finds one key in its environment and another in the `.env` of its folder."""
    with MockProvider(answers, models=("gpt-5.4-mini", "gpt-5.4")) as provider:
        kernel = new_kernel(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=provider.openai_url, ANTHROPIC_BASE_URL=provider.anthropic_url, NB_ORCHESTRA_CHECK_GOAL="off")
        (tmp_path / ".env").write_text(f"ANTHROPIC_API_KEY='{SECOND}'\n")
        kernel.run(f"import os; os.chdir({str(tmp_path)!r})")
        assert kernel.run(PENGUINS).status == "ok"
        yield kernel, provider


def in_any_form(key: str) -> list[bytes]:
    return [key.encode(), base64.b64encode(key.encode()).rstrip(b"="), key.encode().hex().encode()]


def test_a_key_is_in_no_output_and_in_no_file(with_provider: tuple[Kernel, MockProvider], tmp_path: Path) -> None:
    """A goal, a refused one, an answer that repeats the key, a tool whose error holds it, the tables and the doctor: every byte is searched for both keys."""
    kernel, provider = with_provider
    cells = [
        f"%%orchestrate poem\n{GOAL}",
        f"%%orchestrate bad\n{GOAL}, and refuse me",
        f"%%orchestrate said\n{GOAL}, and repeat it",
        TOOL,
        "from nb_orchestra import orchestrate\norchestrate(plan={'steps': [{'id': 's1', 'kind': 'ask', 'params': {'question': 'refuse me'}}]})",
        "%orchestrate models",
        "%orchestrate doctor",
        "%orchestrate sent",
        "%orchestrate runs",
        "%xmode Verbose\norchestrate(plan={'steps': [{'id': 's1', 'kind': 'ask', 'params': {'question': 'refuse me too'}}]})",
    ]
    shown = "".join(json.dumps([ran.outputs, ran.printed, ran.error, ran.lines], default=str) for ran in map(kernel.run, cells))
    assert "Gentoo on the ice" in shown
    assert "does not accept the key" in shown
    assert "You sent [hidden]" in shown
    assert "no entry for https://me:[hidden]@example.org" in shown
    assert len(provider.asked) >= 3
    assert not [asked for asked in provider.asked if KEY in str(asked.body)]
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != ".env")
    assert b"heaviest" in written
    for key in (KEY, SECOND):
        for form in in_any_form(key):
            assert form not in shown.encode()
            assert form not in written


def test_what_leaves_is_announced_and_what_was_chosen_stands_on_the_step(with_provider: tuple[Kernel, MockProvider]) -> None:
    """Model, whose key and what is sent; recipes computed, the model only wrote; the second run asks nobody."""
    kernel, provider = with_provider
    shown = kernel.run(f"%%orchestrate poem\n{GOAL}").html
    assert "is asked from now on (OpenAI, OPENAI_API_KEY from the environment" in shown
    assert "1 of 2 steps are recipes" in shown
    assert kernel.value("str(poem)") == "Gentoo on the ice"
    asked = len(provider.asked)
    kernel.run(f"%%orchestrate poem\n{GOAL}")
    assert kernel.value("all(poem_run.steps.cached)") is True
    assert len(provider.asked) == asked


def test_the_doctor_names_a_refused_key_in_one_line(with_provider: tuple[Kernel, MockProvider]) -> None:
    """Which key, what the provider says, what to do."""
    kernel, provider = with_provider
    provider._script = lambda body: FAULTS["bad key"]
    (line,) = [line for line in kernel.run("%orchestrate doctor").printed.splitlines() if "OPENAI_API_KEY" in line]
    assert "does not accept the key" in line
    assert "→ check the key's variable" in line


def test_a_pasted_reply_answers_a_goal_where_typing_is_possible(new_kernel: Callable[..., Kernel]) -> None:
    """Without a page the prompt is printed and the reply typed; NAME is bound as ever."""
    kernel = new_kernel()
    assert kernel.run(PENGUINS).status == "ok"
    ran = kernel.run(
        f"%%orchestrate poem -m paste\n{GOAL}", typed=json.dumps({"steps": [{"id": "s1", "kind": "ask", "name": "haiku", "params": {"question": "Haiku"}}]})
    )
    assert ran.status == "ok", ran.text
    assert '"kind": "ask"' in str(kernel.value("str(poem)"))


def test_with_nobody_to_paste_the_cell_fails_at_once_and_names_the_file(new_kernel: Callable[..., Kernel]) -> None:
    """nbclient and scheduled runs have nobody."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    ran = kernel.run(f"%%orchestrate poem -m paste\n{GOAL}")
    assert ran.status == "error"
    assert ".prompt.md is missing" in ran.text
