"""What a reader finds first, compared with reviewed copies: outline, navigation, package, manifest.

Hashes, sizes, versions and dates are left out: they have tests of their own.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import Built

from pipeline.engines.ebook import files

Golden = Callable[[str, str], None]
EDITIONS = {"complete": "small-course", "short": "small-course-short"}
CHANGING = {"sha256", "contentHash", "bytes", "version", "commit", "sourceDateEpoch", "updated"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_outline_of_the_pdf(edition: str, minimal_release: Built, golden: Golden) -> None:
    path = minimal_release.out / "pdf" / f"{EDITIONS[edition]}.pdf"
    golden(f"minimal/{edition}.outline.txt", "".join(_outline(path)))


def _outline(path: Path) -> Iterator[str]:
    def entries(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[str]:
        for item in items:
            yield f"{'  ' * depth}{item.title}\n"
            yield from entries(item.children, depth + 1)

    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        yield from entries(outline.root, 0)


@pytest.mark.parametrize("edition", EDITIONS)
def test_navigation_of_the_epub(edition: str, minimal_release: Built, golden: Golden) -> None:
    held = dict(files((minimal_release.out / "epub" / f"{EDITIONS[edition]}.epub").read_bytes()))
    golden(f"minimal/{edition}.nav.xhtml", held["EPUB/nav.xhtml"].decode())


@pytest.mark.parametrize("edition", EDITIONS)
def test_package_of_the_epub(edition: str, minimal_release: Built, golden: Golden) -> None:
    held = dict(files((minimal_release.out / "epub" / f"{EDITIONS[edition]}.epub").read_bytes()))
    lines = held["EPUB/content.opf"].decode().splitlines(keepends=True)
    left_out = re.compile(r"dcterms:modified|<dc:date>|schema:version")
    golden(f"minimal/{edition}.content.opf", "".join(line for line in lines if not left_out.search(line)))


def test_manifest(minimal_release: Built, golden: Golden) -> None:
    manifest = json.loads((minimal_release.out / "manifest.json").read_bytes())
    golden("minimal/manifest.json", json.dumps(_lasting(manifest), ensure_ascii=False, indent=1) + "\n")


def _lasting(value: Any) -> Any:
    """The value without what changes from one release to the next."""
    if isinstance(value, dict):
        return {key: _lasting(inner) for key, inner in value.items() if key not in CHANGING}
    return [_lasting(inner) for inner in value] if isinstance(value, list) else value
