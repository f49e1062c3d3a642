"""Start a program that reaches nothing but its own folder, by Linux namespaces (namespaces(7)).

This file is run as a program of its own, `python -I -S sandbox.py ORDER COMMAND…`, because what it does
to itself cannot be undone: it needs the standard library alone. ORDER is JSON (see `Order`). How much a
system permits is one of `LEVELS`:

- `closed`: a user, network, process, mount, IPC and host name namespace. The program sees a small
  read-only system, its folder at `/course` in memory, and the loopback interface. When it ends, the
  kernel ends whatever it has started.
- `offline`: a user and network namespace; processes that are left are looked for and ended.
- `open`: neither. What holds is the limits, and the permissions that the program gives itself.
"""

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypedDict

LEVELS = ("closed", "offline", "open")
HOME = "/course"
"""The program's folder, as it sees it in a closed sandbox."""
TOO_FULL = 128 + signal.SIGXFSZ
"""The status of a program that wanted to write more than it may."""

TASKS = 1024
"""Processes and threads that a program may have at once; what is less is counted from outside."""

NS, UTS, IPC, USER, PID, NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
NOSUID, NODEV, NOEXEC, READONLY, BIND, RECURSIVE, PRIVATE = 2, 4, 8, 1, 0x1000, 0x4000, 0x40000
"""linux/sched.h and linux/mount.h."""
SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib64", "/bin", "/lib", "/lib64", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
ETC = {
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "hosts: files\n",
    "passwd": f"learner:x:1000:1000::{HOME}:/bin/sh\n",
    "group": "learner:x:1000:\n",
}


class Order(TypedDict):
    """`folder` holds the program's files, `root` is an empty folder; `binds` are (path, path inside)."""

    level: str
    folder: str
    root: str
    binds: list[tuple[str, str]]
    disk: int
    environment: dict[str, str]


def tree(root: int, most: int = sys.maxsize) -> list[int]:
    """A process and its descendants, nearest first (proc(5), `children`), the first `most` or so of them;
    nothing where that is unknown."""
    found: list[int] = []
    queue = [root]
    while queue and len(found) < most:
        process = queue.pop(0)
        with suppress(OSError):
            tasks = os.listdir(f"/proc/{process}/task")  # noqa: PTH208
            found.append(process)
            for task in tasks:
                with open(f"/proc/{process}/task/{task}/children") as file:  # noqa: PTH123
                    queue += [int(child) for child in file.read().split()]
    return found


def call(name: str, *arguments: Any) -> None:
    """Call a function of libc that gives -1 and errno when it fails: raises OSError then."""
    libc = ctypes.CDLL(None, use_errno=True)
    values = [a.encode() if isinstance(a, str) else a for a in arguments]
    longs = [ctypes.c_long(a) if isinstance(a, int) else a for a in values]
    if getattr(libc, name)(*longs) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _restrict(path: str, flags: int, recursive: bool) -> None:
    """Add flags to a mount, and to those below it (mount_setattr(2), Linux 5.12)."""
    at_recursive = 0x8000 if recursive else 0
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    call("syscall", 442, -100, path, at_recursive, attributes, len(attributes))  # AT_FDCWD


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        call("prctl", option, value, 0, 0, 0)


def end_with_parent() -> None:
    """The kernel ends this process when the one that started it ends (prctl(2), PR_SET_PDEATHSIG)."""
    _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _unshare(flags: int) -> None:
    """Leave for new namespaces, as user 1000 of them, which is who we are outside."""
    user, group = os.geteuid(), os.getegid()
    call("unshare", flags | USER)
    mapped(1000, user, 1000, group)


def mapped(user: int, outside: int, group: int, group_outside: int) -> None:
    """Who we are in a new user namespace, and outside it (user_namespaces(7))."""
    maps = {"setgroups": "deny", "uid_map": f"{user} {outside} 1", "gid_map": f"{group} {group_outside} 1"}
    for name, text in maps.items():
        Path("/proc/self", name).write_text(text)


def _loopback() -> None:
    """Bring up `lo` (netdevice(7)): SIOCSIFFLAGS with IFF_UP and IFF_RUNNING."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1 | 64))


def _bind(source: str, target: Path, flags: int = READONLY | NOSUID | NODEV) -> None:
    """Show a file or folder at a second place; by default it cannot be changed there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    call("mount", source, str(target), None, BIND | RECURSIVE, None)
    if flags:
        _restrict(str(target), flags, True)


