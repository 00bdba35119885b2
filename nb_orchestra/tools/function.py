"""`@tool`: any typed Python function becomes something that a plan may call.

The schema comes from the hints and the docstring. Arguments come as values (a DataFrame stays a DataFrame). The identity
is the code's content (tools/identity): editing the body changes it, moving or reformatting the function does not.

Where a call runs: a pure tool that is slow in a process that is killed when nobody waits any more, where all of the call can travel (tools/apart);
anything else in a thread, which ends by itself. Slow is what says so, and what one call of the same code took SLOW_SECONDS for, also a cancelled one: a
process costs some 20 ms a call, which a tool of 1 ms must not pay for each of 10,000 rows.
"""

from __future__ import annotations

import functools
import inspect
import time
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from nb_orchestra.core.elsewhere import Elsewhere, NotApartError
from nb_orchestra.errors import GoalError, ToolError
from nb_orchestra.threads import call_in_thread
from nb_orchestra.tools.identity import code_identity
from nb_orchestra.values.functions import CannotTravelError, packed

Function = TypeVar("Function", bound=Callable[..., Any])

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", tuple: "array", dict: "object", type(None): "null"}


PERMISSIONS = ("", "always", "ask", "never")
SLOW_SECONDS = 2.0
_slow: set[str] = set()
"""Identities of pure tools that were seen to be slow in this kernel."""


class FunctionTool:
    """One Python function as a tool. Still callable as the function it was made from."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str = "",
        description: str = "",
        effects: bool = False,
        pure: bool = False,
        slow: bool | None = None,
        outside: bool = False,
        permission: str = "",
    ) -> None:
        if permission not in PERMISSIONS:
            raise GoalError(f"permission {permission!r} does not exist", hint="use always, ask or never")
        if slow and not pure:
            raise GoalError("slow=True is for pure tools: one with effects is never stopped half done", hint="say pure=True too, if it is")
        self.outside, self.permission = outside, permission
        self.function = function
        self.name = name or function.__name__
        self.description = description or (inspect.getdoc(function) or "").split("\n\n")[0]
        self.effects = effects
        self.pure, self._slow = pure, slow
        self._stays = "" if inspect.isfunction(function) and not inspect.iscoroutinefunction(function) else "it is no plain function"
        self._stayed = ""
        self.schema: Mapping[str, Any] = function_schema(function)
        self._signature = inspect.signature(function)  # a row of a for_each is a call, and Python makes this anew at each look
        self.__doc__ = function.__doc__

    @property
    def identity(self) -> str:
        """By content, made anew at each run (what a function closes over may change); '' where it cannot be named."""
        return code_identity(self.function)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """ToolError where an argument is missing or unknown."""
        try:
            self._signature.bind(**arguments)
        except TypeError as error:
            raise ToolError(f"tool {self.name!r}: {error}", hint=f"it takes {self._signature}") from None

    async def call(self, arguments: Mapping[str, Any]) -> Any:
        """The function's value. A plain function runs in a thread of its own, a coroutine function on the loop."""
        self.check(arguments)
        if inspect.iscoroutinefunction(self.function):
            return await self.function(**arguments)
        began = time.monotonic()
        try:
            return await call_in_thread(functools.partial(self.function, **arguments), self.name, pure=self.pure)
        finally:
            if self.pure and self._slow is None and time.monotonic() - began >= SLOW_SECONDS:
                self._slow = True
                _slow.add(self.identity)

    def elsewhere(self, arguments: Mapping[str, Any]) -> Elsewhere | None:
        """The call for a process that can be killed; None where it stays in a thread."""
        if not self.slow or self._stays:
            return None
        from nb_orchestra.tools.apart import call_of

        self.check(arguments)
        self._stayed = ""
        try:
            return call_of(self.name, packed(self.function), arguments, self._stay)
        except CannotTravelError as why:
            self._stays = str(why)
            return None

    @property
    def slow(self) -> bool:
        """Is it pure and known to take long?"""
        if self._slow is None and self.pure and _slow:
            self._slow = True if self.identity in _slow - {""} else None
        return self.pure and bool(self._slow)

    @property
    def where(self) -> str:
        """Where the calls of a slow tool run, for whoever wonders; "" of others."""
        if not self.slow:
            return ""
        why = self._stays or self._stayed
        return f"in a thread, which ends by itself: {why}" if why else "in a process of its own"

    def _stay(self, why: NotApartError) -> None:
        self._stayed = str(why)
        self._stays = self._stayed if why.lasting else self._stays

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(*arguments, **named)

    def __repr__(self) -> str:
        return f"<tool {self.name}{self._signature}{self.where and ', '}{self.where}>"


def function_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """JSON schema of a function's arguments; hints that JSON cannot say are left open."""
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):
        hints = {}
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        properties[name] = _type_schema(hints.get(name))
        if parameter.default is parameter.empty:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _type_schema(hint: Any) -> dict[str, Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return {"enum": list(typing.get_args(hint))}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_type_schema(option) for option in typing.get_args(hint)]}
    kind = _JSON_TYPES.get(origin or hint)
    if kind == "array" and typing.get_args(hint):
        return {"type": "array", "items": _type_schema(typing.get_args(hint)[0])}
    if kind:
        return {"type": kind}
    return {"description": getattr(hint, "__name__", str(hint))} if hint else {}


@overload
def tool(function: Function) -> FunctionTool: ...
@overload
def tool(
    *, name: str = "", description: str = "", effects: bool = False, pure: bool = False, slow: bool | None = None, outside: bool = False, permission: str = ""
) -> Callable[[Function], FunctionTool]: ...
def tool(
    function: Any = None,
    *,
    name: str = "",
    description: str = "",
    effects: bool = False,
    pure: bool = False,
    slow: bool | None = None,
    outside: bool = False,
    permission: str = "",
) -> Any:
    """Marks a function as a tool.

    effects: it changes something outside (sends, writes, buys): never cached, never retried by itself.
    pure: the same arguments always give the same value, with nothing else read or changed.
    slow: it takes seconds, so a pure one runs in a process of its own, which is killed when it is cancelled (a thread runs on to the end of a long call into a
        library). Said by nobody, it is learnt from a call of 2 seconds. False: always in a thread.
    outside: what it is given leaves this machine: private data reach it only where you allow that.
    permission: "always" (never asked about), "ask" (before each call), "never" (plans cannot use it); "": asked about only where data would flow
        where they should not (running/flow).
    """

    def make(function: Callable[..., Any]) -> FunctionTool:
        return FunctionTool(function, name=name, description=description, effects=effects, pure=pure, slow=slow, outside=outside, permission=permission)

    return make(function) if function is not None else make


def as_tool(candidate: Any) -> Any:
    """A tool as it is, or a plain function made into one. GoalError for anything else."""
    if all(hasattr(candidate, part) for part in ("name", "schema", "identity", "call")):
        return candidate
    if inspect.isfunction(candidate) or inspect.ismethod(candidate):
        return FunctionTool(candidate)
    raise GoalError(f"{candidate!r} is not a tool", hint="give a function, or one marked @tool")
