"""Which model a step gets as a run goes on, over real HTTP: stronger after a bad answer, another after a shut door, none beyond the budget."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import models, orchestrate
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import JobStarted, JobWaiting, Sent
from nb_orchestra.core.plan import ROLES
from nb_orchestra.errors import BudgetExceededError, OtherModelError, RunFailedError
from nb_orchestra.models import Sources
from nb_orchestra.models.mock import FAULTS, MockProvider, Turn
from nb_orchestra.running import Run

KEY = "sk-planted-0123456789abcdef"
LARGE = dict.fromkeys(ROLES, ("large", "large", "large"))
OFFERED = ("gpt-5.4-nano", "gpt-5.4-mini", "gpt-5.4")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., MockProvider]]:
    """Starts a provider that every run of this test finds by its key."""
    open_ones: list[MockProvider] = []

    def start(script: Any, **options: Any) -> MockProvider:
        provider = MockProvider(script, models=OFFERED, **options)
        open_ones.append(provider.__enter__())
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        return provider

    yield start
    for provider in open_ones:
        provider.__exit__(None, None, None)


def ask(id: str, question: str, inputs: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": "ask", "params": {"question": question, "inputs": dict(inputs or {})}, "output": {"type": "text"}, **fields}


def models_asked(provider: MockProvider) -> list[str]:
    return [str(asked.body["model"]) for asked in provider.asked]


def plan(*steps: Mapping[str, Any]) -> dict[str, Any]:
    return {"steps": list(steps)}


def test_keys_and_servers_are_looked_for_beside_the_kernel_and_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that does not answer holds up neither the cell's thread nor the steps that run."""
    looked: list[threading.Thread] = []

    def look() -> Sources:
        looked.append(threading.current_thread())
        return Sources()

    monkeypatch.setattr(models, "look_around", look)
    run = orchestrate(plan=plan({"id": "s1", "kind": "code", "params": {"code": "result = 1", "inputs": {}}}), models="auto")
    assert run.state == "done"
    assert looked
    assert threading.main_thread() not in looked
    assert "nb_orchestra" not in [thread.name for thread in looked]  # the portal's loop
    assert "nb_orchestra" in [thread.name for thread in threading.enumerate()]


def test_each_step_says_which_model_was_chosen_and_why(serve: Any) -> None:
    """The reason stands on the step from its start."""
    serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "easy one", effort="easy"), ask("s2", "hard one", effort="hard")))
    reasons = {event.step: (event.model, event.reason) for event in run.events if isinstance(event, JobStarted)}
    assert reasons["s1"][0] != reasons["s2"][0]
    assert "easy effort: small model of OpenAI" in reasons["s1"][1]
    assert run.progress.rows["s2"].reason.startswith("thinker, hard effort: large model")


def test_an_answer_that_cannot_be_used_goes_to_a_stronger_model(serve: Any) -> None:
    """After three tries with one model the next larger one is asked, and the step says so."""

    def turn(body: Mapping[str, Any]) -> str:
        return '{"answer": 3}' if body["model"] == "gpt-5.4-mini" else "about three"

    provider = serve(turn)
    run = orchestrate(plan=plan({**ask("s1", "how many?", effort="easy"), "output": {"type": "number"}}))
    assert run.value == 3
    asked = models_asked(provider)
    assert asked == ["gpt-5.4-nano"] * 3 + ["gpt-5.4-mini"]
    assert "gpt-5.4-nano (OpenAI): the answer holds no object or number: 'about three'; went on with the next model" in run.progress.rows["s1"].reason
    assert run.progress.rows["s1"].model == "gpt-5.4-mini"


