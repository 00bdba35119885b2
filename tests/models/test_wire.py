"""The OpenAI wire without a network: bodies, streams, and what endpoints that differ are heard to say."""

from __future__ import annotations

import json

import pytest

from nb_orchestra.models.dialect import Dialect, adapted, body
from nb_orchestra.models.faults import Faulted
from nb_orchestra.models.wire import Inquiry, Stream, finish_of, reply_of, text_of

ASKED = Inquiry((("system", "s"), ("user", "u" * 300)), 8000, {"type": "object"}, strict=True, effort="hard")


@pytest.mark.parametrize(
    ("complaint", "change"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", {"limit": "max_completion_tokens"}),
        ("Invalid parameter: 'response_format' of type 'json_schema' is not supported", {"schema": False}),
        ("Unrecognized request argument: response_format", {"schema": False, "json_mode": False}),
        ("Unsupported value: 'temperature' does not support 0.0 with this model.", {"temperature": None}),
        ("Unknown field: stream_options", {"stream_usage": False}),
        ("max_tokens is too large: 8000. This model supports at most 4096 completion tokens, whereas you provided 8000.", {"most": 4096}),
        ("max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens", {"most": 64000}),
        (
            "'max_tokens' is too large: 8000. This model's maximum context length is 4096 tokens and your request has 300 input tokens "
            "(8000 > 4096 - 300). max_tokens",
            {"context": 4096},
        ),
        (
            "This model's maximum context length is 8192 tokens. However, you requested 10240 tokens (2240 in the messages, 8000 in the completion).",
            {"context": 8192},
        ),
    ],
)
def test_a_refusal_that_names_a_parameter_or_a_limit_is_learned_from(complaint: str, change: dict[str, object]) -> None:
    """The next request leaves out, renames or lowers what was refused."""
    before = Dialect(temperature=0.0)
    after = adapted(before, complaint)
    assert after is not None
    assert {name: getattr(after, name) for name in change} == change


def test_a_refusal_that_names_nothing_is_no_reason_to_try_again() -> None:
    """Without a name there is nothing to change."""
    assert adapted(Dialect(), "bad request") is None
    assert adapted(Dialect(), "This model's maximum context length is 8192 tokens. However, your messages resulted in 10240 tokens.") is None


def test_an_answers_room_stays_within_what_the_endpoint_gives() -> None:
    """The least of what is asked, what it gives at most, and what its context leaves."""
    assert body("m", ASKED, Dialect(most=4096), False)["max_tokens"] == 4096
    assert body("m", ASKED, Dialect(context=4096), False)["max_tokens"] < 4000
    assert body("m", ASKED, Dialect(limit="max_completion_tokens"), False)["max_completion_tokens"] == 8000


def test_the_body_asks_for_the_form_as_far_as_the_endpoint_can() -> None:
    """A strict schema, else a JSON object, else nothing: the prompt says it too."""
    assert body("m", ASKED, Dialect(), False)["response_format"]["type"] == "json_schema"
    assert body("m", ASKED, Dialect(schema=False), False)["response_format"] == {"type": "json_object"}
    assert "response_format" not in body("m", ASKED, Dialect(schema=False, json_mode=False), False)
    assert body("m", ASKED, Dialect(effort=True), True)["reasoning_effort"] == "high"


EVENTS = (
    b': comment\r\n\r\ndata: {"model": "m", "choices": [{"delta": {"content": "h\\u00e9 "}}]}\r\n\r\n'
    b'data: {"choices": [{"delta": {"content": "\xc3\xa9"}, "finish_reason": "stop"}]}\n\n'
    b'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}\n\ndata: [DONE]\n\n'
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_a_stream_is_the_same_however_it_is_cut_into_pieces(size: int) -> None:
    """Bytes may come one by one, also in the middle of a letter."""
    pieces: list[str] = []
    stream = Stream(pieces.append)
    for at in range(0, len(EVENTS), size):
        stream.feed(EVENTS[at : at + size])
    reply = stream.reply("".join(pieces), {})
    assert (reply.text, reply.finish, reply.tokens_in, reply.tokens_out, reply.model) == ("hé é", "stop", 3, 2, "m")


def test_a_stream_that_stops_at_any_byte_before_its_finish_is_no_answer() -> None:
    """However much text has come."""
    end = EVENTS.index(b'"stop"')
    for cut in range(0, end, 5):
        stream = Stream(lambda text: None)
        stream.feed(EVENTS[:cut])
        with pytest.raises(Faulted):
            stream.reply("whatever came", {})


def test_parts_of_an_answer_that_are_thoughts_are_not_the_answer() -> None:
    """Some providers send a list of parts; only text counts."""
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}, {"type": "file", "file": {}}]
    assert text_of(parts) == "yes"
    assert text_of(None) == ""


def test_arguments_of_the_one_tool_are_the_answer_where_there_is_no_text() -> None:
    """Some endpoints give structured answers only so."""
    told = {"content": None, "tool_calls": [{"function": {"name": "answer", "arguments": '{"a": 1}'}}]}
    assert reply_of(json.dumps({"choices": [{"message": told, "finish_reason": "tool_calls"}]}).encode(), {}).text == '{"a": 1}'


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'{"choices": {}}', b'{"choices": [null]}', b'{"choices": [[]]}', b"{" * 100_000])
def test_an_odd_answer_is_a_fault_and_never_a_crash(raw: bytes) -> None:
    """Whatever stands in a 200."""
    with pytest.raises(Faulted):
        reply_of(raw, {})


@pytest.mark.parametrize("page", [b"<!DOCTYPE html>\n<html>Sign in</html>", b"\n  <html><body>Please pay</body></html>"])
def test_a_web_page_in_place_of_an_answer_is_named_as_one(page: bytes) -> None:
    """Whole or as a stream: who reads it looks for a proxy or a wrong address, and not for a model that writes nonsense."""
    with pytest.raises(Faulted) as whole:
        reply_of(page, {})
    stream = Stream(lambda text: None)
    with pytest.raises(Faulted) as streamed:
        stream.feed(page + b"\n")
    assert (whole.value.fault.word, streamed.value.fault.word) == ("page", "page")


def test_finish_reasons_of_all_providers_are_four() -> None:
    """stop, length, filtered, refused; what nobody knows is stop."""
    assert [finish_of(word) for word in ("stop", "end_turn", None, "MAX_TOKENS", "SAFETY", "refusal")] == [
        "stop",
        "stop",
        "stop",
        "length",
        "filtered",
        "refused",
    ]
