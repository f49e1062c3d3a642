"""What stands around the pages of an Open edX course: its policies, what its About page says, its picture."""

import json
import struct
import zlib
from collections.abc import Iterator
from html import escape

from lxml import etree

from pipeline.targets.lms.contents import Contents

RUN = "self-paced"
"""The run's name; an import goes into whichever run it is made for."""
END = "2100-01-01T00:00:00Z"
"""A course without an end is refused, and problems close with the course."""
GRADED = "Quiz"
PASS = 0.6
IMAGE = "course.png"
WIDTH, HEIGHT = 378, 225
"""What a card of a course shows, in pixels."""


def frame(contents: Contents, graded: int) -> Iterator[tuple[str, bytes]]:
    """The files that are no blocks, by their paths; `graded` is the number of graded sequentials."""
    org, _, slug = contents.manifest["id"].removeprefix("urn:").rpartition(":")
    root = etree.Element("course", url_name=RUN, org=org.replace(":", "-"), course=slug)
    yield "course.xml", etree.tostring(root) + b"\n"
    yield f"policies/{RUN}/policy.json", _json({f"course/{RUN}": _policy(contents)})
    yield f"policies/{RUN}/grading_policy.json", _json(_grading(graded))
    yield "about/overview.html", _overview(contents).encode()
    yield "about/short_description.html", escape(contents.manifest["description"], quote=False).encode()
    yield f"static/{IMAGE}", _image(contents.uuid("image").bytes)


def _policy(contents: Contents) -> dict[str, object]:
    policy = {
        "display_name": contents.title,
        "display_organization": contents.manifest["authors"][0]["name"],
        "start": contents.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end": END,
        "self_paced": True,
        "course_image": IMAGE,
        "language": contents.language,
    }
    name, *conditions = contents.manifest["license"]["spdx"].split("-")
    if name == "CC" and len(conditions) > 1:
        *elements, version = conditions
        policy["license"] = f"creative-commons: ver={version} {' '.join(elements)}"
    return policy


def _grading(graded: int) -> dict[str, object]:
    quiz = {
        "type": GRADED,
        "short_label": GRADED,
        "min_count": max(graded, 1),
        "drop_count": 0,
        "weight": 1.0,
    }
    return {"GRADER": [quiz], "GRADE_CUTOFFS": {"Pass": PASS}}


def _overview(contents: Contents) -> str:
    manifest = contents.manifest
    titles = {module["id"]: escape(module["title"]) for module in contents.modules}
    parts = "".join(
        f"<h3>{escape(part['title'])}</h3><p>{escape(part['description'])}</p>"
        f"<ul>{''.join(f'<li>{titles[id]}</li>' for id in part['modules'])}</ul>"
        for part in manifest["parts"]
        if part["modules"]
    )
    authors = ", ".join(_link(author["url"], author["name"]) for author in manifest["authors"])
    license = _link(manifest["license"]["url"], manifest["license"]["spdx"])
    return (
        f'<section class="about"><h2>About this course</h2><p>{escape(manifest["description"])}</p>{parts}'
        f"<p>{authors}. Version {escape(manifest['version'])}. License: {license}.</p></section>\n"
    )


def _link(url: str, name: str) -> str:
    return f'<a href="{escape(url)}">{escape(name)}</a>'


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _image(seed: bytes) -> bytes:
    """A picture of stripes (PNG, third edition), each course's in colors of its own."""
    colors = [bytes(40 + value % 120 for value in seed[at : at + 3]) for at in range(0, 12, 3)]
    rows = b"".join(b"\0" + colors[y * len(colors) // HEIGHT] * WIDTH for y in range(HEIGHT))
    header = struct.pack(">LLBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
        for kind, data in chunks
    )
