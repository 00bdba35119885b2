"""What the steps of a plan hold: everything that they name, as text and as numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


class Used:
    """What the steps hold, as text and as numbers."""

    def __init__(self, params: str, steps: list[Any]) -> None:
        self.text = params.casefold()
        self.numbers = {abs(float(number)) for number in re.findall(r"\d+(?:\.\d+)?", params)}
        self.recipes = {str(step.get("params", {}).get("recipe", "")) for step in steps}

    def has_number(self, number: float) -> bool:
        """True for the number itself, as thousands, millions or billions, or as a share (the 95th percentile)."""
        return any(round(abs(number) * scale, 9) in self.numbers for scale in (1.0, 1e3, 1e6, 1e9, 0.01))

    def holds(self, word: Any) -> bool:
        return json.dumps(str(word), ensure_ascii=False)[1:-1].casefold() in self.text


def used_by(steps: list[Any]) -> Used:
    return Used(json.dumps([_computed(step.get("params", {})) for step in steps if step.get("kind") != "ask"], ensure_ascii=False, default=str), steps)


def _computed(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step's parameters without the list of columns that it was merely handed."""
    arguments = params.get("arguments", {})
    frame = arguments.get("frame") if isinstance(arguments, Mapping) else None
    if params.get("recipe") != "correlate" or not isinstance(frame, Mapping):
        return params
    return {**params, "arguments": {**arguments, "frame": {key: value for key, value in frame.items() if key != "columns"}}}
