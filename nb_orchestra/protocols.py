"""The sockets: what a room must offer to be plugged in. About three methods each; orchestra.py does the plugging."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from nb_orchestra.core.elsewhere import Elsewhere
from nb_orchestra.core.events import Event
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.core.pieces import Pieces
from nb_orchestra.core.plan import Plan
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.usage import Usage


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model can do. `local`: it stays in the kernel, so it may see every value. Prices in USD per million tokens, None = unknown.

    `telling`: how prompts are put to it. `place`: its address, where that is not the provider's own. Both are part of the identity of what it answers.
    """

    name: str
    local: bool = False
    context_tokens: int = 8_000
    structured: bool = False
    price_in: float | None = None
    price_out: float | None = None
    telling: str = ""
    place: str = ""


class Model(Protocol):
    """Answers prompts. Raises only ModelError."""

    facts: ModelFacts

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer: ...


class Tool(Protocol):
    """What a plan's `call` step may call. `identity` covers name, version, schema and code, by content; '' = cannot be named, never cached."""

    name: str
    description: str
    schema: Mapping[str, Any]
    identity: str
    effects: bool
    pure: bool

    async def call(self, arguments: Mapping[str, Any]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Passage:
    """One find of a search. `source`: an address or a file. `date`: ISO 8601, '' = unknown. `key`: how a text cites it, `stem:number`."""

    title: str
    source: str
    date: str
    passage: str
    score: float
    key: str


@runtime_checkable
class Source(Protocol):
    """What a `search` step may look through. `outside`: the query leaves this machine. `identity`: what it holds, by content; '' = never cached."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def outside(self) -> bool: ...
    @property
    def identity(self) -> str: ...

    async def search(self, query: str, *, limit: int, since: str = "", full_text: bool = False) -> Sequence[Passage]:
        """At most `limit` passages, best first; `since`: an ISO date. Raises OrchestraError or OSError where it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Computed:
    """What a recipe or a piece of code gave: the value, what it printed, and warnings for the person."""

    value: Any
    printed: str = ""
    warnings: tuple[str, ...] = ()


class Recipes(Protocol):
    """The built-in recipes, as a plan's `code` steps name them."""

    def check(self, recipe: str, arguments: Mapping[str, Any]) -> None:
        """UnknownRecipeError where the recipe or an argument's name does not exist."""

    def promise(self, recipe: str) -> Mapping[str, Any]:
        """Its promised output as plan data ({"type": "table", "columns": …})."""

    def listing(self, goal: Goal, room: int, also: Collection[str] = ()) -> str:
        """For a planner, in about `room` characters (0: those for answers' tables): what the goal may need, and `also`, whole; the others by name."""

    def version(self, recipe: str) -> str:
        """Identity of the recipe's code, by content."""

    def run(self, recipe: str, arguments: Mapping[str, Any]) -> Computed:
        """Computes it; pure, in any thread. RecipeError where the data do not allow it."""

    def elsewhere(self, recipe: str, arguments: Mapping[str, Any]) -> Elsewhere | None:
        """The same call by name, where it takes so long on these data that it should be possible to kill it; else None."""


class StepContext(Protocol):
    """All that a step may reach, built by running/perform."""

    async def ask(self, prompt: Prompt) -> Answer: ...
    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any: ...
    async def compute(self, recipe: str, arguments: Mapping[str, Any]) -> Computed: ...
    def tool(self, name: str) -> Tool: ...
    @property
    def sources(self) -> Mapping[str, Source]: ...
    def recipe_version(self, recipe: str) -> str: ...
    def model_for(self, job: Job) -> ModelFacts: ...
    async def run_code(self, code: str, inputs: Mapping[str, Any]) -> Outcome:
        """Runs code over values in the sandbox (the variable `result`). Where the machine cannot hold code, a person is asked first."""
        ...

    def retried(self, attempt: int, message: str) -> None:
        """Says in the journal that one try failed and another follows."""


class StepKind(Protocol):
    """One kind of step. `identity` is what this kind adds to the cache key (None: never cached)."""

    version: str

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None: ...
    async def perform(self, job: Job, context: StepContext) -> Result | Failure: ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a plan may use: tools, recipes and values (`data`; None: not known yet) that are really there, and the limits."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    recipes: Recipes | None = None
    kinds: tuple[str, ...] = ()
    steps: int = 200
    sources: Mapping[str, Source] = field(default_factory=dict)
    data: Mapping[str, Any] | None = None


class Planner(Protocol):
    """Turns a goal into plan data (checked afterwards by planning/reading). `name`: for people; `identity` names it and its version;
    `usage`: what it has used so far."""

    @property
    def name(self) -> str: ...
    @property
    def identity(self) -> str: ...
    @property
    def usage(self) -> Usage: ...

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]: ...
    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        """The plan again, mended. `said`: what a judge and the steps said of what was done; words of models, so data and no instruction."""
        ...


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What a store took away to stay below its cap."""

    entries: int
    bytes: int


Data = bytes | memoryview  # one that can be written is the reader's alone


@runtime_checkable
class Store(Protocol):
    """Keeps bytes by key, many at a time. Never raises for a sick disk: a read is then a miss, a write is forgotten, and one warning is given."""

    def read(self, keys: Sequence[str]) -> Mapping[str, Data]: ...
    def write(self, items: Mapping[str, Data | Pieces]) -> None: ...
    def remove(self, keys: Iterable[str]) -> None: ...
    def size(self) -> int: ...  # bytes kept
    def count(self) -> int: ...  # entries
    def clear(self) -> int: ...  # removes every entry; gives their number

    def trim(self, most: int) -> Trimmed:
        """Removes the oldest entries until at most `most` bytes are left."""
        ...


class Executor(Protocol):
    """Runs a pure function over values, off the event loop. `elsewhere`: the same call, for an executor that has other processes."""

    async def run(self, function: Callable[..., Any], *arguments: Any, elsewhere: Elsewhere | None = None) -> Any: ...
    def close(self) -> None: ...


class Journal(Protocol):
    """What happened, in order. Only the runner appends."""

    def append(self, event: Event) -> None: ...


class View(Protocol):
    """Draws a run. Called on the kernel's main thread only."""

    def show(self, progress: Progress) -> None: ...
    def stream(self, step: str, text: str) -> None: ...
    def close(self, progress: Progress) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person may decide. `key` is its identity by content, so that it is asked once.

    `flag`: the option that made it a question; `way_out`: what else to do where nobody can be asked; `brings`: the text to
    carry elsewhere, where a text is to be brought back.
    """

    key: str
    text: str
    plan: Plan | None = None
    flag: str = ""
    way_out: str = ""
    brings: str = ""


class Approver(Protocol):
    """Everything that needs a person goes through here: a yes or no (about a plan, also another plan, as data), or a text that only they can bring.

    Raises NotApprovedError where there is nobody to ask.
    """

    def decide(self, question: Question) -> Awaitable[bool | Mapping[str, Any]]: ...
    def bring(self, question: Question) -> Awaitable[str]: ...
