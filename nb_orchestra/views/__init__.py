"""Views: draw a run's progress. Nothing here keeps state of its own or changes a run; a person's wishes leave as commands.

render_text (terminals, text/plain) · render_html (static, for saved notebooks) · TreeView (the live tree; imports anywidget,
so it is loaded on first use) · tree_data, tree_changes (the JSON shape between Python and JavaScript)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra.views.html import render_html
from nb_orchestra.views.shape import tree_changes, tree_data
from nb_orchestra.views.text import render_text

if TYPE_CHECKING:
    from nb_orchestra.views.tree import TreeView

__all__ = ["TreeView", "render_html", "render_text", "tree_changes", "tree_data"]


def __getattr__(name: str) -> Any:
    if name == "TreeView":
        from nb_orchestra.views.tree import TreeView

        return TreeView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
