"""Which variable each step's value gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core.plan import LONGEST_NAME, Plan, Step
from nb_orchestra.errors import NameTakenError
from nb_orchestra.running import Naming, name_steps
from nb_orchestra.running.naming import free_name


def plan(*names: str, given: tuple[str, ...] = ()) -> Plan:
    return Plan(tuple(Step(f"s{i}", "gather", {"inputs": {}}, name=name) for i, name in enumerate(names)), given_names=given)


def named(*names: str, given: tuple[str, ...] = (), **use: object) -> list[str]:
    return list(name_steps(plan(*names, given=given), Naming(binds=True, **use)).values())  # type: ignore[arg-type]


def test_free_names_are_taken_as_they_are() -> None:
    """A planner's name that nothing holds is the variable's name."""
    assert named("masses", "brief_text") == ["masses", "brief_text"]


def test_a_planners_name_gives_way_to_what_is_there() -> None:
    """Values of the person and of other cells' runs are never replaced: the step gets a number."""
    assert named("masses", "brief_text", taken=frozenset({"masses", "masses_2"}), ours=frozenset({"brief_text"})) == ["masses_3", "brief_text_2"]


def test_what_this_cell_bound_before_is_replaced() -> None:
    """When a cell runs again, its own names are used again."""
    assert named("masses", ours=frozenset({"masses"}), replaceable=frozenset({"masses"})) == ["masses"]


def test_a_name_that_the_person_gave_is_refused_rather_than_changed() -> None:
    """A given name that holds their own value stops the run before anything happens, with a free alternative."""
    with pytest.raises(NameTakenError, match="`odd`") as caught:
        named("odd", given=("odd",), taken=frozenset({"odd", "odd_2"}))
    assert "`odd_3`" in caught.value.hint
    assert named("odd", given=("odd",), taken=frozenset({"odd"}), overwrite=True) == ["odd"]


def test_given_names_come_first() -> None:
    """A step before it in the plan does not take a name that the person gave to another."""
    plan_ = Plan((Step("s0", "gather", {"inputs": {}}, name="odd_rows"), Step("s1", "gather", {"inputs": {}}, name="odd")), given_names=("odd",))
    assert name_steps(plan_, Naming(binds=True, name="brief")) == {"s0": "odd_rows", "s1": "odd"}


def test_only_the_answer_takes_the_goals_name() -> None:
    """NAME is the final value and NAME_run the run: other steps of that name get a number, even given ones; the answer needs no second variable."""
    assert named("brief", "brief_run", "masses", name="brief") == ["brief_2", "brief_run_2", "brief"]
    assert named("brief", given=("brief",), name="brief") == ["brief_2"]


def test_nothing_is_renamed_where_nothing_is_bound() -> None:
    """Outside of a notebook names are those of the plan."""
    assert name_steps(plan("masses"), Naming(taken=frozenset({"masses"}))) == {"s0": "masses"}


@given(st.text("ab", min_size=1, max_size=40), st.sets(st.text("ab_2", max_size=42), max_size=20))
def test_a_free_name_is_free_and_short_enough(name: str, used: set[str]) -> None:
    """Whatever is in use: the name is free, at most 40 characters, and always the same one."""
    found = free_name(name, used)
    assert found not in used
    assert len(found) <= LONGEST_NAME
    assert found == free_name(name, used)


def test_long_names_are_cut_to_make_room_for_the_number() -> None:
    """A name of 40 characters that is taken loses its end, not its number."""
    assert free_name("m" * 40, {"m" * 40}) == "m" * 38 + "_2"
