"""Documents on this machine, or texts in a table's column, as a source for `search` steps. Nothing leaves the machine.

    orchestrate("What do {papers} say about sleep?", data={"papers": documents("abstracts/")})

The index of a folder is kept in the cache folder and brought up to date at each search; that of a table lives as long as the source.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nb_orchestra import values
from nb_orchestra.errors import GoalError
from nb_orchestra.protocols import Passage
from nb_orchestra.threads import in_thread
from nb_orchestra.tools.index import Hit, Index
from nb_orchestra.tools.passages import READERS, Document, document_of, read_document

MOST_FILES = 100_000
JUST_NOW = 2.0
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


class Documents:
    """Fills protocols.Source over an index. `stamps` and `read` say what there is; see `documents`."""

    outside = False

    def __init__(self, name: str, description: str, index: Index, stamps: Callable[[], dict[str, str]], read: Callable[[str], tuple[str, Document]]) -> None:
        if not NAME.match(name):
            raise GoalError(f"a source cannot be called {name!r}", hint="lower-case letters, digits and _")
        self.name, self.description = name, description
        self._index, self._stamps, self._read = index, stamps, read
        self._lock = threading.Lock()
        self._looked: float | None = None

    @property
    def identity(self) -> str:
        """By content: the same documents give the same identity, wherever their files' times stand."""
        with self._lock:
            self._bring_up_to_date(0.0)
            return self._index.identity()

    @property
    def refused(self) -> dict[str, str]:
        """Files that could not be read, and why."""
        with self._lock:
            self._bring_up_to_date(0.0)
            return self._index.refused()

    async def search(self, query: str, *, limit: int, since: str = "", full_text: bool = False) -> Sequence[Passage]:
        """The best passage (`full_text`: all) of the best documents, best first."""
        found: list[Passage] = await in_thread(self._search, query=query, limit=limit, since=since, full_text=full_text)
        return found

    def _search(self, query: str, limit: int, since: str, full_text: bool) -> list[Passage]:
        with self._lock:
            self._bring_up_to_date(JUST_NOW)
            hits = self._index.search(query, limit, since)
            texts = [self._index.body(hit.document) if full_text else hit.passage for hit in hits]
        return [_passage(hit, text) for hit, text in zip(hits, texts, strict=True)]

    def _bring_up_to_date(self, seconds: float) -> None:
        """Looks for changes, unless that was done so few seconds ago: a step's identity looks, and its search follows at once."""
        if self._looked is None or time.monotonic() - self._looked >= seconds:
            self._index.update(self._stamps(), self._read)
            self._looked = time.monotonic()

    def __repr__(self) -> str:
        return f"<source {self.name}: {self.description}>"


def documents(place: Any, column: str = "", *, title: str = "", date: str = "", name: str = "documents", index: str | os.PathLike[str] = "") -> Documents:
    """A source for `search` steps: texts, Markdown, HTML and PDFs of a folder or a glob, or the texts in a table's column.

    place: a folder (all below it), a glob such as "notes/**/*.md", or a DataFrame (then `column`, and perhaps `title` and `date`, name its columns).
    name: what plans call it. index: the file that keeps the index of a folder; in the cache folder by default.
    GoalError where there is no such folder, file or column.
    """
    if values.kind_of(place) == "table":
        return _of_table(place, column, title, date, name)
    pattern = os.path.abspath(os.path.expanduser(os.fspath(place)))
    root = pattern if os.path.isdir(pattern) else os.path.dirname(pattern.partition("*")[0])
    if not _files(pattern):
        raise GoalError(f"no documents at {os.fspath(place)!r}", hint=f"a folder or a glob with files of the kinds {', '.join(READERS)}")
    home = Path(index) if index else index_folder() / f"{hashlib.sha256(pattern.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.db"

    def stamps() -> dict[str, str]:
        return {path[len(root) + 1 :]: stamp for path, stamp in _files(pattern).items()}

    def read(relative: str) -> tuple[str, Document]:
        data = Path(root, relative).read_bytes()
        return hashlib.sha256(data).hexdigest(), read_document(data, relative)

    return Documents(name, f"local documents in {os.path.basename(root) or root}", Index(home), stamps, read)


def index_folder() -> Path:
    """Where indexes of folders are kept."""
    import platformdirs

    return Path(os.environ.get("NB_ORCHESTRA_CACHE_DIR") or platformdirs.user_cache_dir("nb_orchestra", appauthor=False)) / "documents"


def _files(pattern: str) -> dict[str, str]:
    """Files that there are readers for, with a sign of change each (size and time). GoalError for too many."""
    found = _below(pattern) if os.path.isdir(pattern) else ((path, os.stat(path)) for path in glob.iglob(pattern, recursive=True) if os.path.isfile(path))
    files = {path: f"{told.st_size}:{told.st_mtime_ns}" for path, told in found if os.path.splitext(path)[1].lower() in READERS}
    if len(files) > MOST_FILES:
        raise GoalError(f"{len(files):,} documents; at most {MOST_FILES:,}", hint="name a smaller folder")
    return dict(sorted(files.items()))


def _below(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file below a folder; none whose name starts with a dot, and no link out of it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path, entry.stat()


def _of_table(frame: Any, column: str, title: str, date: str, name: str) -> Documents:
    lacking = [wanted for wanted in (column, title, date) if wanted and wanted not in frame.columns]
    if not column or lacking:
        raise GoalError(
            f"there is no column {lacking[0]!r}" if lacking else "which column holds the texts?", hint='documents(frame, "abstract", title="title")'
        )
    rows = {f"row {at}": row for at, row in enumerate(zip(*(_texts(frame, wanted, at) for at, wanted in enumerate((column, title, date))), strict=True), 1)}
    texts = {place: (hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).hexdigest(), row) for place, row in rows.items()}

    def read(place: str) -> tuple[str, Document]:
        digest, (text, told, when) = texts[place]
        return digest, Document(told or document_of(text, place).title, when[:10], values.clean_text(text))

    return Documents(name, f"the texts in column {column}", Index(None), lambda: {place: digest for place, (digest, _) in texts.items()}, read)


def _texts(frame: Any, column: str, at: int) -> list[str]:
    if not column:
        return [""] * len(frame)
    return ["" if cell is None or cell != cell else str(cell) for cell in frame[column].tolist()]


def _passage(hit: Hit, text: str) -> Passage:
    stem = re.sub(r"[^a-z0-9]+", "-", os.path.splitext(hit.place)[0].lower()).strip("-")[-24:].strip("-") or "text"
    return Passage(hit.title, hit.place, hit.date, text, hit.score, f"{stem}:{hit.number + 1}")
