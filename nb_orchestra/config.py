"""What a person may set, with defaults, and where each value came from.

One traitlets class, so that `%config Orchestra.share = "schema"` and a profile's ipython_config.py work as everywhere in
Jupyter. The order, last wins: default → configuration file → environment (NB_ORCHESTRA_SHARE) → `%config` or `%orchestrate set` →
the option on the cell. Everything below sees only the frozen core.Settings that `settings()` gives.

Whoever runs the machine can fix options for everybody on it, in a file that only they may write: `locked.toml`, in /etc/nb_orchestra (on Windows
and macOS: the system's folder for configuration) or in the environment's own etc/nb_orchestra, with lines such as `models = "none"`. What stands
there wins over all of the above, and setting it otherwise is an error that names the file.
"""

from __future__ import annotations

import difflib
import functools
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import platformdirs
from traitlets import Bool, CaselessStrEnum, Dict, Float, Int, TraitError, Unicode
from traitlets.config import SingletonConfigurable

from nb_orchestra.core.settings import SHARE_LEVELS, Settings
from nb_orchestra.errors import BadOptionError

ENVIRONMENT = "NB_ORCHESTRA_"
RUN_OPTIONS = ("overwrite", "fresh", "replay", "approve", "here")
"""Options of one run only: nobody wants them for a whole session."""


