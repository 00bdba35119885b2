"""Attempts to get out. Each goes around the friendly refusals where it can, so that the fence itself is what holds."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nb_orchestra.core.outcome import Failure
from nb_orchestra.sandbox import Limits, held, run_code

pytestmark = pytest.mark.usefixtures("isolated")

LIBC = "import sys\nct = sys.modules['ctypes']\nlibc = ct.CDLL(None, use_errno=True)\n"
READS = {
    "by pyarrow": "import pyarrow as pa\nresult = pa.memory_map({secret!r}).read().decode()",
    "by libc": LIBC + "fd = libc.open({secret!r}.encode(), 0)\nb = ct.create_string_buffer(99)\nlibc.read(fd, b, 99)\nresult = b.value.decode() or fd",
    "by a way around": "open('here', 'w').close()\nimport os\nresult = os.popen('cat ' + {secret!r}).read()",
    "by parquet's reader": "import pyarrow.csv as c\nresult = c.read_csv({secret!r}).column_names[0]",
    "by a hard link": LIBC + "r = libc.link({secret!r}.encode(), b'mine')\nresult = open('mine').read()",
    "by a link": LIBC + "r = libc.symlink({secret!r}.encode(), b'mine')\nresult = open('mine').read()",
    "by renaming it": LIBC + "r = libc.rename({secret!r}.encode(), b'mine')\nresult = open('mine').read()",
    "by the parent's memory": LIBC + "import os\nresult = libc.open(b'/proc/%d/mem' % os.getppid(), 0)\nassert result < 0",
    "by the parent's environment": "import pyarrow as pa, os\nresult = pa.OSFile(f'/proc/{{os.getppid()}}/environ').read().decode()",
    "by the kernel's file handles": "import os\nresult = [os.readlink(f'/proc/{{os.getppid()}}/fd/{{n}}') for n in range(9)]",
    "by an undeclared extension": "import sqlite3\nb = sqlite3.connect(':memory:')\nb.enable_load_extension(True)\nresult = b.load_extension({secret!r})",
    "by numpy's memmap": "result = bytes(np.memmap({secret!r}, mode='r')).decode()",
    "by io_uring": LIBC + "result = libc.syscall(425, 4, ct.create_string_buffer(200))\nassert result == -1 and ct.get_errno() == 38",
    "by openat2": LIBC + "how = (ct.c_uint64 * 3)(0, 0, 0)\nresult = libc.syscall(437, -100, {secret!r}.encode(), how, 24)\nassert result == -1",
}
CHANGES = {
    "writing by pyarrow": "import pyarrow as pa\npa.OSFile({folder!r} + '/new', 'wb').write(b'x')",
    "truncating by libc": LIBC + "libc.truncate({secret!r}.encode(), 0)",
    "truncating while reading": LIBC + "libc.open({secret!r}.encode(), 0o1000)",
    "removing by libc": LIBC + "libc.unlink({secret!r}.encode())",
    "changing the mode by libc": LIBC + "libc.chmod({secret!r}.encode(), 0o777)",
    "changing the times": LIBC + "libc.utimes({secret!r}.encode(), None)",
    "a link to it elsewhere": LIBC + "libc.link({secret!r}.encode(), {folder!r}.encode() + b'/again')",
    "making a folder": LIBC + "libc.mkdir({folder!r}.encode() + b'/new', 0o700)",
    "moving something out": LIBC + "open('a', 'w').write('x')\nlibc.rename(b'a', {folder!r}.encode() + b'/new')",
    "sqlite": "import sqlite3\nsqlite3.connect({folder!r} + '/new').execute('create table t(a)')",
    "numpy": "np.save({folder!r} + '/new', np.zeros(3))",
    "a program by libc": LIBC + "libc.system(b'touch ' + {folder!r}.encode() + b'/new')",
    "a program by posix_spawn": LIBC
    + "a = (ct.c_char_p * 3)(b'touch', {folder!r}.encode() + b'/new', None)\nlibc.posix_spawn(None, b'/usr/bin/touch', None, None, a, None)",
    "a program by execve": LIBC + "a = (ct.c_char_p * 3)(b'touch', {folder!r}.encode() + b'/new', None)\nlibc.execv(b'/usr/bin/touch', a)",
    "another folder's job": "import os\nfor name in os.listdir('../..'): open('../../' + name + '/new', 'w')",
    "a finalizer": "class D:\n  def __del__(s): open({folder!r} + '/new', 'w')\nd = D()\nimport atexit\natexit.register(d.__del__)",
    "a thread": "import threading, pyarrow as pa\nt = threading.Thread(target=lambda: pa.OSFile({folder!r} + '/new', 'wb'))\nt.start()\nt.join()",
}


@pytest.mark.parametrize("how", READS)
def test_a_file_outside_is_not_read(how: str, outside: Any, short: Limits) -> None:
    """Code reads nothing outside its folder, whichever library or system call it uses."""
    outcome = run_code(READS[how].format(secret=str(outside.secret)), limits=short)
    assert outside.token not in f"{getattr(outcome, 'value', '')}{outcome.printed}{getattr(outcome, 'message', '')}"
    assert not isinstance(getattr(outcome, "value", None), str | list)


@pytest.mark.parametrize("how", CHANGES)
def test_nothing_outside_is_changed(how: str, outside: Any, short: Limits) -> None:
    """Code makes, changes, moves and removes nothing outside its folder."""
    before = os.stat(outside.secret).st_mtime_ns
    run_code(CHANGES[how].format(secret=str(outside.secret), folder=str(outside.folder)), limits=short)
    assert outside.state() == outside.before
    assert os.stat(outside.secret).st_mtime_ns == before


@pytest.fixture
def listeners(outside: Any) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Real listeners for TCP, UDP, a unix stream, a unix datagram and an abstract socket, and who was reached."""
    reached: list[str] = []
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
    stream, datagram, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX)
    names = {"stream": str(outside.folder / "s"), "datagram": str(outside.folder / "d"), "abstract": f"nb-orchestra-test-{os.getpid()}"}
    udp.bind(("127.0.0.1", 0))
    for listener, name in ((stream, names["stream"]), (datagram, names["datagram"]), (abstract, "\0" + names["abstract"])):
        listener.bind(name)
    all_of_them = {"tcp": tcp, "udp": udp, "stream": stream, "datagram": datagram, "abstract": abstract}
    for listener in (stream, abstract):
        listener.listen()
    for listener in all_of_them.values():
        listener.setblocking(False)
    yield {**names, "tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}, reached
    for name, listener in all_of_them.items():
        try:
            listener.recv(9) if listener.type == socket.SOCK_DGRAM else listener.accept()
        except BlockingIOError:
            pass
        else:
            reached.append(name)
        listener.close()
    assert not reached


SOCKETS = "import sys\nsocket = sys.modules['socket']\n"
CONTACTS = {
    "tcp": SOCKETS + "result = socket.create_connection(('127.0.0.1', {tcp}), 1)",
    "udp": SOCKETS + "result = socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {udp}))",
    "udp by libc": LIBC + "result = libc.socket(2, 2, 0)\nassert result < 0",
    "a raw socket": LIBC + "result = libc.socket(17, 3, 0)\nassert result < 0",
    "a unix stream": SOCKETS + "s = socket.socket(socket.AF_UNIX)\nresult = s.connect({stream!r})",
    "a unix datagram from a pair": SOCKETS + "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\nresult = a.sendto(b'x', {datagram!r})",
    "an abstract socket": SOCKETS + "s = socket.socket(socket.AF_UNIX)\nresult = s.connect('\\0' + {abstract!r})",
    "pyarrow's own client": "import pyarrow.fs as fs\nf = fs.S3FileSystem("
    "endpoint_override='127.0.0.1:{tcp}', scheme='http', anonymous=True, connect_timeout=1, "
    "retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1))\nresult = f.get_file_info('b/k').size",
}


@pytest.mark.parametrize("how", CONTACTS)
def test_nobody_is_reached(how: str, listeners: tuple[dict[str, Any], list[str]], short: Limits) -> None:
    """Code reaches no listener: TCP, UDP, unix or abstract. (The listeners are asked at the end of the test.)"""
    outcome = run_code(CONTACTS[how].format(**listeners[0]), limits=short)
    assert isinstance(outcome, Failure) or (isinstance(outcome.value, int) and outcome.value < 0) or outcome.value is None


HOST = {
    "a signal to the parent": (LIBC + "import os\nresult = libc.kill(os.getppid(), 9)", -1),
    "a signal to a thread of it": (LIBC + "import os\nresult = libc.syscall(234, os.getppid(), os.getppid(), 9)", -1),
    "a signal to all": (LIBC + "result = libc.kill(-1, 9)", -1),
    "a signal by way of a file": ("import fcntl, os\nr, w = os.pipe()\nresult = fcntl.fcntl(r, 8, os.getppid())", None),
    "tracing": (LIBC + "import os\nresult = libc.ptrace(16, os.getppid(), 0, 0)", -1),
    "another one's limits": (LIBC + "import os\nresult = libc.syscall(302, os.getppid(), 7, (ct.c_uint64 * 2)(0, 0), None)", -1),
    "another one's priority": (LIBC + "import os\nresult = libc.setpriority(0, os.getppid(), 19)", -1),
    "a new process": (LIBC + "result = libc.fork()", -1),
    "a new process by clone": (LIBC + "result = libc.syscall(56, 17, 0, 0, 0, 0)", -1),
    "a new namespace": (LIBC + "result = libc.unshare(0x10000000)", -1),
    "memory that is not counted": (LIBC + "result = libc.memfd_create(b'x', 0)", -1),
    "shared memory": (LIBC + "result = libc.shmget(0, 1 << 30, 0o1600)", -1),
    "to outlive the kernel": (LIBC + "result = libc.prctl(1, 0, 0, 0, 0)", -1),
    "to adopt what others leave": (LIBC + "result = libc.prctl(36, 1, 0, 0, 0)", -1),
    "a session of its own": (LIBC + "result = libc.setsid()", -1),
    "higher limits": (LIBC + "result = libc.setrlimit(9, (ct.c_uint64 * 2)(2**64 - 1, 2**64 - 1))", -1),
    "the other architecture's calls": (LIBC + "result = libc.syscall(0x40000000 + 41, 2, 1, 0)", None),
}


@pytest.mark.parametrize("how", HOST)
def test_the_host_is_left_alone(how: str, short: Limits, children: Callable[[], list[int]]) -> None:
    """Code signals, traces, limits and starts no process but its own."""
    from nb_orchestra.sandbox.warm import warm

    code, refused = HOST[how]
    before = warm().pid
    if "syscall(" in code and platform.machine() != "x86_64":
        pytest.skip("the number of this call is another one here")
    outcome = run_code(code, limits=short)
    assert getattr(outcome, "value", None) == refused
    assert (warm().pid, children()) == (before, [])


ASKED = {  # number on x86_64, arguments
    "userfaultfd": (323, 0), "keyctl": (250, 0, -3, 0), "add_key": (248, 0), "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0),
    "kcmp": (312, 1, 1, 0, 0, 0), "pidfd_open": (434, 1, 0), "pidfd_getfd": (438, 3, 0, 0), "memfd_secret": (447, 0), "io_uring_setup": (425, 4, 0),
    "clone3": (435, 0, 0), "mq_open": (240, 0, 66, 0o600, 0), "semget": (64, 0, 1, 0o1600), "msgget": (68, 0, 0o1600), "socketpair": (53, 1, 1, 0, 0),
    "sendmsg": (46, 1, 0, 0), "sched_setaffinity": (203, 0, 8, 0), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "fanotify_init": (300, 0, 0),
    "name_to_handle_at": (303, -100, 0, 0, 0, 0), "personality": (135, 0x40000), "chroot": (161, 0), "setns": (308, 0, 0), "swapon": (167, 0, 0),
    "clock_settime": (227, 0, 0), "seccomp listener": (317, 1, 8, 0), "vmsplice": (278, 0, 0, 0, 0), "mount_setattr": (442, 0, 0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of these calls are others here")
def test_calls_that_reach_beyond_the_process_are_refused() -> None:
    """Each gives "not permitted" or "no such call", whatever its arguments: the filter looks before the system does."""
    code = LIBC + f"calls = {ASKED}\nresult = {{name: (libc.syscall(*call), ct.get_errno()) for name, call in calls.items()}}"
    outcome = run_code(code)
    assert {name: answer for name, answer in outcome.value.items() if answer not in ((-1, 1), (-1, 38))} == {}  # type: ignore[union-attr]


PLACES = ("/dev/shm/mine", "/dev/tty", "/dev/ptmx", "/dev/kmsg", "/dev/mem", "/proc/self/mem", "/proc/self/environ", "/proc/self/mountinfo", "/proc/1/cmdline",
          "/proc/sysrq-trigger", "/sys/kernel/mm", "/var/run/docker.sock", "/tmp/mine", "../../errors.txt", "/etc/hostname", "/proc/sys/kernel/core_pattern")  # fmt: skip


def test_no_device_and_no_file_of_the_system_is_opened() -> None:
    """Not by libc either, where nobody looks at the path but the system: shared memory, terminals, the process's own memory and environment."""
    code = LIBC + f"places = {PLACES}\nresult = {{p: [libc.open(p.encode(), how, 0o600) for how in (0, 2, 0o102)] for p in places}}"
    assert set(map(max, run_code(code).value.values())) == {-1}  # type: ignore[union-attr]


def test_code_for_other_processors_is_ended() -> None:
    """The calls of 32-bit programs have other numbers, by which a filter could be passed."""
    code = (
        LIBC + "import mmap\nm = mmap.mmap(-1, 4096, prot=7)\nm.write(bytes.fromhex('53b867010000bb02000000b902000000ba00000000cd805bc3'))\n"
        "result = ct.CFUNCTYPE(ct.c_int)(ct.addressof(ct.c_char.from_buffer(m)))()"
    )
    if platform.machine() == "x86_64":
        assert "SIGSYS" in run_code(code).message  # type: ignore[union-attr]


BOMBS = {
    "a thread that waits for the end": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), open({canary!r}, 'w'))).start()\nresult = 1",
    "an exit hook": "import atexit\natexit.register(lambda: open({canary!r}, 'w'))\nresult = 1",
    "another way to end": "import os\nos._exit = lambda code: open({canary!r}, 'w')\nresult = 1",
    "a finalizer that never ends": "class D:\n  def __del__(self):\n    while True: pass\nd = D()\nresult = 1",
    "clocks that stand still": "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0\nresult = 1",
    "an alarm": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nimport time\ntime.sleep(1)",
    "deaf to signals": "import signal\nfor n in range(1, 65):\n  try: signal.signal(n, signal.SIG_IGN)\n  except Exception: pass\nresult = 1",
}


