"""For all tests: a cache of their own, no keys, and in CI no browser test that is left out quietly."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Generator
from typing import Any

import hypothesis
import pytest

IN_CI = os.environ.get("CI") == "true"
SEVERAL_PROCESSES = ("browser", "kernel")
_cache = tempfile.TemporaryDirectory(prefix="nb_orchestra-tests-", ignore_cleanup_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    """Set before anything is imported or started, so that kernels and notebooks inherit it too."""
    for name in [name for name in os.environ if name.startswith("NB_ORCHESTRA_") or name.endswith("_API_KEY")]:
        del os.environ[name]
    os.environ["NB_ORCHESTRA_CACHE_DIR"] = _cache.name
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job; Ctrl-C is what some tests are about
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI)
    hypothesis.settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real pages and real kernels wait for other processes on a machine that may be busy: one of them that falls is tried once more, and told as rerun."""
    for item in items:
        if item.path.parent.name in SEVERAL_PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """In CI there is a Chromium, so a browser test that skips is a hole, not an excuse."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("browser"):
        report.outcome, report.longrepr = "failed", f"a browser test was skipped in CI: {report.longrepr}"
    return report
