"""One Jupyter server, one Chromium, one page and one kernel for all browser tests, and a notebook that a test can drive.

Waits look at the page's own state (`window.jupyterapp`, locators), never at a clock. The host matrix (`just matrix`) names another
environment's Python in HOST_PYTHON, and with HOST_APP=notebook its Notebook 7 (hosts.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import hosts  # noqa: E402  # from this folder

LAB_EXTENSION = HERE.parent.parent / "nb_orchestra" / "labextension"
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000
FAILED = pytest.StashKey[bool]()
CLEAN_UP = """async () => { document.activeElement?.blur();
    for (const widget of [...jupyterapp.shell.widgets('main')]) { widget.context?.model && (widget.context.model.dirty = false); widget.dispose(); }
    document.getElementById('nbo-voice')?.remove(); jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight(); }"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser, and comes last: playwright keeps a loop running in the main thread, where others call `asyncio.run`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: HERE in item.path.parents)


@dataclass(frozen=True)
class Server:
    url: str
    token: str
    root: pathlib.Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab (or the matrix's host) in an empty home, on a free port."""
    home = tmp_path_factory.mktemp("jupyter")
    root = home / "notebooks"
    root.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    places = {
        name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "NB_ORCHESTRA_CACHE_DIR")
    }
    quiet = home / "settings" / "@jupyterlab" / "apputils-extension"  # else a pop-up asks about news
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    places["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    places["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent / "views"), *filter(None, [os.environ.get("PYTHONPATH")])])
    (home / "labextensions").mkdir()
    (home / "labextensions" / "nb-orchestra-lab").symlink_to(LAB_EXTENSION)  # the checkout's, also where another one is installed
    command = [hosts.PYTHON, "-m", "jupyterlab" if hosts.IN_LAB else "notebook", "--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}"]
    settings = [
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.extra_labextensions_path={home / 'labextensions'}",  # Notebook 7 serves what Lab's server knows, and loads what itself knows
        *([] if hosts.IN_LAB else [f"--JupyterNotebookApp.extra_labextensions_path={home / 'labextensions'}"]),
        *(["--LabApp.news_url=''", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"] if hosts.IN_LAB else []),
    ]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, *settings], env=os.environ | places, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/api/status?token={token}", process, home / "server.log")
        yield Server(f"http://127.0.0.1:{port}", token, root)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: pathlib.Path) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError(f"no Jupyter server: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; without one the tests are skipped, in CI they fail."""
    if not CHROMIUM:
        reason = "no Chromium here (apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)  # the default of 5 s is a loaded machine's failure
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Notebook:
    """An open notebook. `page` is playwright's page; cells count from 0."""

    page: Any
    path: pathlib.Path

    def run(self, cell: int, wait: bool = True) -> None:
        """Starts a cell; with `wait`, until it has its number."""
        self.page.evaluate(
            """cell => { const panel = jupyterapp.shell.currentWidget; panel.content.activeCellIndex = cell;
                         panel.content.deselectAll(); jupyterapp.commands.execute('notebook:run-cell'); }""",
            cell,
        )
        if wait:
            self.wait_for_end(cell)

    def wait_for_end(self, cell: int) -> None:
        from playwright.sync_api import expect

        expect(self.page.locator(".jp-Cell").nth(cell).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=PATIENCE_MS)

    def wait_for_start(self, cell: int) -> None:
        from playwright.sync_api import expect

        expect(self.page.locator(".jp-Cell").nth(cell).locator(".jp-InputPrompt")).to_have_text("[*]:", timeout=PATIENCE_MS)

    def output(self, cell: int) -> Any:
        return self.page.locator(".jp-Cell").nth(cell).locator(".jp-Cell-outputArea")

    def is_running(self, cell: int) -> bool:
        return "*" in self.page.locator(".jp-Cell").nth(cell).locator(".jp-InputPrompt").inner_text()

    def text(self, cell: int) -> str:
        return str(self.output(cell).inner_text())

    def save(self) -> nbformat.NotebookNode:
        """The notebook as saved on disk."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.context.save()")
        return nbformat.read(self.path, as_version=4)


@dataclass
class Lab:
    """Opens notebooks in one page and on one kernel, which go from test to test: a fresh Lab costs several seconds each time.

    A page that is not wanted any more is closed by `forget`; a kernel that is busy, gone or not wanted is replaced.
    """

    server: Server
    browser: Any
    page: Any = None
    kernel: str = ""

    def open(self, *cells: str, width: int = 1000, height: int = 900, dark: bool = False, fresh: bool = False) -> Notebook:
        """A new notebook with these code cells, its kernel ready; `fresh`: the kernel has run nothing."""
        path = self.server.root / f"{secrets.token_hex(4)}.ipynb"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, path)
        return self.reopen(path, width, height, dark, fresh=fresh)

    def reopen(self, path: pathlib.Path, width: int = 1000, height: int = 900, dark: bool = False, fresh: bool = False, kernel: bool = True) -> Notebook:
        """The notebook of this path, read from disk, as the only document of the page; without `kernel` nothing waits for one."""
        page = self._page(width, height)
        page.evaluate(CLEAN_UP)
        if kernel:
            self._give_kernel(path.name, fresh)
        if hosts.IN_LAB:
            page.evaluate(
                "async what => { await jupyterapp.commands.execute('docmanager:open', what); }",
                {"path": path.name} | ({"kernel": {"id": self.kernel}} if kernel else {}),
            )
        else:
            self._goto(f"notebooks/{path.name}")
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        page.evaluate("async theme => { await jupyterapp.commands.execute('apputils:change-theme', {theme}); }", theme)
        page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=json.dumps(not dark))
        page.wait_for_function(
            """([path, kernel]) => { const shown = jupyterapp.shell.currentWidget; const ready = shown?.context?.path === path && shown.context.isReady;
                                   return ready && (!kernel || shown.sessionContext.session?.kernel?.status === 'idle'); }""",
            arg=[path.name, kernel],
        )
        page.locator(".jp-Cell").first.wait_for()
        return Notebook(page, path)

    def _page(self, width: int, height: int) -> Any:
        if self.page is None:
            self.page = self.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce").new_page()
            self.page.set_default_timeout(PATIENCE_MS)
            self._goto("doc" if hosts.IN_LAB else "tree")
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.mouse.move(0, 0)
        return self.page

    def _goto(self, place: str) -> None:
        self.page.goto(f"{self.server.url}/{place}?token={self.server.token}")
        self.page.wait_for_function("() => window.jupyterapp && jupyterapp.restored.then(() => true)")

    def _give_kernel(self, path: str, fresh: bool) -> None:
        """The notebook's session, with the kernel that is there where that is free, else with a new one."""
        new = fresh or not self._kernel_is_idle()
        if new:
            self.shut_down()
        if new or not hosts.IN_LAB:
            kernel = {"name": "python3"} if new else {"id": self.kernel}
            self.kernel = self._ask("/api/sessions", {"path": path, "name": path, "type": "notebook", "kernel": kernel})["kernel"]["id"]

    def forget(self) -> None:
        """After a test that failed or left something behind: the next one gets a page and a kernel of its own."""
        if self.page is not None:
            self.page.context.close()
            self.page = None
        self.shut_down()

    def shut_down(self) -> None:
        """Ends the kernel."""
        if self.kernel:
            with contextlib.suppress(urllib.error.HTTPError):
                self._ask(f"/api/kernels/{self.kernel}", method="DELETE")
        self.kernel = ""

    def _kernel_is_idle(self) -> bool:
        if not self.kernel:
            return False
        try:
            return bool(self._ask(f"/api/kernels/{self.kernel}")["execution_state"] == "idle")
        except urllib.error.HTTPError:
            return False

    def _ask(self, path: str, data: Any = None, method: str = "") -> Any:
        """The server's own interface."""
        headers = {"Authorization": f"token {self.server.token}", "Content-Type": "application/json"}
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.server.url + path, body, headers, method=method or ("GET" if data is None else "POST"))
        with urllib.request.urlopen(request, timeout=PATIENCE_MS / 1000) as answer:
            return json.loads(answer.read() or b"null")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remembers on the test whether it failed, for `lab`."""
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.stash[FAILED] = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture(scope="session")
def one_lab(server: Server, browser: Any) -> Iterator[Lab]:
    opened = Lab(server, browser)
    yield opened
    opened.forget()


@pytest.fixture
def lab(request: pytest.FixtureRequest, one_lab: Lab) -> Iterator[Lab]:
    """Opens notebooks in the page that all tests share; after a failure the next test gets a new one."""
    yield one_lab
    if request.node.stash.get(FAILED, True):
        one_lab.forget()
