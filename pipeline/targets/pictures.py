"""Pictures: their media types, and the faces inside a drawing, which sees none of the page's fonts."""

import base64
import re
from collections.abc import Callable

MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
"""Of pictures, by the ends of their names (EPUB 3.3, section 3.2)."""
FACES = (("normal", "BookSans-Regular"), ("bold", "BookSans-Bold"))
_ROOT = re.compile(r"<svg\b[^>]*>")
_BOLD = re.compile(r"font-weight(?::\s*|=\")(?:bold|[6-9]00)")


def faced(svg: str, woff2: Callable[[str], bytes]) -> bytes:
    """A drawing with the faces that its letters need in a style sheet (CSS Fonts 4, section 4.3); `woff2` gives
    the file of a face by its name."""
    rules = "".join(
        f"@font-face{{font-family:Book Sans;font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{base64.b64encode(woff2(face)).decode()})}}"
        for weight, face in FACES
        if weight == "normal" or _BOLD.search(svg)
    )
    end = _ROOT.match(svg)
    assert end, "a drawing begins with its root element"
    return f"{end[0]}<style>{rules}</style>{svg[end.end() :]}".encode()
