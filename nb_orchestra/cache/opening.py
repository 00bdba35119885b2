"""Which shelf a cache folder has: a database on this machine's disk, one file per entry on a network share; one's own, or another's that is only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nb_orchestra.cache.file_shelf import FileShelf
from nb_orchestra.cache.places import network_kind
from nb_orchestra.cache.shelf import Shelf

DATABASE, FILES = "store", "files"
AnyShelf = Shelf | FileShelf


def opened(folder: Path, warn: Callable[[str], None], *, read_only: bool = False, network: bool | None = None) -> AnyShelf:
    """The folder, open. OSError or sqlite3.Error where it can be opened in no way."""
    if read_only:
        return _of_another(folder)
    on_network = bool(network_kind(folder)) if network is None else network
    return FileShelf.opened(folder / FILES, warn) if on_network else Shelf.opened(folder / DATABASE, warn)


def _of_another(folder: Path) -> AnyShelf:
    """Whichever form its owner gave it."""
    if (folder / FILES).is_dir():
        return FileShelf(folder / FILES, writable=False)
    return Shelf.reading(folder / DATABASE)
