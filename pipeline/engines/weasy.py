"""WeasyPrint, closed in: XHTML and declared assets go in, a tagged PDF (PDF/UA-1) comes out.

Nothing is fetched but what is handed over, fonts come from the theme only (a fontconfig file of our
own), and the date is stamped afterwards, so that a document that did not change is not set again.
"""

import io
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipeline import cache
from pipeline.cache import memo
from pipeline.diagnostics import EnvironmentProblem
from pipeline.model import Theme

SCHEME = "asset:"
"""Addresses of declared assets: `asset:cover.svg`."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, its number of pages, and the page (from 0) of each id that the layout placed."""

    data: bytes
    pages: int
    anchors: tuple[tuple[str, int], ...]


@memo
def print_document(html: str, css: str, assets: tuple[tuple[str, bytes], ...], theme: Theme) -> Printed:
    """Set a document in the fonts of a theme.

    Raises EnvironmentProblem when the system lacks Pango, RuntimeError when an asset is missing.
    """
    weasyprint = _weasyprint(Path(theme.folder) / "fonts")
    fetcher = _fetcher(dict(assets))
    configuration = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=css, font_config=configuration, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=SCHEME).render(
        stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"
    )
    anchors = tuple(sorted((name, n) for n, page in enumerate(document.pages) for name in page.anchors))
    data = document.write_pdf(pdf_variant="pdf/ua-1")
    if fetcher.missing:
        raise RuntimeError(f"the book asks for what it does not hold: {', '.join(sorted(fetcher.missing))}")
    return Printed(data, len(document.pages), anchors)


def _weasyprint(fonts: Path) -> Any:
    """The library, imported with the closed fontconfig in place: it reads it only once."""
    os.environ["SOURCE_DATE_EPOCH"] = os.environ.get("SOURCE_DATE_EPOCH", "0")
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig(fonts))
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as problem:
        raise EnvironmentProblem(
            f"a system library of WeasyPrint is missing ({problem}): {REMEDY}"
        ) from problem
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint


REMEDY = (
    "install Pango: `apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` (Debian), "
    "`dnf install pango` (Fedora), `brew install pango` (macOS)"
)


def _fontconfig(fonts: Path) -> Path:
    """A fontconfig file that knows the theme's fonts only, kept where its cache is."""
    folder = (cache.folder() or Path(tempfile.gettempdir()) / "course-pipeline") / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    template = Path(__file__).with_name("fonts.conf").read_text()
    text = template.replace("@FONTS@", escape(str(fonts))).replace("@CACHE@", escape(str(folder)))
    name = cache.key(text)[:16]
    path = folder / f"{name}.conf"
    if not path.exists():
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(text)
        temporary.replace(path)
    return path


def _fetcher(assets: Mapping[str, bytes]) -> Any:
    """A fetcher that serves declared assets and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Declared(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self.missing: set[str] = set()

        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix(SCHEME).lstrip("/")
            if not url.startswith(SCHEME) or name not in assets:
                self.missing.add(url)
                raise ValueError(f"not a declared asset: {url}")
            kind = "image/svg+xml" if name.endswith(".svg") else "application/octet-stream"
            return URLFetcherResponse(url, io.BytesIO(assets[name]), {"Content-Type": kind})

    return Declared()
