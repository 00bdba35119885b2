"""The mutation suite: for each part of a step's identity one change that must miss and one that must hit, for every kind of step.

A job is identified as a run would do it; equal keys are a hit. A kind of step that has no rows here fails the suite.
"""

from __future__ import annotations

import asyncio
import itertools
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import tool
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import KINDS
from nb_orchestra.protocols import ModelFacts, Passage
from nb_orchestra.running.filling import AnyRow, Filling
from nb_orchestra.steps import STEP_KINDS
from tests.running.staging import FunctionModel, Stage

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo", "Adelie"], "mass": [3750.0, np.nan, 3800.0], "extra": [1, 2, 3]})
FACTS = ModelFacts("openai/strong", telling="wording 1, share summary")


@dataclass(frozen=True)
class Library:
    """A source to search."""

    name: str = "papers"
    identity: str = "papers 1"
    description: str = "papers"
    outside: bool = False

    async def search(self, query: str, **limits: Any) -> list[Passage]:
        return []


@dataclass(frozen=True)
class Scene:
    """A step and all around it that could matter. `rows`: what an upstream step `s0` gave."""

    step: Mapping[str, Any]
    data: Mapping[str, Any] = field(default_factory=lambda: {"df": FRAME})
    tools: tuple[Any, ...] = ()
    facts: ModelFacts = FACTS
    goal: str = "the goal"
    upstream: Any = 7
    above: str = "upstream"
    others: tuple[Mapping[str, Any], ...] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    parallel: int = 8


def identity_of(scene: Scene) -> str:
    """The key under which a run would look this step up; "" where it would look for none."""
    stage = Stage(tools=scene.tools, model=FunctionModel(lambda prompt: "x", scene.facts))
    first = {"id": "s0", "kind": "gather", "name": scene.above, "params": {"inputs": {"a": 1}}}
    plan = {"steps": [first, *scene.others, dict(scene.step)], "result": [scene.step["id"]], **scene.plan}
    runner = stage.runner(goal=scene.goal, plan=plan, data=scene.data, parallel=scene.parallel)
    step = runner._given[scene.step["id"]]  # type: ignore[index]
    filling = Filling(runner._given, Goal(scene.goal, scene.data), {"s0": Result(scene.upstream)}, {})  # type: ignore[arg-type]

    async def key() -> str:
        run = runner._step_run(step, filling)
        await run._identify(filling.job(step) if step.for_each is None else filling.job(step, row=AnyRow()))
        return run.identity.key if run.identity is not None else ""

    return asyncio.run(key())


_numbers = itertools.count()


def written(source: str, **closed: Any) -> Any:
    """A tool from source text, as a cell defines one: its text is there to be read."""
    name = f"<cell {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "__main__", "tool": tool, "pd": pd, **closed}
    exec(compile(source, name, "exec"), space)
    return space["weigh"]


WEIGH = 'factor = 2\ndef helper(x):\n    return x * factor\n\ndef weigh(amount: float, unit: str = "g") -> float:\n    """Weighs."""\n    return helper(amount) + 1\n'


def with_source(**replaced: str) -> Callable[[Scene], Scene]:
    source = WEIGH
    for old, new in replaced.items():
        source = source.replace(_OLD[old], new)
    return lambda scene: replace(scene, tools=(written(source),))


_OLD = {
    "body": "+ 1",
    "helper": "x * factor",
    "factor": "factor = 2",
    "default": '"g"',
    "doc": "Weighs.",
    "hint": "amount: float",
    "top": "factor = 2\n",
    "name": "helper",
}


def params(**changes: Any) -> Callable[[Scene], Scene]:
    """Other params; a dotted name reaches into one."""

    def change(scene: Scene) -> Scene:
        data = dict(scene.step["params"])
        for name, value in changes.items():
            part, _, inner = name.partition("__")
            data[part] = {**data[part], inner: value} if inner else value
        return replace(scene, step={**scene.step, "params": data})

    return change


def fields(**changes: Any) -> Callable[[Scene], Scene]:
    return lambda scene: replace(scene, step={**scene.step, **changes})


def around(**changes: Any) -> Callable[[Scene], Scene]:
    return lambda scene: replace(scene, **changes)


