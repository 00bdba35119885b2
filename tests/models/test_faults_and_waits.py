"""What a fault means, and how long to wait for it."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest

from nb_orchestra.errors import ModelError
from nb_orchestra.models.faults import FAULTS, Fault, error_of, of_error_object, of_exception, of_status
from nb_orchestra.models.litellm_faults import fault_of
from nb_orchestra.models.waits import asked_wait, back_off, exhausted_for, seconds_in

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 20.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("120ms", 0.12),
        ("6m0.5s", 360.5),
        ("1h2m", 3720.0),
        (formatdate(NOW + 30, usegmt=True), 30.0),
        ("2023-11-14T22:14:20Z", 60.0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_every_way_to_write_a_wait_is_read(text: str, seconds: float | None) -> None:
    """Seconds, durations, HTTP dates, ISO times; anything else is no wait."""
    assert seconds_in(text, NOW) == (None if seconds is None else pytest.approx(seconds))


def test_headers_tell_waits() -> None:
    """Retry-After in seconds or milliseconds; a limit that is used up until its reset; nothing where nothing stands."""
    assert asked_wait({"retry-after": "7"}) == 7.0
    assert asked_wait({"retry-after-ms": "250"}) == 0.25
    assert asked_wait({}) is None
    assert exhausted_for({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2s"}) == 2.0
    assert exhausted_for({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "2s"}) == 0.0


def test_back_off_doubles_up_to_a_limit() -> None:
    """Full jitter under 0.5, 1, 2 … 20 s."""
    assert [back_off(attempt, chance=1.0) for attempt in (1, 2, 3, 7, 99)] == [0.5, 1.0, 2.0, 20.0, 20.0]
    assert back_off(5, chance=0.0) == 0.0


def test_every_row_of_the_table_makes_its_error_with_a_way_on() -> None:
    """Each kind of fault says who, what, and what to do next."""
    for word, row in FAULTS.items():
        error = error_of(Fault(word, '{"error": {"message": "the reason"}}', 500), "the model", lambda text: text)
        assert type(error) is row.error
        assert isinstance(error, ModelError)
        assert "the model" in error.message
        assert "the reason" in error.message
        assert error.hint


def test_a_long_text_is_redacted_before_it_is_cut() -> None:
    """A key that stands where the text is cut does not leave its first half behind."""
    key = "sk-planted-00112233445566778899"
    for filler in range(270, 310):
        message = error_of(Fault("busy", "x" * filler + key), "m", lambda text: text.replace(key, "[hidden]")).message
        assert "sk-pl" not in message


def test_control_characters_of_a_provider_do_not_reach_the_person() -> None:
    """Colours, line ends and direction marks in an error are blanks."""
    message = error_of(Fault("busy", "\x1b[31mred\r\n\u202eevil"), "m", lambda text: text).message
    assert message.isprintable()


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (400, '{"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}', "too long"),
        (400, '{"error": {"message": "Input length 9000 exceeds the maximum"}}', "too long"),
        (400, '{"message": "unknown field"}', "parameter"),
        (400, '[{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}]', "key"),
        (403, '{"error": {"message": "insufficient_quota"}}', "quota"),
        (404, "<html>not found</html>", "page"),
        (404, '{"detail": "Not Found"}', "unknown model"),
        (408, "", "busy"),
        (418, "", "parameter"),
        (429, '{"error": {"status": "RESOURCE_EXHAUSTED"}}', "limited"),
        (520, "<html>context length of a page</html>", "busy"),
        (302, "", "moved"),
    ],
)
def test_a_status_with_its_body_is_one_kind_of_fault(status: int, body: str, word: str) -> None:
    """Known troubles are told by their body, the rest by the status; the text of a web page is not looked into."""
    assert of_status(status, {}, body).word == word


def test_a_provider_that_litellm_does_not_know_is_told_in_our_words() -> None:
    """Its own text is an essay about completion(); who wrote -m nope/whatever needs the form of a name."""
    error = error_of(fault_of(ValueError("litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider …")), "nope/whatever (nope)", str)
    assert str(error.message) == "nope/whatever (nope) is of no provider that is known"
    assert "provider/model" in error.hint


def test_an_error_inside_an_answer_is_read_too() -> None:
    """By the status it names, by its words, or as an error that gets one more try."""
    assert of_error_object('{"error": {"message": "x"}}', 429).word == "limited"
    assert of_error_object('{"error": {"message": "x"}}', "401").word == "key"
    assert of_error_object('{"error": {"type": "overloaded_error"}}').word == "busy"
    assert of_error_object('{"error": "Provider returned error"}').word == "error inside"


def test_an_exception_that_is_no_fault_of_the_wire_is_not_translated() -> None:
    """A programming error stays one."""
    assert of_exception(KeyError("x")) is None
    assert of_exception(ConnectionResetError()) == Fault("cut", "ConnectionResetError")
    assert of_exception(json.JSONDecodeError("x", "", 0)) == Fault("garbled", "JSONDecodeError")
