"""A running `course serve`, as a process of its own, and requests to it as they stand on the wire."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0
"""Seconds after which what should happen has not happened."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A preview that runs: its address, its process, and where it says what it does."""

    address: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def get(self, path: str, **fields: str) -> bytes:
        """The body of a page."""
        with urlopen(Request(self.address + path, headers=fields), timeout=PATIENCE) as answer:
            found: bytes = answer.read()
            return found

    def state(self, page: str = "/") -> Any:
        """What a page would be told."""
        return json.loads(self.get(f"-/state?page={quote(page)}"))

    def ask(self, *lines: str) -> tuple[int, bytes]:
        """Status and answer to a request written out, so that nothing tidies its path."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as wire:
            wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            answer = b"".join(iter(lambda: wire.recv(65536), b""))
        return int(answer.split(b" ", 2)[1]), answer

    def status(self, target: str, host: str | None = None) -> int:
        """The status of a request for exactly this."""
        named = f"127.0.0.1:{self.port}" if host is None else host
        return self.ask(f"GET {target} HTTP/1.1", f"Host: {named}")[0]


@contextmanager
def serving(content: Path, log: Path, *arguments: str | Path) -> Iterator[Serving]:
    """A preview of a course on a free port, ended with SIGINT as by Ctrl-C."""
    command = [sys.executable, "-m", "pipeline.cli", "serve", "--content", content, "--port", "0", *arguments]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*map(str, command)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            stderr=said,
        )
    try:
        until(lambda: "http://" in log.read_text(), process)
        address = re.findall(r"http://\S+", log.read_text())[0]
        found = Serving(address, int(re.findall(r":(\d+)/", address)[0]), process, log)
        until(lambda: found.state()["number"] > 0, process)
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def until(happened: Callable[[], Any], process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait until it has happened, and fail where it does not."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert process is None or process.poll() is None, "the preview has ended"
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.02)
