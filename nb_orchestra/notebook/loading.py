"""What `%load_ext` registers: magics, the goal cell's transform, completion, `%config Orchestra`, the panel's end.

All of it is thin. What runs goals (a tenth of a second of imports) comes with the first of them, or while the person types it.
"""

from __future__ import annotations

import functools
import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.completer import context_matcher
from IPython.core.magic import no_var_expand

from nb_orchestra.config import Orchestra
from nb_orchestra.hosting import set_host
from nb_orchestra.notebook.panel import Panel
from nb_orchestra.notebook.transform import CellTransform

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook
    from nb_orchestra.orchestra import Request
    from nb_orchestra.running import Run

SECONDS_TO_TYPE = 0.5
"""After `%load_ext` nobody has a goal ready sooner."""


class Loaded:
    """nb_orchestra in one shell. Fills hosting.Host, so that `orchestrate()` called in a cell shows its tree too."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.panel = Panel(shell)
        self._transform = CellTransform(shell)
        self._matcher = self._make_matcher()

    @functools.cached_property
    def notebook(self) -> Notebook:
        """What the magics delegate to; made at the first use."""
        from nb_orchestra.notebook.magics import Notebook

        return Notebook(self.shell, self.panel)

    def install(self) -> None:
        for kind, magic in (("cell", self._cell_magic), ("line", self._line_magic)):
            self.shell.register_magic_function(no_var_expand(functools.partial(magic)), kind, "orchestrate")
        self._transform.install()
        config = Orchestra.instance(parent=self.shell)
        if config not in self.shell.configurables:
            self.shell.configurables.append(config)
        self._matchers().append(self._matcher)
        set_host(self)
        self.panel.open()
        _warm_soon()

    def remove(self) -> None:
        self._transform.remove()
        for kind in ("cell", "line"):
            self.shell.magics_manager.magics[kind].pop("orchestrate", None)
        config = Orchestra.instance()
        if config in self.shell.configurables:
            self.shell.configurables.remove(config)
        if self._matcher in self._matchers():
            self._matchers().remove(self._matcher)
        set_host(None)
        self.panel.close()

    def conduct(self, request: Request) -> Run:
        """`orchestrate()` called in a cell; binds variables where it was given a name."""
        return self.notebook.conduct(request)

    async def aconduct(self, request: Request) -> Run:
        """`await aorchestrate()` in a cell."""
        return await self.notebook.aconduct(request)

    def _cell_magic(self, line: str, body: str) -> None:
        """A goal: `%%orchestrate [NAME] [options]`, the goal below. Displays, binds, returns None (a returned value would be
        tokenised by IPython together with the prose)."""
        self.notebook.run_cell(line, body)

    def _line_magic(self, line: str) -> Any:
        """`%orchestrate VERB …`; alone, what there is."""
        return self.notebook.say(line)

    def _matchers(self) -> list[Any]:
        """A shell without a completer has a list of nobody's."""
        matchers: list[Any] = getattr(getattr(self.shell, "Completer", None), "custom_matchers", [])
        return matchers

    def _make_matcher(self) -> Callable[[Any], Any]:
        """Tab completion for the two magics, as IPython wants it."""

        def nb_orchestra_matcher(context: Any) -> Any:
            if "%orchestrate" not in context.full_text:
                return {"completions": []}
            from nb_orchestra.notebook.completing import complete

            return complete(context, self.notebook)

        marked: Callable[[Any], Any] = context_matcher()(nb_orchestra_matcher)
        return marked


def _warm_soon() -> None:
    """Imports, in a thread of its own, what the first goal needs: while a person types it. Opens no connection."""
    alarm = threading.Timer(SECONDS_TO_TYPE, _warm)
    alarm.name, alarm.daemon = "nb_orchestra-warm", True
    alarm.start()


def _warm() -> None:
    importlib.import_module("nb_orchestra.notebook.magics")
    casting = importlib.import_module("nb_orchestra.casting")
    if Orchestra.instance().models not in casting.BUILT_IN:
        importlib.import_module("nb_orchestra.models").warm_first()
