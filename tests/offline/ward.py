"""A ward's table, and how an answer in a format is read and held against the truth: for all tests of answer formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra import orchestrate
from nb_orchestra.errors import OrchestraError

_RANDOM = np.random.default_rng(11)
_N = 80
WARD = pd.DataFrame(
    {
        "day": pd.date_range("2019-01-10", periods=_N, freq="20D").strftime("%Y-%m-%d"),
        "gndr": _RANDOM.choice([1, 2], _N),
        "diab": _RANDOM.choice([0, 1], _N),
        "outc": _RANDOM.choice(["R", "D", "T"], _N),
        "unit": _RANDOM.choice(["Alpha", "Delta", "Gamma"], _N, p=[0.5, 0.3, 0.2]),
        "los": np.round(_RANDOM.gamma(3.0, 2.0, _N), 1),
        "crp": np.where(np.arange(_N) % 10 == 3, np.nan, np.round(_RANDOM.gamma(2.0, 20.0, _N), 1)),
        "sbp": np.where(np.arange(_N) % 13 == 5, np.nan, np.round(_RANDOM.normal(130, 15, _N))),
    }
)
WARD["cost"] = np.round(WARD["los"] * 500 + _RANDOM.normal(0, 400, _N), 2)
WARD.loc[7, "los"] = 60.0


def answered(goal: str, table: pd.DataFrame = WARD) -> dict[str, str] | None:
    """The slots of the answer; None where the whole answer is declined."""
    try:
        text = str(orchestrate(goal, data={"table": table}, model="builtin", cache=False).value)
    except OrchestraError:
        return None
    found = dict(line.strip("@]").split("[", 1) for line in text.splitlines() if line.startswith("@") and line.endswith("]"))
    return found or None


def fits(given: dict[str, str] | None, truth: dict[str, Any]) -> bool:
    if given is None or list(given) != list(truth):
        return False
    return all(given[name] == value if isinstance(value, str) else abs(float(given[name]) - value) < 6e-3 for name, value in truth.items())
