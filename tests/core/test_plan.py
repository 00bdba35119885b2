"""A plan is checked when it is made, and each complaint names the step."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra import errors
from nb_orchestra.core.plan import EFFORTS, KINDS, Output, Plan, Step, legal_name


def gather(id: str, *froms: str, **fields: Any) -> Step:
    return Step(id, "gather", {"inputs": {name: {"from": name} for name in froms}}, **fields)


def test_a_step_needs_what_its_references_name() -> None:
    """Needs are read from the references, wherever they stand; given ones are added, none twice."""
    step = Step(
        "s9",
        "ask",
        {"question": {"template": "{a}", "values": {"a": {"from": "s1"}}}, "inputs": {"deep": [{"x": {"from": "s2", "column": "c"}}], "again": {"from": "s1"}}},
        needs=("s3",),
        for_each={"from": "s4"},
        check={"criterion": "true", "against": {"b": {"from": "s5"}}},
    )
    assert step.needs == ("s3", "s1", "s2", "s4", "s5")


@pytest.mark.parametrize("name", ["value", "row", "data", "from", "template"])
def test_an_input_or_argument_may_have_any_name(name: str) -> None:
    """A tool's argument may be called `value`, `row` or `data`: the mapping of arguments is never itself a reference."""
    assert Step("s2", "call", {"tool": "t", "arguments": {name: {"from": "s1"}}}).needs == ("s1",)
    assert Step("s2", "gather", {"inputs": {name: "text"}}).needs == ()


def test_defaults_of_a_step() -> None:
    """The name is the id, the role follows the kind, the effort is normal, a step promises anything."""
    step = Step("s1", "ask", {"question": "?"})
    assert (step.name, step.role, step.effort, step.output, step.batch) == ("s1", "thinker", "normal", Output(), 1)


def test_the_result_is_the_last_step_where_none_is_named() -> None:
    """A plan's answer defaults to its last step."""
    assert Plan((gather("a"), gather("b", "a"))).result == ("b",)
    assert Plan((gather("a"), gather("b", "a")), result=("b", "a")).result == ("b", "a")


STEP_RULES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"id": ""}, errors.PlanError, "no id"),
    ({"kind": "dance"}, errors.UnknownKindError, "'s1'.*'dance'"),
    ({"role": "chef"}, errors.PlanError, "'s1'.*'chef'"),
    ({"effort": "heroic"}, errors.PlanError, "'s1'.*'heroic'"),
    ({"batch": 0}, errors.PlanError, "'s1'.*batch"),
    ({"params": {"inputs": {"a": {"row": "title"}}}}, errors.PlanError, "'s1'.*no for_each"),
    ({"params": {"inputs": {"a": {"data": "df", "colums": ["x"]}}}}, errors.PlanError, "'s1'.*colums"),
    ({"params": {"inputs": {"a": {"from": "s0", "cell": 3}}}}, errors.PlanError, "'s1'.*cell"),
]


