"""Settings: what may be set, from where, and what wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from nb_orchestra.config import ENVIRONMENT, Orchestra
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import BadOptionError


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting in the environment."""
    for name in Orchestra.option_names():
        monkeypatch.delenv(ENVIRONMENT + name.upper(), raising=False)
    return monkeypatch


def test_every_default_is_finite_and_that_of_the_frozen_settings(bare: Any) -> None:
    """The traits and core.Settings agree, and no limit is missing."""
    told, frozen = Orchestra().settings(), Settings()
    for name in Orchestra.option_names():
        if name != "cache_dir":
            assert getattr(told, name) == getattr(frozen, name), name
    assert told.cache_dir.endswith("nb_orchestra")
    assert all(0 < getattr(told, name) < 1e9 for name in ("steps", "attempts", "seconds", "step_seconds", "rows", "parallel", "cache_gb"))


def test_where_each_value_came_from(bare: pytest.MonkeyPatch) -> None:
    """Default, configuration file, environment, this session: the last wins, and the origin is told."""
    config = Config({"Orchestra": {"share": "schema", "steps": 50}})
    bare.setenv(ENVIRONMENT + "SHARE", "full")
    orchestra = Orchestra(config=config)
    assert (orchestra.share, orchestra.steps, orchestra.attempts) == ("full", 50, 3)
    assert "(the environment (NB_ORCHESTRA_SHARE))" in orchestra.describe_option("share")
    assert "(a configuration file)" in orchestra.describe_option("steps")
    assert "(default)" in orchestra.describe_option("attempts")
    orchestra.attempts = 5
    orchestra.set_option("share", "sample")
    assert "(this session)" in orchestra.describe_option("attempts")
    assert orchestra.describe_option("share").startswith("share = sample (this session): ")


def test_the_cells_option_wins_and_stays_with_the_cell(bare: Any) -> None:
    """An option of one run changes nothing for the next."""
    orchestra = Orchestra()
    assert orchestra.settings(share="full", fresh=True, steps=None).share == "full"
    assert (orchestra.settings().share, orchestra.settings().fresh) == ("summary", False)


@pytest.mark.parametrize(("text", "value"), [("on", True), ("Yes", True), ("1", True), ("off", False), ("FALSE", False), ("0", False)])
def test_switches_are_read_from_words(bare: Any, text: str, value: bool) -> None:
    """on, yes, true, 1 and their opposites."""
    orchestra = Orchestra()
    orchestra.set_option("cache", text)
    assert orchestra.cache is value


WRONG = [("share", "everything"), ("cache", "perhaps"), ("steps", "0"), ("steps", "many"), ("seconds", "-1"), ("cache_gb", "x")]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_value_that_an_option_cannot_take_says_what_it_takes(bare: Any, name: str, text: str) -> None:
    """The old value stays, and the hint tells the option's meaning and present value."""
    orchestra = Orchestra()
    before = getattr(orchestra, name)
    with pytest.raises(BadOptionError, match=f"{name} cannot be '{text}'") as caught:
        orchestra.set_option(name, text)
    assert caught.value.hint.startswith(f"{name} = ")
    assert getattr(orchestra, name) == before


def test_a_bad_value_in_the_environment_names_its_variable(bare: pytest.MonkeyPatch) -> None:
    """A slip in the environment is told with the option's name, not as a traceback of traitlets."""
    bare.setenv(ENVIRONMENT + "STEPS", "lots")
    with pytest.raises(BadOptionError, match="steps cannot be 'lots'"):
        Orchestra()


def test_an_unknown_option_names_the_nearest(bare: Any) -> None:
    """One line with the nearest valid option."""
    with pytest.raises(BadOptionError, match="'shares'") as caught:
        Orchestra().known_option("shares")
    assert caught.value.hint == "did you mean share?"
    with pytest.raises(BadOptionError, match="share cannot be"):
        Orchestra().settings(share="all")


def test_options_of_a_run_are_checked_like_those_of_a_session(bare: Any) -> None:
    """`orchestrate(…, steps=0)` or `sharee=…` is an error for the caller, not a strange run."""
    with pytest.raises(BadOptionError, match="steps"):
        Orchestra().settings(steps=0)
    with pytest.raises(BadOptionError, match="seconds"):
        Orchestra().settings(seconds="long")
    with pytest.raises(BadOptionError, match="'sharee'") as caught:
        Orchestra().settings(sharee="full")
    assert "share" in caught.value.hint


def test_the_cache_folder_may_be_a_path(bare: Any, tmp_path: Path) -> None:
    """A folder given as a Path is a folder."""
    assert Orchestra().settings(cache_dir=tmp_path).cache_dir == str(tmp_path)


@pytest.fixture
def lock(bare: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file in which this environment's administrator fixes options."""
    bare.setattr("sys.prefix", str(tmp_path))
    file = tmp_path / "etc" / "nb_orchestra" / "locked.toml"
    file.parent.mkdir(parents=True)
    file.write_text('models = "none"\nbudget = 0.1\n')
    return file


def test_what_a_machine_fixes_nobody_on_it_changes(bare: pytest.MonkeyPatch, lock: Path) -> None:
    """Neither a configuration file nor the environment, a session, `%config` or a cell's option opens what `locked.toml` closes."""
    bare.setenv(ENVIRONMENT + "MODELS", "openai/gpt")
    orchestra = Orchestra(config=Config({"Orchestra": {"models": "auto", "share": "schema"}}))
    assert (orchestra.models, orchestra.budget, orchestra.share) == ("none", 0.1, "schema")
    assert f"(fixed on this machine ({lock}))" in orchestra.describe_option("models")
    for change in (
        lambda: setattr(orchestra, "models", "auto"),
        lambda: orchestra.set_option("models", "openai/gpt"),
        lambda: orchestra.update_config(Config({"Orchestra": {"models": "auto"}})),
        lambda: orchestra.settings(models="openai/gpt"),
    ):
        with pytest.raises(BadOptionError, match="models is none here and cannot be changed") as caught:
            change()
        assert str(lock) in caught.value.hint
        assert orchestra.models == "none"
    assert orchestra.settings(models="none", share="full").models == "none"
    assert "fixed on this machine" in orchestra.describe_option("models")


@pytest.mark.parametrize("text", ["models = none", 'modles = "none"', "budget = 'much'", "fresh = true"])
def test_a_slip_in_the_file_that_fixes_options_opens_nothing(lock: Path, text: str) -> None:
    """What cannot be read, and what names no option, is an error and not a missing lock."""
    lock.write_text(text)
    with pytest.raises(BadOptionError):
        Orchestra()
