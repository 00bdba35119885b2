"""A model over any wire: prompt → words → calls, as many as it takes → a value of the asked form.

Wires send once and say what went wrong. Here stands everything else, once for all of them: turns in the provider's lane,
the deadline, tries again by kind of fault, one turn to mend an answer that cannot be read and then one fresh try, prices.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import BadAnswerError, ModelError
from nb_orchestra.models.faults import Fault, Faulted, error_of
from nb_orchestra.models.forms import is_text, schema_of, value_of
from nb_orchestra.models.lanes import Lane, OutOfPatienceError, lane_for, tell, until
from nb_orchestra.models.rendering import Share, again, render
from nb_orchestra.models.waits import FIRST, back_off
from nb_orchestra.models.wire import Inquiry, Reply, ToldText, Wire, tokens_of
from nb_orchestra.protocols import ModelFacts

ROOM_BY_EFFORT = {"easy": 4_000, "normal": 8_000, "hard": 16_000}
"""max_tokens of a first try, where the model can give as many."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`deadline`: seconds for one call from its start to its last byte; `patience`: for one answer with all tries and waits.
    `hurried`: another model stands ready, so do not wait for one that is sick. `most_out`: the model's own limit on tokens.
    `first_pause`: most seconds before the second try; doubled with each."""

    deadline: float = 120.0
    patience: float = 600.0
    hurried: bool = False
    most_out: int = 32_000
    first_pause: float = FIRST


class ChatModel:
    """Fills the Model socket over a Wire."""

    def __init__(self, facts: ModelFacts, wire: Wire, *, share: Share = "summary", policy: Policy | None = None, redact: Callable[[str], str]) -> None:
        self.facts = facts
        self.share = share
        self.policy = policy or Policy()
        self._wire = wire
        self._redact = redact
        self._open = False

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """A value of the prompt's form. `on_text` gets the whole text so far, for answers in prose. Raises only ModelError."""
        answering = _Answering(self, prompt, self._shown(on_text) if on_text is not None and is_text(prompt.output) else None)
        opened = await self._opened()
        if opened is not None:
            raise self.error(opened)
        try:
            return await answering.run()
        except OutOfPatienceError:
            pass
        raise self.error(answering.last or Fault("slow", f"no answer within {self.policy.patience:.0f} s"))

    def _shown(self, on_text: ToldText) -> ToldText:
        return lambda text: on_text(self._redact(text))

    def said(self, reply: Reply) -> str:
        """The reply's text. A gateway may put a key into an answer as well as into an error; nobody asked for one."""
        return self._redact(reply.text)

    async def _opened(self) -> Fault | None:
        """Waits for what is not the provider's time, so that patience does not run out in an import."""
        if self._open:
            return None
        try:
            await self._wire.open()
        except Faulted as faulted:
            return faulted.fault
        self._open = True
        return None

    def inquiry(self, prompt: Prompt) -> Inquiry:
        """What would be sent: no secret that is known here, also where a value holds one."""
        said = render(prompt, self.share)
        schema, strict = schema_of(prompt.output)
        texts = (("system", said.system), ("user", self._redact(said.user)))
        left = self.facts.context_tokens - tokens_of(texts, 3)
        room = min(ROOM_BY_EFFORT.get(prompt.effort, 8_000), self.policy.most_out, max(left, 500))
        return Inquiry(texts, room, schema, strict, prompt.effort)

    def most(self, prompt: Prompt) -> Usage:
        """Upper bound of one try's tokens and price, for reserving; `cost` is None where the price is unknown."""
        inquiry = self.inquiry(prompt)
        return self.usage(inquiry.most_tokens(), inquiry.max_tokens)

    def usage(self, tokens_in: int, tokens_out: int) -> Usage:
        """Tokens of one call with their price."""
        price_in, price_out = self.facts.price_in, self.facts.price_out
        cost = None if price_in is None or price_out is None else (tokens_in * price_in + tokens_out * price_out) / 1e6
        return Usage(tokens_in, tokens_out, 1, cost)

    @property
    def place(self) -> tuple[str, str]:
        """Whose models these are, and with which key at which address."""
        return self._wire.name, self._wire.identity

    def lane(self) -> Lane:
        """This provider's lane on the running loop."""
        return lane_for(*self.place)

    def error(self, fault: Fault) -> ModelError:
        """The fault as the error for people."""
        return error_of(fault, f"{self.facts.name} ({self._wire.name})", self._redact)

    def unusable(self, error: BadAnswerError) -> BadAnswerError:
        """The complaint about an answer as the error for people; it quotes the answer, so it is redacted."""
        return BadAnswerError(self._redact(f"{self.facts.name} ({self._wire.name}): {error.message}"), hint=self._redact(error.hint))

    async def once(self, inquiry: Inquiry, on_text: ToldText | None, ends: float) -> Reply | Fault:
        """One call in the lane, within the deadline; OutOfPatienceError where it is not back when the loop's clock says `ends`."""
        lane, hurried = self.lane(), self.policy.hurried
        try:
            started = lane.free(hurried)
            if started is None:
                started = await until(ends, lane.leave(hurried))
        except Faulted as faulted:
            return faulted.fault
        result: Reply | Fault | None = None
        try:
            result = await self._timed(inquiry, on_text, ends)
        finally:
            if result is None:
                lane.dropped()
        fault = result if isinstance(result, Fault) else None
        lane.back(started, fault, result.headers if isinstance(result, Reply) else {})
        return result

    async def _timed(self, inquiry: Inquiry, on_text: ToldText | None, ends: float) -> Reply | Fault:
        due = asyncio.get_running_loop().time() + self.policy.deadline
        try:
            return _checked(await until(min(due, ends), self._wire.send(inquiry, on_text)))
        except Faulted as faulted:
            return faulted.fault
        except OutOfPatienceError:
            if ends <= due:
                raise
            return Fault("slow", f"not finished within {self.policy.deadline:.0f} s")


