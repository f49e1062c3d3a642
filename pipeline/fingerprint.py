"""One digest of all that a check reads, taken without parsing YAML or Markdown."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path


def fingerprint(content: Path, theme: Path) -> str:
    """sha256 over the course folder, the README beside it, the theme, and the names by which findings
    call them: where it is the same, a check has the same to say."""
    digest = sha256(repr((Path.cwd(), content, theme.resolve())).encode())
    for part in (*_folder(content), *_file(content.resolve().parent / "README.md"), *_folder(theme)):
        digest.update(part)
    return digest.hexdigest()


def _folder(root: Path) -> Iterator[bytes]:
    """Names and contents of all that is in a folder, in a fixed order; symbolic links are not followed."""
    for folder, inner, names in os.walk(root):
        inner.sort()
        yield repr((folder, inner)).encode()
        for name in sorted(names):
            yield from _file(Path(folder, name))


def _file(path: Path) -> Iterator[bytes]:
    yield os.fsencode(path)
    try:
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError as problem:
        content = str(problem).encode()
    yield sha256(content).digest()
