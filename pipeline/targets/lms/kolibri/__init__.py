"""A channel for Kolibri: a folder for `kolibri manage importchannel disk` and `importcontent disk`.

    content/databases/<channel>.sqlite3      the tree, version 5 of the content schema
    content/storage/<a>/<b>/<md5>.<ext>      its files: pages as HTML5 zips, quizzes as Perseus exercises, books

The modules stand under their parts, and once more under each track: what is done in one place is done in all.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape

from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.contents import Contents, Row, minutes
from pipeline.targets.lms.kolibri.database import SCHEMA_VERSION, database
from pipeline.targets.lms.kolibri.pages import deck, module_page, prompts
from pipeline.targets.lms.kolibri.perseus import exercise, item, mastery
from pipeline.targets.lms.kolibri.tree import Channel, Facts, Node, files, places, stored

FOLDER = "lms/kolibri/content"
READ, PRACTICE, REFLECT, CREATE = "wA01urpi", "VwRCom7G", "3dSeJhqs", "UXADWcXZ"
"""Learning activities, and resource types below, as le-utils names them."""
LESSON, BOOK, EXERCISE = "xgFjFhrA", "0Et83gje", "WEEETopZ"
REFERENCE: Facts = {"completion_criteria": {"model": "reference", "learner_managed": True}}
"""Learners say themselves when they are done."""
BOOKS = (("book-pdf", "pdf", "document", "PDF"), ("book-epub", "epub", "epub", "EPUB"))
PROMPTS = (
    ("interview", "Interview questions", REFLECT),
    ("exercise", "Exercises", CREATE),
)
LANGUAGES = {
    "ar": "العربية", "bn": "বাংলা", "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی",
    "he": "עברית", "id": "Bahasa Indonesia", "it": "Italiano", "pl": "Polski", "pt": "Português",
    "sw": "Kiswahili", "tr": "Türkçe", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""Names of languages, as le-utils has them: an import writes them over those that Kolibri knows."""
FROM_THE_RIGHT = ("ar", "fa", "he", "ur")
CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-[\d.]+")


def make(contents: Contents) -> Iterator[Exported]:
    """The database, and the files that it names."""
    channel = _channel(contents)
    root = _root(contents)
    path = f"{FOLDER}/databases/{channel.id}.sqlite3"
    yield Exported(path, "application/vnd.sqlite3", database(channel, root, contents))
    for file in files(places(channel, root, contents)).values():
        yield Exported(f"{FOLDER}/{file.path}", file.media_type, file.data, file.same, entry=False)


def _channel(contents: Contents) -> Channel:
    """Kolibri skips a channel whose version it has: the version is the release's date, in minutes."""
    manifest, code = contents.manifest, contents.language.partition("-")[0].lower()
    owner = _short(", ".join(author["name"] for author in manifest["authors"]), 200)
    name, terms = _license(manifest["license"])
    return Channel(
        id=contents.uuid("kolibri", "channel").hex,
        facts={
            "name": _short(contents.title, 200),
            "description": _short(manifest["description"], 400),
            "author": owner,
            "version": manifest["provenance"]["sourceDateEpoch"] // 60,
            "thumbnail": _thumbnail(contents.title),
            "min_schema_version": SCHEMA_VERSION,
        },
        language={
            "id": code,
            "lang_code": code,
            "lang_name": LANGUAGES.get(code),
            "lang_direction": "rtl" if code in FROM_THE_RIGHT else "ltr",
        },
        common={"license_name": name, "license_description": terms, "license_owner": owner, "author": owner},
    )


def _license(license: Row) -> tuple[str, str]:
    """A license as one of those that Kolibri knows, and its terms."""
    spdx = license["spdx"]
    creative = CREATIVE_COMMONS.fullmatch(spdx)
    known = f"CC {creative[1]}" if creative else "Public Domain" if spdx == "CC0-1.0" else ""
    return known or "Special Permissions", f"{spdx}: {license['url']}"


def _thumbnail(title: str) -> str:
    """A picture of the title's first letters, as a data URL."""
    letters = "".join(word[0] for word in re.findall(r"\w+", title) if word[0].isupper())[:3] or title[:1]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90"><rect width="160" height="90" fill="#27446f"/>'
        '<text x="80" y="58" fill="#fff" font-family="sans-serif" font-size="40" text-anchor="middle">'
        f"{escape(letters)}</text></svg>"
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def _root(contents: Contents) -> Node:
    modules = {module["id"]: _module(module, contents) for module in contents.modules}
    parts = (_part(part, modules) for part in contents.rows("parts"))
    tracks = (_track(track, modules, contents) for track in contents.rows("tracks"))
    books = _topic("books", "Books", "", tuple(_books("complete", contents.title, contents)))
    topics = (*parts, *tracks, books)
    return _topic(
        "", contents.title, contents.manifest["description"], tuple(t for t in topics if t.children)
    )