class Orchestra(SingletonConfigurable):  # type: ignore[misc]  # traitlets has no types that mypy may follow
    """Settings of nb_orchestra."""

    models = Unicode("auto", help="which models may be used: auto, none (nothing leaves the kernel), or a model's name").tag(config=True)
    share = CaselessStrEnum(SHARE_LEVELS, "summary", help="what an outside model may see of your data: schema, summary, sample or full").tag(config=True)
    cache = Bool(True, help="keep results on disk, so that a second run costs nothing").tag(config=True)
    cache_dir = Unicode("", help="where results are kept; empty: your user cache folder").tag(config=True)
    shared_cache = Unicode("", help="a second cache folder (of a course, a team), looked up first and never written").tag(config=True)
    freshness = Float(0.0, min=0.0, help="hours after which what was found outside (web, feeds, tools that reach out) is looked up anew; 0: never").tag(
        config=True
    )
    cache_gb = Float(5.0, min=0.0, help="the most the cache may take on disk, in GB; older entries go first, and it says so").tag(config=True)
    steps = Int(200, min=1, help="most steps of one plan").tag(config=True)
    attempts = Int(3, min=1, help="most tries of one step, where trying again may help").tag(config=True)
    seconds = Float(1800.0, min=0.1, help="most seconds of one run").tag(config=True)
    step_seconds = Float(600.0, min=0.1, help="most seconds of one step").tag(config=True)
    rows = Int(100_000, min=1, help="most rows of one for_each").tag(config=True)
    parallel = Int(8, min=1, help="most steps, or rows, at once").tag(config=True)
    budget = Float(0.50, min=0.0, help="most USD that one run may spend on models").tag(config=True)
    tokens = Int(2_000_000, min=0, help="most tokens of one run").tag(config=True)
    calls = Int(1_000, min=0, help="most calls of models in one run").tag(config=True)
    roles = Dict(help="a model for a role: {'writer': 'provider/model'}").tag(config=True)
    paste_characters = Int(8_000, min=500, help="most characters of one paste (-m paste), and of what a planner is told where the data allow it").tag(
        config=True
    )
    step_models = Dict(help="a model for a step, by its name: {'brief': 'provider/model'}").tag(config=True)
    check_goal = Bool(True, help="a model's plan ends with a look whether the result answers the goal").tag(config=True)
    trust_code = Bool(False, help="code that a model wrote may run unasked where this machine cannot hold it (tier limited)").tag(config=True)
    strict = Bool(False, help="a goal that is done only in part is a failure").tag(config=True)
    quiet = Bool(False, help="show the answer, not the steps").tag(config=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.locked: dict[str, Any] = {}
        self.origins: dict[str, str] = dict.fromkeys(self.config.get("Orchestra", {}), "a configuration file")
        self._read_environment()
        for file in locking_files():
            self._lock(file)
        self.observe(self._remember_change)

    def _read_environment(self) -> None:
        for name in self.option_names():
            text = os.environ.get(ENVIRONMENT + name.upper())
            if text is not None:
                self.set_option(name, text, origin=f"the environment ({ENVIRONMENT}{name.upper()})")

    def _lock(self, file: Path) -> None:
        """Fixes the options of a file. BadOptionError where it cannot be read or names no option: a slip there must not open what it was to close."""
        try:
            given = tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise BadOptionError(f"{file} fixes options on this machine and cannot be read ({error})", hint="ask whoever runs this machine") from None
        for name, value in given.items():
            setattr(self, self.known_option(name), self._fitting(name, value))
            self.locked[name] = getattr(self, name)
            self.origins[name] = f"fixed on this machine ({file})"

    def _refuse_locked(self, name: str, value: Any) -> None:
        if name in self.locked and value != self.locked[name]:
            raise BadOptionError(f"{name} is {self.locked[name]!s} here and cannot be changed", hint=self.origins[name])

    def _remember_change(self, change: Any) -> None:
        if change["name"] in self.locked:
            if change["new"] != self.locked[change["name"]]:
                setattr(self, change["name"], self.locked[change["name"]])
            self._refuse_locked(change["name"], change["new"])
        elif change["name"] in self.option_names():
            self.origins[change["name"]] = "this session"

    @classmethod
    @functools.cache
    def option_names(cls) -> tuple[str, ...]:
        """Every option, in the order above."""
        return tuple(name for name in cls.class_own_traits() if name not in ("config", "parent", "log"))

    def describe_option(self, name: str) -> str:
        """'share = summary (default): what an outside model may see…'"""
        trait = self.traits()[self.known_option(name)]
        return f"{name} = {getattr(self, name)!s} ({self.origins.get(name, 'default')}): {trait.help}"

    def set_option(self, name: str, text: str, origin: str = "this session") -> None:
        """Sets an option from text. BadOptionError says what it takes."""
        trait = self.traits()[self.known_option(name)]
        try:
            value: Any = _read_flag(text) if isinstance(trait, Bool) else trait.from_string(text)
            setattr(self, name, value)
        except (TraitError, ValueError):
            raise BadOptionError(f"{name} cannot be {text!r}", hint=self.describe_option(name)) from None
        self.origins[name] = origin if name not in self.locked else self.origins[name]

    def known_option(self, name: str, also: tuple[str, ...] = ()) -> str:
        """The name itself; BadOptionError with the nearest one (of these and of `also`) where it does not exist."""
        names = [*self.option_names(), *also]
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise BadOptionError(f"there is no option {name!r}", hint=f"did you mean {near[0]}?" if near else f"options: {', '.join(names)}")
        return name

    def settings(self, **options: Any) -> Settings:
        """The frozen settings of one run; `options` (of the cell) win where they are not None."""
        given = {name: self._fitting(name, value) for name, value in options.items() if value is not None}
        values = {name: getattr(self, name) for name in self.option_names()} | given
        values["cache_dir"] = values["cache_dir"] or platformdirs.user_cache_dir("nb_orchestra", appauthor=False)
        return Settings(**values)

    def _fitting(self, name: str, value: Any) -> Any:
        """An option of one run, checked as the same setting of a session would be. BadOptionError where it does not exist or fit."""
        if name in RUN_OPTIONS:
            return bool(value)
        trait = self.traits()[self.known_option(name, RUN_OPTIONS)]
        try:
            fitting = trait._validate(self, os.fspath(value) if isinstance(value, os.PathLike) else value)
        except TraitError:
            raise BadOptionError(f"{name} cannot be {value!r}", hint=self.describe_option(name)) from None
        self._refuse_locked(name, fitting)
        return fitting


def locking_files() -> tuple[Path, ...]:
    """Where options may be fixed for everybody. On Linux not by the XDG variables, which anybody may set."""
    system = Path("/etc/nb_orchestra") if sys.platform == "linux" else Path(platformdirs.site_config_dir("nb_orchestra", appauthor=False))
    return (system / "locked.toml", Path(sys.prefix, "etc", "nb_orchestra", "locked.toml"))


def _read_flag(text: str) -> bool:
    words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    return words[text.lower()] if text.lower() in words else _raise(text)


def _raise(text: str) -> bool:
    raise ValueError(text)