@pytest.mark.parametrize(
    ("step", "options", "model"),
    [
        ({}, {}, "gpt-5.4-mini"),
        ({}, {"models": "openai/gpt-5.4"}, "gpt-5.4"),
        ({}, {"models": "openai/gpt-5.4", "roles": {"thinker": "openai/gpt-5.4-nano"}}, "gpt-5.4-nano"),
        ({}, {"roles": {"thinker": "openai/gpt-5.4"}, "step_models": {"story": "openai/gpt-5.4-nano"}}, "gpt-5.4-nano"),
        ({}, {"models": "openai/gpt-5.4", "step_models": {"s1": "openai/gpt-5.4-nano"}}, "gpt-5.4-nano"),
        ({}, {"models": "openai/gpt-5.4", "step_models": {"another": "openai/gpt-5.4-nano"}}, "gpt-5.4"),
        ({"model": "openai/gpt-5.4"}, {"step_models": {"story": "openai/gpt-5.4-nano"}}, "gpt-5.4"),
    ],
)
def test_the_nearest_word_about_a_model_counts(serve: Any, step: dict[str, Any], options: dict[str, Any], model: str) -> None:
    """The step's own, then `-s STEP=MODEL` by name or id, the role table, `-m`; and the reason says that a person said so."""
    provider = serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "a story", name="story", **step)), **options)
    assert models_asked(provider) == [model]
    assert run.progress.rows["s1"].reason.endswith("as you said") == bool(step or options)


def test_a_model_for_a_step_that_is_not_there_is_told(serve: Any) -> None:
    """A slip in `-s STEP=MODEL` would otherwise change nothing unseen."""
    serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "a story", name="story")), step_models={"storry": "openai/gpt-5.4"})
    assert "no step is called storry, so a model set for it changes nothing (there are story)" in run.progress.planner_reason


def test_a_rejected_answer_is_made_anew_by_a_stronger_model(serve: Any) -> None:
    """The judge's reason goes along, and the step says which model answered at last."""
    verdicts = iter(['{"reason": "no harbour in it", "verdict": "fail"}', '{"reason": "it has one", "verdict": "pass"}'])

    def turn(body: Mapping[str, Any]) -> str:
        return next(verdicts) if "Judge" in str(body["messages"][-1]["content"]) else f"a text of {body['model']}"

    provider = serve(turn)
    step = ask("s1", "a text about harbours", effort="easy", check={"criterion": "it speaks of harbours"})
    run = orchestrate(plan=plan(step), check_goal=False)
    written = [asked for asked in provider.asked if "Judge" not in str(asked.body["messages"][-1]["content"])]
    assert [str(asked.body["model"]) for asked in written] == ["gpt-5.4-nano", "gpt-5.4"]
    assert "no harbour in it" in str(written[1].body["messages"])
    assert (run.value, run.progress.rows["s1"].model) == ("a text of gpt-5.4", "gpt-5.4")


def test_a_model_whose_door_is_shut_is_asked_once_in_a_run(serve: Any) -> None:
    """An unknown model passes to the next of the chain; later steps go there at once, and say why."""

    def turn(body: Mapping[str, Any]) -> Turn | str:
        return FAULTS["unknown model"] if body["model"] == "gpt-5.4-mini" else "fine"

    provider = serve(turn)
    first = ask("s1", "one")
    run = orchestrate(plan=plan(first, ask("s2", "two", {"first": {"from": "s1"}})))
    assert models_asked(provider) == ["gpt-5.4-mini", "gpt-5.4", "gpt-5.4"]
    assert any("does not know this model" in warning for warning in run.result("s1").warnings)
    assert "it failed before" in run.progress.rows["s2"].reason


def test_a_refused_key_fails_the_step_in_the_providers_words(serve: Any) -> None:
    """Where every door is shut, the error says what to do, and holds no key."""
    serve(lambda body: FAULTS["bad key"])
    with pytest.raises(RunFailedError, match="does not accept the key") as failed:
        orchestrate(plan=plan(ask("s1", "one")))
    assert KEY not in str(failed.value)


