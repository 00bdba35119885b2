"""DiskStore on sick disks and in hostile folders: a miss and one warning, never an error, never a wrong value, nothing run."""

from __future__ import annotations

import os
import pickle
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from nb_orchestra.cache import DiskStore
from nb_orchestra.cache.shelf import Shelf

NOBODY = 65534


@pytest.fixture
def warnings():
    return []


@pytest.fixture
def open_store(tmp_path, warnings):
    """Opens the store of this test's folder (again)."""
    return lambda: DiskStore(tmp_path / "cache", warnings.append)


def _database(tmp_path):
    return tmp_path / "cache" / "store" / "cache.db"


def _run(code, *arguments, **options):
    """Runs code in another process; gives what it printed."""
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=120, **options).stdout


def test_entries_outlive_the_process(tmp_path, open_store, warnings):
    """What one process wrote another reads."""
    code = "import sys; from nb_orchestra.cache import DiskStore; DiskStore(sys.argv[1]).write({'a': b'1', 'b': b'2' * 100_000})"
    _run(code, tmp_path / "cache")
    assert open_store().read(["a", "b"]) == {"a": b"1", "b": b"2" * 100_000}
    assert warnings == []


def test_the_folder_is_for_this_person_alone(tmp_path, open_store):
    """Prompts and results are not for the other users of a machine: folder 0700, files 0600, also where an older folder was open."""
    (tmp_path / "cache" / "store").mkdir(parents=True, mode=0o755)
    open_store().write({"a": b"1" * 100_000})
    store = tmp_path / "cache" / "store"
    assert store.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in store.rglob("*.val")} == {0}


def test_nothing_is_opened_before_it_is_needed(tmp_path, open_store):
    """Making a store touches no disk."""
    open_store()
    assert not (tmp_path / "cache").exists()


def test_diskcache_never_evicts(tmp_path, open_store):
    """Whoever opened the folder before: its size limit and policy are ours again, and nothing disappears."""
    import diskcache

    open_store().write({"a": b"1" * 100_000})
    diskcache.Cache(str(tmp_path / "cache" / "store"), size_limit=1000, eviction_policy="least-recently-used", cull_limit=100).close()
    store = open_store()
    items = {f"k{number}": b"x" * 50_000 for number in range(30)}
    store.write(items)
    assert store.read(list(items)) == items
    assert store.read(["a"]) == {"a": b"1" * 100_000}


