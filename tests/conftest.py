"""For all tests: a cache of their own, no keys, and in CI no browser test that is left out quietly."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from typing import Any

import hypothesis
import pytest

IN_CI = os.environ.get("CI") == "true"
_cache = tempfile.TemporaryDirectory(prefix="nb_orchestra-tests-", ignore_cleanup_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    """Set before anything is imported or started, so that kernels and notebooks inherit it too."""
    for name in [name for name in os.environ if name.startswith("NB_ORCHESTRA_") or name.endswith("_API_KEY")]:
        del os.environ[name]
    os.environ["NB_ORCHESTRA_CACHE_DIR"] = _cache.name
    hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI)
    hypothesis.settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """In CI there is a Chromium, so a browser test that skips is a hole, not an excuse."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("browser"):
        report.outcome, report.longrepr = "failed", f"a browser test was skipped in CI: {report.longrepr}"
    return report
