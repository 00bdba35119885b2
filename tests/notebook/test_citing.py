"""A Methods paragraph says what was really done."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.citing import methods_of
from nb_orchestra.config import Orchestra

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "body_mass_g": [3700.0 + i * (1 + i % 3) + 1300 * (i % 2) for i in range(60)]})


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))


def test_it_names_data_source_test_n_methods_and_versions() -> None:
    """What a reader of a paper asks for, and nothing that a model phrased."""
    penguins = FRAME.copy()
    penguins.attrs["source"] = "Palmer Station LTER"
    run = orchestrate("Compare body mass across species in {penguins}", data={"penguins": penguins}, model="none")
    assert run.plan is not None
    told = methods_of(run, run.plan.result[-1])
    test = run["body_mass_g_compared_by_species"]["test"].iloc[0]
    for words in ("Palmer Station LTER", "60 × 2", test, "n = 60", "Levene", f"pandas {pd.__version__}", run.id, "No language model took part"):
        assert words in told


def test_rows_that_were_left_out_are_told() -> None:
    """A filter is part of the method."""
    run = orchestrate("Drop rows missing species, then compare body mass across species in {penguins}", data={"penguins": FRAME}, model="none")
    assert run.plan is not None
    assert "were left out" in methods_of(run, run.plan.result[-1])
