"""`@tool`: a Python function that a plan may call, and its identity by content."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import linecache
import sys
import threading
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from nb_orchestra import orchestrate, tool
from nb_orchestra.errors import GoalError, RunFailedError, ToolError
from nb_orchestra.tools import FunctionTool, as_tool

numbers = itertools.count()


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Callable[..., Any]]:
    """Makes functions from source text, in a module of their own, as a person writes them."""

    def load(source: str, name: str = "work") -> Callable[..., Any]:
        path = tmp_path / f"mine_{next(numbers)}.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        linecache.checkcache(str(path))
        spec.loader.exec_module(module)
        found: Callable[..., Any] = getattr(module, name)
        return found

    return load


def identity(function: Callable[..., Any]) -> str:
    return as_tool(function).identity


BASE = "def work(a, b=1):\n    '''Adds.'''\n    return a + b\n"
SAME = {
    "moved": "\n\n\nimport os\n\nx = 1\n" + BASE,
    "another docstring": BASE.replace("Adds.", "Puts together."),
    "a comment": BASE.replace("    return", "    # why not\n    return"),
    "reformatted": "def work(\n    a,\n    b = 1,\n):\n    return (a\n        + b)\n",
}
OTHER = {
    "the body": BASE.replace("a + b", "a - b"),
    "a default": BASE.replace("b=1", "b=2"),
    "an argument": BASE.replace("b=1", "c=1").replace("+ b", "+ c"),
    "a constant": BASE.replace("a + b", "a + b + 0"),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_what_does_not_change_the_code_does_not_change_its_identity(load: Any, source: str) -> None:
    """Place, layout, comments and docstrings do not count."""
    assert identity(load(source)) == identity(load(BASE)) != ""


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER)
def test_an_edited_function_is_another_one(load: Any, source: str) -> None:
    """Body, defaults and arguments count."""
    assert identity(load(source)) != identity(load(BASE))


REACHED = "RATE = {rate}\ndef by(x):\n    return x * {factor}\ndef work(a):\n    return by(a) * RATE\n"


def test_what_a_function_uses_counts_by_content(load: Any) -> None:
    """Own globals and own functions that it calls are part of it, however deep."""
    base = identity(load(REACHED.format(rate=2, factor=3)))
    assert base == identity(load(REACHED.format(rate=2, factor=3)))
    assert base != identity(load(REACHED.format(rate=9, factor=3)))
    assert base != identity(load(REACHED.format(rate=2, factor=9)))


CLOSED = "def make(k):\n    def inner(a):\n        return a * k\n    return inner\nwork = make({k})\n"


def test_what_a_function_closes_over_counts(load: Any) -> None:
    """Two closures of the same code over different values are different tools."""
    assert identity(load(CLOSED.format(k=2))) == identity(load(CLOSED.format(k=2)))
    assert identity(load(CLOSED.format(k=2))) != identity(load(CLOSED.format(k=3)))


NESTED = "RATE = {rate}\ndef work(items):\n    return sorted(items, key=lambda item: item * RATE)\n"


def test_what_an_inner_function_uses_counts_too(load: Any) -> None:
    """A global that is read only inside a lambda or an inner function is part of the identity."""
    assert identity(load(NESTED.format(rate=1))) != identity(load(NESTED.format(rate=-1)))


KINDS = {
    "a class": "class Box:\n    def get(self):\n        return {n}\ndef work(a):\n    return Box().get()\n",
    "what a method uses": "RATE = {n}\nclass Box:\n    def get(self):\n        return RATE\ndef work(a):\n    return Box().get()\n",
    "a field's default": "import dataclasses\n@dataclasses.dataclass\nclass Box:\n    n: int = {n}\ndef work(a):\n    return Box().n\n",
    "a static method": "class Box:\n    @staticmethod\n    def get():\n        return {n}\ndef work(a):\n    return Box.get()\n",
    "a base class": "class Base:\n    n = {n}\nclass Box(Base):\n    pass\ndef work(a):\n    return Box.n\n",
    "a decorator": (
        "import functools\ndef more(f):\n    @functools.wraps(f)\n    def wrapper(a):\n        return f(a) + {n}\n    return wrapper\n"
        "@more\ndef work(a):\n    return a\n"
    ),
    "behind a cache": "import functools\nRATE = {n}\n@functools.lru_cache\ndef by(a):\n    return a * RATE\ndef work(a):\n    return by(a)\n",
}


@pytest.mark.parametrize("source", KINDS.values(), ids=KINDS)
def test_classes_decorators_and_caches_are_looked_through(load: Any, source: str) -> None:
    """Own classes, their bases and methods, own decorators, and functions behind a cache count by content."""
    assert identity(load(source.format(n=1))) == identity(load(source.format(n=1))) != ""
    assert identity(load(source.format(n=1))) != identity(load(source.format(n=2)))


def test_a_module_of_ones_own_counts_by_its_source(load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that uses a file beside the notebook is another one when that file is edited."""
    monkeypatch.syspath_prepend(tmp_path)
    found = []
    for n in (1, 1, 2):
        (tmp_path / "beside_the_notebook.py").write_text(f"def rate():\n    return {n}{'' if n == 1 else '0'}\n")
        sys.modules.pop("beside_the_notebook", None)
        importlib.invalidate_caches()
        linecache.checkcache()
        found.append(identity(load("import beside_the_notebook\ndef work(a):\n    return a * beside_the_notebook.rate()\n")))
    assert found[0] == found[1] != found[2]
    assert all(found)


