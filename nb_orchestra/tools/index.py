"""A full-text index of passages: SQLite's FTS5, ranked by BM25 (Robertson & Zaragoza 2009), words by their Porter stems.

One file holds one index. It is brought up to date before each search: only documents whose content changed are read again. A damaged
file is thrown away and made anew; it holds nothing that is not in the documents.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nb_orchestra.tools.passages import Document, UnreadableFileError

FORMAT = 2
MOST_WORDS = 32
_TABLES = (
    "CREATE TABLE document (id INTEGER PRIMARY KEY, place TEXT UNIQUE, stamp TEXT, content TEXT, title TEXT, date TEXT, refused TEXT, body TEXT)",
    "CREATE VIRTUAL TABLE passage USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2')",
    "INSERT INTO passage (passage, rank) VALUES ('rank', 'bm25(2.0, 1.0)')",
    f"PRAGMA user_version = {FORMAT}",
)
"""A passage's rowid is its document's id and its number there (`_BITS`); a word in the title counts twice."""
_BITS = 20
_RANKED = "SELECT rowid, rank FROM passage WHERE passage MATCH ? ORDER BY rank"
"""Ranked inside FTS5, on numbers alone: a text is read for the few passages that are shown, not for each that matches."""
COMMON = """
a about an and any are as at be been but by can could did do does for from had has have how if in into is it its may more most no not of on
or our should so such than that the their them then there these they this those to under was we were what when where which who why will with
would you
"""
"""Words that say nothing about what is looked for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One document's best passage. `score`: BM25, higher is better, comparable within one search only."""

    title: str
    place: str
    date: str
    passage: str
    number: int
    score: float
    document: int


class Index:
    """Documents by place. `path` None: in memory, for as long as this object lives. Not for two threads at once."""

    def __init__(self, path: Path | None, patience: float = 30.0) -> None:
        """`patience`: seconds to wait while another process writes."""
        self._path, self._patience = path, patience
        self._memory = sqlite3.connect(":memory:", check_same_thread=False) if path is None else None
        if self._memory is not None:
            _prepare(self._memory)
        self._stamps: Mapping[str, str] | None = None
        self._identity = ""

    def update(self, stamps: Mapping[str, str], read: Callable[[str], tuple[str, Document]]) -> None:
        """Brings the index up to date. `stamps`: a cheap sign of change by place; `read` gives a place's content digest and Document."""
        with self._open() as base:
            if stamps == self._stamps and base.execute("SELECT count(*) FROM document").fetchone()[0] == len(stamps):
                return
            self._stamps, self._identity = None, ""
            known = dict(base.execute("SELECT place, stamp FROM document"))
            for place in known.keys() - stamps.keys():
                _forget(base, place)
            for place, stamp in stamps.items():
                if known.get(place) != stamp:
                    _take(base, place, stamp, read)
        self._stamps = dict(stamps)

    def identity(self) -> str:
        """A digest of what is indexed, by content."""
        if not self._identity:
            with self._open() as base:
                rows = base.execute("SELECT place, content FROM document ORDER BY place").fetchall()
            self._identity = hashlib.sha256(repr((FORMAT, rows)).encode("utf-8", "surrogatepass")).hexdigest()[:40]
        return self._identity

    def refused(self) -> dict[str, str]:
        """Places that could not be read, and why."""
        with self._open() as base:
            return dict(base.execute("SELECT place, refused FROM document WHERE refused != '' ORDER BY place"))

    def size(self) -> tuple[int, int]:
        """(documents, passages)."""
        with self._open() as base:
            counts = [base.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("document", "passage")]
        return counts[0], counts[1]

    def search(self, query: str, limit: int, since: str = "") -> list[Hit]:
        """The best passage of each of the `limit` best documents that hold any of the query's words. `since`: only documents dated then or later."""
        words = words_of(query)
        if not words or limit < 1:
            return []
        with self._open() as base:
            ranked = base.execute(_RANKED, (" OR ".join(f'"{word}"' for word in words),))
            return list(itertools.islice(_best(base, ranked, since), limit))

    def body(self, document: int) -> str:
        """A document's whole text."""
        with self._open() as base:
            row = base.execute("SELECT body FROM document WHERE id = ?", (document,)).fetchone()
        return str(row[0]) if row else ""

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        base = self._memory or self._connected()
        try:
            with base:
                yield base
        finally:
            if base is not self._memory:
                base.close()

    def _connected(self) -> sqlite3.Connection:
        """The file, made anew where it is damaged or of another format."""
        assert self._path is not None
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(2):
            base = sqlite3.connect(self._path, timeout=self._patience)
            try:
                _prepare(base)
            except sqlite3.DatabaseError as error:
                base.close()
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:  # whole, and in use
                    raise
                for tail in ("", "-wal", "-shm"):
                    Path(f"{self._path}{tail}").unlink(missing_ok=True)
                continue
            os.chmod(self._path, 0o600)
            return base
        raise sqlite3.DatabaseError(f"no index can be kept at {self._path}")


