"""Calls done in a process apart: what ends it does not end the process that asks.

There a call has the main thread to itself, so the limits of `limits` hold, and memory that it takes is not the
asker's. Calls and answers are pickles with their length before them, on pipes; a process whose asker is gone
reads the end of its pipe, and ends too.
"""

import copyreg
import io
import os
import pickle
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from pipeline import cache
from pipeline.engines.guarded import enter
from pipeline.model import Theme

LENGTH = struct.Struct("<Q")
PROTOCOL = 5
PROGRAM = f"from {__name__} import main; main()"


class Ended(Exception):
    """The process ended before it had an answer; the text says how."""


# --- calls ---------------------------------------------------------------------------------------


def packed(function: Callable[..., object], arguments: tuple[Any, ...]) -> tuple[bytes, dict[str, Theme]]:
    """A call, pickled, and the themes that it names. Nearly all calls of a build have the same theme, and all
    else in them is a tenth of it: so it can be sent once."""
    themes: dict[str, Theme] = {}

    def name(theme: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        themes[theme.digest] = theme
        return named, (theme.digest,)

    written = io.BytesIO()
    pickler = pickle.Pickler(written, protocol=PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, Theme: name}
    pickler.dump((function, arguments))
    return written.getvalue(), themes


def named(digest: str) -> Theme:
    """The theme of this digest, in a process that has been given it."""
    return _themes[digest]


_themes: dict[str, Theme] = {}


# --- who asks ------------------------------------------------------------------------------------


class Apart:
    """A process that is asked one thing at a time. `code` is the code that it runs."""

    def __init__(self, code: str) -> None:
        self.code = code
        path = os.pathsep.join(filter(None, (str(cache.ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def answer(self, call: bytes, themes: Mapping[str, bytes]) -> bytes:
        """What the process says to a packed call with its pickled themes: a pickled `(True, result)` or
        `(False, exception)`. Raises Ended where it says nothing any more."""
        assert self._process.stdin and self._process.stdout
        try:
            _write(self._process.stdin, pickle.dumps((call, themes), protocol=PROTOCOL))
            answer = _read(self._process.stdout)
        except OSError:
            answer = None
        if answer is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self.close()
            raise Ended(_how(self._process.returncode))
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # there is something in it that nobody reads any more
                if pipe:
                    pipe.close()


def _how(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next message; None at the end."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


# --- who answers ---------------------------------------------------------------------------------


def main() -> None:
    """Answer calls until there are no more. What is printed meanwhile goes where errors go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks is interrupted, and closes the pipe
    enter(os.getppid())
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    cache.code_digest()  # of the code as it is now, for a call may come after it has changed
    with os.fdopen(0, "rb", closefd=False) as calls:
        while (asked := _read(calls)) is not None:
            _write(answers, _answered(*pickle.loads(asked)))


def _answered(call: bytes, themes: Mapping[str, bytes]) -> bytes:
    try:
        for digest in themes.keys() - _themes.keys():
            _themes[digest] = pickle.loads(themes[digest])
        function, arguments = pickle.loads(call)
        return pickle.dumps((True, function(*arguments)), protocol=PROTOCOL)
    except Exception as problem:
        said = traceback.format_exc()
        try:
            problem.add_note(said)
            return pickle.dumps((False, problem), protocol=PROTOCOL)
        except Exception:
            return pickle.dumps((False, RuntimeError(said)), protocol=PROTOCOL)
