"""A Goal: what a person wants, with the values that the text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """`text` keeps its `{names}`; `data` maps each name to its value; `columns` holds columns forced by `{frame[column]}`.

    `earlier` is the plan that `--continue` builds on (as data), None otherwise; `reported` what its steps said of gaps and of what they did not see.
    """

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earlier: Mapping[str, Any] | None = None
    reported: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
