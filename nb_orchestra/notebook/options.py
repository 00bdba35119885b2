"""The line of a goal cell: `%%orchestrate [NAME] [options]`. One table of flags, which parsing, help and completion share."""

from __future__ import annotations

import builtins
import difflib
import keyword
import shlex
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.settings import SHARE_LEVELS
from nb_orchestra.errors import BadOptionError


@dataclass(frozen=True, slots=True)
class Flag:
    """One option: what it sets, whether it takes a value, and what it means in a few words."""

    names: tuple[str, ...]
    sets: str
    meaning: str
    value: str = ""
    choices: tuple[str, ...] = ()


FLAGS = (
    Flag(("--plan",), "plan_only", "show the plan and stop; the same cell without it runs exactly that plan"),
    Flag(("--approve",), "approve", "show the plan and ask before anything runs"),
    Flag(("--fresh",), "fresh", "run every step again, and keep the new results"),
    Flag(("--replay",), "replay", "run nothing: only what is kept"),
    Flag(("--continue",), "continue_", "build on an earlier run: the last one, or the one of NAME", "[NAME]"),
    Flag(("--from-plan",), "from_plan", "the cell's body is a plan (YAML), not a goal"),
    Flag(("--overwrite",), "overwrite", "names that you give may replace your own values"),
    Flag(("--strict",), "strict", "a goal done only in part is a failure"),
    Flag(("--share",), "share", "what an outside model may see of your data", "LEVEL", SHARE_LEVELS),
    Flag(("-m", "--model"), "models", "the model for every step; builtin: the built-in engine; paste: a chat window", "MODEL"),
    Flag(("-s", "--step-model"), "step_models", "the model for one step", "STEP=MODEL"),
    Flag(("--budget",), "budget", "most USD that this run may spend on models", "USD"),
    Flag(("--seconds",), "seconds", "most seconds of this run", "N"),
    Flag(("--here",), "here", "code of a model runs in this very kernel, after you saw and allowed it"),
    Flag(("-q", "--quiet"), "quiet", "show the answer, not the steps"),
)
_BY_NAME = {name: flag for flag in FLAGS for name in flag.names}
LAST = "last"


@dataclass(frozen=True, slots=True)
class CellOptions:
    """What the line says. `options` go to config; `continue_` is a run's name, 'last', or '' for none."""

    name: str = ""
    plan_only: bool = False
    continue_: str = ""
    from_plan: bool = False
    options: dict[str, Any] = field(default_factory=dict)


def asks_help(line: str) -> bool:
    """True for `%%orchestrate -h` and `--help`."""
    return any(word in ("-h", "--help") for word in _split(line))


def cell_help() -> str:
    """Every option of a goal cell, one a line."""
    lines = ["%%orchestrate [NAME] [options], and the goal below; the answer becomes NAME, the run NAME_run"]
    lines += [f"  {', '.join(flag.names) + ' ' + flag.value:<26} {flag.meaning}" for flag in FLAGS]
    return "\n".join([*lines, "  %orchestrate alone: what else there is"])


def read_line(line: str, run_names: Collection[str] = (), body: str = "") -> CellOptions:
    """BadOptionError for an unknown flag (with the nearest one), a bad name, or a sentence where options belong."""
    words = _split(line)
    found: dict[str, Any] = {}
    names: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.startswith("-") or word == "-":
            names.append(word)
            continue
        flag, _, given = word.partition("=")
        option = _BY_NAME.get(flag) or _unknown(flag)
        following = words[position] if position < len(words) else ""
        value, used = _continued(given, following, run_names, bool(names)) if option.sets == "continue_" else _value(option, given, following)
        found[option.sets] = {**found.get(option.sets, {}), **value} if isinstance(value, dict) else value
        position += used
    _check_names(names, line, body)
    plan_only, continued, from_plan = found.pop("plan_only", False), found.pop("continue_", ""), found.pop("from_plan", False)
    return CellOptions(names[0] if names else "", plan_only, continued, from_plan, found)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _continued(given: str, following: str, run_names: Collection[str], named: bool) -> tuple[str, int]:
    """Which run `--continue` means. A word behind it is a run's name, or, where the cell has none yet, the cell's NAME."""
    if given:
        return given, 0
    is_run = following in run_names or (named and following != "" and not following.startswith("-"))
    return (following, 1) if is_run else (LAST, 0)


def _value(flag: Flag, given: str, following: str) -> tuple[Any, int]:
    """The flag's value and how many further words it used."""
    if not flag.value:
        return True, 0
    value, used = (given, 0) if given else (following, 1)
    if flag.choices and value not in flag.choices:
        raise BadOptionError(
            f"{flag.names[0]} takes {' | '.join(flag.choices)}, not {value!r}" if value else f"{flag.names[0]} needs a value: {' | '.join(flag.choices)}"
        )
    return _CONVERTED.get(flag.sets, _as_text)(value, flag), used


def _as_text(value: str, flag: Flag) -> Any:
    if not value or value.startswith("-"):
        raise BadOptionError(f"{flag.names[0]} needs a value: {flag.value}")
    return value


def _as_number(value: str, flag: Flag) -> Any:
    try:
        return float(value)
    except ValueError:
        raise BadOptionError(f"{flag.names[0]} needs a number ({flag.value}), not {value!r}") from None


def _as_pair(value: str, flag: Flag) -> Any:
    step, equals, model = value.partition("=")
    if not (step and equals and model):
        raise BadOptionError(f"{flag.names[0]} is written STEP=MODEL, not {value!r}")
    return {step: model}


_CONVERTED: dict[str, Callable[[str, Flag], Any]] = {"budget": _as_number, "seconds": _as_number, "step_models": _as_pair}


def _unknown(flag: str) -> Flag:
    near = difflib.get_close_matches(flag, list(_BY_NAME), 1, cutoff=0.4)
    raise BadOptionError(f"there is no option {flag}", hint=f"did you mean {near[0]}?" if near else f"options: {', '.join(_BY_NAME)}")


def _check_names(names: list[str], line: str, body: str) -> None:
    if len(names) > 1 and body.strip():
        whole = f"%%orchestrate\n{line.strip()}\n{body.strip()}" if len(names) > 2 else f"%%orchestrate {names[0]}\n{body.strip()}"
        raise BadOptionError(f"the first line takes one NAME, and there are {len(names)}: {' '.join(names)}", hint=f"copy this:\n\n{whole}\n")
    if len(names) > 1:
        begins = 1 if usable_name(names[0]) and not names[0][0].isupper() and names[1][:1].isupper() else 0  # "m Mean mass by …": a NAME, then a sentence
        first, goal = " ".join(["%%orchestrate", *names[:begins]]), line.strip().removeprefix("".join(names[:begins])).strip()
        raise BadOptionError("the goal goes below the first line", hint=f"copy this:\n\n{first}\n{goal}\n")
    if names and not usable_name(names[0]):
        raise BadOptionError(
            f"`{names[0]}` cannot be a variable's name", hint="use letters, digits and _, no keyword and no builtin; the goal goes below the first line"
        )


def usable_name(name: str) -> bool:
    """True for a name that a person may give to a result."""
    return (
        name.isidentifier()
        and name.isascii()
        and not keyword.iskeyword(name)
        and not hasattr(builtins, name)
        and not name.startswith("_")
        and name not in ("In", "Out")
    )