def test_a_method_counts_with_its_object(load: Any) -> None:
    """A bound method of objects with different state is not the same tool; where the state cannot be named, there is no identity."""
    source = "class Box:\n    def __init__(self, n):\n        self.n = n\n    def get(self):\n        return self.n\nwork = Box({n}).get\n"
    one, two = identity(load(source.format(n=1))), identity(load(source.format(n=2)))
    assert one == "" or one != two


def test_recursion_ends(load: Any) -> None:
    """Functions that call themselves or each other have an identity."""
    assert identity(load("def work(n):\n    return n and other(n - 1)\ndef other(n):\n    return work(n)\n"))


def test_installed_packages_count_by_name_and_version(load: Any) -> None:
    """A function that uses pandas and the standard library can be named."""
    assert identity(load("import math\nimport pandas as pd\ndef work(a):\n    return pd.Series([math.pi * a]).sum()\n"))


def test_what_cannot_be_named_has_no_identity(load: Any) -> None:
    """A function over an open connection or a lock cannot be the same twice: it then runs uncached."""
    assert identity(load("import threading\nlock = threading.Lock()\ndef work(a):\n    with lock:\n        return a\n")) == ""
    assert identity(eval("lambda a: a")) == ""


@tool
def weigh(frame: pd.DataFrame, by: str, how: Literal["mean", "sum"] = "mean", most: int | None = None, names: list[str] | None = None) -> pd.DataFrame:
    """Weighs a frame.

    More words that no plan needs.
    """
    return frame.groupby(by).agg(how)


