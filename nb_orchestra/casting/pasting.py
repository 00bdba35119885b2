"""`-m paste` for one run: who is asked to carry prompts to a chat window and replies back."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nb_orchestra.casting.choosing import PASTE
from nb_orchestra.casting.hiding import Hiding
from nb_orchestra.casting.sharing import Sharing
from nb_orchestra.core.events import Asked, Decided, Event
from nb_orchestra.core.settings import Settings
from nb_orchestra.models.paste import PasteModel
from nb_orchestra.protocols import Approver, Model, Question
from nb_orchestra.running.gates import clock_stopped

A_DAY = 86_400.0


def pasting(settings: Settings, share: Sharing, hide: Hiding, append: Callable[[Event], None], approver: Approver) -> Callable[[], Model]:
    """Makes the run's one PasteModel when it is first needed."""

    async def bring(key: str, words: str, text: str) -> str:
        question = Question(f"paste-{key}", words, flag="-m paste", brings=text)
        append(Asked(question.key, question.text, time.time(), question.brings))
        try:
            return await approver.bring(question)
        finally:
            append(Decided(question.key, True))

    @functools.cache
    def model() -> Model:
        made: Model = PasteModel(Path(settings.cache_dir) / PASTE, share, bring, settings.paste_characters, hide, clock_stopped)
        return made

    return model


def patient(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """With a person in the middle a run may take a day, and no paste is asked for only to look at the answer; where nobody set it otherwise."""
    if settings.models != PASTE:
        return settings
    eased: dict[str, Any] = {"seconds": max(settings.seconds, A_DAY), "check_goal": False}
    return dataclasses.replace(settings, **{name: value for name, value in eased.items() if name not in given})