def _part(part: Row, modules: Mapping[str, Node]) -> Node:
    title = f"{part['number']}. {part['title']}"
    return _topic(
        f"part/{part['id']}", title, part["description"], tuple(modules[id] for id in part["modules"])
    )


def _track(track: Row, modules: Mapping[str, Node], contents: Contents) -> Node:
    """The modules of a track, and its books. The books of a track of all modules are the complete ones."""
    books = _books(track["id"], track["title"], contents)
    children = (*(modules[id] for id in track["modules"]), *books)
    return _topic(f"track/{track['id']}", f"Track: {track['title']}", track["description"], children)


def _topic(key: str, title: str, description: str, children: tuple[Node, ...]) -> Node:
    return Node(key, "topic", _short(title, 200), description, children)


def _module(module: Row, contents: Contents) -> Node:
    title = f"{module['number']}. {module['title']}"
    children = (
        *_page(module, contents),
        *_slides(module, contents),
        *_quiz(module, contents),
        *_prompts(module, contents),
    )
    return _topic(f"module/{module['id']}", title, module["summary"], children)


def _page(module: Row, contents: Contents) -> Iterator[Node]:
    """A module's page stands for the module: what is to be done before it leads to other modules' pages."""
    file, seconds = module_page(module, contents), 60 * minutes(module["duration"])
    criteria = {"model": "approx_time", "threshold": seconds, "learner_managed": True}
    if file:
        yield Node(
            f"{module['id']}/page",
            "html5",
            _short(module["title"], 200),
            module["summary"],
            file=file,
            seconds=seconds,
            activity=READ,
            resource=LESSON,
            options={"completion_criteria": criteria},
            needs=tuple(f"{id}/page" for id in module["prerequisites"]),
            related=tuple(f"{id}/page" for id in module["recommended"]),
            tags=tuple(dict.fromkeys(_short(word, 30) for word in module["keywords"])),
        )


def _slides(module: Row, contents: Contents) -> Iterator[Node]:
    for row in contents.files("slides", module["id"]):
        yield Node(
            f"{module['id']}/slides",
            "html5",
            _named("Slides", module),
            file=deck(row, contents),
            activity=READ,
            options=REFERENCE,
        )


def _quiz(module: Row, contents: Contents) -> Iterator[Node]:
    questions = tuple(contents.questions(module, "quiz"))
    goal = mastery(questions)
    threshold = {"mastery_model": goal["type"], "m": goal["m"], "n": goal["n"]}
    if questions:
        yield Node(
            f"{module['id']}/quiz",
            "exercise",
            _named("Quiz", module),
            file=exercise(questions, contents),
            activity=PRACTICE,
            resource=EXERCISE,
            mastery=goal,
            options={"completion_criteria": {"model": "mastery", "threshold": threshold}},
            items=tuple(item(question, contents) for question in questions),
        )


def _prompts(module: Row, contents: Contents) -> Iterator[Node]:
    for purpose, name, activity in PROMPTS:
        questions, title = tuple(contents.questions(module, purpose)), _named(name, module)
        if questions:
            yield Node(
                f"{module['id']}/{purpose}",
                "html5",
                title,
                file=prompts(title, questions, contents),
                activity=activity,
                options=REFERENCE,
            )


def _books(edition: str, title: str, contents: Contents) -> Iterator[Node]:
    for role, extension, preset, name in BOOKS:
        for row in contents.files(role, edition=edition):
            data = contents.read(row["path"])
            yield Node(
                row["id"],
                "document",
                f"{_short(title, 190)} ({name})",
                activity=READ,
                resource=BOOK,
                file=stored(data, extension, preset, row["mediaType"], same=row["path"]),
                options=REFERENCE,
            )


def _named(what: str, module: Row) -> str:
    return _short(f"{what}: {module['title']}", 200)


def _short(text: str, most: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def losses(contents: Contents) -> Iterator[Loss]:
    """Kolibri counts every question alike and knows nothing else of it; what it cannot grade stands on pages."""
    for module in contents.modules:
        for row in contents.questions(module, "quiz"):
            dragged = "; its entries are dragged, no key moves them" if row["kind"] == "order" else ""
            yield Loss(row["id"], f"its level, its objectives and its points{dragged}")
        for row in contents.questions(module, "interview", "exercise"):
            yield Loss(
                row["id"], "its level and objectives; it is on a page, and answers cannot be handed in"
            )


EXPORT = Export("kolibri", "Kolibri channel", SCHEMA_VERSION, make, losses)
