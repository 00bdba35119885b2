"""What a plan may use: Python functions marked `@tool`, and sources for its searches.

function (@tool) · identity (a function by its content) · documents (local full-text search: passages, index) · offered (what a person gave, sorted)
"""

from __future__ import annotations

from nb_orchestra.tools.documents import Documents, documents
from nb_orchestra.tools.function import FunctionTool, as_tool, tool
from nb_orchestra.tools.offered import Offered, is_offer, offered

__all__ = ["Documents", "FunctionTool", "Offered", "as_tool", "documents", "is_offer", "offered", "tool"]
