"""The page sizes of a theme, and the style sheet of a book on one of them.

`paper.json` of the theme holds them in millimeters. A page's text is a whole number of lines of LEADING,
so that lines at the same height stand on the same grid on every page.
"""

import json
from dataclasses import dataclass

from pipeline.engines.pdflink import Folio
from pipeline.model import Theme

LEADING = 15.0
"""Points from one line of running text to the next (book.css)."""
MM = 72 / 25.4
"""Points in a millimeter."""
CLEAR = 26.0
"""Points between the foot of the text and the baseline of the page number."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A page in millimeters: its size, margins at the spine, at the outer edge and above, `lines` of text,
    how far running text is hung in, and how many characters of code fit a line. With two `sides` there
    are left and right pages, and parts and modules begin on a right one."""

    width: float
    height: float
    inner: float
    outer: float
    top: float
    lines: int
    hang: float
    columns: int
    sides: int

    @property
    def measure(self) -> float:
        """How wide the text is."""
        return self.width - self.inner - self.outer

    @property
    def bottom(self) -> float:
        """The margin below the text."""
        return self.height - self.top - self.depth

    @property
    def depth(self) -> float:
        """How high the text is."""
        return self.lines * LEADING / MM

    @property
    def folio(self) -> Folio:
        """Where page numbers stand: at the outer edge of the text, below it."""
        return Folio(round(self.outer * MM, 2), round(self.bottom * MM - CLEAR, 2), 9.0, self.sides == 2)

    def variables(self) -> str:
        """The measures as custom properties (CSS Custom Properties 1)."""
        names = ("width", "height", "inner", "outer", "top", "bottom", "measure", "depth", "hang")
        return "".join(f"--{name}: {getattr(self, name):.3f}mm; " for name in names)


def paper(name: str, theme: Theme) -> Paper:
    """The theme's page size of this name; KeyError where it has none."""
    return Paper(**json.loads(theme.text("paper.json"))[name])


def style(name: str, theme: Theme) -> str:
    """The style sheet of books on this paper: measures, what all share, what is different on this one."""
    own = dict(theme.files).get(f"book/{name}.css", b"").decode()
    return f":root {{ {paper(name, theme).variables()}}}\n{theme.text('book.css')}{own}"
