"""Tar archives, gzipped, that depend on nothing but their content.

The format is POSIX.1-2017's pax (a plain ustar archive where names are short), inside RFC 1952's gzip.
"""

import gzip
import io
import tarfile
from collections.abc import Iterable
from datetime import datetime


def tarball(members: Iterable[tuple[str, bytes]], moment: datetime) -> bytes:
    """A gzipped tar archive of these files, sorted by path, all of one date and of nobody."""
    stamp, plain, packed = int(moment.timestamp()), io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, data in sorted(members):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime = len(data), stamp
            tar.addfile(entry, io.BytesIO(data))
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=stamp) as file:
        file.write(plain.getvalue())
    return packed.getvalue()
