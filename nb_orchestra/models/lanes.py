"""One lane per provider, shared by all steps of all runs on a loop: how many calls at once, when to pause, when to leave it alone.

`Pace` decides and knows no clock: it is told the time. `Lane` waits. A 429 halves the calls in flight once per round of
calls (Chiu & Jain 1989: additive increase, multiplicative decrease) and pauses the whole lane as long as the provider asks.
Five faults in a row of a sick provider open the breaker; after 20 s one call may try.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from nb_orchestra.models.faults import Fault, Faulted
from nb_orchestra.models.waits import back_off, exhausted_for

Value = TypeVar("Value")
FIRST_AT_ONCE = 64
MOST_AT_ONCE = 256
BREAKS_AFTER = 5
RESTS = 20.0
HOPELESS_AFTER = BREAKS_AFTER + 2
LONGEST_PAUSE = 60.0
WAITING: contextvars.ContextVar[Callable[[str], None] | None] = contextvars.ContextVar("nb_orchestra_waiting", default=None)
"""Who is told what a call waits for ("" = no longer). Whoever runs a step sets it in the step's context."""


def tell(words: str) -> None:
    """Says what this call waits for."""
    listener = WAITING.get()
    if listener is not None:
        listener(words)


@dataclass(slots=True)
class Pace:
    """Decides when a call may leave. Times are seconds of any one clock."""

    room: float = FIRST_AT_ONCE
    running: int = 0
    resume_at: float = 0.0
    limited_in_a_row: int = 0
    sick_in_a_row: int = 0
    rests_until: float = 0.0
    last_sick: str = ""
    nobody_there: bool = True
    trying: bool = False
    round: int = 0

    def delay(self, now: float) -> float | None:
        """0.0: go. More: seconds until it is worth asking again. None: wait until a call comes back."""
        if self.resume_at > now:
            return self.resume_at - now
        if self.sick_in_a_row >= BREAKS_AFTER:
            if self.rests_until > now:
                return self.rests_until - now
            return None if self.trying else 0.0
        return 0.0 if self.running < max(1, int(self.room)) else None

    def resting(self, now: float) -> float:
        """Seconds that the breaker stays open; 0.0 when calls may leave."""
        return max(0.0, self.rests_until - now) if self.sick_in_a_row >= BREAKS_AFTER else 0.0

    def refusal(self, now: float, hurried: bool) -> Fault | None:
        """Why it is not worth waiting here: a pause of more than a minute, or a provider that stays sick (at once, if there is another, or
        if nobody ever answered there: it is an address with a slip rather than a provider with a bad day)."""
        if self.resume_at - now > LONGEST_PAUSE:
            return Fault("paused", wait=self.resume_at - now)
        if (rest := self.resting(now)) and (hurried or self.nobody_there or self.sick_in_a_row >= HOPELESS_AFTER):
            return Fault("resting", f"{self.last_sick}; it is asked again after {rest:.0f} s")
        return None

    def left(self) -> int:
        """A call leaves. Gives its round, to be handed back when it comes home."""
        self.running += 1
        self.trying = self.sick_in_a_row >= BREAKS_AFTER
        return self.round

    def came_home(self, now: float, started: int, fault: Fault | None, headers: Mapping[str, str]) -> None:
        """A call is back, with the fault that it met or None, and the limits that its headers told."""
        self.running -= 1
        self.trying = False
        self.nobody_there = self.nobody_there and fault is not None and fault.word == "unreachable"
        if fault is None:
            self._well(now, headers)
        elif fault.word in ("limited", "paused"):
            self.sick_in_a_row = 0
            self._limited(now, started, fault)
        elif fault.row.sick:
            self.sick_in_a_row += 1
            self.last_sick = f"the last fault: {fault.row.says}{f' ({fault.detail})' if fault.word == 'unreachable' else ''}"
            self.rests_until = now + RESTS if self.sick_in_a_row >= BREAKS_AFTER else 0.0
        else:
            self.sick_in_a_row = 0

    def given_up(self) -> None:
        """A call was cancelled: nothing is learned from it."""
        self.running -= 1
        self.trying = False

    def _well(self, now: float, headers: Mapping[str, str]) -> None:
        self.sick_in_a_row = self.limited_in_a_row = 0
        self.room = min(MOST_AT_ONCE, self.room + 1 / max(1.0, self.room / 4))
        if headers and (wait := exhausted_for(headers)):
            self.resume_at = max(self.resume_at, now + min(wait, 60.0))

    def _limited(self, now: float, started: int, fault: Fault) -> None:
        if started == self.round:
            self.round += 1
            self.limited_in_a_row += 1
            self.room = max(1.0, min(self.room, float(self.running + 1)) / 2)
        wait = back_off(self.limited_in_a_row + 1) if fault.wait is None else fault.wait
        self.resume_at = max(self.resume_at, now + wait)


