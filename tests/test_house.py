"""What holds for the whole house: light to import, documented doors, rooms that keep to themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nb_orchestra

HOME = Path(nb_orchestra.__file__).parent
FILES = sorted(HOME.rglob("*.py"))
HEAVY = ("litellm", "pandas", "numpy", "anywidget", "ipywidgets", "pyarrow", "scipy", "matplotlib", "dask", "sklearn", "aiohttp")


def named(path: Path) -> str:
    return str(path.relative_to(HOME))


def modules_after(code: str) -> set[str]:
    """The modules of a fresh process that ran `code`."""
    script = f"{code}\nimport sys; print('MODULES', *sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=HOME.parent)
    assert told.returncode == 0, told.stderr
    return set(told.stdout.rpartition("MODULES")[2].split())


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def test_importing_costs_no_heavy_library() -> None:
    """`import nb_orchestra` imports none of the heavy libraries."""
    assert not modules_after("import nb_orchestra") & set(HEAVY)


def test_load_ext_costs_no_heavy_library() -> None:
    """`%load_ext nb_orchestra` in a bare shell imports none of the heavy libraries, and nothing that runs goals."""
    shell = "from IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell.instance()\n"
    loaded = modules_after(f"{shell}shell.run_line_magic('load_ext', 'nb_orchestra')\nassert shell.find_cell_magic('orchestrate')")
    assert "nb_orchestra" in loaded
    assert not loaded & {*HEAVY, "nb_orchestra.orchestra", "nb_orchestra.values", "nb_orchestra.running"}


def test_every_module_says_what_it_is_for() -> None:
    """Each module begins with a docstring that says what it is for."""
    assert not [named(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("path", sorted(HOME.glob("core/*.py")), ids=named)
def test_core_knows_the_standard_library_only(path: Path) -> None:
    """Core imports the standard library, itself and the errors; no async, no I/O."""
    known = sys.stdlib_module_names - {"asyncio", "threading", "os", "pathlib", "socket", "subprocess", "tempfile", "io"}
    outside = [(line, name) for line, name in imports_of(path) if name.partition(".")[0] not in known and not name.startswith("nb_orchestra.")]
    assert not outside
    assert not [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]


def test_nothing_is_pickled_and_no_text_becomes_code_in_the_kernel() -> None:
    """No file imports a pickler; `eval` and `exec` stand only in the rooms that run code in a process of its own."""
    picklers = {"pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    found = [f"{named(path)}:{line} {name}" for path in FILES for line, name in imports_of(path) if name.partition(".")[0] in picklers]
    calls = [
        f"{named(path)}:{node.lineno} {node.func.id}"
        for path in FILES
        if path.relative_to(HOME).parts[0] != "sandbox"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    ]
    assert not found + calls


def test_only_the_notebook_room_imports_ipython() -> None:
    """Everything else works in a plain script."""
    found = [f"{named(path)}:{line}" for path in FILES for line, name in imports_of(path) if name.partition(".")[0] == "IPython"]
    assert found
    assert not [place for place in found if not place.startswith("notebook/")]


def test_a_plain_script_never_loads_ipython() -> None:
    """`orchestrate()` in a script works without IPython being imported."""
    plan = {"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": {"a": 1}}}]}
    code = f"from nb_orchestra import orchestrate\nassert orchestrate(plan={plan}).value == {{'a': 1}}"
    assert "IPython" not in modules_after(code)


def test_words_that_mean_nothing_are_no_names() -> None:
    """No class is a Manager, Handler, Helper, Engine, Service, Processor, Controller or Base, and no file is called utils."""
    empty = ("Manager", "Handler", "Helper", "Utils", "Engine", "Service", "Processor", "Controller", "Base")
    classes = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(node.name.startswith(word) or node.name.endswith(word) for word in empty)
    ]
    files = [named(path) for path in FILES if path.stem in ("utils", "helpers", "common", "misc")]
    assert not classes + files


def test_doors_keep_their_word() -> None:
    """Every name that a room's door lists in `__all__` is there."""
    code = "\n".join(
        [
            "import importlib, pkgutil, nb_orchestra",
            "for room in [None, *(m.name for m in pkgutil.iter_modules(nb_orchestra.__path__) if m.ispkg)]:",
            "    door = importlib.import_module('nb_orchestra' + (f'.{room}' if room else ''))",
            "    for name in getattr(door, '__all__', ()): assert hasattr(door, name), (room, name)",
        ]
    )
    assert "nb_orchestra" in modules_after(code)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if x:\n        for y in x:\n            pass", 0),
        ("for a in b:\n        while a:\n            if a:\n                with a:\n                    pass", 1),
    ],
)
def test_the_size_check_sees_depth(tmp_path: Path, source: str, found: int) -> None:
    """`.ci/sizes.py` complains about the fourth level of control flow and not about the second; a reason above silences it."""
    check = [sys.executable, str(HOME.parent / ".ci" / "sizes.py"), str(tmp_path)]
    (tmp_path / "sample.py").write_text(f"def deep(x, b):\n    {source}\n")
    assert subprocess.run(check, capture_output=True).returncode == found
    (tmp_path / "sample.py").write_text(f"# size: a sample\ndef deep(x, b):\n    {source}\n")
    assert subprocess.run(check, capture_output=True).returncode == 0
