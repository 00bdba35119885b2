"""What people built with other frameworks, as tools: a LangChain tool or Runnable, a CrewAI crew, an AutoGen agent or team. By shape, not by import.

Each shape is a row of the table: how it is recognised, its name and description, the schema of its arguments, and how it is called. Nothing of these
packages is loaded here. What they do inside is their business, so they count as having effects and reaching outside, and are never cached.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.errors import GoalError
from nb_orchestra.threads import in_thread

_TEXT = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
_TASK = {"type": "object", "properties": {"task": {"type": "string"}}, "required": ["task"]}
_INPUTS = {"type": "object", "properties": {"inputs": {"type": "object"}}, "required": []}


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of foreign object. `has`: the attributes that it is known by; `package`: where its class (or a base of it) comes from."""

    package: str
    has: tuple[str, ...]
    schema: Callable[[Any], Mapping[str, Any]]
    call: Callable[[Any, Mapping[str, Any]], Awaitable[Any]]


class Adapted:
    """Fills protocols.Tool over a foreign object."""

    effects, pure, outside, identity = True, False, True, ""

    def __init__(self, thing: Any, shape: Shape, name: str = "", description: str = "", permission: str = "") -> None:
        self._thing, self._shape, self.permission = thing, shape, permission
        self.name = name or _name_of(thing)
        self.description = description or str(getattr(thing, "description", "") or type(thing).__name__)[:500]
        self.schema = shape.schema(thing)

    async def call(self, arguments: Mapping[str, Any]) -> Any:
        return await self._shape.call(self._thing, arguments)

    def __repr__(self) -> str:
        return f"<tool {self.name}: {type(self._thing).__name__}>"


def add(thing: Any, *, name: str = "", description: str = "", permission: str = "") -> Adapted:
    """A tool from a foreign object. `permission`: "always" lets it have the values of a plan unasked. GoalError for what no adapter knows."""
    shape = shape_of(thing)
    if shape is None:
        raise GoalError(f"{type(thing).__name__} is not a tool, Runnable, crew, agent or team that is known here", hint="wrap it in a function marked @tool")
    return Adapted(thing, shape, name, description, permission)


def shape_of(thing: Any) -> Shape | None:
    """The row of the table that fits."""
    packages = {base.__module__.partition(".")[0] for base in type(thing).__mro__}
    return next((shape for shape in SHAPES if any(p.startswith(shape.package) for p in packages) and all(hasattr(thing, part) for part in shape.has)), None)


def _name_of(thing: Any) -> str:
    told = str(getattr(thing, "name", "") or type(thing).__name__)
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", told)).strip("_").lower()[:40] or "tool"


def _langchain_schema(thing: Any) -> Mapping[str, Any]:
    """A tool's arguments; the variables of a chain or a graph; one `input` for what takes a text or a conversation."""
    arguments = getattr(thing, "args", None)
    if isinstance(arguments, Mapping):
        required = [name for name, told in arguments.items() if not (isinstance(told, Mapping) and "default" in told)]
        return {"type": "object", "properties": dict(arguments), "required": required}
    told = _input_of(thing)
    named = told.get("properties", {})
    if not named or "messages" in named:
        return _TEXT
    return {"type": "object", "properties": dict(named), "required": list(told.get("required", ()))}


def _input_of(thing: Any) -> Mapping[str, Any]:
    """What a Runnable says of its input; empty where it says nothing that can be told as a schema."""
    ask = getattr(thing, "get_input_jsonschema", None)
    try:
        told = ask() if ask is not None else {}
    except Exception:  # types that no schema can tell: then it takes one input
        return {}
    return told if isinstance(told, Mapping) and told.get("type") == "object" else {}


async def _langchain_call(thing: Any, arguments: Mapping[str, Any]) -> Any:
    """A conversation gets the input as its user's message, and gives its last message."""
    talks = not isinstance(getattr(thing, "args", None), Mapping) and "messages" in _input_of(thing).get("properties", {})
    plain = _langchain_schema(thing) is _TEXT
    given: Any = {"messages": [("user", arguments["input"])]} if talks else arguments["input"] if plain else dict(arguments)
    said = await thing.ainvoke(given)
    said = said["messages"][-1] if talks and isinstance(said, Mapping) and said.get("messages") else said
    return getattr(said, "content", said)


async def _crew_call(thing: Any, arguments: Mapping[str, Any]) -> Any:
    """A crew blocks, so it gets a thread of its own."""
    said = await in_thread(thing.kickoff, inputs=dict(arguments.get("inputs") or {}))
    structured = getattr(said, "json_dict", None)
    return structured or str(getattr(said, "raw", said))


async def _autogen_call(thing: Any, arguments: Mapping[str, Any]) -> Any:
    """The last message of the conversation."""
    said = thing.run(task=arguments["task"])
    said = await said if inspect.isawaitable(said) else said
    messages = getattr(said, "messages", None)
    return str(getattr(messages[-1], "content", messages[-1])) if messages else str(said)


SHAPES = (
    Shape("langchain", ("ainvoke",), _langchain_schema, _langchain_call),
    Shape("langgraph", ("ainvoke",), _langchain_schema, _langchain_call),
    Shape("crewai", ("kickoff",), lambda thing: _INPUTS, _crew_call),
    Shape("autogen", ("run",), lambda thing: _TASK, _autogen_call),
)
