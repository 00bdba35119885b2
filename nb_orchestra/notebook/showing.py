"""Which view a place gets: the live tree in a page, lines of text in a terminal, nothing when quiet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from IPython.display import publish_display_data

from nb_orchestra import views
from nb_orchestra.core.commands import Command
from nb_orchestra.core.progress import Progress


def tree_view(send: Callable[[Command], None], preview: Callable[[str], Any], code: Callable[[str], str], plan_text: Callable[[], str]) -> Any:
    """The live tree (imports anywidget at first use)."""
    return views.TreeView(send, preview, code=code, plan_text=plan_text)


def publish(bundle: Mapping[str, Any], display_id: str, update: bool) -> None:
    """Shows or replaces one output of the running cell."""
    publish_display_data(dict(bundle), transient={"display_id": display_id}, update=update)


class QuietView:
    """Shows nothing; a failed run still raises."""

    live = False

    def show(self, progress: Progress) -> None:
        """Nothing to draw."""

    def stream(self, step: str, text: str) -> None:
        """Nothing to draw."""

    def close(self, progress: Progress) -> None:
        """Nothing to end."""


class PlainView:
    """A terminal: a line as each step ends, and the whole tree as text at the end."""

    live = False

    def __init__(self) -> None:
        self._told: set[str] = set()

    def show(self, progress: Progress) -> None:
        for row in progress.rows.values():
            if row.state in ("failed", "skipped", "cancelled") and row.id not in self._told and not progress.ended:
                self._told.add(row.id)
                print(f"  {row.state}: {row.name}{': ' + row.message if row.message else ''}")

    def stream(self, step: str, text: str) -> None:
        """A terminal shows whole results only."""

    def close(self, progress: Progress) -> None:
        refused = progress.state == "failed" and not progress.rows  # then the error below says it all
        print(views.render_text(replace(progress, message="", hint="") if refused else progress))