@pytest.mark.parametrize("how", BOMBS)
def test_nothing_goes_off_after_the_job(how: str, outside: Any, short: Limits, children: Callable[[], list[int]]) -> None:
    """Threads, hooks, finalizers, alarms and patched clocks end with the job's process, in time, and reach nothing."""
    outcome = run_code(BOMBS[how].format(canary=str(outside.folder / "canary")), limits=short)
    assert outcome.seconds < short.seconds + 3
    assert children() == []
    assert outside.state() == outside.before


def test_every_probe_is_held() -> None:
    """What the tier is found by: each probe was refused."""
    assert all(held().values())
    assert len(held()) == 7


def test_the_filter_is_on_every_thread() -> None:
    """A thread that code starts is fenced in like the first."""
    code = LIBC + "import threading\nfound = []\nt = threading.Thread(target=lambda: found.append(libc.socket(2, 2, 0)))\nt.start()\nt.join()\nresult = found"
    assert run_code(code).value == [-1]  # type: ignore[union-attr]


def test_no_privilege_is_left() -> None:
    """Code has no capabilities, also where the kernel runs as root, and no way to get any."""
    code = LIBC + "held = (ct.c_uint32 * 6)(*[7] * 6)\nlibc.capget((ct.c_uint32 * 2)(0x20080522, 0), held)\nresult = [list(held), libc.prctl(39, 0, 0, 0, 0)]"
    assert run_code(code).value == [[0] * 6, 1]  # type: ignore[union-attr]


