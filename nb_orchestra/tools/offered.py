"""What a person offers a run, sorted: tools that plans may call, sources that they may search. From `tools=[…]` and from the goal's `{names}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb_orchestra.errors import GoalError
from nb_orchestra.protocols import Passage, Source, Tool
from nb_orchestra.tools.adapters import add, shape_of
from nb_orchestra.tools.function import FunctionTool, as_tool
from nb_orchestra.tools.servers import Servers


@dataclass(frozen=True, slots=True)
class Offered:
    """Tools and sources by the names that plans use."""

    tools: Mapping[str, Tool]
    sources: Mapping[str, Source]

    @property
    def all(self) -> tuple[Any, ...]:
        """Everything, as it can be offered again."""
        return (*self.tools.values(), *self.sources.values())


@dataclass(frozen=True, slots=True)
class Named:
    """A source under the name of the variable that holds it."""

    source: Source
    name: str

    @property
    def description(self) -> str:
        return self.source.description

    @property
    def outside(self) -> bool:
        return self.source.outside

    @property
    def identity(self) -> str:
        return self.source.identity

    async def search(self, query: str, *, limit: int, since: str = "", full_text: bool = False) -> Sequence[Passage]:
        return await self.source.search(query, limit=limit, since=since, full_text=full_text)


def is_offer(value: Any) -> bool:
    """True for a value of a goal that is something to use, not something to read."""
    return isinstance(value, FunctionTool | Servers) or is_source(value)


def is_source(value: Any) -> bool:
    # by its class, because asking an object for `identity` may read a folder
    return all(hasattr(type(value), part) for part in ("search", "outside", "identity")) and not isinstance(value, type)


async def opened(given: Iterable[Any]) -> list[Any]:
    """The same, with the tools of MCP servers in their place. On the loop that runs live on."""
    found: list[Any] = []
    for item in given:
        found += await item.open() if isinstance(item, Servers) else [item]
    return found


def offered(given: Iterable[Any], mentioned: Mapping[str, Any]) -> Offered:
    """`given`: tools, functions, sources. `mentioned`: values of a goal that are offers, by variable. GoalError for anything else, or one name twice."""
    tools: dict[str, Tool] = {}
    sources: dict[str, Source] = {}
    named = [(None, item) for item in given] + list(mentioned.items())
    for variable, item in named:
        if is_source(item):
            _put(sources, variable or item.name, item if variable in (None, item.name) else Named(item, variable or ""))
        else:
            tool = add(item) if shape_of(item) is not None else as_tool(item)
            _put(tools, tool.name, tool)
    return Offered(tools, sources)


def _put(there: dict[str, Any], name: str, item: Any) -> None:
    if name in there and there[name] is not item:
        raise GoalError(f"two tools or sources are called {name!r}", hint="give one of them another name")
    there[name] = item
