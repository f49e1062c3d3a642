"""What the tests of the search share: a small course with a bit of everything, and a site of one page."""

import shutil
from pathlib import Path

from sources import ROOT, compiled, module_text, small_course

from pipeline.model import Course
from pipeline.targets.site.search import PATH, SCRIPTS

THEME = ROOT / "themes" / "default" / "site"

BODY = """\
# First

It all begins here.

## Concepts

A Résumé of the naïve café.

### Limits and `Retry-After`

A refusal is a 503 or 504 over HTTP/2, with `SO_REUSEPORT` set. See `res.statusCode`, `parseURL`, IPv6 and node:net.

| Field | Meaning |
| --- | --- |
| Vary | tabulated |

```js
const leaseSeconds = 30;
```

### The `<b>` & <kbd>script</kbd> element

Markup such as `<img src=x onerror=alert(1)>` is text.

## Interview questions

### How would you size the pool?
<!-- id: i1 -->

There are two poolers.

**Level.** senior

**Strong answer.** Clairvoyance, of course.

**Follow-ups.**

- What changes at noon?

**Objective.** o1

## Quiz

```quiz
- id: q1
  objective: o1
  level: apply
  kind: single
  stem: "Which animal carries packets?"
  options:
    - text: "The ocelot"
      why: "Ocelots do not fly."
    - text: "The pelican"
      correct: true
      why: "It has a pouch."
  hints: ["It has feathers."]
- id: q2
  objective: o1
  level: apply
  kind: order
  stem: "Put these in order."
  items: ["Egglike", "Larval", "Imago"]
  why: "Metamorphosis."
```

## Exercises

### Build a bridge
<!-- id: e1 -->

**Objective.** o1

**Task.** Use girders.
"""
FIELDS = (
    'keywords: ["back pressure"]\nterms: { "entity tag": "A name of a state.", "Café rule": "No coffee." }\n'
)


def small_course_searched(folder: Path) -> Course:
    """Two modules: one with everything that can be found, and one that says little."""
    second = module_text("02-later.md", "# Later\n\n## Concepts\n\n### Limits of a lease\n\nNothing lasts.\n")
    modules = {"01-first.md": module_text("01-first.md", BODY, FIELDS), "02-later.md": second}
    return compiled(small_course(folder, modules))


PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'">
<title>A page</title><link rel="stylesheet" href="../../assets/search.css">
<script src="../../assets/search.js" defer></script></head>
<body data-root="../../"><main><h1>A page</h1><p><label>Name <input id="name"></label> <button id="start">Start</button></p>
<h2 id="limits-and-retry-after">Limits</h2></main></body></html>
"""
FIELD = "#course-search-field"


def site(folder: Path, script: bytes) -> Path:
    """A site of one page with a search; the page's path."""
    page = folder / "modules" / "first" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    (folder / "assets").mkdir()
    for name in (*SCRIPTS, "search.css"):
        shutil.copy(THEME / name, folder / "assets" / name)
    (folder / PATH).write_bytes(script)
    return page
