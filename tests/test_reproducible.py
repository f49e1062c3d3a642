"""The same course gives the same bytes: anywhere, in any locale, with or without a cache."""

import shutil
from pathlib import Path

from conftest import COURSES, Built, built

EDITED = "modules/02-order-of-things.md"


def sums(out: Path) -> dict[str, str]:
    """SHA256SUMS as hash by path."""
    lines = (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def test_another_place_clock_locale_and_cache(full_release: Built, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "a longer path" / "with spaces & Ümlauts"
    for folder in (here, there):
        shutil.copytree(COURSES / "full", folder / "course")
    one = built(
        here / "course", here / "build", "--jobs", "1",
        env={"COURSE_CACHE": "off", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"},
    )  # fmt: skip
    two = built(
        there / "course", there / "out", "--jobs", "2",
        env={
            "COURSE_CACHE": str(there / "cache"), "PYTHONHASHSEED": "2", "TZ": "America/St_Johns",
            "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8",
        },
    )  # fmt: skip
    assert sums(one) == sums(two)
    assert sums(one) == sums(full_release.out)
    assert (one / "SHA256SUMS").read_bytes() == (two / "SHA256SUMS").read_bytes()


def test_an_edit_and_its_reversal(full_release: Built, tmp_path: Path) -> None:
    content, out = tmp_path / "course", tmp_path / "build"
    shutil.copytree(COURSES / "full", content)
    assert sums(built(content, out)) == sums(full_release.out)

    module = content / EDITED
    before = module.read_text(encoding="utf-8")
    module.write_text(before.replace("socks before shoes", "one sock before the other"), encoding="utf-8")
    incremental = sums(built(content, out))
    before_edit = sums(full_release.out)
    changed = {
        path for path in {*incremental, *before_edit} if incremental.get(path) != before_edit.get(path)
    }
    stored = {path for path in changed if path.startswith("lms/kolibri/content/storage/")}
    assert stored, "Kolibri's files are named after what they hold"
    changed -= stored
    assert changed == {
        "manifest.json",
        "epub/full-course.epub",
        "epub/full-course-deep.epub",
        "pdf/full-course.pdf",
        "pdf/full-course-deep.pdf",
        "slides/order-of-things/index.html",
        "slides/order-of-things.pdf",
        "slides/tracks/whole/index.html",
        "slides/tracks/deep/index.html",
        "pages/order-of-things.html",
        "pages/order-of-things.txt",
        "index.html",
        "modules/order-of-things/index.html",
        "assets/search-index.js",
        "lms/full-course.imscc",
        "lms/full-course-olx.tar.gz",
        "lms/olx/html/order-of-things_page-html.html",
        "lms/scorm/order-of-things.zip",
        "lms/scorm/all.zip",
        "lms/kolibri/content/databases/431b214cf0d651398ca3b3262c0aed90.sqlite3",
    }
    clean = built(content, tmp_path / "clean", env={"COURSE_CACHE": "off"})
    assert incremental == sums(clean)

    module.write_text(before, encoding="utf-8")
    assert sums(built(content, out)) == sums(full_release.out)


def test_a_part_of_the_build_leaves_the_rest_alone(full_release: Built, tmp_path: Path) -> None:
    out = tmp_path / "build"
    shutil.copytree(full_release.out, out)
    (out / "slides" / "last-things" / "index.html").unlink()
    assert sums(built(full_release.content, out, "slides")) == sums(full_release.out)
