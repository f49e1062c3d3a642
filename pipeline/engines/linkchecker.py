"""LinkChecker: asks the servers of outside addresses whether they still have them.

It gets the addresses on its standard input and follows nothing (`--stdin`, recursion level 0). Its CSV
output (linkchecker manual, "OUTPUT TYPES") is parsed as CSV: addresses hold semicolons and commas.
"""

import csv
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

PROBES = 5
"""Hosts that are asked whether there is a network at all."""
PROBE_SECONDS = 3.0
SECONDS = 20
"""How long a server may take to answer."""
THREADS = 10


class CheckerStopped(Exception):
    """LinkChecker ended without a word; the message holds its last ones."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an address: `result` is LinkChecker's, such as `404 Not Found`."""

    valid: bool
    result: str


def installed() -> bool:
    """Whether the Python package LinkChecker is there."""
    return find_spec("linkcheck") is not None


def well_formed(url: str) -> bool:
    """Whether an address has a host and no white space: others would end LinkChecker, or be two."""
    try:
        return bool(urlsplit(url).hostname) and not any(char.isspace() for char in url)
    except ValueError:
        return False


def reachable(urls: Iterable[str]) -> bool:
    """Whether any of a few of these addresses' hosts answers at all, whatever it says.

    The hosts are asked through the proxy that the environment names, as LinkChecker asks them: a proxy
    that refuses is no network either.
    """
    hosts = {(parts.scheme, parts.netloc): None for parts in map(urlsplit, filter(well_formed, urls))}
    roots = [f"{scheme}://{host}/" for scheme, host in hosts][:PROBES]
    with ThreadPoolExecutor(PROBES) as pool:
        return any(pool.map(_answers, roots))


def _answers(root: str) -> bool:
    request = urllib.request.Request(root, method="HEAD", headers={"User-Agent": "course-pipeline"})
    try:
        urllib.request.urlopen(request, timeout=PROBE_SECONDS).close()
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
    except Exception:  # http.client's: something answers, if not in HTTP
        return True
    return True


def answers(urls: Sequence[str]) -> dict[str, Answer]:
    """What the servers say of these well-formed addresses; one that nothing is said of is left out.

    Raises CheckerStopped where LinkChecker says nothing at all.
    """
    limit = 60 + SECONDS * 2 * (1 + len(urls) // THREADS)
    command = [
        *(sys.executable, "-m", "linkcheck", "--stdin", "--no-status", "--verbose", "--check-extern"),
        *("--recursion-level", "0", "--threads", str(THREADS), "--timeout", str(SECONDS)),
        *("--output", "csv/utf-8"),
    ]
    with tempfile.TemporaryDirectory(prefix="course-links-") as folder:
        settings = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder)
        try:
            done = subprocess.run(
                command, input="\n".join(urls), capture_output=True, text=True, encoding="utf-8",
                errors="replace", timeout=limit, check=False, cwd=folder, env={**os.environ, **settings},
            )  # fmt: skip
        except subprocess.TimeoutExpired as problem:
            raise CheckerStopped(f"LinkChecker did not end within {limit} seconds") from problem
    found = dict(_rows(done.stdout.splitlines()))
    if urls and not found:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CheckerStopped(f"LinkChecker stopped: {last[:300]}")
    return {url: found[url] for url in urls if url in found}


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, Answer]]:
    """Addresses as they were given, with what is said of each. Lines that begin with # are remarks."""
    for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";"):
        yield row["urlname"], Answer(row["valid"] == "True", " ".join((row["result"] or "").split()))
