"""Several models as one; the scripted and the recorded model; the mock provider."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pathlib
import socket
import sys
import urllib.error
import urllib.request
from typing import Any

import pandas
import pytest

from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Answer, Block, Prompt
from nb_orchestra.errors import BadOptionError, ModelRefusedError, ModelUnavailableError, PromptTooLongError, ReplayMissError
from nb_orchestra.models.chain import ChainModel, chain_of
from nb_orchestra.models.chat import ChatModel, Policy
from nb_orchestra.models.keys import Found, Key
from nb_orchestra.models.lanes import WAITING
from nb_orchestra.models.mock import MockProvider, Turn
from nb_orchestra.models.openai import OpenAIWire, close_sessions
from nb_orchestra.models.prices import Capability
from nb_orchestra.models.providers import Provider
from nb_orchestra.models.recorded import RecordedModel, RecordingModel
from nb_orchestra.models.roles import Pick
from nb_orchestra.models.scripted import ScriptedModel
from nb_orchestra.protocols import ModelFacts

HELLO = Prompt("ask", "1", "say hello")


def ask(model: Any, prompt: Prompt = HELLO) -> Answer:
    async def run() -> Answer:
        try:
            return await model.answer(prompt)
        finally:
            await close_sessions()

    return asyncio.run(run())


def over(provider: MockProvider, name: str, context: int = 100_000) -> ChatModel:
    wire = OpenAIWire(name, provider.openai_url, Key("sk-none-of-yours"), name=name)
    return ChatModel(ModelFacts(name, context_tokens=context), wire, policy=Policy(deadline=2.0, patience=5.0, first_pause=0.01), redact=str)


def test_where_one_model_fails_the_next_answers_and_it_is_said() -> None:
    """The answer names the model that gave it, and a warning says which did not and why."""
    with MockProvider(["quota"]) as broke, MockProvider(["hello"]) as good:
        chain = ChainModel([over(broke, "first"), over(good, "second")])
        answer = ask(chain)
    assert (answer.value, answer.model) == ("hello", "second")
    assert "no credit" in answer.warnings[0]
    assert list(chain.failures) == ["first"]


def test_a_key_that_is_refused_is_not_tried_with_the_places_other_models() -> None:
    """One refusal is enough; another place's model is asked, and none of the first place's again in this run. An unknown name says nothing of the others."""
    with MockProvider(lambda body: "bad key" if body["model"] != "c" else "hello") as provider, MockProvider(["hello"]) as other:
        first = [ChatModel(ModelFacts(name), OpenAIWire(name, provider.openai_url, Key("sk-none-of-yours"), name="one place"), redact=str) for name in "ab"]
        chain = ChainModel([*first, over(other, "d")])
        answer = ask(chain)
        assert (answer.model, len(provider.asked), sorted(chain.closed)) == ("d", 1, ["a", "b"])
    with MockProvider(lambda body: "unknown model" if body["model"] == "a" else "hello") as provider:
        chain = ChainModel(
            [ChatModel(ModelFacts(name), OpenAIWire(name, provider.openai_url, Key("sk-none-of-yours"), name="one place"), redact=str) for name in "ab"]
        )
        assert ask(chain).model == "b"


class SlowToOpen(OpenAIWire):
    """Its import takes longer than anybody's patience."""

    async def open(self) -> None:
        await asyncio.sleep(0.3)


def test_an_import_does_not_use_up_the_patience_for_an_answer() -> None:
    """The first call of a kernel may have to wait for a model library; that is not the provider's time."""
    with MockProvider(["hello"]) as provider:
        wire = SlowToOpen("slow", provider.openai_url, Key("sk-none-of-yours"))
        model = ChatModel(ModelFacts("slow", context_tokens=100_000), wire, policy=Policy(deadline=0.25, patience=0.25), redact=str)
        assert ask(model).value == "hello"


def test_where_none_answers_the_last_reason_is_the_error() -> None:
    """Every model was asked once for a lasting fault."""
    with MockProvider(["quota"]) as one, MockProvider(["unknown model"]) as two:
        with pytest.raises(ModelRefusedError, match="does not know"):
            ask(ChainModel([over(one, "first"), over(two, "second")]))
        assert len(one.asked) == len(two.asked) == 1


def test_a_prompt_that_is_too_long_goes_only_to_a_larger_model() -> None:
    """A model of the same size is not asked."""
    long = Prompt("ask", "1", "word " * 5_000)
    with MockProvider(["no"]) as small, MockProvider(["yes"]) as large:
        assert ask(ChainModel([over(small, "a", 1_000), over(small, "b", 1_000), over(large, "c")]), long).value == "yes"
        assert small.asked == []
        with pytest.raises(PromptTooLongError):
            ask(ChainModel([over(small, "a", 1_000), over(small, "b", 1_000)]), long)


