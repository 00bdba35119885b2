"""What other frameworks made, as tools. The packages are really there: each is installed into a folder of its own (slow)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb_orchestra.errors import GoalError
from nb_orchestra.tools import add

TOP = Path(__file__).parents[2]
SCRIPTS = {
    "langchain-core": """
from langchain_core.tools import tool
from langchain_core.runnables import RunnableLambda
from langchain_core.language_models.fake_chat_models import FakeListChatModel

@tool
def add_up(first: int, second: int = 5) -> int:
    "Adds two numbers."
    return first + second

chain = RunnableLambda(lambda text: text.upper())
model = FakeListChatModel(responses=["six"])
check(add_up, "add_up", {"first": 2}, 7)
check(chain, "runnable_lambda", {"input": "tea"}, "TEA")
check(model, "fake_list_chat_model", {"input": "what is three and three?"}, "six")
""",
    "autogen-agentchat": """
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_ext.models.replay import ReplayChatCompletionClient

agent = AssistantAgent("counter", ReplayChatCompletionClient(["six"]), description="Counts")
check(agent, "counter", {"task": "three and three?"}, "six")
inner = AssistantAgent("inner", ReplayChatCompletionClient(["seven"]))
team = RoundRobinGroupChat([inner], termination_condition=MaxMessageTermination(2))
check(team, "team", {"task": "three and four?"}, "seven", name="team")
""",
}
HEAD = """
from nb_orchestra import orchestrate
from nb_orchestra.tools import add

def check(thing, called, arguments, wanted, **options):
    adapted = add(thing, permission="always", **options)
    assert adapted.name == called, adapted.name
    run = orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "params": {"tool": called, "arguments": arguments}}]}, tools=[adapted], cache=False)
    assert run.value == wanted, run.value
"""
ALSO = {"autogen-agentchat": ["autogen-ext"]}


@pytest.mark.slow
@pytest.mark.parametrize("package", SCRIPTS)
def test_the_real_package_is_called(package: str, tmp_path: Path) -> None:
    """A tool, a chain, a chat model; an agent and a team: each called by a plan, its arguments checked, its answer as a plain value."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--target", str(tmp_path / "packages"), package, *ALSO.get(package, [])]
    installed = subprocess.run(pip, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"{package} cannot be installed here: {installed.stderr[-200:]}")
    script = tmp_path / "script.py"
    script.write_text(HEAD + SCRIPTS[package])
    environment = {**os.environ, "PYTHONPATH": f"{TOP}{os.pathsep}{tmp_path / 'packages'}"}
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr[-2000:]


def test_what_no_adapter_knows_is_refused() -> None:
    """The way out is a function."""
    with pytest.raises(GoalError, match="list is not a tool"):
        add([1, 2])
