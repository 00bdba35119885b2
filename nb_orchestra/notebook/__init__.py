"""The only room that knows IPython: magics, what a goal may speak of, where values land, who is asked.

loading (what `%load_ext` registers; thin) · magics (parse and delegate) · options (the line of a goal cell) · verbs
(`%orchestrate VERB`) · transform (a goal cell as an awaited expression) · session (one run in a cell: shown, pumped, bound) · inputs
outputs · answer · approving · completing · panel (the JupyterLab panel's end in the kernel) · panel_answers · panel_rows · panel_settings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra.notebook.loading import Loaded

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook

_loaded: Loaded | None = None


def load(shell: Any) -> None:
    """Registers the magics in a shell; a second time does nothing."""
    global _loaded
    if _loaded is None or _loaded.shell is not shell:
        _loaded = Loaded(shell)
        _loaded.install()


def unload(shell: Any) -> None:
    global _loaded
    if _loaded is not None:
        _loaded.remove()
        _loaded = None


def loaded() -> Notebook:
    """The notebook room of this shell. A goal cell cannot run before `%load_ext nb_orchestra`."""
    assert _loaded is not None
    return _loaded.notebook


def announce() -> None:
    """Tells the page's panel that this kernel is here, once more: a page without the extension may have refused it."""
    loaded().panel.open(asked=True)


async def arun_cell(line: str, body: str) -> None:
    """What a goal cell becomes where the kernel can await."""
    await loaded().arun_cell(line, body)


def run_cell(line: str, body: str) -> None:
    """What a goal cell becomes elsewhere."""
    loaded().run_cell(line, body)
