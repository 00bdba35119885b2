"""What every Store promises, run over each filling: bytes come back as they were, or not at all."""

from __future__ import annotations

import threading

import pytest

from nb_orchestra.cache import DiskStore, LayeredStore, MemoryStore
from nb_orchestra.protocols import Store

FILLINGS = {
    "memory": lambda folder: MemoryStore(),
    "disk": lambda folder: DiskStore(folder / "cache", _no_warning),
    "network": lambda folder: DiskStore(folder / "cache", _no_warning, network=True),
    "layered": lambda folder: LayeredStore([MemoryStore()], DiskStore(folder / "cache", _no_warning)),
    "unwritable": lambda folder: DiskStore(_a_file(folder)),
}


def _no_warning(text):
    raise AssertionError(text)


def _a_file(folder):
    """A path where no folder can be made: the store must fall back to memory."""
    path = folder / "file"
    path.write_text("mine")
    return path


@pytest.fixture(params=FILLINGS)
def store(request, tmp_path):
    return FILLINGS[request.param](tmp_path)


def test_it_fills_the_socket(store):
    """A store has the socket's methods."""
    assert isinstance(store, Store)


@pytest.mark.parametrize("size", [0, 1, 1000, 40_000, 3_000_000])
def test_what_is_written_is_read(store, size):
    """Entries of any size come back byte for byte, also after many others."""
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    store.write({"a": data, "b": b"other"})
    assert store.read(["a", "b"]) == {"a": data, "b": b"other"}


def test_a_missing_key_is_left_out(store):
    """Reading what is not there gives nothing for that key, and no error."""
    store.write({"a": b"1"})
    assert store.read(["a", "missing", "*"]) == {"a": b"1"}
    assert store.read([]) == {}


def test_writing_again_replaces(store):
    """The last write of a key counts, whether it is longer or shorter."""
    for data in (b"first", b"y" * 50_000, b"z"):
        store.write({"a": data})
        assert store.read(["a"]) == {"a": data}


def test_what_is_removed_is_gone(store):
    """Removing takes entries away; removing what is not there does nothing."""
    store.write({"a": b"1", "b": b"2" * 50_000, "c": b"3"})
    store.remove(["a", "b", "missing"])
    assert store.read(["a", "b", "c"]) == {"c": b"3"}


def test_only_bytes_under_plain_keys_are_taken(store):
    """A wrong key or value is a fault of the caller and raises; nothing of that write is kept."""
    with pytest.raises(TypeError):
        store.write({"good": b"1", "a": "text"})
    for key in ("", "a/b", "../x", "ä", "a" * 201, "a\n"):
        with pytest.raises(ValueError, match="key"):
            store.write({"good": b"1", key: b"1"})
    assert store.read(["good"]) == {}


def test_clearing_forgets_everything_and_says_how_much(store):
    """`clear` gives the number of entries; `size` is smaller afterwards."""
    store.write({"a": b"1" * 50_000, "b": b"2"})
    before = store.size()
    assert store.count() == 2
    assert store.clear() == 2
    assert store.count() == 0
    assert store.read(["a", "b"]) == {}
    assert before >= 50_000 > store.size() - before


def test_many_threads_at_once(store):
    """Threads write and read side by side; nobody reads what was not written."""
    wrong = []

    def work(number):
        for turn in range(20):
            key = f"k{turn % 5}"
            store.write({key: key.encode() * 1000, f"own{number}": str(turn).encode()})
            if store.read([key])[key] != key.encode() * 1000 or store.read([f"own{number}"]) != {f"own{number}": str(turn).encode()}:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
