"""What a process gives up before it works on somebody else's text: the network, huge files, and outliving who asked.

Nothing of a build needs a network, and a fetcher that serves declared files alone says so already; where the kernel
allows it, this holds for what no fetcher sees, too. A remote cache is the one thing that workers read from elsewhere:
with one they keep the network.
"""

import os
import resource
import select
import signal
import sys
from contextlib import suppress
from threading import Thread

from pipeline import cache
from pipeline.engines.sandbox import NET, USER, call, mapped

FILE = 2 << 30
"""Bytes of the largest file that a worker may write (setrlimit(2), RLIMIT_FSIZE)."""


def enter(asker: int) -> None:
    """Give all of that up, as far as the system lets a process do so; it cannot be undone. `asker` is the process that
    started the build."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    if cache.shared() is None:
        offline()  # a process that has threads can no longer do so
    end_with(asker)


def end_with(asker: int) -> None:
    """End this process when the other one ends, however it does (pidfd_open(2), Linux 5.3): one that is killed can
    tell nobody, and workers of a pool keep each other's pipes open."""

    def watch() -> None:
        select.select([watched], [], [])
        os.kill(os.getpid(), signal.SIGKILL)

    try:
        watched = os.pidfd_open(asker)
    except ProcessLookupError:
        os._exit(1)
    except (AttributeError, OSError):
        return
    Thread(target=watch, daemon=True).start()


def offline() -> bool:
    """Leave for a network namespace of this process's own, in which nothing can be reached (network_namespaces(7)).
    False where the system does not let it go."""
    if sys.platform != "linux":
        return False
    user, group = os.geteuid(), os.getegid()
    try:
        if user == 0:  # in a user namespace of its own a superuser could no longer write the files of others
            call("unshare", NET)
        else:
            call("unshare", NET | USER)
            mapped(user, user, group, group)
    except OSError:
        return False
    return True
