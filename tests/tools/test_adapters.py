"""What other frameworks made, as tools. The packages are really there, each in a venv of its own, and speak to the mock provider (slow)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb_orchestra.errors import GoalError
from nb_orchestra.tools import add

TOP = Path(__file__).parents[2]
HEAD = """
from nb_orchestra import orchestrate
from nb_orchestra.models.mock import MockProvider
from nb_orchestra.tools import add

def check(thing, called, arguments, wanted, **options):
    adapted = add(thing, permission="always", **options)
    assert adapted.name == called, adapted.name
    run = orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "params": {"tool": called, "arguments": arguments}}]}, tools=[adapted], cache=False)
    assert run.value == wanted, run.value
"""
LANGCHAIN = """
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

@tool
def add_up(first: int, second: int = 5) -> int:
    "Adds two numbers."
    return first + second

check(add_up, "add_up", {"first": 2}, 7)
check(RunnableLambda(lambda text: text.upper()), "runnable_lambda", {"input": "tea"}, "TEA")
with MockProvider(["six"]) as provider:
    model = ChatOpenAI(model="mock-small", base_url=provider.openai_url, api_key="x")
    check(model, "chat", {"input": "three and three?"}, "six", name="chat")
    assert "three and three?" in str(provider.asked[0])
    check(ChatPromptTemplate.from_template("{many} of {thing}") | model, "chain", {"many": "four", "thing": "teas"}, "six", name="chain")
    assert "four of teas" in str(provider.asked[1])
    graph = StateGraph(MessagesState)
    graph.add_node("think", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_edge(START, "think")
    graph.add_edge("think", END)
    check(graph.compile(name="Counter"), "counter", {"input": "how many?"}, "six")
    assert "how many?" in str(provider.asked[2])
"""
AUTOGEN = """
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient

facts = {"vision": False, "function_calling": True, "json_output": False, "family": "unknown", "structured_output": False}
with MockProvider(["six", "seven"]) as provider:
    client = lambda: OpenAIChatCompletionClient(model="mock-small", base_url=provider.openai_url, api_key="x", model_info=facts)
    check(AssistantAgent("counter", client(), description="Counts"), "counter", {"task": "three and three?"}, "six")
    team = RoundRobinGroupChat([AssistantAgent("inner", client())], termination_condition=MaxMessageTermination(2))
    check(team, "team", {"task": "three and four?"}, "seven", name="team")
    assert "three and four?" in str(provider.asked[1])
"""
CREWAI = """
from crewai import LLM, Agent, Crew, Task

with MockProvider(["Final Answer: six teas"]) as provider:
    model = LLM(model="openai/mock-small", base_url=provider.openai_url, api_key="x")
    agent = Agent(role="counter", goal="to count", backstory="counts {thing}", llm=model)
    crew = Crew(name="Tea Counters", agents=[agent], tasks=[Task(description="Count the {thing}", expected_output="a number", agent=agent)])
    check(crew, "tea_counters", {"inputs": {"thing": "teas"}}, "six teas")
    assert "Count the teas" in str(provider.asked[0])
"""
SCRIPTS = {
    "langchain": (LANGCHAIN, ["langchain-openai", "langgraph"]),
    "autogen": (AUTOGEN, ["autogen-agentchat", "autogen-ext[openai]"]),
    "crewai": (CREWAI, ["crewai"]),
}
SILENT = {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false", "LANGSMITH_TRACING": "false"}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("framework", SCRIPTS)
def test_what_people_built_there_runs_here(framework: str, tmp_path: Path) -> None:
    """A tool, a chain, a chat model; an agent, a team; a crew: each is called by a plan as it is, asks its model, and gives a plain value."""
    code, packages = SCRIPTS[framework]
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    installed = subprocess.run([str(python), "-m", "pip", "install", "-q", *packages, "-e", str(TOP), "aiohttp"], capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"{framework} cannot be installed here: {installed.stderr[-200:]}")
    script = tmp_path / "script.py"
    script.write_text(HEAD + code)
    environment = {**os.environ, **SILENT, "HOME": str(tmp_path)}
    ran = subprocess.run([str(python), str(script)], capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr[-2000:]


def test_what_no_adapter_knows_is_refused() -> None:
    """The way out is a function."""
    with pytest.raises(GoalError, match="list is not a tool"):
        add([1, 2])
