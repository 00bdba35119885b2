"""A seccomp filter: this process may from now on not ask the kernel for the network, other processes, its own limits or anything exotic.

Landlock guards paths; this guards what has none: UDP and unix sockets, signals, new processes, shared memory, file modes. The filter is a list
of what is refused, not of what is allowed, because C libraries differ; but every call added to Linux since 2019 (numbers from 424 on: io_uring,
pidfd, clone3, new mounts, and those to come) does not exist in here, and libraries then use the older way.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Sequence

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}
_NONE = -1
_REFUSED = {  # name: number on x86_64, on aarch64 (from the kernel's unistd.h)
    # the network
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    "connect": (42, 203), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269), "recvmsg": (47, 212), "recvmmsg": (299, 243),
    # other processes
    "fork": (57, _NONE), "vfork": (58, _NONE), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "kill": (62, 129),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "kcmp": (312, 272), "setpgid": (109, 154), "setsid": (112, 157), "setpriority": (141, 140),
    "ioprio_set": (251, 30), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122), "migrate_pages": (256, 238), "move_pages": (279, 239), "setrlimit": (160, 164),
    # memory that no limit counts
    "memfd_create": (319, 279), "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "mq_unlink": (241, 181), "userfaultfd": (323, 282), "vmsplice": (278, 75), "io_setup": (206, 0),
    # what Landlock lets through: modes, owners, times and attributes of files outside, truncation by path before Linux 6.2
    "chmod": (90, _NONE), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, _NONE), "fchown": (93, 55), "lchown": (94, _NONE),
    "fchownat": (260, 54), "utime": (132, _NONE), "utimes": (235, _NONE), "futimesat": (261, _NONE), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "truncate": (76, 45), "mknod": (133, _NONE), "mknodat": (259, 33), "symlink": (88, _NONE), "symlinkat": (266, 36),
    "inotify_init": (253, _NONE), "inotify_init1": (294, 26), "fanotify_init": (300, 262), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "lookup_dcookie": (212, 18),
    # the machine
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "seccomp": (317, 277), "bpf": (321, 280), "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "personality": (135, 92), "modify_ldt": (154, _NONE), "iopl": (172, _NONE), "ioperm": (173, _NONE),
    "uselib": (134, _NONE), "vhangup": (153, 58), "nfsservctl": (180, 42),
}  # fmt: skip
_NEW_SINCE_2019 = 424
_LOAD, _AND, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _NOT_PERMITTED, _NO_SUCH_CALL = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38
_CLONE_THREAD, _ACCESS_MODE, _TRUNCATE = 0x00010000, 0o3, 0o1000
_TIES = (1, 4, 22, 36, 0x59616D61)  # of prctl: to outlive the process that started it, to be traced, a filter of its own, to adopt others
_SIGNAL_OWNER = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to somebody else by way of a file
_SET_FILTER, _ALL_THREADS, _PR_SET_SECCOMP, _MODE_FILTER = 1, 1, 22, 2
_SECCOMP = (317, 277)
Instruction = tuple[int, int, int, int]


def restrict() -> None:
    """Puts the filter on all threads of this process; it cannot be taken off. OSError where the kernel cannot."""
    if platform.machine() not in _MACHINES:
        raise OSError(f"no seccomp filter is known for {platform.machine()}")
    column, architecture = _MACHINES[platform.machine()]
    program = _program(column, architecture, os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    pointer = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(_SECCOMP[column], _SET_FILTER, _ALL_THREADS, pointer) != 0 and libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, pointer, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp: " + os.strerror(ctypes.get_errno()))


def _program(column: int, architecture: int, own: int) -> list[Instruction]:
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if column == 0:
        lines += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]  # the x32 interface has other numbers
    lines += [(_AT_LEAST, 0, 1, _NEW_SINCE_2019), (_RETURN, 0, 0, _NO_SUCH_CALL)]
    for numbers, answer in _by_argument(own):
        lines += _case(numbers[column], answer)
    for numbers in _REFUSED.values():
        lines += _case(numbers[column], [(_RETURN, 0, 0, _NOT_PERMITTED)])
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _case(number: int, answer: list[Instruction]) -> list[Instruction]:
    return [] if number == _NONE else [(_EQUAL, 0, len(answer), number), *answer]


def _by_argument(own: int) -> list[tuple[tuple[int, int], list[Instruction]]]:
    """Calls that are refused or not by what they ask: (numbers, instructions that end in a return)."""
    allow, refuse = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOT_PERMITTED)

    def opening(flags: int) -> list[Instruction]:  # reading with truncation: allowed by Landlock before Linux 6.2
        return [_low(flags), (_AND, 0, 0, _ACCESS_MODE | _TRUNCATE), (_EQUAL, 0, 1, _TRUNCATE), refuse, allow]

    return [
        ((56, 220), [_low(0), (_ANY_BIT, 0, 1, _CLONE_THREAD), allow, refuse]),  # clone: threads only
        ((234, 131), [_low(0), (_EQUAL, 0, 1, own), allow, refuse]),  # tgkill: itself only (abort() needs it)
        ((302, 261), [_low(2), (_EQUAL, 0, 3, 0), _high(2), (_EQUAL, 0, 1, 0), allow, refuse]),  # prlimit64: asking, not setting
        ((72, 25), [_low(1), *_any_of(_SIGNAL_OWNER), allow, refuse]),  # fcntl
        ((157, 167), [_low(0), *_any_of(_TIES), allow, refuse]),  # prctl
        ((2, _NONE), opening(1)),
        ((257, 56), opening(2)),
    ]


def _any_of(numbers: Sequence[int]) -> list[Instruction]:
    """Goes to the last of the two instructions that follow where the loaded number is one of these, else to the first."""
    return [(_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]


def _low(argument: int) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * argument)


def _high(argument: int) -> Instruction:
    return (_LOAD, 0, 0, 20 + 8 * argument)
