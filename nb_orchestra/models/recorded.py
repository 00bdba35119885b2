"""Answers kept from an earlier time: record once with a real model, then test and document without one.

A recording is one JSON file that people can read and change. Answers are found by what was said to the model (wording
included) and the form asked for; what is not in it is a ReplayMissError that says so, never a call.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import BadOptionError, ReplayMissError
from nb_orchestra.models.forms import told_as, value_of
from nb_orchestra.models.keys import redactor
from nb_orchestra.models.rendering import render
from nb_orchestra.protocols import Model, ModelFacts

FORMAT = 1


def recording_key(prompt: Prompt, share: str = "full") -> str:
    """Identity of what is said to a model and the form asked for."""
    said = render(prompt, share)
    form = {"type": prompt.output.type, "columns": thaw(prompt.output.columns)}
    return hashlib.sha256(json.dumps([prompt.purpose, prompt.version, said.system, said.user, form], default=str).encode()).hexdigest()[:32]


class RecordedModel:
    """Answers from a recording made by RecordingModel. ReplayMissError for a prompt that is not in it."""

    def __init__(self, path: str | Path, *, share: str = "full") -> None:
        data = _load(Path(path))
        self.facts = ModelFacts(f"recorded:{data['model']}", context_tokens=1_000_000, structured=True, price_in=0.0, price_out=0.0)
        self._path, self._model, self._share = Path(path), str(data["model"]), share
        self._answers: Mapping[str, Any] = data["answers"]

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """The recorded answer, at no cost, under the name of the model that gave it."""
        entry = self._answers.get(recording_key(prompt, self._share))
        if entry is None:
            raise ReplayMissError(
                f"{self._path.name} has no answer of {self._model} to {prompt.task[:80]!r} with these inputs",
                hint="record it again: task, inputs or wording differ",
            )
        value, warnings = value_of(entry["text"], prompt.output)
        if on_text is not None and isinstance(value, str):
            on_text(value)
        return Answer(value, str(entry.get("model") or self._model), warnings=warnings)


class RecordingModel:
    """Passes prompts on to another model and keeps its answers in `path` (added to what is there, readable by the owner only)."""

    def __init__(self, model: Model, path: str | Path, *, share: str = "full", redact: Callable[[str], str] | None = None) -> None:
        self.facts = model.facts
        self._model, self._path, self._share, self._redact = model, Path(path), share, redact or redactor()
        self._data: dict[str, Any] = _load(self._path) if self._path.exists() else {"format": FORMAT, "model": model.facts.name, "answers": {}}

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """What the other model answers."""
        answer = await self._model.answer(prompt, on_text)
        entry = {"task": self._redact(prompt.task[:200]), "text": self._redact(told_as(answer.value, prompt.output)), "model": answer.model}
        self._data["answers"][recording_key(prompt, self._share)] = entry
        _save(self._path, self._data)
        return answer


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] == FORMAT and isinstance(data["answers"], dict) and isinstance(data["model"], str):
            return dict(data)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise BadOptionError(f"{path} is not a recording of this version", hint="make one with RecordingModel(model, path)")


def _save(path: Path, data: Mapping[str, Any]) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(data, file, indent=1, sort_keys=True)
    os.replace(name, path)
