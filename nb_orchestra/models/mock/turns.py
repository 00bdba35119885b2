"""What the mock provider does with one request: a Turn, and by name every fault that real providers were seen to make."""

from __future__ import annotations

import dataclasses
import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer. Where `body` is given it is sent as it is; else `text` is put in the asked wire's form.

    `delay`: seconds before the first byte, `drip`: between chunks. `cut`: the connection is reset after that many bytes.
    `finish` None: a stream that just stops. `comments`: only keep-alive comments, for ever. `null`: no content.
    """

    text: str = "ok"
    status: int = 200
    finish: str | None = "stop"
    refusal: str = ""
    usage: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str = "application/json"
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    comments: bool = False
    null: bool = False
    no_choices: bool = False
    error_after: bool = False
    echo_key: bool = False


def failed(status: int, message: str, code: str | None = None, kind: str = "", **headers: str) -> Turn:
    """An error in OpenAI's form (Anthropic's has the same message under the same names)."""
    error = {"message": message, "type": kind or "invalid_request_error", "code": code, "param": None}
    return Turn(
        status=status, body=json.dumps({"type": "error", "error": error}).encode(), headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


_NESTED = json.dumps(
    {"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 10240.", "code": "context_length_exceeded"}}
)
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in</body></html>"
_TOO_LONG = "This model's maximum context length is 8192 tokens. However, your messages resulted in 10240 tokens."

FAULTS: Mapping[str, Turn] = {
    "limited": failed(429, "Rate limit reached for requests", "rate_limit_exceeded", "requests"),
    "limited for 0.05 s": failed(429, "Rate limit reached for requests", "rate_limit_exceeded", "requests", retry_after="0.05"),
    "limited for 50 ms": failed(429, "Rate limit reached for requests", "rate_limit_exceeded", "requests", retry_after_ms="50"),
    "limited for an hour": failed(429, "Rate limit reached for requests", "rate_limit_exceeded", "requests", retry_after="3600"),
    "quota": failed(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"),
    "billing": failed(400, "Your credit balance is too low to access the API. Please go to Plans & Billing.", None, "invalid_request_error"),
    "payment": failed(402, "Insufficient Balance", "invalid_request_error", "unknown_error"),
    "bad key": Turn(status=401, echo_key=True),
    "forbidden": failed(403, "You are not allowed to sample from this model", None, "permission_error"),
    "unknown model": failed(404, "The model `nope` does not exist or you do not have access to it.", "model_not_found"),
    "unknown model as 400": failed(400, "nope is not a valid model ID", None),
    "too long": failed(400, _TOO_LONG, "context_length_exceeded"),
    "too long, nested": failed(400, f"litellm.BadRequestError: OpenAIException - {_NESTED}", "400", "bad_request"),
    "too long, 413": failed(413, "request_too_large", None, "request_too_large"),
    "filtered request": failed(400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "content_filter"),
    "old parameter": failed(
        400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "unsupported_parameter"
    ),
    "no schema": failed(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", None),
    "500": failed(500, "The server had an error while processing your request", None, "server_error"),
    "502": Turn(status=502, body=b"<html><body>502 Bad Gateway</body></html>", kind="text/html"),
    "503": failed(503, "The engine is currently overloaded, please try again later", None, "server_error"),
    "529": failed(529, "Overloaded", None, "overloaded_error"),
    "409": failed(409, "conflict", None),
    "moved": Turn(status=307, body=b"", headers={"location": "http://127.0.0.1:9/v1/chat/completions"}),
    "silent": Turn(delay=30.0),
    "reset": Turn(cut=0),
    "reset in the middle": Turn(text="a text that is never whole " * 40, cut=300),
    "slow drip": Turn(text="drip " * 400, drip=0.05),
    "keep-alive for ever": Turn(comments=True, kind="text/event-stream"),
    "no choices": Turn(no_choices=True),
    "empty": Turn(text=""),
    "null": Turn(null=True),
    "length": Turn(text="this was not", finish="length"),
    "content filter": Turn(text="", finish="content_filter"),
    "refusal": Turn(text="", refusal="I cannot help with that."),
    "page": Turn(body=_PAGE, kind="text/html"),
    "garbled": Turn(body=b'{"id": "x", "choices": [{"index": 0, "mess'),
    "bad utf-8": Turn(body=b'{"id": "x", "choices": [{"index": 0, "message": {"content": "\xff\xfe"}, "finish_reason": "stop"}]}'),
    "not an object": Turn(body=b'["ok"]'),
    "error in a 200": Turn(body=b'{"error": {"message": "Provider returned error", "code": null}}'),
    "429 in a 200": Turn(body=b'{"error": {"message": "slow down", "code": 429}}'),
    "error in the stream": Turn(text="half of a text", error_after=True),
    "no finish": Turn(text="half of a text", finish=None, usage=False),
    "no usage": Turn(text="ok", usage=False),
    "huge": Turn(text="x" * 9_000_000),
    "bomb": Turn(body=b"", headers={"content-encoding": "gzip"}),
}


def turn_of(told: Turn | str) -> Turn:
    """A fault by its name, a text as an answer, a Turn as it is."""
    return told if isinstance(told, Turn) else FAULTS.get(told) or Turn(text=told)


def limited_until(seconds: float) -> Turn:
    """A 429 whose Retry-After is an HTTP date."""
    return dataclasses.replace(FAULTS["limited"], headers={"retry-after": email.utils.formatdate(time.time() + seconds, usegmt=True)})


def with_key(turn: Turn, key: str) -> Turn:
    """The turn with the key that was sent in its error, as some providers and gateways do."""
    data: dict[str, Any] = {
        "error": {"message": f"Incorrect API key provided: {key}. You sent: Bearer {key}", "type": "invalid_request_error", "code": "invalid_api_key"}
    }
    return dataclasses.replace(turn, body=json.dumps(data).encode())
