"""The built JupyterLab extension belongs to its source, and the wheel carries it; neither needs Node here."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

HOME = Path(__file__).parent.parent
SOURCE, BUILT = HOME / "labextension-src", HOME / "nb_orchestra" / "labextension"


def test_the_assets_were_built_from_this_source() -> None:
    """A changed source without a new build is seen (`.ci/labextension --write` builds it)."""
    files = [path for folder in ("schema", "src", "style") for path in (SOURCE / folder).iterdir()]
    names = [path.relative_to(SOURCE).as_posix() for path in files] + ["package.json", "tsconfig.json", "yarn.lock"]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(f"{name}\0".encode() + (SOURCE / name).read_bytes() + b"\0")
    assert (BUILT / "source.sha256").read_text().strip() == digest.hexdigest()


def test_the_wheel_puts_the_extension_where_jupyterlab_looks() -> None:
    """The assets are shared data under the extension's own name, and what they load is there."""
    shared = tomllib.loads((HOME / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    package = json.loads((BUILT / "package.json").read_text())
    assert shared["nb_orchestra/labextension"] == f"share/jupyter/labextensions/{package['name']}"
    assert (BUILT / package["jupyterlab"]["_build"]["load"]).is_file()
    assert (BUILT / "schemas" / package["name"] / "plugin.json").is_file()


def test_the_extension_is_small() -> None:
    """What a page loads of it is at most 150 kB."""
    assert sum(path.stat().st_size for path in (BUILT / "static").glob("*.js")) <= 150_000
