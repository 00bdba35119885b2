"""One lane per provider: how many calls at once, when to pause, when to leave it alone. The clock is an argument."""

from __future__ import annotations

import asyncio

import pytest

from nb_orchestra.models.faults import Fault, Faulted, error_of
from nb_orchestra.models.lanes import BREAKS_AFTER, HOPELESS_AFTER, MOST_AT_ONCE, RESTS, WAITING, Lane, Pace, lane_for


def out(pace: Pace, calls: int = 1) -> int:
    for _ in range(calls):
        assert pace.delay(0.0) == 0.0
        at = pace.left()
    return at


def test_a_rate_limit_pauses_everyone_for_as_long_as_it_asks() -> None:
    """Retry-After of one call holds back all calls of the provider."""
    pace = Pace()
    round_ = out(pace)
    pace.came_home(10.0, round_, Fault("limited", wait=7.0), {})
    assert pace.delay(11.0) == pytest.approx(6.0)
    assert pace.delay(17.0) == 0.0


def test_limits_of_one_round_halve_the_calls_once() -> None:
    """Forty calls that are limited together are one sign, not forty."""
    pace = Pace(room=64.0)
    round_ = out(pace, 40)
    for _ in range(40):
        pace.came_home(1.0, round_, Fault("limited", wait=0.0), {})
    assert pace.room == 20.0
    assert pace.running == 0


def test_good_answers_make_room_again() -> None:
    """Room grows by a few calls per round, up to a limit."""
    pace = Pace(room=2.0)
    for _ in range(10_000):
        pace.left()
        pace.came_home(0.0, pace.round, None, {})
    assert pace.room == MOST_AT_ONCE


def test_headers_that_show_an_empty_limit_pause_before_the_refusal() -> None:
    """Remaining 0 and a reset time are heeded without waiting for a 429."""
    pace = Pace()
    pace.came_home(5.0, out(pace), None, {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1.5s"})
    assert pace.delay(5.0) == pytest.approx(1.5)


def test_a_sick_provider_is_left_alone_and_then_tried_by_one() -> None:
    """Five faults in a row open the breaker; after 20 s one call goes, the others wait for how it fares."""
    pace = Pace()
    for _ in range(BREAKS_AFTER):
        pace.came_home(0.0, out(pace), Fault("busy"), {})
    assert pace.delay(1.0) == pytest.approx(RESTS - 1.0)
    assert pace.delay(RESTS) == 0.0
    pace.left()
    assert pace.delay(RESTS) is None
    pace.came_home(RESTS, pace.round, None, {})
    assert pace.delay(RESTS) == 0.0


def test_a_fault_of_ours_does_not_count_as_sickness() -> None:
    """A refused key or a rate limit is an answer: the provider lives."""
    pace = Pace()
    for word in ("busy", "busy", "busy", "busy", "key", "busy"):
        pace.came_home(0.0, out(pace), Fault(word), {})
    assert pace.resting(0.0) == 0.0


def test_who_has_another_model_does_not_wait_for_a_sick_one() -> None:
    """Hurried calls are refused at once while the breaker is open; the others only when it stays sick."""
    pace = Pace(sick_in_a_row=BREAKS_AFTER, rests_until=20.0, nobody_there=False)
    assert pace.refusal(0.0, hurried=True) is not None
    assert pace.refusal(0.0, hurried=False) is None
    pace.sick_in_a_row = HOPELESS_AFTER
    assert pace.refusal(0.0, hurried=False) is not None


def test_a_place_where_nobody_ever_answered_is_not_waited_for() -> None:
    """Five refused connections and no answer yet: the person hears of it in seconds; a provider that answered once may have a bad moment."""
    pace, known = Pace(), Pace()
    known.came_home(0.0, known.left(), None, {})
    for place in (pace, known):
        for at in range(BREAKS_AFTER):
            place.came_home(float(at), place.left(), Fault("unreachable"), {})
    assert pace.refusal(5.0, hurried=False) is not None
    assert known.refusal(5.0, hurried=False) is None


def test_a_place_that_is_left_alone_says_what_was_wrong_with_it() -> None:
    """Not only that it failed: who reads it wants to know whether the network, the address or the provider is at fault."""
    pace = Pace()
    for at in range(HOPELESS_AFTER):
        pace.came_home(float(at), pace.left(), Fault("unreachable", "nobody answers there"), {})
    refusal = pace.refusal(float(HOPELESS_AFTER), hurried=False)
    assert refusal is not None
    assert "left alone for a while: the last fault: cannot be reached (nobody answers there); it is asked again after 19 s" in str(error_of(refusal, "m", str))


def test_a_pause_of_an_hour_is_refused_and_not_waited_for() -> None:
    """More than a minute: the error says how long, so that the person can decide."""
    refusal = Pace(resume_at=3600.0).refusal(0.0, hurried=False)
    assert refusal is not None
    assert (refusal.word, refusal.wait) == ("paused", 3600.0)


def test_calls_wait_in_order_and_are_told_what_for() -> None:
    """No more calls at once than there is room; first come, first served; each hears what it waits for, and that it is over."""

    async def run() -> tuple[list[int], list[str]]:
        lane, order, told = Lane("mock"), [], []
        lane.pace.room = 2.0
        WAITING.set(told.append)

        async def call(number: int) -> None:
            at = await lane.leave()
            order.append(number)
            await asyncio.sleep(0)
            assert lane.pace.running <= lane.pace.room
            lane.back(at, None, {})

        await asyncio.gather(*(call(number) for number in range(6)))
        return order, told

    order, told = asyncio.run(run())
    assert order == list(range(6))
    assert "mock: a free place" in told
    assert told[-1] == ""


def test_a_call_that_is_cancelled_while_it_waits_leaves_no_trace() -> None:
    """Its place in the queue is gone, and the next one gets its turn."""

    async def run() -> int:
        lane = Lane("mock")
        lane.pace.room = 1.0
        at = await lane.leave()
        waiting = [asyncio.ensure_future(lane.leave()) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        lane.back(at, None, {})
        await waiting[1]
        return lane.pace.running

    assert asyncio.run(run()) == 1


def test_those_who_wait_are_told_when_waiting_has_become_senseless() -> None:
    """A long pause that arrives while calls wait ends their waiting."""

    async def run() -> None:
        lane = Lane("mock")
        lane.pace.room = 1.0
        at = await lane.leave()
        waiting = asyncio.ensure_future(lane.leave())
        await asyncio.sleep(0)
        lane.back(at, Fault("limited", wait=900.0), {})
        with pytest.raises(Faulted):
            await waiting

    asyncio.run(run())


def test_everyone_on_a_loop_shares_a_providers_lane() -> None:
    """Same name and identity: the same lane, on the same loop."""

    async def run() -> tuple[Lane, Lane, Lane]:
        return lane_for("a", "1"), lane_for("a", "1"), lane_for("a", "2")

    first, same, other = asyncio.run(run())
    assert first is same
    assert first is not other
    assert asyncio.run(run())[0] is not first
