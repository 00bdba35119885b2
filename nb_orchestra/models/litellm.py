"""Every provider that does not speak the OpenAI wire, through LiteLLM. The only import of it, late and in the background.

Importing costs seconds, so `warm` starts it in a thread once a key is seen. At import it would fetch a price map from the
net and read the working folder's .env: both are turned off first. What it does kindly by itself is turned off too (retries,
fall-backs, telemetry, feedback texts): the policy is ours. When a stream ends early it makes up a finish reason; the one
that it received, or none, stands in the stream object, and only that one counts.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nb_orchestra.models.dialect import Dialect, adapted, answer_format, room
from nb_orchestra.models.faults import Fault, Faulted
from nb_orchestra.models.keys import Key
from nb_orchestra.models.litellm_faults import fault_of
from nb_orchestra.models.shown import Shown
from nb_orchestra.models.waits import LIMIT_HEADERS
from nb_orchestra.models.wire import LARGEST_ANSWER, Inquiry, Reply, ToldText, finish_of, text_of

IDLE_SECONDS = 30.0
MOST_ADAPTATIONS = 4
_QUIET = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "CRITICAL"}
_SETTINGS = {"suppress_debug_info": True, "telemetry": False, "drop_params": True, "turn_off_message_logging": True, "disable_streaming_logging": True}
_loading = threading.Lock()


def warm() -> threading.Thread:
    """Imports LiteLLM in a thread of its own; harmless where it is not installed. Gives the thread."""
    thread = threading.Thread(target=_load, name="nb_orchestra-litellm", daemon=True)
    thread.start()
    return thread


def ready() -> bool:
    """Whether a call would leave without waiting for the import."""
    return hasattr(sys.modules.get("litellm"), "acompletion")


def _load() -> Any:
    """The module, set to do only what it is told; None where it is not installed."""
    with _loading, _environment(_QUIET):
        try:
            import litellm
        except ImportError:
            return None
        _stay()
    for name, value in _SETTINGS.items():
        setattr(litellm, name, value)
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydantic\._internal")  # about LiteLLM's own types, shown under the cell
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)  # its warnings would land under the cell, unredacted
    return litellm


@functools.cache
def _stay() -> None:
    """Its connections follow redirects, and a key in a header of its own (x-api-key) would travel along: from now on they do not.

    It keeps its clients for whoever asks next, so this holds for a person's own calls of LiteLLM in this kernel too.
    """
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
    from litellm.llms.openai.common_utils import BaseOpenAILLM

    AsyncHTTPHandler.create_client = _staying(AsyncHTTPHandler.create_client)
    BaseOpenAILLM._get_async_http_client = staticmethod(_staying(BaseOpenAILLM._get_async_http_client))


def _staying(made: Callable[..., Any]) -> Callable[..., Any]:
    def make(*arguments: Any, **options: Any) -> Any:
        client = made(*arguments, **options)
        client.follow_redirects = False
        return client

    return make


@contextmanager
def _environment(names: Mapping[str, str]) -> Iterator[None]:
    """Sets what is not set, and takes it back."""
    missing = [name for name in names if name not in os.environ]
    os.environ.update({name: names[name] for name in missing})
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)


class LiteLLMWire:
    """Sends inquiries through `litellm.acompletion`. `model` is LiteLLM's name (provider/model). Does not retry."""

    def __init__(
        self, model: str, key: Key | None = None, base_url: str | None = None, *, name: str = "", dialect: Dialect | None = None, idle: float = IDLE_SECONDS
    ) -> None:
        self.model = model
        self.name = name or model.partition("/")[0]
        self.identity = f"{base_url}#{hashlib.sha256(key.reveal().encode()).hexdigest()[:16] if key else ''}"
        self._base_url = base_url
        self._key = key
        self._dialect = dialect or Dialect()
        self._idle = idle

    async def open(self) -> None:
        """Waits for the import, off the loop; Faulted where LiteLLM is not installed."""
        if not ready() and await asyncio.to_thread(_load) is None:
            raise Faulted(Fault("not installed", "litellm"))

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply:
        """One answer. What a provider does not understand is left out from then on; Faulted for everything else."""
        for _ in range(MOST_ADAPTATIONS):
            dialect = self._dialect
            result = await self._once(inquiry, on_text)
            if isinstance(result, Reply):
                return result
            other = adapted(dialect, result.detail) if result.word in ("parameter", "too long") else None
            if other is None:
                raise Faulted(result)
            self._dialect = other
        raise Faulted(Fault("parameter", "refused in every form that was tried"))

    async def _once(self, inquiry: Inquiry, on_text: ToldText | None) -> Reply | Fault:
        """A reply, or the fault in its place: raised outside of any `except`, so that no foreign exception hangs on ours."""
        try:
            answer = await sys.modules["litellm"].acompletion(**self._request(inquiry, on_text is not None), api_key=self._key.reveal() if self._key else None)
            return _whole(answer) if on_text is None else await self._streamed(answer, on_text)
        except Faulted as faulted:
            return faulted.fault
        except TimeoutError:
            raise
        except Exception as error:
            return fault_of(error)

    def _request(self, inquiry: Inquiry, stream: bool) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": role, "content": text} for role, text in inquiry.said],
            "max_tokens": room(inquiry, self._dialect),
            "num_retries": 0,
            "max_retries": 0,
            "timeout": 600.0,  # the deadline is the caller's
            "drop_params": True,
            "base_url": self._base_url,
            "response_format": answer_format(inquiry, self._dialect),
        }
        if stream:
            request |= {"stream": True} | ({"stream_options": {"include_usage": True}} if self._dialect.stream_usage else {})
        if self._dialect.temperature is not None:
            request["temperature"] = self._dialect.temperature
        return {name: value for name, value in request.items() if value is not None}

    async def _streamed(self, stream: Any, on_text: ToldText) -> Reply:
        shown, refusal, usage, model, size = Shown(on_text), "", None, "", 0
        async for chunk in _each(stream, self._idle):
            model, usage = chunk.model or model, getattr(chunk, "usage", None) or usage
            delta = chunk.choices[0].delta if chunk.choices else None
            piece = text_of(getattr(delta, "content", None))
            refusal += text_of(getattr(delta, "refusal", None))
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise Faulted(Fault("too big"))
            shown.add(piece)
        if stream.received_finish_reason is None:
            raise Faulted(Fault("cut", "the stream ended without a finish reason"))
        text = shown.end()
        finish = "refused" if refusal and not text else finish_of(stream.received_finish_reason)
        return Reply(text or refusal, finish, *_counted(usage), model)


