"""The same calls through LangGraph, CrewAI and pydantic-ai, each as its manual has it, for calls.py. Nothing of ours is imported.

Each gives `ask` (one question, the parsed answer), `close`, and its own way to do a plan of layers where it has one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

TASK = "Which animal is number {}? It lives in the south, it swims, and it cannot fly."
Ask = Callable[[int], Awaitable[Any]]
Made = tuple[Ask, Callable[[], Awaitable[None]], Callable[[Sequence[int]], Awaitable[None]] | None]


async def nothing() -> None:
    """These keep their clients to themselves."""


async def langgraph(url: str) -> Made:
    """A StateGraph whose nodes ask a ChatOpenAI; a plan is a graph, each layer's nodes behind all of the layer before."""
    import operator
    from typing import Annotated, TypedDict

    from langchain_openai import ChatOpenAI
    from langgraph.graph import END, START, StateGraph

    model = ChatOpenAI(model="mock", api_key="sk-none", base_url=url, max_tokens=100, max_retries=0)
    state = TypedDict("state", {"number": int, "found": Annotated[list[Any], operator.add]})  # noqa: UP013  a class body cannot see the imports of its function

    async def node(given: Any) -> Any:
        return {"found": [json.loads((await model.ainvoke(TASK.format(given["number"]))).content)]}

    def graph(layers: Sequence[int]) -> Any:
        made = StateGraph(state)
        before: list[str] = []
        for depth, width in enumerate(layers):
            names = [f"l{depth}n{at}" for at in range(width)]
            for name in names:
                made.add_node(name, node)
                made.add_edge(before or START, name) if len(before) != 1 else made.add_edge(before[0], name)
            before = names
        for name in before:
            made.add_edge(name, END)
        return made.compile()

    one = graph([1])

    async def ask(number: int) -> Any:
        return (await one.ainvoke({"number": number, "found": []}))["found"][0]

    async def plan(layers: Sequence[int]) -> None:
        found = (await graph(layers).ainvoke({"number": 1, "found": []}))["found"]
        assert len(found) == sum(layers), "a step is missing"

    return ask, nothing, plan


async def pydantic_ai(url: str) -> Made:
    """An Agent with plain text as its answer."""
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    agent = Agent(OpenAIChatModel("mock", provider=OpenAIProvider(base_url=url, api_key="sk-none")), model_settings={"max_tokens": 100})

    async def ask(number: int) -> Any:
        return json.loads((await agent.run(TASK.format(number))).output)

    return ask, nothing, None


async def crewai(url: str) -> Made:
    """A crew of one agent with one task, started for each question."""
    os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
    from crewai import LLM, Agent, Crew, Task

    llm = LLM(model="openai/mock", base_url=url, api_key="sk-none", max_tokens=100)

    async def ask(number: int) -> Any:
        agent = Agent(role="zoologist", goal="name animals", backstory="You know them all.", llm=llm, verbose=False)  # one cannot be in two crews at once
        task = Task(description=TASK.format(number), expected_output="a JSON object", agent=agent)
        done = await Crew(agents=[agent], tasks=[task], verbose=False).kickoff_async()
        return json.loads(str(done))

    return ask, nothing, None


PEERS: dict[str, Callable[[str], Awaitable[Made]]] = {"langgraph": langgraph, "pydantic-ai": pydantic_ai, "crewai": crewai}