def test_parallel_calls_together_never_pass_the_cap(serve: Any) -> None:
    """Money is set aside before a call leaves: of ten at once only those leave whose upper bounds fit together, and all that is done is bound."""
    provider = serve(lambda body: Turn("fine", delay=0.2))
    steps = [ask(f"s{at}", f"question {at}") for at in range(10)]
    with pytest.raises(BudgetExceededError, match="are left") as stopped:
        orchestrate(plan={"steps": steps, "result": [step["id"] for step in steps]}, model="openai/gpt-5.4-mini", budget=0.10)
    assert 0 < len(provider.asked) < 10
    assert "steps are done and kept" in stopped.value.hint
    assert "--budget" in stopped.value.hint


def test_what_was_done_before_the_cap_is_there_the_next_time(serve: Any) -> None:
    """With more money only the rest is asked."""
    provider = serve(["fine"])
    steps = [ask("s1", "one"), ask("s2", "two", {"one": {"from": "s1"}})]
    with pytest.raises(BudgetExceededError):
        orchestrate(plan=plan(*steps), calls=1)
    assert len(provider.asked) == 1
    run = orchestrate(plan=plan(*steps), calls=10)
    assert len(provider.asked) == 2
    assert list(run.steps["cached"]) == [True, False]


def test_when_money_is_short_a_cheaper_model_is_chosen(serve: Any) -> None:
    """The choice says what was left out, and for how much."""
    provider = serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "hard one", effort="hard")), budget=0.03)
    assert models_asked(provider)[0] != "gpt-5.4"
    assert "left out: it may cost" in run.progress.rows["s1"].reason


def test_plan_only_says_what_the_rest_would_cost(serve: Any) -> None:
    """Nothing leaves for it; what is kept is counted as kept."""
    provider = serve(["fine"])
    steps = [ask("s1", "one"), ask("s2", "two", {"one": {"from": "s1"}})]
    first = orchestrate(plan=plan(*steps), plan_only=True)
    assert provider.asked == []
    assert "USD for 2 to be asked of openai/gpt-5.4-mini" in first.progress.planner_reason
    with pytest.raises(BudgetExceededError):
        orchestrate(plan=plan(*steps), calls=1)
    second = orchestrate(plan=plan(*steps), plan_only=True)
    assert "USD for 1 to be asked" in second.progress.planner_reason
    assert "1 of 2 steps are kept already" in second.progress.planner_reason


def test_no_number_of_rate_limits_fails_a_run_while_time_is_left(serve: Any) -> None:
    """Six refusals in a row, each with its wait: the seventh try is answered. What the recipe beside it saved is told."""
    provider = serve([FAULTS["limited for 50 ms"]] * 6 + ["fine"])
    counting = {"id": "s1", "kind": "code", "params": {"recipe": "count_rows", "arguments": {"frame": {"data": "rows"}}}}
    run = orchestrate(plan=plan(counting, ask("s2", "one", {"count": {"from": "s1"}})), data={"rows": pd.DataFrame({"a": [1, 2]})})
    assert (run.value, run.state, len(provider.asked)) == ("fine", "done", 7)
    assert "1 of 2 steps are recipes (about 0.0055 USD saved)" in run.progress.planner_reason


def test_a_rate_limit_is_waited_for_and_shown_on_the_step(serve: Any) -> None:
    """One 429 fails nothing; the step says what it waits for, and stops saying so."""
    provider = serve([FAULTS["limited for 50 ms"], "fine"])
    run = orchestrate(plan=plan(ask("s1", "one")))
    assert run.value == "fine"
    waits = [event.waiting_for for event in run.events if isinstance(event, JobWaiting)]
    assert waits[-1] == ""
    assert any("OpenAI" in words for words in waits)
    assert len(provider.asked) == 2


def test_every_word_that_left_is_told(serve: Any) -> None:
    """Also the turn that mends an answer; a mere second try of the same words is told once."""
    provider = serve([FAULTS["limited for 50 ms"], "three", '{"answer": 3}'])
    run = orchestrate(plan=plan({**ask("s1", "how many?"), "output": {"type": "number"}}))
    told = [event.text for event in run.events if isinstance(event, Sent)]
    assert len(provider.asked) == 3
    assert len(told) == 2
    for asked in provider.asked:
        assert any(all(part["content"] in text for part in asked.body["messages"]) for text in told)


