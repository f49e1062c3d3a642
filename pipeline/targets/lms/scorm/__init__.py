"""SCORM 1.2 packages (ADL, October 2001): one a module, with its page and its quiz, and one file of all.

package   `imsmanifest.xml`: the content package's own list
page      the module's page as a package holds it: pictures beside it, answers folded, links cut
quiz      the questions as the player shows them, and its key
index.html, player.css, player.mjs, platform.mjs
          what a package shows; the player asks and checks, and tells the platform

Each package has one SCO: small platforms start only the first of several.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from pipeline.engines.archive import archive, packed
from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.scorm.package import manifest
from pipeline.targets.lms.scorm.page import paged
from pipeline.targets.lms.scorm.quiz import key, shown

HERE = Path(__file__).parent
MEDIA_TYPE = "application/zip"
FOLDER = "lms/scorm"


def make(contents: Contents) -> Iterator[Exported]:
    """A package of each module, then all packages in one file."""
    made = [(module["id"], _package(module, contents)) for module in contents.modules]
    for id, data in made:
        yield Exported(f"{FOLDER}/{id}.zip", MEDIA_TYPE, data, module=id)
    members = ((f"{id}.zip", packed(data, compress=False)) for id, data in made)
    name = "all" if all(id != "all" for id, _ in made) else "all-modules"
    yield Exported(f"{FOLDER}/{name}.zip", MEDIA_TYPE, archive(members, contents.moment))


def _package(module: Row, contents: Contents) -> bytes:
    """A package: its list first, where platforms look for it, and no file that it does not name."""
    page = paged(module, contents)
    questions = shown(contents.questions(module, "quiz"))
    pictures = dict.fromkeys((*page.pictures, *questions.pictures))
    html = _template().render(
        course=contents.manifest,
        module=module,
        objectives=[contents.row("objectives", id) for id in module["objectives"]],
        page=page,
        questions=questions.shown,
        key=key(module, contents),
    )
    files = {
        "index.html": html.encode(),
        "platform.js": _own("platform.mjs"),
        "player.css": _own("player.css"),
        "player.js": _own("player.mjs"),
        **{picture.place: _listed(picture.path, contents) for picture in pictures},
    }
    files = {"imsmanifest.xml": manifest(module, sorted(files), contents)} | dict(sorted(files.items()))
    return archive(((path, packed(data)) for path, data in files.items()), contents.moment)


def _listed(path: str, contents: Contents) -> bytes:
    """A file that the manifest lists; KeyError for any other."""
    return contents.read(contents.row("files", path)["path"])


@cache
def _own(name: str) -> bytes:
    return (HERE / name).read_bytes()


@cache
def _template() -> Template:
    """The page of a package: autoescaping, and an unknown name is an error."""
    rules = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return rules.from_string(_own("index.html").decode())


def losses(contents: Contents) -> Iterator[Loss]:
    """What a platform does not hear of, or a learner does not find."""
    if len(contents.modules) > 1:
        yield Loss(f"{FOLDER}/all.zip", "links to other modules are plain text: each is a package of its own")
    for row in contents.rows("questions"):
        if row["kind"] == "numeric" and row["answer"]["tolerance"].strip("0."):
            said = "the player takes every number within the tolerance; reports name one number as right"
            yield Loss(row["id"], said)


EXPORT = Export("scorm", "SCORM", "1.2", make, losses)
