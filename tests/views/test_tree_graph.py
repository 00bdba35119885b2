"""The picture of a plan's dependencies."""

from __future__ import annotations

import re

import scripted_runs as runs
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.views import render_html, tree_data
from nb_orchestra.views.graph import HIGH, MOST_NODES, WIDE, critical_path, graph_of


def rows_of(needs: dict[str, list[str]], seconds: dict[str, float] | None = None) -> dict[str, Row]:
    return {step: Row(step, step, "code", needs=tuple(before), seconds=(seconds or {}).get(step, 0.0)) for step, before in needs.items()}


plans = st.integers(2, 30).flatmap(
    lambda count: st.tuples(*(st.sets(st.integers(0, max(i - 1, 0)), max_size=3) if i else st.just(set()) for i in range(count)))
)


@given(plans)
def test_no_box_hides_another_and_every_need_has_a_line(needs: tuple[set[int], ...]) -> None:
    """Whatever the plan, each step has a box of its own, to the right of all it needs, and each need one line into it."""
    rows = rows_of({f"s{i}": [f"s{need}" for need in sorted(before)] for i, before in enumerate(needs)})
    graph = graph_of(rows)
    if not any(needs):
        assert not graph.places
        return
    assert set(graph.places) == set(rows)
    assert len(set(graph.places.values())) == len(rows)
    assert {(need, step) for need, step, _ in graph.lines} == {(need, row.id) for row in rows.values() for need in row.needs}
    for need, step, path in graph.lines:
        assert graph.places[need][0] + WIDE < graph.places[step][0]
        numbers = [int(number) for number in re.findall(r"\d+", path)]
        assert (numbers[0], numbers[1]) == (graph.places[need][0] + WIDE, graph.places[need][1] + HIGH // 2)
        assert tuple(numbers[-2:]) == (graph.places[step][0], graph.places[step][1] + HIGH // 2)


def test_a_line_that_passes_a_column_crosses_no_box() -> None:
    """A step that is needed two columns on has a way around the boxes between."""
    graph = graph_of(rows_of({"a": [], "b": ["a"], "c": ["a", "b"]}))
    path = next(path for need, step, path in graph.lines if (need, step) == ("a", "c"))
    level = int(re.findall(r"(\d+)H", path)[0])
    top = graph.places["b"][1]
    assert not top <= level <= top + HIGH


def test_the_longest_chain_is_found_by_time_then_by_number() -> None:
    """What took longest from start to end counts; before anything ended, the chain of most steps."""
    needs = {"load": [], "quick": ["load"], "slow": ["load"], "end": ["quick", "slow"], "alone": []}
    assert critical_path(rows_of(needs, {"load": 0.1, "quick": 0.2, "slow": 0.9, "end": 0.1, "alone": 0.5})) == ["load", "slow", "end"]
    assert critical_path(rows_of({"a": [], "b": ["a"], "c": ["b"], "d": ["a"]})) == ["a", "b", "c"]
    assert critical_path(rows_of({"a": [], "b": []})) == []
    assert critical_path({}) == []


def test_too_large_a_plan_has_a_list_only() -> None:
    """Above 200 steps nothing is placed, and nothing of it is sent."""
    data = tree_data(runs.fold(runs.planned(plan=runs.many(MOST_NODES + 1))), 1.0)
    assert (data["head"]["graph"], data["head"]["critical"]) == ({"places": {}, "lines": []}, [])


def test_the_saved_tree_has_the_picture_with_its_longest_chain() -> None:
    """The static tree draws every box, and says the longest chain in words; where no step needs another there is no picture."""
    html = render_html(runs.fold(runs.finished()))
    assert html.count("<rect") == 5
    assert html.count("stroke-width:2") == 2
    assert "longest chain: mean_body_mass_by_species → mass_chart → brief" in html
    alone = Progress().after(e.PlanMade({"steps": [{"id": "a", "kind": "code"}, {"id": "b", "kind": "code"}]}, 1.0))
    assert "<svg" not in render_html(alone)