def test_trimming_takes_the_oldest_and_says_what_went(open_store):
    """`trim` removes first what was written first, and reports it."""
    store = open_store()
    for number in range(10):
        store.write({f"k{number}": b"x" * 100_000})
    trimmed = store.trim(7 * 101_000)
    assert (trimmed.entries, trimmed.bytes >= 300_000) == (3, True)
    assert store.trim(7 * 101_000).entries == 0
    assert set(store.read([f"k{number}" for number in range(10)])) == {f"k{number}" for number in range(3, 10)}
    assert store.trim(10**9).entries == 0


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_a_miss_and_never_a_wrong_value(seed, tmp_path, open_store, warnings):
    """Flip bytes or cut any file of the folder: each entry is as it was or is missing, and the store can be written again."""
    items = {f"k{number}": bytes([number]) * size for number, size in enumerate([10, 5_000, 40_000, 200_000] * 3)}
    first = open_store()
    first.write(items)
    first.close()
    chance = random.Random(seed)
    files = sorted(path for path in (tmp_path / "cache" / "store").rglob("*") if path.is_file())
    damaged = chance.choice(files) if seed % 2 else _database(tmp_path)
    data = bytearray(damaged.read_bytes())
    for _ in range(chance.choice([1, 20, 400])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    damaged.write_bytes(data[: chance.randrange(len(data))] if seed % 5 == 0 else data)
    store = open_store()
    found = store.read(list(items))
    assert all(items[key] == value for key, value in found.items())
    assert len(warnings) <= 3
    store.write({"new": b"1"})
    assert store.read(["new"]) == {"new": b"1"}


def test_an_entry_put_under_another_key_is_a_miss(tmp_path, open_store, warnings):
    """A row that was copied to another key is not that key's value."""
    store = open_store()
    store.write({"a": b"1", "b": b"2"})
    store.close()
    with sqlite3.connect(_database(tmp_path)) as database:
        database.execute("UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = 'a') WHERE key = 'b'")
    assert open_store().read(["a", "b"]) == {"a": b"1"}
    assert len(warnings) == 1


class Bomb:
    def __reduce__(self):
        return (os.mkdir, (os.environ["NBO_TEST_MARK"],))


HOSTILE_ROWS = {
    "a pickled value": ("UPDATE Cache SET mode = 4, value = ?", lambda: (pickle.dumps(Bomb()),)),
    "a pickled file": ("UPDATE Cache SET mode = 4, filename = ?, value = NULL", lambda: (_planted("aa/bb/" + "0" * 28 + ".val", pickle.dumps(Bomb())),)),
    "a pickled key": ("UPDATE Cache SET raw = 0, key = ?", lambda: (pickle.dumps(Bomb()),)),
    "a text": ("UPDATE Cache SET mode = 3, filename = 'x', value = NULL", tuple),
    "a file elsewhere": ("UPDATE Cache SET mode = 2, filename = ?, value = NULL", lambda: (os.environ["NBO_TEST_SECRET"],)),
    "a relative file elsewhere": ("UPDATE Cache SET mode = 2, filename = '../../../secret', value = NULL", tuple),
    "a link": ("UPDATE Cache SET mode = 2, filename = ?, value = NULL", lambda: (_planted("aa/bb/" + "1" * 28 + ".val", None),)),
    "a number": ("UPDATE Cache SET value = 7", tuple),
    "an unknown mode": ("UPDATE Cache SET mode = 99", tuple),
}


def _planted(name, data):
    """A file (or, without data, a link to the secret) inside the store's folder."""
    path = Path(os.environ["NBO_TEST_STORE"]) / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data) if data is not None else path.symlink_to(os.environ["NBO_TEST_SECRET"])
    return name


@pytest.mark.parametrize("row", HOSTILE_ROWS)
def test_a_hostile_row_runs_nothing_reads_nothing_and_deletes_nothing(row, tmp_path, open_store, monkeypatch):
    """A row that diskcache would unpickle, or that names a file elsewhere, is a miss; reading, replacing and clearing leave the file alone."""
    secret, mark = tmp_path / "secret", tmp_path / "executed"
    secret.write_bytes(b"secret")
    for name, value in {"MARK": mark, "SECRET": secret, "STORE": tmp_path / "cache" / "store"}.items():
        monkeypatch.setenv(f"NBO_TEST_{name}", str(value))
    store = open_store()
    store.write({"a": b"1"})
    store.close()
    statement, arguments = HOSTILE_ROWS[row]
    with sqlite3.connect(_database(tmp_path)) as database:
        database.execute(statement, arguments())
    store = open_store()
    assert store.read(["a"]) == {}
    store.write({"a": b"2"})
    assert store.read(["a"]) == {"a": b"2"}
    store.trim(0)
    store.clear()
    assert secret.read_bytes() == b"secret"
    assert not mark.exists()


HOSTILE_DATABASES = {
    "a trigger": "CREATE TRIGGER evil AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END",
    "a known trigger with another body": (
        "DROP TRIGGER Settings_count_insert; CREATE TRIGGER Settings_count_insert AFTER INSERT ON Cache FOR EACH ROW BEGIN DELETE FROM Cache; END"
    ),
    "a view": "CREATE VIEW evil AS SELECT * FROM Cache",
    "a view for a table": "DROP TABLE Cache; CREATE VIEW Cache AS SELECT 1 AS key",
    "another table": "CREATE TABLE diary (day TEXT)",
    "a setting that replaces a method": "INSERT INTO Settings VALUES ('get', 'x')",
    "a setting with a statement in it": "UPDATE Settings SET value = 'none; DROP TABLE Cache' WHERE key = 'eviction_policy'",
    "a setting of bytes": "UPDATE Settings SET value = x'80' WHERE key = 'tag_index'",
}