class Lane:
    """Lets calls out at a Pace. Lives on one event loop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pace = Pace()
        self._queue: collections.deque[asyncio.Future[None]] = collections.deque()
        self._alarm: asyncio.TimerHandle | None = None

    def free(self, hurried: bool = False) -> int | None:
        """This call's round where it may leave at once, else None: then it must wait for its turn. Faulted (paused, resting) where that makes no sense."""
        now = asyncio.get_running_loop().time()
        refusal = self.pace.refusal(now, hurried)
        if refusal is not None:
            raise Faulted(refusal)
        return self.pace.left() if not self._queue and self.pace.delay(now) == 0.0 else None

    async def leave(self, hurried: bool = False) -> int:
        """Waits for this call's turn; gives its round. Faulted as in `free`."""
        started = self.free(hurried)
        if started is not None:
            return started
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._queue.append(turn)
        self._wake()
        if not turn.done():
            self._explain(loop.time())
        try:
            await turn
        except asyncio.CancelledError:
            self._withdraw(turn)
            raise
        tell("")
        return self.pace.round

    def back(self, started: int, fault: Fault | None, headers: Mapping[str, str]) -> None:
        """The call is home: learn from it and let the next one out."""
        self.pace.came_home(asyncio.get_running_loop().time(), started, fault, headers)
        self._wake()

    def dropped(self) -> None:
        """The call was cancelled."""
        self.pace.given_up()
        self._wake()

    def _withdraw(self, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.dropped()
        elif turn in self._queue:
            self._queue.remove(turn)

    def _explain(self, now: float) -> None:
        wait = self.pace.delay(now)
        tell(f"{self.name}: a free place" if wait is None else f"{self.name}: {wait:.0f} s")

    def _wake(self) -> None:
        """Lets out as many as may go; sets one alarm for the next moment at which more may."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if not self._queue:
            return
        loop = asyncio.get_running_loop()
        refusal = self.pace.refusal(loop.time(), hurried=False)
        while self._queue and refusal is not None:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_exception(Faulted(refusal))
        wait: float | None = None
        while self._queue and (wait := self.pace.delay(loop.time())) == 0.0:
            turn = self._queue.popleft()
            if not turn.done():
                self.pace.left()
                turn.set_result(None)
        if self._queue and wait:
            self._alarm = loop.call_later(wait, self._wake)


_lanes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Lane]] = weakref.WeakKeyDictionary()


def lane_for(name: str, identity: str = "") -> Lane:
    """The running loop's lane to a provider; the same one for everybody who asks with the same name and identity."""
    lanes = _lanes.setdefault(asyncio.get_running_loop(), {})
    key = f"{name}\n{identity}"
    lane = lanes.get(key)
    if lane is None:
        lane = lanes[key] = Lane(name)
    return lane


class OutOfPatienceError(Exception):
    """The time for one answer is over."""


async def until(ends: float, work: Awaitable[Value]) -> Value:
    """What the work gives; OutOfPatienceError where the loop's clock says `ends` first."""
    try:
        async with asyncio.timeout_at(ends) as limit:
            return await work
    except TimeoutError:
        if not limit.expired():
            raise
    raise OutOfPatienceError