def test_the_first_words_to_a_model_are_announced(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Model, whose key, price, what is sent; once in a kernel, before the words leave. Another model of the place
    is told in a line; where more of the data would leave than before, it is told anew."""
    from nb_orchestra.casting import sending

    monkeypatch.setattr(sending, "introduced", set())
    serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "one")))
    (said,) = [text for text in run.progress.warnings if "asked from now on" in text]
    for part in ("openai/gpt-5.4-mini", "OPENAI_API_KEY from the environment", "this run at most 0.50", "no rows"):
        assert part in said
    again = orchestrate(plan=plan(ask("s1", "two")))
    assert not any("is asked" in text for text in again.progress.warnings)
    (other,) = [text for text in orchestrate(plan=plan({**ask("s1", "three"), "effort": "hard"})).progress.warnings if "is asked" in text]
    assert other.startswith("openai/gpt-5.4 is asked there, too")
    assert "this call costs at most" in other
    (wider,) = [text for text in orchestrate(plan=plan(ask("s1", "four")), share="full").progress.warnings if "is asked" in text]
    assert "of your data it gets everything" in wider


def test_a_model_of_unknown_price_is_said_to_be_so_and_counted_in_tokens(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No money is made up for it; the limit on tokens holds all the same."""
    from nb_orchestra.casting import sending

    monkeypatch.setattr(sending, "introduced", set())
    serve(["fine"])
    run = orchestrate(plan=plan(ask("s1", "one")), model="openai/our-own-7b")
    (said,) = [text for text in run.progress.warnings if "asked from now on" in text]
    assert "its price is not known, so tokens are counted" in said
    assert run.usage.tokens > 0
    assert run.usage.cost is None
    told = orchestrate(plan=plan(ask("s1", "two")), model="openai/our-own-7b", plan_only=True).progress.planner_reason
    assert "1 to be asked of openai/our-own-7b, whose price is not known" in told
    with pytest.raises(BudgetExceededError, match="the run's limit of 100 tokens"):
        orchestrate(plan=plan(ask("s1", "three")), model="openai/our-own-7b", tokens=100)


def test_another_wording_of_our_prompts_asks_anew(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version of the texts is part of what makes two questions equal."""
    provider = serve(["first", "second"])
    assert [sole().value, sole().value] == ["first", "first"]
    monkeypatch.setattr(models, "wording_version", lambda: "another")
    assert sole().value == "second"
    assert len(provider.asked) == 2


def sole(question: str = "one") -> Run:
    return orchestrate(plan=plan(ask("s1", question)))


def test_an_equal_question_keeps_its_answer_when_another_model_would_be_asked(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same answer with another key: the kept one is used and named. A model that a person names is asked."""
    provider = serve(["first answer", "second answer"])
    assert sole().value == "first answer"
    monkeypatch.setattr("nb_orchestra.models.roles.ROLE_TIERS", LARGE)
    run = sole()
    assert run.value == "first answer"
    assert len(provider.asked) == 1
    assert "kept answer of openai/gpt-5.4-mini; --fresh asks openai/gpt-5.4" in run.progress.rows["s1"].reason
    assert orchestrate(plan=plan(ask("s1", "one")), model="openai/gpt-5.4").value == "second answer"


def test_plan_only_counts_an_answer_of_another_model_as_kept(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the run would take as it is costs nothing, and `--plan` says so; of a model that a person names it is to be asked."""
    provider = serve(["fine"])
    steps = [ask("s1", "one"), ask("s2", "two", {"one": {"from": "s1"}})]
    orchestrate(plan=plan(*steps))
    monkeypatch.setattr("nb_orchestra.models.roles.ROLE_TIERS", LARGE)
    said = orchestrate(plan=plan(*steps), plan_only=True).progress.planner_reason
    assert "costs nothing; 2 of 2 steps are kept already" in said
    assert "1 to be asked of openai/gpt-5.4;" in orchestrate(plan=plan(*steps[:1]), plan_only=True, model="openai/gpt-5.4").progress.planner_reason
    assert len(provider.asked) == 2


def test_where_another_models_answer_is_gone_the_run_stops_and_says_so(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent second answer would differ; `--fresh` accepts the present model."""
    from nb_orchestra import orchestra

    provider = serve(["first answer", "second answer"])
    first = sole()
    key = first.progress.rows["s1"].key
    orchestra.memo_for(Orchestra.instance().settings()).store.remove([key])
    monkeypatch.setattr("nb_orchestra.models.roles.ROLE_TIERS", LARGE)
    with pytest.raises(OtherModelError, match=r"answered by openai/gpt-5.4-mini before.*now openai/gpt-5.4 would"):
        sole()
    assert len(provider.asked) == 1
    assert orchestrate(plan=plan(ask("s1", "one")), fresh=True).value == "second answer"
    assert sole().value == "second answer"


def test_a_budget_that_one_model_would_pass_does_not_reach_the_journal_with_a_key(serve: Any, tmp_path: Any) -> None:
    """Whatever ends a run, no file of it holds the key, in any of its forms."""
    serve(lambda body: FAULTS["bad key"])
    with pytest.raises(RunFailedError):
        sole()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert written
    assert KEY.encode() not in written
    assert json.dumps(KEY).encode() not in written


def test_text_is_told_while_it_grows(serve: Any) -> None:
    """What a model writes reaches the view before it is whole; each tick has the whole text so far."""
    from nb_orchestra.orchestra import Request, Surroundings, start

    serve(lambda body: Turn("one two three four five six seven eight", drip=0.08))
    told: list[tuple[str, str]] = []
    started = start(Request(plan=plan(ask("s1", "count"))), Surroundings(on_text=lambda step, text: told.append((step, text))))
    started.future.result(30)
    started.close()
    assert {step for step, _ in told} == {"s1"}
    assert told[-1][1] == "one two three four five six seven eight"
    assert 0 < len(told[0][1]) < len(told[-1][1])
    assert all(told[-1][1].startswith(text) for _, text in told)


def test_a_kept_plan_of_another_planner_is_used_and_named(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another model for planning, an equal goal keeps its plan and its answer; nobody is asked."""
    made = {"steps": [ask("s1", "Sing of the sea")]}
    provider = serve(lambda body: json.dumps(made) if "Make a plan" in str(body["messages"]) else "O sea")
    first = orchestrate("Sing me something of the sea")
    monkeypatch.setattr("nb_orchestra.models.roles.ROLE_TIERS", dict.fromkeys(ROLES, ("small", "small", "small")))
    asked = len(provider.asked)
    second = orchestrate("Sing me something of the sea")
    assert second.value == first.value == "O sea"
    assert len(provider.asked) == asked == 2
    assert "planned the same goal before; --fresh asks openai/gpt-5.4-nano" in second.progress.planner_reason


def test_without_a_key_a_models_kept_answer_is_used_and_named(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook run with a key gives the same without it: plan and answer are kept, and the built-in engine is not asked."""
    made = {"steps": [ask("s1", "Sing of the sea")]}
    serve(lambda body: json.dumps(made) if "Make a plan" in str(body["messages"]) else "O sea")
    first = orchestrate("Sing me something of the sea")
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setattr("nb_orchestra.models.look_around", lambda: Sources())
    second = orchestrate("Sing me something of the sea")
    assert second.value == first.value
    assert list(second.steps["cached"]) == [True]
    assert second.progress.planner == first.progress.planner
    assert "kept answer of openai/gpt-5.4-mini; --fresh asks built-in" in second.progress.rows["s1"].reason


def test_of_many_rows_only_what_differs_is_told_again(serve: Any) -> None:
    """The first prompts of a step are told whole, later ones by their difference; their lengths are those that left."""
    provider = serve(["fine"])
    frame = pd.DataFrame({"animal": [f"animal number {at}" for at in range(8)]})
    step = ask("s1", "Sing of it", {"animal": {"row": "animal"}}, for_each={"data": "frame"})
    run = orchestrate(plan=plan(step), data={"frame": frame})
    told = [event for event in run.events if isinstance(event, Sent)]
    assert len(told) == len(provider.asked) == 8
    whole = [event for event in told if "characters as in this step's first prompt" not in event.text]
    assert len(whole) == 3
    later = next(event for event in told if event not in whole)
    same, rest = later.text.split("\n", 1)
    number = int(same.removeprefix("(its first ").split(" ")[0].replace(",", ""))
    assert len(whole[0].text[:number] + rest) == later.characters
    assert {f"animal number {at}" for at in range(8)} <= {line for event in told for line in event.text.splitlines()}


@pytest.mark.parametrize(("share", "told"), [("summary", True), ("schema", False)])
def test_a_question_about_a_whole_row_is_told_its_cells(serve: Any, share: str, told: bool) -> None:
    """{"row": true} names every cell of the row, so their words leave as those of {"row": "column"} do; never where no value may."""
    provider = serve(["high"])
    frame = pd.DataFrame({"no": [1, 2], "message": ["Mia has a fever", "the wall was wet"]})
    step = ask(
        "s1", "Which topic?", {"message": {"row": True}}, for_each={"data": "frame"}, check={"criterion": "it fits", "against": {"message": {"row": True}}}
    )
    orchestrate(plan=plan(step), data={"frame": frame}, share=share)
    sent = [str(asked.body) for asked in provider.asked]
    assert len(sent) >= 2
    assert all(("Mia has a fever" in body or "the wall was wet" in body) is told for body in sent)


def test_code_is_written_without_a_look_at_the_row(serve: Any) -> None:
    """Whoever writes the code of a `for_each` is told the columns of a row and none of its cells: the code reads them here."""
    provider = serve(["I cannot"])
    frame = pd.DataFrame({"no": [1, 2], "message": ["Mia has a fever", "the wall was wet"]})
    step = {"id": "s1", "kind": "code", "params": {"instructions": "count the words", "inputs": {"row": {"row": True}}}, "for_each": {"data": "frame"}}
    with pytest.raises(RunFailedError):
        orchestrate(plan=plan(step), data={"frame": frame})
    sent = [str(asked.body) for asked in provider.asked]
    assert all("message" in body and "Mia" not in body and "wall" not in body for body in sent)
    assert sent


def test_before_anything_leaves_a_person_can_read_what_would(serve: Callable[..., MockProvider], monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that is only shown says what its questions cost, to which model they go and what of the data goes along; without a model, that nothing leaves."""
    steps = plan(ask("s1", "Who?", name="who"), ask("s2", "Why?", name="why", check={"criterion": "short"}))
    serve([])
    told = orchestrate(plan=steps, plan_only=True).progress.planner_reason
    assert "leaves the kernel: the questions of who, why to openai/gpt-5.4" in told
    assert "(of your data what --share summary allows)" in told
    assert "USD for 2 to be asked of" in told
    told = orchestrate(plan=steps, plan_only=True, models="builtin").progress.planner_reason
    assert told == "plan given; only the built-in engine, as set; costs nothing; nothing of it is kept yet; nothing leaves the kernel"


def test_a_key_that_a_tool_gives_is_bound_and_stands_in_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its value is the person's own; but it is shown hidden, told to no model, and not kept: the tree says why."""
    secret = "planted-token-0123456789"
    monkeypatch.setenv("GITHUB_TOKEN", secret)

    def sign_in(name: str) -> dict[str, str]:
        return {"name": name, "token": os.environ["GITHUB_TOKEN"]}

    step = {"id": "s1", "kind": "call", "params": {"tool": "sign_in", "arguments": {"name": "ada"}}}
    run = orchestrate(plan=plan(step), tools=[sign_in])
    assert run.value == {"name": "ada", "token": secret}
    assert "it holds a secret" in run.progress.rows["s1"].why
    assert secret not in str(run.events)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
