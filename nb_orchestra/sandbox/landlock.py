"""Landlock: this process, and what it starts, may from now on read and write only below given folders. Linux 5.13 and later, no root needed.

By ctypes, because the ready-made packages do not fit a process that is warm already: `sandlock` starts its own process and needs Linux 6.12,
`pyseccomp` needs a system library, and both load slower than these two files. Numbers from linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, REFER, TRUNCATE = (1 << bit for bit in (1, 2, 3, 4, 5, 7, 8, 13, 14))
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE  # no links, pipes, sockets or devices
_ON_A_FILE = READ_FILE | WRITE_FILE | TRUNCATE
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights each version of the interface knows; later ones: 16
_ALL_NETWORK, _ALL_SCOPES = 0b11, 0b11  # TCP bind and connect; abstract sockets and signals


def version() -> int:
    """The kernel's version of the interface, 0 where it has none."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))


def restrict(read: Iterable[str], write: Iterable[str]) -> None:
    """From now on only these may be read (files, or folders with all below), only those written. OSError where the kernel cannot."""
    libc, known = ctypes.CDLL(None, use_errno=True), version()
    if not known:
        raise OSError("this kernel has no Landlock")
    files = (1 << _RIGHTS.get(known, 16)) - 1
    attributes = struct.pack("=QQQ", files, _ALL_NETWORK, _ALL_SCOPES)[: 8 if known < 4 else 16 if known < 6 else 24]
    rules = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    try:
        for paths, rights in ((read, READ), (write, WRITE)):
            for path in paths:
                _allow(libc, rules, path, rights & files)
        _checked(libc.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = struct.pack("=Qi", rights if folder else rights & _ON_A_FILE, place)
        _checked(libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


def _checked(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "Landlock: " + os.strerror(ctypes.get_errno()))
    return answer