@pytest.mark.parametrize("statements", HOSTILE_DATABASES.values(), ids=HOSTILE_DATABASES.keys())
def test_a_foreign_database_is_moved_aside_unopened(statements, tmp_path, open_store, warnings):
    """A database that holds what we would not have written is kept under another name, with one warning, and a new one is begun."""
    store = open_store()
    store.write({"a": b"1"})
    store.close()
    with sqlite3.connect(_database(tmp_path)) as database:
        database.executescript(statements)
    store = open_store()
    assert store.read(["a"]) == {}
    store.write({"a": b"2"})
    assert store.read(["a"]) == {"a": b"2"}
    assert len(warnings) == 1
    assert len(list((tmp_path / "cache").glob("store.aside-*/cache.db"))) == 1


def test_a_file_that_is_no_database_is_moved_aside(tmp_path, open_store, warnings):
    """Rubbish where the database should be is kept under another name."""
    _database(tmp_path).parent.mkdir(parents=True)
    _database(tmp_path).write_bytes(b"rubbish" * 1000)
    store = open_store()
    store.write({"a": b"1"})
    assert store.read(["a"]) == {"a": b"1"}
    assert len(warnings) == 1


def test_damage_that_shows_only_in_use_is_moved_aside(tmp_path, open_store, warnings, monkeypatch):
    """A large database is not read through at opening; when its pages turn out bad, the run goes on and a new one is begun."""
    monkeypatch.setattr("nb_orchestra.cache.vetting.QUICK_CHECK_BYTES", 0)
    store = open_store()
    store.write({f"k{number}": b"x" * 10_000 for number in range(50)})
    store.close()
    data = bytearray(_database(tmp_path).read_bytes())
    data[8 * 4096 :] = b"\xff" * (len(data) - 8 * 4096)
    _database(tmp_path).write_bytes(data)
    store = open_store()
    assert store.read([f"k{number}" for number in range(50)]) == {}
    for number in range(3):
        store.write({f"new{number}": b"1" * 10})
    assert store.read(["new0", "new1", "new2"]) == {f"new{number}": b"1" * 10 for number in range(3)}
    assert 1 <= len(warnings) <= 3
    assert len(list((tmp_path / "cache").glob("store.aside-*"))) == 1
    assert "new2" in open_store().read(["new2"])


def test_a_full_disk_keeps_the_run_going(tmp_path):
    """With no room left (RLIMIT_FSIZE) entries are held in memory, with one warning, and what was on disk is still read."""
    code = """
import resource, sys
from nb_orchestra.cache import DiskStore
warnings = []
store = DiskStore(sys.argv[1], warnings.append)
store.write({'old': b'0' * 10_000})
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
for number in range(200):
    store.write({f'k{number}': b'x' * 10_000, f'big{number}': b'y' * 250_000})
assert all(store.read([f'k{n}', f'big{n}']) == {f'k{n}': b'x' * 10_000, f'big{n}': b'y' * 250_000} for n in range(200))
assert store.read(['old']) == {'old': b'0' * 10_000}
print(len(warnings))
"""
    assert _run(code, tmp_path / "cache").strip() == "1"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert DiskStore(tmp_path / "cache").read(["old"]) == {"old": b"0" * 10_000}


AS_NOBODY = """
import os, sys
import pathlib, urllib.parse, urllib.request, nb_orchestra.cache.opening  # all that is needed, while this process may still read it
from nb_orchestra.cache import DiskStore
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
"""


@pytest.fixture
def public_folder():
    """A folder that another user may enter (pytest's own are closed)."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a user who can be locked out")
def test_a_read_only_folder_is_read_and_new_entries_stay_in_memory(public_folder):
    """A folder that may not be written is still read; what is new is held in memory, with one warning."""
    store = DiskStore(public_folder / "cache")
    store.write({"a": b"1", "b": b"2" * 100_000})
    store.close()
    for path in [public_folder / "cache", *(public_folder / "cache").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
        os.chown(path, NOBODY, NOBODY)
    code = """
