"""A Turn in the form of a wire: whole body, or the events of a stream. OpenAI's chat completions and Anthropic's messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.models.mock.turns import Turn

_PIECE = 24
_MOST_PIECES = 500
_ANTHROPIC_STOPS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}


def _usage(asked: Mapping[str, Any], turn: Turn) -> tuple[int, int]:
    return len(json.dumps(asked.get("messages"))) // 4, len(turn.text) // 4 + 1


def _pieces(text: str) -> Iterator[str]:
    step = max(_PIECE, len(text) // _MOST_PIECES)
    return (text[at : at + step] for at in range(0, len(text), step))


def _event(data: Mapping[str, Any], name: str = "") -> bytes:
    return (f"event: {name}\n" if name else "").encode() + f"data: {json.dumps(data)}\n\n".encode()


def openai_body(asked: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    told = {"role": "assistant", "content": None if turn.null or turn.refusal else turn.text, "refusal": turn.refusal or None}
    choices = [] if turn.no_choices else [{"index": 0, "message": told, "finish_reason": turn.finish}]
    data: dict[str, Any] = {"id": "chatcmpl-mock", "object": "chat.completion", "created": 1, "model": asked.get("model", "mock"), "choices": choices}
    if turn.usage:
        tokens_in, tokens_out = _usage(asked, turn)
        data["usage"] = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
    return data


def openai_events(asked: Mapping[str, Any], turn: Turn) -> Iterator[bytes]:
    base = {"id": "chatcmpl-mock", "object": "chat.completion.chunk", "created": 1, "model": asked.get("model", "mock")}
    if turn.no_choices or turn.null:
        yield _event({**base, "choices": []})
    for piece in [] if turn.no_choices or turn.null else _pieces(turn.text):
        yield _event({**base, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
    if turn.refusal:
        yield _event({**base, "choices": [{"index": 0, "delta": {"refusal": turn.refusal}, "finish_reason": None}]})
    if turn.error_after:
        yield _event({"error": {"message": "The server had an error", "type": "server_error", "code": None}})
        return
    if turn.finish is None:
        return
    yield _event({**base, "choices": [] if turn.no_choices else [{"index": 0, "delta": {}, "finish_reason": turn.finish}]})
    if turn.usage and (asked.get("stream_options") or {}).get("include_usage"):
        yield _event({**base, "choices": [], "usage": openai_body(asked, turn)["usage"]})
    yield b"data: [DONE]\n\n"


def anthropic_body(asked: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    blocks = [] if turn.no_choices or turn.null or not (turn.text or turn.refusal) else [_anthropic_block(asked, turn)]
    stop = "refusal" if turn.refusal else "tool_use" if asked.get("tools") else _ANTHROPIC_STOPS.get(turn.finish or "", turn.finish)
    data: dict[str, Any] = {
        "id": "msg_mock",
        "type": "message",
        "role": "assistant",
        "model": asked.get("model", "mock"),
        "content": blocks,
        "stop_reason": stop,
    }
    tokens_in, tokens_out = _usage(asked, turn) if turn.usage else (0, 0)
    return {**data, "stop_sequence": None, "usage": {"input_tokens": tokens_in, "output_tokens": tokens_out}}


def _anthropic_block(asked: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    if asked.get("tools") and not turn.refusal:
        return {"type": "tool_use", "id": "toolu_mock", "name": asked["tools"][0]["name"], "input": json.loads(turn.text)}
    return {"type": "text", "text": turn.refusal or turn.text}


def anthropic_events(asked: Mapping[str, Any], turn: Turn) -> Iterator[bytes]:
    whole = anthropic_body(asked, turn)
    yield _event({"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}, "message_start")
    yield _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}, "content_block_start")
    for piece in _pieces(turn.refusal or turn.text):
        yield _event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}, "content_block_delta")
    if turn.error_after:
        yield _event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")
        return
    if turn.finish is None:
        return
    yield _event({"type": "content_block_stop", "index": 0}, "content_block_stop")
    yield _event(
        {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"]}, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}, "message_delta"
    )
    yield _event({"type": "message_stop"}, "message_stop")


@dataclass(frozen=True, slots=True)
class MockWire:
    """One wire's two forms of a turn."""

    body: Callable[[Mapping[str, Any], Turn], dict[str, Any]]
    events: Callable[[Mapping[str, Any], Turn], Iterator[bytes]]


WIRES = {"openai": MockWire(openai_body, openai_events), "anthropic": MockWire(anthropic_body, anthropic_events)}
