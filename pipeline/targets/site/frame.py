"""What stands around every page of the site, and the files that pages share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.model import Course, Theme
from pipeline.targets.book import environment

ASSETS = "assets"
FONTS = (
    "BookSerif-Regular", "BookSerif-Bold", "BookSerif-Italic", "BookSans-Regular", "BookSans-Bold",
    "BookMono-Regular", "BookSymbols-Regular",
)  # fmt: skip
"""Faces that site.css names."""
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
    )  # fmt: skip


def assets(theme: Theme) -> Mapping[str, bytes]:
    """The files that pages share, by their paths in `assets/`."""
    held = dict(theme.files)
    own = {name.removeprefix("site/"): data for name, data in held.items() if _shared(name)}
    return own | {f"fonts/{face}.woff2": held[f"fonts/web/{face}.woff2"] for face in FONTS}


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
    and `head`, where they differ from the course's."""
    places = [place for place in PLACES if "#" in place[1] or place[1] in there]
    values = {"description": whole.description, "module": "", "head": "", **more}
    template = environment(theme).get_template("site/page.html.j2")
    return template.render(
        path=path,
        kind=kind,
        title=title,
        body=Markup(body),
        root="../" * path.count("/"),
        course=whole,
        places=places,
        **values,
    )
