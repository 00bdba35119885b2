"""What lies under a folder: this machine's own disk, or a share of the network.

On a network share sqlite must not be used: its write-ahead log needs memory that all its users share, and its locks are only as good as the server's
(sqlite.org/wal.html, sqlite.org/faq.html#q5). There the cache is one file per entry.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SHARES = ("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "davfs", "webdav", "ncpfs", "coda")
_CLUSTERS = ("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "pvfs2", "orangefs", "ocfs2", "gfs2")
_HOSTS = ("9p", "vboxsf", "prl_fs")
NETWORKS = frozenset((*_SHARES, *_CLUSTERS, *_HOSTS))
FUSE_LOCAL = frozenset(("fuse.ext2", "fuse.ntfs", "fuse.exfat", "fuse.encfs", "fuse.gocryptfs", "fuse.mergerfs", "fuse.bindfs", "fuse.fuse-overlayfs"))
MOUNTS = "/proc/self/mounts"
FIRST_OF_WINDOWS_SHARE = ("\\\\", "//")


def network_kind(folder: Path, mounts: str | None = None) -> str:
    """ "nfs4", "cifs", "fuse.sshfs" …: the kind of network share that a folder is on; "" for a disk of this machine, and where nobody can say.

    `mounts`: text in the form of /proc/self/mounts (default: that file). Any FUSE file system that is not known to be local counts as a share.
    """
    if sys.platform == "win32":
        return "share" if str(folder).startswith(FIRST_OF_WINDOWS_SHARE) else ""
    if mounts is None:
        try:
            mounts = Path(MOUNTS).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    kind = _kind_at(os.path.realpath(folder), mounts)
    return kind if kind in NETWORKS or (kind.startswith("fuse.") and kind not in FUSE_LOCAL) else ""


def _kind_at(path: str, mounts: str) -> str:
    """The type of the innermost mount that holds the path; of two at one place, the later."""
    best, found = -1, ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = _plain(words[1])
        inside = path == place or path.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= best:
            best, found = len(place), words[2]
    return found


def _plain(place: str) -> str:
    """Spaces and such stand as octal in this file."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(code, character)
    return place