def _prepare(base: sqlite3.Connection) -> None:
    """DatabaseError where the file is no index of ours."""
    for pragma in ("trusted_schema = OFF", "synchronous = NORMAL"):
        base.execute(f"PRAGMA {pragma}")
    if not _version(base):
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("BEGIN IMMEDIATE")  # another process may be making it at this moment
        for statement in () if _version(base) else _TABLES:
            base.execute(statement)
        base.commit()
    if _version(base) != FORMAT:
        raise sqlite3.DatabaseError("an index of another format")


def _version(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _best(base: sqlite3.Connection, ranked: Iterable[tuple[int, float]], since: str) -> Iterator[Hit]:
    """The documents of ranked passages, each once."""
    seen: set[int] = set()
    for place, rank in ranked:
        document, number = place >> _BITS, place & ((1 << _BITS) - 1)
        if document in seen:
            continue
        seen.add(document)
        title, name, date = base.execute("SELECT title, place, date FROM document WHERE id = ?", (document,)).fetchone()
        if date >= since:
            text = base.execute("SELECT text FROM passage WHERE rowid = ?", (place,)).fetchone()[0]
            yield Hit(title, name, date, text, number, -rank, document)


def words_of(query: str) -> list[str]:
    """The words that a search looks for: no common ones, unless there are no others; at most 32."""
    words = list(dict.fromkeys(re.findall(r"\w+", query.casefold())))
    common = set(COMMON.split())
    return ([word for word in words if word not in common] or words)[:MOST_WORDS]


def _forget(base: sqlite3.Connection, place: str) -> None:
    row = base.execute("SELECT id FROM document WHERE place = ?", (place,)).fetchone()
    if row is not None:
        _drop(base, [row[0]])


def _drop(base: sqlite3.Connection, ids: Iterable[int]) -> None:
    for id in ids:
        base.execute("DELETE FROM passage WHERE rowid BETWEEN ? AND ?", (id << _BITS, ((id + 1) << _BITS) - 1))
        base.execute("DELETE FROM document WHERE id = ?", (id,))


def _take(base: sqlite3.Connection, place: str, stamp: str, read: Callable[[str], tuple[str, Document]]) -> None:
    """Reads one document in. One that cannot be read is noted, so that it is not tried again before it changes."""
    try:
        content, document, refused = *read(place), ""
    except (UnreadableFileError, OSError) as error:
        content, document, refused = "", Document(place, "", ""), str(error)
    _forget(base, place)
    row = (place, stamp, content, document.title, document.date, refused, document.text)
    id = base.execute("INSERT INTO document (place, stamp, content, title, date, refused, body) VALUES (?, ?, ?, ?, ?, ?, ?)", row).lastrowid or 0
    pieces = [((id << _BITS) + number, document.title, text) for number, text in enumerate(document.passages)]
    base.executemany("INSERT INTO passage (rowid, title, text) VALUES (?, ?, ?)", pieces)
