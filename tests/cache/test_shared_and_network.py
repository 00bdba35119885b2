"""Several machines, several processes, another's folder: nothing is lost, torn or changed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb_orchestra.cache import DiskStore, LayeredStore, MemoryStore, network_kind
from nb_orchestra.cache.envelope import sealed

MOUNTS = """/dev/sda1 / ext4 rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
hub:/homes /home nfs4 rw 0 0
/dev/sdb1 /home/ann/local xfs rw 0 0
files:/a /mnt/with\\040space fuse.sshfs rw 0 0
x /mnt/plain fuse.gocryptfs rw 0 0
//win/share /mnt/win cifs rw 0 0
lustre /scratch lustre rw 0 0
overlay /srv overlay rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ann/.cache", "nfs4"),
        ("/home/ann/local/cache", ""),
        ("/homes/ann", ""),
        ("/mnt/with space/c", "fuse.sshfs"),
        ("/mnt/plain/c", ""),
        ("/mnt/win", "cifs"),
        ("/scratch/x", "lustre"),
        ("/srv/x", ""),
        ("/var/tmp", ""),
    ],
)
def test_a_network_share_is_known_by_its_mount(folder: str, kind: str) -> None:
    """The innermost mount decides; file systems in user space count as shares unless they are known to be local."""
    assert network_kind(Path(folder), MOUNTS) == kind


def test_where_nobody_can_say_it_is_a_disk() -> None:
    """This machine's own folders are told as they are; an empty table tells nothing."""
    assert network_kind(Path("/tmp"), "") == ""
    assert network_kind(Path("/tmp")) in ("", network_kind(Path("/tmp")))


def test_on_a_share_no_database_is_opened(tmp_path: Path) -> None:
    """One file per entry, nothing of sqlite, and what one machine wrote another reads."""
    one, two = DiskStore(tmp_path, pytest.fail, network=True), DiskStore(tmp_path, pytest.fail, network=True)
    one.write({"a": b"1", "b": b"2" * 100_000})
    assert two.read(["a", "b", "c"]) == {"a": b"1", "b": b"2" * 100_000}
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".db", ".db-wal", ".db-shm")]
    two.remove(["a"])
    assert one.read(["a"]) == {}
    assert two.size() > 100_000
    assert two.trim(10).entries == 1
    assert one.read(["b"]) == {}


def test_damage_on_a_share_is_a_miss(tmp_path: Path) -> None:
    """A flipped byte, another key's entry, a link or a folder in an entry's place give nothing, and no error."""
    warnings: list[str] = []
    store = DiskStore(tmp_path, warnings.append, network=True)
    store.write({name: name.encode() for name in ("flipped", "linked", "other", "good")})
    places = {name: store._shelf._path(name) for name in ("flipped", "linked", "other", "good")}  # type: ignore[union-attr]
    places["flipped"].write_bytes(bytes(sealed("flipped", b"x"))[:-1] + b"y")
    places["linked"].unlink()
    places["linked"].symlink_to(places["good"])
    places["other"].write_bytes(places["good"].read_bytes())
    assert store.read(["flipped", "linked", "other", "good"]) == {"good": b"good"}
    assert 1 <= len(warnings) <= 2


WRITER = """
import sys
from nb_orchestra.cache import DiskStore
store = DiskStore(sys.argv[1], sys.exit, network=sys.argv[2] == "files")
for number in range(60):
    data = (f"{number} " * (200 + 400 * (number % 3))).encode()
    store.write({f"shared-{number}": data, f"own-{sys.argv[3]}-{number}": sys.argv[3].encode() * 50})
    assert store.read([f"shared-{number}"]) == {f"shared-{number}": data}
store.close()
"""


@pytest.mark.parametrize("form", ["database", "files"])
def test_eight_processes_write_one_folder(tmp_path: Path, form: str) -> None:
    """Equal and different keys at the same time: no entry is lost or torn, and nobody is told of trouble."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), form, str(who)], stderr=subprocess.PIPE) for who in range(8)]
    told = [writer.communicate(timeout=200)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8, told
    store = DiskStore(tmp_path, pytest.fail, network=form == "files")
    keys = [f"own-{who}-{number}" for who in range(8) for number in range(60)]
    assert store.read(keys) == {f"own-{who}-{number}": str(who).encode() * 50 for who in range(8) for number in range(60)}
    assert len(store.read([f"shared-{number}" for number in range(60)])) == 60


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("network", [False, True])
def test_anothers_folder_is_read_first_and_never_changed(tmp_path: Path, network: bool) -> None:
    """What the course keeps wins over one's own; writes, removals and clearing go to one's own folder alone."""
    course = DiskStore(tmp_path / "course", pytest.fail, network=network)
    course.write({"a": b"course", "b": b"too"})
    course.close()
    before = listing(tmp_path / "course")
    own = DiskStore(tmp_path / "own", pytest.fail)
    own.write({"a": b"mine", "c": b"only mine"})
    layered = LayeredStore([DiskStore(tmp_path / "course", pytest.fail, read_only=True)], own)
    assert layered.read(["a", "b", "c", "d"]) == {"a": b"course", "b": b"too", "c": b"only mine"}
    layered.write({"d": b"new"})
    layered.remove(["b"])
    assert layered.read(["b", "d"]) == {"b": b"too", "d": b"new"}
    layered.clear()
    assert layered.read(["a", "d"]) == {"a": b"course"}
    layered.close()
    assert listing(tmp_path / "course") == before


def test_a_shared_folder_that_is_not_there_costs_one_warning(tmp_path: Path) -> None:
    """Nothing is made in its place, and one's own folder works."""
    warnings: list[str] = []
    layered = LayeredStore([DiskStore(tmp_path / "nowhere", warnings.append, read_only=True)], MemoryStore())
    layered.write({"a": b"1"})
    assert layered.read(["a", "b"]) == {"a": b"1"}
    assert layered.read(["c"]) == {}
    assert len(warnings) == 1
    assert not os.path.lexists(tmp_path / "nowhere")


def test_a_file_that_another_machine_replaces_under_the_reader_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server says "stale file handle" then (seen on GlusterFS with three writers of one entry): no warning, and the value is found; never found, a miss."""
    DiskStore(tmp_path, pytest.fail, network=True).write({"a": b"1"})
    store, stale, real = DiskStore(tmp_path, pytest.fail, network=True), [3], os.open

    def opened(path: object, *args: int) -> int:
        if str(path).endswith(".val") and stale[0]:
            stale[0] -= 1
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", opened)
    assert store.read(["a"]) == {"a": b"1"}
    stale[0] = 1_000
    assert store.read(["a"]) == {}
