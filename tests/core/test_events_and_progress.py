"""Events go through JSON and back; progress is nothing but their fold."""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.usage import Usage

KINDS: tuple[type, ...] = typing.get_args(e.Event)
PLAN = {"steps": [{"id": "s1", "kind": "code", "name": "masses", "params": {}}, {"id": "s2", "kind": "ask", "params": {}, "needs": ["s1"]}], "result": ["s2"]}
SAMPLES: dict[str, Any] = {
    "str": "é {x} \u202e",
    "float": 1.5,
    "int": 3,
    "bool": True,
    "Mapping[str, Any]": {"a": [1, {"b": None}]},
    "Mapping[str, str]": {"a": "b"},
}
SAMPLES |= {"tuple[str, ...]": ("a", "b"), "float | None": None}


def full(kind: type) -> e.Event:
    """An event of this kind with no field at its default."""
    event: e.Event = kind(**{field.name: SAMPLES[str(field.type)] for field in dataclasses.fields(kind)})
    return event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_goes_through_json_and_comes_back_equal(kind: type) -> None:
    """`from_data(as_data(event))` is the event, with JSON in between."""
    event = full(kind)
    assert e.from_data(json.loads(json.dumps(e.as_data(event)))) == event


def test_an_event_of_a_newer_version_is_left_out() -> None:
    """An unknown kind gives None, an unknown field is ignored: a newer journal can still be read."""
    assert e.from_data({"event": "StarsAligned", "at": 1.0}) is None
    assert e.from_data({"event": "Warned", "text": "x", "colour": "red"}) == e.Warned("x")


def test_events_do_not_share_the_plan_they_were_given() -> None:
    """What is changed in the plan data afterwards does not change what happened."""
    plan: dict[str, Any] = {"steps": [{"id": "s1", "kind": "code"}]}
    event = e.PlanMade(plan, 0.0)
    plan["steps"].append("x")
    assert len(event.plan["steps"]) == 1


def test_the_story_of_a_run() -> None:
    """From planning to done: each event changes exactly what a person sees of it."""
    progress = Progress().after(e.RunStarted("r", "goal", 5.0, name="brief"))
    assert (progress.state, progress.run, progress.name, progress.started) == ("planning", "r", "brief", 5.0)
    progress = progress.after(e.PlanMade(PLAN, 6.0, kept=True, model="builtin"))
    assert (progress.state, list(progress.rows), progress.plan_kept) == ("running", ["s1", "s2"], True)
    assert [(row.name, row.state, row.needs) for row in progress.rows.values()] == [("masses", "waiting", ()), ("s2", "waiting", ("s1",))]
    progress = progress.after(e.StepRenamed("s1", "masses_2"), e.JobStarted("s1", 7.0), e.JobWaiting("s1", "a person"))
    assert (progress.rows["s1"].name, progress.rows["s1"].state, progress.rows["s1"].waiting_for) == ("masses_2", "running", "a person")
    progress = progress.after(e.RowsAdvanced("s1", 3, 1, 10), e.JobEnded("s1", "done", 8.0, 1.0, cached=True, tokens_in=5, cost=0.5, saved=2.0))
    assert (progress.rows["s1"].rows_done, progress.rows["s1"].rows_failed, progress.rows["s1"].waiting_for) == (3, 1, "")
    progress = progress.after(e.JobEnded("s2", "failed", 9.0, error="ToolError", message="no", hint="try", tokens_out=7, cost=None))
    assert progress.usage == Usage(5, 7, 0, None)
    assert (progress.rows["s2"].error, progress.rows["s2"].hint) == ("ToolError", "try")
    progress = progress.after(e.NameBound("masses_2", "s1"), e.NameUnbound("old"), e.Warned("w"), e.Sent("s2", "m", 10, 9.5))
    assert (progress.bound, progress.unbound, progress.warnings, progress.sent) == (("masses_2",), ("old",), ("w",), 1)
    assert not progress.ended
    progress = progress.after(e.RunEnded("failed", 10.0, 5.0, "RunFailedError", "s2", "h"))
    assert (progress.ended, progress.state, progress.error, progress.seconds) == (True, "failed", "RunFailedError", 5.0)


def test_a_question_is_open_until_it_is_decided() -> None:
    """An asked question stands in the progress until its decision."""
    asked = Progress().after(e.Asked("q1", "Run?", 0.0), e.Asked("q2", "Send?", 0.0))
    assert asked.asked == {"q1": "Run?", "q2": "Send?"}
    assert asked.after(e.Decided("q1", True)).asked == {"q2": "Send?"}


def test_a_cancel_shows_before_it_is_done() -> None:
    """A cancelled run says so from the moment it was asked."""
    assert Progress().after(e.CancelRequested(1.0)).cancelling


def test_every_kind_of_event_can_be_folded_by_an_empty_progress() -> None:
    """No order of events breaks the fold: events for unknown steps change no row."""
    for kind in KINDS:
        event = full(kind) if kind is not e.PlanMade else e.PlanMade(PLAN, 0.0)
        Progress().after(event)
    assert Progress().after(e.JobStarted("ghost", 0.0)).rows == {}


stories = st.lists(
    st.sampled_from(
        [
            e.RunStarted("r", "g", 0.0),
            e.PlanMade(PLAN, 1.0),
            e.JobStarted("s1", 1.0),
            e.JobRetried("s1", 2.0, 2, "again"),
            e.RowsAdvanced("s1", 1, 0, 2),
            e.JobEnded("s1", "done", 3.0),
            e.JobEnded("s2", "skipped", 3.0, blamed="s1"),
            e.NameBound("a"),
            e.RunEnded("done", 4.0),
        ]
    ),
    max_size=12,
)


@given(stories, st.integers(0, 12))
def test_folding_in_parts_or_at_once_is_the_same(story: list[e.Event], cut: int) -> None:
    """It does not matter how often a view looks: the fold depends on the events alone, and older states stay as they were."""
    early = Progress().after(*story[:cut])
    before = dict(early.rows)
    assert early.after(*story[cut:]) == Progress().after(*story)
    assert early.rows == before
