"""One digest of all that a build reads, taken without parsing YAML or Markdown."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path


def fingerprint(content: Path, theme: Path) -> str:
    """sha256 over the course folder, the README beside it and the theme, wherever they stand: where it is the same,
    the same is made of them."""
    digest = sha256()
    readme = content.resolve().parent / "README.md"
    for part in (*_folder(content), *_file(readme, "README.md"), *_folder(theme)):
        digest.update(part)
    return digest.hexdigest()


def _folder(root: Path) -> Iterator[bytes]:
    """Names and contents of all that is in a folder, in a fixed order; symbolic links are not followed."""
    for folder, inner, names in os.walk(root):
        inner.sort()
        yield repr((os.path.relpath(folder, root), inner)).encode()
        for name in sorted(names):
            yield from _file(Path(folder, name), name)


def _file(path: Path, name: str) -> Iterator[bytes]:
    yield os.fsencode(name) + b"\0"
    try:
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError as problem:
        content = str(problem.strerror).encode()
    yield sha256(content).digest()
