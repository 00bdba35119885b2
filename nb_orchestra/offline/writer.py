"""The built-in model: writes the answer of a plan in prose, from the results alone. Fills protocols.Model; no network, no price.

It chooses sentences, it does not make them up: each recipe says what its result holds (prose/), the writer orders that, adds small tables and
places the charts. Every line is checked before it goes out: one that holds a number which stands in no result is left out, with a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.prompt import Answer, Block, Prompt
from nb_orchestra.errors import BadAnswerError
from nb_orchestra.offline.edition import edition
from nb_orchestra.offline.prose import layout
from nb_orchestra.offline.prose.premise import premise
from nb_orchestra.offline.prose.quoting import bulleted, is_found, quotes
from nb_orchestra.offline.recipe import Recipe
from nb_orchestra.offline.recipes.labels import capital
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.protocols import ModelFacts
from nb_orchestra.values.grounding import stray_numbers

NAME = "built-in"
SET_A_MODEL = "set one with `%orchestrate set model NAME` (any model that LiteLLM reaches, or a local one)"
NEEDS = {
    "plan": "planning a goal that the grammar cannot read",
    "repair": "repairing a plan",
    "judge": "grading a text",
    "check": "checking a text against a criterion",
    "code": "writing code",
}
ASSOCIATIONS = frozenset(
    [
        "compare_groups",
        "compare_proportions",
        "compare_columns",
        "post_hoc",
        "paired",
        "correlate",
        "correlation_matrix",
        "partial_correlation",
        "regression",
        "odds_ratios",
        "adjusted_effect",
        "trend",
        "trends",
        "associations",
    ]
)
OWN_WORDS = "the built-in engine says what the results say, in its own words; a model follows other wording (`%orchestrate edit STEP model=NAME`)"
NO_CAUSE = "These are differences and associations in the rows at hand; they do not say what causes what."


@dataclass(frozen=True, slots=True)
class Part:
    """One result and how it came to be: the recipe's name and arguments, as the plan has them."""

    name: str
    value: Any
    variable: str = ""
    recipe: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    query: Any = ""

    @classmethod
    def of(cls, block: Block) -> Part:
        made_by = thaw(block.made_by) or {}
        params = made_by.get("params", made_by)
        return cls(
            block.name,
            block.value,
            str(made_by.get("name") or block.name),
            str(params.get("recipe", "")),
            params.get("arguments", {}),
            params.get("query", ""),
        )

    @property
    def is_chart(self) -> bool:
        return hasattr(self.value, "spec") and hasattr(self.value, "png")

    @property
    def is_table(self) -> bool:
        return hasattr(self.value, "columns") and hasattr(self.value, "iloc")

    @property
    def is_found(self) -> bool:
        """Passages of a search."""
        return self.is_table and is_found(self.value)


