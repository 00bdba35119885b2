"""What a run may still spend. Money and tokens are set aside before a call leaves and settled when it is back.

A call that cannot be afforded with its upper bound does not leave, so parallel calls together never pass the cap. Where a
failed call's price is not told, what was set aside counts as spent, unless the provider turned it away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import BudgetExceededError
from nb_orchestra.models.faults import Faulted
from nb_orchestra.models.wire import Inquiry, Reply, ToldText, Wire
from nb_orchestra.protocols import ModelFacts

FREE_FAULTS = frozenset(["limited", "paused", "unreachable", "key", "forbidden", "moved", "quota", "tls", "parameter", "resting"]) | {
    "unknown model",
    "too long",
    "not installed",
}
"""Faults by which a call was turned away before any work: nothing is paid for them."""


@dataclass(slots=True)
class Budget:
    """`money` in USD, `tokens`, `calls`: the caps of one run. `spent` is settled, `aside` is with calls under way. Portal's thread only."""

    money: float
    tokens: int
    calls: int
    spent: Usage = field(default_factory=Usage)
    aside: Usage = field(default_factory=Usage)

    @property
    def money_left(self) -> float:
        return self.money - (self.spent.cost or 0.0) - (self.aside.cost or 0.0)

    @property
    def calls_left(self) -> int:
        return self.calls - self.spent.calls - self.aside.calls

    def reserve(self, most: Usage) -> None:
        """Sets `most` aside. BudgetExceededError where it does not fit; a call of unknown price counts by its tokens."""
        spent, aside = self.spent, self.aside
        if most.cost is not None and most.cost > self.money_left:
            raise BudgetExceededError(
                f"the next call may cost {most.cost:.4f} USD and {max(self.money_left, 0):.4f} of {self.money:.{2 if self.money >= 0.1 else 4}f} are left",
                hint="what is finished is kept; raise it with --budget USD and run the cell again",
            )
        if spent.tokens + aside.tokens + most.tokens > self.tokens or self.calls_left < 1:
            name, limit = ("calls", self.calls) if self.calls_left < 1 else ("tokens", self.tokens)
            raise BudgetExceededError(
                f"the run's limit of {limit:,} {name} is reached",
                hint=f"what is finished is kept; raise it with %orchestrate set {name}, and run the cell again",
            )
        self.aside = _with(aside, most, 1)

    def settle(self, most: Usage, used: Usage) -> None:
        """A call is back: what was set aside for it is free again, what it used is spent."""
        self.aside = _with(self.aside, most, -1)
        self.spent = _with(self.spent, used, 1)


def _with(total: Usage, usage: Usage, times: int) -> Usage:
    """The sum with one usage more, or less; an unknown price counts as 0: money is then counted by tokens only, which the person was told."""
    cost = max((total.cost or 0.0) + times * (usage.cost or 0.0), 0.0)
    return Usage(total.tokens_in + times * usage.tokens_in, total.tokens_out + times * usage.tokens_out, total.calls + times * usage.calls, cost)


class PaidWire:
    """A wire whose every call is set aside and settled. BudgetExceededError passes through everything that retries."""

    def __init__(self, wire: Wire, facts: ModelFacts, budget: Budget) -> None:
        self._wire, self._facts, self._budget = wire, facts, budget
        self.name, self.identity = wire.name, wire.identity

    async def open(self) -> None:
        await self._wire.open()

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply:
        most = self._usage(inquiry.most_tokens(), inquiry.max_tokens)
        self._budget.reserve(most)
        used = most
        try:
            reply = await self._wire.send(inquiry, on_text)
            used = self._usage(
                most.tokens_in if reply.tokens_in is None else reply.tokens_in, most.tokens_out if reply.tokens_out is None else reply.tokens_out
            )
        except Faulted as faulted:
            used = self._failed(faulted, most)
            raise
        finally:
            self._budget.settle(most, used)
        return reply

    def _failed(self, faulted: Faulted, most: Usage) -> Usage:
        fault = faulted.fault
        if fault.tokens is not None:
            tokens_in, tokens_out = fault.tokens
            return self._usage(most.tokens_in if tokens_in is None else tokens_in, most.tokens_out if tokens_out is None else tokens_out)
        return Usage(calls=1) if fault.word in FREE_FAULTS else most

    def _usage(self, tokens_in: int, tokens_out: int) -> Usage:
        price_in, price_out = self._facts.price_in, self._facts.price_out
        cost = None if price_in is None or price_out is None else (tokens_in * price_in + tokens_out * price_out) / 1e6
        return Usage(tokens_in, tokens_out, 1, cost)