def frame(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Scene], Scene]:
    return lambda scene: replace(scene, data={"df": change(FRAME)})


def asked(**changes: Any) -> Callable[[Scene], Scene]:
    return lambda scene: replace(scene, facts=replace(scene.facts, **changes))


OTHER_STEP = {"id": "s9", "kind": "gather", "name": "unrelated", "params": {"inputs": {"z": 26}}}

COLUMNS = {"data": "df", "columns": ["species", "mass"]}
SCENES = {
    "ask": Scene(
        {
            "id": "s1",
            "kind": "ask",
            "params": {"question": "Why?", "inputs": {"table": COLUMNS, "number": {"from": "s0"}}},
            "output": "text",
            "done_when": "one line",
        }
    ),
    "code recipe": Scene({"id": "s1", "kind": "code", "params": {"recipe": "double", "arguments": {"number": {"from": "s0"}}}}),
    "code given": Scene({"id": "s1", "kind": "code", "params": {"code": "result = table", "inputs": {"table": COLUMNS}}, "output": "table"}),
    "code written": Scene(
        {"id": "s1", "kind": "code", "params": {"instructions": "Count.", "inputs": {"table": COLUMNS}}, "output": "number", "done_when": "above 0"}
    ),
    "call": Scene({"id": "s1", "kind": "call", "params": {"tool": "weigh", "arguments": {"amount": {"from": "s0"}, "unit": "kg"}}}, tools=(written(WEIGH),)),
    "gather": Scene({"id": "s1", "kind": "gather", "params": {"inputs": {"a": {"from": "s0"}, "b": COLUMNS}, "how": "dict"}}),
    "judge": Scene({"id": "s1", "kind": "judge", "params": {"value": {"from": "s0"}, "criterion": "It is good.", "against": {"table": COLUMNS}}}),
    "search": Scene(
        {"id": "s1", "kind": "search", "params": {"query": "penguins", "limit": 5, "sources": ["papers"]}}, tools=(Library(), Library("news", "news 1"))
    ),
    "for_each": Scene(
        {
            "id": "s1",
            "kind": "ask",
            "for_each": COLUMNS,
            "params": {"question": {"template": "What is {s}?", "values": {"s": {"row": "species"}}}},
            "output": "text",
        }
    ),
    "checked": Scene({"id": "s1", "kind": "ask", "params": {"question": "Why?"}, "output": "text", "check": {"criterion": "It is short.", "rounds": 2}}),
}

MODEL_MISSES = {
    "another model": asked(name="openai/weak"),
    "another provider": asked(name="azure/strong"),
    "another server with a model of that name": asked(place="http://10.0.0.2/v1"),
    "told in other words, or more of the data": asked(telling="wording 1, share full"),
    "another effort": fields(effort="hard"),
}
MODEL_HITS = {"another price": asked(price_in=3.0, price_out=9.0), "another context size": asked(context_tokens=99_000)}
FRAME_MISSES = {
    "another cell": frame(lambda df: df.assign(mass=[3750.0, np.nan, 3801.0])),
    "a gap filled": frame(lambda df: df.fillna(0.0)),
    "another type": frame(lambda df: df.astype({"mass": "float32"})),
    "other labels of the rows": frame(lambda df: df.set_axis([5, 6, 7])),
    "another order of the rows": frame(lambda df: df.iloc[::-1]),
    "a row more": frame(lambda df: pd.concat([df, df.head(1)])),
}
FRAME_HITS = {
    "a column that is not read": frame(lambda df: df.assign(extra=[9, 9, 9])),
    "a column more": frame(lambda df: df.assign(new=1)),
    "an equal copy": frame(lambda df: df.copy(deep=True)),
    "columns in blocks of their own": frame(
        lambda df: pd.DataFrame({name: df[name].to_numpy(copy=True) if name != "species" else df[name].copy() for name in df})
    ),
}
HITS = {
    "another id": fields(id="other"),
    "another name": fields(name="renamed"),
    "another purpose": fields(purpose="told differently"),
    "another clause": fields(clause="other words"),
    "another step beside it": around(others=(OTHER_STEP,)),
    "fewer at once": around(parallel=1),
    "an unrelated variable": lambda scene: replace(scene, data={**scene.data, "unrelated": 5}),
    "the same once more": lambda scene: scene,
}
UPSTREAM_MISSES = {"another value above": around(upstream=8), "another type above": around(upstream=7.0), "true is not 1": around(upstream=True)}
PROMISE = {"another promise": fields(output={"type": "record", "columns": {"a": "text"}})}

