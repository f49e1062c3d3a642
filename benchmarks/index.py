"""What the indexes of all editions cost: `index.py CONTENT`, after a build of its PDFs.

Prints CPU and wall seconds of finding the words and setting the pages, as JSON. Everything else comes
from the cache, which is that of the build (COURSE_CACHE).
"""

import json
import sys
import time
from pathlib import Path

from measure import ROOT

from pipeline import cache
from pipeline.build import check, provenance
from pipeline.engines.pdflink import Fragment
from pipeline.load import load, load_theme
from pipeline.model import Job, Settings
from pipeline.targets import pdf, pieces, plan
from pipeline.targets.paper import paper


def main() -> int:
    content, theme = Path(sys.argv[1]), ROOT / "themes" / "default"
    settings = Settings(content, content.parent / "build", theme, targets=("pdf",))
    course, _ = check(settings)
    jobs = plan(course, settings, load_theme(theme), provenance(load(content)))
    _index(jobs[-1])  # fonts and imports are no part of it
    spent = [_index(job) for job in jobs]
    print(json.dumps([sum(seconds) for seconds in zip(*spent, strict=True)]))
    return 0


def _index(job: Job) -> tuple[float, float]:
    """CPU and wall seconds of an edition's index."""
    layout, _, language, theme, _ = job.inputs
    made = [fragment for fragment in map(cache.piece, job.pieces) if isinstance(fragment, Fragment)]
    book = pdf.bound(made, layout, str(language), paper(layout.paper, theme), {}, 0)
    cpu, wall = time.process_time(), time.perf_counter()
    html = pdf.index_document(pdf.index_groups(book, layout.modules), book, str(language))
    pieces.set_pages("index", html, (), theme, layout.paper)
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    sys.exit(main())
