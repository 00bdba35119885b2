"""`-m paste`: a chat window as the model, carried by a person or by files."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.casting import Hiding, Sharing
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import Event
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import BadAnswerError, ModelRefusedError, NotApprovedError, RunFailedError
from nb_orchestra.models.paste import PasteModel
from nb_orchestra.orchestra import Request, Surroundings, start
from nb_orchestra.protocols import Question
from nb_orchestra.running import Run
from nb_orchestra.running.gates import SaysYes

PENGUINS = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "body_mass_g": [3700.0 + at for at in range(60)], "note": [f"bird {at}" for at in range(60)]})
NUMBER = Output("number")


class Carrier(SaysYes):
    """A person who pastes: gives the replies in order and keeps what was shown. None: nobody is there."""

    def __init__(self, *replies: Any) -> None:
        self.replies, self.shown, self.words = list(replies), [], []

    async def bring(self, question: Question) -> str:
        if not self.replies:
            raise NotApprovedError("nobody")
        self.shown.append(question.brings)
        self.words.append(question.text)
        reply = self.replies.pop(0)
        return str(reply(question.brings) if callable(reply) else reply)


def pasted(tmp_path: Path, carrier: Carrier, *prompts: Prompt, most: int = 8_000) -> list[Any]:
    """The answers to prompts that are asked at once."""

    async def bring(key: str, words: str, text: str) -> str:
        return await carrier.bring(Question(key, words, brings=text))

    async def go() -> list[Any]:
        model = PasteModel(tmp_path, "summary", bring, most)
        return await asyncio.gather(*(model.answer(prompt) for prompt in prompts), return_exceptions=True)

    return asyncio.run(go())


def values_of(answers: list[Any]) -> list[Any]:
    return [answer.value if isinstance(answer, Answer) else answer for answer in answers]


def test_prompts_that_wait_together_go_out_in_one_paste(tmp_path: Path) -> None:
    """One text to copy, one reply; each question gets its own part, in whatever order the reply has them."""
    carrier = Carrier("=== ANSWER 2 ===\nblue\n\n### ANSWER 1:\nred\n")
    assert values_of(pasted(tmp_path, carrier, Prompt("ask", "1", "sea?"), Prompt("ask", "1", "rose?"))) == ["red", "blue"]
    assert len(carrier.shown) == 1
    assert "=== QUESTION 2 ===" in carrier.shown[0]


def test_what_does_not_fit_into_one_paste_waits_for_the_next(tmp_path: Path) -> None:
    """The cap is on the whole text; one long prompt goes alone."""
    carrier = Carrier("red", "blue")
    answers = pasted(tmp_path, carrier, Prompt("ask", "1", "sea? " * 200), Prompt("ask", "1", "rose? " * 200), most=2_500)
    assert values_of(answers) == ["red", "blue"]
    assert "Paste 2 of about 2" in carrier.words[1]


def test_an_answer_that_cannot_be_used_is_asked_for_again_with_the_complaint(tmp_path: Path) -> None:
    """The other questions keep their answers; after three tries it is an error."""
    prompts = Prompt("ask", "1", "how many?", output=NUMBER), Prompt("ask", "1", "rose?")
    carrier = Carrier("=== ANSWER 1 ===\nmany\n=== ANSWER 2 ===\nred", '{"answer": 4}')
    assert values_of(pasted(tmp_path, carrier, *prompts)) == [4, "red"]
    assert "That answer cannot be used" in carrier.shown[1]
    assert "rose?" not in carrier.shown[1]
    lost = Carrier("a", "b", "c")
    (error,) = pasted(tmp_path / "other", lost, prompts[0])
    assert isinstance(error, BadAnswerError)
    assert lost.shown[1].startswith("That answer cannot be used")
    assert "how many?" not in lost.shown[1]
    assert "how many?" in (tmp_path / "other" / lost.words[1].partition("/other/")[2].rstrip(")")).read_text()


def test_a_paste_says_what_was_wrong_with_the_last_reply_and_is_not_counted_twice(tmp_path: Path) -> None:
    """In the same chat the complaint is enough; the next prompt is still the second paste of about two."""
    carrier = Carrier("I am sorry, I cannot help with that.", json.dumps(PLAN), "Gentoo on the ice")
    assert run_with(carrier, tmp_path, "Write a haiku about the heaviest species of {penguins}").value == "Gentoo on the ice"
    first, again, second = carrier.words
    assert first.startswith("Paste 1 of about 2")
    assert again.startswith("The reply could not be used (the answer holds no object: 'I am sorry, I cannot help with that.'): say this in the same chat")
    assert second.startswith("Paste 2 of about 2")
    assert len(carrier.shown[1]) < 400


def test_where_the_plan_is_there_about_one_paste_is_left(tmp_path: Path) -> None:
    """The next day only the words are asked for. A chat's planner is not told that it may wish to see more first: that would be a third paste."""
    goal = "Write a haiku about the heaviest species of {penguins}"
    carrier = Carrier(json.dumps(PLAN))
    run_with(carrier, tmp_path, goal)
    assert '{"recipes": [' not in carrier.shown[0]
    assert "Others" in carrier.shown[0]
    next_day = Carrier("Gentoo on the ice")
    assert run_with(next_day, tmp_path, goal).value == "Gentoo on the ice"
    assert next_day.words[0].startswith("Paste 1 of about 1")