_BY_FINISH = {"length": "truncated", "filtered": "filtered", "refused": "refused"}


def _checked(reply: Reply) -> Reply:
    """A reply that is a whole answer; Faulted where it was cut, filtered, declined or is empty."""
    if reply.finish in _BY_FINISH:
        raise Faulted(Fault(_BY_FINISH[reply.finish], reply.text if reply.finish == "refused" else "", tokens=(reply.tokens_in, reply.tokens_out)))
    if not reply.text.strip():
        raise Faulted(Fault("empty", tokens=(reply.tokens_in, reply.tokens_out)))
    return reply


class _Answering:
    """One prompt's way to its answer: the tries so far, what they used, the last fault."""

    def __init__(self, model: ChatModel, prompt: Prompt, on_text: ToldText | None) -> None:
        self.model, self.prompt, self.on_text = model, prompt, on_text
        self.last: Fault | None = None
        self.used = Usage()
        self.warnings: list[str] = []
        self.ends = 0.0

    async def run(self) -> Answer:
        """First try, one turn to mend it, one fresh try. OutOfPatienceError where they take too long together."""
        self.ends = asyncio.get_running_loop().time() + self.model.policy.patience
        inquiry = self.model.inquiry(self.prompt)
        self._check_length(inquiry)
        reply = await self._reply(inquiry)
        try:
            return self._answer(reply)
        except BadAnswerError as error:
            said = again(error, self.prompt.output)
        mending = dataclasses.replace(inquiry, said=(*inquiry.said, ("assistant", self.model.said(reply)), ("user", said)))
        try:
            return self._answer(await self._reply(mending))
        except BadAnswerError:
            pass
        reply = await self._reply(inquiry)
        complaint: BadAnswerError
        try:
            return self._answer(reply)
        except BadAnswerError as error:
            complaint = error
        raise self.model.unusable(complaint)

    def _answer(self, reply: Reply) -> Answer:
        value, warnings = value_of(self.model.said(reply), self.prompt.output)
        used = self.used
        told = (*dict.fromkeys(self.warnings), *warnings)
        name = self.model.facts.name
        return Answer(value, reply.model or name, used.tokens_in, used.tokens_out, used.cost, warnings=told, by=name)

    async def _reply(self, inquiry: Inquiry) -> Reply:
        """Calls until one is a whole answer, or its fault has had all its tries."""
        met: dict[str, int] = {}
        while True:
            result = await self.model.once(inquiry, self.on_text, self.ends)
            if isinstance(result, Reply):
                self._count(inquiry, result.tokens_in, result.tokens_out, result.text)
                return result
            self.last = result
            if result.tokens is not None:
                self._count(inquiry, *result.tokens, "")
            met[result.word] = met.get(result.word, 0) + 1
            if sum(met.values()) - met.get("limited", 0) >= result.row.attempts:
                raise self.model.error(result)
            if result.word == "truncated":
                inquiry = self._roomier(inquiry, result)
            elif result.word != "limited":
                await self._pause(result, met[result.word])

    async def _pause(self, fault: Fault, attempt: int) -> None:
        wait = back_off(attempt, self.model.policy.first_pause) if fault.wait is None else min(fault.wait, 60.0)
        tell(f"{self.model.facts.name} {fault.row.says}: again in {wait:.0f} s")
        await until(self.ends, asyncio.sleep(wait))
        tell("")

    def _roomier(self, inquiry: Inquiry, fault: Fault) -> Inquiry:
        room = min(inquiry.max_tokens * 2, self.model.policy.most_out)
        if room <= inquiry.max_tokens:
            raise self.model.error(fault)
        return dataclasses.replace(inquiry, max_tokens=room)

    def _check_length(self, inquiry: Inquiry) -> None:
        """Refuses what can never fit, before it leaves."""
        if inquiry.tokens(8) > self.model.facts.context_tokens:
            raise self.model.error(Fault("too long", f"about {inquiry.tokens(4):,} tokens; its context is {self.model.facts.context_tokens:,}"))

    def _count(self, inquiry: Inquiry, tokens_in: int | None, tokens_out: int | None, text: str) -> None:
        if tokens_in is None or tokens_out is None:
            self.warnings.append(f"{self.model.facts.name} did not count tokens: their number is an estimate")
            tokens_in, tokens_out = inquiry.tokens(4), len(text.encode("utf-8", "replace")) // 4 + 1
        elif tokens_in < inquiry.tokens(12):
            self.warnings.append(f"{self.model.facts.name} read only {tokens_in:,} tokens of a prompt of about {inquiry.tokens(4):,}: it may have cut it")
        self.used += self.model.usage(tokens_in, tokens_out)
