"""The bundles that this kernel looks into first (`%orchestrate use FILE`). State of the process, like its settings: every run from now on sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb_orchestra.bundle.reading import Bundle, read_bundle
from nb_orchestra.bundle.vetting import vetted
from nb_orchestra.core.events import JobEnded
from nb_orchestra.core.settings import Settings
from nb_orchestra.running.identity import alike


@dataclass(slots=True)
class InUse:
    """`bundles` in the order in which they are asked. `only`: nothing else is asked and nothing is run."""

    bundles: list[Bundle] = field(default_factory=list)
    only: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """Changes when what is in use does."""
        return (self.only, *(bundle.sha for bundle in self.bundles))

    def recorded(self, parts: Mapping[str, str], any_model: bool) -> tuple[str, str] | None:
        """The key of a step that differs from these parts only by the versions of what computes, and what to tell of it."""
        for bundle, event in self._done():
            differs = alike(parts, event.parts, any_model)
            if differs:
                return event.key, f"as recorded in {bundle.path.name}, where this was another: {', '.join(differs)}"
        return None

    def _done(self) -> Iterator[tuple[Bundle, JobEnded]]:
        """Every finished step of the bundles that has an identity."""
        events = ((bundle, event) for bundle in self.bundles for run in bundle.runs for event in bundle.events(run["id"]))
        return ((bundle, event) for bundle, event in events if isinstance(event, JobEnded) and event.state == "done" and event.key)

    def bound(self, settings: Settings) -> Settings:
        """The settings of a run: where only the bundles are to be asked, nothing is run."""
        return replace(settings, replay=True) if self.only else settings


in_use = InUse()


def use(path: Path, *, only: bool = False, known: Callable[[str], bool] = lambda sha: False) -> Bundle:
    """Puts a bundle in front of those in use. BundleError as `read_bundle` and `vetted`.

    `known`: whether this machine has looked through a file of this checksum before.
    """
    bundle = read_bundle(path)
    if not known(bundle.sha):
        vetted(bundle)
    in_use.bundles = [bundle, *(other for other in in_use.bundles if other.path != bundle.path)]
    in_use.only = only
    return bundle


def use_none() -> list[Bundle]:
    """No bundle is in use any more; gives those that were."""
    before, in_use.bundles, in_use.only = in_use.bundles, [], False
    return before
