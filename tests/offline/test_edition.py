"""The built-in engine's own edition is part of what it plans and writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import nb_orchestra.offline
from nb_orchestra.offline import BuiltinModel, BuiltinPlanner
from nb_orchestra.offline.edition import edition

ROOM = Path(nb_orchestra.offline.__file__).parent


def test_an_edited_engine_is_another_edition(tmp_path: Path) -> None:
    """The same code elsewhere is the same edition; one changed sentence is another."""
    original, copy = tmp_path / "here", tmp_path / "there"
    shutil.copytree(ROOM, original, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(original, copy)
    same = edition(copy)
    assert same == edition(original)
    (copy / "writer.py").write_text((copy / "writer.py").read_text() + "\nMORE = 1\n")
    edition.cache_clear()
    assert edition(copy) != same


def test_plans_and_texts_of_another_edition_are_not_found() -> None:
    """Planner and writer carry the edition where the cache looks."""
    assert edition() in BuiltinPlanner().identity
    assert BuiltinModel().facts.telling == edition()
