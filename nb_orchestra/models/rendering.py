"""A Prompt → what is said to a model: a system text, and one text with the task, the inputs as data, and the form wanted.

The only place where a value becomes words for a model that is not in the kernel, so the sharing level is applied here and
nowhere else. Each input stands in a block whose mark is made from all inputs' text: no text can hold the mark that ends it.
The words are files in models/wording; `wording_version` is their identity and belongs into the fingerprint of every step.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import ABOUT_THE_RUN, THE_ROW, Block, Prompt
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.models.forms import is_text, shape_words

WORDING = Path(__file__).with_name("wording")
_HOLE = re.compile(r"\{(\w+)\}")
_NOT_SAID = ("model_reason", "reworded")
PLANNING = ("plan", "repair")
KEPT_BACK = "\n(its rows were kept from you on purpose)"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a model is told."""

    system: str
    user: str


@functools.cache
def wording(name: str) -> str:
    """One of the room's texts."""
    return (WORDING / f"{name}.md").read_text("utf-8").strip()


@functools.cache
def wording_version() -> str:
    """Identity of all the room's texts: changes with any letter of them."""
    texts = [path.name + "\0" + path.read_text("utf-8") for path in sorted(WORDING.glob("*.md"))]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def filled(text: str, words: Mapping[str, str]) -> str:
    """Holes filled in one pass, by name only: what is filled in is not looked at again."""
    return _HOLE.sub(lambda found: words.get(found[1], found[0]), text)


class Sharer(Protocol):
    """Which level for which input, and what of it is told at all."""

    def __call__(self, block: Block) -> str: ...
    def seen(self, block: Block) -> Any: ...


Share = str | Sharer


def render(prompt: Prompt, share: Share = "summary") -> Rendered:
    """The prompt in words, with each value told as far as `share` allows; a text whole, as its question is about its words, unless only schemas may leave."""
    made: dict[str, str] = {}
    blocks = [*(_described(block, share, prompt.purpose, made) for block in prompt.blocks), *_notes(prompt.context)]
    parts = [f"# Task\n\n{values.clean_text(prompt.task)}"]
    if prompt.done_when:
        parts.append(f"It is done when: {values.clean_text(prompt.done_when)}")
    if blocks:
        mark = hashlib.sha256("\0".join(text for _, text in blocks).encode("utf-8", "replace")).hexdigest()[:12]
        parts.append("# Inputs\n\n" + "\n\n".join(f'<data name="{name}" mark="{mark}">\n{text}\n</data {mark}>' for name, text in blocks))
    parts.append(f"# Answer\n\n{_form(prompt)}")
    return Rendered(wording("system"), "\n\n".join(parts))


def _described(block: Block, share: Share, purpose: str, made: dict[str, str]) -> tuple[str, str]:
    if block.made_by == ABOUT_THE_RUN:
        return _quotable(block.name), values.describe(block.value, "full")
    brief = purpose in PLANNING
    level, value = (share, block.value) if isinstance(share, str) else (share(block), share.seen(block))
    found = block.made_by is not None and block.made_by.get("kind") == "search"  # passages are texts, too
    row = block.made_by == THE_ROW
    if (found or row or values.kind_of(value) == "text") and level != "schema":
        level = "full"
    text = values.describe(value, level, brief=brief)
    if not brief and level in ("schema", "summary") and values.kind_of(value) == "table" and len(value):
        text += KEPT_BACK
    if block.made_by and not row:
        text += f"\n(how it was made: {_json(_once(thaw(block.made_by), block.name, made))})"
    return _quotable(block.name), text


def _once(way: dict[str, Any], name: str, made: dict[str, str]) -> dict[str, Any]:
    """How a value was made, told once in a prompt: what was told with another input before is named by that."""
    same = _json([way.get("for_each"), way.get("params"), way.get("of"), way.get("with")])
    if same in made:
        return {"as told at": made[same]} | {key: value for key, value in way.items() if key in ("part", "column")}
    made[same] = name
    return {key: _once(value, name, made) if key in ("of", "with") and isinstance(value, dict) else value for key, value in way.items()}


def _notes(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the plan says of itself (its goal, assumptions, what is missing), one block."""
    said = {name: thaw(value) for name, value in context.items() if name not in _NOT_SAID and value not in (None, "", (), [], {})}
    return [("about the plan", "\n".join(f"{name}: {value if isinstance(value, str) else _json(value)}" for name, value in said.items()))] if said else []


def _json(value: Any) -> str:
    return values.clean_text(json.dumps(value, ensure_ascii=False, default=str))


def _quotable(name: str) -> str:
    return values.clean_text(name).replace('"', "'").replace("\n", " ")[:120]


def _form(prompt: Prompt) -> str:
    if prompt.purpose == "code":
        return wording("code")
    if not is_text(prompt.output):
        plain = prompt.output.type == "record" and not prompt.output.columns
        return wording("object") if plain else filled(wording("data"), {"shape": shape_words(prompt.output)})
    figures = [block.name for block in prompt.blocks if values.kind_of(block.value) == "figure"]
    return "\n".join([wording("text"), *([filled(wording("figures"), {"names": ", ".join(figures)})] if figures else [])])


def again(error: BadAnswerError, output: Output) -> str:
    """What is said to a model whose answer could not be used."""
    hint = error.hint or (f"The form: {shape_words(output)}" if not is_text(output) else "")
    return filled(wording("again"), {"complaint": error.message, "hint": hint})
