"""What earlier runs found can be named by later goals, listed, pinned and forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kernel.conftest import PENGUINS

pytestmark = pytest.mark.kernel

GOAL = "Compare body mass across species in {penguins}"


def names(kernel: Any) -> Any:
    return kernel.value("get_ipython().run_line_magic('orchestrate', 'memory').name.tolist()")


def test_a_goal_after_a_restart_names_what_an_earlier_run_found(new_kernel: Any) -> None:
    """No variable of that name is there; the run reads it from memory, says from when it is, and binds nothing of that name."""
    kernel = new_kernel(JPY_SESSION_NAME="/home/ann/a.ipynb")
    kernel.run(PENGUINS)
    kernel.run(f"%%orchestrate first\n{GOAL}")
    table = kernel.value("[name for name in first_run.names.values() if hasattr(first_run[name], 'columns')][0]")
    kernel.restart()
    kernel.run("%load_ext nb_orchestra")
    assert table in names(kernel)
    ran = kernel.run(f"%%orchestrate second\nProfile {{{table}}}")
    assert ran.status == "ok", ran.text
    assert kernel.value(f"'{table}' in globals()") is False
    assert "remembered: " in str(kernel.value("second_run.progress.warnings"))
    kernel.run("%orchestrate memory forget all")
    assert names(kernel) == []
    assert kernel.run(f"%%orchestrate third\nProfile {{{table}}} again").error == "UnknownVariableError"


def test_another_notebook_remembers_nothing_of_it(new_kernel: Any) -> None:
    """Memory is one notebook's."""
    kernel = new_kernel(JPY_SESSION_NAME="/home/ann/a.ipynb")
    kernel.run(PENGUINS)
    kernel.run(f"%%orchestrate first\n{GOAL}")
    other = new_kernel(JPY_SESSION_NAME="/home/ann/b.ipynb")
    other.run("%load_ext nb_orchestra")
    assert names(other) == []


def test_a_pinned_name_survives_a_cleared_cache_and_later_runs(new_kernel: Any) -> None:
    """It stays what it was; unpinned, the newest run counts again."""
    kernel = new_kernel(JPY_SESSION_NAME="/home/ann/a.ipynb")
    kernel.run(PENGUINS)
    kernel.run("%%orchestrate top\nRank {penguins} by body mass, top 3")
    shape = kernel.value("repr(top_run.value.shape) if hasattr(top_run.value, 'shape') else str(top_run.value)")
    assert "is pinned" in kernel.run("%orchestrate memory pin top").printed
    kernel.run("%%orchestrate top\nRank {penguins} by body mass, top 7")
    kernel.run("%orchestrate cache clear --yes")
    kernel.restart()
    kernel.run("%load_ext nb_orchestra")
    kernel.run("known = get_ipython().run_line_magic('orchestrate', 'memory')")
    assert kernel.value("known.loc[known.name == 'top', 'pinned'].tolist()") == [True]
    ran = kernel.run(
        "from nb_orchestra.notebook import loaded\nfrom nb_orchestra.notebook.memory import recalled\nvalue = recalled(loaded(), 'Profile {top}', {})[0]['top']"
    )
    assert ran.status == "ok", ran.text
    assert kernel.value("repr(value.shape) if hasattr(value, 'shape') else str(value)") == shape
    kernel.run("%orchestrate memory unpin top")
    assert kernel.run("%orchestrate memory pin nothing").error == "BadOptionError"
    assert kernel.run("%orchestrate memory keep top").error == "BadOptionError"
