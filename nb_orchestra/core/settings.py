"""Settings: what a person may set, as one frozen value. config.py makes it; only this travels down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHARE_LEVELS = ("schema", "summary", "sample", "full")
"""What an outside model may see of a value, from least to most."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every limit is finite. `seconds`: for a whole run; `step_seconds`: for one step; `rows`: most rows of one `for_each`."""

    models: str = "auto"
    share: str = "summary"
    cache: bool = True
    cache_dir: str = ""
    shared_cache: str = ""
    freshness: float = 0.0
    cache_gb: float = 5.0
    steps: int = 200
    attempts: int = 3
    seconds: float = 1800.0
    step_seconds: float = 600.0
    rows: int = 100_000
    parallel: int = 8
    strict: bool = False
    quiet: bool = False
    overwrite: bool = False
    fresh: bool = False
    replay: bool = False
    approve: bool = False
    budget: float = 0.50
    tokens: int = 2_000_000
    calls: int = 1_000
    roles: Mapping[str, str] = field(default_factory=dict)
    step_models: Mapping[str, str] = field(default_factory=dict)
    paste_characters: int = 8_000
    here: bool = False
    trust_code: bool = False
    check_goal: bool = True
