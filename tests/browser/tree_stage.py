"""What a test's notebook cells use to put a tree on the page without the rest of the house: scripted events, a real widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import scripted_runs as runs
from IPython.display import publish_display_data

from nb_orchestra import values
from nb_orchestra.core import events as e
from nb_orchestra.core.commands import Cancel, Command
from nb_orchestra.core.progress import Progress
from nb_orchestra.views import TreeView

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo"], "penguins": [152, 124]})


def publish(bundle: Mapping[str, Any], display_id: str, update: bool) -> None:
    publish_display_data(dict(bundle), transient={"display_id": display_id}, update=update)


class Stage:
    """A tree on the page, and what the person asked for (`wishes`)."""

    def __init__(self, value: Any = FRAME, **options: Any) -> None:
        self.wishes: list[Command] = []
        self.progress = Progress()
        self.view = TreeView(self.wishes.append, lambda step: values.preview(value), code=lambda step: "FRAME.head()", **options)

    def show(self, happened: Iterable[e.Event]) -> Stage:
        for event in happened:
            self.progress = self.progress.after(event)
            self.view.show(self.progress)
        return self

    def display(self) -> Stage:
        self.view.display(publish)
        return self

    def close(self, *happened: e.Event) -> None:
        self.progress = self.progress.after(*happened)
        self.view.close(self.progress)

    def block(self, until: Callable[[Stage], bool] = lambda stage: any(isinstance(wish, Cancel) for wish in stage.wishes)) -> None:
        """Keeps the main thread busy, as a waiting magic does, until the person's wish arrives or the kernel is interrupted."""
        how = "wish"
        try:
            while not until(self):
                time.sleep(0.02)
        except KeyboardInterrupt:
            how = "interrupt"
        self.close(e.CancelRequested(time.time(), how), e.RunEnded("cancelled", time.time(), 1.0))
        print(f"ended by {how}: {self.wishes}")


def running() -> list[e.Event]:
    """A run in the middle: two steps done, one of them cached, one failed, two running."""
    now = time.time()
    broken = e.JobEnded("s2", "failed", now, 0.3, error="RecipeError", message="column 'weight' is all missing", hint="name another column")
    begun = [e.JobStarted(step, now, model="gpt-5-mini" if step == "s3" else "") for step in ("s1", "s2", "s3", "s4")]
    return [*runs.planned(now), *begun, runs.done("s1", now, 0.01, cached=True, why="same question, same input penguins"), broken]


def many_running(count: int) -> list[e.Event]:
    """A large run in the middle: half done, a third of that cached, six running."""
    now, half = time.time(), count // 2
    ended = [runs.done(f"s{i}", now, 0.1, cached=i % 3 == 0) for i in range(half)]
    return [*runs.planned(now, runs.many(count)), *ended, *(e.JobStarted(f"s{i}", now) for i in range(half, half + 6))]
