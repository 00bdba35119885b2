"""JupyterLab's settings in this kernel: above the defaults and a configuration file, below the environment and this session.

What a person just changed in Lab's settings editor counts as said now, and wins over everything but the option on a cell.
What Lab no longer sets goes back to what it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.config import Orchestra
from nb_orchestra.errors import BadOptionError

FROM_LAB = ("share", "models", "roles", "budget", "cache", "parallel")
"""The options that Lab may set. Folders and the other limits are the kernel's own business."""
ORIGIN = "JupyterLab's settings"
_STRONGER = ("this session", "the environment")


class LabSettings:
    """Which options Lab has set here, and what they were before. The values themselves live in config."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[str, str]] = {}

    def take(self, wanted: Mapping[str, Any], now: bool) -> dict[str, str]:
        """Sets what Lab sets and takes back what it no longer sets. `now`: the person changes it at this moment.

        `wanted`: option → value; an option that is missing is not set in Lab. Returns what could not be set: option → why.
        """
        refused: dict[str, str] = {}
        for name in FROM_LAB:
            try:
                if wanted.get(name) is None:
                    self._take_back(name)
                else:
                    self._set(name, _text(wanted[name]), now)
            except BadOptionError as error:
                refused[name] = str(error)
        unknown = [name for name in wanted if name not in FROM_LAB]
        return refused | {str(name): "this nb_orchestra has no such option" for name in unknown}

    def told(self) -> list[dict[str, str]]:
        """The options with their values here and where each came from."""
        config = Orchestra.instance()
        return _options_of({name: (_text(getattr(config, name)), config.origins.get(name, "default")) for name in FROM_LAB})

    def _set(self, name: str, text: str, now: bool) -> None:
        config = Orchestra.instance()
        origin, value = config.origins.get(name, "default"), _text(getattr(config, name))
        if not now and origin.startswith(_STRONGER):
            return
        if text == value and origin == ORIGIN:
            return
        config.set_option(name, text, origin=ORIGIN)
        if origin != ORIGIN:
            self._before[name] = (value, origin)

    def _take_back(self, name: str) -> None:
        config = Orchestra.instance()
        before = self._before.pop(name, None)
        if before is not None and config.origins.get(name) == ORIGIN:
            config.set_option(name, before[0], origin=before[1])


def _options_of(found: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
    """Options as the panel's foot shows them: name, value, and where the value came from."""
    return [{"name": name, "value": value, "origin": origin} for name, (value, origin) in found.items()]


def _text(value: Any) -> str:
    """The text that `set_option` reads back."""
    if isinstance(value, Mapping):
        return str({str(key): str(item) for key, item in sorted(value.items())})
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
