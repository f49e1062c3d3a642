"""What stands around every page of the site, and the files that pages share."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pipeline.model import Course, Theme
from pipeline.targets.book import environment

ASSETS = "assets"
CARD, FEED = f"{ASSETS}/card.png", "feed.xml"
"""The picture that stands for a page elsewhere, and the changes for feed readers; of a course with a URL alone."""
FACES = (
    ("Book Serif", 400, "BookSerif-Regular"),
    ("Book Sans", 400, "BookSans-Regular"),
    ("Book Sans", 700, "BookSans-Bold"),
)
"""Faces that every page needs, in `fonts.css` itself: they are there before anything is drawn, from disk too."""
FONTS = ("BookSerif-Bold", "BookSerif-Italic", "BookMono-Regular", "BookSymbols-Regular")
"""Other faces, which site.css names."""
PLACES = (
    ("Modules", "index.html#modules"),
    ("Map", "map/index.html"),
    ("Glossary", "glossary/index.html"),
    ("Practice", "practice/index.html"),
    ("Slides", "slides/index.html"),
)
"""The navigation: names, and addresses from the root."""


@dataclass(frozen=True, slots=True)
class About:
    """The course as far as every page shows it."""

    id: str
    title: str
    subtitle: str
    description: str
    goal: str
    version: str
    language: str
    author: str
    author_url: str
    licence: str
    licence_url: str
    url: str
    biography: str
    repository: str
    feed: bool

    @property
    def person(self) -> dict[str, str]:
        """The author as schema.org describes one."""
        return {"@type": "Person", "name": self.author} | (
            {"url": self.author_url} if self.author_url else {}
        )

    def address(self, path: str) -> str:
        """The public address of a page or file of the site, '' where the course has none: of `a/index.html` it
        is `a/`, as every web server answers."""
        named = path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path
        return f"{self.url.rstrip('/')}/{quote(named)}" if self.url else ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages share."""

    name: str


def about(course: Course) -> About:
    """What every page shows of the course."""
    return About(
        course.id, course.title, course.subtitle, course.description, course.goal, course.version,
        course.language, course.author.name, course.author.url, course.license.spdx, course.license.url,
        course.url, course.author.biography, course.repository,
        bool(course.url) and any(change.version for change in course.changes),
    )  # fmt: skip


def assets(theme: Theme) -> Mapping[str, bytes]:
    """The files that pages share, by their paths in `assets/`."""
    held = dict(theme.files)
    own = {name.removeprefix("site/"): data for name, data in held.items() if _shared(name)}
    faces = "".join(_face(*face, held) for face in FACES)
    own["fonts.css"] = f"/* {LICENCE} */\n\n{faces}".encode()
    own |= {name: data for name, data in held.items() if name.startswith("fonts/LICENSE-")}
    return own | {f"fonts/{face}.woff2": held[f"fonts/web/{face}.woff2"] for face in FONTS}


LICENCE = "Typefaces with licences of their own: fonts/LICENSE-*.txt"


def _face(family: str, weight: int, face: str, held: Mapping[str, bytes]) -> str:
    data = b64encode(held[f"fonts/web/{face}.woff2"]).decode()
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source}; }}\n'


def _shared(name: str) -> bool:
    return name.startswith("site/") and name.endswith((".css", ".js"))


def framed(
    path: str,
    kind: str,
    title: str,
    body: str,
    whole: About,
    there: Collection[str],
    theme: Theme,
    **more: Any,
) -> str:
    """A page at this path. `kind` is its class, `there` what it may mention; `more` are `description`, `module`
    and `data` (what it says to programs, `linked.script`), where they differ from the course's."""
    places = [place for place in PLACES if "#" in place[1] or place[1] in there]
    values = {"description": whole.description, "module": "", "data": "", **more}
    template = environment(theme).get_template("site/page.html.j2")
    return template.render(
        path=path,
        kind=kind,
        title=title,
        body=Markup(body),
        root="../" * path.count("/"),
        course=whole,
        places=places,
        address=whole.address(path),
        card=whole.address(CARD),
        feed=FEED,
        **values,
    )
