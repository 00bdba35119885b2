"""Inputs that are too long for the model: read in parts, every part of them, and put together; never cut."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.prompt import Prompt
from nb_orchestra.errors import PromptTooLongError
from tests.running.staging import FunctionModel, Stage

FACTS = [f"fact{number}" for number in range(400)]


class Narrow:
    """A model that takes so many facts at once, and tells those that it saw."""

    def __init__(self, most: int, told: Any) -> None:
        self.most, self.told, self.seen = most, told, []  # type: ignore[var-annotated]

    def __call__(self, prompt: Prompt) -> Any:
        facts = re.findall(r"fact\d+", " ".join(_text(block.value) for block in prompt.blocks))
        if len(facts) > self.most:
            raise PromptTooLongError("too many facts")
        self.seen += facts
        return self.told(facts)


def _text(value: Any) -> str:
    return " ".join(value["fact"]) if isinstance(value, pd.DataFrame) else str(value)


def asked(value: Any, output: Any) -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "What are the facts?", "inputs": {"long": {"data": "long"}}}, "output": output}]}


@pytest.mark.parametrize(
    "long",
    [" ".join(FACTS), "\n\n".join(FACTS), ". ".join(FACTS), FACTS, pd.DataFrame({"fact": FACTS})],
    ids=["words", "paragraphs", "sentences", "a list", "a table"],
)
def test_every_part_of_a_long_input_is_read(long: Any) -> None:
    """The model sees each fact, in order, at the end the notes of all parts, and the result says that it was read in parts."""
    model = Narrow(60, lambda facts: f"{len(facts)} facts")
    run = Stage(model=FunctionModel(model)).run(plan=asked(long, {"type": "text"}), data={"long": long})
    assert model.seen == FACTS
    assert any("read them in parts" in warning for warning in run.result("s1").warnings)


def test_rows_of_the_parts_are_put_below_each_other() -> None:
    """A promised table has the rows of every part, in order, and none twice."""
    model = Narrow(30, lambda facts: pd.DataFrame({"name": facts}))
    run = Stage(model=FunctionModel(model)).run(plan=asked(FACTS, {"type": "table", "columns": {"name": "text"}}), data={"long": FACTS})
    assert run.value["name"].tolist() == FACTS


def test_what_cannot_be_halved_any_more_fails_and_says_so() -> None:
    """A prompt that is too long whatever is left out ends as such; no part of the answer is passed off as the whole."""
    run = Stage(model=FunctionModel(Narrow(0, str))).run(plan=asked(FACTS, {"type": "text"}), data={"long": FACTS})
    assert (run.state, run.failures["s1"].error) == ("failed", "PromptTooLongError")
