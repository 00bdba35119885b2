"""Plan data becomes a checked Plan, or an error that names the step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra import errors, planning, tool
from nb_orchestra.core.frozen import thaw
from nb_orchestra.protocols import Catalogue
from tests.running.staging import SmallRecipes


@tool
def send(text: str, times: int = 1) -> str:
    """Sends."""
    return text * times


CATALOGUE = Catalogue({"send": send}, SmallRecipes(), ("ask", "code", "call", "gather", "judge"))


def step(**fields: Any) -> dict[str, Any]:
    return {"id": "s1", "kind": "gather", "params": {"inputs": {}}} | fields


def read(*steps: Any, **fields: Any) -> Any:
    return planning.read_plan({"steps": list(steps), **fields}, CATALOGUE)


RULES: list[tuple[str, Any, type[Exception], str]] = [
    ("no mapping", ["steps"], errors.PlanError, "a plan is a mapping"),
    ("no steps", {"steps": []}, errors.PlanError, "no steps"),
    ("steps of another type", {"steps": "s1"}, errors.PlanError, "no steps"),
    ("unknown field of the plan", {"steps": [step()], "goal": "x"}, errors.PlanError, "'goal'"),
    ("a step without an id", {"steps": [{"kind": "ask"}]}, errors.PlanError, "with an 'id'"),
    ("unknown field of a step", {"steps": [step(prams={})]}, errors.PlanError, "'s1'.*'prams'"),
    ("params of another type", {"steps": [step(params=[])]}, errors.PlanError, "'s1'.*params must be a mapping"),
    ("unknown kind", {"steps": [step(kind="dance")]}, errors.UnknownKindError, "'s1'.*'dance'"),
    ("no kind", {"steps": [{"id": "s1"}]}, errors.UnknownKindError, "'s1'"),
    ("a kind that cannot be run here", {"steps": [step(kind="search", params={"query": "x"})]}, errors.UnknownKindError, "'s1'.*'search'"),
    ("needs that are a text", {"steps": [step(needs="s0")]}, errors.PlanError, "'s1'.*needs must be a list"),
    ("for_each that is no reference", {"steps": [step(for_each="s0")]}, errors.PlanError, "'s1'.*for_each"),
    ("for_each with a slip", {"steps": [step(for_each={"from": "s0", "colum": "a"})]}, errors.PlanError, "'s1'.*for_each"),
    ("an output that does not exist", {"steps": [step(output="frame")]}, errors.PlanError, "'s1'.*'frame'"),
    ("an output with a slip", {"steps": [step(output={"typ": "table"})]}, errors.PlanError, "'s1'.*'typ'"),
    (
        "points from a judge",
        {"steps": [step(kind="judge", params={"value": {"value": "x"}, "criterion": "good"}, output={"type": "record", "columns": {"points": "number"}})]},
        errors.PlanError,
        "'s1'.*pass or fail",
    ),
    ("ask without a question", {"steps": [step(kind="ask", params={})]}, errors.PlanError, "'s1'.*'question'"),
    ("ask with a slip", {"steps": [step(kind="ask", params={"question": "?", "input": {}})]}, errors.PlanError, "'s1'.*'input'"),
    ("code without a recipe", {"steps": [step(kind="code", params={"arguments": {}})]}, errors.PlanError, "'s1'.*'recipe'"),
    ("a recipe that does not exist", {"steps": [step(kind="code", params={"recipe": "triple"})]}, errors.UnknownRecipeError, "'s1'.*'triple'"),
    (
        "an argument that does not exist",
        {"steps": [step(kind="code", params={"recipe": "double", "arguments": {"n": 1}})]},
        errors.UnknownRecipeError,
        "'s1'.*'n'",
    ),
    ("a tool that was not given", {"steps": [step(kind="call", params={"tool": "shout"})]}, errors.UnknownToolError, "'s1'.*'shout'"),
    ("a tool's unknown argument", {"steps": [step(kind="call", params={"tool": "send", "arguments": {"txt": 1}})]}, errors.PlanError, "'s1'.*'txt'"),
    ("a tool's missing argument", {"steps": [step(kind="call", params={"tool": "send", "arguments": {}})]}, errors.PlanError, "'s1'.*needs 'text'"),
    ("an unknown way to collect", {"steps": [step(params={"inputs": {}, "how": "set"})]}, errors.PlanError, "'s1'.*'set'"),
    ("inputs that are a list", {"steps": [step(params={"inputs": []})]}, errors.PlanError, "'s1'.*inputs must be a mapping"),
    ("a reference with a slip", {"steps": [step(params={"inputs": {"a": {"from": "s0", "cell": 1}}})]}, errors.PlanError, "'s1'.*cell"),
    ("a need that is not there", {"steps": [step(params={"inputs": {"a": {"from": "s0"}}})]}, errors.UnknownNeedError, "'s1' needs 's0'"),
    ("a result that is not there", {"steps": [step()], "result": "s2"}, errors.UnknownNeedError, "'s2'"),
    ("a result of another type", {"steps": [step()], "result": 3}, errors.PlanError, "result"),
    ("not_done that is a text", {"steps": [step()], "not_done": "x"}, errors.PlanError, "not_done"),
    ("facts that are a list", {"steps": [step()], "facts": ["x"]}, errors.PlanError, "facts"),
    ("a name of another type", {"steps": [step(name=3)]}, errors.PlanError, "'s1'.*name"),
    ("a purpose of another type", {"steps": [step(purpose=["x"])]}, errors.PlanError, "'s1'.*purpose"),
    ("an effort of another type", {"steps": [step(effort=[1])]}, errors.PlanError, "'s1'.*effort"),
    ("a kind of another type", {"steps": [step(kind=["ask"])]}, errors.PlanError, "'s1'.*kind"),
    ("a batch that is a text", {"steps": [step(batch="2")]}, errors.PlanError, "'s1'.*batch"),
    ("a check of another type", {"steps": [step(check="yes")]}, errors.PlanError, "'s1'.*check"),
    ("allow_failed of another type", {"steps": [step(allow_failed="no")]}, errors.PlanError, "'s1'.*allow_failed"),
    ("columns of another type", {"steps": [step(output={"type": "table", "columns": ["a"]})]}, errors.PlanError, "'s1'.*columns"),
]


@pytest.mark.parametrize(("data", "error", "words"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_each_rule_has_an_error_that_names_the_step(data: Any, error: type[Exception], words: str) -> None:
    """What is wrong, and where, so that a planner can mend it."""
    with pytest.raises(error, match=words):
        planning.read_plan(data, CATALOGUE)


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        ("string", "output column 'grade' has the type 'string', which does not exist"),
        (3, "has the type 3, which does not exist"),
        ({"enum": []}, "the enum of output column 'grade' must be a list"),
        ({"enum": "abc"}, "must be a list of texts or numbers"),
        ({"enum": [["a"]]}, "must be a list of texts or numbers"),
        ({"type": "text", "min": 1}, "is a text, so it has no min and max"),
        ({"type": "integer", "min": "1"}, "min and max of output column 'grade' must be numbers"),
        ({"type": "integer", "min": 5, "max": 1}, "min 5 is more than max 1"),
        ({"min": 1}, "has the type None, which does not exist"),
        ({"type": "integer", "minimum": 1}, "cannot be {'type': 'integer', 'minimum': 1}"),
        ({}, "cannot be {}"),
    ],
)
def test_a_promise_that_nobody_could_check_is_refused(promise: Any, words: str) -> None:
    """With the column, what is wrong, and what may be written."""
    step = {"id": "s1", "kind": "ask", "params": {"question": "?"}, "output": {"type": "record", "columns": {"grade": promise}}}
    with pytest.raises(errors.PlanError) as caught:
        read(step)
    assert words in caught.value.message


@pytest.mark.parametrize(
    "promise", ["integer", {"enum": [1, 2]}, {"enum": ["a", 1.5, True]}, {"type": "number", "min": 0}, {"type": "integer", "min": 1, "max": 5}]
)
def test_types_levels_and_limits_are_promises(promise: Any) -> None:
    """As they are written."""
    step = {"id": "s1", "kind": "ask", "params": {"question": "?"}, "output": {"type": "record", "columns": {"grade": promise}}}
    assert thaw(read(step).steps[0].output.columns) == {"grade": promise}


def test_a_single_result_may_be_a_text() -> None:
    """`result` is an id or a list of ids."""
    assert read(step(), step(id="s2"), result="s1").result == ("s1",)


def test_a_recipes_promise_is_the_steps() -> None:
    """A step that says nothing of its output promises what its recipe promises; a `for_each` promises a table."""
    double = step(kind="code", params={"recipe": "double", "arguments": {"number": 1}})
    assert read(double).steps[0].output.type == "number"
    assert read({**double, "for_each": {"data": "df"}}).steps[0].output.type == "table"
    assert read({**double, "output": "any"}).steps[0].output.type == "any"


def test_a_plan_read_again_is_the_same() -> None:
    """Plan → data → JSON → Plan loses nothing; a Plan may be given as it is."""
    plan = read(
        step(kind="code", params={"recipe": "double", "arguments": {"number": {"data": "n"}}}, name="twice", purpose="p", done_when="x"),
        step(
            id="s2", kind="call", params={"tool": "send", "arguments": {"text": {"row": True}}}, for_each={"from": "s1"}, keep=["a"], batch=2, allow_failed=True
        ),
        facts={"given": ["x"]},
        assumptions=["a"],
        not_done=["c: why"],
    )
    assert planning.read_plan(json.loads(json.dumps(plan.as_data())), CATALOGUE) == plan
    assert planning.read_plan(plan, CATALOGUE) == plan


scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4)
words = st.sampled_from(
    [
        *planning.reading.STEP_FIELDS,
        *planning.reading.PLAN_FIELDS,
        "inputs",
        "question",
        "recipe",
        "arguments",
        "tool",
        "how",
        "from",
        "data",
        "row",
        "rows",
        "where",
        "columns",
        "column",
        "op",
        "enum",
        "type",
        "min",
        "max",
        "output",
    ]
)
values = st.sampled_from(["s1", "s2", "ask", "code", "call", "gather", "double", "send", "table", "easy", "coder", "list"])
anything = st.recursive(scalars | values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5), max_leaves=20)


@given(
    st.dictionaries(st.sampled_from([*planning.reading.PLAN_FIELDS]), anything, max_size=3),
    st.lists(st.dictionaries(words, anything, max_size=6) | anything, max_size=3),
)
def test_whatever_a_model_writes_is_a_plan_or_a_plan_error(top: dict[str, Any], steps: list[Any]) -> None:
    """No data make the reading crash: every fault is a PlanError."""
    named = [{"id": f"s{number}", "kind": "gather"} | item if isinstance(item, dict) else item for number, item in enumerate(steps)]
    try:
        plan = planning.read_plan({**top, "steps": named}, CATALOGUE)
    except errors.PlanError:
        return
    assert json.dumps(plan.as_data())