MISSES: dict[str, dict[str, Callable[[Scene], Scene]]] = {
    "ask": {
        "another question": params(question="Why not?"),
        "a space in the question": params(question="Why? "),
        "an input of another name": params(inputs={"frame": COLUMNS, "number": {"from": "s0"}}),
        "an input less": params(inputs={"table": COLUMNS}),
        "more columns of an input": params(inputs__table={"data": "df"}),
        "done when": fields(done_when="two lines"),
        "a check": fields(check={"criterion": "It is short.", "rounds": 1}),
        "another goal": around(goal="another goal"),
        "an assumption": around(plan={"assumptions": ["all are adult"]}),
        "something not done": around(plan={"not_done": ["the map: no coordinates"]}),
        **PROMISE, **MODEL_MISSES, **FRAME_MISSES, **UPSTREAM_MISSES,
    },
    "code recipe": {"another recipe": params(recipe="halve"), "a literal": params(arguments__number=8), **PROMISE, **UPSTREAM_MISSES},
    "code given": {"other code": params(code="result = table.head()"), "an input more": params(inputs__n={"from": "s0"}), **PROMISE, **FRAME_MISSES},
    "code written": {
        "other instructions": params(instructions="Count well."),
        "done when": fields(done_when="above 1"),
        **PROMISE, **MODEL_MISSES, **FRAME_MISSES,
    },
    "call": {
        "its body": with_source(body="+ 2"),
        "the body of what it calls": with_source(helper="x + factor"),
        "a global that it reaches": with_source(factor="factor = 3"),
        "a default": with_source(default='"t"'),
        "another argument": params(arguments__unit="g"),
        "an argument left out": params(arguments={"amount": {"from": "s0"}}),
        "a type hint": with_source(hint="amount: int"),
        **PROMISE, **UPSTREAM_MISSES,
    },
    "gather": {
        "another way": params(how="list"),
        "another order": params(inputs={"b": COLUMNS, "a": {"from": "s0"}}),
        "another name": params(inputs={"a": {"from": "s0"}, "c": COLUMNS}),
        **PROMISE, **FRAME_MISSES, **UPSTREAM_MISSES,
    },
    "judge": {
        "another criterion": params(criterion="It is true."),
        "against something else": params(against={"table": COLUMNS, "n": 1}),
        "another promise": fields(output={"type": "record", "columns": {"reason": "text"}}), **MODEL_MISSES, **FRAME_MISSES, **UPSTREAM_MISSES,
    },
    "search": {
        "another query": params(query="gentoo penguins"),
        "another limit": params(limit=6),
        "since when": params(since="2020-01-01"),
        "full texts": params(full_text=True),
        "another source": params(sources=["news"]),
        "a source more": params(sources=["papers", "news"]),
        "the source changed": around(tools=(Library(identity="papers 2"), Library("news", "news 1"))),
        **PROMISE,
    },
    "for_each": {
        "fewer kept columns": fields(keep=["species"]),
        "several rows at once": fields(batch=2),
        "another template": params(question={"template": "Which is {s}?", "values": {"s": {"row": "species"}}}),
        "another column of the row": params(question={"template": "What is {s}?", "values": {"s": {"row": "mass"}}}),
        **MODEL_MISSES, **FRAME_MISSES,
    },
    "checked": {
        "another criterion": fields(check={"criterion": "It is long.", "rounds": 2}),
        "more rounds": fields(check={"criterion": "It is short.", "rounds": 3}),
        "against something": fields(check={"criterion": "It is short.", "rounds": 2, "against": {"n": {"from": "s0"}}}),
        "no check": fields(check=None),
        **MODEL_MISSES,
    },
}  # fmt: skip

