"""What a plan may use: Python functions marked `@tool`, MCP servers, what other frameworks made, and sources for its searches.

function (@tool) · identity (a function by its content) · mcp, servers (the official SDK) · adapters (LangChain, CrewAI, AutoGen) ·
documents (local full-text search: passages, index) · web, web_sources, web_search, web_page (the web, politely) · offered (what a person gave, sorted)
"""

from __future__ import annotations

from nb_orchestra.tools.adapters import add
from nb_orchestra.tools.documents import Documents, documents
from nb_orchestra.tools.function import FunctionTool, as_tool, tool
from nb_orchestra.tools.offered import Offered, is_offer, offered, opened
from nb_orchestra.tools.servers import Servers, servers
from nb_orchestra.tools.web_page import read_page
from nb_orchestra.tools.web_search import web_search
from nb_orchestra.tools.web_sources import arxiv, crossref, openalex, wikipedia

__all__ = [
    "Documents",
    "FunctionTool",
    "Offered",
    "Servers",
    "add",
    "arxiv",
    "as_tool",
    "crossref",
    "documents",
    "is_offer",
    "offered",
    "openalex",
    "opened",
    "read_page",
    "servers",
    "tool",
    "web_search",
    "wikipedia",
]