async def _each(stream: Any, idle: float) -> Any:
    """A stream's chunks; Faulted where one takes longer than `idle` seconds after the one before."""
    try:
        async with asyncio.timeout(None) as limit:
            async for chunk in stream:
                limit.reschedule(None)
                yield chunk
                limit.reschedule(asyncio.get_running_loop().time() + idle)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Faulted(Fault("slow", f"nothing came for {idle:.0f} s")) from None


def _refusal(said: Any) -> str:
    """What a model said instead of an answer: litellm keeps it in one place before 1.110 and in another since."""
    return text_of(getattr(said, "refusal", None)) or text_of((getattr(said, "provider_specific_fields", None) or {}).get("refusal"))


def _whole(answer: Any) -> Reply:
    if not answer.choices:
        raise Faulted(Fault("empty", "no choices"))
    choice = answer.choices[0]
    said = choice.message
    text, refusal = text_of(said.content), _refusal(said)
    if not text and said.tool_calls:
        text = said.tool_calls[0].function.arguments or ""
    if len(text) > LARGEST_ANSWER:
        raise Faulted(Fault("too big"))
    headers = {str(name).lower().removeprefix("llm_provider-"): str(value) for name, value in (answer._hidden_params.get("additional_headers") or {}).items()}
    finish = "refused" if refusal and not text else finish_of(choice.finish_reason)
    limits = {name: value for name, value in headers.items() if name in LIMIT_HEADERS}
    return Reply(text or refusal, finish, *_counted(getattr(answer, "usage", None)), answer.model or "", limits)


def _counted(usage: Any) -> tuple[int | None, int | None]:
    """Tokens in and out; None for a count of 0, which is what LiteLLM says where the provider said nothing."""
    return getattr(usage, "prompt_tokens", None) or None, getattr(usage, "completion_tokens", None) or None


async def close_clients() -> None:
    """Closes LiteLLM's connections, where it was used."""
    if ready():
        await sys.modules["litellm"].close_litellm_async_clients()