def test_no_file_handle_is_left() -> None:
    """Beside its output, code holds only a few spare handles of /dev/null; none of the warm process's pipes."""
    code = "import os, stat\nkinds = []\nfor n in range(999):\n  try: kinds.append(os.fstat(n))\n  except OSError: pass\n"
    outcome = run_code(code + "result = sorted({'null' if stat.S_ISCHR(k.st_mode) and k.st_rdev == 0x103 else oct(k.st_mode) for k in kinds})")
    assert outcome.value == ["0o100600", "null"]  # type: ignore[union-attr]


def test_nothing_passes_from_one_job_to_the_next(short: Limits) -> None:
    """What code does to modules, files and its process is gone with the job."""
    run_code("import os, pandas\npandas.DataFrame.mean = None\nopen('left', 'w').write('x')\nos.environ['LEFT'] = 'x'", limits=short)
    outcome = run_code("import os\nresult = [pd.DataFrame({'a': [1]}).mean().tolist(), os.listdir('.'), 'LEFT' in os.environ]", limits=short)
    assert outcome.value == [[1.0], [], False]  # type: ignore[union-attr]


def test_the_kernel_is_not_fenced_in(outside: Any) -> None:
    """All this holds for jobs only: the kernel itself reads, connects and starts processes as before."""
    run_code("result = 1")
    assert outside.secret.read_text() == outside.token
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert ctypes.CDLL(None).getppid() == os.getppid()
    assert threading.main_thread().is_alive()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
