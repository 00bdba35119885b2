"""What endpoints that call themselves compatible do not share, and the body that each of them gets.

A refusal that names a parameter or a limit gives the next dialect to try (`adapted`), so that a server of anybody's own
needs no settings. What was learned stays with the wire that learned it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.models.wire import Inquiry


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one endpoint understands. `most`: tokens that it gives at most; `context`: tokens that it takes and gives together."""

    limit: str = "max_tokens"
    most: int | None = None
    context: int | None = None
    schema: bool = True
    json_mode: bool = True
    stream_usage: bool = True
    effort: bool = False
    temperature: float | None = None


_EFFORTS = {"easy": "low", "hard": "high"}
_ADAPTATIONS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"max_completion_tokens['\"]? instead", {"limit": "max_completion_tokens"}),
    (r"max_completion_tokens", {"limit": "max_tokens"}),
    (r"max_tokens.{0,60}(?:unsupported|not supported|unknown|unrecognized)|unsupported parameter.{0,20}max_tokens", {"limit": "max_completion_tokens"}),
    (r"json_schema", {"schema": False}),
    (r"response_format", {"schema": False, "json_mode": False}),
    (r"stream_options|include_usage", {"stream_usage": False}),
    (r"reasoning_effort|reasoning", {"effort": False}),
    (r"temperature", {"temperature": None}),
    (r"schema|grammar", {"schema": False}),
)


_LIMITS = (
    ("context", r"maximum context length (?:is|of) (\d+)(?=.*(?:in the completion|max_tokens|max_completion_tokens|output tokens))"),
    ("most", r"max_tokens: \d+ > (\d+)"),
    ("most", r"max(?:_completion)?_tokens.{0,160}?(?:at most|maximum(?: value)?(?: is| of)?|less than or equal to|up to|<=)\D{0,20}(\d+)"),
)
"""What a refusal tells of an endpoint's limits on the length of answers."""


def adapted(dialect: Dialect, complaint: str) -> Dialect | None:
    """The dialect to try after a refusal that names a parameter or a limit, None where it names none that could change."""
    changes = [(pattern, change) for pattern, change in _ADAPTATIONS]
    changes = [(pattern, {name: int(found[1])}) for name, pattern in _LIMITS if (found := re.search(pattern, complaint, re.IGNORECASE | re.DOTALL))] + changes
    for pattern, change in changes:
        if re.search(pattern, complaint, re.IGNORECASE | re.DOTALL):
            changed = dataclasses.replace(dialect, **change)
            if changed != dialect:
                return changed
    return None


def room(inquiry: Inquiry, dialect: Dialect) -> int:
    """Tokens to allow for the answer, within what the endpoint was heard to give."""
    limits = [inquiry.max_tokens]
    if dialect.most is not None:
        limits.append(dialect.most)
    if dialect.context is not None:
        limits.append(dialect.context - inquiry.tokens(3) - 8)
    return max(64, min(limits))


def body(model: str, inquiry: Inquiry, dialect: Dialect, stream: bool) -> dict[str, Any]:
    """The request as the wire has it."""
    data: dict[str, Any] = {"model": model, "messages": [{"role": role, "content": text} for role, text in inquiry.said], dialect.limit: room(inquiry, dialect)}
    if stream:
        data["stream"] = True
        if dialect.stream_usage:
            data["stream_options"] = {"include_usage": True}
    if dialect.effort and inquiry.effort in _EFFORTS:
        data["reasoning_effort"] = _EFFORTS[inquiry.effort]
    if dialect.temperature is not None:
        data["temperature"] = dialect.temperature
    if (form := answer_format(inquiry, dialect)) is not None:
        data["response_format"] = form
    return data


def answer_format(inquiry: Inquiry, dialect: Dialect) -> dict[str, Any] | None:
    """The provider's own means for structured answers, as far as this endpoint has them."""
    if inquiry.schema is None:
        return None
    if inquiry.strict and dialect.schema:
        return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(inquiry.schema)}}
    return {"type": "json_object"} if dialect.json_mode else None
