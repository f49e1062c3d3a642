"""A course compiler: a folder of Markdown modules in; books, decks and a manifest out.

    load → validate → lint → plan → render → package → verify
    Sources → Course(Module(Document, marks)) → Findings → Jobs → Artifacts → Release

- `load` reads `course.yml`, the modules and the assets into `Sources`; what a file may not be, `files` refuses.
- `validate` gives a `Course`, or raises `InvalidCourse` with every finding. `document` turns each
  module's Markdown into one canonical `Document`, with `marks` that say where things stand.
- `lint` looks at the course with the rules of `lint.RULES`.
- `plan` asks each target of `targets.TARGETS` for its `Job`s: every output path, before any work.
- `render` runs stale jobs on an executor: values in, bytes out.
- `package` stages a whole release; packages for learning platforms (`exports`, `targets.lms`) are made there,
  of its manifest and files alone. `verify` looks at it again, `publish` puts it in place at once.

`engines` alone knows other programs, `cache` remembers by content, `model` holds the types,
`diagnostics` what is said to authors, and only `cli` prints. `build` is the flow on one screen.
`compare` stands beside it: it tells what changed between two releases.
"""

__version__ = "0.1.0"