FURTHER_HITS: dict[str, dict[str, Callable[[Scene], Scene]]] = {
    "ask": {**MODEL_HITS, **FRAME_HITS},
    "code recipe": {"another name above": around(above="renamed_too"), "another model": asked(name="openai/weak"), "another goal": around(goal="another goal"), "the value itself": params(arguments__number=7)},
    "code given": {"another model": asked(name="openai/weak"), **FRAME_HITS},
    "code written": {**MODEL_HITS, **FRAME_HITS},
    "call": {
        "moved and reformatted": lambda scene: replace(scene, tools=(written("\n\n# moved\n" + WEIGH.replace("x * factor", "(x  *\n            factor)")),)),
        "its docstring": with_source(doc="Weighs well."),
        "an unrelated global": with_source(top="unrelated = 5\nfactor = 2\n"),
        "defined once more": lambda scene: replace(scene, tools=(written(WEIGH),)),
        "another model": asked(name="openai/weak"),
        "another name above": around(above="renamed_too"),
    },
    "gather": {"another name above": around(above="renamed_too"), **FRAME_HITS},
    "judge": {"another name above": around(above="renamed_too"), **MODEL_HITS, **FRAME_HITS},
    "search": {"a source that is not asked": around(tools=(Library(), Library("news", "news 2"))), "another model": asked(name="openai/weak")},
    "for_each": {**MODEL_HITS, **FRAME_HITS},
    "checked": {**MODEL_HITS},
}  # fmt: skip

KEYS = {name: identity_of(scene) for name, scene in SCENES.items()}


def listed(table: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    return [pytest.param(scene, change, id=f"{scene}: {what}") for scene, changes in table.items() for what, change in changes.items()]


@pytest.mark.parametrize(("scene", "change"), listed(MISSES))
def test_what_matters_misses(scene: str, change: Callable[[Scene], Scene]) -> None:
    """A change that could change the value has another identity: no stale answer."""
    key = identity_of(change(SCENES[scene]))
    assert key
    assert key != KEYS[scene]


@pytest.mark.parametrize(("scene", "change"), listed({scene: {**HITS, **FURTHER_HITS[scene]} for scene in SCENES}))
def test_what_does_not_matter_hits(scene: str, change: Callable[[Scene], Scene]) -> None:
    """A change that cannot change the value has the same identity: nothing is paid twice."""
    assert identity_of(change(SCENES[scene])) == KEYS[scene]


def test_no_two_scenes_share_an_identity() -> None:
    """Steps of different kinds are different jobs, and so are all the mutations of one."""
    keys = [identity_of(change(SCENES[scene])) for scene, changes in MISSES.items() for change in changes.values()]
    assert len({*KEYS.values()}) == len(KEYS)
    assert not {*keys} & {*KEYS.values()}


def test_every_kind_of_step_is_here() -> None:
    """A new kind of step, or form of code, has to bring its mutations."""
    here = {scene.step["kind"] for scene in SCENES.values()}
    assert here == set(STEP_KINDS) == set(KINDS)
    assert set(MISSES) == set(FURTHER_HITS) == set(SCENES)


def test_a_kinds_version_is_part_of_its_rows() -> None:
    """When a kind of step changes, its rows are done again too, not only the whole."""
    stage = Stage(model=FunctionModel(lambda prompt: "x"))
    plan = {
        "steps": [
            {
                "id": "s1",
                "kind": "ask",
                "for_each": {"data": "df"},
                "params": {"question": {"template": "{s}?", "values": {"s": {"row": "species"}}}},
                "output": "text",
            }
        ]
    }
    stage.run(plan=plan, data={"df": FRAME})
    kind, once = STEP_KINDS["ask"], len(stage.model.prompts)
    before = kind.version
    try:
        kind.version = "another"
        stage.run(plan=plan, data={"df": FRAME})
    finally:
        kind.version = before
    assert len(stage.model.prompts) == 2 * once


def test_two_inputs_from_one_table_both_count() -> None:
    """A recipe that reads two parts of the same variable has both in its identity."""
    from nb_orchestra.core.job import Job
    from nb_orchestra.core.plan import Step

    class Versions:
        def recipe_version(self, recipe: str) -> str:
            return "1"

    def parts(left: int) -> Mapping[str, Any] | None:
        job = Job(Step("s1", "code", {"recipe": "join"}), {"recipe": "join", "arguments": {"left": left, "right": 2}}, sources={"left": "df", "right": "df"})
        return STEP_KINDS["code"].identity(job, Versions())  # type: ignore[arg-type]

    assert parts(1) != parts(3)