def test_a_dead_provider_is_not_asked_a_hundred_times() -> None:
    """Of many calls in a chain only a few reach a provider that is down; all are answered by the next."""

    async def run(chain: ChainModel) -> list[Answer]:
        try:
            return await asyncio.gather(*(chain.answer(Prompt("ask", "1", f"number {at}")) for at in range(100)))
        finally:
            await close_sessions()

    with MockProvider(["503"]) as dead, MockProvider(["fine"]) as good:
        first = over(dead, "first")
        first.policy = Policy(deadline=2.0, first_pause=0.01, hurried=True)
        first_lane_room = 4.0

        async def narrow() -> list[Answer]:
            first.lane().pace.room = first_lane_room
            return await run(ChainModel([first, over(good, "second")]))

        answers = asyncio.run(narrow())
        assert {answer.model for answer in answers} == {"second"}
        assert len(dead.asked) <= 12


def test_all_models_of_a_provider_heed_one_limit() -> None:
    """A 429 that one step met holds back the others' calls to the same provider, and only that one's."""

    async def run(first: ChatModel, second: ChatModel) -> None:
        try:
            heard = asyncio.Event()
            WAITING.set(lambda words: heard.set())
            limited = asyncio.ensure_future(first.answer(HELLO))
            await heard.wait()
            await asyncio.gather(limited, second.answer(HELLO))
        finally:
            await close_sessions()

    with MockProvider([Turn(status=429, body=b"{}", headers={"retry-after": "0.5"}), "fine"]) as provider:
        asyncio.run(run(over(provider, "same"), over(provider, "same")))
        times = [asked.at for asked in provider.asked]
    assert len(times) == 3
    assert min(times[1:]) - times[0] >= 0.45


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems refuse at once when the queue is full")
def test_a_server_that_takes_no_connection_is_given_up() -> None:
    """A connection that is never accepted ends by the connect timeout, and is told as out of reach."""
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        wire = OpenAIWire("m", f"http://127.0.0.1:{full.getsockname()[1]}/v1", name="full", connect=0.2)
        policy = Policy(deadline=5.0, patience=5.0, first_pause=0.01)
        with pytest.raises(ModelUnavailableError, match="cannot be reached"):
            ask(ChatModel(ModelFacts("m", context_tokens=10_000), wire, policy=policy, redact=str))


def test_a_listener_that_fails_does_not_cost_the_answer() -> None:
    """Whoever draws the text may raise; the call goes on."""

    async def run(model: ChatModel) -> Answer:
        try:
            return await model.answer(HELLO, lambda text: 1 / 0)  # type: ignore[arg-type, return-value]
        finally:
            await close_sessions()

    with MockProvider(["hello"]) as provider:
        assert asyncio.run(run(over(provider, "mock"))).value == "hello"


def test_a_pick_becomes_a_model_on_the_thin_wire() -> None:
    """From what was found to an answer, with the price from the table."""
    with MockProvider(["hello"]) as provider:
        found = Found(Provider("openai", "OpenAI", (), provider.openai_url), Key("sk-none-of-yours"), provider.openai_url)
        answer = ask(chain_of([Pick("mock-small", found, Capability(price_in=1.0, price_out=1.0))], share="summary", redact=str))
    assert answer.value == "hello"
    assert answer.cost == pytest.approx((answer.tokens_in + answer.tokens_out) / 1e6)


def test_a_model_tells_an_upper_bound_before_it_is_asked() -> None:
    """What may be reserved: never less than what is then used, None where the price is unknown."""
    with MockProvider(["hello " * 50]) as provider:
        model = over(provider, "mock")
        assert model.most(HELLO).cost is None
        priced = ChatModel(ModelFacts("mock", context_tokens=100_000, price_in=1.0, price_out=2.0), OpenAIWire("mock", provider.openai_url), redact=str)
        answer = ask(priced)
        most = priced.most(HELLO)
    assert most.cost is not None
    assert answer.cost is not None
    assert most.cost >= answer.cost
    assert most.tokens_in >= answer.tokens_in


def test_a_server_that_read_only_part_of_the_prompt_is_named() -> None:
    """A count far below the prompt's length means that the server cut it: a warning, as some do so silently."""
    body = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 50, "completion_tokens": 1}}
    with MockProvider([Turn(body=json.dumps(body).encode())]) as provider:
        answer = ask(over(provider, "mock"), Prompt("ask", "1", "word " * 5_000))
    assert "may have cut it" in answer.warnings[0]


