"""`%orchestrate cache`: nothing is lost without a yes."""

from __future__ import annotations

from tests.notebook.conftest import Shell


def test_clearing_the_cache_says_first_what_would_be_lost(shell: Shell) -> None:
    """All notebooks keep their results in one folder: without a yes nothing goes; a name clears one run; `--yes` clears all."""
    shell.run("%%orchestrate m\nmean price by region in {sales}")
    shell.run("%%orchestrate t\ntotal price by region in {sales}")
    told = shell.run("%orchestrate cache clear")
    assert told.startswith("nothing was cleared. In ")
    assert " of 2 runs of 1 notebook: " in told
    assert "%orchestrate cache clear --yes removes all of it" in told
    assert "clear says what emptying it would lose" in shell.run("%orchestrate cache")
    assert shell.run("%orchestrate cache clear m").startswith("cleared ")
    shell.run("%%orchestrate m\nmean price by region in {sales}")
    shell.run("%%orchestrate t\ntotal price by region in {sales}")
    assert (shell["m_run"].steps.cached.any(), shell["t_run"].steps.cached.all()) == (False, True)
    assert "there is no run 'nothing'" in shell.run("%orchestrate cache clear nothing")
    assert "takes clear, on or off" in shell.run("%orchestrate cache clear m t")
    assert shell.run("%orchestrate cache clear --yes").startswith("cleared ")
    assert "0 entries" in shell.run("%orchestrate cache clear")