def test_the_schema_comes_from_the_hints() -> None:
    """Names, types, choices and what is required; values that JSON cannot say are described by their type's name."""
    properties = weigh.schema["properties"]
    assert properties["by"] == {"type": "string"}
    assert properties["how"] == {"enum": ["mean", "sum"]}
    assert properties["most"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert properties["names"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}
    assert properties["frame"] == {"description": "DataFrame"}
    assert weigh.schema["required"] == ["frame", "by"]
    assert weigh.description == "Weighs a frame."


def test_a_tool_is_still_the_function() -> None:
    """Called from Python it does what the function does, and says what it takes."""
    assert weigh(pd.DataFrame({"s": ["a", "a"], "m": [1.0, 3.0]}), "s")["m"].tolist() == [2.0]
    assert repr(weigh).startswith("<tool weigh(")


def test_any_function_can_be_a_tool_and_nothing_else_can() -> None:
    """A plain function is made into a tool; a number is not."""
    assert isinstance(as_tool(len_of), FunctionTool)
    assert as_tool(weigh) is weigh
    with pytest.raises(GoalError, match="is not a tool"):
        as_tool(3)


def len_of(text: str) -> int:
    return len(text)


def test_missing_and_unknown_arguments_are_told() -> None:
    """The complaint names the tool and shows what it takes."""
    for arguments in ({}, {"text": "a", "more": 1}):
        with pytest.raises(ToolError, match="'len_of'") as caught:
            asyncio.run(as_tool(len_of).call(arguments))
        assert "(text" in caught.value.hint


def test_a_tool_may_have_another_name_and_description() -> None:
    """The decorator's words win over the function's."""
    renamed = tool(name="size", description="How long", effects=True)(len_of)
    assert (renamed.name, renamed.description, renamed.effects, renamed.pure) == ("size", "How long", True, False)


def test_hints_that_cannot_be_read_leave_the_schema_open(load: Any) -> None:
    """A hint that names nothing is no reason to refuse a function."""
    open_ = as_tool(load("def work(a: 'Nowhere', *rest, **named):\n    return a\n"))
    assert open_.schema == {"type": "object", "properties": {"a": {}}, "required": ["a"]}
    assert typing.cast("Any", asyncio.run(open_.call({"a": 1}))) == 1


def test_tools_that_hang_keep_no_other_from_starting() -> None:
    """Each plain function gets a thread of its own: forty waiting ones leave room for the one that frees them."""
    free = threading.Event()

    def hang(number: int) -> int:
        assert free.wait(20)
        return number

    def release() -> bool:
        free.set()
        return True

    async def all_at_once() -> list[Any]:
        waiting = [asyncio.ensure_future(as_tool(hang).call({"number": number})) for number in range(40)]
        await asyncio.sleep(0)
        return [await as_tool(release).call({}), *[await one for one in waiting]]

    assert asyncio.run(all_at_once()) == [True, *range(40)]


def test_what_a_plain_function_raises_comes_through() -> None:
    """The caller sees the function's own exception; StopIteration, which a coroutine cannot raise, is told in words."""

    def leaves(error: type[Exception]) -> None:
        raise error("mine")

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(as_tool(leaves).call({"error": LookupError}))
    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(as_tool(leaves).call({"error": StopIteration}))


def leaves_by(how: BaseException) -> list[FunctionTool]:
    def plain() -> None:
        raise how

    async def awaited() -> None:
        raise how

    return [FunctionTool(plain), FunctionTool(plain, name="pure", pure=True), FunctionTool(plain, name="apart", pure=True, slow=True), FunctionTool(awaited)]


@pytest.mark.parametrize("how", [SystemExit(3), KeyboardInterrupt("pressed"), asyncio.CancelledError(), GeneratorExit()], ids=lambda how: type(how).__name__)
def test_a_tool_that_exits_fails_its_step_and_no_more(how: BaseException) -> None:
    """`sys.exit` (or any other exit) in a tool, whether a thread, a process or the loop runs it, is told; the run and those after it go on."""
    for made in leaves_by(how):
        with pytest.raises(RunFailedError, match=f"tool '{made.name}' raised .*{type(how).__name__}"):
            orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "params": {"tool": made.name}}]}, tools=[made])


def test_what_a_text_names_for_pandas_is_part_of_the_identity(load: Callable[..., Callable[..., Any]]) -> None:
    """`@LIMIT` in a query is looked up in the function's module; where names are looked up in ways that nothing tells, there is no identity."""
    source = "LIMIT = {}\ndef work(frame):\n    return frame.query('x > @LIMIT')\n"
    assert identity(load(source.format(1))) == identity(load(source.format(1)))
    assert identity(load(source.format(1))) != identity(load(source.format(2)))
    for looking_up in ("eval('LIMIT')", "globals()['LIMIT']"):
        assert identity(load(f"LIMIT = 1\ndef work(frame):\n    return {looking_up}\n")) == ""
    assert identity(load("def work(frame):\n    return frame.eval('x + 1')\n"))
