"""Sentences about charts and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import safe


def chart(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    return []


def sentences(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if "sentence" in value.columns:
        return [safe(text) for text in value["sentence"]]
    return []
