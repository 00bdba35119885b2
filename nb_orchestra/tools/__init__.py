"""What a plan may call: Python functions marked `@tool`."""

from __future__ import annotations

from nb_orchestra.tools.function import FunctionTool, as_tool, tool

__all__ = ["FunctionTool", "as_tool", "tool"]
