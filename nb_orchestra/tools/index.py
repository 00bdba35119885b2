"""A full-text index of passages: SQLite's FTS5, ranked by BM25 (Robertson & Zaragoza 2009), words by their Porter stems.

One file holds one index. It is brought up to date before each search: only documents whose content changed are read again. A damaged
file is thrown away and made anew; it holds nothing that is not in the documents.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nb_orchestra.tools.passages import Document, UnreadableFileError

FORMAT = 1
TITLE_WEIGHT = 2.0
MOST_WORDS = 32
SPREAD = 8
"""Passages looked at for each document wanted, since several passages of one document may lead."""
_TABLES = """
CREATE TABLE IF NOT EXISTS document (id INTEGER PRIMARY KEY, place TEXT UNIQUE, stamp TEXT, content TEXT, title TEXT, date TEXT, refused TEXT, body TEXT);
CREATE VIRTUAL TABLE IF NOT EXISTS passage USING fts5 (title, text, document UNINDEXED, number UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2');
"""
_BEST = """
SELECT passage.document, passage.number, passage.text, -bm25(passage, ?, 1.0), document.title, document.place, document.date
FROM passage JOIN document ON document.id = passage.document
WHERE passage MATCH ? AND (? = '' OR document.date >= ?) ORDER BY bm25(passage, ?, 1.0), passage.rowid LIMIT ?
"""
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

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._memory = sqlite3.connect(":memory:", check_same_thread=False) if path is None else None
        if self._memory is not None:
            self._memory.executescript(_TABLES)

    def update(self, stamps: Mapping[str, str], read: Callable[[str], tuple[str, Document]]) -> None:
        """Brings the index up to date. `stamps`: a cheap sign of change by place; `read` gives a place's content digest and Document."""
        with self._open() as base:
            known = dict(base.execute("SELECT place, stamp FROM document"))
            for place in known.keys() - stamps.keys():
                _forget(base, place)
            for place, stamp in stamps.items():
                if known.get(place) != stamp:
                    _take(base, place, stamp, read)

    def identity(self) -> str:
        """A digest of what is indexed, by content."""
        with self._open() as base:
            rows = base.execute("SELECT place, content FROM document ORDER BY place").fetchall()
        return hashlib.sha256(repr((FORMAT, rows)).encode("utf-8", "surrogatepass")).hexdigest()[:40]

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
        matched = " OR ".join(f'"{word}"' for word in words)
        found: dict[int, Hit] = {}
        with self._open() as base:
            rows = base.execute(_BEST, (TITLE_WEIGHT, matched, since, since, TITLE_WEIGHT, limit * SPREAD))
            for document, number, text, score, title, place, date in rows:
                if document not in found and len(found) < limit:
                    found[document] = Hit(title, place, date, text, int(number), float(score), document)
        return list(found.values())

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
        """The file, made anew where it is damaged."""
        assert self._path is not None
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(2):
            base = sqlite3.connect(self._path, timeout=30)
            try:
                base.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF; {_TABLES}")
                base.execute("SELECT count(*) FROM document").fetchone()
            except sqlite3.DatabaseError:
                base.close()
                self._path.unlink(missing_ok=True)
                continue
            os.chmod(self._path, 0o600)
            return base
        raise sqlite3.DatabaseError(f"no index can be kept at {self._path}")


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
        base.execute("DELETE FROM passage WHERE rowid BETWEEN ? AND ?", (id << 20, (id << 20) + (1 << 20) - 1))
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
    pieces = [((id << 20) + number, document.title, text, id, number) for number, text in enumerate(document.passages)]
    base.executemany("INSERT INTO passage (rowid, title, text, document, number) VALUES (?, ?, ?, ?, ?)", pieces)