@pytest.mark.parametrize(("fields", "error", "words"), STEP_RULES, ids=lambda value: next(iter(value)) if isinstance(value, dict) else None)
def test_a_step_that_breaks_a_rule_cannot_be_made(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    """Each rule of a step has its error, which names the step and the word that is wrong."""
    with pytest.raises(error, match=words):
        Step(**{"id": "s1", "kind": "gather", "params": {"inputs": {}}} | fields)


PLAN_RULES: list[tuple[str, tuple[Step, ...], dict[str, Any], type[Exception], str]] = [
    ("no steps", (), {}, errors.PlanError, "no steps"),
    ("same id", (gather("a"), gather("a", name="other")), {}, errors.PlanError, "id 'a'"),
    ("same name", (gather("a", name="same"), gather("b", name="same")), {}, errors.PlanError, "name 'same'"),
    ("keyword", (gather("a", name="class"),), {}, errors.PlanError, "'a'.*'class'"),
    ("builtin", (gather("a", name="list"),), {}, errors.PlanError, "'a'.*'list'"),
    ("capital", (gather("a", name="Masses"),), {}, errors.PlanError, "'a'.*'Masses'"),
    ("too long", (gather("a", name="m" * 41),), {}, errors.PlanError, "'a'.*not a legal name"),
    ("unknown need", (gather("a", "ghost"),), {}, errors.UnknownNeedError, "'a' needs 'ghost'"),
    ("unknown result", (gather("a"),), {"result": ("ghost",)}, errors.UnknownNeedError, "'ghost'"),
    ("needs itself", (gather("a", "a"),), {}, errors.PlanCycleError, "a → a"),
    ("cycle", (gather("a", "c"), gather("b", "a"), gather("c", "b")), {}, errors.PlanCycleError, "wait for each other"),
]


@pytest.mark.parametrize(("steps", "fields", "error", "words"), [rule[1:] for rule in PLAN_RULES], ids=[rule[0] for rule in PLAN_RULES])
def test_a_plan_that_breaks_a_rule_cannot_be_made(steps: tuple[Step, ...], fields: dict[str, Any], error: type[Exception], words: str) -> None:
    """Each rule of a plan has its error, which names the step."""
    with pytest.raises(error, match=words):
        Plan(steps, **fields)


def test_a_name_that_the_person_gave_may_be_any_of_theirs() -> None:
    """Given names may hold capitals ("save it as `Masses`"); planners' names may not."""
    assert Plan((gather("a", name="Masses"),), given_names=("Masses",))["Masses"].id == "a"


def test_a_promise_has_a_known_type() -> None:
    """An output type that does not exist is refused with the list of those that do."""
    with pytest.raises(errors.PlanError, match="'frame'") as caught:
        Output("frame")
    assert "table" in caught.value.hint


def test_a_plan_cannot_be_changed() -> None:
    """What stands in a plan is read-only, nested parts too, and apart from the data it was made from."""
    params = {"inputs": {"a": [1, 2]}}
    step = Step("s1", "gather", params)
    params["inputs"]["a"].append(3)
    assert step.params["inputs"]["a"] == (1, 2)
    with pytest.raises(TypeError):
        step.params["inputs"]["b"] = 1  # type: ignore[index]


@pytest.mark.parametrize("name", ["x", "mean_mass", "a1", "m" * 40])
def test_legal_names(name: str) -> None:
    """Short lower-case ASCII words are names."""
    assert legal_name(name)


@pytest.mark.parametrize("name", ["", "1a", "_a", "Ünder", "mean-mass", "a b", "class", "match", "print", "m" * 41, "a\n", "naïve"])
def test_illegal_names(name: str) -> None:
    """Keywords, builtins, capitals, marks, spaces, line ends and anything long are no names."""
    assert not legal_name(name)


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)
plain = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=8)
references = st.sampled_from([{"data": "df"}, {"data": "df", "columns": ["a"]}, {"value": {"from": "x"}}, {"template": "{a}", "values": {"a": 1}}])


@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("pqr"), plain | references, max_size=3), st.sampled_from(KINDS), st.sampled_from(EFFORTS)),
        min_size=1,
        max_size=5,
    )
)
def test_a_plan_goes_through_json_and_comes_back_the_same(shapes: list[Any]) -> None:
    """`as_data` is JSON, and a plan made from it equals the first."""
    steps = []
    for number, (inputs, kind, effort) in enumerate(shapes):
        earlier = {f"e{number}": {"from": f"s{number - 1}"}} if number else {}
        try:
            steps.append(Step(f"s{number}", kind, {"inputs": {**inputs, **earlier}}, name=f"n{number}", effort=effort, clause="c", batch=number + 1))
        except errors.PlanError:
            return
    plan = Plan(tuple(steps), facts={"given": ["x"]}, assumptions=("a",), not_done=("b: c",))
    data = json.loads(json.dumps(plan.as_data()))
    again = Plan(
        tuple(Step(**{**step, "needs": tuple(step.get("needs", ()))}) for step in data["steps"]),
        **{name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name != "steps"},
    )
    assert again.as_data() == plan.as_data()
    assert [step.needs for step in again.steps] == [step.needs for step in plan.steps]
