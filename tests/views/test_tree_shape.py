"""The JSON shape between Python and JavaScript."""

from __future__ import annotations

import json
from typing import Any

import pytest
import scripted_runs as runs

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress
from nb_orchestra.views import tree_changes, tree_data
from nb_orchestra.views.layers import depth_of_rows

NOW = 1_002.0


def patched(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What the page makes of changes: the rule of static/tree.js, in Python."""
    if "all" in changes:
        data = changes["all"]
    rows = {row["id"]: row for row in data["rows"]} | {row["id"]: row for row in changes.get("rows", [])}
    return {"now": NOW, "head": data["head"] | changes.get("head", {}), "rows": list(rows.values())}


@pytest.mark.parametrize("happened", [runs.finished(), runs.failed()], ids=["finished", "failed"])
def test_changes_add_up_to_the_whole(happened: list[e.Event]) -> None:
    """Whoever applies every change has what the whole state says, after each event."""
    before = Progress()
    data = tree_data(before, NOW)
    for event in happened:
        after = before.after(event)
        data = patched(data, tree_changes(before, after, NOW))
        assert data == tree_data(after, NOW)
        assert json.loads(json.dumps(data))["head"] == data["head"]
        before = after


def test_only_what_changed_is_sent() -> None:
    """One step that ends among a thousand costs one row and the head's counts, not the plan again."""
    before = runs.fold(runs.planned(plan=runs.many(1000)))
    changes = tree_changes(before, before.after(runs.done("s7", NOW)), NOW)
    assert [row["id"] for row in changes["rows"]] == ["s7"]
    assert set(changes["head"]) == {"line", "done"}
    assert len(json.dumps(changes)) < 600


def test_nothing_new_is_nothing_sent() -> None:
    """The same progress twice, or an event that no view shows, sends nothing."""
    progress = runs.fold(runs.finished())
    assert tree_changes(progress, progress, NOW) == {}
    assert tree_changes(progress, progress.after(e.NameBound("brief", "s5")), NOW) == {}


def test_rows_that_vanish_send_the_whole() -> None:
    """A repaired plan with other steps replaces the rows."""
    before, after = runs.fold(runs.planned()), runs.fold(runs.planned(plan=runs.many(3)))
    assert tree_changes(before, after, NOW)["all"] == tree_data(after, NOW)


def test_inner_words_stay_inside() -> None:
    """People read model, code, tool, collect, search, check; never role, fingerprint, gather, journal, portal or ask."""
    kinds = ["ask", "code", "call", "gather", "search", "judge"]
    plan = {"steps": [{"id": kind, "kind": kind, "name": f"step_{number}"} for number, kind in enumerate(kinds)], "result": ["ask"]}
    data = tree_data(runs.fold(runs.planned(plan=plan)), NOW)
    assert [row["kind"] for row in data["rows"]] == ["model", "code", "tool", "collect", "search", "check"]


def test_a_row_says_what_a_person_asks() -> None:
    """Purpose, the goal's clause, what it needs, why it was cached, what it cost, its warnings: labelled, and only where there is something."""
    done = runs.done("s5", NOW, why="same question", cached=True, model="gpt-5", reason="needs good prose", saved=0.02, warnings=("2 rows dropped",))
    facts = tree_data(runs.fold([*runs.planned(), done]), NOW)["rows"][4]["facts"]
    assert facts == [
        ("purpose", "One page from the results"),
        ("in the goal", "write a one-page brief with a chart"),
        ("needs", "mean_body_mass_by_species, body_mass_outliers, mass_chart"),
        ("model", "gpt-5 — needs good prose"),
        ("why cached", "same question"),
        ("saved", "$0.02"),
        ("warning", "2 rows dropped"),
    ]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (e.JobWaiting("s3", "the rate limit"), "waits for the rate limit"),
        (e.RowsAdvanced("s3", 120, 2, 344), "120 of 344 rows, 2 failed"),
        (e.RowsAdvanced("s3", 120, 0, 344, 75.4), "120 of 344 rows, about 1 min 15 s left"),
        (e.JobRetried("s3", NOW, 2, "the answer was cut off"), "try 2: the answer was cut off"),
        (e.JobEnded("s3", "failed", NOW, error="ToolError", message="KeyError: 'x'"), "ToolError: KeyError: 'x'"),
        (e.JobEnded("s3", "skipped", NOW, blamed="mass_chart"), "skipped, because mass_chart failed"),
    ],
)
def test_a_step_says_what_it_does_now(event: e.Event, said: str) -> None:
    """A waiting, mapped, retried, failed or skipped step says so in one line."""
    progress = runs.fold([*runs.planned(), e.JobStarted("s3", NOW), event])
    assert tree_data(progress, NOW)["rows"][2]["note"] == said


def test_a_renamed_step_says_so() -> None:
    """A step whose name is taken shows its new name and the planned one."""
    row = tree_data(runs.fold([*runs.planned(), e.StepRenamed("s3", "papers_2")]), NOW)["rows"][2]
    assert row["name"] == "papers_2"
    assert ("planned name", "papers (that name is taken)") in row["facts"]


def test_depth_counts_the_longest_chain_in_any_order() -> None:
    """A step stands under the longest chain of what it needs, even where the plan lists it first, and for 3,000 in a row."""
    plan = {"steps": [{"id": f"s{i}", "kind": "code", "needs": [f"s{i - 1}"] if i else []} for i in reversed(range(3_000))]}
    depths = depth_of_rows(runs.fold(runs.planned(plan=plan)).rows)
    assert [depths[f"s{i}"] for i in (0, 1, 2_999)] == [0, 1, 2_999]
    assert depth_of_rows(runs.fold(runs.planned()).rows) == {"s1": 0, "s2": 0, "s3": 0, "s4": 1, "s5": 2}