def test_the_scripted_model_answers_in_order_by_function_and_with_errors() -> None:
    """A list is taken in order, a function sees the prompt, an exception is raised, and what nobody scripted is refused."""
    model = ScriptedModel({"first": ["one", "two"], "data": lambda prompt: str(len(prompt.blocks)), "fail": ModelUnavailableError("down")})
    assert [ask(model, Prompt("ask", "1", "the first")).value for _ in range(3)] == ["one", "two", "two"]
    assert ask(model, Prompt("ask", "1", "the data", (Block("a", 1),))).value == "1"
    with pytest.raises(ModelUnavailableError):
        ask(model, Prompt("ask", "1", "fail"))
    with pytest.raises(ModelRefusedError, match="no answer"):
        ask(model, Prompt("ask", "1", "anything else"))


def test_answers_are_recorded_and_given_again_without_a_model(tmp_path: pathlib.Path) -> None:
    """Texts and tables come back equal, at no cost, under the name of the model that gave them; other inputs are a miss."""
    path = tmp_path / "answers.json"
    table = Prompt("ask", "1", "list them", (Block("n", 2),), Output("table", {"a": "integer"}))
    source = ScriptedModel({"list": {"rows": [{"a": 1}, {"a": 2}]}, "": "hello"}, name="big")
    recording = RecordingModel(source, path)
    ask(recording)
    ask(recording, table)
    model = RecordedModel(path)
    answer = ask(model)
    assert (answer.value, answer.model, answer.cost) == ("hello", "big", 0.0)
    pandas.testing.assert_frame_equal(ask(model, table).value, pandas.DataFrame({"a": [1, 2]}))
    with pytest.raises(ReplayMissError, match="list them"):
        ask(model, Prompt("ask", "1", "list them", (Block("n", 3),), table.output))
    assert path.stat().st_mode & 0o077 == 0


def test_a_recording_holds_no_key(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that says a key aloud is recorded without it."""
    secret = "sk-planted-55667788990011223344"
    monkeypatch.setenv("SOME_API_KEY", secret)
    ask(RecordingModel(ScriptedModel({"": f"the key is {secret}"}), tmp_path / "a.json"))
    assert secret not in (tmp_path / "a.json").read_text()


@pytest.mark.parametrize("content", ["", "[]", '{"format": 99, "answers": {}, "model": "x"}', '{"format": 1}'])
def test_a_file_that_is_no_recording_is_refused(tmp_path: pathlib.Path, content: str) -> None:
    """The error says how to make one."""
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(BadOptionError, match="not a recording"):
        RecordedModel(tmp_path / "a.json")


def test_the_mock_provider_speaks_both_wires_to_any_client() -> None:
    """Plain HTTP from the standard library gets OpenAI's and Anthropic's forms, and the list of models."""
    with MockProvider(["hello"]) as provider:
        said = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}]}).encode()
        for url, way in ((provider.openai_url + "/chat/completions", "openai"), (provider.anthropic_url + "/v1/messages", "anthropic")):
            with urllib.request.urlopen(urllib.request.Request(url, said, {"content-type": "application/json"})) as answer:
                data = json.loads(answer.read())
            text = data["choices"][0]["message"]["content"] if way == "openai" else data["content"][0]["text"]
            assert text == "hello"
        with urllib.request.urlopen(provider.openai_url + "/models") as answer:
            assert json.loads(answer.read())["data"][0]["id"] == "mock-small"
        assert [one.wire for one in provider.asked] == ["openai", "anthropic"]


@pytest.mark.parametrize(("path", "header"), [("/v1/chat/completions", "Authorization"), ("/v1/messages", "x-api-key")])
def test_the_mock_provider_sends_what_its_script_says(path: str, header: str) -> None:
    """A test that looks for a key, or for a wait that was heeded, would prove nothing if they had never been sent: on both wires."""
    with MockProvider(["bad key", "limited for 0.05 s", "page"]) as provider:

        def asked() -> tuple[int, str, str]:
            body = json.dumps({"model": "mock-small", "messages": [], "max_tokens": 9}).encode()
            headers = {header: "Bearer sk-planted-1234567890", "content-type": "application/json"}
            request = urllib.request.Request(f"http://127.0.0.1:{provider.port}{path}", body, headers)
            try:
                with urllib.request.urlopen(request) as answer:
                    return answer.status, answer.headers.get("retry-after", ""), answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.headers.get("retry-after", ""), error.read().decode()

        status, _, text = asked()
        assert status == 401
        assert "sk-planted-1234567890" in text
        assert asked()[:2] == (429, "0.05")
        assert asked()[2].startswith("<!DOCTYPE html>")
