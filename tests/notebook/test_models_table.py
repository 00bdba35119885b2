"""`%orchestrate models`: which model would do what, at which price, with whose key, and where."""

from __future__ import annotations

import os
from typing import Any

import pytest

from nb_orchestra.models.mock import MockProvider
from nb_orchestra.notebook.cast import models_table

SECRET = "sk-proj-" + "x1" * 20


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
        monkeypatch.delenv(name)


def test_each_part_has_its_chain_with_prices_the_key_and_the_place_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell is cut by pandas' own width, and none holds the key."""
    with MockProvider(models=("gpt-5", "gpt-5-mini", "gpt-5-nano")) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        table = models_table()
        assert provider.asked == []
    shown = table.to_html()
    assert provider.openai_url in shown
    assert "OPENAI_API_KEY (the environment)" in shown
    assert "…" not in shown
    assert "..." not in shown
    assert SECRET not in shown
    writer = table[table.part == "writer"]
    assert writer.model.tolist() == ["openai/gpt-5-mini", "openai/gpt-5", "openai/gpt-5-nano"]
    assert writer.why.tolist()[0] == "middle model, for normal effort"
    assert writer[["price_in", "price_out", "context"]].notna().all(axis=None)


def test_a_model_of_no_known_size_is_called_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first in the list where there are several, the one model where there is one."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    for models, why in ((("own-a", "own-b"), "the first model in the list"), (("own-a",), "the one model")):
        with MockProvider(models=models) as provider:
            monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
            assert set(models_table().query("order == 1").why) == {why}
