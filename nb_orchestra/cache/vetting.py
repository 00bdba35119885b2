"""A look at a cache database before diskcache opens it: read only, nothing in it is trusted.

diskcache obeys what stands in its Settings table (it sets attributes from it) and sqlite runs triggers that it finds, so a
database that holds anything we would not have written is refused.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from diskcache.core import DEFAULT_SETTINGS, METADATA

QUICK_CHECK_BYTES = 32 << 20
"""Reading every page of a larger database would cost more than it finds: each entry has its own checksum anyway."""
_TABLES = {"Settings", "Cache", "sqlite_autoindex_Settings_1", "Cache_key_raw", "Cache_expire_time", "Cache_tag_rowid"}
_TABLES |= {f"Cache_{name}" for name in ("store_time", "access_time", "access_count")}
_TRIGGERS = {f"Settings_{name}" for name in ("count_insert", "count_delete", "size_insert", "size_update", "size_delete")}
_PLAIN = re.compile(r"[A-Za-z-]{1,40}\Z")
_NOT_DAMAGE = re.compile(r"locked|unable to open|readonly|disk is full|disk I/O|no such table|permission", re.IGNORECASE)
_TRIGGER_BODY = re.compile(
    r"CREATE TRIGGER \w+ AFTER (INSERT|UPDATE|DELETE) ON Cache FOR EACH ROW BEGIN"
    r" UPDATE Settings SET value = value (\+ 1|- 1|\+ NEW\.size|- OLD\.size|\+ NEW\.size - OLD\.size) WHERE key = \"\w+\"; END\Z"
)


def complaint(folder: Path, mode: str = "mode=ro") -> str:
    """Why the folder's database must not be opened; "" where it may be (or is not there, or cannot be looked at now). `mode`: sqlite's, for the look."""
    database = folder / "cache.db"
    if not database.exists() or not database.stat().st_size:
        return ""
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?{mode}", uri=True, timeout=5)
        try:
            return _look(connection, database.stat().st_size)
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        return "" if _NOT_DAMAGE.search(str(error)) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)


def _look(connection: sqlite3.Connection, size: int) -> str:
    connection.execute("PRAGMA trusted_schema = OFF")
    if size <= QUICK_CHECK_BYTES and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return "its pages are damaged"
    for kind, name, text in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind == "trigger" and (name not in _TRIGGERS or not _TRIGGER_BODY.match(text or "")):
            return "a trigger that is not ours"
        if kind == "view" or (kind != "trigger" and name not in _TABLES):
            return "a table that is not ours"
    for name, value in connection.execute("SELECT key, value FROM Settings"):
        if name not in DEFAULT_SETTINGS and name not in METADATA:
            return "a setting that is not ours"
        if type(value) not in (int, float) and not (type(value) is str and _PLAIN.match(value)):
            return "a setting of a strange value"
    return ""