warnings = []
store = DiskStore(sys.argv[1], warnings.append)
assert store.read(['a', 'b']) == {'a': b'1', 'b': b'2' * 100_000}, warnings
store.write({'c': b'3'})
store.remove(['missing'])
assert store.read(['c']) == {'c': b'3'}
assert store.trim(0).entries == 0
print(len(warnings))
"""
    assert _run(AS_NOBODY + code, public_folder / "cache").strip() == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user's folder")
def test_another_users_folder_is_not_written(public_folder):
    """A folder that somebody else made (and could fill with their results) is not used for writing."""
    (public_folder / "cache" / "store").mkdir(parents=True)
    (public_folder / "cache" / "store").chmod(0o777)
    code = "DiskStore(sys.argv[1], print).write({'a': b'1'})"
    assert "another user" in _run(AS_NOBODY + code, public_folder / "cache")
    assert list((public_folder / "cache" / "store").iterdir()) == []


WRITER = """
import sys
from nb_orchestra.cache import DiskStore
store = DiskStore(sys.argv[1], print)
for number in range(int(sys.argv[2]), 10**6):
    store.write({f'k{number}': str(number).encode() * (10 if number % 3 else 20_000)})
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_was_told_is_kept(tmp_path, open_store, warnings):
    """kill -9 in the middle of writing, many times: every acknowledged entry is there and right."""
    acknowledged = 0
    for turn in range(12):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "cache"), str(acknowledged)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(3 + turn % 7):
            acknowledged = int(process.stdout.readline()) + 1
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            acknowledged = int(line) + 1
        process.wait()
        process.stdout.close()
    found = open_store().read([f"k{number}" for number in range(acknowledged)])
    assert found == {f"k{number}": str(number).encode() * (10 if number % 3 else 20_000) for number in range(acknowledged)}
    assert warnings == []


def test_two_processes_share_a_folder(tmp_path, open_store, warnings):
    """Two processes open the same new folder at the same moment and write at once: every entry is kept, nobody is warned."""
    code = """
import sys
from nb_orchestra.cache import DiskStore
store = DiskStore(sys.argv[1], print)
for number in range(60):
    store.write({f'{sys.argv[2]}{number}': sys.argv[2].encode() * 40_000, 'shared': sys.argv[2].encode() * 50_000})
    shared = store.read(['shared'])
    assert shared in ({}, {'shared': b'a' * 50_000}, {'shared': b'b' * 50_000}, {'shared': b'c' * 50_000}), 'torn'
"""
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "cache"), name], stdout=subprocess.PIPE, text=True) for name in "abc"]
    printed = [process.communicate(timeout=120)[0] for process in processes]
    assert printed == ["", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0]
    keys = [f"{name}{number}" for name in "abc" for number in range(60)]
    assert open_store().read(keys) == {key: key[0].encode() * 40_000 for key in keys}
    assert warnings == []


def test_a_store_works_after_a_fork(tmp_path):
    """A child process that was forked from one with an open store can use it too."""
    code = """
import os, sys
from nb_orchestra.cache import DiskStore
store = DiskStore(sys.argv[1], print)
store.write({'a': b'1'})
child = os.fork()
if not child:
    store.write({'b': b'2'})
    os._exit(0 if store.read(['a', 'b']) == {'a': b'1', 'b': b'2'} else 1)
print(os.waitpid(child, 0)[1], store.read(['b']))
"""
    assert _run(code, tmp_path / "cache").strip() == "0 {'b': b'2'}"


def test_a_run_ends_without_a_look_at_every_entry_while_there_is_room(open_store, monkeypatch):
    """The end of each run trims the cache; entries are listed only when it is full, and what killed processes left is looked for once."""
    store = open_store()
    store.write({"a": b"1" * 100_000})
    assert store.trim(10**9).entries == 0
    asked = []
    listed = Shelf._listed
    monkeypatch.setattr(Shelf, "_listed", lambda shelf, query: (asked.append(query), listed(shelf, query))[1])
    assert store.trim(10**9).entries == 0
    assert asked == []
    assert store.trim(1_000).entries == 1
    assert len(asked) == 1


def test_short_and_long_entries_replace_each_other(tmp_path, open_store, warnings):
    """An entry that was long and is short now, or the other way round, is what was written last; its old file is gone."""
    store, long = open_store(), b"2" * 100_000
    store.write({"a": b"1", "b": long, "c": long})
    store.write({"a": long, "b": b"1", "c": b"3" * 100_000, "d": b"4"})
    assert open_store().read(["a", "b", "c", "d"]) == {"a": long, "b": b"1", "c": b"3" * 100_000, "d": b"4"}
    assert len(list((tmp_path / "cache").rglob("*.val"))) == 2
    assert store.count() == 4
    assert warnings == []
