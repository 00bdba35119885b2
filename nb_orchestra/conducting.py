"""`orchestrate` and `aorchestrate`: what people call from Python.

A host (the notebook room, once its extension is loaded) may take over what happens around a run: showing it, asking, binding.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Mapping, Sequence
from typing import Any

from nb_orchestra import values
from nb_orchestra.errors import GoalError, OrchestraError
from nb_orchestra.hosting import host_here
from nb_orchestra.orchestra import Request, start
from nb_orchestra.planning import given_plan
from nb_orchestra.running import Run
from nb_orchestra.running.portal import await_turns, portal, wait


# size: the signature and its words are what people read
def orchestrate(
    goal: str | None = None,
    *,
    data: Any = None,
    plan: Any = None,
    tools: Sequence[Any] = (),
    model: Any = None,
    name: str | None = None,
    share: str | None = None,
    approve: bool | None = None,
    fresh: bool | None = None,
    replay: bool | None = None,
    overwrite: bool | None = None,
    strict: bool | None = None,
    continue_: Run | None = None,
    plan_only: bool = False,
    **options: Any,
) -> Run:
    """Runs a goal (or a given plan) and waits for the end.

    goal: what you want, with `{names}` of values. data: a DataFrame (then called `data`), or a mapping of names to values.
    plan: plan data in the shape of `run.plan.as_data()`, a Plan, or the path of a YAML file; no goal is needed then. tools: functions, or `@tool`s.
    model: "provider/model", "builtin", or anything that fills the Model socket, such as `models.ScriptedModel`.
    name: in a notebook, binds `name`, `name_run` and every step's variable, as a goal cell does.
    share, approve, fresh, replay, overwrite, strict and further options: as on the cell; see `%orchestrate set`.

    Returns the Run, whose `value` is the answer. Raises the run's error where the answer was not produced; every OrchestraError of
    a failed run is also at `runs[-1].error`. Works inside a running event loop too (it blocks that loop's thread; `aorchestrate` does not).
    """
    request = _request(
        goal,
        data,
        plan,
        tools,
        name,
        continue_,
        plan_only,
        model=model,
        share=share,
        approve=approve,
        fresh=fresh,
        replay=replay,
        overwrite=overwrite,
        strict=strict,
        **options,
    )
    if portal().here:
        raise OrchestraError("orchestrate() would wait for itself here", hint="in an async tool, use `await aorchestrate(…)`")
    host = host_here()
    if host is not None:
        return host.conduct(request)
    started = start(request)
    try:
        wait(started.future)
    except BaseException:
        started.run.cancel()
        concurrent.futures.wait([started.future], timeout=3)
        raise
    finally:
        started.close()
    return finished(started.run)


async def aorchestrate(goal: str | None = None, **arguments: Any) -> Run:
    """The same as `orchestrate`, awaited: the running loop goes on meanwhile."""
    named = {key: arguments.pop(key, default) for key, default in _NAMED.items()}
    request = _request(goal, named["data"], named["plan"], named["tools"], named["name"], named["continue_"], named["plan_only"], **arguments)
    host = host_here()
    if host is not None:
        return await host.aconduct(request)
    started = start(request)
    try:
        await await_turns(started.future)
    except BaseException:
        started.run.cancel()
        raise
    finally:
        started.close()
    return finished(started.run)


_NAMED: dict[str, Any] = {"data": None, "plan": None, "tools": (), "name": None, "continue_": None, "plan_only": False}


def _request(goal: str | None, data: Any, plan: Any, tools: Sequence[Any], name: str | None, earlier: Run | None, plan_only: bool, **options: Any) -> Request:
    if goal is None and plan is None:
        raise GoalError("there is neither a goal nor a plan", hint='orchestrate("Check my data {df}", data={"df": df})')
    if goal is not None and not isinstance(goal, str):
        raise GoalError(f"a goal is a text, not {type(goal).__name__}", hint='orchestrate("Check my data {df}", data={"df": df})')
    if isinstance(data, list | tuple) and any(values.kind_of(one) == "table" for one in data):
        raise GoalError("several tables need names", hint="data={'sales': sales, 'staff': staff}")
    if data is not None and not isinstance(data, Mapping):
        data = {"data": data}
    given = {key: value for key, value in options.items() if value is not None}
    model = given.pop("model", None)
    if isinstance(model, str):
        given["models"], model = model, None
    return Request(goal, data, given_plan(plan), tuple(tools), name or "", earlier, plan_only, given, model)


def finished(run: Run) -> Run:
    """The run itself, or its error: a run that did not produce what was asked for raises, so that Run All stops."""
    if run.state == "cancelled":
        raise KeyboardInterrupt("the run was cancelled; what was finished is kept")
    if run.state == "failed" and run.error is not None:
        raise run.error
    return run
