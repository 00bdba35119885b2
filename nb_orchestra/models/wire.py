"""The OpenAI chat wire, without a network: an Inquiry → the body to send; a body or a stream of events → a Reply.

What endpoints that call themselves compatible do not share stands in models/dialect. A stream counts only with its own
finish reason or usage: one that merely stops was cut.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from nb_orchestra.models.faults import Fault, Faulted, of_error_object

_LETTERS = string.ascii_letters.encode()
LARGEST_ANSWER = 8_000_000
"""Bytes of one answer; more is a fault and not read to its end."""


def tokens_of(said: Iterable[tuple[str, str]], bytes_each: int) -> int:
    """Tokens at so many bytes a token: 3 is above, 4 about, 8 below what tokenizers count for prose; digits and marks take more (`most_tokens_of`)."""
    return sum([len(text) if text.isascii() else len(text.encode("utf-8", "replace")) for _, text in said]) // bytes_each + 8


def most_tokens_of(said: Iterable[tuple[str, str]]) -> int:
    """More tokens than tokenizers count for any text: one for each byte, but two for three letters (tables of numbers take two for three bytes)."""
    raw = "".join([text for _, text in said]).encode("utf-8", "replace")
    others = len(raw.translate(None, _LETTERS))
    return others + (len(raw) - others) * 2 // 3 + 16


_last_schema: tuple[Mapping[str, Any] | None, int] = (None, 0)


def _most_tokens_of_schema(schema: Mapping[str, Any] | None) -> int:
    """The last one is remembered: the rows of a `for_each` all have the same one."""
    global _last_schema
    known = _last_schema
    if known[0] is not schema:
        known = _last_schema = (schema, 0 if schema is None else most_tokens_of([("schema", str(schema))]))
    return known[1]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is sent, for any wire. `said`: (role, text) pairs; `schema`: the JSON schema asked for, None for free text; `strict`: fully typed."""

    said: tuple[tuple[str, str], ...]
    max_tokens: int
    schema: Mapping[str, Any] | None = None
    strict: bool = False
    effort: str = "normal"

    def tokens(self, bytes_each: int) -> int:
        """Tokens of all that is said, as `tokens_of` counts."""
        return tokens_of(self.said, bytes_each)

    def most_tokens(self) -> int:
        """An upper bound of what a provider counts, the schema with it."""
        return most_tokens_of(self.said) + _most_tokens_of_schema(self.schema)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `finish`: stop, length, filtered or refused. Tokens are None where the provider did not count. `headers`: the limits it told."""

    text: str
    finish: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    model: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class ToldText(Protocol):
    """Gets the whole text so far, a few times a second; a retry starts again from nothing."""

    def __call__(self, text: str, /) -> None: ...


class Wire(Protocol):
    """One way to reach a provider. `name`: the provider, for people; `identity` tells two endpoints or keys of it apart. Raises only Faulted."""

    name: str
    identity: str

    async def open(self) -> None:
        """Waits for whatever takes long and is not the provider's time (an import); called before the first send, and again until it succeeds."""
        ...

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply: ...


_FINISHES = {"length": "length", "max_tokens": "length", "model_length": "length", "content_filter": "filtered", "safety": "filtered", "recitation": "filtered"}
_FINISHES |= {"refusal": "refused", "error": "error"}


def finish_of(reason: object) -> str:
    """A provider's finish reason in our four words (and error)."""
    return _FINISHES.get(str(reason).lower(), "stop")


def reply_of(raw: bytes, headers: Mapping[str, str]) -> Reply:
    """A whole answer. Faulted where it is none: a web page, no JSON, an error in its clothes, no choices."""
    if raw.lstrip()[:1] == b"<":
        raise Faulted(Fault("page"))
    data = _parsed(raw)
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise Faulted(Fault("empty", "no choices"))
    said = choices[0].get("message")
    said = said if isinstance(said, dict) else {}
    text, refusal = text_of(said.get("content")) or _arguments(said.get("tool_calls")), text_of(said.get("refusal"))
    finish = finish_of(choices[0].get("finish_reason"))
    if finish == "error":
        raise Faulted(Fault("error inside", text))
    return _reply(text, refusal, finish, data.get("usage"), str(data.get("model") or ""), headers)


def _parsed(raw: bytes) -> dict[str, Any]:
    """JSON object of an answer or of one event; Faulted for anything else."""
    try:
        data = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Faulted(Fault("garbled", "not a JSON object"))
    if data.get("error"):
        error = data["error"]
        code = error.get("code") if isinstance(error, dict) else None
        raise Faulted(of_error_object(raw.decode("utf-8"), code))
    return data


def _reply(text: str, refusal: str, finish: str, usage: object, model: str, headers: Mapping[str, str]) -> Reply:
    if refusal and not text:
        text, finish = refusal, "refused"
    counted = usage if isinstance(usage, dict) else {}
    return Reply(text, finish, _count(counted.get("prompt_tokens")), _count(counted.get("completion_tokens")), model, headers)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def text_of(content: object) -> str:
    """Text of a content field: a string, or parts of which those that are thoughts or files are not the answer."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict) and part.get("type", "text") in ("text", "output_text"))


def _arguments(calls: object) -> str:
    """The arguments of the one tool call by which some endpoints give structured answers."""
    first = calls[0] if isinstance(calls, list) and calls and isinstance(calls[0], dict) else {}
    function = first.get("function")
    return str(function.get("arguments") or "") if isinstance(function, dict) else ""


class Stream:
    """Events of one streamed answer. Feed it bytes, it hands on the text; `reply` gives the answer or raises Faulted."""

    def __init__(self, found_text: ToldText) -> None:
        self._found_text = found_text
        self._refusal: list[str] = []
        self._rest = b""
        self._finish: str | None = None
        self._usage: object = None
        self._model = ""
        self.size = 0

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes."""
        self.size += len(chunk)
        if self.size > LARGEST_ANSWER:
            raise Faulted(Fault("too big"))
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._line(line.strip())

    def _line(self, line: bytes) -> None:
        if line[:1] == b"<" and not self._model:
            raise Faulted(Fault("page"))
        if not line.startswith(b"data:") or line[5:].strip() in (b"", b"[DONE]"):
            return
        data = _parsed(line[5:])
        self._model = str(data.get("model") or self._model)
        self._usage = data.get("usage") or self._usage
        choices = data.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._choice(choices[0])

    def _choice(self, choice: Mapping[str, Any]) -> None:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            piece = text_of(delta.get("content")) or _arguments(delta.get("tool_calls"))
            if piece:
                self._found_text(piece)
            self._refusal.append(text_of(delta.get("refusal")))
        self._finish = choice.get("finish_reason") or self._finish

    def reply(self, text: str, headers: Mapping[str, str]) -> Reply:
        """The whole answer, once the stream has ended; `text` is all that it handed on."""
        if self._finish is None and not self._usage:
            raise Faulted(Fault("cut", "the stream ended without a finish reason"))
        finish = finish_of(self._finish)
        if finish == "error":
            raise Faulted(Fault("error inside", text))
        return _reply(text, "".join(self._refusal), finish, self._usage, self._model, headers)
