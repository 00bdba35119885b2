"""Prints what is larger than we keep things: modules over 250 lines, functions over 40, nesting over 3. Exit code 1 where there is any.

Something may be larger with a reason: `# size: because …` on the line above a function (above its decorators), or as a module's
first line. The nesting of a function counts if, for, while, try, with and match; an `elif` is no level, an inner function starts anew.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
DEEPEST = 3
REASON = "# size:"
_LEVELS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def oversized(path: Path) -> Iterator[str]:
    """One line for each thing in a file that is too large and gives no reason."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > LONGEST_MODULE and not lines[0].startswith(REASON):
        yield f"{path}: {len(lines)} lines (at most {LONGEST_MODULE})"
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, _FUNCTIONS) and not _reasoned(node, lines):
            yield from _oversized_function(path, node)


def _oversized_function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > LONGEST_FUNCTION:
        yield f"{path}:{node.lineno}: {node.name} has {length} lines (at most {LONGEST_FUNCTION})"
    depth = max((nesting(child) for child in node.body), default=0)
    if depth > DEEPEST:
        yield f"{path}:{node.lineno}: {node.name} is nested {depth} deep (at most {DEEPEST})"


def _reasoned(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> bool:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return first >= 2 and lines[first - 2].strip().startswith(REASON)


def nesting(node: ast.AST) -> int:
    """How many levels of control flow a statement opens."""
    if isinstance(node, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
        return 0
    inner = max((nesting(child) for child in ast.iter_child_nodes(node) if not _is_elif(node, child)), default=0)
    elifs = max((nesting(child) for child in ast.iter_child_nodes(node) if _is_elif(node, child)), default=0)
    return max(inner + isinstance(node, _LEVELS), elifs)


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]


def main(folders: list[str]) -> int:
    """Looks through the Python files below `folders` (default: the package and the tools of this folder)."""
    files = sorted(path for folder in folders or ["nb_orchestra", ".ci", "benchmarks", "binder"] for path in Path(folder).rglob("*.py"))
    found = [line for path in files for line in oversized(path)]
    print("\n".join(found) or f"sizes: {len(files)} files, none too large")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
