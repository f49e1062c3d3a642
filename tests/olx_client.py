"""Runs in the environment of Open edX's own packages (`requirements/clients/olx.txt`), and is not a test itself.

It reads `{"folder", "tries": {problem: [try]}}` and prints what olxcleaner says of the course, and what Open
edX's blocks make of each page and problem: how it looks, its hints, and what becomes of each try of a learner.
Blocks are loaded as an import loads them: from their files, by the pointer of their unit.

A try says what a learner does with what is seen: `{"tick": [text of a label]}`, `{"type": number}` or
`{"place": {text of a label: place}}`.
"""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from lxml import etree, html

found = find_spec("xblocks_contrib")  # which asks for the settings as soon as it is loaded
assert found and found.origin
TEMPLATES = Path(found.origin).parent / "problem" / "capa" / "templates"
settings.configure(
    STATIC_URL="/platform/",
    USE_I18N=False,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(TEMPLATES)]}],
)
django.setup()

import olxcleaner  # noqa: E402
from fs.osfs import OSFS  # noqa: E402
from olxcleaner.utils import traverse  # noqa: E402
from opaque_keys.edx.keys import CourseKey  # noqa: E402
from PIL import Image  # noqa: E402
from webob.multidict import MultiDict  # noqa: E402
from xblock.fields import ScopeIds  # noqa: E402
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, NullI18nService, Runtime  # noqa: E402
from xblocks_contrib.html.html import HtmlBlock  # noqa: E402
from xblocks_contrib.problem.capa_block import ProblemBlock  # noqa: E402

KINDS = {"html": HtmlBlock, "problem": ProblemBlock}
COURSE = CourseKey.from_string("course-v1:of+this+test")
ADDRESS = re.compile(r"""(["'])/(static|course|jump_to_id|jump_to)/(.*?)\1""")


class Learner:
    """The user service: somebody who is no staff."""

    def get_current_user(self) -> Any:
        ids = {"edx-platform.deprecated_anonymous_user_id": "nobody", "edx-platform.user_id": 7}
        return SimpleNamespace(opt_attrs=ids, emails=["nobody@example.org"])


class Addresses:
    """The service that replaces addresses, wherever they stand in quotes, as the platform's does."""

    def replace_urls(self, text: str) -> str:
        return ADDRESS.sub(r"\1/at/\2/\3\1", text)


class Platform(Runtime):
    """As much of a runtime as these blocks ask for, with a learner who has done nothing yet."""

    def __init__(self, folder: Path) -> None:
        services = {
            "field-data": KvsFieldData(DictKeyValueStore()),
            "user": Learner(),
            "i18n": NullI18nService(),
            "cache": SimpleNamespace(),
            "sandbox": SimpleNamespace(
                can_execute_unsafe_code=lambda: False, get_python_lib_zip=lambda: None
            ),
            "xqueue": SimpleNamespace(),
            "replace_urls": Addresses(),
        }
        ids = MemoryIdManager()
        super().__init__(id_reader=ids, id_generator=ids, services=services)
        self.resources_fs = OSFS(str(folder))

    def handler_url(self, *_: object, **__: object) -> str:
        return "/handler"

    def local_resource_url(self, *_: object) -> str:
        return "/resource"

    def resource_url(self, *_: object) -> str:
        return "/resource"

    def publish(self, *_: object) -> None:
        """Nobody listens."""

    def parse_asides(self, *_: object) -> list[object]:
        return []

    def get_policy(self, *_: object) -> dict[str, object]:
        return {}

    def error_tracker(self, message: str) -> None:
        raise ValueError(message)


def loaded(folder: Path, kind: str, name: str) -> Any:
    """A block from its file."""
    place = COURSE.make_usage_key(kind, name)
    pointer = etree.Element(kind, url_name=name)
    return KINDS[kind].parse_xml(pointer, Platform(folder), ScopeIds(7, kind, place, place))


def said(text: str) -> str:
    """A text as it is read."""
    return " ".join(text.replace("\u200b", "").split())


def inputs(view: str) -> dict[str, tuple[str, str, set[str]]]:
    """What can be filled in, by the text of its label: its name, its value, what may be chosen."""
    page = html.fromstring(view)
    found = {}
    for field in page.xpath("//input[@type='radio' or @type='checkbox' or @type='text']|//select"):
        labels = [label for label in page.iter("label") if label.get("for") == field.get("id")]
        (label,) = [said(label.text_content()) for label in labels]
        assert label not in found, f"two labels say {label!r}"
        choices = {option.get("value") for option in field.iter("option")}
        found[label] = (field.get("name"), field.get("value", ""), choices)
    return found


def answers(action: dict[str, Any], view: str) -> MultiDict:
    """What the form sends after this try."""
    fields, sent = inputs(view), MultiDict()
    for label in action.get("tick", ()):
        sent.add(*fields[label][:2])
    for label, place in action.get("place", {}).items():
        name, _, choices = fields[label]
        assert place in choices, f"{place} cannot be chosen"
        sent.add(name, place)
    if "type" in action:
        ((name, _, _),) = fields.values()
        sent.add(name, action["type"])
    return sent


def asked(block: Any, dispatch: str, data: object) -> dict[str, Any]:
    return json.loads(block.handle_ajax(dispatch, data))


def tried(folder: Path, name: str, action: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a try, and what is explained when it was right."""
    block = loaded(folder, "problem", name)
    view = asked(block, "problem_get", {})["html"]
    done = asked(block, "problem_check", answers(action, view))
    shown = asked(block, "problem_show", {})["answers"] if block.answer_available() else {}
    return {
        "success": done["success"],
        "score": done["current_score"],
        "possible": done["total_possible"],
        "view": done["contents"],
        "explained": " ".join(map(str, shown.values())),
    }


def problem(folder: Path, name: str, tries: list[dict[str, Any]]) -> dict[str, Any]:
    block = loaded(folder, "problem", name)
    view = asked(block, "problem_get", {})["html"]
    count = len(block.lcp.tree.findall(".//demandhint/hint"))
    hints = asked(block, "hint_button", {"hint_index": count - 1})["msg"] if count else ""
    made = [tried(folder, name, action) for action in tries]
    return {"title": block.display_name, "view": view, "hints": hints, "tries": made}


def strict() -> bool:
    """Whether the parser with which olxcleaner reads pages knows HTML 4 alone, as that of many installs does."""
    try:
        etree.fromstring("<section>x</section>", etree.HTMLParser(recover=False))
    except etree.XMLSyntaxError:
        return True
    return False


def main() -> None:
    wanted = json.load(sys.stdin)
    folder = Path(wanted["folder"])
    course, errors, _ = olxcleaner.validate(str(folder), steps=8)
    blocks = [
        (block.type, *map(block.attributes.get, ("url_name", "display_name"))) for block in traverse(course)
    ]
    pages = {name: loaded(folder, kind, name) for kind, name, _ in blocks if kind == "html"}
    found = {
        "strict": strict(),
        "findings": [f"{error.level} {error.filename} {error.description}" for error in errors.errors],
        "blocks": blocks,
        "image": Image.open(folder / "static" / course.attributes["course_image"]).size,
        "pages": {
            name: {
                "title": block.display_name,
                "view": Addresses().replace_urls(block.student_view({}).content),
            }
            for name, block in pages.items()
        },
        "problems": {
            name: problem(folder, name, wanted["tries"].get(name, []))
            for kind, name, _ in blocks
            if kind == "problem"
        },
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
