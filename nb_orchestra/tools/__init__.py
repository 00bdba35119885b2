"""What a plan may use: Python functions marked `@tool`, MCP servers, what other frameworks made, and sources for its searches.

function (@tool) · identity (a function by its content) · mcp, servers (the official SDK) · adapters (LangChain, CrewAI, AutoGen) ·
documents (local full-text search: passages, index) · offered (what a person gave, sorted)
"""

from __future__ import annotations

from nb_orchestra.tools.adapters import add
from nb_orchestra.tools.documents import Documents, documents
from nb_orchestra.tools.function import FunctionTool, as_tool, tool
from nb_orchestra.tools.offered import Offered, is_offer, offered, opened
from nb_orchestra.tools.servers import Servers, servers

__all__ = ["Documents", "FunctionTool", "Offered", "Servers", "add", "as_tool", "documents", "is_offer", "offered", "opened", "servers", "tool"]
