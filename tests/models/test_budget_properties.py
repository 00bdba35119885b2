"""Whatever providers do, a run's caps are never passed: random prices, faults, retries, fallback, cut streams and callers that go away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Prompt
from nb_orchestra.errors import OrchestraError
from nb_orchestra.models.budget import FREE_FAULTS, Budget, PaidWire
from nb_orchestra.models.chain import ChainModel
from nb_orchestra.models.chat import ChatModel, Policy
from nb_orchestra.models.faults import FAULTS, Fault, Faulted
from nb_orchestra.models.wire import Inquiry, Reply, ToldText, most_tokens_of
from nb_orchestra.protocols import ModelFacts

ROUNDING = 1e-9
RECORD = Output("record", {"label": "text"})


class Hurried(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer where nothing else is to be done, so that waits cost no time."""

    _ahead = 0.0

    def time(self) -> float:
        return super().time() + self._ahead

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._ahead += max(0.0, self._scheduled[0]._when - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


@dataclass
class Ledger:
    """What the providers charge in all, and what calls under way may cost at most. `worst`: the most that both ever were together, as shares of the caps."""

    budget: Budget
    money: float = 0.0
    tokens: int = 0
    calls: int = 0
    open_money: float = 0.0
    open_tokens: int = 0
    passed: list[str] = field(default_factory=list)

    def check(self) -> None:
        if self.money + self.open_money > self.budget.money + ROUNDING:
            self.passed.append(f"{self.money} + {self.open_money} USD of {self.budget.money}")
        if self.tokens + self.open_tokens > self.budget.tokens or self.calls > self.budget.calls:
            self.passed.append(f"{self.tokens} + {self.open_tokens} tokens, {self.calls} calls")


@dataclass
class Provider:
    """Fills Wire by a script: (what happens, share of the prompt's bound that is counted, share of max_tokens, seconds)."""

    facts: ModelFacts
    ledger: Ledger
    script: Iterator[tuple[str, float, float, float]]
    name: str = "provider"
    identity: str = ""

    async def open(self) -> None:
        pass

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply:
        what, share_in, share_out, seconds = next(self.script, ("answer", 0.5, 0.1, 0.1))
        most_in, ledger = inquiry.most_tokens(), self.ledger
        counted = (int(most_in * share_in), int(inquiry.max_tokens * share_out))
        most = self._cost(most_in, inquiry.max_tokens)
        ledger.calls += 1
        ledger.open_money += most
        ledger.open_tokens += most_in + inquiry.max_tokens
        ledger.check()
        charged = (0, 0) if what in FREE_FAULTS else counted
        try:
            await asyncio.sleep(seconds if what != "hangs" else 10_000)
            if on_text is not None:
                on_text("so far")
            return self._reply(what, counted)
        finally:
            ledger.open_money -= most
            ledger.open_tokens -= most_in + inquiry.max_tokens
            ledger.money += self._cost(*charged)
            ledger.tokens += sum(charged)
            ledger.check()

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * (self.facts.price_in or 0.0) + tokens_out * (self.facts.price_out or 0.0)) / 1e6

    def _reply(self, what: str, counted: tuple[int, int]) -> Reply:
        if what in FAULTS:
            raise Faulted(Fault(what, wait=0.5 if what == "limited" else None))
        if what == "counted fault":
            raise Faulted(Fault("error inside", tokens=counted))
        if what == "half counted fault":
            raise Faulted(Fault("error inside", tokens=(None, counted[1])))
        told = (None, None) if what == "uncounted" else counted
        return Reply("no record" if what == "unreadable" else '{"label": "x"}', "length" if what == "cut short" else "stop", *told)


HAPPENINGS = st.sampled_from(["answer", "uncounted", "unreadable", "cut short", "hangs", "counted fault", "half counted fault"]) | st.sampled_from([*FAULTS])
share = st.floats(0, 1)
events = st.tuples(HAPPENINGS, share, share, st.floats(0, 3))
scripts = st.lists(events, max_size=25)
prices = st.one_of(*[st.floats(0.5, 60)] * 4, st.floats(0, 60), st.none())  # mostly paid: a call costs 0.01 to 1 USD at most
EIGHT_AT_ONCE = [("x", None)] * 8