def test_an_answer_is_there_the_next_day(tmp_path: Path) -> None:
    """What was pasted once is not asked for again."""
    pasted(tmp_path, Carrier("red"), Prompt("ask", "1", "rose?"))
    assert values_of(pasted(tmp_path, Carrier(), Prompt("ask", "1", "rose?"))) == ["red"]


def test_with_nobody_there_the_file_is_named_and_an_answer_beside_it_is_taken(tmp_path: Path) -> None:
    """A scheduled run fails at once; the reply may be put into a file, and only this person can read the files."""
    (error,) = pasted(tmp_path, Carrier(), Prompt("ask", "1", "rose?"))
    (prompt_file,) = tmp_path.glob("*.prompt.md")
    assert isinstance(error, ModelRefusedError)
    assert str(prompt_file) in error.message
    assert prompt_file.stat().st_mode & 0o077 == 0
    answer_file = prompt_file.with_name(prompt_file.name.replace(".prompt.", ".answer."))
    assert answer_file.name in error.hint
    answer_file.write_text("red")
    assert values_of(pasted(tmp_path, Carrier(), Prompt("ask", "1", "rose?"))) == ["red"]


PLAN = {
    "steps": [
        {
            "id": "s1",
            "kind": "code",
            "name": "heaviest",
            "params": {
                "recipe": "group_extreme",
                "arguments": {"frame": {"data": "penguins", "columns": ["species", "body_mass_g"]}, "by": ["species"], "value": "body_mass_g"},
            },
        },
        {
            "id": "s2",
            "kind": "ask",
            "name": "haiku",
            "params": {"question": "A haiku on it", "inputs": {"heaviest": {"from": "s1"}}},
            "output": {"type": "text"},
        },
    ]
}


def run_with(carrier: Any, tmp_path: Path, goal: str) -> Run:
    request = Request(goal, {"penguins": PENGUINS}, options={"models": "paste", "cache_dir": str(tmp_path)})
    started = start(request, Surroundings(approver=carrier))
    started.future.result(60)
    started.close()
    return started.run


def test_a_goal_needs_two_pastes_and_no_row_leaves(tmp_path: Path) -> None:
    """One for the plan and one for the words; the recipes compute, and the second run needs none."""
    goal = "Write a haiku about the heaviest species of {penguins}"
    carrier = Carrier(json.dumps(PLAN), "Gentoo on the ice", "a third paste that nobody should be asked for")
    run = run_with(carrier, tmp_path, goal)
    assert run.value == "Gentoo on the ice"
    assert [words.split(":")[0] for words in carrier.words] == ["Paste 1 of about 2", "Paste 2 of about 2"]
    assert "bird 7" not in "".join(carrier.shown)
    assert "Gentoo,30," in carrier.shown[1]
    assert len(carrier.replies) == 1
    assert run.usage.cost == 0
    assert run_with(Carrier(), tmp_path, goal).value == "Gentoo on the ice"


def test_a_run_that_nobody_can_answer_ends_at_once(tmp_path: Path) -> None:
    """Its error names the file; nothing waits."""
    run = run_with(Surroundings().approver, tmp_path, "Write a haiku about the heaviest species of {penguins}")
    assert run.state == "failed"
    assert isinstance(run.error, ModelRefusedError | RunFailedError)
    assert ".prompt.md is missing" in str(run.error)


def test_keys_in_a_prompt_are_hidden_in_the_paste_and_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that stands in the person's own text stays out of what is copied."""
    monkeypatch.setenv("SOME_API_KEY", "planted-value-123456")
    events: list[Event] = []
    from nb_orchestra.casting import casting_for

    carrier = Carrier("fine")
    settings = Orchestra.instance().settings(models="paste", cache_dir=str(tmp_path))
    casting = casting_for(settings, {}, events.append, Hiding(), None, carrier)
    assert casting.paste is not None
    assert isinstance(casting.share, Sharing)
    with contextlib.suppress(NotApprovedError):
        asyncio.run(casting.paste().answer(Prompt("ask", "1", "use planted-value-123456 please")))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"planted-value" not in written
    assert "planted-value" not in carrier.shown[0] + str(events)
