"""Secrets never reach a text that is kept or shown."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core.redact import HIDDEN, Redactor, secret_values

SECRET = 'pa/ss"wörd+123='


def test_values_of_telling_names_are_secrets() -> None:
    """KEY, TOKEN, SECRET, PASSWORD in a variable's name make its value a secret; short values and paths are none."""
    environment = {
        "OPENAI_API_KEY": "abcdefgh1",
        "my_token": "tokentoken",
        "DB_PASSWORD": SECRET,
        "HOME": "/home/me/long",
        "KEY": "short",
        "KEYRING_PATH": "/etc/keys/ring",
    }
    assert set(secret_values(environment)) == {"abcdefgh1", "tokentoken", SECRET}


FORMS = {
    "plain": SECRET,
    "url": urllib.parse.quote(SECRET, safe=""),
    "form": urllib.parse.quote_plus(SECRET),
    "json": json.dumps(SECRET)[1:-1],
    "repr": repr(SECRET)[1:-1],
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 url": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "hex": SECRET.encode().hex(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    """Plain, quoted or encoded: a known secret is not readable in what comes out."""
    told = Redactor([SECRET])(f"before {form} after")
    assert form.rstrip("=") not in told
    assert told.startswith(f"before {HIDDEN}")
    assert told.endswith(" after")


SHAPES = [
    "sk-abcdefghijklmnopqrstuv",
    "sk-proj-AAAA_bbbb-cccc1234",
    "ghp_abcdefghijklmnopqrstuv",
    "AKIAABCDEFGHIJKLMNOP",
    "AIza" + "a" * 35,
    "xoxb-1234567890-abc",
    "Bearer abc.def.ghi-jkl",
]


@pytest.mark.parametrize("key", SHAPES)
def test_well_known_shapes_of_keys_are_hidden(key: str) -> None:
    """Keys that nobody announced are known by their shape."""
    assert Redactor([])(f"key={key}!") == f"key={HIDDEN}!"


def test_ordinary_text_stays() -> None:
    """Words that only resemble keys are left alone."""
    text = "sk-learn and the bearer of risk-adjusted-returns-of-2024 met xox in AKIA; bearer bonds"
    assert Redactor(["secret-value"])(text) == text


@given(st.text(min_size=8, max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_whatever_surrounds_it(secret: str, before: str, after: str) -> None:
    """Any secret of eight characters or more is gone from any text."""
    assert not [piece for piece in Redactor([secret])(f"{before}{secret}{after}").split(HIDDEN) if secret in piece]


@given(st.text(min_size=8, max_size=30) | st.just(SECRET), st.text(max_size=12), st.text(max_size=12))
def test_a_text_that_would_be_changed_is_suspected_in_its_json(secret: str, before: str, after: str) -> None:
    """The journal looks at the JSON of many texts at once: no text in it that holds a secret, in any form, passes as clean."""
    redactor = Redactor([secret])
    for form in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], "sk-abcdefghijklmnop1234", "BeArer\nabcdefghijkl1234"):
        text = f"{before}\n{form}{after}"
        assert redactor(text) == text or redactor.suspects(json.dumps([{"a": text}]))
    assert not Redactor([SECRET]).suspects(json.dumps(["an ordinary text", "with two lines\nof it"]))


def test_a_redactor_does_not_show_its_secrets() -> None:
    """Its repr holds none of them."""
    assert SECRET not in repr(Redactor([SECRET]))