@settings(max_examples=150)
@given(
    script=scripts,
    price=st.lists(st.tuples(prices, prices), min_size=1, max_size=3),
    money=st.floats(0, 0.3) | st.floats(0, 2),
    tokens=st.integers(20_000, 200_000) | st.integers(0, 200_000),
    calls=st.integers(3, 30) | st.integers(0, 30),
    callers=st.lists(st.tuples(st.text(max_size=2_000), st.none() | st.floats(0, 20)), min_size=1, max_size=8),
)
@example(script=[], price=[(30.0, 30.0)], money=0.3, tokens=200_000, calls=30, callers=EIGHT_AT_ONCE)  # money for one
@example(script=[], price=[(None, None)], money=0.3, tokens=10_000, calls=30, callers=EIGHT_AT_ONCE)  # tokens for one
@example(script=[], price=[(0.1, 0.1)], money=2.0, tokens=200_000, calls=3, callers=EIGHT_AT_ONCE)  # calls for three
def test_what_providers_charge_never_passes_the_caps(
    script: list[Any], price: list[Any], money: float, tokens: int, calls: int, callers: list[tuple[str, float | None]]
) -> None:
    """At no moment is what was charged, and what calls under way may still cost, more than the cap; and nothing stays set aside."""
    budget = Budget(money, tokens, calls)
    ledger, turns = Ledger(budget), iter(script)
    models = [_model(f"m{at}", price_in, price_out, ledger, turns) for at, (price_in, price_out) in enumerate(price)]
    with asyncio.Runner(loop_factory=Hurried) as runner:
        runner.run(_all(ChainModel(models), callers))
    assert ledger.passed == []
    assert (budget.aside.tokens, budget.aside.calls) == (0, 0)
    assert abs(budget.aside.cost or 0.0) < ROUNDING
    assert (budget.spent.cost or 0.0) >= ledger.money - ROUNDING
    assert budget.spent.tokens >= ledger.tokens
    assert budget.spent.calls == ledger.calls <= calls


def _model(name: str, price_in: float | None, price_out: float | None, ledger: Ledger, script: Iterator[Any]) -> ChatModel:
    known = price_in is not None and price_out is not None  # of an unknown price only tokens are counted, as the person is told
    facts = ModelFacts(name, context_tokens=100_000, price_in=price_in if known else None, price_out=price_out if known else None)
    wire = PaidWire(Provider(facts, ledger, script, name), facts, ledger.budget)
    return ChatModel(facts, wire, policy=Policy(deadline=30.0, patience=200.0, most_out=16_000), redact=str)


async def _all(model: ChainModel, callers: list[tuple[str, float | None]]) -> None:
    """Every caller asks at once; some go away after so many seconds."""

    async def one(text: str, patience: float | None) -> None:
        with suppress(OrchestraError, TimeoutError):
            async with asyncio.timeout(patience):
                await model.answer(Prompt("ask", "1", f"Label: {text}", output=RECORD), lambda told: None)

    await asyncio.gather(*(one(*caller) for caller in callers))


@settings(max_examples=40)
@given(st.lists(events, min_size=1, max_size=4), st.floats(0.1, 60), st.floats(0.1, 60))
def test_each_call_is_settled_for_at_least_what_it_was_charged(script: list[Any], price_in: float, price_out: float) -> None:
    """Also a failed one that the provider counted by halves; nothing is made up for by what another call was overcounted."""
    budget = Budget(1e9, 10**12, 10**6)
    ledger, facts = Ledger(budget), ModelFacts("m", context_tokens=100_000, price_in=price_in, price_out=price_out)
    wire = PaidWire(Provider(facts, ledger, iter(script)), facts, budget)

    async def calls() -> None:
        for _ in script:
            charged, settled = ledger.money, budget.spent.cost or 0.0
            with suppress(Faulted, TimeoutError):
                async with asyncio.timeout(100):
                    await wire.send(Inquiry((("user", "Label: x"),), 4_000))
            assert (budget.spent.cost or 0.0) - settled >= ledger.money - charged - ROUNDING

    with asyncio.Runner(loop_factory=Hurried) as runner:
        runner.run(calls())


@given(st.lists(st.text(), max_size=4))
def test_no_tokenizer_of_bytes_can_count_more_than_one_token_a_byte_and_the_bound_is_near_that(texts: list[str]) -> None:
    """Digits and marks count whole, letters by two thirds: what tables of numbers take, which three bytes a token does not hold."""
    raw = "".join(texts).encode("utf-8", "replace")
    bound = most_tokens_of([("user", text) for text in texts])
    assert len(raw) * 2 // 3 <= bound - 16 <= len(raw)
    assert most_tokens_of([("user", "0.5193,12.3311\n")]) >= 15
