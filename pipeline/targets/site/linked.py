"""What a page says to programs: JSON-LD in the terms of schema.org, in a data block that no policy has to allow.

Things have the ids that they have in the manifest; addresses are there if the course has a URL.
"""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from pipeline.document.text import text
from pipeline.model import Course, Module
from pipeline.targets.site.frame import About

CONTEXT = "https://schema.org"


def course_data(course: Course, whole: About) -> dict[str, Any]:
    """The course, for the first page (schema.org/Course)."""
    return {
        "@context": CONTEXT,
        **_course(whole),
        **({"alternativeHeadline": course.subtitle} if course.subtitle else {}),
        "description": course.description,
        "teaches": course.goal,
        "coursePrerequisites": list(course.before),
        "educationalLevel": list(dict.fromkeys(module.difficulty for module in course.modules)),
        "timeRequired": duration(sum(module.minutes for module in course.modules)),
        "version": course.version,
        "dateModified": max(module.updated for module in course.modules),
        **_rights(whole),
        "provider": whole.person,
        "hasPart": [_module(module, whole) for module in course.modules],
    }


def module_data(module: Module, whole: About) -> dict[str, Any]:
    """A module, for its page (schema.org/LearningResource)."""
    return {
        "@context": CONTEXT,
        **_module(module, whole),
        "description": text(module.summary),
        "learningResourceType": "module",
        "teaches": [text(objective.text) for objective in module.objectives],
        "educationalLevel": module.difficulty,
        "timeRequired": duration(module.minutes),
        "keywords": list(module.keywords),
        "position": module.number,
        "version": module.version,
        "dateModified": module.updated,
        **_rights(whole),
        "isPartOf": _course(whole),
    }


def _course(whole: About) -> dict[str, str]:
    return {
        "@type": "Course",
        "@id": f"urn:course:{whole.id}",
        "name": whole.title,
        **_at(whole, "index.html"),
    }


def _module(module: Module, whole: About) -> dict[str, str]:
    return {
        "@type": "LearningResource",
        "@id": f"urn:course:{whole.id}/{module.id}",
        "name": module.title,
        **_at(whole, f"modules/{module.id}/index.html"),
    }


def _at(whole: About, path: str) -> dict[str, str]:
    return {"url": whole.address(path)} if whole.url else {}


def _rights(whole: About) -> dict[str, Any]:
    return {"inLanguage": whole.language, "author": whole.person, "license": whole.licence_url}


def duration(minutes: int) -> str:
    """A number of minutes after ISO 8601-1, 5.5.2."""
    return f"PT{minutes}M"


def script(data: Mapping[str, Any]) -> Markup:
    """The data block. What could end it or begin a comment is escaped (HTML Standard, "Restrictions for contents of
    script elements")."""
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = said.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(f'<script type="application/ld+json">{safe}</script>')