class BuiltinModel:
    """Answers prompts of purpose "ask" that bring results of recipes, or passages of a search. BadAnswerError for all else, naming what needs a model."""

    def __init__(self, recipes: Mapping[str, Recipe] = RECIPES) -> None:
        self.recipes = recipes
        self.facts = ModelFacts(name=NAME, local=True, context_tokens=10_000_000, structured=False, price_in=0.0, price_out=0.0, telling=edition())

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """Markdown. Charts stand as [[name]] on a line of their own, by the block's name."""
        if prompt.purpose != "ask":
            raise BadAnswerError(
                f"{NEEDS.get(prompt.purpose, f'a prompt of the kind {prompt.purpose!r}')} needs a model; the built-in engine has none", hint=SET_A_MODEL
            )
        if prompt.output.type not in ("any", "text"):
            raise BadAnswerError(f"the built-in engine writes text, not a {prompt.output.type}", hint=SET_A_MODEL)
        parts = [Part.of(block) for block in prompt.blocks]
        if not any(part.recipe in self.recipes or part.is_found for part in parts):
            raise BadAnswerError("the built-in engine writes only from results of its own recipes and of searches, and there are none here", hint=SET_A_MODEL)
        text, warnings = self.write(prompt, parts)
        if on_text is not None:
            on_text(text)
        return Answer(text, NAME, warnings=tuple(warnings))

    def write(self, prompt: Prompt, parts: list[Part]) -> tuple[str, list[str]]:
        """(the text, what was left out of it)."""
        proof = Proof(parts, prompt)
        said: list[tuple[Part, list[str]]] = []
        for part in parts:
            told = {sentence for _, sentences in said for sentence in sentences}  # two steps may give the same: all rows, and those with a value
            said.append((part, [sentence for sentence in proof.keep(self.sentences(part)) if sentence not in told]))
        tables = {part.name: proof.keep_table(layout.table_of(part.variable, part.recipe, part.value)) for part in parts if part.is_table}
        notes = [layout.safe_line(f"{capital(str(text))}.") for text in prompt.context.get("warnings", ())]
        notes += [NO_CAUSE] if any(part.recipe in ASSOCIATIONS for part in parts) else []
        brief = layout.is_brief(prompt.task) or sum(bool(sentences) for _, sentences in said) > 2
        missing = [f"{name}: {why}" for name, why in prompt.context.get("missing", {}).items()]
        lines = [f"**Not done:** {layout.safe_line(item)}" for item in [*prompt.context.get("not_done", ()), *missing]]
        if prompt.context.get("reworded"):
            lines.append(f"**Not done:** “{layout.safe_line(' '.join(prompt.task.split()))}”: {OWN_WORDS}")
        if brief:
            lines.append(f"# {layout.title_of(str(prompt.context.get('goal') or prompt.task))}")
        lines += proof.keep(premise(prompt.task, [(part.recipe, part.value, part.arguments) for part in parts if part.is_table]))
        for part, sentences in said:
            lines += [bulleted(sentences) if part.is_found else " ".join(sentences), tables.get(part.name, ""), f"[[{part.name}]]" if part.is_chart else ""]
        lines += layout.closing(prompt.context.get("assumptions", ()), notes, brief)
        return "\n\n".join(line for line in lines if line) + "\n", proof.warnings

    def sentences(self, part: Part) -> list[str]:
        """What a result says, in sentences; a step whose recipe says nothing stays silent. Passages are quoted."""
        if part.is_found:
            return quotes(part.value, part.query)
        recipe = self.recipes.get(part.recipe)
        say = recipe.say if recipe is not None and part.is_table else None
        if recipe is None or say is None:
            return []
        defaults = {argument.name: argument.default for argument in recipe.needs if not argument.required}
        return say(part.value, defaults | dict(part.arguments))


class Proof:
    """Keeps what is proved by the results; collects a warning for each line that is not."""

    def __init__(self, parts: Iterable[Part], prompt: Prompt) -> None:
        parts = list(parts)
        self.warnings: list[str] = []
        self._values = [part.value for part in parts]
        named = [str(name) for part in parts if part.is_table for name in part.value.columns]
        self._allowed = [
            prompt.task,
            str(prompt.context.get("goal", "")),
            named,
            *[thaw(dict(part.arguments)) for part in parts],
        ]
        self._known: Any = None

    def keep(self, sentences: list[str]) -> list[str]:
        """The sentences whose numbers all stand in the results."""
        return [sentence for sentence in sentences if not self._stray(sentence)]

    def keep_table(self, lines: list[str]) -> str:
        """A Markdown table without its unproved rows."""
        kept = [*lines[:2], *(line for line in lines[2:] if not self._stray(line))]
        return "\n".join(kept)

    def _stray(self, text: str) -> bool:
        if self._known is None:
            from nb_orchestra.values.grounding import known_numbers

            self._known = sorted(known_numbers([*self._values, *self._allowed]))
        stray = stray_numbers(text, (), self._known)
        if stray:
            self.warnings.append(f"a line was left out of the text: {', '.join(stray[:3])} stands in no result")
        return bool(stray)
