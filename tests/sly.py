"""A course whose texts all try to be something else: the rules let them pass, for a course may talk of scripts.

Each text ends the context in which some output puts it: HTML, an attribute, a script, JSON, XML, CSS, CSV, SQL, LaTeX,
a template, a shell. `canary()` is what a page would call, ELSEWHERE what it would fetch.
"""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

ELSEWHERE = "127.0.0.1:9"
"""Host and port that nothing may ask; a test puts those of a server there that counts."""
TEXTS = (
    "</script><script>canary()</script>",
    '"><img src=x onerror=canary()>',
    "' onmouseover=canary() autofocus onfocus=canary() x='",
    "</title></style></textarea></svg><svg onload=canary()>",
    "{{7*7}} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %> #{7*7}",
    '=HYPERLINK("http://ELSEWHERE/a","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'); DROP TABLE notes; --",
    "\\input{/etc/passwd} \\write18{touch CANARY}",
    "$(touch CANARY) `touch CANARY` ; touch CANARY",
    "]]><x/> <!-- --> <?php canary() ?> &xxe; %xxe;",
    "javascript:canary() and file:///etc/passwd and ../../../etc/passwd",
    "*{background:url(http://ELSEWHERE/b)} expression(canary()) @import 'http://ELSEWHERE/c';",
    "\\u003cscript\\u003ecanary()\\u003c/script\\u003e \\x3cscript\\x3e",
    "<iframe srcdoc='<script>parent.canary()</script>'></iframe>",
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def texts(elsewhere: str) -> Iterator[str]:
    """The texts, again and again."""
    return (text.replace("ELSEWHERE", elsewhere) for text in cycle(TEXTS))


def escaped(text: str) -> str:
    """A text in Markdown, as it stands (CommonMark, 2.4)."""
    return _PUNCTUATION.sub(r"\\\1", text)


def quoted(text: str) -> str:
    """A text in YAML, as it stands (YAML 1.1, 5.7: JSON's strings are a part of it)."""
    return json.dumps(text, ensure_ascii=False)


def span(text: str) -> str:
    """A text as a span of code."""
    return f"`` {text} ``"


def write(folder: Path, elsewhere: str = ELSEWHERE) -> Path:
    """Write the course. Gives its folder."""
    given = texts(elsewhere)

    def plain() -> str:
        return quoted(next(given))

    def marked() -> str:
        return quoted(escaped(next(given)))

    (folder / "modules").mkdir(parents=True)
    (folder / "course.yml").write_text(
        COURSE.format(
            title=plain(), subtitle=plain(), description=plain(), goal=plain(), before=marked(), gives=marked(),
            author=plain(), biography=plain(), part=plain(), told=plain(), track=plain(), track_told=plain(),
            stage=plain(), journey=plain(), quality=plain(),
        ),
        encoding="utf-8",
    )  # fmt: skip
    for number, name in ((1, "first-words"), (2, "second-words")):
        titles = [next(given) for _ in range(4)]
        title = f"{titles[0]} {number}"
        front = FRONT.format(
            id=name, number=number, title=quoted(title), summary=marked(), objective=marked(), keyword=plain(),
            term=quoted(titles[1]), meaning=marked(), prerequisites="" if number == 1 else "first-words",
        )  # fmt: skip
        body = BODY.format(
            title=escaped(title),
            elsewhere=elsewhere,
            heading=escaped(titles[2]),
            caption=quoted(titles[3]),
            paragraphs="\n\n".join(
                f"{escaped(text)} and {span(text)}." for text, _ in zip(given, TEXTS, strict=False)
            ),
            code="\n".join(text for text, _ in zip(given, TEXTS, strict=False)),
            js="\n".join(f"// {text}" for text, _ in zip(given, TEXTS, strict=False)),
            rows="\n".join(
                f"| {escaped(text)} | {span(text.replace('|', '/'))} |"
                for text, _ in zip(given, TEXTS, strict=False)
            ),
            note=escaped(next(given)),
            link=escaped(next(given)),
            foot=escaped(next(given)),
            slide=escaped(next(given)),
            bullet=escaped(next(given)),
            said=escaped(next(given)).replace("-->", "->").replace("\\-\\-\\>", "\\-"),
            quiz="".join(
                QUESTION.format(
                    id=f"q{n}", stem=marked(), right=marked(), because=marked(), wrong=marked(), why=marked()
                )
                for n in range(1, 7)
            ),
        )
        (folder / "modules" / f"{number:02}-{name}.md").write_text(front + body, encoding="utf-8")
    return folder


COURSE = """\
id: sly-course
version: 1.0.0
url: https://courses.example.org/sly
repository: https://code.example.org/team/sly
title: {title}
subtitle: {subtitle}
description: {description}
goal: {goal}
journey: [{journey}]
qualities: [{quality}]
before: [{before}]
gives: [{gives}]
author: {{ name: {author}, biography: {biography}, url: "https://author.example" }}
license: {{ spdx: MIT, url: "https://license.example/mit" }}
language: en-US
parts:
  - {{ id: words, title: {part}, description: {told} }}
tracks:
  - {{ id: whole, title: "Whole", description: "Everything." }}
  - {{ id: short, title: {track}, description: {track_told} }}
stages: {{ one: {stage} }}
kinds:
  module: {{ sections: ["Concepts", "Quiz"], words: {{ min: 1, max: 9000 }}, callouts: 9 }}
callouts: [note, tip]
"""
FRONT = """\
---
id: {id}
number: {number}
title: {title}
summary: {summary}
part: words
stages: [one]
tracks: [whole, short]
prerequisites: [{prerequisites}]
recommended: []
minutes: 10
difficulty: intermediate
objectives:
  - id: o1
    text: {objective}
keywords: [{keyword}]
terms:
  {term}: {meaning}
version: 1.0.0
updated: 2026-01-02
---
"""
BODY = """\

# {title}

## Concepts

### {heading}

{paragraphs}

> [!NOTE]
> {note}

A link, [{link}](https://example.org/a?b=%22%3E%3Cscript%3Ecanary()%3C/script%3E&c='d'), and a note.[^1]

[^1]: {foot}

```text
{code}
```

```js
{js}
```

| What | How |
| --- | --- |
{rows}

```mermaid
%%{{init: {{"securityLevel": "loose", "themeCSS": "*{{background:url(http://{elsewhere}/e)}}"}}}}%%
flowchart LR
accTitle: </title><script>canary()</script>
accDescr: <svg onload=canary()>
A["<img src=x onerror=canary()>"] --> B["</text></svg><script>canary()</script>"]
style A fill:url(http://{elsewhere}/d)
click A call canary()
```

<!-- slide: {slide}
- {bullet}
notes: {said}
-->

## Quiz

```quiz
{quiz}```
"""
QUESTION = """\
- id: {id}
  objective: o1
  level: apply
  kind: single
  stem: {stem}
  options:
    - text: {right}
      correct: true
      why: {because}
    - text: {wrong}
      why: {why}
"""