def _build_root(order: Order) -> None:
    root = Path(order["root"])
    call("mount", "none", "/", None, RECURSIVE | PRIVATE, None)
    call("mount", "tmpfs", str(root), "tmpfs", NOSUID | NODEV, "size=1m,mode=755")
    for path in map(Path, SYSTEM):
        inside = root / path.relative_to("/")
        if path.is_symlink():
            inside.symlink_to(path.readlink())
        elif path.exists():
            _bind(str(path), inside)
    for device in DEVICES:
        _bind(device, root / device[1:], 0)
    (root / "etc").mkdir(exist_ok=True)
    for name, text in ETC.items():
        (root / "etc" / name).write_text(text)
    (root / "proc").mkdir()
    call("mount", "proc", str(root / "proc"), "proc", READONLY | NOSUID | NODEV | NOEXEC, None)


def _fill(order: Order) -> None:
    """The program's folder, in memory and no larger than it may be, and what is shown beside it."""
    inside = Path(order["root"] + HOME)
    inside.mkdir()
    call(
        "mount", "tmpfs", str(inside), "tmpfs", NOSUID | NODEV, f"size={order['disk']},nr_inodes=10k,mode=755"
    )
    for path in sorted(Path(order["folder"]).rglob("*")):
        target = inside / path.relative_to(order["folder"])
        if path.is_dir():
            target.mkdir()
        else:
            target.write_bytes(path.read_bytes())
    for source, target_path in order["binds"]:
        _bind(source, Path(order["root"] + target_path))


def _limit_tasks() -> None:
    """Let the process namespace hold no more than TASKS. Unlike RLIMIT_NPROC that binds a superuser's
    programs too; before Linux 6.14 the file is the whole machine's, and must be left alone."""
    release = tuple(int(number) for number in os.uname().release.split(".")[:2])
    if release >= (6, 14):
        Path("/proc/sys/kernel/pid_max").write_text(str(TASKS))


def _close(order: Order) -> None:
    """Make the new root, move there, and give up the way back."""
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _limit_tasks()
    _build_root(order)
    _fill(order)
    _loopback()
    socket.sethostname("course")
    os.chdir(order["root"])
    call("pivot_root", ".", ".")
    call("umount2", ".", 2)  # MNT_DETACH
    _restrict("/", READONLY, False)


def _become(order: Order, command: list[str], home: str) -> NoReturn:
    end_with_parent()
    _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if order["level"] != "open":  # counted for each user namespace; a superuser's programs are not counted
        resource.setrlimit(resource.RLIMIT_NPROC, (TASKS, TASKS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["disk"], order["disk"]))
    os.nice(10)  # whoever watches must get its turn beside a program that starts others without end
    os.chdir(home)
    os.execve(command[0], command, order["environment"])


def _supervised(order: Order, command: list[str], home: str) -> int:
    """Run the command as a child, reap what is orphaned, and give the child's status as a shell would."""
    child = os.fork()
    if child == 0:
        _become(order, command, home)
    while True:
        process, status = os.wait()
        if process == child:
            return _status(status)


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end_the_rest() -> None:
    """End every descendant: stopped first, so that none gets away while others are ended."""
    for _ in range(200):
        rest = tree(os.getpid())[1:]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in rest:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not rest:
            return
        time.sleep(0.005)


def _in_closed(order: Order, command: list[str]) -> int:
    _unshare(NS | UTS | IPC | PID | NET)
    first = os.fork()
    if first:
        return _status(os.waitpid(first, 0)[1])
    end_with_parent()
    _close(order)
    status = _supervised(order, command, HOME)
    left = os.statvfs(HOME)
    return status if left.f_bavail and left.f_favail else TOO_FULL


def _in_open(order: Order, command: list[str]) -> int:
    if order["level"] == "offline":
        _unshare(NET)
        _loopback()
    _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _supervised(order, command, order["folder"])
    except KeyboardInterrupt:
        return 128 + signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end_the_rest()


if __name__ == "__main__":
    end_with_parent()
    wanted: Order = json.loads(sys.argv[1])
    run = _in_closed if wanted["level"] == "closed" else _in_open
    os._exit(run(wanted, sys.argv[2:]))
