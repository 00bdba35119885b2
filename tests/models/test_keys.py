"""Keys and local servers: what is found, in which order, and that no key shows itself."""

from __future__ import annotations

import contextlib
import pickle
import socket
import threading
import traceback
from pathlib import Path

import pytest

from nb_orchestra.models.keys import PORTS, PROBE_SECONDS, Key, find_keys, list_models, probe_local, redactor, with_offers
from nb_orchestra.models.mock import MockProvider

SECRET = "sk-planted-0a1b2c3d4e5f67890123"


def test_the_first_key_found_comes_first_and_the_environment_before_the_file(tmp_path: Path) -> None:
    """Environment before .env, and in each the order of the table of providers."""
    (tmp_path / ".env").write_text(f"# keys\nexport OPENAI_API_KEY='{SECRET}'\nGROQ_API_KEY=gsk-1234567890 # mine\n")
    sources = find_keys({"MISTRAL_API_KEY": "m-1234567890", "ANTHROPIC_API_KEY": " a-1234567890 "}, tmp_path)
    assert [(found.provider.prefix, found.key.source if found.key else "") for found in sources.found] == [
        ("anthropic", "the environment"),
        ("mistral", "the environment"),
        ("openai", ".env"),
        ("groq", ".env"),
    ]
    keys = [found.key.reveal() for found in sources.found if found.key]
    assert keys == ["a-1234567890", "m-1234567890", SECRET, "gsk-1234567890"]


def test_a_file_cannot_send_keys_to_another_address(tmp_path: Path) -> None:
    """A base URL or proxy in .env is named and not used; one in the environment is used."""
    (tmp_path / ".env").write_text(f'OPENAI_API_KEY="{SECRET}"\nOPENAI_BASE_URL=http://evil.example/v1\nHTTPS_PROXY=http://evil.example\n')
    sources = find_keys({}, tmp_path)
    assert sources.found[0].base_url is None
    assert len([note for note in sources.notes if "not used" in note]) == 2
    assert find_keys({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, tmp_path).found[0].base_url == "http://127.0.0.1:1/v1"


def test_the_file_is_read_anew_each_time(tmp_path: Path) -> None:
    """A key that is written between two runs is found by the second."""
    assert find_keys({}, tmp_path).found == ()
    (tmp_path / ".env").write_text("GROQ_API_KEY=gsk-1234567890")
    assert find_keys({}, tmp_path).found[0].provider.prefix == "groq"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"OPENAI_API_KEY\n=x\n= \n", b"OPENAI_API_KEY=\n", b"x" * 200_000])
def test_an_odd_file_is_no_key_and_no_error(tmp_path: Path, content: bytes) -> None:
    """What cannot be read as NAME=value gives nothing."""
    (tmp_path / ".env").write_bytes(content)
    assert find_keys({}, tmp_path).found == ()


def test_a_key_shows_itself_to_nobody() -> None:
    """Not in repr, str, format, a traceback with variables, or a pickle."""
    key = Key(SECRET, "OPENAI_API_KEY", ".env")
    try:
        raise ValueError(key)
    except ValueError as error:
        written = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert SECRET not in written + repr(key) + str(key) + f"{key}" + repr(find_keys({"OPENAI_API_KEY": SECRET}))
    assert "OPENAI_API_KEY" in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_the_redactor_knows_keys_and_the_environment() -> None:
    """Given keys and secrets of the environment are hidden, in plain and encoded."""
    hide = redactor([Key(SECRET)], {"MY_TOKEN": "tok-1234567890", "HOME": "/home/me"})
    assert SECRET not in hide(f"Bearer {SECRET} and {SECRET.encode().hex()}")
    assert "tok-1234567890" not in hide("tok-1234567890")
    assert hide("/home/me") == "/home/me"


def test_a_local_server_is_found_by_the_models_it_lists() -> None:
    """A server on a usual port that lists models is found with their names; models that do not chat are left out."""
    with MockProvider(models=("llama3:8b", "nomic-embed-text")) as provider:
        found = probe_local({"Ollama": provider.port}, seconds=2.0)
    assert [(one.provider.prefix, one.offered, one.local, one.base_url) for one in found] == [("ollama", ("llama3:8b",), True, provider.openai_url)]


def test_the_usual_ports_are_asked_for_a_fifth_of_a_second() -> None:
    """Ollama, LM Studio and vLLM on this machine."""
    assert PORTS == {"Ollama": 11434, "LM Studio": 1234, "vLLM": 8000}
    assert PROBE_SECONDS <= 0.2


def test_a_port_that_does_not_answer_costs_the_probe_its_limit_and_no_more() -> None:
    """A port that takes connections and says nothing, one that refuses, one that speaks otherwise: none is a server, and the others are still found."""
    with socket.socket() as silent, MockProvider(models=("a",)) as provider:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            closed = free.getsockname()[1]
        found = probe_local({"silent": silent.getsockname()[1], "closed": closed, "LM Studio": provider.port}, seconds=0.5)
    assert [one.provider.title for one in found] == ["LM Studio"]


def test_an_own_address_is_asked_which_models_it_has() -> None:
    """Where a person gives a base URL, its own list of models counts."""
    with MockProvider(models=("by-hand",)) as provider:
        found = find_keys({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": provider.openai_url}).found[0]
        assert with_offers(found).offered == ("by-hand",)
    assert list_models(provider.openai_url, None, 0.2) == ()


def test_an_own_address_that_drips_costs_its_limit_and_no_more() -> None:
    """A list that comes a byte at a time is not waited for, however long it may be."""
    body, over = b" " * 300 + b'{"data": [{"id": "too-late"}]}', threading.Event()

    def drip(server: socket.socket) -> None:
        taken, _ = server.accept()
        with taken, contextlib.suppress(OSError):
            taken.recv(10_000)
            taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
            for at in range(len(body)):
                over.wait(0.1 if at < 300 else 0)
                taken.sendall(body[at : at + 1])

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,), daemon=True)
        dripping.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        assert with_offers(find_keys({"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": url}).found[0], seconds=0.2).offered == ()
        over.set()
        dripping.join()


@pytest.mark.parametrize("value", ["sk-one\nsk-two", "sk-“quoted”-0123", "my key is long"])
def test_what_cannot_be_a_key_is_named_and_not_sent(value: str, tmp_path: Path) -> None:
    """A line end, a curly quotation mark, a blank: a note names the variable, never the value."""
    sources = find_keys({"OPENAI_API_KEY": value, "GROQ_API_KEY": "gsk-1234567890"}, tmp_path)
    assert [found.provider.prefix for found in sources.found] == ["groq"]
    assert "OPENAI_API_KEY" in sources.notes[0]
    assert value not in str(sources.notes)


def test_hash_signs_and_quotes_in_the_file_are_read_as_people_write_them(tmp_path: Path) -> None:
    """A # inside a value is the value's; behind a blank it begins a comment."""
    (tmp_path / ".env").write_text("\ufeffOPENAI_API_KEY=sk-12#34567890 # mine\nGROQ_API_KEY='gsk-1 2' # no key\nXAI_API_KEY=\"xai-1234567890\"")
    keys = {found.provider.prefix: found.key.reveal() for found in find_keys({}, tmp_path).found if found.key}
    assert keys == {"openai": "sk-12#34567890", "xai": "xai-1234567890"}
